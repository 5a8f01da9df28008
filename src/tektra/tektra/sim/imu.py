# SPDX-License-Identifier: Apache-2.0
"""A rover's inertial sensor as one is: it errs at each measurement, and each one of its kind by a little all the time. Sans-I/O."""

import random
from dataclasses import dataclass

from tektra.common.robot_messages import ImuReading
from tektra.sim.physics import Motion

GRAVITY_MPS2 = 9.81
#: What was measured longer ago says nothing of the acceleration since.
GAP_S = 0.1
Three = tuple[float, float, float]


@dataclass(frozen=True)
class ImuLimits:
    """Standard deviations along each axis, of one measurement and of what one sensor of the kind is always wrong by."""

    rate_noise_radps: float = 0.004
    rate_bias_radps: float = 0.002
    acceleration_noise_mps2: float = 0.05
    acceleration_bias_mps2: float = 0.03


class Imu:
    """Turns the base's true motion into what gyroscopes and accelerometers in its middle measure: at rest the latter say
    +9.81 m/s^2 upwards (REP-145). What they say is the mean since they measured last, as a sensor's own filter has it."""

    def __init__(self, limits: ImuLimits, noise: random.Random) -> None:
        self._limits, self._noise, self._seq = limits, noise, 0
        self._rate_bias = self._errors(limits.rate_bias_radps)
        self._acceleration_bias = self._errors(limits.acceleration_bias_mps2)
        self._before: tuple[float, Three] | None = None

    def measure(self, t_s: float, true: Motion) -> ImuReading:
        self._seq += 1
        limits = self._limits
        gained = (0.0, 0.0, 0.0)
        if self._before is not None and 0.0 < (passed_s := t_s - self._before[0]) <= GAP_S:
            x, y, z = (
                (now - then) / passed_s for now, then in zip(true.velocity_mps, self._before[1], strict=True)
            )
            gained = (x, y, z)
        self._before = t_s, true.velocity_mps
        force = true.seen_from_it((gained[0], gained[1], gained[2] + GRAVITY_MPS2))
        return ImuReading(
            seq=self._seq,
            t=round(t_s, 4),
            rates=self._told(true.rates_radps, self._rate_bias, limits.rate_noise_radps),
            accelerations=self._told(force, self._acceleration_bias, limits.acceleration_noise_mps2),
            rate_sigma=round((limits.rate_noise_radps**2 + limits.rate_bias_radps**2) ** 0.5, 6),
            acceleration_sigma=round(
                (limits.acceleration_noise_mps2**2 + limits.acceleration_bias_mps2**2) ** 0.5, 6
            ),
        )

    def _told(self, true: Three, bias: Three, noise: float) -> Three:
        x, y, z = (round(sum(parts), 5) for parts in zip(true, bias, self._errors(noise), strict=True))
        return x, y, z

    def _errors(self, sigma: float) -> Three:
        return self._noise.gauss(0.0, sigma), self._noise.gauss(0.0, sigma), self._noise.gauss(0.0, sigma)
