# SPDX-License-Identifier: Apache-2.0
"""`tektra say`: lets Tektra speak a text."""

from __future__ import annotations

import argparse
from typing import Any

from tektra.cli.goals import run_goal
from tektra.cli.session import Session
from tektra.cli.texts import checked_text
from tektra_interfaces.action import Say

EPILOG = """\
examples:
  tektra say "dinner is ready"
  tektra say --voice piper-joe --interrupt "look out"
  fortune | tektra say -

Ctrl-C ends the speech. Exit status: 0 spoken, 1 not, 3 nobody speaks here.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `say` to the command line."""
    parser = subparsers.add_parser(
        "say", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("text", nargs="+", help="what to say; - reads standard input")
    parser.add_argument(
        "--voice", default="", help="a name of `tektra voices`, or female, male (default: by language)"
    )
    parser.add_argument("--language", default="", help="of the text, BCP 47 (default: found from the text)")
    parser.add_argument(
        "--emotion",
        default="",
        help="neutral happy sad angry surprised concerned calm excited doubtful urgent",
    )
    parser.add_argument("--speed", type=float, default=0.0, help="0.5 to 2 (default: the node's)")
    parser.add_argument(
        "--warning", action="store_true", help="what is being said gives way, and goes on behind it"
    )
    parser.add_argument("--interrupt", action="store_true", help="end what is being said first")
    parser.add_argument("--timeout", type=float, default=300.0, metavar="S", help="at most (default: 300)")


def run(arguments: argparse.Namespace) -> int:
    """Speaks; the exit status."""
    goal = Say.Goal(text=checked_text(arguments.text), voice=arguments.voice, interrupt=arguments.interrupt)
    goal.language, goal.emotion, goal.speed = arguments.language, arguments.emotion, arguments.speed
    goal.priority = Say.Goal.PRIORITY_HIGH if arguments.warning else Say.Goal.PRIORITY_NORMAL
    with Session() as session:
        result = run_goal(
            session, Say, "/tektra/say", goal, on_feedback=lambda feedback: None, timeout_s=arguments.timeout
        )
    if result.success:
        print(f"said: {result.duration:.1f} s of sound, the first after {result.first_audio_s:.2f} s")
        return 0
    print(f"not said: {result.message}")
    return 1
