# SPDX-License-Identifier: Apache-2.0
"""`tektra mute` and `tektra unmute`: whether Tektra hears anything at all."""

from __future__ import annotations

import argparse
from typing import Any

from std_srvs.srv import SetBool

from tektra.cli.session import Session
from tektra.ros.listening import MUTE

EPILOG = """\
examples:
  tektra mute      every microphone is off, the device is closed; a spoken stop is not heard either
  tektra unmute    it listens again

This outlives a restart. /tektra/speech_in/state says it (listening, waiting, stopped, muted or off), and the avatar shows it.
Typed words, the page's stop button and `tektra stop` work all the same. Exit status: 0 done, 1 refused, 3 when nothing listens.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `mute` and `unmute` to the command line."""
    for name, about in (("mute", "Closes Tektra's ears."), ("unmute", "Opens them again.")):
        subparsers.add_parser(
            name, description=about, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
        )


def run(arguments: argparse.Namespace) -> int:
    """Switches, and prints what became of it; the exit status."""
    with Session() as session:
        answer = session.call(SetBool, MUTE, SetBool.Request(data=arguments.command == "mute"))
    print(answer.message)
    return 0 if answer.success else 1
