# SPDX-License-Identifier: Apache-2.0
"""Ten rovers on random errands in the home: collisions, waiting and errands, with their claims and without.

The real skills (tektra.skills) under the real gate (tektra.safety) with config/world.yaml and config/safety.yaml; the
rovers are kinematic: differential drives within their limits, that obey a permit for 110 ms, with a localisation that
errs by 5 mm. Claims are told five times a second and heard 50 ms later. The baseline is the same fleet when nobody
tells a claim: each sees where the others are, and goes round them. `--quick`: one seed and five minutes instead of
three and thirty.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from common import emit, table

from tektra.common.areas import load_areas
from tektra.common.skills import skills_of
from tektra.common.timings import percentile
from tektra.common.world import Box, load_world
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion
from tektra.safety.options import SafetyOptions
from tektra.safety.ramp import Twist
from tektra.safety.zones import load_rules
from tektra.skills.base import BaseLimits
from tektra.skills.claims import claim_of
from tektra.skills.fleet import Fleet
from tektra.skills.library import Body, Library
from tektra.skills.run import Runner, safety_view
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen, wrapped

CONFIG = Path(__file__).resolve().parents[1] / "config"
WORLD = load_world(CONFIG / "world.yaml")
RULES = load_rules(CONFIG / "safety.yaml")
AREAS = load_areas(CONFIG / "safety.yaml")
ROVERS = 10
STEP_S = 0.05
#: Half the length and width of a rover, as its footprint in config/robots/rover1.yaml.
HALF_L, HALF_W = 0.22, 0.20
RADIUS = math.hypot(HALF_L, HALF_W)
JERK = (5.0, 20.0)
LIMITS = Limits(0.6, 1.5, 1.0, 6.0, 3.0, linear_jerk=JERK[0], angular_jerk=JERK[1])
BODY = Body(
    {skill.name: skill.schema for skill in skills_of(["base"])}, BaseLimits(0.6, 1.5, 6.0, 3.0), {}, RADIUS
)
NOISE_M, PERMIT_S = 0.005, SafetyOptions().permit_valid_s
#: Steps between two tellings of where a robot is and what it claims, and how long a robot rests between errands.
TELL_EVERY, REST_S = 4, 5.0
TARGETS = {
    "collisions": "== 0",
    "failed": "== 0",
    "least_per_min": ">= 0.5",
    "longest_wait_s": "<= 120",
    "step_p99_ms": "<= 20",
}


@dataclass
class Rover:
    """A differential drive that does what it is permitted, and tells where it thinks it is."""

    name: str
    x: float
    y: float
    yaw: float
    library: Library
    runner: Runner
    fleet: Fleet
    v: float = 0.0
    w: float = 0.0
    permit: tuple[Twist, float] = (Twist(), -1.0)
    rest_until_s: float = 0.0
    began_s: float = 0.0
    still_s: float = 0.0
    errand: int = 0
    place: str = ""
    done: int = 0
    failures: list[str] = field(default_factory=list)

    def move(self, now_s: float) -> None:
        asked = self.permit[0] if now_s < self.permit[1] else Twist()
        self.v = _ramp(self.v, asked.vx, LIMITS.linear_acceleration, LIMITS.linear_deceleration)
        self.w = _ramp(self.w, asked.wz, LIMITS.angular_acceleration, 15.0)
        self.yaw = wrapped(self.yaw + self.w * STEP_S)
        self.x += self.v * math.cos(self.yaw) * STEP_S
        self.y += self.v * math.sin(self.yaw) * STEP_S

    def corners(self) -> list[tuple[float, float]]:
        return list(Box(self.name, self.x, self.y, 2 * HALF_L, 2 * HALF_W, 0.3, self.yaw).corners())


def _ramp(now: float, asked: float, faster: float, slower: float) -> float:
    rate = (faster if abs(asked) > abs(now) else slower) * STEP_S
    return now + max(-rate, min(rate, asked - now))


@dataclass
class Found:
    """What one run showed."""

    minutes: float
    errands: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    collisions: int = 0
    nearest_m: float = math.inf
    longest_wait_s: float = 0.0
    longest_errand_s: float = 0.0
    refusals: int = 0
    step_ms: list[float] = field(default_factory=list)


class House:
    """The home with its rovers, their skills and the gate, step by step."""

    def __init__(self, seed: int, *, claims: bool, rovers: int = ROVERS) -> None:
        self.now_s = 0.0
        self.claims = claims
        self.random = random.Random(seed)
        self.gate = Gate(SafetyOptions(), rules=RULES)
        spots = [pose for place in WORLD.places.values() for pose in place.poses]
        starts = self.random.sample(spots, rovers)
        self.rovers = [
            self._rover(f"rover{i + 1}", pose.x_m, pose.y_m, pose.yaw_rad) for i, pose in enumerate(starts)
        ]
        self.found = Found(0.0)
        self._touching: set[tuple[str, str]] = set()
        self._steps = 0
        self._dead: list[Rover] = []
        self._boxes = list(WORLD.obstacles())
        for rover in self.rovers:
            self.gate.described(rover.name, "1", LIMITS, RADIUS)
            for other in self.rovers:
                rover.fleet.described(other.name, RADIUS)
                rover.fleet.told(other.name, 0, [(other.x, other.y)], 0.0)

    def _rover(self, name: str, x: float, y: float, yaw: float) -> Rover:
        return Rover(name, x, y, yaw, Library(name, BODY, WORLD, areas=AREAS), Runner(name), Fleet(name))

    def run(self, minutes: float) -> Found:
        for _ in range(round(minutes * 60.0 / STEP_S)):
            self.step()
        self.found.minutes += minutes
        self.found.errands = [rover.done for rover in self.rovers]
        self.found.failures = [text for rover in self.rovers for text in rover.failures]
        return self.found

    def kill(self, index: int) -> Rover:
        """This rover's skills die: it asks for nothing and tells nothing any more, and stands where it comes to a stop."""
        rover = self.rovers.pop(index)
        self._dead.append(rover)
        return rover

    def step(self) -> None:
        self.now_s += STEP_S
        self._steps += 1
        self.gate.tick(self.now_s, self.now_s)
        told = []
        for index, rover in enumerate(self.rovers):
            seen = self._look(rover)
            self._errand(rover)
            if rover.runner.run is not None:
                self._drive(rover, seen)
            if (self._steps + index) % TELL_EVERY == 0:
                told.append((rover.name, *self._claim(rover, seen)))
        for rover in self._dead:
            self._look(rover)
            rover.move(self.now_s)
        for rover in self.rovers:
            rover.move(self.now_s)
            for name, ticket_ns, route in told:
                rover.fleet.told(name, ticket_ns, route, self.now_s)
        self.gate.take_records()
        self._judge()

    def _look(self, rover: Rover) -> Seen:
        """Where the rover thinks it is; gate and skills are told."""
        gauss, now_s = self.random.gauss, self.now_s
        pose = Pose(
            rover.x + gauss(0.0, NOISE_M),
            rover.y + gauss(0.0, NOISE_M),
            wrapped(rover.yaw + gauss(0.0, NOISE_M)),
        )
        report = Report(
            connected=True,
            moving=bool(rover.v or rover.w),
            latched=False,
            epoch=self.gate.latch.epoch,
            stamp_s=now_s,
            pose=(pose.x, pose.y, pose.yaw),
            twist=Twist(rover.v, 0.0, rover.w),
        )
        self.gate.heard(rover.name, report, now_s=now_s, stamp_s=now_s)
        latch = self.gate.latch
        causes = self.gate.why_stopped(rover.name, now_s)
        view = safety_view(
            epoch=latch.epoch, stopped=latch.stopped, causes=latch.causes, robot_causes=causes, heard_s=now_s
        )
        rover.runner.on_safety(view)
        rover.runner.on_driver(connected=True, halt_reason="", now_s=now_s)
        return Seen(now_s, pose, rover.v, rover.w, others=rover.fleet.others(now_s))

    def _errand(self, rover: Rover) -> None:
        """Another errand for one that has none, after a rest; a place with a spot that is free or will be."""
        if rover.runner.run is not None or self.now_s < rover.rest_until_s or self.gate.latch.stopped:
            return
        here = {
            name
            for name, place in WORLD.places.items()
            if any(math.dist((p.x_m, p.y_m), (rover.x, rover.y)) < 0.5 for p in place.poses)
        }
        aims = [other.place for other in self.rovers if other is not rover]
        open_ = [
            name
            for name, place in WORLD.places.items()
            if name not in here and aims.count(name) < len(place.poses)
        ]
        rover.place = self.random.choice(sorted(open_))
        rover.errand += 1
        skill = rover.library.make("navigate_to", json.dumps({"place": rover.place}))
        assert rover.runner.start(f"{rover.name}/{rover.errand}", "navigate_to", skill, self.now_s) is None
        rover.began_s, rover.still_s = self.now_s, 0.0

    def _drive(self, rover: Rover, seen: Seen) -> None:
        run = rover.runner.run
        assert run is not None
        began = time.process_time()
        step = rover.runner.step(seen)
        self.found.step_ms.append(1e3 * (time.process_time() - began))
        if isinstance(step, End):
            return self._ended(rover, step)
        if isinstance(step, Drive):
            motion = Motion(Kind.VELOCITY, Twist(step.vx, 0.0, step.wz))
            request = Request(rover.name, run.goal_id, run.name, run.sequence, run.epoch, self.now_s, motion)
            decided = self.gate.decide(request, now_s=self.now_s, stamp_s=self.now_s)
            if decided is None:
                self.found.refusals += 1
            else:
                rover.permit = (decided[1].motion.twist, self.now_s + PERMIT_S)
        rover.still_s = rover.still_s + STEP_S if abs(rover.v) < 0.01 and abs(rover.w) < 0.02 else 0.0
        self.found.longest_wait_s = max(self.found.longest_wait_s, rover.still_s)
        return None

    def _ended(self, rover: Rover, end: End) -> None:
        rover.rest_until_s = self.now_s + self.random.uniform(0.0, REST_S)
        self.found.longest_errand_s = max(self.found.longest_errand_s, self.now_s - rover.began_s)
        if end.outcome is Outcome.SUCCEEDED:
            rover.done += 1
        else:
            rover.failures.append(f"{self.now_s:.0f} s, {rover.name}: {end.message}")

    def _claim(self, rover: Rover, seen: Seen) -> tuple[int, list[tuple[float, float]]]:
        assert seen.pose is not None
        claimed = claim_of(rover.runner.run.skill) if rover.runner.run and self.claims else None
        return (claimed[0][0], list(claimed[1])) if claimed else (0, [(seen.pose.x, seen.pose.y)])

    def _judge(self) -> None:
        """Collisions by where the rovers really are: with each other at every step, with walls at every fifth."""
        everybody = [*self._dead, *self.rovers]
        for index, one in enumerate(everybody):
            for other in everybody[:index]:
                away = math.dist((one.x, one.y), (other.x, other.y))
                self.found.nearest_m = min(self.found.nearest_m, away)
                pair = (one.name, other.name)
                if away < 2 * RADIUS and overlap(one.corners(), other.corners()):
                    self.found.collisions += pair not in self._touching
                    self._touching.add(pair)
                else:
                    self._touching.discard(pair)
            if self._steps % 5 == 0:
                hit = any(
                    box.distance_m(one.x, one.y) < RADIUS and overlap(one.corners(), list(box.corners()))
                    for box in self._boxes
                )
                pair = (one.name, "wall")
                self.found.collisions += hit and pair not in self._touching
                self._touching.add(pair) if hit else self._touching.discard(pair)


