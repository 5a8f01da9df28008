# SPDX-License-Identifier: Apache-2.0
"""`tektra status`: nodes with their lifecycle, robots, and the safety state."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from tektra.cli.errors import NoAnswer
from tektra.cli.session import Session
from tektra.cli.snapshot import Snapshot
from tektra.cli.survey import Survey

EPILOG = """\
examples:
  tektra status                     one look
  tektra status --watch             again each second, until Ctrl-C
  tektra status --json | jq .ready  for programs

Each node is shown with its lifecycle state (`running` for nodes without one; `busy` while it loads and cannot answer),
its level on /diagnostics, and its message. Exit status: 0 all is well, 1 something is not, 3 nothing runs.
"""
#: How long one look takes at most. It ends as soon as there is nothing left to wait for; what is not known then is said to be. On a slow
#: machine a healthy stack of sixteen processes was not known whole after 1 s, and was said not to be well.
LOOK_MAX_S = 2.5
#: How much longer where the gate itself was not heard.
GATE_MAX_S = 2.0
#: How long a graph without any node is looked at before it is called empty.
EMPTY_S = 1.5


def add_parser(subparsers: Any) -> None:
    """Adds `status` to the command line."""
    parser = subparsers.add_parser(
        "status", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object (with --watch: one a line)")
    parser.add_argument("--watch", action="store_true", help="look again each second, until Ctrl-C")


def run(arguments: argparse.Namespace) -> int:
    """Looks, prints; the exit status."""
    with Session() as session:
        survey = Survey(session.node)
        if session.spin_until(lambda: survey.snapshot().running, EMPTY_S):
            session.spin_until(lambda: survey.known, LOOK_MAX_S)
            session.spin_until(lambda: survey.snapshot().safety is not None, GATE_MAX_S)
        while True:
            snapshot = survey.snapshot()
            _print(snapshot, as_json=arguments.json, watching=arguments.watch)
            if not arguments.watch:
                break
            session.spin_until(lambda: False, 1.0)
    if not snapshot.running:
        if arguments.json:
            return 3
        raise NoAnswer(
            "nothing of Tektra runs in this ROS domain", "start it: tektra up (same ROS_DOMAIN_ID)"
        )
    return 1 if snapshot.problems() else 0


def _print(snapshot: Snapshot, *, as_json: bool, watching: bool) -> None:
    if as_json:
        print(json.dumps(snapshot.as_json(), indent=None if watching else 2), flush=True)
    elif snapshot.running or watching:
        if watching and sys.stdout.isatty():
            print("\033[H\033[J", end="")
        print(snapshot.as_text(), flush=True)
