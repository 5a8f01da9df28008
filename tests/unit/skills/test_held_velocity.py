# SPDX-License-Identifier: Apache-2.0
"""Velocities from outside hold a robot while they come, and never longer."""

import math

import pytest

from tektra.skills.held_velocity import IDLE_S, HeldVelocity, VelocityInput
from tektra.skills.run import Runner, safety_view
from tektra.skills.seen import Drive, End, Outcome, Seen

AHEAD = Drive(0.3, 0.1, -0.2)
TIMEOUT_S = 0.3


class Robot:
    """A runner whose gate and driver are well, and somebody with a stick."""

    def __init__(self):
        self.runner = Runner("rover1")
        self.input = VelocityInput(self.runner, TIMEOUT_S)
        self.now_s, self.epoch = 10.0, 5
        self.ends = []
        self.well()

    def well(self, stopped=False):
        self.runner.on_safety(
            safety_view(
                epoch=self.epoch,
                stopped=stopped,
                causes=["operator"] * stopped,
                robot_causes=(),
                heard_s=self.now_s,
            )
        )
        self.runner.on_driver(connected=True, halt_reason="", now_s=self.now_s)

    def hear(self, velocity=AHEAD, age_s=0.0, senders=("/teleop",), number=0, frame="", process="teleop"):
        sent = {
            "age_s": age_s,
            "senders": senders,
            "sender": ("", number),
            "frame": frame,
            "process": process,
        }
        return self.input.hear(velocity, **sent, now_s=self.now_s)

    def on(self, seconds=0.05, stopped=False):
        self.now_s += seconds
        self.well(stopped)
        if not self.runner.run:
            return None
        step = self.runner.step(Seen(self.now_s, None))
        if isinstance(step, End):
            self.ends.append(step)
            self.input.ended()
        return step


@pytest.fixture
def robot():
    return Robot()


def stopped_while_held(robot):
    """A stick is held, somebody says stop, and it is reset; the number of the stick's newest message."""
    for number in range(1, 5):
        robot.hear(number=number)
        robot.on()
    robot.epoch += 1
    robot.on(stopped=True)
    robot.hear(number=5)
    robot.epoch += 1
    robot.on()
    assert robot.ends and not robot.input.holds
    return 5


def test_a_gap_in_the_radio_does_not_let_a_stick_that_is_held_take_the_robot_after_a_reset(robot):
    number = stopped_while_held(robot)
    robot.on(4.0 * TIMEOUT_S)
    for lost in (24, 1, 1):
        number += lost
        assert "cease" in robot.hear(number=number)
        robot.on()
    assert not robot.input.holds


def test_a_stick_that_was_let_go_of_takes_the_robot_after_a_reset(robot):
    number = stopped_while_held(robot)
    robot.on(4.0 * TIMEOUT_S)
    assert robot.hear(number=number + 1) == ""
    assert robot.input.holds


def test_after_a_gap_in_the_radio_a_zero_frees_the_stick(robot):
    number = stopped_while_held(robot)
    robot.on(4.0 * TIMEOUT_S)
    assert "cease" in robot.hear(number=number + 24)
    robot.hear(Drive(), number=number + 25)
    assert robot.hear(number=number + 26) == ""


def test_it_drives_as_it_is_told_sideways_too_and_stands_when_nothing_comes(robot):
    assert robot.hear() == ""
    assert robot.on() == AHEAD
    robot.hear(Drive(0.1))
    assert robot.on() == Drive(0.1)
    assert isinstance(robot.on(TIMEOUT_S), End)
    assert robot.ends[0].outcome is Outcome.SUCCEEDED
    assert "released" in robot.ends[0].message
    robot.on(TIMEOUT_S)
    assert robot.hear() == ""
    assert robot.input.holds


def test_zero_takes_no_robot_and_lets_go_of_it_in_the_end(robot):
    assert robot.hear(Drive()) == ""
    assert not robot.input.holds
    robot.hear()
    for _ in range(round(IDLE_S / 0.05) + 2):
        robot.on()
        robot.hear(Drive())
    assert "zero" in robot.ends[0].message
    assert not robot.input.holds


@pytest.mark.parametrize("age_s", [0.31, 13.0, -0.5, math.nan])
def test_what_comes_late_is_refused_and_renews_no_hold(robot, age_s):
    assert "old" in robot.hear(age_s=age_s)
    assert not robot.input.holds
    robot.hear()
    for _ in range(6):
        robot.on()
        robot.hear(age_s=age_s)
    assert robot.on() is None or robot.ends


@pytest.mark.parametrize("wrong", [Drive(math.nan), Drive(0.0, math.inf), Drive(0.0, 0.0, -math.inf)])
def test_what_is_not_finite_is_refused(robot, wrong):
    assert "finite" in robot.hear(wrong)
    assert not robot.input.holds


@pytest.mark.parametrize("frame", ["map", "odom", "rover1/odom", "/map", "camera_link", "base_link/map"])
def test_what_is_meant_in_another_frame_is_refused_and_renews_no_hold(robot, frame):
    """A velocity towards the map's north was driven straight ahead."""
    assert "base_link" in robot.hear(frame=frame)
    assert not robot.input.holds
    robot.on(1.0)
    assert robot.hear(frame="rover1/base_link") == ""
    for _ in range(8):
        robot.on()
        assert "base_link" in robot.hear(frame=frame)
    assert robot.ends


