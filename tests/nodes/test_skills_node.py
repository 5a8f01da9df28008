# SPDX-License-Identifier: Apache-2.0
"""The skills node on real topics; a test node plays gate, driver and a rover that does exactly what it is asked."""

import json
import math
import uuid

import pytest
from rclpy.action import ActionClient
from rclpy.node import Node

from tektra.common.skills import skills_of
from tektra.ros.qos import LATCHED, MOTION, SAFETY_STATE
from tektra.skills.node import SkillsNode
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import (
    MotionRequest,
    RobotDescription,
    RobotLimits,
    RobotSafety,
    RobotState,
    SafetyState,
    SkillDescription,
)

PERIOD_S = 0.05


class Rover(Node):
    """Moves by the requests themselves: the gate of this test permits everything while it is not stopped."""

    def __init__(self) -> None:
        super().__init__("rover_and_gate")
        self.x, self.y, self.yaw = 1.2, 4.4, 0.0
        self.epoch, self.stopped, self.connected = 5, False, True
        self.requests: list[MotionRequest] = []
        self.sequence = 0
        self._fresh: MotionRequest | None = None
        self._description = self.create_publisher(RobotDescription, "/rover1/description", LATCHED)
        self._state = self.create_publisher(RobotState, "/rover1/state", MOTION)
        self._safety = self.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self.create_subscription(MotionRequest, "/rover1/motion/request", self._on_request, MOTION)
        self.skill = ActionClient(self, RunSkill, "/rover1/run_skill")
        self._description.publish(self._describe())
        self.create_timer(PERIOD_S, self._tick)

    def _describe(self) -> RobotDescription:
        limits = RobotLimits(linear_speed=0.6, angular_speed=1.5, angular_acceleration=3.0)
        limits.linear_acceleration, limits.linear_deceleration = 1.0, 6.0
        skills = [SkillDescription(name=s.name, arguments_schema=s.schema) for s in skills_of(["base"])]
        return RobotDescription(robot="rover1", instance=uuid.uuid4().hex, limits=limits, skills=skills)

    def _on_request(self, message: MotionRequest) -> None:
        self.requests.append(message)
        self._fresh = message

    def _tick(self) -> None:
        asked, self._fresh = self._fresh, None
        moving = asked is not None and not self.stopped and asked.epoch == self.epoch
        if moving:
            self.yaw += asked.twist.angular.z * PERIOD_S
            self.x += asked.twist.linear.x * math.cos(self.yaw) * PERIOD_S
            self.y += asked.twist.linear.x * math.sin(self.yaw) * PERIOD_S
        state = RobotState(robot="rover1", connected=self.connected, localized=True, moving=moving)
        state.pose.position.x, state.pose.position.y = self.x, self.y
        state.pose.orientation.z, state.pose.orientation.w = math.sin(self.yaw / 2), math.cos(self.yaw / 2)
        self._state.publish(state)
        self.sequence += 1
        safety = SafetyState(instance="test", sequence=self.sequence, epoch=self.epoch, stopped=self.stopped)
        safety.stamp = self.get_clock().now().to_msg()
        safety.causes = ["operator"] if self.stopped else []
        safety.robots = [RobotSafety(robot="rover1")]
        self._safety.publish(safety)


class Goals:
    """Sends goals and waits for their ends."""

    def __init__(self, spinner, client: ActionClient) -> None:
        self._spinner, self._client = spinner, client
        self.progress: list[float] = []

    def send(self, skill: str, **arguments):
        goal = RunSkill.Goal(skill=skill, arguments=json.dumps(arguments))
        sent = self._client.send_goal_async(goal, feedback_callback=self._on_feedback)
        self._spinner.until(sent.done)
        handle = sent.result()
        assert handle.accepted
        return handle, handle.get_result_async()

    def run(self, skill: str, **arguments) -> RunSkill.Result:
        return self.end(self.send(skill, **arguments)[1])

    def end(self, result) -> RunSkill.Result:
        self._spinner.until(result.done, timeout_s=30.0)
        return result.result().result

    def _on_feedback(self, message) -> None:
        self.progress.append(message.feedback.progress)


