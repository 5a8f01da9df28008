# SPDX-License-Identifier: Apache-2.0
"""What a robot declares it can do, and whether that can be trusted. Fail-closed: what is absent or not finite is refused.

Units: m, s, rad, and their quotients.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

#: No wheel, leg or rotor brakes a robot harder (m/s^2): who declares more has mistaken a unit.
DECELERATION_MAX = 20.0
#: Whose odometry tells more than so many times the speed that it declares, and so much more (m/s, rad/s), counts in another
#: unit, is broken, or is carried.
TOLD_SHARE, TOLD_MORE = 2.0, 0.5
#: Nothing here goes faster (m/s) than this or than what its odometry may tell, whichever is more; and stands within so many m.
FASTEST_MPS, STOPPING_WAY_MAX_M = 5.0, 500.0
#: The same of a turn: rad/s, and rad.
FASTEST_RADPS, STOPPING_TURN_MAX_RAD = 20.0, 500.0
#: No robot has a limit beyond this, whatever its unit, and no place on a map is so far from its origin (m).
BEYOND_ALL = 1e6


@dataclass(frozen=True)
class Limits:
    """What a robot declares it can do, as in RobotLimits. 0 stands for what it did not declare."""

    linear_speed: float
    angular_speed: float
    linear_acceleration: float
    linear_deceleration: float
    angular_acceleration: float
    joint_names: tuple[str, ...] = ()
    joint_lower: tuple[float, ...] = ()
    joint_upper: tuple[float, ...] = ()
    joint_speed: tuple[float, ...] = ()
    gripper_min: float = 0.0
    gripper_max: float = 0.0
    joint_acceleration: tuple[float, ...] = ()
    linear_jerk: float = 0.0
    angular_jerk: float = 0.0
    altitude: float = 0.0
    stop_category: int = 1
    power_off: bool = False
    tool_names: tuple[str, ...] = ()
    sideways: bool = False
    mobile: bool = False  # of a kind that drives about, also where these limits do not let it

    @property
    def roams(self) -> bool:
        """It stands nowhere for good."""
        return self.mobile or bool(self.linear_speed)

    @property
    def fastest(self) -> float:
        """No speed that its odometry tells is believed beyond this (m/s)."""
        return max(TOLD_SHARE * self.linear_speed + TOLD_MORE, FASTEST_MPS)

    @property
    def fastest_turn(self) -> float:
        """No turn that its odometry tells is believed beyond this (rad/s)."""
        return max(TOLD_SHARE * self.angular_speed + TOLD_MORE, FASTEST_RADPS)

    def told_fault(self, speed: float, rate: float) -> str:
        """Why a speed (m/s) and a turn (rad/s) that its odometry tells cannot be its own; empty when they can."""
        if not speed <= TOLD_SHARE * self.linear_speed + TOLD_MORE:  # also for NaN
            return f"it tells a speed of {speed:.3g} m/s, and declares {self.linear_speed:g}"
        if not abs(rate) <= TOLD_SHARE * self.angular_speed + TOLD_MORE:
            return f"it tells a turn of {rate:.3g} rad/s, and declares {self.angular_speed:g}"
        return ""

    def fault(self) -> str:
        """Why these limits cannot be trusted; empty when they can."""
        return self._fault

    @cached_property
    def _fault(self) -> str:
        # Asked for with every state and every decision, of what never changes.
        return self._base_fault() or self._joints_fault() or self._others_fault()

    def _base_fault(self) -> str:
        speeds = (self.linear_speed, self.angular_speed)
        rates = (
            *(self.linear_acceleration, self.linear_deceleration, self.angular_acceleration),
            *(self.linear_jerk, self.angular_jerk),
        )
        if not all(map(math.isfinite, (*speeds, *rates))):
            return "a limit is not a finite number"
        if any(value > BEYOND_ALL for value in (*speeds, *rates)):
            return f"a limit is more than {BEYOND_ALL:g}"
        if any(value < 0 for value in (*speeds, *rates)) or (any(speeds) and not all(rates)):
            return "a speed, acceleration or jerk limit is not positive"
        if self.linear_deceleration > DECELERATION_MAX:
            return f"it declares to brake with {self.linear_deceleration:g} m/s^2, which is more than {DECELERATION_MAX:g}"
        brakes = self.linear_deceleration  # also of what declares no speed: others ask how far it comes
        if brakes and not self.fastest**2 <= 2.0 * self.linear_deceleration * STOPPING_WAY_MAX_M:
            return f"braking with {self.linear_deceleration:g} m/s^2 it needs more than {STOPPING_WAY_MAX_M:g} m to stand"
        turns = self.angular_acceleration
        if turns and not self.fastest_turn**2 <= 2.0 * turns * STOPPING_TURN_MAX_RAD:
            return f"with {self.angular_acceleration:g} rad/s^2 it needs more than {STOPPING_TURN_MAX_RAD:g} rad to end a turn"
        return ""

    def _joints_fault(self) -> str:
        arrays = (self.joint_lower, self.joint_upper, self.joint_speed, self.joint_acceleration)
        if any(len(array) != len(self.joint_names) for array in arrays):
            return "joint limits and joint names differ in number"
        if not all(math.isfinite(value) for array in arrays for value in array):
            return "a limit is not a finite number"
        if len(set(self.joint_names)) != len(self.joint_names) or "" in self.joint_names:
            return "joint names are empty or given twice"
        pairs = zip(self.joint_lower, self.joint_upper, strict=True)
        if any(low >= high for low, high in pairs):
            return "a joint's range is empty"
        if any(value <= 0 for value in (*self.joint_speed, *self.joint_acceleration)):
            return "a joint's speed or acceleration limit is not positive"
        return ""

    def _others_fault(self) -> str:
        if not all(map(math.isfinite, (self.gripper_min, self.gripper_max, self.altitude))):
            return "a limit is not a finite number"
        if self.gripper_min > self.gripper_max:
            return "the gripper's range is empty"
        if self.altitude < 0.0:
            return "the altitude is not positive"
        if len(set(self.tool_names)) != len(self.tool_names) or "" in self.tool_names:
            return "tool names are empty or given twice"
        return "" if self.stop_category in (0, 1) else f"{self.stop_category} is no stop category (0 or 1)"


@dataclass(frozen=True)
class Ceilings:
    """The operator's own limits, over every robot's."""

    linear_speed: float
    angular_speed: float
    joint_speed: float
    altitude: float = math.inf