@pytest.mark.parametrize("frame", ["", "base_link", "rover1/base_link", "base_footprint", "teleop_twist_joy"])
def test_what_is_meant_in_the_robots_own_frame_is_driven(robot, frame):
    assert robot.hear(frame=frame) == ""
    assert robot.input.holds


def test_of_two_who_send_neither_drives(robot):
    robot.hear()
    for _ in range(8):
        robot.on()
        assert "/nav2" in robot.hear(senders=("/nav2", "/teleop"))
    assert robot.ends


def test_a_robot_that_is_busy_is_not_taken_and_not_when_it_is_free_until_the_stick_was_let_go(robot):
    class Other:
        progress = 0.0

        def step(self, seen):
            return Drive(0.1)

    robot.runner.start("goal", "navigate_to", Other(), robot.now_s)
    assert "busy with navigate_to" in robot.hear()
    robot.runner.cancel()
    robot.on()
    assert "cease" in robot.hear()
    robot.on()
    assert robot.hear(Drive()) == ""
    assert robot.hear() == ""
    assert robot.input.holds


def test_after_a_stop_and_a_reset_a_stick_that_is_still_held_moves_nothing(robot):
    robot.hear()
    robot.on()
    robot.epoch = 6
    assert isinstance(robot.on(stopped=True), End)
    robot.epoch = 7
    for _ in range(20):
        robot.on()
        assert "cease" in robot.hear()
    assert not robot.input.holds
    robot.on(TIMEOUT_S + 0.01)
    assert robot.hear() == ""


def test_whoever_else_sends_moves_nothing_before_the_graph_tells_of_them(robot):
    assert robot.input.hear(AHEAD, age_s=0.0, senders=("/teleop",), sender=("a", 0), now_s=robot.now_s) == ""
    assert robot.on() == AHEAD
    other = robot.input.hear(Drive(-0.3), age_s=0.0, senders=("/teleop",), sender=("b", 0), now_s=robot.now_s)
    assert "somebody else" in other
    assert robot.on() == AHEAD


def test_the_time_that_a_velocity_was_under_way_counts_against_the_dead_mans_time(robot):
    """Of a network that delays, the last word held the robot for its own delay and the whole time on top."""
    robot.hear(age_s=0.25)
    assert robot.on(0.04) == AHEAD
    assert isinstance(robot.on(0.04), End)
    robot.on()


def test_a_robot_that_a_person_holds_by_the_page_is_not_taken_and_the_person_is_named(robot):
    """Only a busy robot was refused: a keyboard took an idle one from whoever held it."""
    robot.input.leased("page", "anna", robot.now_s)
    assert "anna holds the robot" in robot.hear()
    assert not robot.input.holds
    assert robot.hear(Drive()) == "" and not robot.input.holds  # zero takes nothing, and is no fault
    robot.on()
    robot.input.leased("page", "", robot.now_s)
    assert robot.hear() == "" and robot.input.holds


def test_a_stick_that_was_held_all_the_while_does_not_take_the_robot_when_the_person_lets_go(robot):
    robot.input.leased("page", "anna", robot.now_s)
    robot.hear()
    robot.on()
    robot.input.leased("page", "", robot.now_s)
    assert "cease" in robot.hear()


def test_the_page_of_the_person_drives_and_is_not_shown_as_another_holder(robot):
    robot.input.leased("page", "anna", robot.now_s)
    assert robot.hear(senders=("/tektra/web",), process="page") == ""
    assert robot.on() == AHEAD
    assert robot.input.shown(robot.now_s) == ""


def test_of_two_gateways_each_may_drive_for_the_person_and_nobody_else(robot):
    robot.input.leased("page", "anna", robot.now_s)
    robot.input.leased("other page", "anna", robot.now_s)
    assert robot.hear(process="other page") == ""
    assert "anna holds" in robot.hear(process="teleop")


def test_who_holds_the_robot_by_velocities_is_shown_while_they_come_and_no_longer(robot):
    assert robot.input.shown(robot.now_s) == ""
    robot.hear()
    assert robot.input.shown(robot.now_s) == "/teleop"
    refused = robot.runner.start("goal", "navigate_to", HeldVelocity(1.0), robot.now_s)
    assert "busy with velocity by /teleop" in refused.message
    robot.on(TIMEOUT_S + 0.01)
    assert robot.input.shown(robot.now_s) == ""


def test_a_person_takes_a_robot_over_from_a_node_at_once_and_the_node_is_refused(robot):
    robot.hear()
    assert robot.on() == AHEAD
    robot.input.leased("page", "anna", robot.now_s)
    end = robot.on()
    assert isinstance(end, End) and end.outcome is Outcome.CANCELED and "anna took" in end.message
    for _ in range(8):
        assert "anna holds" in robot.hear()
        robot.on()
    assert not robot.input.holds


@pytest.mark.parametrize("person", ["", "anna"])
def test_a_lease_of_which_nothing_was_heard_for_three_seconds_holds_nothing(robot, person):
    robot.input.leased("page", "anna", robot.now_s)
    robot.input.leased("page", person, robot.now_s - 4.0)
    robot.on(3.1)
    assert robot.hear() == ""


def test_a_person_whom_another_gateway_knows_nothing_of_still_holds_the_robot(robot):
    robot.input.leased("page", "anna", robot.now_s)
    robot.input.leased("other page", "", robot.now_s)
    assert "anna holds" in robot.hear()


def test_a_name_with_control_characters_comes_printable(robot):
    robot.input.leased("page", "an\x1b[2Jna" + "a" * 500, robot.now_s)
    said = robot.hear()
    assert said.isprintable() and len(said) < 250
