# SPDX-License-Identifier: Apache-2.0
"""`tektra voices`: lists the voices that Tektra can speak with, and those that are missing."""

from __future__ import annotations

import argparse
from typing import Any

from tektra.cli.session import Session
from tektra_interfaces.srv import ListVoices

EPILOG = """\
examples:
  tektra voices
  tektra voices --language de

Exit status: 0 listed, 3 nobody speaks here.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `voices` to the command line."""
    parser = subparsers.add_parser(
        "voices", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--language", default="", help="only those of a language, as in en or de-DE")


def run(arguments: argparse.Namespace) -> int:
    """Lists; the exit status."""
    with Session() as session:
        answer = session.call(ListVoices, "/tektra/speech_out/voices", ListVoices.Request())
    if not answer.success:
        print(answer.message)
        return 1
    for voice in answer.voices:
        if not voice.locale.lower().startswith(arguments.language.lower()):
            continue
        told = " ".join(voice.controls) if voice.available else f"missing: {voice.remedy}"
        print(f"{voice.name:14} {voice.locale:6} {voice.style:7} {voice.backend:8} {voice.licence}; {told}")
    return 0
