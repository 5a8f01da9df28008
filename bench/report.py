# SPDX-License-Identifier: Apache-2.0
"""Runs all measurements, or some, and writes docs/benchmarks.md, with the machine that they ran on."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "docs" / "benchmarks.md"
NOT_BENCHES = ("common", "report")
#: A night of stories takes hours.
LIMIT_S = 6 * 3600
HEAD = """\
<!-- Written by `make bench`, or `bench/run --all --only NAME`; changes here are lost. -->

# Benchmarks

Each measurement runs beside its baseline, in one go: `bench/run NAME`."""


@dataclass(frozen=True)
class Run:
    """What one measurement printed."""

    name: str
    about: str
    output: str
    result: dict[str, Any] | None
    error: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter measurements")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument(
        "--only",
        nargs="+",
        action="extend",
        metavar="NAME",
        help="these; the page keeps what it has of the others",
    )
    args = parser.parse_args()
    names = sorted(file.stem for file in HERE.glob("*.py") if file.stem not in NOT_BENCHES)
    if unknown := set(args.only or ()) - set(names):
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    sections = kept(args.out) if args.only else {}
    failed = False
    for name in args.only or names:
        print(f"== {name}", flush=True)
        load = os.getloadavg()[0]
        done = run(name, quick=args.quick)
        failed |= done.result is None
        print(done.output or done.error, flush=True)
        sections[name] = section(done, machine(load), quick=args.quick)
        # After each: what was measured is not lost when the next one is broken off.
        args.out.write_text(
            page({name: sections[name] for name in names if name in sections}), encoding="utf-8"
        )
    print(f"wrote {args.out}")
    sys.exit(failed)


def run(name: str, *, quick: bool) -> Run:
    """Runs one measurement in a process of its own."""
    source = (HERE / f"{name}.py").read_text(encoding="utf-8").splitlines()
    about = source[1].strip('"')
    command = [sys.executable, str(HERE / f"{name}.py"), *(["--quick"] if quick else [])]
    try:  # what it tells of its progress, and of what went wrong, goes through
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return Run(name, about, "", None, f"took longer than {LIMIT_S} s")
    try:
        *lines, last = done.stdout.rstrip().splitlines()
        return Run(name, about, "\n".join(lines), dict(json.loads(last)), "")
    except ValueError:
        return Run(name, about, "", None, f"ended with {done.returncode}")


def machine(load: float) -> str:
    """The machine in a line: processor, cores, memory, system, and how busy it was before."""
    cpu = next(
        (v for k, v in _pairs("/proc/cpuinfo") if k == "model name"),
        platform.processor() or "unknown processor",
    )
    memory_kb = next((int(v.split()[0]) for k, v in _pairs("/proc/meminfo") if k == "MemTotal"), 0)
    return (
        f"{cpu}, {len(os.sched_getaffinity(0))} cores, {memory_kb / 1e6:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; load {load:.1f} before"
    )


def page(sections: dict[str, str]) -> str:
    """The page, in Markdown; each section stands under its measurement's name."""
    parts = [HEAD, *(f"## {name}\n\n{text}" for name, text in sections.items())]
    return "\n\n".join(parts) + "\n"


def kept(file: Path) -> dict[str, str]:
    """The sections of a page that was written before."""
    if not file.is_file():
        return {}
    _, *sections = file.read_text(encoding="utf-8").split("\n## ")
    named = (section.partition("\n") for section in sections)
    return {name.strip(): text.strip() for name, _, text in named}


def section(done: Run, where: str, *, quick: bool) -> str:
    """What a measurement found, when and where."""
    told = f"{datetime.now(UTC):%Y-%m-%d}{', a quick run' if quick else ''}. {where}."
    if done.result is None:
        return "\n\n".join([done.about, told, f"**Did not finish**: {done.error}"])
    return "\n\n".join([done.about, told, f"```\n{done.output}\n```", figures(done.result)])


def figures(result: dict[str, Any]) -> str:
    """The figures as a table, with targets where there are any."""
    rows = ["| figure | measured | target | met |", "|---|---:|---|---|"]
    for key, value in result["figures"].items():
        target = result["targets"].get(key, "")
        met = {True: "yes", False: "**no**", None: ""}[result["met"].get(key)]
        rows.append(f"| {key} | {value} | {target} | {met} |")
    return f"n = {result['n']}\n\n" + "\n".join(rows)


def _pairs(file: str) -> list[tuple[str, str]]:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [(key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines)]


if __name__ == "__main__":
    main()
