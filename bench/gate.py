# SPDX-License-Identifier: Apache-2.0
"""What one decision costs the safety gate, by the number of robots, zones and people.

Robots stand in rows of ten, a metre and a half apart, and drive; zones are keep-out squares and slow squares between
them, as many near a robot whatever their number. There are as many people as robots, told of by one sensor, between the
rows; the last of each row has somebody right ahead, for whom it slows down. Each robot has a lidar of 360 rays; the last
but one of each row has a box before it. Each decision is one request of one robot, in turn, and one of its driver's
states comes before it, as in life; only the decision is timed, by the time that its thread computes: the gate's process
has one, which goes first (docs/decisions/real-time.md). `wall` is by the clock, with whatever else the machine did.
Baseline, in the same run: the same gate with the same robots, and nothing around them. `--quick` takes a fifth of the
decisions.
"""

from __future__ import annotations

import argparse
import gc
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from common import emit, table
from shapely import box

from tektra.common.timings import percentile
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.obstacle_rules import SCAN, ObstacleRules, ObstacleSensor, Watched
from tektra.safety.options import SafetyOptions
from tektra.safety.people import Person
from tektra.safety.sensors import Sensor
from tektra.safety.sight import Scan
from tektra.safety.zones import KEEP_OUT, SLOW, Rules, Zone

COUNTS = (1, 10, 100)
DECISIONS = 5_000
TICK_S = 0.04
#: How often each robot asks until all polygons are grown, and until it is at speed (0.6 s).
GROWN_ROUNDS, SPEED_ROUNDS = 2, 15
APART_M, RADIUS_M, SEPARATION_M, REACTION_S = 1.5, 0.3, 0.05, 0.2
#: Robots of a row, and how far rows are apart.
ROW, ROWS_M = 10, 5.0
#: Somebody ahead of the last of a row, and a box before the last but one (m).
AHEAD_M, BOX_M = 1.5, 0.6
RAYS, LOOK_EVERY = 360, 3
FLOOR = [(-50.0, -50.0), (99.0, -50.0), (99.0, 99.0), (-50.0, 99.0)]
LIDAR = Watched((ObstacleSensor("lidar", SCAN, "/scan", 0.5),))
LIMITS = Limits(0.6, 1.5, 1.0, 6.0, 3.0, linear_jerk=5.0, angular_jerk=20.0)


