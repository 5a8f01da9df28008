# SPDX-License-Identifier: Apache-2.0
"""The safety node: owns the stop, and turns requests to move into permits."""

from __future__ import annotations

import dataclasses
import math
import time
import uuid
from functools import partial
from pathlib import Path
from typing import Any

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.subscription import Subscription
from std_msgs.msg import Empty
from std_srvs.srv import Trigger

from tektra.common import paths
from tektra.common.errors import TektraError
from tektra.ros.clock import duration_msg, seconds
from tektra.ros.diagnostics import ERROR, OK, WARN, Diagnostics
from tektra.ros.parameters import declare
from tektra.ros.process import run_body
from tektra.ros.qos import MOTION, RELIABLE, SAFETY_STATE
from tektra.ros.robots import RobotWatcher
from tektra.safety import kept
from tektra.safety.backends.audit_file import AuditFile
from tektra.safety.gate import Gate, Request
from tektra.safety.latch import OPERATOR, TOPIC
from tektra.safety.motion import Limits, Motion, Permitted, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.zones import load_rules
from tektra_interfaces.msg import (
    AuditRecord,
    MotionPermit,
    MotionRequest,
    RobotDescription,
    RobotSafety,
    RobotState,
    SafetyState,
)


class SafetyNode(Node):
    """Wires the gate to its topics. One thread."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("safety", **ros)
        self._options = declare(self, SafetyOptions)
        self._file = Path(self._options.state_file or paths.state_dir() / "safety.json")
        rules = load_rules(Path(self._options.zones_file or paths.share_dir() / "config" / "safety.yaml"))
        self._gate = Gate(self._options, kept.read(self._file), rules)
        self._kept = self._gate.latch.kept()
        self._trail = AuditFile(self._file.parent / "audit")
        self._trail.open()
        self._poses: dict[str, tuple[float, ...]] = {}
        self._instance = uuid.uuid4().hex
        self._sequence = 0
        self._robots: dict[str, tuple[Publisher, list[Subscription]]] = {}
        self._state = self.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self._audit = self.create_publisher(AuditRecord, "/safety/audit", RELIABLE)
        self.create_subscription(Empty, "/safety/stop", lambda _: self._stop(TOPIC, "/safety/stop"), RELIABLE)
        self.create_service(Trigger, "/safety/emergency_stop", self._on_emergency_stop)
        self.create_service(Trigger, "/safety/reset", self._on_reset)
        self._diagnostics = Diagnostics(self)
        self._diagnostics.value("epoch", lambda: self._gate.latch.epoch)
        self._diagnostics.value("audit_lost", lambda: self._trail.lost)
        self._diagnostics.value("audit_fault", lambda: self._trail.fault)
        self._watcher = RobotWatcher(self, self._on_description, self._on_gone)
        self.create_timer(1.0 / self._options.rate_hz, self._tick)

    def close(self) -> None:
        """Writes the end of the audit trail."""
        self._trail.close()

    def _tick(self) -> None:
        with self._diagnostics.timed("tick"):
            self._gate.tick(time.monotonic())
            self._publish()

    def _stop(self, cause: str, who: str) -> None:
        self._gate.stop(cause, who)
        self._publish()

    def _publish(self) -> None:
        """The state first: everything else may take its time."""
        latch, now_s = self._gate.latch, time.monotonic()
        message = SafetyState(instance=self._instance, sequence=self._sequence, epoch=latch.epoch)
        message.stamp = self.get_clock().now().to_msg()
        message.stopped, message.causes = latch.stopped, sorted(latch.causes)
        for robot, goal_id in self._gate.robots():
            causes = self._gate.why_stopped(robot, now_s)
            message.robots.append(
                RobotSafety(robot=robot, stopped=bool(causes), causes=causes, goal_id=goal_id)
            )
        self._state.publish(message)
        self._sequence += 1
        self._publish_audit()
        self._keep()

    def _publish_audit(self) -> None:
        for record in self._gate.take_records():
            plain, epoch = dataclasses.asdict(record), self._gate.latch.epoch
            message = AuditRecord(stamp=self.get_clock().now().to_msg(), epoch=epoch, **plain)
            self._audit.publish(message)
            self._trail.add(
                {**plain, "epoch": epoch, "stamp_s": seconds(message.stamp), "world": dict(self._poses)}
            )
            self.get_logger().info(f"{record.event} {record.robot or 'all'} by {record.who}: {record.detail}")

    def _keep(self) -> None:
        if (state := self._gate.latch.kept()) == self._kept:
            return
        try:
            kept.write(self._file, state)
            self._kept = state
            self._diagnostics.set(*((WARN, "stopped") if state.causes else (OK, "running")))
        except OSError as error:
            self._diagnostics.set(
                ERROR, f"{self._file} cannot be written ({error}): a stop would not survive a restart"
            )

    def _on_emergency_stop(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._stop(OPERATOR, "/safety/emergency_stop")
        response.success, response.message = True, "stopped; reset with /safety/reset"
        return response

    def _on_reset(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        try:
            self._gate.reset("/safety/reset")
            response.success, response.message = True, "released; nothing moves until it is asked for anew"
        except TektraError as error:
            response.success, response.message = False, str(error)
        self._publish()
        return response

    def _on_description(self, robot: str, message: RobotDescription) -> None:
        limits = message.limits
        names = [name for name in limits.get_fields_and_field_types() if name in Limits.__dataclass_fields__]
        plain = {name: getattr(limits, name) for name in names}
        plain = {name: value if isinstance(value, float) else tuple(value) for name, value in plain.items()}
        radius = max((math.hypot(corner.x, corner.y) for corner in message.footprint.points), default=0.0)
        self._gate.described(robot, message.instance, Limits(**plain), radius)
        if robot not in self._robots:
            permits = self.create_publisher(MotionPermit, f"/{robot}/motion/permitted", MOTION)
            on_request, on_state = partial(self._on_request, robot), partial(self._on_state, robot)
            request = self.create_subscription(MotionRequest, f"/{robot}/motion/request", on_request, MOTION)
            state = self.create_subscription(RobotState, f"/{robot}/state", on_state, MOTION)
            self._robots[robot] = (permits, [request, state])

    def _on_gone(self, robot: str) -> None:
        self._gate.gone(robot)
        permits, subscriptions = self._robots.pop(robot, (None, []))
        for subscription in subscriptions:
            self.destroy_subscription(subscription)
        if permits is not None:
            self.destroy_publisher(permits)

    def _on_state(self, robot: str, message: RobotState) -> None:
        before = self._gate.latch.epoch
        position, turned, twist = message.pose.position, message.pose.orientation, message.twist
        pose = (position.x, position.y, 2.0 * math.atan2(turned.z, turned.w)) if message.localized else None
        self._gate.placed(robot, pose, Twist(twist.linear.x, twist.linear.y, twist.angular.z))
        self._poses[robot] = tuple(round(value, 3) for value in (*(pose or ()), twist.linear.x))
        self._gate.heard(
            robot,
            connected=message.connected,
            moving=message.moving,
            latched=message.stop_latched,
            epoch=message.epoch,
            now_s=time.monotonic(),
        )
        self._gate.counted(robot, self.count_publishers(f"/{robot}/description"))
        if self._gate.latch.epoch != before:
            self._publish()

    def _on_request(self, robot: str, message: MotionRequest) -> None:
        if message.robot != robot:
            return
        with self._diagnostics.timed("decide"):
            stamp_s = self.get_clock().now().nanoseconds * 1e-9
            decided = self._gate.decide(_plain(message), now_s=time.monotonic(), stamp_s=stamp_s)
            if decided is not None:
                self._robots[robot][0].publish(self._permit(message, *decided))
        self._publish_audit()

    def _permit(self, request: MotionRequest, sequence: int, permitted: Permitted) -> MotionPermit:
        motion = permitted.motion
        message = MotionPermit(robot=request.robot, goal_id=request.goal_id, skill=request.skill)
        message.stamp, message.epoch = self.get_clock().now().to_msg(), self._gate.latch.epoch
        message.sequence, message.kind, message.clamped = sequence, int(motion.kind), permitted.clamped
        message.valid_for = duration_msg(self._options.permit_valid_s)
        message.twist.linear.x, message.twist.linear.y = motion.twist.vx, motion.twist.vy
        message.twist.angular.z = motion.twist.wz
        message.joint_names, message.joint_positions = list(motion.joint_names), list(motion.joint_positions)
        message.joint_speeds, message.gripper_opening = list(permitted.joint_speeds), motion.gripper_opening
        return message


def _plain(message: MotionRequest) -> Request:
    twist = Twist(message.twist.linear.x, message.twist.linear.y, message.twist.angular.z)
    motion = Motion(
        kind=message.kind,
        twist=twist,
        joint_names=tuple(message.joint_names),
        joint_positions=tuple(message.joint_positions),
        gripper_opening=message.gripper_opening,
    )
    return Request(
        robot=message.robot,
        goal_id=message.goal_id,
        skill=message.skill,
        sequence=message.sequence,
        epoch=message.epoch,
        stamp_s=seconds(message.stamp),
        motion=motion,
    )


def main() -> None:
    run_body(SafetyNode)


if __name__ == "__main__":
    main()
