# SPDX-License-Identifier: Apache-2.0
"""The skills node of one robot, in the robot's namespace: goals in, requests to move out."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.node import Node
from rclpy.subscription import Subscription
from rclpy.task import Future

from tektra.common import paths
from tektra.common.errors import TektraError
from tektra.common.scheduling import SKILLS_PRIORITY
from tektra.common.world import load_world
from tektra.ros.clock import duration_msg
from tektra.ros.diagnostics import OK, WARN, Diagnostics
from tektra.ros.parameters import declare
from tektra.ros.process import run_body
from tektra.ros.qos import MOTION, SAFETY_STATE
from tektra.ros.robots import RobotWatcher
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body, Library
from tektra.skills.options import SkillsOptions
from tektra.skills.run import Runner, SafetyView
from tektra.skills.seen import Drive, End, Grip, Hold, Joints, Outcome, Pose, Seen
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import MotionRequest, RobotDescription, RobotState, SafetyState


class SkillsNode(Node):
    """Wires the runner to action, topics and a steady timer. One thread."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("skills", **ros)
        self._robot = self.get_namespace().strip("/")
        self._options = declare(self, SkillsOptions)
        self._world = load_world(self._options.world_file or paths.share_dir() / "config" / "world.yaml")
        self._runner = Runner(self._robot)
        self._library: Library | None = None
        self._seen: Seen | None = None
        self._others: dict[str, Pose] = {}
        self._known: set[str] = set()
        self._states: dict[str, Subscription] = {}
        self._goal: ServerGoalHandle | None = None
        self._ended: Future | None = None
        self._request = self.create_publisher(MotionRequest, f"/{self._robot}/motion/request", MOTION)
        self.create_subscription(SafetyState, "/safety/state", self._on_safety, SAFETY_STATE)
        self._watcher = RobotWatcher(self, self._on_description, self._on_gone)
        self._diagnostics = Diagnostics(self, self._robot)
        self._diagnostics.value("running", lambda: self._runner.run.name if self._runner.run else "")
        self._timer = self.create_timer(1.0 / self._options.rate_hz, self._step, autostart=False)
        self._action = ActionServer(
            self,
            RunSkill,
            f"/{self._robot}/run_skill",
            execute_callback=self._execute,
            goal_callback=lambda _: GoalResponse.ACCEPT,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )

    # -- goals -------------------------------------------------------------------------------------------------

    async def _execute(self, goal: ServerGoalHandle) -> RunSkill.Result:
        """Runs a goal to its end. What cannot be done is accepted and ends at once, so that the reason gets through."""
        end = self._start(goal)
        if end is None:
            self._goal, self._ended = goal, Future()
            self._watch_others(True)
            self._timer.reset()
            end = await self._ended
            self._timer.cancel()
            self._watch_others(False)
            self._goal = self._ended = None
        {Outcome.SUCCEEDED: goal.succeed, Outcome.CANCELED: goal.canceled}.get(end.outcome, goal.abort)()
        self.get_logger().info(f"{goal.request.skill} {end.outcome.value}: {end.message}")
        result = json.dumps(dict(end.result))
        return RunSkill.Result(outcome=end.outcome.value, message=end.message, result=result)

    def _start(self, goal: ServerGoalHandle) -> End | None:
        if self._library is None:
            return End(Outcome.REFUSED, f"the driver of {self._robot} has not announced it yet")
        asked = goal.request
        try:
            with self._diagnostics.timed("prepare"):
                skill = self._library.make(asked.skill, asked.arguments)
        except TektraError as error:
            return End(Outcome.REFUSED, str(error))
        goal_id = bytes(goal.goal_id.uuid).hex()
        return self._runner.start(goal_id, asked.skill, skill, time.monotonic())

    def _step(self) -> None:
        run, goal = self._runner.run, self._goal
        if run is None or goal is None or self._seen is None:
            return
        if goal.is_cancel_requested:
            self._finish(self._runner.cancel())
            return
        with self._diagnostics.timed("step"):
            command = self._runner.step(self._now(self._seen))
        if isinstance(command, End):
            self._finish(command)
            return
        self._publish(run.goal_id, run.name, run.sequence, run.epoch, command)
        if run.sequence % 4 == 0:
            goal.publish_feedback(RunSkill.Feedback(progress=float(run.skill.progress), status=run.name))

    def _finish(self, end: End) -> None:
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(end)

    def _publish(
        self, goal_id: str, skill: str, sequence: int, epoch: int, command: Drive | Joints | Grip | Hold
    ) -> None:
        message = MotionRequest(
            robot=self._robot, goal_id=goal_id, skill=skill, sequence=sequence, epoch=epoch
        )
        message.stamp = self.get_clock().now().to_msg()
        message.period = duration_msg(1.0 / self._options.rate_hz)
        if isinstance(command, Drive):
            message.kind = MotionRequest.VELOCITY
            message.twist.linear.x, message.twist.angular.z = float(command.vx), float(command.wz)
        elif isinstance(command, Joints):
            message.kind = MotionRequest.JOINTS
            message.joint_names = list(command.positions)
            message.joint_positions = list(map(float, command.positions.values()))
        elif isinstance(command, Grip):
            message.kind, message.gripper_opening = MotionRequest.GRIPPER, float(command.opening)
        else:
            return
        self._request.publish(message)

    # -- what is heard -----------------------------------------------------------------------------------------

    def _on_safety(self, message: SafetyState) -> None:
        robot = next((entry for entry in message.robots if entry.robot == self._robot), None)
        view = SafetyView(
            epoch=message.epoch,
            stopped=message.stopped,
            causes=tuple(message.causes),
            heard_s=time.monotonic(),
            robot_causes=tuple(robot.causes) if robot else ("unknown to the safety gate",),
        )
        self._runner.on_safety(view)
        if message.stopped:
            self._step()

    def _on_description(self, robot: str, message: RobotDescription) -> None:
        if robot == self._robot:
            self._library = Library(robot, _body(message), self._world)
            self._diagnostics.set(OK, "ready")
            if robot not in self._states:
                self._states[robot] = self._listen_to(robot, self._on_own_state)
        else:
            self._known.add(robot)

    def _listen_to(self, robot: str, on_state: Callable[[RobotState], None]) -> Subscription:
        return self.create_subscription(RobotState, f"/{robot}/state", on_state, MOTION)

    def _watch_others(self, watch: bool) -> None:
        """Where the others are matters while this robot moves; a subscription costs, so it lasts no longer."""
        for robot in self._known if watch else ():
            self._states[robot] = self._listen_to(robot, partial(self._on_other_state, robot))
        for robot in () if watch else self._states.keys() - {self._robot}:
            self.destroy_subscription(self._states.pop(robot))
        self._others.clear()

    def _on_gone(self, robot: str) -> None:
        self._others.pop(robot, None)
        self._known.discard(robot)
        if subscription := self._states.pop(robot, None):
            self.destroy_subscription(subscription)
        if robot == self._robot:
            self._diagnostics.set(WARN, "the driver is gone")

    def _on_own_state(self, message: RobotState) -> None:
        reason = message.halt_reason if message.halted else ""
        now_s = time.monotonic()
        self._runner.on_driver(connected=message.connected, halt_reason=reason, now_s=now_s)
        self._seen = Seen(
            now_s=now_s,
            pose=_pose(message) if message.localized else None,
            speed=message.twist.linear.x,
            turn_rate=message.twist.angular.z,
            joints=dict(zip(message.joints.name, message.joints.position, strict=False)),
            gripper_opening=message.gripper_opening,
            gripper_holding=message.gripper_holding,
        )

    def _on_other_state(self, robot: str, message: RobotState) -> None:
        if message.localized:
            self._others[robot] = _pose(message)

    def _now(self, seen: Seen) -> Seen:
        return Seen(**{**seen.__dict__, "now_s": time.monotonic(), "others": dict(self._others)})


def _pose(message: RobotState) -> Pose:
    position, turned = message.pose.position, message.pose.orientation
    return Pose(position.x, position.y, 2.0 * math.atan2(turned.z, turned.w))


def _body(message: RobotDescription) -> Body:
    limits = message.limits
    return Body(
        schemas={skill.name: skill.arguments_schema for skill in message.skills},
        base=BaseLimits(
            limits.linear_speed, limits.angular_speed, limits.linear_deceleration, limits.angular_acceleration
        ),
        joint_speeds=dict(zip(limits.joint_names, limits.joint_speed, strict=False)),
        radius=max((math.hypot(point.x, point.y) for point in message.footprint.points), default=0.0),
    )


def main() -> None:
    run_body(SkillsNode, priority=SKILLS_PRIORITY)


if __name__ == "__main__":
    main()
