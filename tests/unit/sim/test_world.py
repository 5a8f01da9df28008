# SPDX-License-Identifier: Apache-2.0
"""The world file: what it must say, and how it complains."""

import math
from pathlib import Path

import pytest

from tektra.common.world import UnknownPlaceError, WorldError, load_world

WORLD = Path(__file__).parents[3] / "config/world.yaml"
TEXT = WORLD.read_text()


def complaint(tmp_path, text):
    path = tmp_path / "world.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WorldError) as caught:
        load_world(path)
    assert str(path) in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("version: 1", "version: 2", "version"),
        ("version: 1\n", "", "version"),
        ("x_m: 12.2", "x_m: far", "places.kitchen.x_m"),
        ("x_m: 12.2", "x_m: .nan", "places.kitchen.x_m"),
        ("x_m: 12.2", "x_m: 22.2", "places.kitchen"),
        ("y_m: 1.9\n", "y_m: 0.4\n", "places.kitchen"),
        ("thickness_m: 0.12}", "thicknes_m: 0.12}", "walls.outer_south.thickness_m"),
        ("kind: arm,", "kind: crane,", "robots.arm1.kind"),
        ("aliases: [the hall,", "aliases: [the kitchen,", "places.hall"),
        ("wall_height_m: 1.2", "wall_height_m: 1.2\nroof: flat", "roof"),
        ("x_m: [9.5, 16.0], y_m: [0.0, 3.7]", "x_m: [9.0, 16.0], y_m: [0.0, 3.7]", "rooms.kitchen"),
        ("x_m: [0.0, 16.0], y_m: [3.7, 6.3]", "x_m: [16.0, 0.0], y_m: [3.7, 6.3]", "rooms.hall.x_m"),
        (
            "from_m: [0.0, 0.0],   to_m: [16.0, 0.0]",
            "from_m: [0.0, 0.0],   to_m: [0.0, 0.0]",
            "walls.outer_south.to_m",
        ),
        ("frame: map", "frame: map\nframe: map", "frame"),
    ],
)
def test_a_fault_is_told_with_file_line_and_key(tmp_path, old, new, key):
    assert old in TEXT
    fault = complaint(tmp_path, TEXT.replace(old, new, 1))
    assert fault.key == key
    assert fault.line >= 1


def test_the_line_is_that_of_the_fault(tmp_path):
    fault = complaint(tmp_path, TEXT.replace("x_m: 12.2", "x_m: far", 1))
    assert "far" in TEXT.replace("x_m: 12.2", "x_m: far", 1).splitlines()[fault.line - 1]


@pytest.mark.parametrize("content", ["", "- 1\n", "a: [", b"\xff\xfe\x00", "[" * 5000, "x" * 1_100_000])
def test_what_is_no_world_file_is_told_as_such(tmp_path, content):
    complaint(tmp_path, content)


def test_a_missing_file_is_told_with_what_to_do(tmp_path):
    with pytest.raises(WorldError, match="give the path"):
        load_world(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    "name", ["kitchen", "Kitchen", "the kitchen", "THE  KITCHEN", "living_room", "living room"]
)
def test_a_place_is_found_however_people_write_it(name):
    assert load_world(WORLD).place(name).name in ("kitchen", "living_room")


def test_an_unknown_place_is_told_with_the_places_there_are():
    with pytest.raises(UnknownPlaceError, match="kitchen"):
        load_world(WORLD).place("moon")


def test_rover1_can_go_forward_twelve_metres_from_its_start():
    world = load_world(WORLD)
    start = world.robots["rover1"].pose
    for step in range(121):
        x = start.x_m + step * 0.1 * math.cos(start.yaw_rad)
        y = start.y_m + step * 0.1 * math.sin(start.yaw_rad)
        assert world.clearance_m(x, y) > 0.4


def test_every_place_has_room_for_a_rover_and_lies_in_a_room():
    world = load_world(WORLD)
    for place in world.places.values():
        for pose in place.poses:
            assert world.clearance_m(pose.x_m, pose.y_m) >= 0.5, place.name
            assert world.room_at(pose.x_m, pose.y_m) is not None


def test_every_place_can_be_reached_from_every_other_by_a_body_of_half_a_metre():
    """A flood over a 10 cm raster, with 0.3 m kept free all round."""
    world = load_world(WORLD)
    boxes = world.obstacles()

    def free(cell):
        x, y = cell[0] * 0.1, cell[1] * 0.1
        inside = world.bounds.contains(x, y)
        return inside and all(box.distance_m(x, y) >= 0.3 for box in boxes)

    start = (12, 44)
    seen, edge = {start}, [start]
    while edge:
        x, y = edge.pop()
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if near not in seen and free(near):
                seen.add(near)
                edge.append(near)
    for place in world.places.values():
        for pose in place.poses:
            assert (round(pose.x_m * 10), round(pose.y_m * 10)) in seen, place.name


def test_distance_to_a_turned_box_is_measured_from_its_side():
    table = load_world(WORLD).furniture["dining_table"].box
    corner_m = (
        math.hypot(table.length_m, table.width_m) / 2.0
    )  # turned by 45 degrees, a corner points along x
    assert table.distance_m(table.x_m + corner_m + 0.5, table.y_m) == pytest.approx(0.5)
    assert table.distance_m(table.x_m, table.y_m) == 0.0
    along = math.radians(45.0)
    x = table.x_m + (table.length_m / 2.0 + 0.3) * math.cos(along)
    y = table.y_m + (table.length_m / 2.0 + 0.3) * math.sin(along)
    assert table.distance_m(x, y) == pytest.approx(0.3)
