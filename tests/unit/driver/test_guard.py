# SPDX-License-Identifier: Apache-2.0
"""The driver's own watchdog: every way in which a robot must not move, and the one in which it may."""

import dataclasses
import math

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tektra.driver.commands import Drive, Land, MoveGripper, MoveJoints, StandStill, TakeOff, Tool
from tektra.driver.guard import Guard, Permit, SafetyReading
from tektra.driver.options import DriverOptions

ROS_S = 1_700_000_000.0  # the ROS clock at the start of each test; the monotonic one starts at 0
ROVER = DriverOptions(linear_speed=0.6, angular_speed=1.5)
ARM = DriverOptions(
    linear_speed=0.0,
    angular_speed=0.0,
    joint_names=["waist", "elbow"],
    joint_lower=[-1.0, -2.0],
    joint_upper=[1.0, 2.0],
    joint_speed=[1.0, 1.0],
    joint_acceleration=[4.0, 4.0],
    gripper_max=0.08,
)


class Desk:
    """A guard, two clocks, and the gate's counters."""

    def __init__(self, options=None):
        self.guard = Guard("rover1", options or ROVER)
        self.now_s, self.clock_s = 0.0, ROS_S
        self.sequence = self.permits = 0
        self.epoch = 5

    def wait(self, seconds):
        self.now_s += seconds
        self.clock_s += seconds

    def heartbeat(self, **changes):
        self.sequence += 1
        plain = {
            "instance": "gate",
            "sequence": self.sequence,
            "all_epoch": self.epoch,
            "stopped": False,
            "stamp_s": self.clock_s,
        }
        plain["all_latched"] = changes.get("stopped", False)
        self.guard.safety_state(SafetyReading(**{**plain, **changes}), now_s=self.now_s, stamp_s=self.clock_s)

    def meet(self, **changes):
        """It alone is heard, for long enough."""
        for _ in range(27):
            self.wait(0.04)
            self.heartbeat(**changes)

    def permit(self, motion=None, **changes):
        self.permits += 1
        plain = {
            "robot": "rover1", "sequence": self.permits, "epoch": self.epoch, "stamp_s": self.clock_s, "valid_s": 0.12,
            "motion": motion or Drive(0.3, 0.0, 0.1, 0.0),
        }  # fmt: skip
        self.guard.permit(Permit(**{**plain, **changes}), now_s=self.now_s, stamp_s=self.clock_s)

    @property
    def verdict(self):
        return self.guard.decide(self.now_s)

    @property
    def moves(self):
        verdict = self.verdict
        assert isinstance(verdict.command, StandStill) == bool(verdict.reason)
        return not verdict.reason


@pytest.fixture
def desk():
    made = Desk()
    made.guard.link(True)
    made.meet()
    return made


def test_at_the_start_a_robot_stands():
    assert Guard("rover1", DriverOptions()).decide(0.0).reason == "no safety state"


def test_without_a_permit_a_robot_stands(desk):
    assert desk.verdict.reason == "no permit"


def test_without_a_safety_state_a_permit_moves_nothing():
    desk = Desk()
    desk.guard.link(True)
    desk.permit()
    assert not desk.moves
    desk.meet()
    assert not desk.moves  # and it is not kept for later


def test_with_a_fresh_permit_and_heartbeat_it_moves_as_permitted_and_no_longer(desk):
    desk.permit(Drive(0.3, 0.0, 0.1, 99.0))
    command = desk.verdict.command
    assert (command.vx_mps, command.wz_radps) == (0.3, 0.1)
    assert 0.0 < command.ttl_s <= 0.1 + 1e-9  # the heartbeat's 100 ms end before the permit's 110 ms


def test_a_permit_that_came_while_the_link_was_cut_moves_nothing_when_it_is_back(desk):
    desk.guard.link(False)
    desk.permit()
    desk.guard.link(True)
    assert desk.verdict.reason == "no permit"


