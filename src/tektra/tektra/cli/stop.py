# SPDX-License-Identifier: Apache-2.0
"""`tektra stop`: stops every robot, or one, and tells when the safety gate has latched it."""

from __future__ import annotations

import argparse
from typing import Any

from std_msgs.msg import Empty

from tektra.cli.errors import NoAnswer
from tektra.cli.session import FIND_S, Session
from tektra.common.scheduling import BODY_PRIORITY, take_realtime
from tektra.ros.qos import RELIABLE, SAFETY_STATE
from tektra.ros.stops import STOP
from tektra_interfaces.msg import SafetyState
from tektra_interfaces.srv import StopRobot

EPILOG = """\
examples:
  tektra stop                                             stop every robot
  tektra stop rover1                                      stop rover1 alone; the others go on
  ros2 topic pub --once /safety/stop std_msgs/msg/Empty   the same with ROS 2's own tool

The stop latches: nothing moves until `tektra reset`, and then only what is asked for anew. This is no certified safety
function; keep the robot's own emergency stop within reach. Exit status: 0 stopped, 3 no safety gate answers.
"""
#: The stop goes out again at this interval until the gate tells that it holds.
AGAIN_S = 0.2


def add_parser(subparsers: Any) -> None:
    """Adds `stop` to the command line."""
    parser = subparsers.add_parser(
        "stop", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("robot", nargs="?", default="", help="this one alone (default: all)")


def run(arguments: argparse.Namespace) -> int:
    """Stops until it is latched; the exit status."""
    take_realtime(
        BODY_PRIORITY
    )  # where it may: on a busy machine whoever says stop does not wait for its turn
    if arguments.robot:
        return _stop_one(arguments.robot)
    states: list[SafetyState] = []
    with Session() as session:
        publisher = session.node.create_publisher(Empty, STOP, RELIABLE)
        session.node.create_subscription(SafetyState, "/safety/state", states.append, SAFETY_STATE)
        found = session.spin_until(lambda: publisher.get_subscription_count() > 0, FIND_S)
        if not found:
            raise NoAnswer(
                "nobody listens on /safety/stop", "press the robot's own emergency stop; then: tektra up"
            )
        for _ in range(int(FIND_S / AGAIN_S)):
            publisher.publish(Empty())
            states.clear()
            if session.spin_until(lambda: bool(states) and states[-1].stopped, AGAIN_S):
                print(f"stopped ({', '.join(states[-1].causes)}); `tektra reset` ends it, and starts nothing")
                return 0
    raise NoAnswer(
        "the stop was sent to the drivers, but the safety gate does not tell that it holds",
        "see: tektra status",
    )


def _stop_one(robot: str) -> int:
    """By the gate's service: a robot that it does not know stops all."""
    with Session() as session:
        request = StopRobot.Request(robot=robot, source="tektra stop")
        response = session.call(StopRobot, "/safety/stop_robot", request)
    print(response.message)
    return 0 if response.success else 1
