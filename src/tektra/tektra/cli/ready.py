# SPDX-License-Identifier: Apache-2.0
"""Waits until everything that was started is ready, and then says how to talk to it. `tektra up` runs it."""

from __future__ import annotations

import argparse
import os
import sys
import time

from tektra.cli.opening import open_page
from tektra.cli.session import Session
from tektra.common import paths
from tektra.common.access import Role, load_tokens
from tektra.common.errors import TektraError
from tektra.ros.survey import Survey

#: A change is told at once, the same state again after this long.
TELL_S = 10.0
#: A change is waited for this long, so that a burst of changes becomes one line.
CALM_S = 0.5


def main() -> int:
    """0 when all became ready, 1 when not in time, 130 when interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--expect", default="", help="full names of nodes, parted by commas")
    parser.add_argument("--timeout", type=float, default=180.0)
    parser.add_argument("--bridge-port", type=int, default=0)
    parser.add_argument("--web-port", type=int, default=0)
    arguments = parser.parse_args()
    expected = [name for name in arguments.expect.split(",") if name]
    try:
        return _wait(expected, arguments.timeout, (arguments.bridge_port, arguments.web_port))
    except KeyboardInterrupt:
        return 130


def _wait(expected: list[str], timeout_s: float, ports: tuple[int, int]) -> int:
    began_s = told_s = time.monotonic()
    told = ""
    with Session() as session:
        survey = Survey(session.node)
        while (problems := survey.snapshot().problems(expected)) or not survey.settled:
            session.spin_until(lambda: False, CALM_S)
            now_s = time.monotonic()
            waiting = ", ".join(f"{name} ({why})" for name, why in sorted(problems.items()))
            if problems and (waiting != told or now_s - told_s > TELL_S):
                print(f"waiting for {waiting}", flush=True)
                told, told_s = waiting, now_s
            if now_s - began_s > timeout_s:
                print(
                    f"NOT READY after {timeout_s:g} s. What is wrong: tektra doctor, tektra status",
                    flush=True,
                )
                return 1
        snapshot = survey.snapshot()
    stopped = snapshot.safety is not None and snapshot.safety.stopped
    print(_banner(time.monotonic() - began_s, *ports, stopped=stopped), flush=True)
    if ports[1] and open_page(page_of(ports[1]), os.environ):
        print("The page is being opened in your browser (not with tektra up --no-browser).", flush=True)
    return 0


def page_of(port: int) -> str:
    """Where a browser on this machine finds the page."""
    return f"http://127.0.0.1:{port}/"


def _banner(took_s: float, bridge_port: int, web_port: int, *, stopped: bool) -> str:
    lines = [f"Tektra is ready ({took_s:.1f} s). From another terminal:"]
    if stopped:
        lines.append(
            "  tektra reset                       robots are stopped at first; this lets them be asked"
        )
    lines += [
        '  tektra ask "rover1, go to the kitchen"',
        "  tektra stop                        stops every robot; so does `stop`, spoken",
        "  tektra status                      what runs",
    ]
    if web_port:
        lines.append(f"  the gateway, for browsers and programs: {page_of(web_port)}")
    if bridge_port:
        address = f"ws://127.0.0.1:{bridge_port}"
        lines += [
            f"  Foxglove: open connection, Foxglove WebSocket, {address}",
            f"    {_with_token(address)}",
        ]
    lines.append("Ctrl-C here ends everything.")
    return "\n".join(lines)


def _with_token(address: str) -> str:
    """How the bridge is reached by whoever needs a token there."""
    try:
        token = load_tokens(paths.data_dir()).of(Role.OPERATOR)
    except (TektraError, OSError) as error:
        return f"without a token: {error}"
    return f"from its desktop app, another account or machine: {address}/?token={token}"


if __name__ == "__main__":
    sys.exit(main())