def test_a_permit_runs_out(desk):
    desk.permit()
    desk.wait(0.06)
    desk.heartbeat()
    assert desk.moves
    desk.wait(0.06)
    assert desk.verdict.reason == "no permit"


def test_a_permit_holds_no_longer_than_the_drivers_own_limit(desk):
    desk.permit(valid_s=3600.0)
    for _ in range(4):
        desk.wait(0.05)
        desk.heartbeat()
    assert not desk.moves


def test_a_lost_heartbeat_halts_in_spite_of_fresh_permits(desk):
    for _ in range(2):
        desk.permit()
        assert desk.moves
        desk.wait(0.05)
    desk.permit()
    assert desk.verdict.reason == "safety heartbeat lost"


def test_a_link_that_broke_ends_the_permit(desk):
    desk.permit()
    desk.guard.link(False)
    assert desk.verdict.reason == "link down"
    desk.guard.link(True)
    assert desk.verdict.reason == "no permit"


def test_a_stopped_state_halts_and_ends_the_permit(desk):
    desk.permit()
    desk.heartbeat(stopped=True)
    assert desk.verdict.reason == "stopped"
    desk.heartbeat()
    assert not desk.moves


def test_a_permit_of_another_epoch_is_refused(desk):
    for epoch in (4, 6):
        desk.permit(epoch=epoch)
        assert not desk.moves
    assert desk.guard.refused == 2


def test_a_new_epoch_ends_the_permit_of_the_old_one(desk):
    desk.permit()
    desk.epoch = 6
    desk.heartbeat()
    assert not desk.moves


def test_a_stop_latches_until_a_greater_epoch_says_go(desk):
    desk.permit()
    desk.guard.stop()
    assert desk.verdict.reason == "stop heard"
    desk.heartbeat()  # the gate has not heard it yet
    desk.permit()
    assert desk.guard.latched
    assert not desk.moves
    desk.epoch = 6
    desk.heartbeat(stopped=True)  # now it has
    assert desk.guard.latched
    desk.epoch = 7
    desk.heartbeat()  # after the reset
    assert not desk.guard.latched
    assert not desk.moves  # a reset moves nothing
    desk.permit()
    assert desk.moves


def test_a_stop_that_comes_after_the_gates_own_state_latches_at_the_newer_epoch(desk):
    desk.epoch = 6
    desk.heartbeat(stopped=True)
    desk.guard.stop()
    desk.heartbeat()
    assert desk.guard.latched
    desk.epoch = 7
    desk.heartbeat()
    assert not desk.guard.latched


def test_a_stop_before_any_safety_state_holds_until_the_gate_has_latched_and_released_it():
    desk = Desk()
    desk.guard.link(True)
    desk.guard.stop()
    desk.meet()
    desk.permit()
    assert desk.guard.latched
    assert not desk.moves
    desk.epoch = 7
    desk.heartbeat()
    assert desk.guard.latched, "a gate with a larger epoch that knows nothing of the stop"
    desk.epoch = 8
    desk.heartbeat(stopped=True)
    desk.epoch = 9
    desk.heartbeat()
    assert not desk.guard.latched


def test_a_gate_that_was_not_there_when_stop_was_said_does_not_undo_it():
    desk = Desk()
    desk.guard.link(True)
    desk.meet(instance="old")
    desk.guard.stop()
    desk.sequence, desk.epoch = 0, 8
    desk.meet(instance="new", stopped=True, all_latched=False)  # start_up
    desk.epoch = 9
    desk.heartbeat(instance="new")
    desk.permit()
    assert desk.guard.latched
    assert not desk.moves


def test_a_gate_that_started_anew_must_own_to_the_stop_again(desk):
    desk.guard.stop()
    desk.epoch = 6
    desk.heartbeat(stopped=True)
    desk.epoch, desk.sequence = 9, 0
    beats(desk, 1.2, instance="anew")
    assert desk.guard.latched, "it lost its memory"
    desk.epoch = 10
    desk.heartbeat(instance="anew", stopped=True)
    desk.epoch = 11
    desk.heartbeat(instance="anew")
    assert not desk.guard.latched


