# SPDX-License-Identifier: Apache-2.0
"""Nav2's NavigateToPose and its velocities, as plain data. Needs nav2_msgs, which only a full ROS 2 has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from action_msgs.msg import GoalStatus
from geometry_msgs.msg import Twist, TwistStamped
from nav2_msgs.action import NavigateToPose
from rclpy.node import Node

from tektra.common.robot_place import is_own_frame
from tektra.ros.calls import action_client, servers_of
from tektra.ros.clock import seconds
from tektra.ros.lateness import boot_s, message_age_s, no_younger
from tektra.ros.qos import MOTION

#: A velocity that was on its way for longer is not driven by.
STALE_S = 0.3


class Nav2Client:
    """One goal at a time; what was heard of an older one is passed over. All on the node's executor.

    `stage`: asked, driving, reached, failed or refused. `velocity` (ahead and left, m/s, and rad/s) was sent at `velocity_s` (boot_s).
    """

    def __init__(self, node: Node, *, action: str, cmd_vel: str, stamped: bool) -> None:
        self.stage, self.message, self.left_m = "asked", "", -1.0
        self.velocity, self.velocity_s = (0.0, 0.0, 0.0), -math.inf
        self._node = node
        self._client = action_client(node, NavigateToPose, action)
        self._action = node.resolve_service_name(action)
        self._servers: frozenset[bytes] = frozenset()
        self._goal: NavigateToPose.Goal | None = None
        self._handle: Any = None
        self._number = 0
        self._sent = False
        if stamped:
            node.create_subscription(TwistStamped, cmd_vel, self._on_stamped, MOTION)
        else:
            node.create_subscription(Twist, cmd_vel, self._on_twist, MOTION)
        self._timer = node.create_timer(0.1, self._try)

    def go(self, x: float, y: float, yaw: float) -> None:
        self.cancel()
        goal = NavigateToPose.Goal()
        goal.pose.header.frame_id = "map"
        goal.pose.pose.position.x, goal.pose.pose.position.y = x, y
        half = yaw / 2.0 if math.isfinite(yaw) else 0.0
        goal.pose.pose.orientation.z, goal.pose.pose.orientation.w = math.sin(half), math.cos(half)
        self._goal, self._sent = goal, False
        self.stage, self.message, self.left_m = "asked", "", -1.0
        self.velocity, self.velocity_s = (0.0, 0.0, 0.0), -math.inf
        self._try()

    def cancel(self) -> None:
        self._number += 1
        self._goal = None
        if self._handle is not None:
            self._handle.cancel_goal_async()
            self._handle = None

    def _try(self) -> None:
        """Sends the goal as soon as Nav2 is there; gives it up when whoever has it is gone."""
        if self._goal is None:
            return
        servers = servers_of(self._node, self._action)
        if self._sent:
            if self._servers.isdisjoint(servers):
                self._handle = self._goal = None
                self._number += 1
                self.stage, self.message = "failed", "Nav2 is gone; start it again, and ask anew"
            return
        if not servers or not self._client.server_is_ready():
            return
        self._sent, self._servers, number = True, servers, self._number
        self._goal.pose.header.stamp = self._node.get_clock().now().to_msg()
        sending = self._client.send_goal_async(
            self._goal, feedback_callback=lambda message: self._on_feedback(number, message.feedback)
        )
        sending.add_done_callback(lambda done: self._on_answer(number, done.result()))

    def _on_answer(self, number: int, handle: Any) -> None:
        if number != self._number:
            if handle.accepted:
                handle.cancel_goal_async()  # it was given up while the answer was on its way
            return
        if not handle.accepted:
            self.stage, self.message = "refused", "Nav2 did not accept the goal; is it active?"
            return
        self._handle, self.stage = handle, "driving"
        handle.get_result_async().add_done_callback(lambda done: self._on_result(number, done.result()))

    def _on_result(self, number: int, answer: Any) -> None:
        if number != self._number:
            return
        self._handle = self._goal = None
        if answer.status == GoalStatus.STATUS_SUCCEEDED:
            self.stage = "reached"
            return
        result = answer.result
        text = getattr(result, "error_msg", "") or "it told no reason"
        self.stage, self.message = "failed", f"{text} (code {getattr(result, 'error_code', 0)})"

    def _on_feedback(self, number: int, feedback: Any) -> None:
        if number == self._number:
            self.left_m = float(feedback.distance_remaining)

    def _on_stamped(self, message: TwistStamped, sent: Mapping[str, Any]) -> None:
        clock_s = self._node.get_clock().now().nanoseconds * 1e-9
        if is_own_frame(message.header.frame_id):
            self._heard(message.twist, clock_s - no_younger(seconds(message.header.stamp), clock_s, sent))

    def _on_twist(self, twist: Twist, sent: Mapping[str, Any]) -> None:
        self._heard(twist, message_age_s(sent))

    def _heard(self, twist: Twist, age_s: float) -> None:
        velocity = (float(twist.linear.x), float(twist.linear.y), float(twist.angular.z))
        if abs(age_s) <= STALE_S and all(map(math.isfinite, velocity)):
            self.velocity, self.velocity_s = velocity, boot_s() - max(age_s, 0.0)
