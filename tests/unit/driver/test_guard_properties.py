# SPDX-License-Identifier: Apache-2.0
"""Whatever a driver hears in whatever order: 10,000 random stories a run, or TEKTRA_STORIES (`bench/run nightly`: a million).

Hypothesis draws seeds, and each seed is some stories: drawing every event by itself would take ten times as long.
"""

import math
import os
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tektra.driver.commands import Drive, Land, MoveGripper, MoveJoints, StandStill, TakeOff, Tool
from tektra.driver.guard import Guard, Permit, SafetyReading
from tektra.driver.options import DriverOptions

STORIES = int(os.environ.get("TEKTRA_STORIES", "10000"))
PER_SEED, EVENTS = 50, 40
OPTIONS = DriverOptions(
    joint_names=["waist"], joint_lower=[-1.0], joint_upper=[1.0], joint_speed=[1.0], joint_acceleration=[4.0],
    gripper_max=0.08, altitude=5.0, tool_names=["lamp"],
)  # fmt: skip
WILD = (math.nan, math.inf, -math.inf, 1e9)


class Gate:
    """What a gate says, that keeps its own promises: one counter for the stops and resets of all and of this robot."""

    def __init__(self) -> None:
        self.instance, self.counter, self.sequence = 0, 5, 0
        self.all_epoch, self.own_epoch = 5, 0
        self.all_stopped = self.own_stopped = False

    def change(self, *, alone: bool, stopped: bool) -> None:
        if (self.own_stopped if alone else self.all_stopped) != stopped:
            self.counter += 1
            if alone:
                self.own_epoch, self.own_stopped = self.counter, stopped
            else:
                self.all_epoch, self.all_stopped = self.counter, stopped

    def restart(self, *, remembers: bool) -> None:
        """As after a kill: it comes back above its old counter, or has forgotten what was stopped."""
        self.counter += 2
        self.instance, self.sequence, self.all_epoch, self.own_epoch = self.instance + 1, 0, self.counter, 0
        if not remembers:
            self.all_stopped = self.own_stopped = False


