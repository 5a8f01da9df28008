# SPDX-License-Identifier: Apache-2.0
import struct
from collections.abc import Sequence

import pytest
from foxglove.messages import Timestamp

from tektra.bridge.backends.foxglove_map import robot_of, scene_of
from tektra.bridge.frames import Pose, RobotShape, Transform
from tektra.bridge.view import View
from tektra.common import paths
from tektra.common.world import World, load_world

ROVER = RobotShape("rover1", ((-0.2, -0.15), (0.2, -0.15), (0.2, 0.15), (-0.2, 0.15)))


class Sketchbook:
    """What the view needs of a server, remembered as words."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def send_transforms(self, transforms: Sequence[Transform]) -> None:
        self.log += [f"{entry.parent}>{entry.child}" for entry in transforms]

    def send_map(self, world: World, stamp_ns: int) -> None:
        self.log.append(f"map {world.name}")

    def send_robot(self, shape: RobotShape, stamp_ns: int) -> None:
        self.log.append(f"draw {shape.robot}")

    def remove_robot(self, robot: str, stamp_ns: int) -> None:
        self.log.append(f"erase {robot}")


@pytest.fixture
def world() -> World:
    return load_world(paths.share_dir() / "config" / "world.yaml")


@pytest.fixture
def book() -> Sketchbook:
    return Sketchbook()


@pytest.fixture
def follows() -> list[bool]:
    return []


@pytest.fixture
def view(book: Sketchbook, world: World, follows: list[bool]) -> View:
    return View(book, world, follows.append)  # type: ignore[arg-type]


def test_robots_are_followed_while_anyone_watches_either_channel(view: View, follows: list[bool]) -> None:
    view.watched("/tf", 1, 0, drawing=False)
    view.watched("/map", 1, 0, drawing=True)
    view.watched("/tf", 0, 0, drawing=False)
    assert follows == [True]
    view.watched("/map", 0, 0, drawing=True)
    assert follows == [True, False]


def test_every_new_watcher_gets_the_whole_drawing(view: View, book: Sketchbook) -> None:
    view.watched("/map", 1, 0, drawing=True)
    view.described(ROVER, 0)
    view.watched("/map", 2, 0, drawing=True)
    view.watched("/map", 1, 0, drawing=True)
    assert book.log == ["map home", "draw rover1", "map home", "draw rover1"]


def test_a_robot_that_left_is_erased_once(view: View, book: Sketchbook) -> None:
    view.described(ROVER, 0)
    view.gone("rover1", 1)
    view.gone("rover1", 2)
    assert book.log == ["draw rover1", "erase rover1"]


def test_poses_become_transforms(view: View, book: Sketchbook) -> None:
    view.moved("rover1", 1, Pose(1.0, 0.0, 0.0))
    view.located("rover1", 2, Pose(5.0, 0.0, 0.0))
    assert book.log == ["rover1/odom>rover1/base_link", "map>rover1/odom"]


def test_the_drawing_names_every_place_and_the_robot(world: World) -> None:
    # The SDK's messages cannot be read back but as bytes (protobuf), in which texts stand as they are.
    drawn = scene_of(world, Timestamp(sec=1, nsec=0)).encode()
    for name in world.places:
        assert name.replace("_", " ").encode() in drawn
    robot = robot_of(ROVER, Timestamp(sec=1, nsec=0)).encode()
    assert b"rover1/base_link" in robot
    assert struct.pack("<d", 0.4) in robot
    assert struct.pack("<d", 0.3) in robot


def test_a_robot_without_a_footprint_is_drawn_all_the_same() -> None:
    assert b"rover3/base_link" in robot_of(RobotShape("rover3", ()), Timestamp(sec=1, nsec=0)).encode()
