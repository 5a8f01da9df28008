# SPDX-License-Identifier: Apache-2.0
"""An arm's FollowJointTrajectory and joint_states, as plain numbers. For the driver's back end `joint_trajectory`.

Needs control_msgs, which only a full ROS 2 has.
"""

from __future__ import annotations

import math
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from action_msgs.msg import GoalStatus, GoalStatusArray
from action_msgs.srv import CancelGoal
from builtin_interfaces.msg import Duration
from control_msgs.action import FollowJointTrajectory
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from rclpy.qos import QoSProfile, qos_profile_action_status_default
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool
from trajectory_msgs.msg import JointTrajectoryPoint
from unique_identifier_msgs.msg import UUID

from tektra.common.errors import OptionError
from tektra.ros.calls import service_client
from tektra.ros.clock import seconds
from tektra.ros.publishers import publisher_of, publishers
from tektra.ros.qos import LATCHED, SENSOR

#: Goals of ours that are told from others'.
OWN_KEPT = 512
STRAYED = (
    FollowJointTrajectory.Result.PATH_TOLERANCE_VIOLATED,
    FollowJointTrajectory.Result.GOAL_TOLERANCE_VIOLATED,
)
RUNNING = frozenset({GoalStatus.STATUS_ACCEPTED, GoalStatus.STATUS_EXECUTING, GoalStatus.STATUS_CANCELING})
#: Seconds after the beginning; rad and rad/s of each joint.
Point = tuple[float, tuple[float, ...], tuple[float, ...]]
#: Position (rad) and velocity (rad/s, NaN: not told) by joint, stamp (s), age (s), which publisher told them.
OnJoints = Callable[[Mapping[str, tuple[float, float]], float, float, str], None]


class OnGivenUp(Protocol):
    def __call__(self, number: int, *, strayed: bool) -> None: ...


class TrajectoryAction:
    """One controller. All on the node's executor.

    `on_answer(number, accepted)`: of the goal that `send` numbered. `on_given_up(number)`: the controller
    ended it unfinished; `strayed`: since a joint was too far from its trajectory.
    """

    def __init__(
        self,
        node: Node,
        *,
        action: str,
        joint_states: str,
        ready: str,
        on_joints: OnJoints,
        on_answer: Callable[[int, bool], None],
        on_given_up: OnGivenUp,
    ) -> None:
        self._node, self._on_joints, self._on_answer = node, on_joints, on_answer
        self._on_given_up = on_given_up
        if node.resolve_topic_name(joint_states) == node.resolve_topic_name("joint_states"):
            raise OptionError(
                f"joint_states_topic = {joint_states!r} is the driver's own topic",
                "remap the arm's, to arm/joint_states say",
            )
        # The services of an action themselves: a client of actions would also take feedback, twenty times a second and more.
        name, parts = node.resolve_service_name(action), FollowJointTrajectory.Impl
        self._goals = service_client(node, parts.SendGoalService, f"{name}/_action/send_goal")
        self._results = service_client(node, parts.GetResultService, f"{name}/_action/get_result")
        self._cancel = service_client(node, CancelGoal, f"{name}/_action/cancel_goal")
        self._by_topic = f"{name.rpartition('/')[0]}/joint_trajectory"
        self._own: deque[tuple[bytes, int]] = deque(maxlen=OWN_KEPT)
        self._others = False
        self.ready: bool | None = None if ready else True
        self._number = 0
        node.create_subscription(JointState, joint_states, self._heard, SENSOR)
        status = f"{name}/_action/status"
        node.create_subscription(GoalStatusArray, status, self._status, qos_profile_action_status_default)
        silent = SubscriptionEventCallbacks(use_default_callbacks=False)  # one of the two always fits
        qualities: tuple[QoSProfile, ...] = (LATCHED, SENSOR) if ready else ()
        for quality in qualities:
            node.create_subscription(Bool, ready, self._on_ready, quality, event_callbacks=silent)

    def send(self, names: Sequence[str], points: Sequence[Point]) -> int:
        """Sends a goal that takes the place of the one before, and begins when it is taken up; its number."""
        goal = FollowJointTrajectory.Goal()
        goal.trajectory.joint_names = list(names)
        goal.trajectory.points = [
            JointTrajectoryPoint(positions=positions, velocities=rates, time_from_start=_duration(at_s))
            for at_s, positions, rates in points
        ]
        self._number += 1
        number, own = self._number, UUID(uuid=list(uuid.uuid4().bytes))
        self._own.append((bytes(own.uuid), number))
        asked = FollowJointTrajectory.Impl.SendGoalService.Request(goal_id=own, goal=goal)
        sending = self._goals.call_async(asked)
        sending.add_done_callback(lambda done: self._answered(number, own, done.result().accepted))
        return number

    def cancel(self) -> None:
        """Cancels whatever goal the controller has, whoever sent it: it holds where it is."""
        self._cancel.call_async(CancelGoal.Request())

    def there(self) -> bool:
        """The controller's action is served."""
        return all(part.service_is_ready() for part in (self._goals, self._results, self._cancel))

    def rivals(self) -> list[str]:
        """Who else moves the arm: nodes that publish trajectories to the controller, or a goal that is not ours."""
        return publishers(self._node, self._by_topic) + (["another client's goal"] if self._others else [])

    def _answered(self, number: int, own: UUID, accepted: bool) -> None:
        self._on_answer(number, accepted)
        if accepted:
            asking = self._results.call_async(
                FollowJointTrajectory.Impl.GetResultService.Request(goal_id=own)
            )
            asking.add_done_callback(lambda done: self._ended(number, done.result()))

    def _ended(self, number: int, told: Any) -> None:
        if told.result.error_code in STRAYED:
            self._on_given_up(number, strayed=True)

    def _on_ready(self, message: Bool) -> None:
        self.ready = message.data

    def _heard(self, message: JointState, sent: Mapping[str, Any]) -> None:
        rates = (
            message.velocity if len(message.velocity) == len(message.name) else [math.nan] * len(message.name)
        )
        if len(message.position) != len(message.name):
            return
        joints = {
            name: (position, rate)
            for name, position, rate in zip(message.name, message.position, rates, strict=True)
        }
        stamp_s = seconds(message.header.stamp)
        age_s = self._node.get_clock().now().nanoseconds * 1e-9 - stamp_s
        self._on_joints(joints, stamp_s, age_s, publisher_of(sent))

    def _status(self, message: GoalStatusArray) -> None:
        own = dict(self._own)
        told = [(own.get(bytes(one.goal_info.goal_id.uuid)), one.status) for one in message.status_list]
        self._others = any(number is None and status in RUNNING for number, status in told)
        for number, status in told:
            if number == self._number and status == GoalStatus.STATUS_ABORTED:
                self._on_given_up(number, strayed=False)


def _duration(seconds_: float) -> Duration:
    whole = math.floor(seconds_)
    return Duration(sec=whole, nanosec=int((seconds_ - whole) * 1e9))