@pytest.fixture
def rover(spinner) -> Rover:
    made = Rover()
    spinner.add(SkillsNode(namespace="/rover1"), made)
    spinner.until(made.skill.server_is_ready)
    return made


@pytest.fixture
def goals(spinner, rover: Rover) -> Goals:
    made = Goals(spinner, rover.skill)
    spinner.until(lambda: made.run("wait", seconds=0.0).outcome == "succeeded", what="a robot that is known")
    return made


def test_move_arrives_and_tells_its_progress(goals: Goals, rover: Rover) -> None:
    result = goals.run("move", distance_m=0.6)
    assert result.outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    assert rover.x == pytest.approx(1.8, abs=0.03)
    assert json.loads(result.result)["moved_m"] == pytest.approx(0.6, abs=0.03)
    assert goals.progress == sorted(goals.progress) and goals.progress[-1] > 0.3


def test_requests_carry_goal_epoch_and_rising_sequence(goals: Goals, rover: Rover) -> None:
    goals.run("turn", angle_deg=20)
    mine = [message for message in rover.requests if message.skill == "turn"]
    assert {message.epoch for message in mine} == {5}
    assert len({message.goal_id for message in mine}) == 1 and mine[0].goal_id
    sequences = [message.sequence for message in mine]
    assert sequences == sorted(set(sequences))


@pytest.mark.parametrize(
    "skill, arguments, words",
    [
        ("fly", {}, "has no skill 'fly'"),
        ("navigate_to", {"place": "the moon"}, "choose one of"),
        ("move", {"distance_m": 1e9}, "distance_m"),
        ("move", {}, "distance_m"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(goals, rover, skill, arguments, words) -> None:
    before = len(rover.requests)
    result = goals.run(skill, **arguments)
    assert result.outcome == RunSkill.Result.OUTCOME_REFUSED and words in result.message
    assert len(rover.requests) == before


def test_a_second_goal_is_refused_and_the_first_goes_on(goals: Goals, rover: Rover) -> None:
    _, first = goals.send("move", distance_m=0.5)
    second = goals.run("turn", angle_deg=10)
    assert second.outcome == RunSkill.Result.OUTCOME_REFUSED and "busy" in second.message
    assert goals.end(first).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_a_cancel_ends_the_goal_and_the_requests(goals: Goals, rover: Rover, spinner) -> None:
    handle, result = goals.send("move", distance_m=5.0)
    spinner.until(lambda: rover.x > 1.3)
    handle.cancel_goal_async()
    assert goals.end(result).outcome == RunSkill.Result.OUTCOME_CANCELED
    count = len(rover.requests)
    spinner.during(0.3)
    assert len(rover.requests) == count


def test_a_stop_ends_the_goal_and_the_reset_does_not_bring_it_back(
    goals: Goals, rover: Rover, spinner
) -> None:
    _, result = goals.send("move", distance_m=5.0)
    spinner.until(lambda: rover.x > 1.3)
    rover.stopped, rover.epoch = True, 6
    ended = goals.end(result)
    assert ended.outcome == RunSkill.Result.OUTCOME_FAILED and "operator" in ended.message
    refused = goals.run("move", distance_m=0.2)
    assert refused.outcome == RunSkill.Result.OUTCOME_REFUSED and "reset first" in refused.message
    rover.stopped, rover.epoch = False, 7
    x = rover.x
    spinner.during(0.5)
    assert rover.x == x
    assert goals.run("move", distance_m=0.2).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_a_lost_link_ends_the_goal(goals: Goals, rover: Rover, spinner) -> None:
    _, result = goals.send("move", distance_m=5.0)
    spinner.until(lambda: rover.x > 1.3)
    rover.connected = False
    assert "not connected" in goals.end(result).message
