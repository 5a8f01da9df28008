# SPDX-License-Identifier: Apache-2.0
"""The safety node: owns the stop, and turns requests to move into permits."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rclpy.publisher import Publisher
from rclpy.subscription import Subscription

from tektra.common import paths
from tektra.ros.clock import seconds
from tektra.ros.diagnostics import ERROR, OK, WARN, Diagnostics
from tektra.ros.lateness import boot_id, boot_s, no_younger, system_s
from tektra.ros.living import Speakers
from tektra.ros.obstacle_topics import ObstacleTopics
from tektra.ros.parameters import declare
from tektra.ros.process import run_body
from tektra.ros.publishers import publisher_of
from tektra.ros.qos import MOTION, PEOPLE, RELIABLE, SAFETY_STATE
from tektra.ros.rival_gates import RivalGates
from tektra.ros.robots import RobotWatcher
from tektra.ros.sensor_topics import SensorTopics
from tektra.ros.steady import SteadyNode
from tektra.ros.stops import STOP, StopEar
from tektra.ros.transform_topics import TransformTopics
from tektra.safety import convert, kept
from tektra.safety.backends.audit_file import AuditFile
from tektra.safety.gate import Gate
from tektra.safety.kept_doubts import KeptDoubts, Times
from tektra.safety.latch import TOPIC
from tektra.safety.obstacle_rules import load_obstacle_rules
from tektra.safety.operator_services import OperatorServices
from tektra.safety.options import SafetyOptions
from tektra.safety.sensors import load_sensors
from tektra.safety.zones import load_rules
from tektra_interfaces.msg import (
    AuditRecord,
    MotionPermit,
    MotionRequest,
    PeoplePositions,
    RobotDescription,
    RobotState,
    SafetyState,
    StopRequest,
)


class SafetyNode(SteadyNode):
    """Wires the gate to its topics. One thread."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("safety", **ros)
        self._options = declare(self, SafetyOptions)
        self._file = Path(self._options.state_file or paths.state_dir() / "safety.json")
        rules_file = Path(self._options.zones_file or paths.share_dir() / "config" / "safety.yaml")
        sensors = load_sensors(rules_file)
        named = self._options.obstacles_file
        obstacles = load_obstacle_rules(Path(named or rules_file), optional=not named)
        self._gate = Gate(self._options, kept.read(self._file), load_rules(rules_file), sensors, obstacles)
        self._kept = self._gate.latch.kept()
        self._lost = KeptDoubts(
            self._file.with_name(f"{self._file.stem}_lost.json"), self._gate, self._times()
        )
        self._trail = AuditFile(self._file.parent / "audit")
        self._trail.open()
        self._speakers = Speakers(self)
        self._instance, self._sequence = uuid.uuid4().hex, 0
        self._robots: dict[str, tuple[Publisher, list[Subscription]]] = {}
        self._state = self.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self._audit = self.create_publisher(AuditRecord, "/safety/audit", RELIABLE)
        StopEar().listen(self, partial(self._stop, TOPIC, STOP), self._on_stop_request)
        OperatorServices(self, self._gate, self._stop, self._publish, self._lost, self._times)
        self._diagnostics = Diagnostics(self)
        self._diagnostics.value("epoch", lambda: self._gate.latch.epoch)
        self._diagnostics.value("lost_fault", lambda: self._lost.fault)
        self._diagnostics.value("audit_lost", lambda: self._trail.lost)
        self._diagnostics.value("audit_fault", lambda: self._trail.fault)
        self._watcher = RobotWatcher(self, self._on_description, self._on_gone)
        topics = {sensor.name: (sensor.topic, sensor.type) for sensor in sensors}
        self._sensors = SensorTopics(self, topics, self._on_sensor)
        self._diagnostics.value("sensors_fault", lambda: self._sensors.fault)
        self._obstacle_topics = ObstacleTopics(self, self._on_obstacles)
        for robot, eye in obstacles.sensors():
            self._obstacle_topics.add(robot, eye.name, eye.kind, eye.topic)
        seats = self._gate.obstacles.seats
        transforms = TransformTopics(self, partial(convert.transforms, seats), seats.left)
        seats.want = transforms.listen
        self._diagnostics.value("obstacles_fault", lambda: self._obstacle_topics.fault or transforms.fault)
        self._people_fault = ""
        self._diagnostics.value("people_fault", lambda: self._people_fault)
        self._diagnostics.value("doubts", lambda: "; ".join(self._gate.doubts.told(boot_s())))
        self.create_subscription(PeoplePositions, "/humans/positions", self._on_people, PEOPLE)
        RivalGates(
            self,
            self._instance,
            lambda: [permits.topic_name for permits, _ in self._robots.values()],
            next_number=lambda: self._sequence,
            on_state=self._on_rival,
            on_permits=lambda who: self._gate.stops.rival.publishes(who, boot_s()),
        )
        self.create_timer(1.0 / self._options.rate_hz, self._tick)

    def close(self) -> None:
        """Writes who is lost, and the end of the audit trail."""
        self._lost.close(self._times())
        self._trail.close()

    # -- stops and resets --------------------------------------------------------------------------------------

    def _stop(self, cause: str, who: str, robot: str = "", detail: str = "") -> None:
        self._gate.stops.stop(cause, who, detail, robot, now_s=boot_s())
        self._publish()

    def _on_stop_request(self, message: StopRequest) -> None:
        told = (message.cause, message.who, message.detail, message.robot)
        self._gate.asked_to_stop(*told, now_s=boot_s())
        self._publish()

    # -- what is heard -----------------------------------------------------------------------------------------

    def _on_description(self, robot: str, message: RobotDescription) -> None:
        limits = convert.limits(message.limits, message.kind)
        self._gate.described(robot, message.instance, limits, *convert.shape(message))
        if robot not in self._robots:
            permits = self.create_publisher(MotionPermit, f"/{robot}/motion/permitted", MOTION)
            on_request, on_state = partial(self._on_request, robot), partial(self._on_state, robot)
            request = self.create_subscription(MotionRequest, f"/{robot}/motion/request", on_request, MOTION)
            state = self.create_subscription(RobotState, f"/{robot}/state", on_state, MOTION)
            self._robots[robot] = (permits, [request, state])
        self._count(robot)

    def _count(self, robot: str) -> None:
        speak = max(self._speakers.count(f"/{robot}/{topic}") for topic in ("description", "state"))
        if self._gate.counted(robot, speak):
            self._watcher.renew(robot)

    def _on_gone(self, robot: str) -> None:
        self._gate.gone(robot)
        permits, subscriptions = self._robots.pop(robot, (None, []))
        for subscription in subscriptions:
            self.destroy_subscription(subscription)
        if permits is not None:
            self.destroy_publisher(permits)

    def _on_state(self, robot: str, message: RobotState, sent: Mapping[str, Any]) -> None:
        if message.robot != robot:
            return
        # Before: whoever speaks in its name for the first time is not believed once either.
        self._count(robot)
        before, report, stamp_s = self._gate.latch.kept(), convert.report(message), self._stamp_s()
        report = dataclasses.replace(report, stamp_s=no_younger(report.stamp_s, stamp_s, sent))
        self._gate.heard(robot, report, now_s=boot_s(), stamp_s=stamp_s)
        if self._gate.latch.kept() != before:
            self._publish()

    def _on_sensor(self, name: str, stamp_s: float | None, sent: Mapping[str, Any]) -> None:
        clock_s = self._stamp_s()
        age_s = clock_s - no_younger(clock_s if stamp_s is None else stamp_s, clock_s, sent)
        self._gate.sensors.heard(name, boot_s(), age_s)

    def _on_obstacles(self, robot: str, name: str, kind: str, data: bytes, late_s: float) -> None:
        with self._diagnostics.timed("obstacles"):
            now_s, stamp_s = boot_s(), self._stamp_s()
            pressed = convert.obstacles(
                self._gate.obstacles, robot, name, kind, data, now_s=now_s, stamp_s=stamp_s, late_s=late_s
            )
        if pressed is not None and self._gate.contacts.felt(robot, name, pressed=pressed, now_s=now_s):
            self._publish()

    def _on_rival(self, instance: str, sequence: int, who: str) -> None:
        self._gate.stops.rival.heard(instance, sequence, who, boot_s())

    def _on_people(self, message: PeoplePositions, info: Mapping[str, Any]) -> None:
        clock_s, publisher = self._stamp_s(), publisher_of(info)
        age_s = clock_s - no_younger(seconds(message.header.stamp), clock_s, info)
        self._people_fault = self._gate.people.heard(*convert.people(message), boot_s(), age_s, publisher)

    def _on_request(self, robot: str, message: MotionRequest, sent: Mapping[str, Any]) -> None:
        if message.robot != robot:
            return
        with self._diagnostics.timed("decide"):
            request, stamp_s = convert.request(message), self._stamp_s()
            request = dataclasses.replace(request, stamp_s=no_younger(request.stamp_s, stamp_s, sent))
            decided = self._gate.decide(request, now_s=boot_s(), stamp_s=stamp_s)
            if decided is not None:
                self._lost.permitted(robot, self._times())
                stamp, valid_s = self.get_clock().now().to_msg(), self._options.permit_valid_s
                permit = convert.permit(request, *decided, stamp=stamp, valid_s=valid_s)
                self._robots[robot][0].publish(permit)
        self._publish_audit()

    # -- what is told ------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        with self._diagnostics.timed("tick"):
            self._gate.tick(boot_s(), self._stamp_s())
            self._publish()
            self._lost.keep(self._times())

    def _publish(self) -> None:
        """The state first: everything else may take its time."""
        stamp = self.get_clock().now().to_msg()
        message = convert.state(self._gate, self._instance, self._sequence, stamp=stamp, now_s=boot_s())
        self._state.publish(message)
        self._sequence += 1
        self._publish_audit()
        self._keep()

    def _publish_audit(self) -> None:
        records = self._gate.take_records()
        world = self._gate.world() if records else {}
        for record in records:
            plain, epoch = dataclasses.asdict(record), self._gate.latch.epoch
            message = AuditRecord(stamp=self.get_clock().now().to_msg(), epoch=epoch, **plain)
            self._audit.publish(message)
            self._trail.add({**plain, "epoch": epoch, "stamp_s": seconds(message.stamp), "world": world})
            self.get_logger().info(f"{record.event} {record.robot or 'all'} by {record.who}: {record.detail}")

    def _keep(self) -> None:
        if (state := self._gate.latch.kept()) == self._kept:
            return
        try:
            kept.write(self._file, state)
            self._kept = state
            stopped = state.causes or state.robots
            self._diagnostics.set(*((WARN, "stopped") if stopped else (OK, "running")))
        except OSError as error:
            self._diagnostics.set(
                ERROR, f"{self._file} cannot be written ({error}): a stop would not survive a restart"
            )

    def _times(self) -> Times:
        return Times(boot_s(), system_s(), boot_id())

    def _stamp_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9


def main() -> None:
    run_body(SafetyNode)


if __name__ == "__main__":
    main()
