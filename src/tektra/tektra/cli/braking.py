# SPDX-License-Identifier: Apache-2.0
"""What stops of a base tell of its brakes. Plain classes; units m, s."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tektra.safety.limits import DECELERATION_MAX

#: As many stops, and from speeds that differ by so much, or nothing is told by them.
STOPS_MIN, SPREAD_MIN = 4, 1.5
#: How far a stop may be from what the fit says: a share of the longest, and what odometry may err by at least.
MISFIT_SHARE, MISFIT_M = 0.2, 0.01
#: Odometry errs by this at least (standard deviation).
SIGMA_M = 0.002
#: What is written is so much less than what was measured: other floors, loads and batteries.
KEPT_SHARE = 0.8


class Unmeasured(Exception):
    """Why a value is not told, in words."""


@dataclass(frozen=True)
class Stop:
    """One stop: how fast it was when it was told, how far it went then, and for how long."""

    speed: float
    distance: float
    time_s: float


@dataclass(frozen=True)
class Braking:
    """`latency_s`: from the word to the brake. `deceleration`: what it had at least, with 2 standard deviations of doubt. `misfit`: of the worst, m."""

    latency_s: float
    deceleration: float
    misfit: float
    stops: int

    @property
    def written(self) -> float:
        """What a parameter file should say."""
        return min(KEPT_SHARE * self.deceleration, DECELERATION_MAX)


def braking(stops: Sequence[Stop], reaction_s: float) -> Braking:
    """Least squares of d = v T + v^2 / 2a over all stops. `reaction_s`: the T that the gate reckons with; the
    deceleration is then the least that covers each stop with it. Raises Unmeasured."""
    if len(stops) < STOPS_MIN:
        raise Unmeasured(f"{len(stops)} stops are too few: {STOPS_MIN} are needed")
    if not all(
        math.isfinite(one.speed + one.distance) and min(one.speed, one.distance) > 0.0 for one in stops
    ):
        raise Unmeasured("a stop has a speed or distance that is no positive number")
    slowest, fastest = min(stop.speed for stop in stops), max(stop.speed for stop in stops)
    if fastest < SPREAD_MIN * slowest:
        raise Unmeasured(f"speeds from {slowest:.2f} to {fastest:.2f} m/s tell latency and brakes not apart")
    latency_s, curve = _fit(stops)
    misfit = max(abs(stop.distance - latency_s * stop.speed - curve * stop.speed**2) for stop in stops)
    longest = max(stop.distance for stop in stops)
    if misfit > max(MISFIT_SHARE * longest, MISFIT_M):
        raise Unmeasured(f"the stops differ by {misfit:.3f} m from any brake: repeat them on an even floor")
    if latency_s > reaction_s:
        raise Unmeasured(
            f"it brakes {latency_s:.2f} s after it is told, and the gate reckons with {reaction_s:.2f} s: "
            "raise reaction_s in config/safety.yaml first"
        )
    rests = [(stop.speed, stop.distance - reaction_s * stop.speed) for stop in stops]
    covering = min((v * v / (2.0 * rest) for v, rest in rests if rest > 0.0), default=math.inf)
    # Where all of the way was latency, the brakes are too good to be seen: then they are told from the whole way.
    least = (
        1.0 / (2.0 * (curve + _doubt(stops, latency_s, curve)))
        if curve
        else min(stop.speed**2 / (2.0 * stop.distance) for stop in stops)
    )
    return Braking(latency_s, min(least, covering), misfit, len(stops))


def watchdog(stop: Stop, silent_s: float, brakes: Braking, what: str = "its driver fell silent") -> str:
    """What a robot did while nobody told it anything for so long, because of `what`. Raises Unmeasured where it went on all that time."""
    if stop.distance >= 0.9 * stop.speed * silent_s:
        raise Unmeasured(
            f"it drove on for {stop.distance:.2f} m in {silent_s:.1f} s after {what}: "
            "it has no watchdog of its own, and must not be driven without one"
        )
    after_s = max(stop.distance - stop.speed**2 / (2.0 * brakes.deceleration), 0.0) / stop.speed
    return f"stands {stop.distance:.3f} m, braking {after_s:.2f} s, after {what}"


def _doubt(stops: Sequence[Stop], latency_s: float, curve: float) -> float:
    """Twice the standard deviation of 1 / 2a, by what the stops differ from the fit."""
    squares = sum((one.distance - latency_s * one.speed - curve * one.speed**2) ** 2 for one in stops)
    sigma = max(math.sqrt(squares / (len(stops) - 2)), SIGMA_M)
    v2, v3, v4 = (sum(one.speed**power for one in stops) for power in (2, 3, 4))
    return 2.0 * sigma * math.sqrt(v2 / (v2 * v4 - v3 * v3))


def _fit(stops: Sequence[Stop]) -> tuple[float, float]:
    """T and 1 / 2a, neither negative."""
    v2 = sum(stop.speed**2 for stop in stops)
    v3 = sum(stop.speed**3 for stop in stops)
    v4 = sum(stop.speed**4 for stop in stops)
    dv = sum(stop.distance * stop.speed for stop in stops)
    dv2 = sum(stop.distance * stop.speed**2 for stop in stops)
    whole = v2 * v4 - v3 * v3
    latency_s, curve = (dv * v4 - dv2 * v3) / whole, (v2 * dv2 - v3 * dv) / whole
    if curve <= 0.0:
        return max(dv / v2, 0.0), 0.0
    return (0.0, dv2 / v4) if latency_s < 0.0 else (latency_s, curve)
