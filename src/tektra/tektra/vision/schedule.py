# SPDX-License-Identifier: Apache-2.0
"""When which detector looks: at its rate, and never for more than its share of a core."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from tektra.vision.sightings import Kind

#: A detector costs what the quickest of so many looks took: the others had to wait for the machine.
QUICKEST_OF = 3


class Schedule:
    """Not for several threads. A rate of 0 means never. `rates_hz`: rates, or what tells them, which may change."""

    def __init__(
        self, rates_hz: Mapping[Kind, float] | Callable[[], Mapping[Kind, float]], cpu_share: float
    ) -> None:
        self._rates, self._cpu_share = rates_hz, cpu_share
        self._took_s: dict[Kind, deque[float]] = {}
        self._began_s: dict[Kind, float] = {}

    @property
    def _rates_hz(self) -> dict[Kind, float]:
        rates = self._rates() if callable(self._rates) else self._rates
        return {kind: rate for kind, rate in rates.items() if rate > 0.0}

    def due(self, now_s: float) -> list[Kind]:
        """Who is to look at an image now, the one that waits longest first."""
        waits = {kind: now_s - self._began_s.get(kind, float("-inf")) for kind in self._rates_hz}
        ready = [kind for kind, wait in waits.items() if wait >= self.period_s(kind)]
        return sorted(ready, key=lambda kind: -waits[kind])

    def ran(self, kind: Kind, began_s: float, took_s: float) -> None:
        """A detector began to look then, and took so long."""
        self._began_s[kind] = began_s
        if (took := self._took_s.get(kind)) is None:  # the first look also sets the network up
            self._took_s[kind] = deque(maxlen=QUICKEST_OF)
        else:
            took.append(took_s)

    def passed_over(self, kind: Kind, at_s: float) -> None:
        """There was nothing for that detector to look at."""
        self._began_s[kind] = at_s

    def period_s(self, kind: Kind) -> float:
        """Time from one look to the next: as asked for, or as the machine allows."""
        rates_hz, cost_s = self._rates_hz, min(self._took_s.get(kind, ()), default=0.0)
        rate_hz = rates_hz.get(kind, 0.0)
        return max(1.0 / rate_hz, cost_s * len(rates_hz) / self._cpu_share) if rate_hz else float("inf")
