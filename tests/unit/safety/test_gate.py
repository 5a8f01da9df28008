# SPDX-License-Identifier: Apache-2.0
"""The gate: nothing moves without a permit, and there is a reason for each refusal."""

import dataclasses

import pytest

from tektra.common.errors import InputError
from tektra.safety import kept
from tektra.safety.latch import EPOCH_MAX, OPERATOR, TOPIC
from tektra.safety.motion import Kind, Limits, Motion, Twist

ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)


def test_nothing_is_permitted_before_the_first_healthy_check(new_world) -> None:
    world = new_world()
    world.gate.described("rover1", "d", ROVER, 0.3)
    world.hear("rover1")
    assert not world.permitted(world.ask())
    assert "start_up" in world.last_reason()


def test_a_gate_that_ticks_too_late_is_not_healthy(new_world) -> None:
    world = new_world()
    for _ in range(20):
        world.tick(0.5)
    assert world.gate.latch.stopped


def test_a_stop_refuses_everyone_until_a_reset_and_revokes_what_ran(ready) -> None:
    before = ready.ask()
    ready.gate.stops.stop(TOPIC, "someone")
    assert not ready.permitted(ready.ask()) and not ready.permitted(ready.ask("rover2", "g2"))
    ready.gate.stops.reset("operator")
    assert not ready.permitted(before), "asked for before the stop"
    assert not ready.permitted(ready.ask(goal="g1")), "the goal that ran is revoked"
    assert ready.permitted(ready.ask(goal="g2")), "what is asked for anew is permitted"


def test_an_unknown_robot_is_refused(ready) -> None:
    assert not ready.permitted(ready.ask("rover9"))
    assert "not described" in ready.last_reason()


def test_a_robot_whose_limits_cannot_be_trusted_is_refused(ready) -> None:
    ready.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, linear_speed=float("nan")))
    assert not ready.permitted(ready.ask())
    assert "limits" in ready.last_reason()


@pytest.mark.parametrize("radius", [0.0, float("nan"), float("inf")])
def test_a_robot_that_drives_and_tells_not_how_wide_it_is_is_refused(ready, radius: float) -> None:
    ready.gate.described("rover1", "driver-1", ROVER, radius)
    ready.hear("rover1", pose=(1.0, 1.0, 0.0))
    assert not ready.permitted(ready.ask())
    assert "limits" in ready.last_reason()


@pytest.mark.parametrize(
    "age_s, allowed", [(0.0, True), (0.19, True), (0.25, False), (-0.04, True), (-0.2, False)]
)
def test_stale_and_future_stamps_are_refused(ready, age_s: float, allowed: bool) -> None:
    assert ready.permitted(ready.ask(stamp_s=ready.now_s - age_s)) is allowed


def test_another_epoch_is_refused(ready) -> None:
    for epoch in (ready.gate.latch.epoch - 1, ready.gate.latch.epoch + 1):
        assert not ready.permitted(ready.ask(epoch=epoch))


def test_an_old_sequence_number_of_the_same_goal_is_refused(ready) -> None:
    request = ready.ask()
    assert ready.permitted(request)
    assert not ready.permitted(request)
    assert "older" in ready.last_reason()


def test_two_goals_cannot_move_one_robot_at_once(ready) -> None:
    assert not ready.permitted(ready.ask(goal="g2"))
    assert "another goal" in ready.last_reason()
    ready.run(0.4, "rover1", "rover2")
    assert ready.permitted(ready.ask(goal="g2")), "the first one has been silent"


def test_a_silent_driver_ends_its_robots_goal_and_no_other(ready) -> None:
    assert ready.permitted(ready.ask("rover2", "g2"))
    for _ in range(20):
        ready.run(0.04, "rover2")
        assert ready.permitted(ready.ask("rover2", "g2"))
    assert not ready.permitted(ready.ask(goal="g1"))
    assert "driver silent" in ready.last_reason()
    ready.hear("rover1")
    assert not ready.permitted(ready.ask(goal="g1")), "the driver is back, its old goal is not"
    assert ready.permitted(ready.ask(goal="g3"))


