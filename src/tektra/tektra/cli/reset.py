# SPDX-License-Identifier: Apache-2.0
"""`tektra reset`: ends the stop of all, or of one robot. It starts no motion."""

from __future__ import annotations

import argparse
import time
from typing import Any

from tektra.cli.session import Session
from tektra.ros.clock import time_msg
from tektra.ros.qos import SAFETY_STATE
from tektra_interfaces.msg import SafetyState
from tektra_interfaces.srv import StopRobot

EPILOG = """\
examples:
  tektra reset                                          end the stop of all
  tektra reset rover1                                   end the stop of rover1 alone
  ros2 service call /safety/reset std_srvs/srv/Trigger  the same with ROS 2's own tool

A reset needs a cleared cause: while one persists the gate refuses, and says which. It means the stop that holds when the
command is given: one that is said meanwhile stays. What was running stays cancelled.
Exit status: 0 reset, 1 refused, 3 no safety gate answers.
"""
#: How long the gate is waited for: it tells its state 25 times a second.
HEAR_S = 2.0


def add_parser(subparsers: Any) -> None:
    """Adds `reset` to the command line."""
    parser = subparsers.add_parser(
        "reset", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("robot", nargs="?", default="", help="this one alone (default: the stop of all)")


def run(arguments: argparse.Namespace) -> int:
    """Calls the service; the exit status."""
    asked = time_msg(time.time())
    with Session() as session:
        request = StopRobot.Request(robot=arguments.robot, source="tektra reset", asked=asked)
        request.epoch = _epoch(session, arguments.robot)
        service = "/safety/reset_robot" if arguments.robot else "/safety/reset_all"
        response = session.call(StopRobot, service, request)
    print(response.message or ("reset" if response.success else "refused"))
    return 0 if response.success else 1


def _epoch(session: Session, robot: str) -> int:
    """Of the stop that is meant; 0 where the gate does not tell."""
    states: list[SafetyState] = []
    session.node.create_subscription(SafetyState, "/safety/state", states.append, SAFETY_STATE)
    if not session.spin_until(lambda: bool(states), HEAR_S):
        return 0
    own = [entry.epoch for entry in states[-1].robots if entry.robot == robot]
    return int(states[-1].epoch if not robot else own[0] if own else 0)
