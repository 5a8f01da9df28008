# SPDX-License-Identifier: Apache-2.0
"""`tektra robots`: who announced itself, and what each can do."""

from __future__ import annotations

import argparse
import json
from typing import Any

from tektra.cli.errors import NoAnswer
from tektra.cli.session import Session
from tektra.ros.survey import Survey
from tektra_interfaces.msg import RobotDescription

EPILOG = """\
examples:
  tektra robots          names, skills and their arguments
  tektra robots --json   with each skill's JSON schema

Exit status: 0, or 3 when no robot is there.
"""
LOOK_S = 4.0
#: After the first robot, how long others are waited for.
OTHERS_S = 1.0


def add_parser(subparsers: Any) -> None:
    """Adds `robots` to the command line."""
    parser = subparsers.add_parser(
        "robots", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="for programs")


def run(arguments: argparse.Namespace) -> int:
    """Looks and prints; the exit status."""
    with Session() as session:
        survey = Survey(session.node)
        if not session.spin_until(lambda: bool(survey.descriptions), LOOK_S):
            raise NoAnswer("no robot has announced itself")
        session.spin_until(lambda: False, OTHERS_S)
        robots = [description for _, description in sorted(survey.descriptions.items())]
    if arguments.json:
        print(json.dumps([_plain(robot) for robot in robots], indent=2))
        return 0
    for robot in robots:
        limits = robot.limits
        speed = (
            f"{limits.linear_speed:g} m/s, {limits.angular_speed:g} rad/s"
            if limits.linear_speed
            else "does not drive"
        )
        print(f"{robot.robot} ({robot.kind}): {speed}")
        for skill in robot.skills:
            print(f"  {skill.name}({_arguments(skill.arguments_schema)})  {skill.description}")
    return 0


def _arguments(schema: str) -> str:
    try:
        properties = json.loads(schema).get("properties", {})
    except (ValueError, AttributeError):
        return "?"
    return ", ".join(properties)


def _plain(robot: RobotDescription) -> dict[str, object]:
    return {
        "name": robot.robot,
        "kind": robot.kind,
        "linear_speed_m_s": robot.limits.linear_speed,
        "angular_speed_rad_s": robot.limits.angular_speed,
        "skills": [
            {
                "name": skill.name,
                "description": skill.description,
                "arguments_schema": json.loads(skill.arguments_schema or "{}"),
            }
            for skill in robot.skills
        ],
    }