def test_a_lost_link_ends_the_goal(ready) -> None:
    ready.hear("rover1", connected=False)
    assert not ready.permitted(ready.ask())
    ready.hear("rover1")
    assert not ready.permitted(ready.ask())
    assert "revoked" in ready.last_reason()


def test_two_drivers_of_one_name_get_no_permit(ready) -> None:
    ready.gate.counted("rover1", 2)
    assert not ready.permitted(ready.ask())
    assert "duplicate" in ready.last_reason()


def test_of_two_drivers_the_one_that_stays_is_described_anew_before_it_moves(ready) -> None:
    ready.gate.counted("rover1", 2)
    assert ready.gate.counted("rover1", 1)
    assert not ready.permitted(ready.ask(goal="g2"))
    assert "not described" in ready.last_reason()
    ready.gate.described("rover1", "driver-1", ROVER, 0.3)
    assert ready.permitted(ready.ask(goal="g3"))
    assert not ready.gate.counted("rover1", 1)


def test_a_driver_that_started_anew_needs_a_new_goal(ready) -> None:
    ready.gate.described("rover1", "driver-2", ROVER, 0.3)
    assert not ready.permitted(ready.ask())
    assert ready.permitted(ready.ask(goal="g2"))


def test_a_stop_that_only_a_driver_heard_stops_everyone(ready) -> None:
    ready.hear("rover2", latched=True)
    assert ready.gate.latch.stopped
    assert not ready.permitted(ready.ask())


def test_a_driver_still_latched_in_an_older_epoch_is_no_new_stop(ready) -> None:
    ready.gate.stops.stop(TOPIC, "someone")
    stopped_epoch = ready.gate.latch.epoch
    ready.gate.stops.reset("operator")
    ready.hear("rover1", latched=True, epoch=stopped_epoch)
    assert not ready.gate.latch.stopped


def test_a_gate_that_lost_its_memory_goes_beyond_the_drivers_epoch(ready) -> None:
    ready.hear("rover1", epoch=5000)
    assert ready.gate.latch.epoch_of("rover1") > 5000


def test_a_reset_waits_until_every_robot_stands(ready) -> None:
    ready.gate.stops.stop(OPERATOR, "operator")
    ready.hear("rover2", moving=True)
    with pytest.raises(InputError, match="rover2 still moves"):
        ready.gate.stops.reset("operator")
    ready.hear("rover2")
    ready.gate.stops.reset("operator")
    assert not ready.gate.latch.stopped


@pytest.mark.parametrize("age_s", [2.1, 31.0, -2.1, float("nan")])
def test_a_reset_that_comes_late_is_none(ready, age_s: float) -> None:
    ready.gate.stops.stop(OPERATOR, "operator")
    with pytest.raises(InputError, match="it was asked"):
        ready.gate.stops.reset("operator", age_s=age_s)
    assert ready.gate.latch.stopped
    assert "no reset: it was asked" in ready.last_reason()
    ready.run(2.0, "rover1", "rover2")
    ready.gate.stops.reset("operator", age_s=1.9)
    assert not ready.gate.latch.stopped


@pytest.mark.parametrize("robot", ["", "rover1"])
def test_a_reset_releases_no_stop_that_is_newer_than_it(ready, robot: str) -> None:
    ready.gate.stops.stop(OPERATOR, "operator", "", robot)
    ready.run(1.0, "rover1", "rover2")
    ready.gate.stops.stop(OPERATOR, "someone else", "", robot)  # for the second time, and of the same cause
    ready.run(0.5, "rover1", "rover2")
    with pytest.raises(InputError, match=r"a stop was said 0\.2\d s after this reset was asked for"):
        ready.gate.stops.reset("operator", robot, age_s=0.75)
    ready.gate.stops.reset("operator", robot, age_s=0.25)


