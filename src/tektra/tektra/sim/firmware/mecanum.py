# SPDX-License-Identifier: Apache-2.0
"""A base on four mecanum wheels: it drives in every direction, and turns meanwhile. Sans-I/O."""

import math
import random

from tektra.common.robot_wire import Velocity, WireError
from tektra.sim.firmware.firmware import Motion
from tektra.sim.firmware.rover import RoverDrive, RoverLimits, ramp

#: Rollers slip: odometry counts so much too far sideways.
SLIP_SHARE = 0.02


class MecanumDrive(RoverDrive):
    """As a rover, with a velocity to the left. Its limits of speed and acceleration hold for the whole vector."""

    kind = "mecanum"

    def __init__(self, limits: RoverLimits, noise: random.Random, *, noise_m: float = 0.005) -> None:
        super().__init__(limits, noise, noise_m=noise_m)
        self.velocity = (0.0, 0.0, 0.0)  # vx, vy m/s, wz rad/s: what its wheels are told together
        self._asked = (0.0, 0.0, 0.0)
        self._moves = (0.0, 0.0, 0.0)

    def take(self, command: Motion) -> None:
        """See Drive.take."""
        if not isinstance(command, Velocity):
            raise WireError("this base has neither joints nor gripper; send velocity", command.seq)
        speed = math.hypot(command.vx, command.vy)
        if speed > self.limits.linear_speed_mps + 1e-6:
            raise WireError(
                f"{speed:g} m/s is beyond {self.limits.linear_speed_mps} m/s",
                command.seq,
            )
        if abs(command.wz) > self.limits.angular_speed_radps + 1e-6:
            raise WireError(
                f"wz {command.wz:g} rad/s is beyond {self.limits.angular_speed_radps} rad/s",
                command.seq,
            )
        self._asked = (command.vx, command.vy, command.wz)

    def release(self, verb: str) -> None:
        """See Drive.release."""
        self._asked = (0.0, 0.0, 0.0)

    def halt(self, category: int) -> None:
        """See Drive.halt."""
        self._asked = (0.0, 0.0, 0.0)
        if category == 0 and self.limits.grips:
            self.velocity = (0.0, 0.0, 0.0)

    def step(self, dt_s: float) -> None:
        """See Drive.step. The way to the new velocity is a straight one, so that a braking base keeps its direction."""
        limits, (vx, vy, wz) = self.limits, self.velocity
        dx, dy = self._asked[0] - vx, self._asked[1] - vy
        faster = math.hypot(*self._asked[:2]) > math.hypot(vx, vy)
        rate = limits.linear_acceleration_mps2 if faster else limits.linear_deceleration_mps2
        share = min(1.0, rate * dt_s / math.hypot(dx, dy)) if dx or dy else 1.0
        wz = ramp(
            wz,
            self._asked[2],
            limits.angular_acceleration_radps2 * dt_s,
            limits.angular_deceleration_radps2 * dt_s,
        )
        self.velocity = (vx + share * dx, vy + share * dy, wz)

    def sense_motion(self, vx_mps: float, vy_mps: float, wz_radps: float, dt_s: float) -> None:
        """How its wheels turned in the last step, as motion of the base."""
        x, y, yaw = self._odom
        middle, aside = yaw + wz_radps * dt_s / 2.0, vy_mps * (1.0 + SLIP_SHARE)
        self._odom = (
            x + (vx_mps * math.cos(middle) - aside * math.sin(middle)) * dt_s,
            y + (vx_mps * math.sin(middle) + aside * math.cos(middle)) * dt_s,
            math.remainder(yaw + wz_radps * dt_s, math.tau),
        )
        self._moves = (vx_mps, vy_mps, wz_radps)

    @property
    def busy(self) -> bool:
        """See Drive.busy."""
        return self.velocity != (0.0, 0.0, 0.0)

    def twist(self) -> tuple[float, float]:
        return self._moves[0], self._moves[2]

    def aside(self) -> float:
        return self._moves[1]
