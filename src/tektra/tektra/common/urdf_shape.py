# SPDX-License-Identifier: Apache-2.0
"""What of a robot's URDF can be drawn: boxes, cylinders and balls on their joints. The text is a stranger's. Page and bridge
draw the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

#: What is larger is not read; of what has more, nothing is drawn.
MOST_LETTERS, MOST_ELEMENTS, MOST_PARTS, MOST_JOINTS = 500_000, 20_000, 200, 200
#: Nothing on a robot is larger, or farther from its link (m).
MOST_M = 20.0
KINDS: dict[str, Literal["fixed", "turns", "slides"]] = {
    "fixed": "fixed",
    "revolute": "turns",
    "continuous": "turns",
    "prismatic": "slides",
}
Solid = Literal["box", "cylinder", "sphere"]


@dataclass(frozen=True)
class Part:
    """A piece of a robot, in its link: a box (length, width, height), a cylinder (radius, length along z) or a ball (radius),
    in m. `xyz` m and `rpy` rad (fixed axes x, y, z): where it is."""

    link: str
    kind: Solid
    size: list[float]
    xyz: list[float]
    rpy: list[float]


@dataclass(frozen=True)
class Joint:
    """Where a link hangs on another, at its zero: `xyz` m and `rpy` rad. `axis`: about which it turns, or along which it slides."""

    name: str
    kind: Literal["fixed", "turns", "slides"]
    parent: str
    child: str
    xyz: list[float]
    rpy: list[float]
    axis: list[float]


@dataclass(frozen=True)
class Shape:
    """A robot as it told of its shape; all empty where it told nothing that can be drawn. `base`: the link that nothing holds."""

    base: str = ""
    parts: tuple[Part, ...] = ()
    joints: tuple[Joint, ...] = ()


def shape_of(urdf: str) -> Shape:
    """The shape; an empty one for what is no URDF, declares entities, or is too large. Parts that are meshes are left out:
    their files are not here."""
    if len(urdf) > MOST_LETTERS or "<!DOCTYPE" in urdf or "<!ENTITY" in urdf:
        return Shape()
    try:
        root = ElementTree.fromstring(urdf)
    except (ElementTree.ParseError, ValueError, RecursionError):
        return Shape()
    if root.tag != "robot" or sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        return Shape()
    # A link hangs on one joint: two ways to each of a hundred links would be more ways than anybody can draw.
    parts, joints = tuple(_parts(root)), tuple({joint.child: joint for joint in _joints(root)}.values())
    if len(parts) > MOST_PARTS or len(joints) > MOST_JOINTS:
        return Shape()
    held = {joint.child for joint in joints}
    free = [name for link in root.findall("link") if (name := _name(link)) and name not in held]
    return Shape(base=free[0], parts=parts, joints=joints) if free else Shape()


def _parts(root: ElementTree.Element) -> Iterator[Part]:
    for link in root.findall("link"):
        for visual in link.findall("visual"):
            geometry = visual.find("geometry")
            if geometry is None or not (name := _name(link)):
                continue
            for kind, size in _solids(geometry):
                xyz, rpy = _origin(visual)
                if xyz and rpy and size and all(0.0 < length <= MOST_M for length in size):
                    yield Part(link=name, kind=kind, size=size, xyz=xyz, rpy=rpy)


def _solids(
    geometry: ElementTree.Element,
) -> Iterator[tuple[Solid, list[float]]]:
    for box in geometry.findall("box"):
        yield "box", _numbers(box.get("size", ""), 3)
    for rod in geometry.findall("cylinder"):
        yield "cylinder", _numbers(f"{rod.get('radius', '')} {rod.get('length', '')}", 2)
    for ball in geometry.findall("sphere"):
        yield "sphere", _numbers(ball.get("radius", ""), 1)


def _joints(root: ElementTree.Element) -> Iterator[Joint]:
    for joint in root.findall("joint"):
        kind, axis = KINDS.get(joint.get("type", ""), "fixed"), joint.find("axis")
        names = [_text(end.get("link", "")) for tag in ("parent", "child") for end in joint.findall(tag)[:1]]
        xyz, rpy = _origin(joint)
        about = _numbers(axis.get("xyz", ""), 3) if axis is not None else [1.0, 0.0, 0.0]
        if len(names) == 2 and all(names) and names[0] != names[1] and xyz and rpy and about:
            yield Joint(
                name=_name(joint), kind=kind, parent=names[0], child=names[1], xyz=xyz, rpy=rpy, axis=about
            )


def _origin(element: ElementTree.Element) -> tuple[list[float], list[float]]:
    origin = element.find("origin")
    if origin is None:
        return [0.0] * 3, [0.0] * 3
    return _numbers(origin.get("xyz", "0 0 0"), 3), _numbers(origin.get("rpy", "0 0 0"), 3)


def _numbers(text: str, count: int) -> list[float]:
    """Finite numbers within MOST_M; none of them where one is not."""
    words = text.split()
    if len(words) != count:
        return []
    try:
        found = [float(word) for word in words]
    except ValueError:
        return []
    return found if all(math.isfinite(one) and abs(one) <= MOST_M for one in found) else []


def _name(element: ElementTree.Element) -> str:
    return _text(element.get("name", ""))


def _text(name: str) -> str:
    return name[:128]
