# SPDX-License-Identifier: Apache-2.0
"""A robot's shape for the page, from its URDF (common/urdf_shape.py)."""

from __future__ import annotations

from dataclasses import asdict

from tektra.common import urdf_shape
from tektra.common.urdf_shape import MOST_PARTS
from tektra.web.models.floor import RobotShape, ShapeJoint, ShapePart

__all__ = ["MOST_PARTS", "shape_of"]


def shape_of(urdf: str) -> RobotShape:
    """The shape; an empty one for what cannot be drawn."""
    shape = urdf_shape.shape_of(urdf)
    return RobotShape(
        base=shape.base,
        parts=[ShapePart(**asdict(part)) for part in shape.parts],
        joints=[ShapeJoint(**asdict(joint)) for joint in shape.joints],
    )
