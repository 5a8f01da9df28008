# SPDX-License-Identifier: Apache-2.0
"""Timings of a stage, as percentiles over its latest samples."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence


def percentile(samples: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the samples lie, by the nearest-rank method; NaN without samples."""
    if not samples:
        return float("nan")
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


class Timings:
    """Keeps the latest `keep` durations of one stage. One thread adds; reading from another is safe."""

    def __init__(self, keep: int = 500) -> None:
        self.count = 0
        self._samples: deque[float] = deque(maxlen=keep)

    def add(self, seconds: float) -> None:
        self.count += 1
        self._samples.append(seconds)

    def milliseconds(self) -> dict[str, float]:
        """p50, p95, p99 and max of what is kept, in ms, and last; empty before the first sample."""
        samples = list(self._samples)
        if not samples:
            return {}
        figures = {f"p{round(share * 100)}": percentile(samples, share) * 1e3 for share in (0.5, 0.95, 0.99)}
        return {**figures, "max": max(samples) * 1e3, "last": samples[-1] * 1e3}
