# SPDX-License-Identifier: Apache-2.0
"""`tektra reset`: ends a stop. It starts no motion."""

from __future__ import annotations

import argparse
from typing import Any

from std_srvs.srv import Trigger

from tektra.cli.session import Session

EPILOG = """\
examples:
  tektra reset                                          end the stop
  ros2 service call /safety/reset std_srvs/srv/Trigger  the same with ROS 2's own tool

A reset needs a cleared cause: while one persists the gate refuses, and says which. What was running stays cancelled.
Exit status: 0 reset, 1 refused, 3 no safety gate answers.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `reset` to the command line."""
    subparsers.add_parser(
        "reset", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )


def run(arguments: argparse.Namespace) -> int:
    """Calls the service; the exit status."""
    with Session() as session:
        response = session.call(Trigger, "/safety/reset", Trigger.Request())
    print(response.message or ("reset" if response.success else "refused"))
    return 0 if response.success else 1
