# SPDX-License-Identifier: Apache-2.0
"""What is lost while people, robots, clients and strangers come and go for an hour: says, calls, stops, and who is deaf.

The whole of Tektra but for recognition, vision and face runs under `tektra up`, with a planner whose model's answers are given.
By fixed seeds one thing after the other happens: sentences at once, calls in parallel, stops and resets (and a reset that is older
than the stop), requests, requests to a planner that is frozen, kills, freezes, processes made deaf (bench/deafen.py), pauses of the
whole, a robot's connection cut (by `ss`, as root), strangers that vanish without a good-bye, clients of the bridge that reload. After
each, everything that was accepted must have been ended, and everything must be as it should be again. `--hours 1` (default), `--quick` four minutes.
Nothing stands beside it but nought: whatever is lost is a fault.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from common import emit, table
from soaking.acts import TARGETS, Soak
from soaking.contact import Contact
from soaking.running import START_MAX_S, Tektra

QUICK_S = 240.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--quick", action="store_true", help="four minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="an empty folder for logs, which stay there")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    with (
        nullcontext(arguments.keep)
        if arguments.keep
        else tempfile.TemporaryDirectory(prefix="soak_") as folder
    ):
        tektra = Tektra(Path(folder).resolve())
        try:
            return _soak(tektra, QUICK_S if arguments.quick else 3600.0 * arguments.hours, arguments.seed)
        finally:
            tektra.close()


def _soak(tektra: Tektra, seconds: float, seed: int) -> int:
    starting_s = time.monotonic()
    while "Tektra is ready" not in tektra.log:
        if time.monotonic() - starting_s > START_MAX_S or tektra.process.poll() is not None:
            print(tektra.log)
            return 1
        time.sleep(0.2)
    started_s = time.monotonic() - starting_s
    print(f"started after {started_s:.0f} s", flush=True)
    soak = Soak(tektra, Contact(tektra.ports["truth_port"]), seed, started_s)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    whole = True
    try:
        soak.run(seconds, random.Random(seed))
    except KeyboardInterrupt:
        whole = False
        print("broken off: the figures are of what was until then")
    figures = soak.figures()
    print(table(["process", "s", "MB", "without a file", "files"], soak.growth.rows()[:20]))
    print("lost in shared memory:", " ".join(sorted(soak.lost_in_shared_memory)) or "nothing")
    print("left there, and used again by newcomers:", " ".join(sorted(soak.used_again)) or "nothing")
    print(
        "ended as deaf, and nothing was wrong with them:",
        *soak.ended_in_vain.values() or ["none"],
        sep="\n  ",
    )
    print("locked up by the middleware itself, found and started anew:", len(soak.locked_up))
    print("left without a port by the middleware itself, found and started anew:", len(soak.without_port))
    print(table(["what happened", "times"], sorted(soak.events.items())))
    print(table(["figure", "value"], sorted(figures.items())))
    emit("soak", n=sum(soak.events.values()), figures=figures, targets=TARGETS)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
