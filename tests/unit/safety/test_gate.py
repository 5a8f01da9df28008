# SPDX-License-Identifier: Apache-2.0
"""The gate: nothing moves without a permit, and there is a reason for each refusal."""

import dataclasses

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tektra.common.errors import InputError
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.latch import OPERATOR, TOPIC
from tektra.safety.motion import Kind, Limits, Motion, Twist
from tektra.safety.options import SafetyOptions

ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
TICK_S = 0.04


class World:
    """A gate with its two clocks, and robots that speak when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.gate = Gate(SafetyOptions())
        self.sequence = 0

    def run(self, seconds: float, *robots: str, **state: object) -> None:
        for _ in range(round(seconds / TICK_S)):
            self.now_s += TICK_S
            self.gate.tick(self.now_s, self.now_s)
            for robot in robots:
                self.hear(robot, **state)

    def hear(self, robot: str, **state) -> None:
        said = {"connected": True, "moving": False, "latched": False, "stamp_s": self.now_s, **state}
        said.setdefault("epoch", self.gate.latch.epoch_of(robot))
        self.gate.heard(robot, Report(**said), now_s=self.now_s, stamp_s=self.now_s)

    def ask(self, robot: str = "rover1", goal: str = "g1", **changes) -> Request:
        self.sequence += 1
        motion = Motion(Kind.VELOCITY, twist=Twist(0.05, 0.0, 0.0))
        plain = Request(
            robot, goal, "move", self.sequence, self.gate.latch.epoch_of(robot), self.now_s, motion
        )
        return dataclasses.replace(plain, **changes)

    def permitted(self, request: Request) -> bool:
        return self.gate.decide(request, now_s=self.now_s, stamp_s=self.now_s) is not None

    def last_reason(self) -> str:
        return self.gate.take_records()[-1].detail


@pytest.fixture
def ready() -> World:
    world = World()
    for robot in ("rover1", "rover2"):
        world.gate.described(robot, "driver-1", ROVER)
    world.run(0.4, "rover1", "rover2")
    assert world.permitted(world.ask())
    return world


def test_nothing_is_permitted_before_the_first_healthy_check() -> None:
    world = World()
    world.gate.described("rover1", "d", ROVER)
    world.hear("rover1")
    assert not world.permitted(world.ask())
    assert "start_up" in world.last_reason()


def test_a_gate_that_ticks_too_late_is_not_healthy() -> None:
    world = World()
    for _ in range(20):
        world.now_s += 0.5
        world.gate.tick(world.now_s, world.now_s)
    assert world.gate.latch.stopped


def test_a_stop_refuses_everyone_until_a_reset_and_revokes_what_ran(ready: World) -> None:
    before = ready.ask()
    ready.gate.stops.stop(TOPIC, "someone")
    assert not ready.permitted(ready.ask()) and not ready.permitted(ready.ask("rover2", "g2"))
    ready.gate.stops.reset("operator")
    assert not ready.permitted(before), "asked for before the stop"
    assert not ready.permitted(ready.ask(goal="g1")), "the goal that ran is revoked"
    assert ready.permitted(ready.ask(goal="g2")), "what is asked for anew is permitted"


def test_an_unknown_robot_is_refused(ready: World) -> None:
    assert not ready.permitted(ready.ask("rover9"))
    assert "not described" in ready.last_reason()


def test_a_robot_whose_limits_cannot_be_trusted_is_refused(ready: World) -> None:
    ready.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, linear_speed=float("nan")))
    assert not ready.permitted(ready.ask())
    assert "limits" in ready.last_reason()


@pytest.mark.parametrize(
    "age_s, allowed", [(0.0, True), (0.19, True), (0.25, False), (-0.04, True), (-0.2, False)]
)
def test_stale_and_future_stamps_are_refused(ready: World, age_s: float, allowed: bool) -> None:
    assert ready.permitted(ready.ask(stamp_s=ready.now_s - age_s)) is allowed


def test_another_epoch_is_refused(ready: World) -> None:
    for epoch in (ready.gate.latch.epoch - 1, ready.gate.latch.epoch + 1):
        assert not ready.permitted(ready.ask(epoch=epoch))


def test_an_old_sequence_number_of_the_same_goal_is_refused(ready: World) -> None:
    request = ready.ask()
    assert ready.permitted(request)
    assert not ready.permitted(request)
    assert "older" in ready.last_reason()


def test_two_goals_cannot_move_one_robot_at_once(ready: World) -> None:
    assert not ready.permitted(ready.ask(goal="g2"))
    assert "another goal" in ready.last_reason()
    ready.run(0.4, "rover1", "rover2")
    assert ready.permitted(ready.ask(goal="g2")), "the first one has been silent"


def test_a_silent_driver_ends_its_robots_goal_and_no_other(ready: World) -> None:
    assert ready.permitted(ready.ask("rover2", "g2"))
    for _ in range(20):
        ready.run(TICK_S, "rover2")
        assert ready.permitted(ready.ask("rover2", "g2"))
    assert not ready.permitted(ready.ask(goal="g1"))
    assert "driver silent" in ready.last_reason()
    ready.hear("rover1")
    assert not ready.permitted(ready.ask(goal="g1")), "the driver is back, its old goal is not"
    assert ready.permitted(ready.ask(goal="g3"))


def test_a_lost_link_ends_the_goal(ready: World) -> None:
    ready.hear("rover1", connected=False)
    assert not ready.permitted(ready.ask())
    ready.hear("rover1")
    assert not ready.permitted(ready.ask())
    assert "revoked" in ready.last_reason()


def test_two_drivers_of_one_name_get_no_permit(ready: World) -> None:
    ready.gate.counted("rover1", 2)
    assert not ready.permitted(ready.ask())
    assert "duplicate" in ready.last_reason()
    ready.gate.counted("rover1", 1)
    assert ready.permitted(ready.ask(goal="g2"))


def test_a_driver_that_started_anew_needs_a_new_goal(ready: World) -> None:
    ready.gate.described("rover1", "driver-2", ROVER)
    assert not ready.permitted(ready.ask())
    assert ready.permitted(ready.ask(goal="g2"))


def test_a_stop_that_only_a_driver_heard_stops_everyone(ready: World) -> None:
    ready.hear("rover2", latched=True)
    assert ready.gate.latch.stopped
    assert not ready.permitted(ready.ask())


def test_a_driver_still_latched_in_an_older_epoch_is_no_new_stop(ready: World) -> None:
    ready.gate.stops.stop(TOPIC, "someone")
    stopped_epoch = ready.gate.latch.epoch
    ready.gate.stops.reset("operator")
    ready.hear("rover1", latched=True, epoch=stopped_epoch)
    assert not ready.gate.latch.stopped


def test_a_gate_that_lost_its_memory_goes_beyond_the_drivers_epoch(ready: World) -> None:
    ready.hear("rover1", epoch=5000)
    assert ready.gate.latch.epoch_of("rover1") > 5000


def test_a_reset_waits_until_every_robot_stands(ready: World) -> None:
    ready.gate.stops.stop(OPERATOR, "operator")
    ready.hear("rover2", moving=True)
    with pytest.raises(InputError, match="rover2 still moves"):
        ready.gate.stops.reset("operator")
    ready.hear("rover2")
    ready.gate.stops.reset("operator")
    assert not ready.gate.latch.stopped


def test_many_equal_refusals_are_one_line_in_the_audit(ready: World) -> None:
    ready.gate.stops.stop(TOPIC, "someone")
    ready.gate.take_records()
    for _ in range(50):
        assert not ready.permitted(ready.ask())
    assert [record.event for record in ready.gate.take_records()] == ["refusal"]


def test_stop_reset_and_first_permit_are_in_the_audit(ready: World) -> None:
    ready.gate.stops.stop(TOPIC, "someone")
    ready.gate.stops.reset("operator")
    ready.permitted(ready.ask(goal="g2"))
    events = [record.event for record in ready.gate.take_records()]
    assert events == ["start_up", "start_up", "permit", "stop", "reset", "permit"]


class AnyOrderOfEvents(RuleBasedStateMachine):
    """Between a stop and a valid reset no permit leaves, whatever else happens in whatever order."""

    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.stopped = True
        self.void: set[str] = set()
        self.asked: set[str] = set()
        for robot in ("rover1", "rover2"):
            self.world.gate.described(robot, "d", ROVER)

    @rule(
        seconds=st.sampled_from([0.04, 0.2, 1.0]),
        robots=st.sampled_from([(), ("rover1",), ("rover1", "rover2")]),
    )
    def time_passes(self, seconds: float, robots: tuple[str, ...]) -> None:
        starting = "start_up" in self.world.gate.latch.causes
        self.world.run(seconds, *robots)
        if starting and not self.world.gate.latch.stopped:
            self.stopped = False

    @rule(cause=st.sampled_from([TOPIC, OPERATOR]))
    def someone_stops(self, cause: str) -> None:
        self.world.gate.stops.stop(cause, "someone")
        self.stopped = True
        self.void |= self.asked

    @rule()
    def operator_resets(self) -> None:
        try:
            self.world.gate.stops.reset("operator")
            self.stopped = False
        except InputError:
            pass

    @rule(moving=st.booleans(), latched=st.booleans(), connected=st.booleans(), ago=st.integers(-3, 3))
    def driver_speaks(self, moving: bool, latched: bool, connected: bool, ago: int) -> None:
        gate = self.world.gate
        was_stopped = gate.latch.stopped
        epoch = max(0, gate.latch.epoch_of("rover1") - ago)
        self.world.hear("rover1", moving=moving, latched=latched, connected=connected, epoch=epoch)
        if gate.latch.stopped and not was_stopped:
            self.stopped = True
            self.void |= self.asked

    @rule(
        goal=st.sampled_from(["a", "b", "c"]),
        epoch=st.integers(-2, 2),
        age=st.sampled_from([0.0, 0.1, 0.5, -1.0]),
        vx=st.floats(allow_nan=True, allow_infinity=True),
    )
    def a_skill_asks(self, goal: str, epoch: int, age: float, vx: float) -> None:
        world = self.world
        latch = world.gate.latch
        name = f"{goal}{latch.epoch + epoch}"
        if epoch <= 0:
            self.asked.add(name)
        motion = Motion(Kind.VELOCITY, twist=Twist(vx, 0.0, 0.0))
        request = world.ask(goal=name, epoch=latch.epoch + epoch, stamp_s=world.now_s - age, motion=motion)
        decided = world.gate.decide(request, now_s=world.now_s, stamp_s=world.now_s)
        if decided is not None:
            assert not self.stopped, "a permit while stopped"
            assert epoch == 0 and age in (0.0, 0.1)
            assert abs(decided[1].motion.twist.vx) <= 0.6
            assert name not in self.void, "a permit for what was asked for before a stop"

    @invariant()
    def latch_agrees(self) -> None:
        if hasattr(self, "world"):
            assert self.world.gate.latch.stopped == self.stopped


AnyOrderOfEvents.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAnyOrderOfEvents = AnyOrderOfEvents.TestCase
