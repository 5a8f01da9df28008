# SPDX-License-Identifier: Apache-2.0
"""`tektra check-robot`: drives a base under the gate, measures how it stops, and writes what its parameters should say."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tektra.cli.braking import Braking, Unmeasured, braking, watchdog
from tektra.cli.driven_base import CUT_S, PAUSE_S, DrivenBase
from tektra.cli.session import Session
from tektra.common.errors import InputError

EPILOG = """\
examples:
  tektra check-robot rover1                       asks before anything moves
  tektra check-robot rover1 --driver-pid 4711     also freezes its driver at half speed: does it stand by itself?
  tektra check-robot rover1 --cut-link            also asks for its link to be cut at half speed: by hand, or by commands:
      --cut-command 'nmcli device disconnect wlan1' --mend-command 'nmcli device connect wlan1'

It drives back and forth on a straight line, at four shares of its declared speed, stops it at each, and resets that stop.
Whatever could not be measured is not written. Stay beside its own emergency stop.
Exit status: 0 all was measured, 1 something was not, 2 wrong use, 3 nothing answers.
"""
SHARES, REPEATS = (0.4, 0.6, 0.8, 1.0), 2
FROZEN_S = 1.0


def add_parser(subparsers: Any) -> None:
    """Adds `check-robot` to the command line."""
    parser = subparsers.add_parser(
        "check-robot",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("robot", help="its name; its driver, skills and the gate must run")
    parser.add_argument("--out", type=Path, help="file to write (default: NAME.limits.yaml; must not exist)")
    parser.add_argument(
        "--reaction-s", type=float, default=0.2, help="reaction_s of config/safety.yaml (default 0.2)"
    )
    parser.add_argument(
        "--driver-pid", type=int, help="process of its driver on this machine, to be frozen once"
    )
    parser.add_argument(
        "--cut-link", action="store_true", help="its link is cut once while it drives, and made whole again"
    )
    parser.add_argument("--cut-command", metavar="WORDS", help="what cuts it; without, somebody is asked to")
    parser.add_argument("--mend-command", metavar="WORDS", help="what makes it whole again")
    parser.add_argument(
        "--consent", metavar="NAME", help="the robot's name once more: its way is clear, begin"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measures, and writes; the exit status."""
    robot, out = arguments.robot, arguments.out or Path(f"{arguments.robot}.limits.yaml")
    if out.exists():
        raise InputError(f"{out} exists", "name another file with --out, or move it away")
    if arguments.driver_pid is not None:
        _check_pid(arguments.driver_pid, robot)
    cut, mend = _by_hand_or_command(arguments)
    with Session() as session:
        bench = DrivenBase(session, robot)
        limits = bench.described().limits
        if not limits.linear_speed > 0.0 or not limits.linear_acceleration > 0.0:
            raise InputError(f"{robot} declares no base", "give its driver first, careful limits")
        way = limits.linear_speed * (limits.linear_speed / limits.linear_acceleration + 1.5)
        if arguments.cut_link:
            way += limits.linear_speed / 2.0 * CUT_S
        if not _consents(arguments, way):
            return 1
        told: list[str] = []
        faults: list[str] = []
        brakes = _brakes(bench, limits.linear_speed, arguments.reaction_s, told, faults)
        if brakes is not None and arguments.driver_pid is not None:
            _freeze(bench, arguments.driver_pid, limits.linear_speed / 2.0, brakes, told, faults)
        if brakes is not None and arguments.cut_link:
            _cut(bench, limits.linear_speed / 2.0, (cut, mend), brakes, told, faults)
        if arguments.driver_pid is None and not arguments.cut_link:
            faults.append("its own watchdog: give --driver-pid or --cut-link")
        told.append(bench.track.truth())
    _write(out, brakes, bench.fastest, told, faults)
    return 1 if faults else 0


