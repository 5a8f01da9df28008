# SPDX-License-Identifier: Apache-2.0
"""Runs all measurements and writes docs/benchmarks.md, with the machine that they ran on."""

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
LIMIT_S = 3600


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
    args = parser.parse_args()
    load_before = os.getloadavg()[0]
    names = sorted(file.stem for file in HERE.glob("*.py") if file.stem not in NOT_BENCHES)
    runs = []
    for name in names:
        print(f"== {name}", flush=True)
        runs.append(run(name, quick=args.quick))
        print(runs[-1].output or runs[-1].error, flush=True)
    args.out.write_text(page(runs, machine(load_before), quick=args.quick), encoding="utf-8")
    print(f"wrote {args.out}")
    sys.exit(1 if any(entry.result is None for entry in runs) else 0)


def run(name: str, *, quick: bool) -> Run:
    """Runs one measurement in a process of its own."""
    source = (HERE / f"{name}.py").read_text(encoding="utf-8").splitlines()
    about = source[1].strip('"')
    command = [sys.executable, str(HERE / f"{name}.py"), *(["--quick"] if quick else [])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return Run(name, about, "", None, f"took longer than {LIMIT_S} s")
    try:
        *lines, last = done.stdout.rstrip().splitlines()
        return Run(name, about, "\n".join(lines), dict(json.loads(last)), "")
    except ValueError:
        last_words = (done.stderr or done.stdout).rstrip().splitlines()[-1:]
        return Run(name, about, "", None, f"exit {done.returncode}: {''.join(last_words)}")


def machine(load: float) -> str:
    """The machine in a line: processor, cores, memory, system, and how busy it was before."""
    cpu = next(
        (v for k, v in _pairs("/proc/cpuinfo") if k == "model name"),
        platform.processor() or "unknown processor",
    )
    memory_kb = next((int(v.split()[0]) for k, v in _pairs("/proc/meminfo") if k == "MemTotal"), 0)
    return (
        f"{cpu}, {len(os.sched_getaffinity(0))} cores, {memory_kb / 1e6:.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; load {load:.1f} before the first"
    )


def page(runs: list[Run], where: str, *, quick: bool) -> str:
    """The page, in Markdown."""
    parts = [
        "<!-- Written by `make bench`; changes here are lost. -->",
        "# Benchmarks",
        f"{datetime.now(UTC):%Y-%m-%d}{', quick runs' if quick else ''}. Machine: {where}.",
        "Each measurement runs beside its baseline, in one go: `bench/run NAME`.",
    ]
    for entry in runs:
        parts += [f"## {entry.name}", entry.about]
        if entry.result is None:
            parts.append(f"**Did not finish**: {entry.error}")
            continue
        parts += [f"```\n{entry.output}\n```", figures(entry.result)]
    return "\n\n".join(parts) + "\n"


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
