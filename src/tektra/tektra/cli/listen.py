# SPDX-License-Identifier: Apache-2.0
"""`tektra listen`: prints speech as it is heard."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from tektra.cli.errors import NoAnswer
from tektra.cli.session import FIND_S, Session
from tektra.ros.qos import RELIABLE
from tektra_interfaces.msg import LiveSpeech

EPILOG = """\
examples:
  tektra listen                 what is heard, until Ctrl-C
  tektra listen --duration 60   for a minute
  tektra listen --final         only what will not change any more

Each voice has a topic of its own, /humans/voices/<id>/speech. Exit status: 0, or 3 when nothing listens.
"""
BEFORE, AFTER = "/humans/voices/", "/speech"
TYPE = "tektra_interfaces/msg/LiveSpeech"


def add_parser(subparsers: Any) -> None:
    """Adds `listen` to the command line."""
    parser = subparsers.add_parser(
        "listen", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--final", action="store_true", help="leave out what may still change")
    parser.add_argument("--duration", type=float, metavar="S", help="end after so many seconds")


def run(arguments: argparse.Namespace) -> int:
    """Prints until Ctrl-C or the duration's end; the exit status."""
    voices: dict[str, object] = {}
    with Session() as session:

        def look() -> None:
            for topic, types in session.node.get_topic_names_and_types():
                voice = topic[len(BEFORE) : -len(AFTER)]
                if topic == f"{BEFORE}{voice}{AFTER}" and TYPE in types and voice not in voices:
                    voices[voice] = session.node.create_subscription(
                        LiveSpeech,
                        topic,
                        lambda heard, voice=voice: _print(voice, heard, arguments.final),
                        RELIABLE,
                    )

        look()
        session.node.create_timer(0.5, look)
        if not session.spin_until(lambda: bool(voices), FIND_S):
            raise NoAnswer("nobody publishes speech")
        print(f"listening to {', '.join(voices)}; Ctrl-C ends", file=sys.stderr)
        if arguments.duration is not None:
            session.spin_until(lambda: False, arguments.duration)
            return 0
        while True:
            session.spin_until(lambda: False, 60.0)


def _print(voice: str, heard: LiveSpeech, only_final: bool) -> None:
    if heard.final:
        clear = "\r\033[K" if sys.stdout.isatty() else ""
        print(f"{clear}{voice}: {heard.final}  ({heard.confidence:.2f})", flush=True)
    elif not only_final and sys.stdout.isatty():
        print(f"\r\033[K{voice}: {heard.incremental} ...", end="", flush=True)
    elif not only_final:
        print(f"{voice}: {heard.incremental} ...", flush=True)
