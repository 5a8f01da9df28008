# SPDX-License-Identifier: Apache-2.0
"""From publish on /safety/stop to the halt on every robot's socket, for 1, 5 and 10 moving robots beside a mind at full load.

One process publishes, with the priority of `tektra stop`, and reads the clock right before. Each robot has a driver and a TCP socket; the
kernel of this machine stamps the halt's bytes as they come in there (stopping/robots.py). The robots turn under
permits of the real gate, are stopped, reset, and asked to turn again, each time. A stop counts once for each robot. Baseline,
a few milliseconds before each stop: one Empty of the same QoS to the plainest rclpy subscriber, of the driver's priority.
The mind: the planner's language model writing and speech recognition hearing without a pause, by the nodes' own back ends, the
vision node at 30 images a second with objects looked for in as many as it can, and somebody who takes its images.
Measured with the drivers in one process, as launch/fleet.launch.xml runs them (the figures), with a process for each
(*_apart), and in one process without real-time priority and locked memory, where the body is only niced (*_niced).
2,000 stops for each number of robots, `--quick` 100; a twentieth of that for the latter two.
"""

from __future__ import annotations

import argparse
import gc
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import psutil
import rclpy
from common import emit, table
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from std_msgs.msg import Empty
from std_srvs.srv import Trigger
from stopping.processes import Family, rover_limits
from stopping.roles import BARE

from tektra.common.scheduling import BODY_PRIORITY, REALTIME, be_nice, take_realtime
from tektra.common.timings import percentile
from tektra.ros.qos import RELIABLE, SAFETY_STATE
from tektra_interfaces.msg import SafetyState

COUNTS = (1, 5, 10)
STOPS, QUICK_STOPS, ASIDE_SHARE = 2000, 100, 20
#: A halt that comes later than this was not brought by the stop: the permit itself runs out after 110 ms.
LOST_S = 0.1
PATIENCE_S = 60.0
#: Where a figure ends: at the robot's socket, not at its wheels.
TARGETS = {f"to_socket_p99_ms_{count}": "<= 2" for count in COUNTS} | {
    "ratio_p99": "<= 3",
    "lost": "<= 0",
    "growth": "<= 2",
}


class How(Enum):
    """How the body runs."""

    TOGETHER = "drivers in one process"
    APART = "a process for each driver"
    NICED = "drivers in one process, no real-time priority"


@dataclass
class Found:
    """Latencies in ms: of each robot at each stop, of the slowest robot of each stop, and of the bare hop."""

    halts: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    stops: int = 0
    lost: int = 0
    lapsed: int = 0  # the robot stood already: its permit had just run out


class Operator(Node):
    """Whoever stops and resets."""

    def __init__(self) -> None:
        super().__init__("bench_operator")
        self.state: SafetyState | None = None
        self.stop = self.create_publisher(Empty, "/safety/stop", RELIABLE)
        self.bare = self.create_publisher(Empty, BARE, RELIABLE)
        self.reset = self.create_client(Trigger, "/safety/reset")
        self.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)

    def _on_state(self, state: SafetyState) -> None:
        self.state = state


