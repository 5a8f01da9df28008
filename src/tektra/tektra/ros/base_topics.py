# SPDX-License-Identifier: Apache-2.0
"""The topics of a base that takes velocities and tells odometry, as plain numbers. For the driver's back end
`ros_base`."""

from __future__ import annotations

import math
from collections.abc import Callable

from geometry_msgs.msg import Pose, PoseWithCovarianceStamped, Twist, TwistStamped
from nav_msgs.msg import Odometry
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.node import Node
from sensor_msgs.msg import BatteryState

from tektra.common.errors import OptionError
from tektra.common.quaternion import yaw_of
from tektra.ros.clock import seconds
from tektra.ros.living import count_living
from tektra.ros.publishers import publishers
from tektra.ros.qos import LATCHED, MOTION, SENSOR

#: Pose in the odometry's frame (x m, y m, yaw rad), velocity in the base's (vx, vy m/s, wz rad/s), stamp in
#: s.
OnOdometry = Callable[[tuple[float, float, float], tuple[float, float, float], float, float], None]
#: Pose (x m, y m, yaw rad), stamp in s, frame, standard deviations in m and rad.
OnPose = Callable[[tuple[float, float, float], float, str, float, float], None]


#: A quaternion is a rotation while its length is so near to 1.
UNIT_OFF = 0.05
#: A velocity in one of these is not that of the base in its own frame.
WORLD_FRAMES = frozenset({"map", "odom", "world", "earth"})


class BaseTopics:
    """One base's topics. All callbacks come on the node's executor; `drive` is for the same thread."""

    def __init__(
        self,
        node: Node,
        *,
        cmd_vel: str,
        stamped: bool,
        odom: str,
        on_odometry: OnOdometry,
    ) -> None:
        self._node, self._stamped = node, stamped
        if node.resolve_topic_name(odom) == node.resolve_topic_name("odom"):
            raise OptionError(
                f"odom_topic = {odom!r} is the driver's own topic",
                "remap the base's odometry, to base/odom say",
            )
        self._velocities = node.create_publisher(TwistStamped if stamped else Twist, cmd_vel, MOTION)
        self._cmd_vel = self._velocities.topic_name
        self._on_odometry = on_odometry
        self._odom = node.resolve_topic_name(odom)
        self._poses = ""
        #: Why the newest odometry, or the newest pose, says nothing; empty: it does.
        self.odometry_fault, self.pose_fault = "", ""
        # Best effort hears both sorts of publisher; only the newest odometry matters.
        node.create_subscription(Odometry, odom, self._heard, SENSOR)

    def listen_for_poses(self, topic: str, on_pose: OnPose) -> None:
        """Also hears where it is. From a publisher that latches, as AMCL does, a pose may come twice."""

        def heard(message: PoseWithCovarianceStamped) -> None:
            self.pose_fault = _turned_wrongly(message.pose.pose)
            pose, header, spread = _plane(message.pose.pose), message.header, message.pose.covariance
            pose = (math.nan, math.nan, math.nan) if self.pose_fault else pose
            deviations = _deviation(spread[0], spread[7]), _deviation(spread[35])
            on_pose(pose, seconds(header.stamp), header.frame_id, *deviations)

        self._poses = self._node.resolve_topic_name(topic)
        silent = SubscriptionEventCallbacks(use_default_callbacks=False)  # one of the two always fits
        for quality in (LATCHED, SENSOR):
            self._node.create_subscription(
                PoseWithCovarianceStamped, topic, heard, quality, event_callbacks=silent
            )

    def listen_for_battery(self, topic: str, on_charge: Callable[[float], None]) -> None:
        """Also hears the charge, 0 to 1."""
        self._node.create_subscription(BatteryState, topic, lambda m: on_charge(m.percentage), SENSOR)

    def drive(self, vx_mps: float, vy_mps: float, wz_radps: float) -> None:
        """Publishes a velocity in the base's frame."""
        message = TwistStamped() if self._stamped else Twist()
        twist = message.twist if self._stamped else message
        twist.linear.x, twist.linear.y, twist.angular.z = vx_mps, vy_mps, wz_radps
        if self._stamped:
            message.header.stamp = self._node.get_clock().now().to_msg()
            message.header.frame_id = "base_link"
        self._velocities.publish(message)

    def listeners(self) -> int:
        """How many take the velocities; those that expect the other type are not matched, and do not
        count."""
        return int(self._velocities.get_subscription_count())

    def rivals(self) -> list[str]:
        """Names of other nodes that publish velocities to the same base."""
        own = self._node.get_fully_qualified_name()
        return [name for name in publishers(self._node, self._cmd_vel) if name != own]

    def several(self) -> str:
        """Which topic two tell, of where it is, and who, in words; empty when each has one."""
        for topic in filter(None, (self._odom, self._poses)):
            if count_living(self._node, topic) > 1:
                return f"several nodes publish {topic} ({', '.join(publishers(self._node, topic))}): end all but one"
        return ""

    def _heard(self, message: Odometry) -> None:
        child = message.child_frame_id.rpartition("/")[2]
        self.odometry_fault = _turned_wrongly(message.pose.pose)
        if child in WORLD_FRAMES:
            self.odometry_fault = (
                f"its velocity is in the frame {child!r}, not in the base's own (child_frame_id)"
            )
        if self.odometry_fault:
            return
        twist = message.twist.twist
        pose = _plane(message.pose.pose)
        velocity = (twist.linear.x, twist.linear.y, twist.angular.z)
        if all(map(math.isfinite, (*pose, *velocity))):
            stamp_s = seconds(message.header.stamp)
            age_s = self._node.get_clock().now().nanoseconds * 1e-9 - stamp_s
            self._on_odometry(pose, velocity, stamp_s, age_s)


def _turned_wrongly(pose: Pose) -> str:
    """Why an orientation is none; empty when it is one. All zeros, which nobody set, would be a heading of 0 for ever."""
    q = pose.orientation
    size = math.hypot(q.x, q.y, q.z, q.w)
    return "" if abs(size - 1.0) <= UNIT_OFF else f"its orientation is no rotation (length {size:.3g}, not 1)"


def _deviation(*variances: float) -> float:
    """The greatest standard deviation; NaN for what is no variance."""
    return (
        math.sqrt(max(variances)) if all(0.0 <= variance < math.inf for variance in variances) else math.nan
    )


def _plane(pose: Pose) -> tuple[float, float, float]:
    q = pose.orientation
    return pose.position.x, pose.position.y, yaw_of(q.x, q.y, q.z, q.w)