def test_a_stop_of_this_robot_alone_holds_until_that_is_released(desk):
    desk.permit()
    desk.guard.stop(alone=True)
    assert desk.verdict.reason == "stop heard"
    assert desk.guard.alone
    desk.heartbeat(own_epoch=6, stopped=True, own_latched=True, all_latched=False)
    desk.epoch = 7
    desk.heartbeat(own_epoch=6, stopped=True, own_latched=True, all_latched=True)  # and all are stopped, too
    desk.epoch = 8
    desk.heartbeat(
        own_epoch=6, stopped=True, own_latched=True, all_latched=False
    )  # all are released, it is not
    assert desk.guard.latched
    desk.heartbeat(own_epoch=9)
    assert not desk.guard.latched
    assert not desk.moves, "a reset moves nothing"
    desk.permit(epoch=8)
    assert not desk.moves, "from before the reset"
    desk.permit(epoch=9)
    assert desk.moves


def test_a_reset_of_this_robot_alone_does_not_undo_a_stop_of_all(desk):
    desk.guard.stop()
    desk.heartbeat(own_epoch=6, stopped=True, own_latched=True, all_latched=False)
    desk.heartbeat(own_epoch=7)
    assert desk.guard.latched
    assert not desk.guard.alone


def test_a_stop_of_another_robot_does_not_end_the_permit(desk):
    desk.permit()
    desk.heartbeat(all_epoch=5, own_epoch=0)
    assert desk.moves


@pytest.mark.parametrize("category", [0, 1])
def test_whatever_the_reason_it_is_halted_by_the_robots_own_stop_category(category):
    desk = Desk(dataclasses.replace(ROVER, stop_category=category))
    assert desk.verdict.command == StandStill(category)
    desk.guard.link(True)
    desk.meet()
    desk.permit()
    assert desk.moves
    desk.guard.stop()
    assert desk.verdict.command == StandStill(category)


def test_a_second_stop_raises_the_epoch_that_must_be_passed(desk):
    desk.guard.stop()
    desk.epoch = 6
    desk.heartbeat(stopped=True)
    desk.guard.stop()
    desk.heartbeat()
    assert desk.guard.latched


@pytest.mark.parametrize("age_s", [0.26, 3600.0, -0.06, -3600.0, math.nan, math.inf, -math.inf])
def test_a_stale_or_future_permit_is_refused(desk, age_s):
    desk.permit(stamp_s=desk.clock_s - age_s)
    assert not desk.moves


@pytest.mark.parametrize("age_s", [0.26, 3600.0, -0.06, math.nan])
def test_a_stale_or_future_heartbeat_gives_no_leave_to_move(desk, age_s):
    desk.permit()
    desk.heartbeat(stamp_s=desk.clock_s - age_s)
    assert desk.verdict.reason == "safety heartbeat lost"


def test_a_stop_is_believed_however_old_its_stamp(desk):
    desk.permit()
    desk.heartbeat(stopped=True, stamp_s=0.0)
    assert desk.verdict.reason == "stopped"
    desk.heartbeat(sequence=1)  # an old state of the same gate does not undo it
    assert desk.verdict.reason == "stopped"


def test_time_under_way_counts_against_a_permit(desk):
    desk.permit(stamp_s=desk.clock_s - 0.1)
    assert desk.verdict.command.ttl_s <= 0.021


def alternating(desk, seconds, **other):
    """Two gates speak in turn for so long, each with a count of its own."""
    numbers = {"gate": desk.sequence, "other": 7000}
    while seconds > 0.0:
        for instance in numbers:
            numbers[instance] += 1
            changes = other if instance == "other" else {}
            desk.heartbeat(instance=instance, sequence=numbers[instance], **changes)
            desk.wait(0.02)
            seconds -= 0.02
            desk.permit(epoch=desk.guard.epoch)
    desk.sequence = numbers["gate"]


