# SPDX-License-Identifier: Apache-2.0
"""`tektra no-person`: says that what a camera takes for a person who stands still is none."""

from __future__ import annotations

import argparse
import getpass
import time
from typing import Any

from tektra.cli.session import Session
from tektra.ros.clock import time_msg
from tektra_interfaces.srv import StopRobot

EPILOG = """\
examples:
  tektra no-person        the names of those who have stood still for a minute
  tektra no-person p7     p7 is a poster, or a coat stand: robots need keep no distance from it

Go and look first: robots then pass it as they pass a thing. It counts as somebody again when it moves, is not seen, or somebody
comes near, and after a restart. The audit tells who said so. Exit status: 0 done, 1 refused, 3 no safety gate answers.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `no-person` to the command line."""
    parser = subparsers.add_parser(
        "no-person", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", default="", help="as the gate calls it (default: tell the names)")


def run(arguments: argparse.Namespace) -> int:
    """Calls the service; the exit status."""
    source = f"tektra no-person, {getpass.getuser()}"
    request = StopRobot.Request(robot=arguments.name, source=source, asked=time_msg(time.time()))
    with Session() as session:
        response = session.call(StopRobot, "/safety/no_person", request)
    print(response.message or ("done" if response.success else "refused"))
    return 0 if response.success else 1
