# SPDX-License-Identifier: Apache-2.0
"""The rover's motor control: a velocity in, two wheel speeds out, within the rover's own limits. Sans-I/O."""

import math
import random
from collections import deque
from dataclasses import dataclass

from tektra.common.robot_wire import (
    GripperState,
    ImuReading,
    JointReadings,
    Reply,
    Scan,
    Velocity,
    WireError,
)
from tektra.sim.firmware.firmware import Motion

#: Measurements of inertia between two states: 50 a second, and 20 states.
READINGS = 8


@dataclass(frozen=True)
class RoverLimits:
    """What the rover does at most. Stopping at 6 m/s^2 takes 0.1 s and 3 cm from full speed."""

    linear_speed_mps: float = 0.6
    angular_speed_radps: float = 1.5
    linear_acceleration_mps2: float = 1.0
    linear_deceleration_mps2: float = 6.0
    angular_acceleration_radps2: float = 3.0
    angular_deceleration_radps2: float = 15.0
    wheel_radius_m: float = 0.08
    track_m: float = 0.34  # between the wheels' middles
    grips: bool = (
        True  # its brakes stand it at once where a halt says so; else they brake no harder than above
    )


class RoverDrive:
    """Speed ramps, wheel speeds, odometry from the wheels' angles, and the rover's own localisation."""

    kind = "rover"
    capabilities: tuple[str, ...] = ("base",)

    def __init__(self, limits: RoverLimits, noise: random.Random, *, noise_m: float = 0.005) -> None:
        self.limits = limits
        self.wheels_radps = (0.0, 0.0)  # left, right: what the motors are told
        self._noise, self._noise_m = noise, noise_m
        self._aim = self._now = (0.0, 0.0)  # (m/s, rad/s)
        self._odom = (0.0, 0.0, 0.0)
        self._angles_rad: tuple[float, float] | None = None
        self._measured = (0.0, 0.0)
        self._pose: tuple[float, float, float] | None = None
        self._bumped = False
        self._scan: Scan | None = None
        self._inertia: deque[ImuReading] = deque(maxlen=READINGS)

    def take(self, command: Motion) -> None:
        """See Drive.take."""
        if not isinstance(command, Velocity):
            raise WireError("a rover has neither joints nor gripper; send velocity", command.seq)
        if abs(command.vx) > self.limits.linear_speed_mps + 1e-6:
            raise WireError(
                f"vx {command.vx:g} m/s is beyond {self.limits.linear_speed_mps} m/s",
                command.seq,
            )
        if abs(command.wz) > self.limits.angular_speed_radps + 1e-6:
            raise WireError(
                f"wz {command.wz:g} rad/s is beyond {self.limits.angular_speed_radps} rad/s",
                command.seq,
            )
        if command.vy != 0.0:
            raise WireError("vy must be 0: this rover cannot drive sideways", command.seq)
        self._aim = (command.vx, command.wz)

    def release(self, verb: str) -> None:
        """See Drive.release."""
        self._aim = (0.0, 0.0)

    def halt(self, category: int) -> None:
        """See Drive.halt."""
        self._aim = (0.0, 0.0)
        if category == 0 and self.limits.grips:
            self._now = (0.0, 0.0)
            self.wheels_radps = (0.0, 0.0)

    def step(self, dt_s: float) -> None:
        """See Drive.step."""
        limits, (v, w) = self.limits, self._now
        v = ramp(
            v,
            self._aim[0],
            limits.linear_acceleration_mps2 * dt_s,
            limits.linear_deceleration_mps2 * dt_s,
        )
        w = ramp(
            w,
            self._aim[1],
            limits.angular_acceleration_radps2 * dt_s,
            limits.angular_deceleration_radps2 * dt_s,
        )
        self._now = (v, w)
        half = w * limits.track_m / 2.0
        self.wheels_radps = (
            (v - half) / limits.wheel_radius_m,
            (v + half) / limits.wheel_radius_m,
        )

    def sense_wheels(self, left_rad: float, right_rad: float, dt_s: float) -> None:
        """The encoders' angles after a step: dead reckoning, exact for an arc of constant speed."""
        before, self._angles_rad = self._angles_rad, (left_rad, right_rad)
        if before is None:
            return
        left_m = (left_rad - before[0]) * self.limits.wheel_radius_m
        right_m = (right_rad - before[1]) * self.limits.wheel_radius_m
        ahead_m, turn_rad = (
            (left_m + right_m) / 2.0,
            (right_m - left_m) / self.limits.track_m,
        )
        x, y, yaw = self._odom
        middle = yaw + turn_rad / 2.0
        self._odom = (
            x + ahead_m * math.cos(middle),
            y + ahead_m * math.sin(middle),
            math.remainder(yaw + turn_rad, math.tau),
        )
        self._measured = (ahead_m / dt_s, turn_rad / dt_s)

    def sense_pose(self, x_m: float, y_m: float, yaw_rad: float) -> None:
        """What the rover's localisation sees; it errs by about noise_m."""
        error = self._noise.gauss
        yaw = math.remainder(yaw_rad + error(0.0, self._noise_m), math.tau)
        self._pose = (
            x_m + error(0.0, self._noise_m),
            y_m + error(0.0, self._noise_m),
            yaw,
        )

    def sense_bumper(self, pressed: bool) -> None:
        """Whether it touches anything but the floor."""
        self._bumped = pressed

    def sense_scan(self, scan: Scan) -> None:
        """What its lidar measured."""
        self._scan = scan

    def sense_inertia(self, reading: ImuReading) -> None:
        """What its inertial sensor measured. The newest of those that nobody fetched are kept."""
        self._inertia.append(reading)

    @property
    def busy(self) -> bool:
        """See Drive.busy."""
        return self._now != (0.0, 0.0)

    def pose(self) -> tuple[float, float, float] | None:
        return self._pose

    def odom(self) -> tuple[float, float, float]:
        return self._odom

    def twist(self) -> tuple[float, float]:
        return self._measured

    def aside(self) -> float:
        """See Drive.aside."""
        return 0.0

    def height(self) -> float:
        """See Drive.height."""
        return math.nan

    def joints(self) -> JointReadings:
        return JointReadings()

    def gripper(self) -> GripperState | None:
        return None

    def fault(self) -> str:
        return ""

    def bumped(self) -> bool:
        return self._bumped

    def measured(self) -> list[Reply]:
        """See Drive.measured."""
        found: list[Reply] = [*self._inertia, *([self._scan] if self._scan else [])]
        self._inertia.clear()
        self._scan = None
        return found


def ramp(now: float, aim: float, speed_up: float, slow_down: float) -> float:
    """`now` moved towards `aim`; moving away from zero by at most speed_up, towards zero by at most slow_down."""
    if now == 0.0 or (aim - now) * now > 0.0:
        return now + max(-speed_up, min(speed_up, aim - now))
    towards = aim if aim * now > 0.0 else 0.0  # through zero only by way of standing
    return now + max(-slow_down, min(slow_down, towards - now))
