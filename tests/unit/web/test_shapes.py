# SPDX-License-Identifier: Apache-2.0
"""A robot's URDF as it is drawn in the page; the text comes from whoever publishes it."""

from __future__ import annotations

from typing import Any

import pytest

from tektra.web.models.floor import RobotShape
from tektra.web.shapes import MOST_PARTS, shape_of

ROVER = """<robot name='r'>
  <link name='base'><visual><origin xyz='0 0 0.1' rpy='0 0 1.5'/><geometry><box size='0.4 0.3 0.2'/></geometry></visual></link>
  <link name='mast'><visual><geometry><cylinder radius='0.02' length='0.5'/></geometry></visual>
    <visual><geometry><sphere radius='0.05'/></geometry></visual><visual><geometry><mesh filename='package://a.dae'/></geometry></visual></link>
  <joint name='pan' type='revolute'><parent link='base'/><child link='mast'/><origin xyz='0.1 0 0.2'/><axis xyz='0 0 1'/></joint>
</robot>"""


def test_boxes_cylinders_and_balls_are_drawn_on_their_joints_and_meshes_left_out() -> None:
    shape = shape_of(ROVER)
    assert shape.base == "base" and [part.kind for part in shape.parts] == ["box", "cylinder", "sphere"]
    assert shape.parts[0].size == [0.4, 0.3, 0.2] and shape.parts[0].rpy == [0.0, 0.0, 1.5]
    (joint,) = shape.joints
    assert (joint.kind, joint.parent, joint.child, joint.axis) == ("turns", "base", "mast", [0.0, 0.0, 1.0])


LAUGHS = (
    "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><robot name='r'><link name='&b;'/></robot>"
)
MANY = (
    "<robot name='r'>"
    + "<link name='l'><visual><geometry><sphere radius='1'/></geometry></visual></link>" * (MOST_PARTS + 1)
)


@pytest.mark.parametrize(
    "urdf",
    [
        "",
        "no xml",
        "<robot>",
        "<html/>",
        LAUGHS,
        MANY + "</robot>",
        "<robot>" + "<a>" * 100_000,
        "<r/>" * 200_000,
    ],
    ids=["empty", "words", "cut", "another", "entities", "many", "deep", "large"],
)
def test_what_is_no_urdf_or_too_much_is_no_shape(urdf: str) -> None:
    assert shape_of(urdf) == RobotShape()


@pytest.mark.parametrize("size", ["1 1", "1 1 nan", "1 1 1e9", "-1 1 1", "0 1 1", "a b c"])
def test_a_part_without_a_size_is_left_out(size: str) -> None:
    urdf = f"<robot><link name='l'><visual><geometry><box size='{size}'/></geometry></visual></link></robot>"
    assert shape_of(urdf) == RobotShape(base="l")


def test_a_robots_shape_is_asked_for_and_is_empty_until_it_is_told(desk: Any) -> None:
    assert desk.get("/robots/rover1/shape", "observer").json() == RobotShape().model_dump()
    desk.loop.call_soon_threadsafe(desk.graph.say, "/rover1/robot_description", {"data": ROVER})
    desk.until(
        lambda: desk.get("/robots/rover1/shape", "observer").json()["base"] == "base", "the shape is known"
    )
    assert desk.get("/robots/rover9/shape").status_code == 404