@pytest.mark.parametrize("other", [{"all_epoch": 5}, {"all_epoch": 2}, {"all_epoch": 90}, {"stopped": True}])
def test_between_two_living_gates_a_robot_stands_and_says_why(desk, other):
    alternating(desk, 0.2, **other)
    assert "two safety gates" in desk.verdict.reason
    assert not desk.moves


def test_what_the_other_gate_held_outlives_it_until_the_one_that_stays_is_reset(desk):
    alternating(desk, 0.4)
    for _ in range(60):
        desk.wait(0.04)
        desk.heartbeat()
        desk.permit()
        assert not desk.moves
    assert desk.verdict.reason == "stop heard"
    desk.epoch += 1
    desk.heartbeat(stopped=True)
    desk.epoch += 1
    desk.heartbeat()
    desk.permit()
    assert desk.moves


def test_a_gate_that_was_started_anew_is_no_second_one(desk):
    desk.sequence = 0
    beats(desk, 0.4, instance="anew")
    desk.heartbeat(instance="gate", sequence=1)  # an old word of the first, once more
    beats(desk, 1.2, instance="anew")
    desk.permit()
    assert desk.moves


@pytest.mark.parametrize("pause_s", [0.12, 0.3, 0.9])
@pytest.mark.parametrize("who", [{"instance": "forged"}, {"source": "a stranger's"}])
def test_who_speaks_in_a_pause_of_the_gate_is_not_the_gate_for_that(desk, pause_s, who):
    """A busy machine makes the gate late. Whoever speaks meanwhile knows instance, epoch and numbers."""
    end_s, own = desk.now_s + pause_s, desk.sequence
    desk.wait(0.11)
    while desk.now_s < end_s:
        desk.heartbeat(**who, sequence=10**6 + round(desk.now_s * 100))
        desk.permit(source=who.get("source", ""))
        assert not desk.moves
        desk.wait(0.02)
    desk.sequence = own
    desk.heartbeat()
    desk.permit(source=who.get("source", ""))
    assert not (desk.moves and "source" in who)
    desk.wait(0.04)
    desk.heartbeat(**who, sequence=10**7)
    assert not desk.moves


@pytest.mark.parametrize("who", [{"instance": "forged"}, {"source": "a stranger's"}])
@pytest.mark.parametrize("alone_s", [0.04, 0.3, 0.9])
def test_who_speaks_first_is_not_the_gate_for_that(who, alone_s):
    """A driver that was just started hears the gate only after its first words: whoever was quicker moved the robot until then."""
    desk, source = Desk(), who.get("source", "")
    desk.guard.link(True)
    for number in range(round(alone_s / 0.04)):
        desk.wait(0.04)
        desk.heartbeat(**who, sequence=7000 + number)
        desk.permit(source=source)
        assert not desk.moves
    desk.sequence = 0
    for number in range(100):  # and now both
        desk.wait(0.02)
        desk.heartbeat(**who, sequence=8000 + number)
        desk.permit(source=source)
        assert not desk.moves
        desk.wait(0.02)
        desk.heartbeat()
        desk.permit()
        assert not desk.moves
    assert desk.verdict.reason.startswith("two safety gates")


def test_the_first_gate_that_alone_is_heard_for_a_second_is_the_gate():
    desk, heard_s = Desk(), 0.0
    desk.guard.link(True)
    while not desk.moves and heard_s < 5.0:
        desk.wait(0.04)
        heard_s += 0.04
        desk.heartbeat()
        desk.permit()
    assert 1.0 <= heard_s <= 1.1


def test_one_forged_word_of_a_second_gate_halts_for_a_moment_and_latches_nothing(desk):
    desk.heartbeat(instance="forged", sequence=99)
    desk.heartbeat()
    desk.permit()
    assert not desk.moves
    desk.wait(1.1)
    desk.heartbeat()
    desk.permit()
    assert desk.moves


