# SPDX-License-Identifier: Apache-2.0
"""How a robot is, as the audit writes it down."""

from __future__ import annotations

import math

from tektra.safety.known import Known


def told(known: Known) -> dict[str, object]:
    """As plain JSON values: pose and speeds (m, rad, m/s, rad/s; empty where it knows no place), joints in rad."""
    placed = known.placed
    where = (
        [placed.x, placed.y, placed.yaw, placed.twist.vx, placed.twist.vy, placed.twist.wz] if placed else []
    )
    return {
        "pose": [round(value, 3) for value in where],
        "joints": {name: round(value, 3) for name, value in known.joints.items() if math.isfinite(value)},
        "connected": known.connected,
        "moving": known.moving,
        "goal": known.goal_id,
    }
