# SPDX-License-Identifier: Apache-2.0
"""The `tektra` command. Each subcommand is a file beside this one, imported only when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from tektra.cli import environment
from tektra.cli.errors import NoAnswer
from tektra.common.errors import TektraError

INTERRUPTED = 130
BAD = 2
NOTHING_RUNS = 3


@dataclass(frozen=True)
class Command:
    """A subcommand: its module has add_parser(subparsers) and run(arguments) -> exit status."""

    module: str
    help: str
    #: ROS is imported by the module: the environment must be whole before.
    ros: bool = True


COMMANDS = {
    "up": Command("up", "start everything, and look after it until Ctrl-C", ros=False),
    "ask": Command("ask", "say something in text; prints the answer and what is done"),
    "say": Command("say", "let Tektra speak a text"),
    "listen": Command("listen", "print what Tektra hears"),
    "mute": Command("mute", "close Tektra's ears, until unmute"),
    "unmute": Command("mute", "open Tektra's ears again"),
    "stop": Command("stop", "stop every robot, now"),
    "reset": Command("reset", "end a stop; nothing moves until it is asked anew"),
    "no-person": Command("no_person", "a poster that counts as a person is nobody, by your word"),
    "check-robot": Command("check_robot", "measure how a base stops, and write its limits"),
    "voices": Command("voices", "the voices that Tektra can speak with"),
    "status": Command("status", "nodes, robots and safety, as they are", ros=False),
    "robots": Command("robots", "robots that are here, and what they can do"),
    "models": Command("models", "list, pull, verify, load, select or remove models", ros=False),
    "memory": Command("memory", "conversations and facts: find, correct, export, forget"),
    "people": Command("people", "whom Tektra knows by face or voice: enrol, list, export, forget"),
    "camera": Command("camera", "calibrate a camera with a chessboard or ChArUco board"),
    "record": Command("record", "record topics into an MCAP file, until Ctrl-C"),
    "audit": Command("audit", "who asked for what, and what became of it", ros=False),
    "doctor": Command("doctor", "find what is missing or wrong, with its remedy", ros=False),
    "demo": Command("demo.main", "the main job once, on real input, checked"),
}

EPILOG = """\
first steps:
  tektra up                        start everything with the simulated home; in another terminal then
  tektra status                    what runs
  tektra ask "go to the kitchen"   talk to it
  tektra stop                      stop every robot; `tektra reset` ends the stop

`tektra COMMAND --help` tells more, with examples. Exit status: 0 done, 1 failed, 2 wrong use or set-up, 3 nothing runs,
130 interrupted.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the exit status; errors go to standard error, with their remedy."""
    words = list(sys.argv[1:] if argv is None else argv)
    status = BAD
    try:
        status = _told(words)
    finally:
        _leave_graph(status)
    return status


def _told(words: list[str]) -> int:
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except TektraError as error:
        print(f"error: {error.what}\nremedy: {error.remedy}", file=sys.stderr)
        return NOTHING_RUNS if isinstance(error, NoAnswer) else BAD
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader left, as `head` does. What is still in the buffer must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _leave_graph(status: int) -> None:
    if (sessions := _sessions()) is not None:
        sessions.leave(status)
        sessions.wait = False


def _sessions() -> Any:
    """Those of tektra.cli.session, where the command has it: it takes ROS 2, and long."""
    module = sys.modules.get("tektra.cli.session")
    return None if module is None else module.SESSIONS


def _run(words: list[str]) -> int:
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        parser = _parser()
        if words:
            parser.parse_args(words)  # --help, --version, or a word that is not known: ends here
        parser.print_help()
        return BAD
    if command.ros:
        environment.prepare(start_anew=True)
    module = _import(command)
    if (sessions := _sessions()) is not None:
        sessions.wait = True
    parser = argparse.ArgumentParser("tektra")
    module.add_parser(parser.add_subparsers(dest="command"))
    return int(module.run(parser.parse_args(words)))


def _import(command: Command) -> ModuleType:
    try:
        return import_module(f"tektra.cli.{command.module}")
    except ModuleNotFoundError as fault:
        raise TektraError(
            f"the Python package {fault.name!r} is missing",
            "run `make setup` in the checkout, or source your ROS 2",
        ) from fault


def _parser() -> argparse.ArgumentParser:
    """All commands by name and help alone: nothing of them is imported."""
    parser = argparse.ArgumentParser(
        "tektra",
        description="Tektra: an assistant with a face that hears, speaks, sees, plans and drives robots.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.help)
    return parser


class _Version(argparse.Action):
    def __init__(self, option_strings: list[str], dest: str, **_: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"tektra {version('tektra')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