def test_when_others_permit_too_nothing_is_permitted(desk):
    desk.guard.crowd(["/a", "/b"])
    desk.permit()
    assert "/a, /b" in desk.verdict.reason
    desk.guard.crowd([])
    desk.permit()
    assert desk.moves


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0, 0.5, -0.5])
def test_a_stepped_ros_clock_lengthens_no_permit_and_heals(desk, jump_s):
    desk.permit()
    desk.clock_s += jump_s
    desk.wait(0.13)
    assert not desk.moves
    desk.heartbeat()
    desk.permit()
    assert desk.moves


def test_a_monotonic_clock_that_runs_backwards_halts(desk):
    desk.wait(1.0)
    desk.heartbeat()
    desk.permit()
    assert desk.moves
    desk.now_s -= 0.5
    assert not desk.moves


def test_a_repeated_or_older_permit_ends_the_one_in_force(desk):
    desk.permit()
    desk.permit(sequence=1)
    assert not desk.moves
    assert "permit 1 after 1" in desk.guard.last_refusal


def test_a_gate_that_counts_anew_is_followed_after_a_second(desk):
    for _ in range(10):
        desk.permit()
    desk.wait(1.1)
    desk.heartbeat()
    desk.permits = 0
    desk.permit()
    assert desk.moves


def test_a_safety_state_of_an_older_epoch_is_not_believed(desk):
    desk.epoch = 9
    desk.heartbeat()
    desk.wait(0.2)
    desk.heartbeat(all_epoch=8)
    desk.permit(epoch=8)
    assert not desk.moves
    assert desk.guard.epoch == 9


IMPOSTORS = [
    {"all_epoch": 2**64 - 1},
    {"own_epoch": 2**63},
    {"sequence": 2**64 - 1},
    {"all_epoch": 2**62, "stopped": True},
]


def beats(desk, seconds, **changes):
    for _ in range(round(seconds / 0.04)):
        desk.wait(0.04)
        desk.heartbeat(**changes)


@pytest.mark.parametrize("lie", IMPOSTORS)
def test_one_message_of_an_impostor_keeps_a_robot_still_for_some_seconds_and_no_longer(desk, lie):
    desk.heartbeat(**lie)
    beats(desk, 4.8)
    desk.permit()
    assert not desk.moves
    beats(desk, 0.4)
    desk.permit()
    assert desk.moves
    assert desk.guard.epoch == desk.epoch


def test_a_gate_that_contradicts_what_is_still_said_is_never_believed(desk):
    desk.epoch = 9
    for _ in range(200):
        desk.wait(0.04)
        desk.heartbeat()
        desk.heartbeat(instance="another", all_epoch=8)
    assert desk.guard.epoch == 9


@pytest.mark.parametrize("changes", [{"sequence": 1}, {"stamp_s": ROS_S}])
def test_copies_and_old_messages_outlive_nothing(desk, changes):
    desk.epoch = 9
    desk.heartbeat()
    beats(desk, 8.0, all_epoch=8, **changes)
    assert desk.guard.epoch == 9


def test_messages_with_pauses_between_them_outlive_nothing(desk):
    desk.epoch = 9
    desk.heartbeat()
    for _ in range(10):
        desk.wait(1.0)
        desk.heartbeat(all_epoch=8)
    assert desk.guard.epoch == 9


def test_a_stop_heard_here_holds_although_the_gate_that_owned_to_it_is_forgotten(desk):
    desk.guard.stop()
    desk.heartbeat(all_epoch=2**64 - 2, stopped=True)
    beats(desk, 6.0)
    desk.permit()
    assert desk.verdict.reason == "stop heard"
    desk.epoch = 6
    desk.heartbeat(stopped=True)
    desk.epoch = 7
    desk.heartbeat()
    desk.permit()
    assert desk.moves


@pytest.mark.parametrize(
    "motion",
    [
        Drive(math.nan, 0.0, 0.0, 0.0),
        Drive(0.0, math.inf, 0.0, 0.0),
        Drive(0.0, 0.0, -math.inf, 0.0),
        Drive(0.7, 0.0, 0.0, 0.0),
        Drive(0.5, 0.5, 0.0, 0.0),
        Drive(0.0, 0.0, 1.6, 0.0),
        MoveJoints(("waist",), (0.0,), (), 0.0),
        MoveGripper(0.05, 0.0),
        MoveGripper(0.0, 0.0),
        Tool("lamp", 0.0, 0.0),
        Tool("", 0.0, 0.0),
        TakeOff(1.0, 0.0),
        Land(0.0),
    ],
)
def test_a_permit_that_this_rover_must_not_follow_is_refused(desk, motion):
    desk.permit()
    desk.permit(motion)
    assert not desk.moves