@pytest.mark.parametrize("robot", ["", "rover1"])
def test_a_reset_by_a_clock_that_is_ahead_releases_no_stop_of_late(ready, robot: str) -> None:
    """Asked before the stop, by a clock 1.5 s ahead, it came a second later and was half a second from the future."""
    ready.run(1.0, "rover1", "rover2")
    ready.gate.stops.stop(OPERATOR, "operator", "", robot)
    ready.run(0.5, "rover1", "rover2")
    with pytest.raises(InputError, match=r"0\.50 s ahead"):
        ready.gate.stops.reset("operator", robot, age_s=-0.5)
    ready.run(2.0, "rover1", "rover2")
    ready.gate.stops.reset(
        "operator", robot, age_s=-0.5
    )  # whoever asked so long ago would be refused as late
    assert not ready.gate.latch.stopped and not ready.gate.latch.alone


@pytest.mark.parametrize("robot", ["", "rover1"])
def test_a_reset_that_names_an_epoch_means_no_other(ready, robot: str) -> None:
    latch = ready.gate.latch
    ready.gate.stops.stop(OPERATOR, "operator", "", robot)
    meant = latch.epoch_of(robot)
    ready.gate.stops.stop(TOPIC, "someone else", "", robot)
    with pytest.raises(InputError, match=f"the newest stop is of epoch {meant + 1}, not {meant}"):
        ready.gate.stops.reset("operator", robot, epoch=meant)
    ready.gate.stops.reset("operator", robot, epoch=meant + 1)
    assert not latch.stopped and not latch.alone


def test_many_equal_refusals_are_one_line_in_the_audit(ready) -> None:
    ready.gate.stops.stop(TOPIC, "someone")
    ready.gate.take_records()
    for _ in range(50):
        assert not ready.permitted(ready.ask())
    assert [record.event for record in ready.gate.take_records()] == ["refusal"]


def test_stop_reset_and_first_permit_are_in_the_audit(ready) -> None:
    ready.gate.stops.stop(TOPIC, "someone")
    ready.gate.stops.reset("operator")
    ready.permitted(ready.ask(goal="g2"))
    events = [record.event for record in ready.gate.take_records()]
    assert events == ["start_up", "start_up", "permit", "stop", "reset", "permit"]


# -- one robot alone -------------------------------------------------------------------------------------------


def test_a_stop_of_one_robot_leaves_the_others_goal_alone(ready) -> None:
    assert ready.permitted(ready.ask("rover2", "g2"))
    ready.gate.stops.stop(OPERATOR, "someone", robot="rover1")
    assert not ready.permitted(ready.ask())
    assert "operator" in ready.last_reason()
    assert ready.permitted(ready.ask("rover2", "g2")), "the same goal goes on, under the same epoch"
    ready.gate.stops.reset("operator", "rover1")
    assert ready.permitted(ready.ask("rover2", "g2"))


def test_after_the_reset_of_one_robot_its_old_goal_and_old_requests_are_void(ready) -> None:
    before = ready.ask(goal="g9")
    ready.gate.stops.stop(OPERATOR, "someone", robot="rover1")
    ready.gate.stops.reset("operator", "rover1")
    assert not ready.permitted(before), "asked for before the stop"
    assert not ready.permitted(ready.ask(goal="g1")), "the goal that ran is revoked"
    assert ready.permitted(ready.ask(goal="g2"))


def test_a_stop_of_a_robot_that_nobody_knows_stops_all(ready) -> None:
    ready.gate.asked_to_stop(OPERATOR, "someone", "", "rover9")
    assert ready.gate.latch.stopped
    assert "rover9" in ready.last_reason()


@pytest.mark.parametrize(
    "said, counts",
    [("voice", "voice"), ("bridge", "bridge"), ("zone", "topic"), ("start_up", "topic"), ("", "topic")],
)
def test_a_stop_request_names_its_cause_and_an_unknown_one_counts_as_topic(
    ready, said: str, counts: str
) -> None:
    ready.gate.asked_to_stop(said, "someone", "", "")
    assert ready.gate.latch.causes == {counts}


