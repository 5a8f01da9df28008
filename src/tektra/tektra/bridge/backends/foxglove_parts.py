# SPDX-License-Identifier: Apache-2.0
"""What all drawings for Foxglove's 3D panel are made with."""

from __future__ import annotations

import math

from foxglove.messages import Color, Pose, Quaternion, TextPrimitive, Vector3

#: What lies on the floor lies so thick on it.
FLOOR_M = 0.02
TEXT = Color(r=0.10, g=0.12, b=0.16, a=1.0)


def pose(x_m: float, y_m: float, z_m: float, yaw_rad: float) -> Pose:
    """Upright, turned about the vertical."""
    return Pose(
        position=Vector3(x=x_m, y=y_m, z=z_m),
        orientation=Quaternion(x=0.0, y=0.0, z=math.sin(yaw_rad / 2.0), w=math.cos(yaw_rad / 2.0)),
    )


def text(
    words: str, x_m: float, y_m: float, size_m: float, *, z_m: float = 0.1, color: Color = TEXT
) -> TextPrimitive:
    """Words that face whoever looks."""
    return TextPrimitive(
        pose=pose(x_m, y_m, z_m, 0.0),
        billboard=True,
        font_size=size_m,
        scale_invariant=False,
        color=color,
        text=words,
    )
