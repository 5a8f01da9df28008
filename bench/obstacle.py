# SPDX-License-Identifier: Apache-2.0
"""Does a rover touch what is on no map? Encounters by fixed seeds in the simulated home, judged by its physics.

A rover drives ahead, round a bend, backwards, turns on the spot, or goes to a place by `navigate_to`, and something is
there: a box, a chair of four thin legs, somebody who stands, somebody who walks across or along, another rover that
nobody drives. Its lidar is as the simulator has it, late, noisy, or dies on the way. Home, firmware, gate and skill are
the real ones, in one process without ROS; permits reach the wheels at once. A contact counts where the physics tells one
while the rover's motors drive; whoever walks into a rover that stands is counted apart. Beside it: the same encounters with the
gate's sensors off. Then free runs along the hall, in which each refusal is a stop that nobody needed. `--quick` takes an
eighth. Not counted as passable: where the lidar is dead.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
from common import emit, table

from tektra.common.robot_wire import Hello, Scan, State, Velocity, encode
from tektra.common.skills import skills_of
from tektra.common.timings import percentile
from tektra.common.world import load_world
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.obstacle_rules import ObstacleRules, load_obstacle_rules
from tektra.safety.options import SafetyOptions
from tektra.safety.sight import Scan as Rays
from tektra.safety.zones import load_rules
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S
from tektra.sim.things import THINGS
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body, Library
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen
from tektra.skills.strangers import Strangers

CONFIG = Path(__file__).parents[1] / "config"
WORLD = load_world(CONFIG / "world.yaml")
CORNERS = [(0.22, 0.20), (-0.22, 0.20), (-0.22, -0.20), (0.22, -0.20)]
RADIUS, PERIOD_S = math.hypot(0.22, 0.20), 0.05
LIMITS = Limits(0.6, 1.5, 1.0, 6.0, 3.0, linear_jerk=5.0, angular_jerk=20.0)
WAYS = ("ahead", "ahead", "bend", "reverse", "turn", "place")
WHAT = ("box1", "chair1", "stands", "walks", "walks", "rover2")
SENSORS = ("good", "good", "late", "noisy", "dead")
START, PLACE_S, SHORT_S, MOVING_MPS = (3.0, 5.0), 45.0, 6.0, 0.02
BODY = Body(
    {skill.name: skill.schema for skill in skills_of(["base"])}, BaseLimits(0.6, 1.5, 6.0, 3.0), {}, RADIUS
)


@dataclass
class Case:
    """One encounter, as its seed has it."""

    seed: int
    way: str
    what: str
    sensor: str


@dataclass
class Outcomes:
    """How it went: contacts while it moved and while it stood, the least distance (m), and whether it got there."""

    contact: bool = False
    walked_into: bool = False
    nearest_m: float = math.inf
    finished: bool = False
    stops: int = 0
    driven_m: float = 0.0


class Stage:
    """The home with rover1 under a gate; each encounter begins anew."""

    def __init__(self) -> None:
        robots = {name: start for name, start in WORLD.robots.items() if start.kind == "rover"}
        self.world = dataclasses.replace(WORLD, robots=robots)
        rover, arm = RoverLimits(), ArmLimits()
        self.physics = MujocoHome(self.world, rover, arm)
        self.home = Home(self.world, self.physics, rover, arm, seed=1, keys={})
        self.firmware = self.home.firmware["rover1"]
        self.firmware.link_up(0.0)
        self.firmware.receive(encode(Hello("bench")), 0.0)
        self.numbers = itertools.count(1)

    def begin(self, rules: ObstacleRules | None, rng: random.Random, sensor: str) -> None:
        """rover1 stands in the hall, nothing is in its way, and a new gate has found itself well."""
        for thing in THINGS:
            self.home.obey(json.dumps({"take": thing}).encode())
        self.stand("rover2", *(0.9, 5.2), 0.0)
        self.stand("rover1", *START, 0.0)
        self.gate = Gate(SafetyOptions(), rules=load_rules(CONFIG / "safety.yaml"), obstacles=rules)
        self.gate.described("rover1", "1", LIMITS, RADIUS, CORNERS)
        self.rng, self.sensor, self.waiting, self.dies_s = rng, sensor, [], math.inf
        self.state: State | None = None
        self.strangers = Strangers(self.world)
        for _ in range(10):
            self.tick()
        self.dies_s = self.home.now_s + rng.uniform(0.5, 2.0) if sensor == "dead" else math.inf

    def stand(self, robot: str, x: float, y: float, yaw: float) -> None:
        model, data = self.physics._model, self.physics._data
        joint = model.joint(f"{robot}/free")
        at, speed = int(joint.qposadr[0]), int(joint.dofadr[0])
        data.qpos[at : at + 7] = x, y, 0.08, math.cos(yaw / 2.0), 0.0, 0.0, math.sin(yaw / 2.0)
        data.qvel[speed : speed + 6] = 0.0

    def tick(self, outcomes: Outcomes | None = None) -> None:
        """PERIOD_S passes: the driver hears the robot, the gate hears the driver."""
        for _ in range(round(PERIOD_S / TICK_S)):
            self.home.tick()
            if outcomes is not None and self.home._ticks % 4 == 0:
                self.look(outcomes)
        now_s = self.home.now_s
        self.state, *scans = self.firmware.news(now_s)  # type: ignore[assignment]
        assert isinstance(self.state, State)
        self.waiting += [(scan.t, self.spoil(scan)) for scan in scans if isinstance(scan, Scan)]
        late_s = 0.2 if self.sensor == "late" else 0.0
        while self.waiting and self.waiting[0][0] + late_s <= now_s + 1e-9:
            told_s, rays = self.waiting.pop(0)
            if told_s < self.dies_s and self.gate.obstacles.watches("rover1"):
                self.gate.obstacles.scanned("rover1", "scan", rays, now_s, now_s - told_s)
                angles = rays.angle_min + rays.step * np.arange(len(rays.ranges))
                self.strangers.scanned(angles, rays.ranges, seen(self), (), now_s)
        vx, wz = self.state.twist
        moving = abs(vx) > 0.01 or abs(wz) > 0.02
        report = Report(
            True, moving, False, self.gate.latch.epoch, now_s, pose=self.state.pose, twist=Twist(vx, 0.0, wz)
        )
        self.gate.heard("rover1", report, now_s=now_s, stamp_s=now_s)
        self.gate.tick(now_s, now_s)

    def spoil(self, scan: Scan) -> Rays:
        told = np.array([math.inf if one is None else math.nan if one < 0.0 else one for one in scan.ranges])
        if self.sensor == "noisy":
            rng = np.random.default_rng(self.rng.randrange(2**32))
            told += rng.normal(0.0, 0.02, len(told))
            told[rng.random(len(told)) < 0.05] = math.nan
            dust = rng.random(len(told)) < 0.003
            told[dust] = rng.uniform(0.3, 2.0, dust.sum())
        return Rays(scan.angle_min, scan.angle_step, scan.range_min, scan.range_max, told)

    def ask(self, step: Drive) -> bool:
        """True when it is permitted."""
        number, now_s = next(self.numbers), self.home.now_s
        motion = Motion(Kind.VELOCITY, twist=Twist(step.vx, 0.0, step.wz))
        request = Request(
            "rover1", f"g{number // 10**9}", "bench", number, self.gate.latch.epoch, now_s, motion
        )
        decided = self.gate.decide(request, now_s=now_s, stamp_s=now_s)
        if decided is not None:
            twist = decided[1].motion.twist
            self.firmware.receive(encode(Velocity(number, twist.vx, twist.wz, 0.11)), now_s)
        return decided is not None

    def look(self, outcomes: Outcomes) -> None:
        """Contacts and distances by the physics."""
        model, data = self.physics._model, self.physics._data
        body = self.physics.body("rover1")
        outcomes.driven_m += abs(body.vx_mps) * 4 * TICK_S
        own = self.physics._shells["rover1"]
        if self.physics.bumps("rover1"):
            v, w = self.home._rovers[
                "rover1"
            ]._now  # what its motors do: whoever is run into is shoved as well
            if max(abs(v), 0.2 * abs(w)) > MOVING_MPS:
                outcomes.contact = outcomes.contact or not outcomes.walked_into
            else:
                outcomes.walked_into = True
        near = (*self.home._strangers.there, "rover2")
        for thing in near:
            if math.dist(data.body(thing).xpos[:2], data.body("rover1").xpos[:2]) > 1.0:
                continue
            for geom in np.flatnonzero(model.body_rootid[model.geom_bodyid] == model.body(thing).id):
                for mine in own:
                    found = mujoco.mj_geomDistance(model, data, int(mine), int(geom), 0.6, None)
                    outcomes.nearest_m = min(outcomes.nearest_m, found)


def meet(stage: Stage, case: Case, rules: ObstacleRules | None) -> Outcomes:
    """One encounter."""
    rng = random.Random(case.seed)
    stage.begin(rules, rng, case.sensor)
    outcomes = Outcomes()
    put(stage, case, rng)
    run = None
    if case.way == "place":
        run = Library("rover1", BODY, stage.world).make("navigate_to", json.dumps({"place": "hall"}))
    lasts_s = PLACE_S if run else SHORT_S
    for _ in range(round(lasts_s / PERIOD_S)):
        step: Drive | End | Any = motion(case, rng) if run is None else run.step(seen(stage))
        if isinstance(step, End):
            outcomes.finished = step.outcome is Outcome.SUCCEEDED
            break
        if isinstance(step, Drive):
            outcomes.stops += not stage.ask(step)
        stage.tick(outcomes)
    return outcomes


def seen(stage: Stage) -> Seen:
    assert stage.state is not None
    pose = Pose(*stage.state.pose) if stage.state.pose else None
    robots = stage.gate.why_stopped("rover1", stage.home.now_s)
    barred = next((why.removesuffix(" is in the way") for why in robots if why.endswith("in the way")), "")
    now_s = stage.home.now_s
    return Seen(now_s, pose, *stage.state.twist, barred=barred, strangers=stage.strangers.points(now_s))


def motion(case: Case, rng: random.Random) -> Drive:
    bend = 0.5 if case.seed % 2 else -0.5
    return {
        "ahead": Drive(0.6),
        "bend": Drive(0.5, bend),
        "reverse": Drive(-0.5),
        "turn": Drive(0.0, 2.0 * bend),
    }[case.way]


def put(stage: Stage, case: Case, rng: random.Random) -> None:
    """Something on the way, a little aside of its middle."""
    x, y = START
    far, aside = rng.uniform(0.8, 1.8), rng.uniform(-0.28, 0.28)
    if case.way == "bend":
        turned = far * (1.0 if case.seed % 2 else -1.0)
        x, y = x + math.sin(abs(turned)), y + math.copysign(1.0 - math.cos(turned), turned) + aside
    elif case.way == "reverse":
        x, y = x - far, y + aside
    elif case.way == "turn":
        angle, off = rng.uniform(0.6, 2.5), rng.uniform(0.30, 0.36)
        off += {"box1": 0.15, "rover2": 0.2, "stands": 0.2, "walks": 0.9, "chair1": 0.3}[case.what]
        x, y = x + off * math.cos(angle), y + off * math.sin(angle)
    else:
        x, y = x + far + 0.3, y + aside
    name = {"stands": "person1", "walks": "person1"}.get(case.what, case.what)
    if name == "rover2":
        stage.stand("rover2", x, y, rng.uniform(-3.0, 3.0))
        return
    tell = lambda **words: stage.home.obey(json.dumps(words).encode())  # noqa: E731
    if case.what != "walks":
        tell(put=name, x=x, y=y, yaw=rng.uniform(-3.0, 3.0))
        return
    speed, from_y = rng.uniform(0.6, 1.5), y + rng.choice((-1.0, 1.0)) * rng.uniform(0.9, 1.1)
    tell(put=name, x=x, y=from_y)
    tell(walk=name, x=x + rng.uniform(-0.2, 0.4), y=2.0 * y - from_y, speed=speed)


def free_runs(stage: Stage, rules: ObstacleRules, metres: float) -> tuple[int, float]:
    """Up and down the hall with nothing in the way, by a good and a noisy lidar: how many stops, how far."""
    stops, driven = 0, 0.0
    for sensor in ("good", "noisy"):
        stage.begin(rules, random.Random(7), sensor)
        outcomes, held = Outcomes(), False
        ahead = 1.0
        while outcomes.driven_m < metres / 2.0:
            assert stage.state is not None and stage.state.pose is not None
            x, y, yaw = stage.state.pose
            ahead = -1.0 if x > 10.0 else 1.0 if x < 3.0 else ahead
            wz = 1.5 * (5.0 - y) * ahead - 2.0 * yaw
            held_now = not stage.ask(Drive(0.5 * ahead, max(-0.5, min(0.5, wz))))
            stops, held = stops + (held_now and not held), held_now
            stage.tick(outcomes)
        driven += outcomes.driven_m
    return stops, driven


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    count, metres = (64, 30.0) if quick else (512, 200.0)
    rules, stage = load_obstacle_rules(CONFIG / "obstacles.yaml"), Stage()
    rng = random.Random(1)
    cases = [Case(seed, rng.choice(WAYS), rng.choice(WHAT), rng.choice(SENSORS)) for seed in range(count)]
    with_eyes = [meet(stage, case, rules) for case in cases]
    without = [meet(stage, case, None) for case in cases]
    stops, driven = free_runs(stage, rules, metres)
    rows = []
    for key in ("way", "what", "sensor"):
        for value in sorted({getattr(case, key) for case in cases}):
            pairs = [
                (a, b)
                for case, a, b in zip(cases, with_eyes, without, strict=True)
                if getattr(case, key) == value
            ]
            near = [a.nearest_m for a, _ in pairs if math.isfinite(a.nearest_m)] or [math.nan]
            rows.append(
                (
                    value,
                    len(pairs),
                    sum(a.contact for a, _ in pairs),
                    percentile(near, 0.05),
                    percentile(near, 0.5),
                    sum(a.walked_into for a, _ in pairs),
                    sum(b.contact for _, b in pairs),
                )
            )
    print(
        table(
            [
                "",
                "n",
                "contacts",
                "nearest m p5",
                "p50",
                "walked into while standing",
                "sensors off: contacts",
            ],
            rows,
        )
    )
    passable = [
        (case, done)
        for case, done in zip(cases, with_eyes, strict=True)
        if case.way == "place" and case.sensor != "dead"
    ]
    near = [done.nearest_m for done in with_eyes if math.isfinite(done.nearest_m)]
    figures = {
        "contacts": sum(done.contact for done in with_eyes),
        "contacts_sensors_off": sum(done.contact for done in without),
        "nearest_m_p5": percentile(near, 0.05),
        "nearest_m_min": min(near),
        "walked_into_while_standing": sum(done.walked_into for done in with_eyes),
        "free_m": driven,
        "false_stops_per_100m": 100.0 * stops / driven,
        "finished": sum(done.finished for _, done in passable) / max(len(passable), 1),
        "finished_of": len(passable),
    }
    for case, done in zip(cases, with_eyes, strict=True):
        if done.contact:
            print(f"contact: {case}, nearest {done.nearest_m:.3f} m")
    for case, done in passable:
        if not done.finished:
            print(f"not finished: {case}, stops {done.stops}")
    targets = {"contacts": "<= 0", "false_stops_per_100m": "<= 1", "finished": ">= 0.95"}
    emit("obstacle", n=count, figures={k: round(v, 3) for k, v in figures.items()}, targets=targets)


if __name__ == "__main__":
    main()
