# SPDX-License-Identifier: Apache-2.0
"""The arm's motor control: joint and gripper aims in, smooth motor positions out, within the limits. Sans-I/O."""

import math
from dataclasses import dataclass

from tektra.common.robot_wire import (
    Gripper,
    GripperState,
    JointReadings,
    Joints,
    Reply,
    WireError,
)
from tektra.sim.firmware.firmware import Motion

#: So long after it came to rest, motors that could not get where they were told (it leans on something) give in: they hold
#: where the joints are, instead of pressing on and creeping. Less than YIELD_RAD is the servo's own give.
SETTLE_S, YIELD_RAD = 0.3, 0.005


@dataclass(frozen=True)
class ArmLimits:
    """What the arm does at most; the arrays follow `names`. At zero the arm points straight up."""

    names: tuple[str, ...] = (
        "waist",
        "shoulder",
        "elbow",
        "forearm_roll",
        "wrist",
        "hand_roll",
    )
    lower_rad: tuple[float, ...] = (-2.9, -1.6, -2.4, -2.9, -2.0, -2.9)
    upper_rad: tuple[float, ...] = (2.9, 1.6, 2.4, 2.9, 2.0, 2.9)
    speed_radps: tuple[float, ...] = (1.2, 1.0, 1.2, 2.0, 2.0, 2.0)
    acceleration_radps2: float = 4.0
    deceleration_radps2: float = 12.0
    home_rad: tuple[float, ...] = (0.0, -0.6, 1.9, 0.0, 1.0, 0.0)
    opening_max_m: float = 0.08
    gripper_speed_mps: float = 0.08


class ArmDrive:
    """Joint ramps towards the aim; without a command in force every motor holds where it is."""

    kind = "arm"
    capabilities: tuple[str, ...] = ("arm", "gripper")

    def __init__(self, limits: ArmLimits, pose: tuple[float, float, float] | None = None) -> None:
        self.limits = limits
        self.positions_rad = list(limits.home_rad)  # what the motors are told
        self.opening_m = limits.opening_max_m
        count = len(limits.names)
        self._pose = pose
        self._speeds = [0.0] * count
        self._caps = list(limits.speed_radps)
        self._aim: list[float] | None = None
        self._rest_s = 0.0  # since it came to rest; inf: it has given in already
        self._opening_aim: float | None = None
        self._readings = JointReadings(limits.names, limits.home_rad, (0.0,) * count)
        self._gripper = GripperState(self.opening_m, False)

    def take(self, command: Motion) -> None:
        """See Drive.take."""
        if isinstance(command, Joints):
            self._take_joints(command)
        elif isinstance(command, Gripper):
            if not 0.0 <= command.opening <= self.limits.opening_max_m + 1e-6:
                raise WireError(
                    f"opening must lie between 0 and {self.limits.opening_max_m} m",
                    command.seq,
                )
            self._opening_aim = command.opening
        else:
            raise WireError("an arm does not drive; send joints or gripper", command.seq)

    def release(self, verb: str) -> None:
        """See Drive.release."""
        if verb == "gripper":
            self._opening_aim = None
        else:
            self._aim = None

    def halt(self, category: int) -> None:
        """See Drive.halt."""
        self._aim = self._opening_aim = None
        if category == 0:
            self._speeds = [0.0] * len(self._speeds)

    def step(self, dt_s: float) -> None:
        """See Drive.step."""
        limits = self.limits
        for index in range(len(self._speeds)):
            speed = self._speeds[index]
            wanted = 0.0
            if self._aim is not None:
                left = self._aim[index] - self.positions_rad[index]
                # the speed from which the joint can still stop at its aim: v = sqrt(2 a d)
                top = min(
                    self._caps[index],
                    math.sqrt(2.0 * limits.acceleration_radps2 * abs(left)),
                    abs(left) / dt_s,
                )
                wanted = math.copysign(top, left)
            rate = limits.acceleration_radps2 if abs(wanted) > abs(speed) else limits.deceleration_radps2
            speed += max(-rate * dt_s, min(rate * dt_s, wanted - speed))
            self._speeds[index] = speed
            moved = self.positions_rad[index] + speed * dt_s
            self.positions_rad[index] = max(limits.lower_rad[index], min(limits.upper_rad[index], moved))
        self._rest(dt_s)
        if self._opening_aim is not None:
            reach = limits.gripper_speed_mps * dt_s
            self.opening_m += max(-reach, min(reach, self._opening_aim - self.opening_m))

    def _rest(self, dt_s: float) -> None:
        if self._aim is not None or any(self._speeds):
            self._rest_s = 0.0
            return
        self._rest_s += dt_s
        if SETTLE_S <= self._rest_s < math.inf:
            self._rest_s = math.inf  # once: what is carried would pull it down step by step
            pairs = zip(self.positions_rad, self._readings.positions, strict=True)
            self.positions_rad = [real if abs(real - told) > YIELD_RAD else told for told, real in pairs]

    def sense(
        self,
        positions_rad: tuple[float, ...],
        velocities_radps: tuple[float, ...],
        *,
        opening_m: float,
        holding: bool,
    ) -> None:
        """What the joint encoders and the finger sensors read after a step."""
        self._readings = JointReadings(self.limits.names, positions_rad, velocities_radps)
        self._gripper = GripperState(opening_m, holding)

    @property
    def busy(self) -> bool:
        """See Drive.busy."""
        return any(abs(speed) > 1e-4 for speed in self._speeds) or self._opening_aim is not None

    def pose(self) -> tuple[float, float, float] | None:
        return self._pose

    def odom(self) -> tuple[float, float, float]:
        return (0.0, 0.0, 0.0)

    def twist(self) -> tuple[float, float]:
        return (0.0, 0.0)

    def aside(self) -> float:
        """See Drive.aside."""
        return 0.0

    def joints(self) -> JointReadings:
        return self._readings

    def gripper(self) -> GripperState | None:
        return self._gripper

    def fault(self) -> str:
        return ""

    def height(self) -> float:
        return math.nan

    def bumped(self) -> bool:
        return False

    def measured(self) -> list[Reply]:
        """See Drive.measured: it has no such sensors."""
        return []

    def _take_joints(self, command: Joints) -> None:
        limits, aim, caps = (
            self.limits,
            list(self._aim or self.positions_rad),
            list(self._caps),
        )
        for index, name in enumerate(command.names):
            if name not in limits.names:
                raise WireError(
                    f"no joint is called {name[:40]!r}; there are {', '.join(limits.names)}",
                    command.seq,
                )
            joint, position = limits.names.index(name), command.positions[index]
            if not limits.lower_rad[joint] - 1e-6 <= position <= limits.upper_rad[joint] + 1e-6:
                raise WireError(f"{name} {position:g} rad is beyond its range", command.seq)
            aim[joint] = position
            wish = command.speeds[index] if command.speeds else limits.speed_radps[joint]
            caps[joint] = min(wish, limits.speed_radps[joint])
        self._aim, self._caps = aim, caps
