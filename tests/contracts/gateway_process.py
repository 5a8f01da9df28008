# SPDX-License-Identifier: Apache-2.0
"""A gateway as a process of its own, before a stand-in for the graph that says what stands on its input, a JSON object a line:
{"topic": ..., "message": ...}. Several that are told the same hear one graph. Run with a JSON object: folder, database, redis,
password."""

import asyncio
import json
import sys
from pathlib import Path

from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions


def main() -> None:
    told = json.loads(sys.argv[1])
    options = WebOptions(port=0, database=told["database"], redis=told["redis"])
    gateway = gateway_for(options, Path(told["folder"]), told["password"])
    graph, loops = FakeGraph(), []

    def graph_on(loop: asyncio.AbstractEventLoop) -> FakeGraph:
        loops.append(loop)
        loop.call_soon(graph.start)
        return graph

    gateway.open(graph_on)
    sys.stdout.write(f"{gateway.url}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        said = json.loads(line)
        loops[0].call_soon_threadsafe(graph.say, said["topic"], said["message"])
    gateway.close()


if __name__ == "__main__":
    main()