def overlap(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> bool:
    """Whether two convex quadrilaterals share a point: no edge's normal separates them."""
    for shape in (one, other):
        for (ax, ay), (bx, by) in zip(shape, shape[1:] + shape[:1], strict=True):
            nx, ny = by - ay, ax - bx
            spans = [[nx * x + ny * y for x, y in corners] for corners in (one, other)]
            if max(spans[0]) < min(spans[1]) or max(spans[1]) < min(spans[0]):
                return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one seed and 5 minutes")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    minutes, seeds = (5.0, 1) if args.quick else (30.0, 3)
    head = [
        "fleet",
        "seed",
        "minutes",
        "errands",
        "least",
        "failed",
        "collisions",
        "nearest m",
        "longest wait s",
        "longest errand s",
        "refused",
        "step p99 ms",
    ]
    rows, found = [], {}
    for claims in (True, False):
        runs = []
        for seed in range(args.seed, args.seed + (seeds if claims else 1)):
            one = House(seed, claims=claims).run(minutes)
            runs.append(one)
            rows.append([
                "with claims" if claims else "without", seed, one.minutes, sum(one.errands), min(one.errands), len(one.failures), one.collisions,
                one.nearest_m, one.longest_wait_s, one.longest_errand_s, one.refusals, percentile(one.step_ms, 0.99),
            ])  # fmt: skip
            for text in one.failures[:10]:
                print(f"  {rows[-1][0]}, seed {seed}: {text}")
        found[claims] = figures(runs)
    print(f"{ROVERS} rovers, {minutes:g} minutes of errands for each seed")
    print(table(head, rows))
    emit(
        "fleet",
        n=int(found[True]["errands"]),
        figures=found[True] | {f"without_{k}": v for k, v in found[False].items()},
        targets=TARGETS,
    )


def figures(runs: list[Found]) -> dict[str, float]:
    errands = sum(sum(run.errands) for run in runs)
    step_ms = [value for run in runs for value in run.step_ms]
    return {
        "errands": errands,
        "errands_per_robot_min": round(errands / ROVERS / sum(run.minutes for run in runs), 3),
        "least_per_min": round(min(min(run.errands) / run.minutes for run in runs), 3),
        "failed": sum(len(run.failures) for run in runs),
        "collisions": sum(run.collisions for run in runs),
        "nearest_m": round(min(run.nearest_m for run in runs), 3),
        "longest_wait_s": round(max(run.longest_wait_s for run in runs), 1),
        "longest_errand_s": round(max(run.longest_errand_s for run in runs), 1),
        "refusals": sum(run.refusals for run in runs),
        "step_p99_ms": round(percentile(step_ms, 0.99), 2),
        "step_max_ms": round(max(step_ms), 1),
    }


if __name__ == "__main__":
    main()
