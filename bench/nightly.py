# SPDX-License-Identifier: Apache-2.0
"""A million random stories of the gate, of a driver's guard and of people near robots: in none of them a rule breaks.

The unit tests' own properties (tests/unit/safety/test_*_properties.py, tests/unit/driver/test_guard_properties.py). A story of
the gate is 35 events of three robots and an operator beside a model of its own; one of the guard's is the same for a driver; an
encounter is one robot and somebody who walks straight at it; a truth is bodies with bounded brakes among late, lost and lying
messages, step by step. Hypothesis draws what has not been drawn before: each night is another one.
Nothing stands beside it but nought. `--quick` tells a hundredth; `--jobs 2` two files at once.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from common import emit, table

ROOT = Path(__file__).resolve().parent.parent
#: What is told, by which test; how many, and how many at a time (each time is another process, and other stories); the longest first.
TOLD = {
    "encounters": ("safety/test_people_properties.py", 1_000_000, 50_000),
    "gate_stories": ("safety/test_gate_properties.py", 1_000_000, 50_000),
    "truths": ("safety/test_truth_properties.py", 8_000, 800),
    "guard_stories": ("driver/test_guard_properties.py", 1_000_000, 250_000),
}
#: A hundredth, and no more than one time.
QUICK = 100
TARGETS = {name: f">= {count}" for name, (_, count, _) in TOLD.items()} | {"failed": "<= 0"}
FAILED = re.compile(r"(\d+) (?:failed|error)")


@dataclass(frozen=True)
class Told:
    """One file: how many it told, how many of its tests failed, and what pytest said."""

    name: str
    count: int
    failed: int
    seconds: float
    words: str


def tell(name: str, share: int) -> Told:
    """Runs one file as often as it takes. Ends with the first time that fails."""
    file, whole, most = TOLD[name]
    wanted, told, failed, words, began_s = whole // share, 0, 0, "", time.monotonic()
    while told < wanted and not failed:
        count = min(most, wanted - told)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/unit/{file}"]
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env={
                **os.environ,
                "TEKTRA_NIGHTLY": "1",
                "TEKTRA_STORIES": str(count),
            },  # new ones (tests/conftest.py)
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        words, told = done.stdout, told + count
        failed = sum(map(int, FAILED.findall(words.splitlines()[-1] if words else "")))
        failed = failed or int(done.returncode != 0)
        print(
            f"{name}: {told}, {failed} failed, {time.monotonic() - began_s:.0f} s",
            file=sys.stderr,
            flush=True,
        )
    return Told(name, told, failed, time.monotonic() - began_s, words)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a hundredth")
    parser.add_argument("--jobs", type=int, default=1, help="files at a time (default: 1)")
    parser.add_argument(
        "--only", nargs="+", choices=TOLD, default=list(TOLD), metavar="NAME", help=", ".join(TOLD)
    )
    args = parser.parse_args()
    with ThreadPoolExecutor(max(args.jobs, 1)) as pool:
        told = list(pool.map(lambda name: tell(name, QUICK if args.quick else 1), args.only))
    for one in told:
        if one.failed:
            print(one.words)
    print(
        table(
            ["what", "told", "failed", "s"], [[one.name, one.count, one.failed, one.seconds] for one in told]
        )
    )
    figures = {one.name: float(one.count) for one in told if not one.failed}
    figures["failed"] = float(sum(one.failed for one in told))
    emit("nightly", n=sum(one.count for one in told), figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
