# SPDX-License-Identifier: Apache-2.0
"""`tektra voices`: the voices that Tektra can speak with, and copies of people's voices, by their recorded consent."""

from __future__ import annotations

import argparse
import json
import secrets
import time
from pathlib import Path
from typing import Any

from tektra.common.errors import InputError
from tektra.common.voice_profiles import VoiceProfile, exported, voice_profiles

EPILOG = """\
examples:
  tektra voices
  tektra voices --language de
  tektra voices consent Ann --language en            prints a sentence; record Ann saying it within 15 minutes
  tektra voices copy Ann --consent said.wav --sample reads.wav
  tektra voices profiles                             whose voices may be copied
  tektra voices export Ann                           everything that is kept of it, as JSON
  tektra voices forget Ann                           the consent is taken back: all of it is deleted

A consent counts when the recogniser hears the sentence and the speaker comparison finds one person in all recordings. Copies are spoken
by the back end xtts (more_tts), which needs weights that are not on every machine. Exit status: 0 done, 1 refused, 3 nobody speaks here.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `voices` to the command line."""
    parser = subparsers.add_parser(
        "voices", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--language", default="", help="only those of a language, as in en or de-DE")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    consent = actions.add_parser(
        "consent", help="print a sentence by which somebody agrees that their voice is copied"
    )
    consent.add_argument("name")
    consent.add_argument(
        "--language", dest="spoken", default="en", help="which they speak: en, de, fr, es or it"
    )
    copy = actions.add_parser("copy", help="keep a voice to copy, once the consent is confirmed")
    copy.add_argument("name")
    copy.add_argument("--consent", type=Path, required=True, help="WAV of the sentence, in their voice")
    copy.add_argument(
        "--sample", type=Path, action="append", required=True, help="WAV of 6 to 60 s of their speech"
    )
    actions.add_parser("profiles", help="whose voices may be copied")
    for name, help in (
        ("export", "print what is kept of a voice"),
        ("forget", "delete it: the consent is taken back"),
    ):
        actions.add_parser(name, help=help).add_argument("name")


def run(arguments: argparse.Namespace) -> int:
    """The exit status. Raises TektraError."""
    match arguments.action:
        case "consent":
            return _consent(arguments)
        case "copy":
            return _copy(arguments)
        case "profiles":
            print("\n".join(map(_listed, voice_profiles().all())) or "no voice may be copied")
            return 0
        case "export" | "forget":
            return _of_one(arguments)
    return _list(arguments)


def _consent(arguments: argparse.Namespace) -> int:
    from tektra.speech_in.consent import sentence_of

    sentence = sentence_of(arguments.spoken, secrets.randbelow)
    voice_profiles().ask(arguments.name, arguments.spoken, sentence, time.time())
    print(sentence)
    return 0


def _copy(arguments: argparse.Namespace) -> int:
    from tektra.cli.consenting import confirmed

    known = voice_profiles()
    asked = known.asked(arguments.name, time.time())
    recordings = tuple(_read(file) for file in (arguments.consent, *arguments.sample))
    known.keep(confirmed(asked, recordings[0], recordings[1:], time.time()))
    print(f"{asked.name} agreed; the voice may be copied until `tektra voices forget {asked.name}`")
    return 0


def _of_one(arguments: argparse.Namespace) -> int:
    known = voice_profiles()
    profile = known.find(arguments.name)
    if profile is None:
        raise InputError(
            f"no voice of {arguments.name!r} is kept", "`tektra voices profiles` tells whose are"
        )
    if arguments.action == "export":
        print(json.dumps(exported(profile), indent=1))
        return 0
    known.forget(profile.id)
    print(f"all that was kept of {profile.name}'s voice is deleted")
    return 0


def _listed(profile: VoiceProfile) -> str:
    return f"{profile.name}  {profile.language}  since {time.strftime('%Y-%m-%d', time.localtime(profile.agreed_s))}"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            f"{file} cannot be read ({error.strerror})", "give a WAV file, 16-bit PCM"
        ) from error


def _list(arguments: argparse.Namespace) -> int:
    from tektra.cli.session import Session
    from tektra_interfaces.srv import ListVoices

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