@dataclass
class Field:
    """A gate, and robots on a field."""

    robots: int
    zones: int
    judged: bool = True
    now_s: float = 100.0
    sequence: int = 0
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        rules = (
            Rules(REACTION_S, SEPARATION_M, tuple(map(self._zone, range(self.zones))))
            if self.judged
            else Rules()
        )
        self.names = [f"rover{number}" for number in range(self.robots)]
        seen = ObstacleRules(robots=dict.fromkeys(self.names, LIDAR)) if self.judged else None
        sensors = [Sensor("lidar", "/scan", "a/msg/B", 60.0)]
        self.gate = Gate(SafetyOptions(), rules=rules, sensors=sensors, obstacles=seen)
        self.gate.sensors.heard("lidar", self.now_s)
        self.people = list(map(self._person, range(self.robots))) if self.judged else []
        for name in self.names:
            self.gate.described(name, "driver", LIMITS, RADIUS_M)
        for _ in range(5):
            self._tick()
        for number in range(self.robots):
            self._hear(number)
            self._look(number)

    def decide(self, number: int) -> tuple[float, float]:
        """Seconds that one decision computed, and took. Raises RuntimeError when it was refused: then it is no decision worth timing."""
        if number % self.robots == 0:
            self._tick()
        at = number % self.robots
        self._hear(at)
        if number // self.robots % LOOK_EVERY == 0:
            self._look(at)
        self.sequence += 1
        motion = Motion(Kind.VELOCITY, twist=Twist(0.5, 0.0, 0.1))
        name = self.names[at]
        request = Request(
            name, f"goal of {name}", "move", self.sequence, self.gate.latch.epoch_of(name), self.now_s, motion
        )
        began, computed = time.perf_counter(), time.thread_time()
        decided = self.gate.decide(request, now_s=self.now_s, stamp_s=self.now_s)
        took = time.thread_time() - computed, time.perf_counter() - began
        if decided is None:
            raise RuntimeError(self.gate.take_records()[-1].detail)
        return took

    def _place(self, number: int) -> tuple[float, float]:
        return APART_M * (number % ROW), ROWS_M * (number // ROW)

    def _person(self, number: int) -> Person:
        x, y = self._place(number)
        last = number % ROW == ROW - 1
        return Person(f"p{number}", x + AHEAD_M, y) if last else Person(f"p{number}", x, y + ROWS_M / 2.0)

    def _zone(self, number: int) -> Zone:
        x, y = self._place(number)
        kind, aside = (KEEP_OUT, 0.75) if number % 2 else (SLOW, 0.5)
        square = box(x + aside - 0.1, y + aside - 0.1, x + aside + 0.1, y + aside + 0.1)
        return Zone(f"zone{number}", kind, square, 0.4 if kind == SLOW else 0.0)

    def _hear(self, number: int) -> None:
        x, y = self._place(number)
        report = Report(
            connected=True,
            moving=True,
            latched=False,
            epoch=self.gate.latch.epoch_of(self.names[number]),
            stamp_s=self.now_s,
            pose=(x, y, 0.3),
            twist=Twist(0.5, 0.0, 0.1),
        )
        self.gate.heard(self.names[number], report, now_s=self.now_s, stamp_s=self.now_s)

    def _look(self, number: int) -> None:
        if not self.judged:
            return
        angles = math.tau / RAYS * np.arange(RAYS) - math.pi
        ranges = 4.0 + 0.5 * np.sin(5.0 * angles)
        if number % ROW == ROW - 2:
            ranges[np.abs(angles) < 0.3] = BOX_M
        scan = Scan(-math.pi, math.tau / RAYS, 0.05, 10.0, ranges)
        self.gate.obstacles.scanned(self.names[number], "lidar", scan, self.now_s, 0.0)

    def _tick(self) -> None:
        self.now_s += TICK_S
        self.gate.sensors.heard("lidar", self.now_s)
        if self.people:
            self.gate.people.heard("cameras", FLOOR, self.people, self.now_s, 0.0)
        self.gate.tick(self.now_s, self.now_s)
        self.gate.take_records()


def measure(world: Field, decisions: int) -> tuple[list[float], list[float], list[float]]:
    """Microseconds that each decision computed, and took, once robots are at speed; and that each computed while they came to it. Of the
    first rounds none counts: in them polygons are grown once."""
    for number in range(GROWN_ROUNDS * world.robots):
        world.decide(number)
    starting = [world.decide(number) for number in range((SPEED_ROUNDS - GROWN_ROUNDS) * world.robots)]
    both = [world.decide(number) for number in range(decisions)]
    return (
        [1e6 * one for one, _ in both],
        [1e6 * other for _, other in both],
        [1e6 * one for one, _ in starting],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    decisions = DECISIONS // 5 if parser.parse_args().quick else DECISIONS
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)  # as the body's processes do
    figures: dict[str, float] = {}
    rows: list[Sequence[object]] = []
    p50: dict[tuple[int, int], float] = {}
    first: dict[tuple[int, int], float] = {}
    for robots in COUNTS:
        base, _, _ = measure(Field(robots, 0, judged=False), decisions)
        for zones in COUNTS:
            took, wall, starting = measure(Field(robots, zones), decisions)
            p50[robots, zones] = percentile(took, 0.5)
            first[robots, zones] = percentile(starting, 0.5)
            rows.append(
                (
                    robots,
                    zones,
                    p50[robots, zones],
                    percentile(took, 0.99),
                    first[robots, zones],
                    percentile(wall, 0.99),
                    percentile(base, 0.5),
                    percentile(base, 0.99),
                )
            )
            if robots == zones:
                figures[f"us_p50_{robots}"], figures[f"us_p99_{robots}"] = (
                    p50[robots, zones],
                    percentile(took, 0.99),
                )
        figures[f"base_us_p50_{robots}"] = percentile(base, 0.5)
    few, many = COUNTS[0], COUNTS[-1]
    # How much longer for a hundred times as many; 100 would be linear.
    figures["growth"] = p50[many, many] / p50[few, few]
    figures["growth_zones"] = p50[few, many] / p50[few, few]
    figures["growth_robots"] = p50[many, few] / p50[few, few]
    figures["growth_starting"] = first[many, many] / first[few, few]
    head = [
        "robots",
        "zones",
        "us p50",
        "us p99",
        "coming to speed: us p50",
        "wall p99",
        "nothing around: us p50",
        "us p99",
    ]
    print(table(head, rows))
    targets = {"growth": "<= 3", "us_p99_10": "<= 500"}
    figures = {name: round(value, 2) for name, value in figures.items()}
    emit("gate", n=decisions * len(rows), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
