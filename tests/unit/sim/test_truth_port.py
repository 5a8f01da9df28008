# SPDX-License-Identifier: Apache-2.0
"""Who reads the truth too slowly is cut off in the middle of a line, and begins anew."""

import json
import selectors

import pytest

from tektra.common.errors import LinkError
from tektra.sim.client import TruthClient
from tektra.sim.ports import TruthPort


def test_who_was_cut_off_reads_whole_lines_after_it_came_back():
    line = json.dumps({"t": 1.0, "robots": {}, "objects": {}, "filling": "x" * 100_000}).encode() + b"\n"
    port = TruthPort("127.0.0.1", 0, selectors.DefaultSelector(), lambda line: None)
    client = TruthClient(port.port)
    client.connect()
    while not port.watched:
        port.poll()
    # Until the sockets hold no more: a part of a line goes out, and the client is cut off.
    for _ in range(1000):
        port.send(line)
        if not port.watched:
            break
    assert not port.watched
    with pytest.raises(LinkError):
        client.poll()
    assert client.poll()  # what came before that is not lost
    client.connect()
    while not port.watched:
        port.poll()
    port.send(line)
    assert client.read().t_s == 1.0
    client.close()
    port.close()
