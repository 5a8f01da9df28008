# SPDX-License-Identifier: Apache-2.0
"""`tektra status`: nodes with their lifecycle, robots, and the safety state."""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from importlib import import_module
from typing import Any

from tektra.cli import environment
from tektra.cli.errors import NoAnswer
from tektra.common import paths, status_door
from tektra.common.snapshot import Snapshot

EPILOG = """\
examples:
  tektra status                     one look
  tektra status --watch             again each second, until Ctrl-C
  tektra status --json | jq .ready  for programs

The watchdog, which is in the graph already, tells it within a second; where there is none, or it does not answer, the command joins
the graph and looks for itself, which takes some seconds.

Each node is shown with its lifecycle state (`running` for nodes without one; `busy` while it loads and cannot answer),
its level on /diagnostics, and its message. Exit status: 0 all is well, 1 something is not, 3 nothing runs.
"""
#: How long the watchdog is waited for. It answers within 0.6 s, as far as it knows by then.
TOLD_MAX_S = 1.5
#: --watch looks again after so long.
AGAIN_S = 1.0


def add_parser(subparsers: Any) -> None:
    """Adds `status` to the command line."""
    parser = subparsers.add_parser(
        "status", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object (with --watch: one a line)")
    parser.add_argument("--watch", action="store_true", help="look again each second, until Ctrl-C")


def run(arguments: argparse.Namespace) -> int:
    """Looks, prints; the exit status."""
    while (snapshot := _told()) is not None:
        _print(snapshot, as_json=arguments.json, watching=arguments.watch)
        if not arguments.watch:
            return 1 if snapshot.problems() else 0
        time.sleep(AGAIN_S)
    environment.prepare(start_anew=True)
    look = import_module("tektra.cli.own_look").look
    snapshot = look(partial(_print, as_json=arguments.json), watching=arguments.watch, again_s=AGAIN_S)
    if snapshot.running:
        return 1 if snapshot.problems() else 0
    if arguments.json:
        return 3
    raise NoAnswer("nothing of Tektra runs in this ROS domain", "start it: tektra up (same ROS_DOMAIN_ID)")


def _told() -> Snapshot | None:
    """What the watchdog knows; None where there is none, or it says nothing."""
    told = status_door.ask(paths.state_dir(), TOLD_MAX_S)
    try:
        return None if told is None else Snapshot.from_wire(told)
    except ValueError:  # of another version than this command
        return None


def _print(snapshot: Snapshot, *, as_json: bool, watching: bool) -> None:
    if as_json:
        print(json.dumps(snapshot.as_json(), indent=None if watching else 2), flush=True)
    elif snapshot.running or watching:
        if watching and sys.stdout.isatty():
            print("\033[H\033[J", end="")
        print(snapshot.as_text(), flush=True)
