# SPDX-License-Identifier: Apache-2.0
"""What the whole stack takes: memory of every node at rest and in all, and the time until it is ready.

Memory is the proportional set size (pages shared by n processes count 1/n for each), so that the sum is what the
machine really gives. Beside it, from the same run, the baseline: one bare rclpy node that does nothing. `--quick`
watches for 5 s instead of 20.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from common import emit

from tektra.cli.demo.main import PORTS, READY_S, free_ports, launch_arguments, wait_ready
from tektra.cli.demo.stack import Stack

BARE = "import rclpy; rclpy.init(); rclpy.spin(rclpy.create_node('bare'))"
TARGETS = {"rss_total_mb": "<= 6144", "ready_s": "<= 60"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="watch for 5 s instead of 20")
    seconds = 5 if parser.parse_args().quick else 20
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(100, 200))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["TEKTRA_STATE"] = scratch
        samples, ready_s = _measure(Path(scratch), seconds)
    medians = {name: statistics.median(values) for name, values in samples.items()}
    bare = medians.pop("bare")
    print(f"{'node':24}{'MB':>8}{'x bare':>8}")
    for name, used in sorted(medians.items(), key=lambda entry: -entry[1]):
        print(f"{name:24}{used:8.0f}{used / bare:8.1f}")
    figures = {f"rss_{name}_mb": round(used, 1) for name, used in medians.items()}
    figures |= {"rss_total_mb": round(sum(medians.values()), 1), "rss_bare_mb": round(bare, 1)}
    figures |= {"ready_s": round(ready_s, 2)}
    emit("footprint", n=len(next(iter(samples.values()))), figures=figures, targets=TARGETS)


def _measure(scratch: Path, seconds: int) -> tuple[dict[str, list[float]], float]:
    stack = Stack(scratch / "log")
    bare = subprocess.Popen([sys.executable, "-c", BARE])
    try:
        chosen = launch_arguments(free_ports(len(PORTS)))
        began = time.monotonic()
        up = stack.start("up", *(f"{name}:={value}" for name, value in chosen.items()))
        wait_ready(stack, up, READY_S)
        ready_s = time.monotonic() - began
        samples: dict[str, list[float]] = {}
        for _ in range(seconds):
            time.sleep(1.0)  # one sample a second
            for name, used in {**_nodes_mb(up.pid), "bare": _used_mb(psutil.Process(bare.pid))}.items():
                samples.setdefault(name, []).append(used)
        return samples, ready_s
    finally:
        stack.close()
        bare.kill()
        bare.wait()


def _nodes_mb(pid: int) -> dict[str, float]:
    """By name of the node, with its namespace where it has one; everything else is the supervisor's."""
    used: dict[str, float] = {}
    parent = psutil.Process(pid)
    for process in [parent, *parent.children(recursive=True)]:
        try:
            name = _name(process.cmdline())
            used[name] = used.get(name, 0.0) + _used_mb(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return used


def _name(command: list[str]) -> str:
    remaps = dict(part.split(":=", 1) for part in command if part.startswith(("__node:=", "__ns:=")))
    if "tektra.sim" in command:
        return "sim"
    if "__node" not in remaps:
        return "supervisor"
    namespace = remaps.get("__ns", "/").strip("/")
    return remaps["__node"] if namespace in ("", "tektra") else f"{namespace}_{remaps['__node']}"


def _used_mb(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss / 1e6)


if __name__ == "__main__":
    main()