@pytest.mark.parametrize(
    "motion",
    [
        Drive(0.0, 0.0, 0.0, 0.0),
        MoveJoints((), (), (), 0.0),
        MoveJoints(("knee",), (0.0,), (), 0.0),
        MoveJoints(("",), (0.0,), (), 0.0),
        MoveJoints(("waist", "waist"), (0.0, 0.0), (), 0.0),
        MoveJoints(("waist",), (0.0, 0.0), (), 0.0),
        MoveJoints(("waist",), (1.1,), (), 0.0),
        MoveJoints(("waist",), (math.nan,), (), 0.0),
        MoveJoints(("waist",), (0.0,), (1.1,), 0.0),
        MoveJoints(("waist",), (0.0,), (0.0,), 0.0),
        MoveJoints(("waist",), (0.0,), (1.0, 1.0), 0.0),
        MoveGripper(0.09, 0.0),
        MoveGripper(-0.01, 0.0),
        MoveGripper(math.nan, 0.0),
    ],
)
def test_a_permit_that_this_arm_must_not_follow_is_refused(motion):
    desk = Desk(ARM)
    desk.guard.link(True)
    desk.meet()
    desk.permit(motion)
    assert not desk.moves


@pytest.mark.parametrize(
    "motion",
    [
        MoveJoints(("elbow",), (1.5,), (0.5,), 0.0),
        MoveJoints(("waist",), (1.0,), (), 0.0),
        MoveGripper(0.08, 0.0),
    ],
)
def test_a_permit_within_the_arms_limits_is_followed(motion):
    desk = Desk(ARM)
    desk.guard.link(True)
    desk.meet()
    desk.permit(motion)
    assert dataclasses.replace(desk.verdict.command, ttl_s=0.0) == motion


COPTER = dataclasses.replace(ROVER, altitude=5.0, tool_names=["lamp"])


@pytest.mark.parametrize(
    "motion",
    [
        TakeOff(5.1, 0.0),
        TakeOff(0.0, 0.0),
        TakeOff(math.nan, 0.0),
        Tool("winch", 0.5, 0.0),
        Tool("lamp", 1.1, 0.0),
        Tool("lamp", math.nan, 0.0),
    ],
)
def test_a_permit_that_this_copter_must_not_follow_is_refused(motion):
    desk = Desk(COPTER)
    desk.guard.link(True)
    desk.meet()
    desk.permit(motion)
    assert not desk.moves


@pytest.mark.parametrize("motion", [TakeOff(5.0, 0.0), Land(0.0), Tool("lamp", 1.0, 0.0)])
def test_a_permit_within_the_copters_limits_is_followed(motion):
    desk = Desk(COPTER)
    desk.guard.link(True)
    desk.meet()
    desk.permit(motion)
    assert dataclasses.replace(desk.verdict.command, ttl_s=0.0) == motion


@pytest.mark.parametrize(
    "changes", [{"robot": "rover2"}, {"valid_s": 0.0}, {"valid_s": -1.0}, {"valid_s": math.nan}]
)
def test_a_permit_for_another_robot_or_for_no_time_is_refused(desk, changes):
    desk.permit(**changes)
    assert not desk.moves


