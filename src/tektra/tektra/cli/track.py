# SPDX-License-Identifier: Apache-2.0
"""How a base went, by its own odometry and by its localisation. Plain classes; units m, s."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tektra.cli.braking import Stop

#: As near to the asked speed counts as that speed.
STEADY_SHARE = 0.05


@dataclass(frozen=True)
class Moment:
    """When by the stamp, where by odometry, and how fast: along its way, and ahead."""

    at_s: float
    x: float
    y: float
    speed: float
    ahead: float


@dataclass
class Track:
    """Takes what the robot tells. One thread."""

    moments: list[Moment] = field(default_factory=list)
    reason: str = ""
    _places: dict[float, tuple[float, float]] = field(default_factory=dict)

    def moved(self, moment: Moment) -> None:
        """Newer than all before, or passed over."""
        if not self.moments or moment.at_s > self.moments[-1].at_s:
            self.moments.append(moment)

    def placed(self, at_s: float, place: tuple[float, float] | None) -> None:
        """Where its localisation says that it was then."""
        if place is not None:
            self._places[at_s] = place

    def steady(self, velocity: float, looks: int) -> bool:
        """The last looks say that it drives like this."""
        last = self.moments[-looks:]
        near = STEADY_SHARE * abs(velocity)
        return len(last) == looks and all(abs(moment.ahead - velocity) <= near for moment in last)

    def rests(self, since_s: float, slow: float, for_s: float) -> bool:
        """It stands, and has for so long, since then."""
        later = [moment for moment in self.moments if moment.at_s > since_s]
        last = [moment for moment in later if moment.at_s >= later[-1].at_s - for_s]
        return bool(later) and later[-1].at_s - later[0].at_s >= for_s and all(m.speed < slow for m in last)

    def stop(self, told_s: float, slow: float) -> Stop:
        """From then until it stood."""
        begin = self._at(told_s)
        later = [moment for moment in self.moments if moment.at_s > told_s]
        stood = next((m for i, m in enumerate(later) if all(n.speed < slow for n in later[i:])), later[-1])
        end = later[-1]
        return Stop(begin.speed, math.hypot(end.x - begin.x, end.y - begin.y), stood.at_s - told_s)

    def truth(self) -> str:
        """Whether odometry and localisation tell the same, in words."""
        both = [(one.x, one.y, *self._places[one.at_s]) for one in self.moments if one.at_s in self._places]
        if len(both) < 2:
            return "odometry: not compared, for it has no localisation"
        origin, offs, way = both[0], [], 0.0
        for odom_x, odom_y, x, y in both:
            by_odom = math.hypot(odom_x - origin[0], odom_y - origin[1])
            by_place = math.hypot(x - origin[2], y - origin[3])
            offs.append(abs(by_odom - by_place))
            way = max(way, by_place)
        if max(offs) < 1e-6:
            return "odometry: not compared, for its place comes from it; measure a drive with a tape"
        return f"odometry: within {max(offs):.3f} m of its localisation on {way:.2f} m"

    def _at(self, at_s: float) -> Moment:
        """Between the two moments beside; on from the last before, where there is none behind."""
        before = [moment for moment in self.moments if moment.at_s <= at_s]
        after = [moment for moment in self.moments if moment.at_s > at_s]
        if not before or not after:
            return (before or after)[-1 if before else 0]
        one, two = before[-1], after[0]
        share = (at_s - one.at_s) / (two.at_s - one.at_s)
        x, y = one.x + share * (two.x - one.x), one.y + share * (two.y - one.y)
        return Moment(at_s, x, y, one.speed, one.ahead)
