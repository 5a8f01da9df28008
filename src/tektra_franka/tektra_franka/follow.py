# SPDX-License-Identifier: Apache-2.0
"""From where the joints are to be, to how fast each turns now. Plain numbers."""

from collections.abc import Sequence

#: A joint would reach its place in this time if it went on so: gentle in the end, and never past it.
HORIZON_S = 0.25


def velocities(
    targets_rad: Sequence[float | None], positions_rad: Sequence[float], speeds_radps: Sequence[float]
) -> list[float]:
    """Velocities, rad/s, that bring the joints to their targets, all in proportion so that they arrive together.

    None: that joint stays. No joint is faster than its speed.
    """
    asked = [
        0.0 if target is None else (target - now) / HORIZON_S
        for target, now in zip(targets_rad, positions_rad, strict=True)
    ]
    share = min(
        [1.0, *[most / abs(rate) for rate, most in zip(asked, speeds_radps, strict=True) if abs(rate) > most]]
    )
    return [rate * share for rate in asked]