class StopsHold(RuleBasedStateMachine):
    """Whatever happens between a stop and a valid reset, no command but a halt comes out."""

    def __init__(self):
        super().__init__()
        self.desk = Desk()
        self.stopped_at = None  # epoch that must be passed before motion is lawful
        self.owned = False  # and the gate must first have said that it is stopped
        self.reset = True

    @initialize()
    def begin(self):
        self.desk.guard.link(True)
        self.desk.meet()

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.2, 2.0]))
    def time_passes(self, seconds):
        self.desk.wait(seconds)

    @rule(jump_s=st.sampled_from([-3600.0, -0.2, 0.2, 3600.0]))
    def the_ros_clock_is_stepped(self, jump_s):
        self.desk.clock_s += jump_s

    @rule(up=st.booleans())
    def the_link_comes_or_goes(self, up):
        self.desk.guard.link(up)

    @rule()
    def someone_says_stop(self):
        self.desk.guard.stop()
        told = self.desk.guard._safety
        self.owned = (self.owned and not self.reset) or bool(told and told.all_latched)
        self.stopped_at, self.reset = self.desk.guard.epoch, False

    @rule(ahead=st.integers(-2, 3), stopped=st.booleans(), age_s=st.sampled_from([0.0, 0.05, 0.3, -0.1]))
    def a_safety_state_comes(self, ahead, stopped, age_s):
        desk, before = self.desk, self.desk.guard.epoch
        epoch = max(0, before + ahead)
        desk.heartbeat(all_epoch=epoch, stopped=stopped, stamp_s=desk.clock_s - age_s)
        heard = -0.05 <= age_s <= 0.25 and epoch >= before
        if self.stopped_at is not None and heard:
            self.owned = self.owned or (stopped and epoch >= self.stopped_at)
            if epoch > self.stopped_at and not stopped and self.owned:
                self.stopped_at, self.reset, self.owned = None, True, False
        desk.epoch = desk.guard.epoch

    @rule(
        offset=st.sampled_from([0, 0, 0, -1, 1]),
        age_s=st.sampled_from([0.0, 0.0, 0.05, 0.3, -0.1]),
        old=st.booleans(),
    )
    def a_permit_comes(self, offset, age_s, old):
        desk = self.desk
        changes = {"sequence": desk.permits} if old else {}
        desk.permit(epoch=max(0, desk.epoch + offset), stamp_s=desk.clock_s - age_s, **changes)

    @invariant()
    def nothing_moves_before_the_reset(self):
        if not self.reset:
            assert not self.desk.moves

    @invariant()
    def what_moves_is_within_limits_and_time(self):
        command = self.desk.verdict.command
        if isinstance(command, Drive):
            assert math.hypot(command.vx_mps, command.vy_mps) <= 0.6 * 1.001
            assert 0.0 < command.ttl_s <= 0.2


TestStopsHold = StopsHold.TestCase
TestStopsHold.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_a_permit_of_another_process_than_the_gates_moves_nothing():
    desk = Desk()
    desk.guard.link(True)
    desk.meet(source="gate's")
    desk.permit(source="gate's")
    assert desk.moves
    desk.permit(source="a stranger's")
    assert not desk.moves
    assert "another process" in desk.guard.last_refusal


def test_who_speaks_as_a_gate_of_its_own_and_permits_at_once_moves_nothing_either(desk):
    desk.wait(0.02)
    desk.heartbeat(instance="forged", sequence=9999, source="a stranger's")
    desk.permit(source="a stranger's")
    assert not desk.moves


def test_who_speaks_by_the_gates_own_name_from_another_process_ends_no_stop():
    """Instance, number and epoch are there for all to hear."""
    desk = Desk()
    desk.guard.link(True)
    desk.meet(source="gate's")
    desk.guard.stop()
    desk.wait(0.02)
    desk.heartbeat(stopped=True, source="gate's")
    for number in range(200):
        desk.wait(0.02)
        desk.heartbeat(
            sequence=10_000 + number, all_epoch=desk.epoch + 1, stopped=number % 2 == 0, source="a stranger's"
        )
        desk.permit(epoch=desk.epoch + 1, source="a stranger's")
        assert not desk.moves
        desk.wait(0.02)
        desk.heartbeat(stopped=True, source="gate's")
        assert not desk.moves
        assert desk.guard.latched
    assert desk.verdict.reason.startswith("two safety gates")
