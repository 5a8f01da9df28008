# SPDX-License-Identifier: Apache-2.0
"""What is on the floor besides the home itself: people; and robots' shapes."""

from __future__ import annotations

from typing import Literal

from tektra.web.models.base import Seen


class PersonAt(Seen):
    """Where somebody stands, in m; within `uncertainty_m` of it."""

    x: float
    y: float
    uncertainty_m: float = 0.0


class ShapePart(Seen):
    """A piece of a robot, in its link: a box (length, width, height), a cylinder (radius, length along z) or a ball (radius),
    in m. `xyz` m and `rpy` rad (fixed axes x, y, z): where it is."""

    link: str
    kind: Literal["box", "cylinder", "sphere"]
    size: list[float]
    xyz: list[float]
    rpy: list[float]


class ShapeJoint(Seen):
    """Where a link hangs on another, at its zero: `xyz` m and `rpy` rad. `axis`: about which it turns, or along which it slides."""

    name: str
    kind: Literal["fixed", "turns", "slides"]
    parent: str
    child: str
    xyz: list[float]
    rpy: list[float]
    axis: list[float]


class RobotShape(Seen):
    """A robot as it told of its shape; both empty where it told nothing that can be drawn. `base`: the link that nothing holds."""

    base: str = ""
    parts: list[ShapePart] = []
    joints: list[ShapeJoint] = []