class Stage:
    """The body with some robots, and the operator's hand on the stop."""

    def __init__(self, family: Family, count: int, *, together: bool) -> None:
        self.found = Found()
        self._family, self._count, self._together = family, count, together
        self._stands: dict[str, int] = {}  # robot: when it was halted (ns)
        self._moves: set[str] = set()
        self._lapses: dict[str, int] = {}  # robot: when its permit ran out (ns)
        self._bare_ns = 0
        self._operator = Operator()
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._operator)

    def start(self, scratch: str) -> None:
        """Starts the processes and waits until all robots move."""
        self._family.start("-m", "stopping.robots", str(self._count))
        ports: dict[str, int] = self._family.told.get(timeout=PATIENCE_S)[1]["ports"]
        self._family.node("safety", "safety", f"state_file:={scratch}/{time.time_ns()}/safety.json")
        if self._together:
            file = Path(scratch) / f"{time.time_ns()}.yaml"
            file.write_text(
                "".join(
                    f"/{robot}/driver: {{ros__parameters: {{port: {port}}}}}\n"
                    for robot, port in ports.items()
                )
            )
            command = "from tektra.driver.node import fleet_main; fleet_main()"
            limits = [word for limit in rover_limits() for word in ("-p", limit)]
            self._family.start("-c", command, "--ros-args", *limits, "--params-file", str(file))
        else:
            for robot, port in ports.items():
                self._family.node("driver", "driver", f"port:={port}", *rover_limits(), namespace=robot)
        self._family.start("-m", "stopping.roles", "bare")
        self._family.start("-m", "stopping.roles", "skills", *ports)
        heard = self._operator
        self.until(
            # Each hears it twice: from reliable publishers, and from any.
            lambda: heard.stop.get_subscription_count() == 2 * ((1 if self._together else self._count) + 1),
            "every driver and the gate hear a stop",
        )
        self.until(heard.bare.get_subscription_count, "the bare subscriber")
        self.until(self._released, "all robots move")

    def close(self) -> None:
        self._executor.shutdown()
        self._operator.destroy_node()

    def stop_once(self) -> None:
        """A bare hop, a stop, a reset, and motion again."""
        self.during(random.uniform(0.02, 0.07))
        self._bare_ns, began_ns = 0, time.time_ns()
        self._operator.bare.publish(Empty())
        self.until(lambda: self._bare_ns, "the bare hop")
        self.found.bare.append((self._bare_ns - began_ns) / 1e6)
        self.during(random.uniform(0.005, 0.03))
        self.until(self._released, "all robots move")
        self._stands.clear()
        self._lapses.clear()
        began_ns = time.time_ns()
        self._operator.stop.publish(Empty())
        self.until(lambda: len(self._stands | self._lapses) == self._count, "every robot stands")
        latencies = [(ns - began_ns) / 1e6 for ns in self._stands.values()]
        self.found.halts += latencies
        self.found.slowest += [max(latencies)] if latencies else []
        self.found.stops += 1
        lapses = [(ns - began_ns) / 1e6 for robot, ns in self._lapses.items() if robot not in self._stands]
        self.found.lapsed += len(lapses)
        self.found.lost += sum(latency > LOST_S * 1e3 for latency in latencies + lapses)
        self._reset()

    def until(self, holds: Callable[[], object], what: str) -> None:
        """Waits for it. Raises SystemExit when it does not come, or a process ends."""
        until_s = time.monotonic() + PATIENCE_S
        while not holds():
            self._listen()
            if time.monotonic() > until_s:
                raise SystemExit(f"not within {PATIENCE_S:g} s: {what}")
            self._family.check()

    def during(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self._listen()

    def _reset(self) -> None:
        """Until all move. A driver that hears the stop after the reset stops all once more, and that is reset, too."""
        self.until(lambda: self._operator.state and self._operator.state.stopped, "a stopped gate")
        self.until(self._released, "all robots move again")

    def _released(self) -> bool:
        if (
            self._operator.state and self._operator.state.stopped
        ):  # a reset is refused while a robot still moves
            answer = self._operator.reset.call_async(Trigger.Request())
            self.until(answer.done, "an answer to the reset")
            self.during(0.005)
        return len(self._moves) == self._count

    def _listen(self) -> None:
        self._executor.spin_once(timeout_sec=0.002)
        while not self._family.told.empty():
            _, told = self._family.told.get()
            self._bare_ns = told.get("bare_ns", self._bare_ns)
            if told.get("event") == "moves":
                self._moves.add(told["robot"])
            elif told.get("event") == "stands":
                self._moves.discard(told["robot"])
                stood = self._stands if told["reason"] == "halt" else self._lapses
                stood[told["robot"]] = told["ns"]


def measure(count: int, stops: int, scratch: str, how: How) -> Found:
    """The body from its start to its end on a ROS domain of its own (the mind stays on its own, beside it)."""
    environment = {REALTIME: "0"} if how is How.NICED else {}
    with Family(environment) as family:
        stage = Stage(family, count, together=how is not How.APART)
        try:
            stage.start(scratch)
            gc.collect()
            gc.freeze()
            for number in range(stops):
                stage.stop_once()
                if sys.stderr.isatty() or number % 100 == 99:
                    print(
                        f"\r{count} robots, {how.value}: {number + 1}/{stops} stops", end="", file=sys.stderr
                    )
            print(file=sys.stderr)
        finally:
            stage.close()
    return stage.found


class Mind:
    """The load: real models that never rest."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._counts: Counter[str] = Counter()

    def start(self) -> None:
        self._family.node(
            "vision",
            "vision",
            "camera:=opencv",
            "source:=clip-bikes",
            "objects_rate_hz:=30.0",
            "cpu_share:=1.0",
        )
        for role in ("viewer", "llm", "stt"):
            self._family.start("-m", "stopping.roles", role)
        until_s = time.monotonic() + 180.0
        while not {"llm_tokens", "stt_s", "images"} <= self._counts.keys():
            if time.monotonic() > until_s:
                raise SystemExit(
                    f"the mind does not work; only {dict(self._counts)}; TEKTRA_BENCH_LOG=1 shows why"
                )
            self._family.check()
            self.count()
            time.sleep(0.1)

    def count(self) -> Counter[str]:
        """What it has done so far."""
        while not self._family.told.empty():
            for key, value in self._family.told.get()[1].items():
                if key != "ready":
                    self._counts[key] += value
        return Counter(self._counts)

    def cpu_s(self) -> float:
        return sum(sum(psutil.Process(child.pid).cpu_times()[:2]) for child in self._family.children)


def worked(done: Counter[str], seconds: float) -> str:
    """What the mind did meanwhile: whether it was busy in this part, too."""
    return (
        f"the mind beside it, for {seconds:.0f} s: {done['llm_tokens'] / seconds:.1f} tokens/s, "
        f"{done['stt_s'] / seconds:.2f} s of speech/s, {done['images'] / seconds:.1f} images/s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STOPS} stops each instead of {STOPS}")
    parser.add_argument("--stops", type=int, help="as many stops each")
    parser.add_argument("--robots", type=int, nargs="+", default=COUNTS, help="only these numbers of robots")
    parser.add_argument(
        "--how",
        type=lambda name: How[name.upper()],
        nargs="+",
        default=list(How),
        help="only so: together, apart, niced; the figures are those of the first",
    )
    parser.add_argument("--idle", action="store_true", help="without the mind, to see what its load costs")
    args = parser.parse_args()
    stops = args.stops or (QUICK_STOPS if args.quick else STOPS)
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(20, 220))
    be_nice(0)
    found: dict[tuple[int, How], Found] = {}
    with tempfile.TemporaryDirectory() as scratch, Family() as family:
        mind = Mind(family)
        if not args.idle:
            mind.start()
        take_realtime(BODY_PRIORITY)  # as `tektra stop` does, before DDS makes its threads
        rclpy.init()
        began_s, before, used_s = time.monotonic(), mind.count(), mind.cpu_s()
        for count in args.robots:
            for how in args.how:
                share = 1 if how is How.TOGETHER else ASIDE_SHARE
                earlier, part_s = mind.count(), time.monotonic()
                found[count, how] = measure(count, max(30, stops // share), scratch, how)
                during = worked(mind.count() - earlier, time.monotonic() - part_s)
                print(f"{count} robots, {how.value}: {during}")
        seconds = time.monotonic() - began_s
        done, used_s = mind.count() - before, mind.cpu_s() - used_s
        rclpy.try_shutdown()
    report(found)
    print(f"in all: {worked(done, seconds)} on {used_s / seconds:.2f} cores")
    figures = figures_of({count: entry for (count, how), entry in found.items() if how is args.how[0]})
    figures |= {
        f"to_socket_p99_ms_{count}_{how.name.lower()}": round(percentile(entry.halts, 0.99), 3)
        for (count, how), entry in found.items()
        if how is not args.how[0]
    }
    counted = sum(entry.stops for (_, how), entry in found.items() if how is args.how[0])
    emit("stop_latency", n=counted, figures=figures, targets=TARGETS)


def report(found: dict[tuple[int, How], Found]) -> None:
    rows: list[list[object]] = []
    for (count, how), entry in found.items():
        rows.append(row(f"{count} robots, {how.value}: each halt", entry.halts))
        rows.append(row(f"{count} robots, {how.value}: the slowest of a stop", entry.slowest))
        rows.append(row(f"{count} robots, {how.value}: bare hop", entry.bare))
    print(table(["ms", "n", "p50", "p95", "p99", "max"], rows))


def row(what: str, latencies_ms: list[float]) -> list[object]:
    return [what, len(latencies_ms), *(percentile(latencies_ms, share) for share in (0.5, 0.95, 0.99, 1.0))]


def figures_of(found: dict[int, Found]) -> dict[str, float]:
    """Of the runs with real-time priority. The ratio is the worst one, the growth that of p99."""
    figures: dict[str, float] = {}
    for count, entry in found.items():
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            figures[f"to_socket_{name}_ms_{count}"] = round(percentile(entry.halts, share), 3)
        bare = percentile(entry.bare, 0.99)
        figures[f"bare_p99_ms_{count}"] = round(bare, 3)
        figures[f"slowest_p99_ms_{count}"] = round(percentile(entry.slowest, 0.99), 3)
        figures[f"ratio_p99_{count}"] = round(percentile(entry.halts, 0.99) / bare, 3)
    figures["ratio_p99"] = max(figures[f"ratio_p99_{count}"] for count in found)
    figures["lapsed"] = sum(entry.lapsed for entry in found.values())
    figures["lost"] = sum(entry.lost for entry in found.values())
    least, most = min(found), max(found)
    figures["growth"] = (
        round(figures[f"to_socket_p99_ms_{most}"] / figures[f"to_socket_p99_ms_{least}"], 3)
        if least < most
        else math.nan
    )
    return figures


if __name__ == "__main__":
    main()
