# SPDX-License-Identifier: Apache-2.0
"""`tektra reset`: ends the stop of all, or of one robot. It starts no motion."""

from __future__ import annotations

import argparse
from typing import Any

from std_srvs.srv import Trigger

from tektra.cli.session import Session
from tektra_interfaces.srv import StopRobot

EPILOG = """\
examples:
  tektra reset                                          end the stop of all
  tektra reset rover1                                   end the stop of rover1 alone
  ros2 service call /safety/reset std_srvs/srv/Trigger  the same with ROS 2's own tool

A reset needs a cleared cause: while one persists the gate refuses, and says which. What was running stays cancelled.
Exit status: 0 reset, 1 refused, 3 no safety gate answers.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `reset` to the command line."""
    parser = subparsers.add_parser(
        "reset", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("robot", nargs="?", default="", help="this one alone (default: the stop of all)")


def run(arguments: argparse.Namespace) -> int:
    """Calls the service; the exit status."""
    with Session() as session:
        if arguments.robot:
            request = StopRobot.Request(robot=arguments.robot, source="tektra reset")
            response = session.call(StopRobot, "/safety/reset_robot", request)
        else:
            response = session.call(Trigger, "/safety/reset", Trigger.Request())
    print(response.message or ("reset" if response.success else "refused"))
    return 0 if response.success else 1
