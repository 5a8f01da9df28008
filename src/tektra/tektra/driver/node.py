# SPDX-License-Identifier: Apache-2.0
"""The driver node: one robot. It obeys permits alone, and stands still by its own clock when in doubt."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from nav_msgs.msg import Odometry
from sensor_msgs.msg import BatteryState, Imu, JointState, LaserScan
from std_srvs.srv import Trigger

from tektra.common.robot_names import check_name
from tektra.common.robot_wire import ErrorReply, ImuReading, RobotHello, Scan, State
from tektra.common.scheduling import DRIVER_PRIORITY
from tektra.driver import convert
from tektra.driver.backends import Event, RobotLink
from tektra.driver.commands import StandStill
from tektra.driver.describe import declared, describe, mismatch, told_missing
from tektra.driver.guard import Guard, Verdict
from tektra.driver.make_link import driver_options, make_link
from tektra.driver.pace import Pace
from tektra.driver.power import PowerOff
from tektra.driver.robot_clock import RobotClock
from tektra.driver.standing import Standing
from tektra.driver.urdf import made_urdf, with_urdf
from tektra.ros.announced import announce
from tektra.ros.calls import serve
from tektra.ros.diagnostics import ERROR, OK, WARN, Diagnostics
from tektra.ros.fleet import run_fleet
from tektra.ros.insistent import Insistent
from tektra.ros.late_publisher import LatePublisher
from tektra.ros.lateness import boot_s, no_younger
from tektra.ros.process import run_body
from tektra.ros.publishers import PublisherWatch, heard, process_of
from tektra.ros.qos import IMU, MOTION, RELIABLE, SAFETY_STATE, SENSOR
from tektra.ros.steady import SteadyNode
from tektra.ros.stops import STOP_REQUEST, StopEar
from tektra.ros.traces import FirstPermits
from tektra.ros.transforms import TFMessage
from tektra_interfaces.msg import MotionPermit, RobotState, SafetyState, StopRequest

BATTERY_EVERY_S = 1.0  # it changes slowly


class DriverNode(SteadyNode):
    """Wires one link and its guard to the robot's topics. One thread. `ear`: the one that a process's drivers share."""

    def __init__(self, ear: StopEar | None = None, **ros: Any) -> None:
        super().__init__("driver", **ros)
        self._robot = check_name(self.get_namespace()[1:], "the driver's namespace")
        given, self._urdf = with_urdf(driver_options(self))
        self._missing, self._options = told_missing(given), declared(given)
        self._described = describe(self._robot, self._options)
        self._guard, self._pace = Guard(self._robot, self._options), Pace()
        self._power, self._standing = PowerOff(wanted=self._options.power_off), Standing.of(self._options)
        self._link: RobotLink = make_link(self, self._robot, self._options)
        self._state: State | None = None
        self._robot_clock, self._measured = RobotClock(), self.get_clock().now().to_msg()
        self._mismatch, self._told, self._errors = "", "", 0
        self._published_s = self._battery_s = -math.inf
        self._verdict = Verdict(StandStill(), "start")
        self._open_topics(ear)
        self._diagnostics = Diagnostics(self, hardware_id=self._robot)
        self._permits = FirstPermits(self, self._diagnostics.stage("permit_to_socket"))
        self._diagnostics.values(self._values())
        self._link.connect()
        self._timer = self.create_timer(1.0 / self._options.rate_hz, self._tick)

    def close(self) -> None:
        """Halts the robot, and lets go of it."""
        self._link.send(StandStill(self._options.stop_category), boot_s())
        self._link.close()

    def _open_topics(self, ear: StopEar | None) -> None:
        self._states = self.create_publisher(RobotState, "state", MOTION)
        self._odometry = self.create_publisher(Odometry, "odom", MOTION)
        self._sensors: dict[type, LatePublisher] = {Scan: LatePublisher(self, LaserScan, "scan", SENSOR)}
        self._sensors[ImuReading] = LatePublisher(self, Imu, "imu", IMU)
        self._joints = self.create_publisher(JointState, "joint_states", MOTION)
        self._batteries = self.create_publisher(BatteryState, "battery_state", MOTION)
        self._stop_requests = self.create_publisher(StopRequest, STOP_REQUEST, RELIABLE)
        self._transforms = TFMessage and self.create_publisher(TFMessage, self._described.tf_topic, RELIABLE)
        (ear or StopEar()).listen(self, self._stop, self._on_stop_request)
        Insistent(self, self._robot, self._guard.insists, lambda: self._guard.alone)
        self.create_subscription(SafetyState, "/safety/state", self._on_safety, SAFETY_STATE)
        permits = self.create_subscription(MotionPermit, "motion/permitted", self._on_permit, MOTION)
        PublisherWatch(self, permits.topic_name, self._guard.crowd)
        serve(self, Trigger, "emergency_stop", self._on_emergency_stop)
        known = self._described, self._options
        self._announced = announce(self, convert.description(*known), self._urdf or made_urdf(*known))

    def _stop(self, *, alone: bool = False) -> None:
        """The halt is on the socket; what this robot says of itself comes with the next tick, so that other drivers go first."""
        with self._diagnostics.timed("stop_to_socket"):
            self._guard.stop(alone=alone)
            self._command(urgent=True)
        self._published_s = -math.inf

    def _on_stop_request(self, message: StopRequest) -> None:
        if message.robot in ("", self._robot):
            self._stop(alone=bool(message.robot))

    def _on_emergency_stop(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._stop(alone=True)
        stamp, who = self.get_clock().now().to_msg(), f"/{self._robot}/emergency_stop"
        self._stop_requests.publish(StopRequest(stamp=stamp, cause="operator", who=who, robot=self._robot))
        response.success, response.message = True, f"{self._robot} is stopped; reset with /safety/reset_robot"
        return response

    def _on_safety(self, message: SafetyState, sent: Mapping[str, Any]) -> None:
        reading, clock_s = convert.safety_reading(message, self._robot, process_of(sent)), self._stamp_s()
        reading = replace(reading, stamp_s=no_younger(reading.stamp_s, clock_s, sent))
        self._guard.safety_state(reading, now_s=boot_s(), stamp_s=clock_s)
        if not self._verdict.reason and self._guard.decide(boot_s()).reason:
            self._command()  # it was moving: a stop does not wait for the next tick

    def _on_permit(self, message: MotionPermit, sent: Mapping[str, Any]) -> None:
        permit, clock_s = convert.permit(message, process_of(sent)), self._stamp_s()
        if permit is None:
            self._guard.distrust(f"permit of unknown kind {message.kind}")
            return
        permit = replace(permit, stamp_s=no_younger(permit.stamp_s, clock_s, sent))
        self._guard.permit(permit, now_s=boot_s(), stamp_s=clock_s)
        self._command()
        self._keep_pace()
        if not self._verdict.reason:
            self._permits.obeyed(message, self._stamp_s() - permit.stamp_s)

    def _tick(self) -> None:
        now_s, fresh = boot_s(), False
        for event in self._link.poll(now_s):
            fresh |= self._hear(event)
        self._guard.link(self._connected)
        self._command()
        if self._power.due(stopped=self._guard.stopped, moving=self._moving, now_s=now_s):
            getattr(self._link, "power_off", lambda _: None)(now_s)
        # A robot that is held needs to be told of half as often: everyone listens to it.
        pause_s = (1.5 if self._verdict.reason else 0.5) / self._options.state_rate_hz
        due = now_s - self._published_s >= pause_s
        if due and (fresh or now_s - self._published_s >= 1.5 / self._options.state_rate_hz):
            self._publish()
        self._keep_pace()

    def _keep_pace(self) -> None:
        """A robot that is held needs no quick watch: whatever sets it in motion is a permit, which comes at once."""
        rate_hz = self._options.state_rate_hz if self._verdict.reason else self._options.rate_hz
        period_ns = round(1e9 / rate_hz)
        if self._timer.timer_period_ns != period_ns:
            self._timer.timer_period_ns = period_ns

    @property
    def _connected(self) -> bool:
        return self._link.up and not self._mismatch

    @property
    def _moving(self) -> bool:
        return not self._connected or not self._standing.stands(boot_s())

    def _command(self, *, urgent: bool = False) -> None:
        now_s = boot_s()
        self._verdict = self._guard.decide(now_s)
        command = self._pace.next(self._verdict, now_s, urgent=urgent)
        if command is not None and not self._link.send(command, now_s):
            self._guard.link(False)
            self._verdict = Verdict(StandStill(), self._verdict.reason or self._link.fault or "link down")

    def _hear(self, event: Event) -> bool:
        """True when the event is a new state of the robot."""
        if isinstance(event, RobotHello):
            self._mismatch = mismatch(self._described, event.kind, event.capabilities)
            self.get_logger().info(f"connected to {event.robot}, a {event.kind}")
        elif isinstance(event, ErrorReply):
            self._errors += 1
            self.get_logger().warning(f"the robot refused: {event.message}", throttle_duration_sec=2.0)
        elif isinstance(event, Scan | ImuReading):
            stamp_s = self._stamp_s() - self._robot_clock.age_s(event.t, boot_s())
            self._sensors[type(event)].publish(partial(convert.measurement, event, stamp_s, self._described))
        else:
            self._robot_clock.heard(event.t, boot_s())
            self._state, now = event, self.get_clock().now().to_msg()
            self._measured = convert.measured(self._link, now)
            self._standing.take(event, boot_s(), getattr(self._link, "altitude_m", math.nan))
            return True
        return False

    def _publish(self) -> None:
        self._published_s = boot_s()
        stamp = self._measured if self._connected else self.get_clock().now().to_msg()
        message = convert.robot_state(self._state if self._connected else None, stamp, self._described)
        message.connected, message.epoch = self._connected, self._guard.epoch
        message.halted = bool(reason := self._verdict.reason)
        message.halt_reason = (reason == "no permit" and self._link.fault) or reason
        message.stop_latched, message.stopped_alone = self._guard.latched, self._guard.alone
        message.moving = self._moving
        message.altitude = getattr(self._link, "altitude_m", math.nan)
        bumper = self._state is not None and self._state.bumper
        message.collision = self._connected and (bumper or getattr(self._link, "collision", False))
        message.fault = message.fault or self._missing or self._mismatch or self._link.fault
        self._states.publish(message)
        self._tell(message.fault)
        if self._state is not None and self._connected:
            self._publish_parts(self._state, stamp)

    def _publish_parts(self, state: State, stamp: object) -> None:
        if self._published_s - self._battery_s >= BATTERY_EVERY_S:
            self._battery_s = self._published_s
            self._batteries.publish(convert.battery_state(state, stamp))
        if state.joints.names and heard(self._joints):
            self._joints.publish(convert.joint_state(state, stamp))
        if "base" not in self._described.capabilities:
            return
        if heard(self._odometry):
            self._odometry.publish(convert.odometry(state, stamp, self._described, self._options.odom_sigmas))
        if self._transforms is not None and heard(self._transforms):
            edges = convert.transforms(state, stamp, self._described, self._options)
            self._transforms.publish(TFMessage(transforms=edges))

    def _tell(self, fault: str) -> None:
        """Diagnostics always; the log when it changes."""
        level = ERROR if not self._connected else WARN if fault or self._guard.latched else OK
        self._diagnostics.set(level, fault or self._verdict.reason or "moving as permitted")
        if fault != self._told:
            self.get_logger().warning(fault) if fault else self.get_logger().info("the robot is well")
            self._told = fault

    def _values(self) -> dict[str, Callable[[], object]]:
        guard = self._guard
        return {
            "link": lambda: "up" if self._connected else self._mismatch or self._link.fault,
            "halt_reason": lambda: self._verdict.reason,
            "robot_errors": lambda: self._errors,
            **{key: partial(getattr, guard, key) for key in ("epoch", "latched", "refused", "last_refusal")},
        }

    def _stamp_s(self) -> float:
        return self.get_clock().now().nanoseconds * 1e-9


def main() -> None:
    run_body(DriverNode, priority=DRIVER_PRIORITY)


def fleet_main() -> None:
    run_fleet(partial(DriverNode, StopEar()), priority=DRIVER_PRIORITY)


if __name__ == "__main__":
    main()