def _brakes(
    bench: DrivenBase, most: float, reaction_s: float, told: list[str], faults: list[str]
) -> Braking | None:
    stops = []
    try:
        for share in SHARES:
            for _ in range(REPEATS):
                stop = bench.stop_from(share * most, bench.emergency_stop)
                stops.append(stop)
                print(f"from {stop.speed:.3f} m/s: {stop.distance:.3f} m, {stop.time_s:.2f} s")
                bench.reset()
        found = braking(stops, reaction_s)
        ceased = bench.stop_from(0.6 * most, lambda: None)
        told.append(f"when velocities cease at {ceased.speed:.2f} m/s it stands after {ceased.time_s:.2f} s")
        bench.pause(PAUSE_S)
    except Unmeasured as fault:
        faults.append(f"linear_deceleration: {fault}")
        return None
    told.append(
        f"{found.stops} stops: it brakes {found.latency_s:.3f} s after it is told, with "
        f"{found.deceleration:.2f} m/s^2 at least; the worst is {found.misfit:.3f} m off"
    )
    return found


def _freeze(
    bench: DrivenBase, pid: int, speed: float, brakes: Braking, told: list[str], faults: list[str]
) -> None:
    try:
        with _thawed(pid):
            stop = bench.stop_from(speed, lambda: _hang(bench, pid))
        told.append(watchdog(stop, FROZEN_S, brakes))
    except Unmeasured as fault:
        faults.append(f"its own watchdog: {fault}")


def _cut(
    bench: DrivenBase,
    speed: float,
    link: tuple[Callable[[], None], Callable[[], None]],
    brakes: Braking,
    told: list[str],
    faults: list[str],
) -> None:
    try:
        stop = bench.cut_from(speed, *link)
        told.append(watchdog(stop, stop.time_s, brakes, "its link was cut"))
    except Unmeasured as fault:
        faults.append(f"its own watchdog, with its link cut: {fault}")


def _by_hand_or_command(arguments: argparse.Namespace) -> tuple[Callable[[], None], Callable[[], None]]:
    """What cuts its link, and what mends it. Raises InputError when what should is no command of this machine."""

    def act(command: str | None, asked: str) -> Callable[[], None]:
        if command is None:
            return lambda: print(asked, flush=True)
        words = shlex.split(command)
        if not words or shutil.which(words[0]) is None:
            raise InputError(
                f"there is no command {command!r}", "give a program of this machine and its words"
            )
        return lambda: _call(words)

    if (arguments.cut_command is None) != (arguments.mend_command is None):
        raise InputError("its link needs both", "give --cut-command and --mend-command, or neither")
    return (
        act(
            arguments.cut_command,
            f"Cut its link now, within {CUT_S:g} s: pull the plug, or switch its network off.",
        ),
        act(arguments.mend_command, "Now make its link whole again."),
    )


def _call(words: list[str]) -> None:
    try:
        subprocess.run(words, check=True, timeout=CUT_S, stdout=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError) as error:
        raise Unmeasured(f"{shlex.join(words)!r} failed: {error}") from error


def _hang(bench: DrivenBase, pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    bench.pause(FROZEN_S)
    os.kill(pid, signal.SIGCONT)


@contextmanager
def _thawed(pid: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _check_pid(pid: int, robot: str) -> None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError as error:
        raise InputError(f"there is no process {pid}", "see `tektra status` for the driver's") from error
    if not any(
        word.startswith("__ns:=") and word.removeprefix("__ns:=").strip("/") == robot for word in words
    ):
        raise InputError(f"process {pid} is not a node of {robot}", "give the driver's, on this machine")


def _consents(arguments: argparse.Namespace, way: float) -> bool:
    print(
        f"{arguments.robot} will drive {way:.1f} m back and forth, some ten times, at up to its full speed.\n"
        "Clear that way and keep everybody off it; stand at its own emergency stop."
    )
    said = arguments.consent
    if said is None and sys.stdin.isatty():
        said = input("Type its name to begin: ").strip()
    if said != arguments.robot:
        print("Nothing moved: its name was not given.")
    return bool(said == arguments.robot)


def _write(out: Path, brakes: Braking | None, fastest: float, told: list[str], faults: list[str]) -> None:
    lines = [f"# {line}" for line in ["Measured by tektra check-robot.", *told]]
    lines += [f"# NOT MEASURED: {fault}" for fault in faults]
    if brakes is not None:
        lines += ["/**/driver:", "  ros__parameters:", f"    linear_speed: {fastest:.3f}"]
        lines += [f"    linear_deceleration: {brakes.written:.2f}"]
    out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    print(f"wrote {out}" if brakes is not None else f"{out} holds the reasons, and no value")
