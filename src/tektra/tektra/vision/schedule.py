# SPDX-License-Identifier: Apache-2.0
"""When which detector looks: at its rate, and never for more than its share of a core."""

from __future__ import annotations

from collections.abc import Mapping

from tektra.vision.sightings import Kind

#: How fast the estimate of a detector's cost follows its latest run.
FOLLOW = 0.3


class Schedule:
    """Not for several threads. A rate of 0 means never."""

    def __init__(self, rates_hz: Mapping[Kind, float], cpu_share: float) -> None:
        self._rates_hz = {kind: rate for kind, rate in rates_hz.items() if rate > 0.0}
        self._share = cpu_share / max(1, len(self._rates_hz))
        self._cost_s: dict[Kind, float] = {}
        self._began_s: dict[Kind, float] = {}

    def due(self, now_s: float) -> list[Kind]:
        """Who is to look at an image now, the one that waits longest first."""
        waits = {kind: now_s - self._began_s.get(kind, float("-inf")) for kind in self._rates_hz}
        ready = [kind for kind, wait in waits.items() if wait >= self.period_s(kind)]
        return sorted(ready, key=lambda kind: -waits[kind])

    def ran(self, kind: Kind, began_s: float, took_s: float) -> None:
        """A detector began to look then, and took so long."""
        self._began_s[kind] = began_s
        known = self._cost_s.get(kind, took_s)
        self._cost_s[kind] = known + FOLLOW * (took_s - known)

    def period_s(self, kind: Kind) -> float:
        """Time from one look to the next: as asked for, or as the machine allows."""
        return max(1.0 / self._rates_hz[kind], self._cost_s.get(kind, 0.0) / self._share)
