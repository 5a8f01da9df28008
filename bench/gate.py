# SPDX-License-Identifier: Apache-2.0
"""How long the safety gate takes for one decision, by the number of zones and of robots.

Robots stand in rows on a field, a metre and a half apart, and drive; zones are keep-out squares and slow squares
between them, as many near a robot whatever their number. Each decision is one request of one robot, in turn, and one
of its driver's states comes before it, as in life; only the decision is timed. Baseline, in the same run: the same
gate with the same robots, without zones and distances. `--quick` takes a fifth of the decisions.
"""

from __future__ import annotations

import argparse
import gc
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from common import emit, table
from shapely import box

from tektra.common.timings import percentile
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.sensors import Sensor
from tektra.safety.zones import KEEP_OUT, SLOW, Rules, Zone

COUNTS = (1, 10, 100)
DECISIONS = 5_000
TICK_S = 0.04
APART_M, RADIUS_M, SEPARATION_M, REACTION_S = 1.5, 0.3, 0.05, 0.2
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
        self.gate = Gate(SafetyOptions(), rules=rules, sensors=[Sensor("lidar", "/scan", "a/msg/B", 60.0)])
        self.gate.sensors.heard("lidar", self.now_s)
        self.names = [f"rover{number}" for number in range(self.robots)]
        for name in self.names:
            self.gate.described(name, "driver", LIMITS, RADIUS_M)
        for _ in range(5):
            self._tick()
        for number in range(self.robots):
            self._hear(number)

    def decide(self, number: int) -> float:
        """Seconds that one decision took. Raises RuntimeError when it was refused: then it is no decision worth timing."""
        if number % self.robots == 0:
            self._tick()
        at = number % self.robots
        self._hear(at)
        self.sequence += 1
        motion = Motion(Kind.VELOCITY, twist=Twist(0.5, 0.0, 0.1))
        name = self.names[at]
        request = Request(
            name, f"goal of {name}", "move", self.sequence, self.gate.latch.epoch_of(name), self.now_s, motion
        )
        began = time.perf_counter()
        decided = self.gate.decide(request, now_s=self.now_s, stamp_s=self.now_s)
        took = time.perf_counter() - began
        if decided is None:
            raise RuntimeError(self.gate.take_records()[-1].detail)
        return took

    def _place(self, number: int) -> tuple[float, float]:
        columns = math.ceil(math.sqrt(max(self.robots, self.zones)))
        return APART_M * (number % columns), APART_M * (number // columns)

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

    def _tick(self) -> None:
        self.now_s += TICK_S
        self.gate.sensors.heard("lidar", self.now_s)
        self.gate.tick(self.now_s, self.now_s)
        self.gate.take_records()


def measure(world: Field, decisions: int) -> list[float]:
    """Microseconds for each decision; the first hundred, in which polygons are grown once, are not counted."""
    for number in range(max(100, 2 * world.robots)):
        world.decide(number)
    return [1e6 * world.decide(number) for number in range(decisions)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    decisions = DECISIONS // 5 if parser.parse_args().quick else DECISIONS
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)  # as the body's processes do
    figures: dict[str, float] = {}
    rows: list[Sequence[object]] = []
    p50: dict[tuple[int, int], float] = {}
    for robots in COUNTS:
        base = measure(Field(robots, 0, judged=False), decisions)
        for zones in COUNTS:
            took = measure(Field(robots, zones), decisions)
            p50[robots, zones] = percentile(took, 0.5)
            rows.append(
                (
                    robots,
                    zones,
                    p50[robots, zones],
                    percentile(took, 0.99),
                    max(took),
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
    head = ["robots", "zones", "us p50", "us p99", "us max", "no zones: us p50", "us p99"]
    print(table(head, rows))
    targets = {"growth": "<= 3", "us_p99_10": "<= 500"}
    figures = {name: round(value, 2) for name, value in figures.items()}
    emit("gate", n=decisions * len(rows), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