class Story:
    """One driver, its two clocks, the gate, and messages that come late, twice, never or from nowhere."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.guard, self.gate = Guard("rover1", OPTIONS), Gate()
        self.now_s, self.clock_s, self.permits, self.moved = 0.0, 1.7e9, 0, 0
        self.readings: list[SafetyReading] = []
        self.epoch = -1
        self.held: dict[bool, set[int]] = {}  # stops heard here, by alone: instances that owned to it
        self._guard_stop, self.guard.stop = (
            self.guard.stop,
            self.latch,
        )  # between two gates it stops by itself, too
        self.guard.link(True)
        self.gate_speaks_on()

    def run(self, events: int) -> "Story":
        choices = (
            *(self.permit,) * 6, *(self.beat,) * 6, self.passes, self.passes, self.old_reading, self.stopped, self.link,
            self.gate_changes, self.gate_releases, self.gate_releases, self.gate_restarts, self.clock_steps,
            self.gate_speaks_on,
        )  # fmt: skip
        for _ in range(events):
            self.random.choice(choices)()
            self.look()
        return self

    def passes(self) -> None:
        seconds = self.random.choice((0.01, 0.03, 0.05, 0.15, 2.0))
        self.now_s += seconds
        self.clock_s += seconds

    def clock_steps(self) -> None:
        self.clock_s += self.random.choice((-3600.0, -0.2, 0.2, 3600.0))

    def link(self) -> None:
        self.guard.link(self.random.random() < 0.8)

    def stopped(self) -> None:
        """Somebody says stop; more often than not the gate hears it, too."""
        alone = self.random.random() < 0.5
        if self.random.random() < 0.7:
            self.gate.change(alone=alone, stopped=True)
        self.guard.stop(alone=alone)

    def latch(self, *, alone: bool = False) -> None:
        """The model of a stop that is heard here, said by somebody or by the guard to itself."""
        told = self.guard._safety
        already = told is not None and (told.own_latched if alone else told.all_latched)
        self.held.setdefault(alone, {told.instance} if already else set())
        self._guard_stop(alone=alone)

    def gate_changes(self) -> None:
        self.gate.change(alone=self.random.random() < 0.5, stopped=self.random.random() < 0.4)

    def gate_releases(self) -> None:
        for alone in (True, False):
            self.gate.change(alone=alone, stopped=False)
        self.guard.link(True)

    def gate_restarts(self) -> None:
        if self.random.random() < 0.3:
            self.gate.restart(remembers=self.random.random() < 0.7)

    def gate_speaks_on(self) -> None:
        """Long enough that a driver follows it which did not know it yet."""
        for _ in range(4):
            self.now_s += 0.4
            self.clock_s += 0.4
            self.beat(sure=True)
            self.look()

    def beat(self, *, sure: bool = False) -> None:
        gate = self.gate
        gate.sequence += 1
        age_s = 0.0 if sure else self.random.choice((0.0, 0.0, 0.0, 0.05, 0.3, -0.2))
        reading = SafetyReading(
            str(gate.instance), gate.sequence, gate.all_epoch, gate.all_stopped or gate.own_stopped,
            self.clock_s - age_s, gate.own_epoch, gate.all_stopped, gate.own_stopped,
        )  # fmt: skip
        self.readings.append(reading)
        if sure or self.random.random() < 0.9:
            self.hear(reading)

    def old_reading(self) -> None:
        self.hear(self.random.choice(self.readings))

    def hear(self, reading: SafetyReading) -> None:
        """The model of when a stop that was heard here is over: the same gate has shown it, and then shows it released."""
        before, held = self.guard._safety, set(self.held)
        self.guard.safety_state(reading, now_s=self.now_s, stamp_s=self.clock_s)
        if set(self.held) - held:
            assert self.guard._gates.several(self.now_s), "it stopped by itself, though one gate speaks"
        in_time = -0.05 <= self.clock_s - reading.stamp_s <= 0.25
        believed = self.guard._safety is reading and before is not reading and in_time
        for alone, owners in list(self.held.items()):
            latched = reading.own_latched if alone else reading.all_latched
            if believed and latched:
                owners.add(reading.instance)
            if (self.guard._hold_own if alone else self.guard._hold_all) is None:
                assert believed and not latched, "released by what says nothing of a release"
                assert reading.instance in owners, "released by a gate that never latched it"
                del self.held[alone]

    def permit(self) -> None:
        self.permits += 1
        chance = self.random.random
        epoch = max(self.gate.all_epoch, self.gate.own_epoch) + (
            self.random.choice((-1, 1)) if chance() < 0.1 else 0
        )
        age_s = self.random.choice((0.3, -0.1, 0.05)) if chance() < 0.15 else 0.0
        number = self.permits - (1 if chance() < 0.05 else 0)
        self.guard.permit(
            Permit("rover1", number, epoch, self.clock_s - age_s, self.random.choice((0.12, 9.0)), self.motion()),
            now_s=self.now_s,
            stamp_s=self.clock_s,
        )  # fmt: skip

    def motion(self):
        def number(most: float) -> float:
            return (
                self.random.choice(WILD)
                if self.random.random() < 0.05
                else self.random.uniform(-1.2 * most, 1.2 * most)
            )

        return self.random.choice(
            (
                Drive(number(0.6), 0.0, number(1.5), 9.0),
                Drive(number(0.4), number(0.4), 0.0, 9.0),
                MoveJoints(("waist",), (number(1.0),), (abs(number(1.0)),), 9.0),
                MoveGripper(number(0.08), 9.0),
                Tool("lamp", number(1.0), 9.0),
                TakeOff(number(5.0), 9.0),
                Land(9.0),
            )
        )

    def look(self) -> None:
        verdict = self.guard.decide(self.now_s)
        assert isinstance(verdict.command, StandStill) == bool(verdict.reason)
        assert bool(self.held) == self.guard.latched, f"model {self.held}, guard {verdict.reason}"
        assert self.guard.epoch >= self.epoch, "an epoch went back"
        self.epoch = self.guard.epoch
        if verdict.reason:
            return
        self.moved += 1
        assert not self.held, "it moves, though a stop was heard here that the gate has not released"
        told = self.guard._safety
        assert told is not None and not told.stopped
        command = verdict.command
        assert 0.0 < command.ttl_s <= 0.1 + 1e-9, "the heartbeat's own limit is the shortest"
        match command:
            case Drive(vx, vy, wz, _):
                assert math.hypot(vx, vy) <= 0.6 * 1.001 and abs(wz) <= 1.5 * 1.001
            case MoveJoints(_, (position,), (speed,), _):
                assert -1.0 - 1e-6 <= position <= 1.0 + 1e-6 and 0.0 < speed <= 1.001
            case MoveGripper(opening, _):
                assert 0.0 <= opening <= 0.08 * 1.001
            case Tool(name, value, _):
                assert name == "lamp" and 0.0 <= value <= 1.0
            case TakeOff(altitude, _):
                assert 0.0 < altitude <= 5.0 * 1.001


@settings(max_examples=STORIES // PER_SEED, deadline=None)
@given(st.integers(0, 2**63))
def test_what_was_stopped_stands_until_the_gate_has_latched_and_released_it(seed: int) -> None:
    for number in range(PER_SEED):
        Story(seed + number).run(EVENTS)


def test_the_stories_move_the_driver():
    moved = [
        sum(Story(50 * some + number).run(EVENTS).moved for number in range(PER_SEED)) for some in range(20)
    ]
    assert sum(moved) > 20 * PER_SEED, "a driver that never moves would keep every promise"