def test_causes_are_a_set_and_one_reset_clears_the_events_among_them(ready) -> None:
    for cause in ("voice", "operator", "bridge"):
        ready.gate.asked_to_stop(cause, "someone", "", "")
    assert ready.gate.latch.causes == {"voice", "operator", "bridge"}
    ready.gate.stops.reset("operator")
    assert not ready.gate.latch.stopped


def test_a_driver_that_stopped_its_robot_alone_stops_nobody_else(ready) -> None:
    ready.hear("rover2", latched=True, alone=True)
    assert not ready.gate.latch.stopped
    assert ready.gate.latch.causes_of("rover2") == {"driver"}
    assert ready.permitted(ready.ask())


def test_a_driver_that_heard_a_stop_while_the_gate_was_not_there_is_believed_at_its_start(new_world) -> None:
    world = new_world()
    world.gate.described("rover1", "d", ROVER, 0.3)
    world.hear("rover1", latched=True)
    world.run(0.4, "rover1")
    assert world.gate.latch.causes == {"driver"}


def test_a_robot_that_left_and_came_back_must_be_asked_anew(ready) -> None:
    epoch = ready.gate.latch.epoch_of("rover1")
    ready.gate.gone("rover1")
    ready.gate.described("rover1", "driver-1", ROVER, 0.3)
    ready.hear("rover1")
    assert not ready.permitted(ready.ask(epoch=epoch))
    assert ready.permitted(ready.ask(goal="g2"))


def test_a_stop_of_one_robot_waits_for_it_to_come_back(ready) -> None:
    ready.gate.stops.stop(OPERATOR, "someone", robot="rover1")
    ready.gate.gone("rover1")
    assert ("rover1", "") in ready.gate.robots()
    ready.gate.described("rover1", "driver-2", ROVER, 0.3)
    ready.hear("rover1")
    assert not ready.permitted(ready.ask(goal="g2"))


def test_an_epoch_that_cannot_be_is_refused_and_breaks_nothing(ready) -> None:
    ready.hear("rover1", epoch=2**64 - 1)
    assert ready.gate.latch.epoch_of("rover1") < 2**62
    assert "epoch that cannot be" in ready.last_reason()


def test_the_largest_epoch_that_is_believed_keeps_no_robot_still(ready, tmp_path) -> None:
    ready.hear("rover1", epoch=EPOCH_MAX)
    ready.run(0.6, "rover1", "rover2")
    assert ready.permitted(ready.ask(goal="g2"))
    kept.write(tmp_path / "safety.json", ready.gate.latch.kept())
    assert kept.read(tmp_path / "safety.json") == ready.gate.latch.kept(), "nor after a restart of the gate"


# -- every verb ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_a_stop_holds_every_verb(ready, kind: Kind) -> None:
    able = dataclasses.replace(
        ROVER, joint_names=("a",), joint_lower=(-1.0,), joint_upper=(1.0,), joint_speed=(1.0,),
        joint_acceleration=(4.0,), gripper_max=0.1, altitude=5.0, tool_names=("lamp",),
    )  # fmt: skip
    ready.gate.described("rover1", "driver-1", able, 0.3)
    motion = Motion(
        kind, twist=Twist(0.1), joint_names=("a",), joint_positions=(0.5,), gripper_opening=0.05,
        tool_name="lamp", tool_value=1.0, altitude=2.0,
    )  # fmt: skip
    assert ready.permitted(ready.ask(goal="g2", motion=motion)), "another body is asked anew"
    ready.gate.stops.stop(OPERATOR, "someone", robot="rover1")
    assert not ready.permitted(ready.ask(goal="g2", motion=motion))
    ready.gate.stops.reset("operator", "rover1")
    assert not ready.permitted(ready.ask(goal="g2", motion=motion))
    assert ready.permitted(ready.ask(goal="g3", motion=motion))
