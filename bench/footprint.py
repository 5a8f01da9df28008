# SPDX-License-Identifier: Apache-2.0
"""What the whole stack takes at rest: memory and processor of every node and in all, and the time until it is ready.

Memory is the proportional set size (pages shared by n processes count 1/n for each), so that the sum is what the
machine really gives. The processor is what the kernel counted for each process (user and system) over the watch, begun
once the language model has read its opening: percent of one core, and in all cores. Beside them, from the same run, the
baseline: one bare rclpy node with a timer of 10 Hz that does nothing. `--quick` watches for 10 s instead of 40.
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
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from common import emit

from tektra.cli.demo.main import PORTS, READY_S, free_ports, launch_arguments, wait_ready
from tektra.cli.demo.stack import Stack

BARE = """\
import rclpy
rclpy.init()
node = rclpy.create_node('bare')
node.create_timer(0.1, lambda: None)
rclpy.spin(node)
"""
TARGETS = {"rss_total_mb": "<= 6144", "ready_s": "<= 60", "idle_cpu_cores": "<= 0.5"}
#: Nobody asks, and nothing is shown: no camera in place of the demo's clip, which is a street in motion.
IDLE = {"camera": "none"}
#: A model that reads its opening takes all that there is: idle is what comes after it.
CALM, CALM_S = 0.5, 600.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="watch for 10 s instead of 40")
    seconds = 10 if parser.parse_args().quick else 40
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(100, 200))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["TEKTRA_STATE"] = scratch
        samples, ready_s = _measure(Path(scratch), seconds)
    mb = {name: statistics.median(used.mb for used in of_one) for name, of_one in samples.items()}
    cpu = {
        name: 100.0 * (last.cpu_s - first.cpu_s) / (last.at_s - first.at_s)
        for name, (first, *_, last) in samples.items()
    }
    bare_mb, bare_cpu = mb.pop("bare"), cpu.pop("bare")
    print(f"{'node':24}{'MB':>8}{'x bare':>8}{'% of a core':>14}{'x bare':>8}")
    for name, used in sorted(cpu.items(), key=lambda entry: -entry[1]):
        print(
            f"{name:24}{mb[name]:8.0f}{mb[name] / bare_mb:8.1f}{used:14.1f}{used / max(bare_cpu, 0.01):8.1f}"
        )
    figures = {f"rss_{name}_mb": round(used, 1) for name, used in mb.items()}
    figures |= {f"idle_cpu_{name}_percent": round(used, 1) for name, used in cpu.items()}
    figures |= {"rss_total_mb": round(sum(mb.values()), 1), "rss_bare_mb": round(bare_mb, 1)}
    figures |= {
        "idle_cpu_cores": round(sum(cpu.values()) / 100.0, 3),
        "idle_cpu_bare_percent": round(bare_cpu, 1),
    }
    figures |= {"ready_s": round(ready_s, 2)}
    emit("footprint", n=len(next(iter(samples.values()))), figures=figures, targets=TARGETS)


@dataclass(frozen=True)
class Used:
    """What one node has used by a time: MB now, and processor seconds since its start."""

    at_s: float
    mb: float
    cpu_s: float


def _measure(scratch: Path, seconds: int) -> tuple[dict[str, list[Used]], float]:
    stack = Stack(scratch / "log")
    bare = subprocess.Popen([sys.executable, "-c", BARE])
    try:
        chosen = launch_arguments(free_ports(len(PORTS))) | IDLE
        began = time.monotonic()
        up = stack.start("up", *(f"{name}:={value}" for name, value in chosen.items()))
        wait_ready(stack, up, READY_S)
        ready_s = time.monotonic() - began
        _wait_calm(up.pid)
        samples: dict[str, list[Used]] = {}
        for _ in range(seconds + 1):
            for name, used in {**_nodes(up.pid), "bare": _used([psutil.Process(bare.pid)])}.items():
                samples.setdefault(name, []).append(used)
            time.sleep(1.0)  # one sample a second
        return samples, ready_s
    finally:
        stack.close()
        bare.kill()
        bare.wait()


def _wait_calm(pid: int) -> None:
    """Until the model has read its opening: the planner's processor is calm for 5 s. Goes on after CALM_S in any case."""
    end_s, before = time.monotonic() + CALM_S, _nodes(pid).get("planner")
    while before is not None and time.monotonic() < end_s:
        time.sleep(5.0)
        now = _nodes(pid)["planner"]
        if now.cpu_s - before.cpu_s < CALM * (now.at_s - before.at_s):
            return
        before = now


def _nodes(pid: int) -> dict[str, Used]:
    """By name of the node, with its namespace where it has one; everything else is the supervisor's."""
    named: dict[str, list[psutil.Process]] = {}
    parent = psutil.Process(pid)
    for process in [parent, *parent.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            named.setdefault(_name(process.cmdline()), []).append(process)
    return {name: _used(processes) for name, processes in named.items()}


def _name(command: list[str]) -> str:
    remaps = dict(part.split(":=", 1) for part in command if part.startswith(("__node:=", "__ns:=")))
    if "tektra.sim" in command:
        return "sim"
    if "__node" not in remaps:
        return "supervisor"
    namespace = remaps.get("__ns", "/").strip("/")
    return remaps["__node"] if namespace in ("", "tektra") else f"{namespace}_{remaps['__node']}"


def _used(processes: list[psutil.Process]) -> Used:
    mb = cpu_s = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            mb += process.memory_full_info().pss / 1e6
            cpu_s += sum(process.cpu_times()[:2])  # its own: user and system
    return Used(time.monotonic(), mb, cpu_s)


if __name__ == "__main__":
    main()
