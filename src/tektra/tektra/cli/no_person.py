# SPDX-License-Identifier: Apache-2.0
"""`tektra no-person`: what a sensor takes for a person, a poster or a coat stand, counts as nobody by an operator's word."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from typing import Any

from tektra.cli.session import Session
from tektra.ros.clock import time_msg
from tektra_interfaces.srv import StopRobot

EPILOG = """\
examples:
  tektra no-person                    who has stood still for a minute, by name and place
  tektra no-person /tektra/vision#3   that one is nobody; it asks before
  tektra no-person /tektra/vision#3 --yes

Go and look first: robots are no more kept away from what you name. It is somebody again as soon as it moves, is not seen for
a second, or somebody comes within 3 m of it, and after a restart; who said it stands among the doubts of `tektra status` and in
`tektra audit`. Exit status: 0 done or listed, 1 refused or not confirmed, 3 no safety gate answers.
"""
SERVICE = "/safety/no_person"
#: How the gate introduces those that stand still.
_NAMED = "name one that does: "
CONFIRM = """\
{name} will count as nobody: robots may drive as near to it as to furniture. Say so only of a thing that you have looked at.
Type yes to go on: """


def add_parser(subparsers: Any) -> None:
    """Adds `no-person` to the command line."""
    parser = subparsers.add_parser(
        "no-person", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "name", nargs="?", default="", help="as it is listed (default: list who stands still)"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask; for scripts")


def run(arguments: argparse.Namespace) -> int:
    """Lists, or asks and calls the service; the exit status."""
    name = arguments.name
    if name and not arguments.yes and not _confirmed(name):
        print("nothing was changed")
        return 1
    with Session() as session:
        who = f"tektra no-person ({_user()})"
        request = StopRobot.Request(robot=name, source=who, asked=time_msg(time.time()))
        response = session.call(StopRobot, SERVICE, request)
    if name:
        print(f"{response.message}\nby {who}, in `tektra audit`" if response.success else response.message)
        return 0 if response.success else 1
    told = response.message.partition(_NAMED)[2] or response.message
    print("\n".join(told.split("; ")))
    return 0


def _confirmed(name: str) -> bool:
    if not sys.stdin.isatty():
        print("nobody is there to be asked: give --yes", file=sys.stderr)
        return False
    return input(CONFIRM.format(name=name)).strip() == "yes"


def _user() -> str:
    """Who is logged in, for the audit; an account without a name is told as such."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
