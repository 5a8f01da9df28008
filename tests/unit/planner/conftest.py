# SPDX-License-Identifier: Apache-2.0
"""Two rovers, an arm and a small world, for all tests of the planner."""

import pytest

from tektra.common import skills
from tektra.common.world import Place, Pose2, Room, SmallObject, TableSpot, World
from tektra.planner.understanding.reader import Reader, make_reader
from tektra.planner.world.catalogue import Actor, Catalogue, read_skill, tektra


def actor(name: str, kind: str, *capabilities: str) -> Actor:
    known = [read_skill(skill.name, skill.sentence, skill.schema) for skill in skills.skills_of(capabilities)]
    return Actor(name, kind, "1", tuple(known))


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Of all languages of config/language; made once, since that takes seconds."""
    return make_reader({"TEKTRA_HOME": "/nowhere"})


@pytest.fixture
def catalogue() -> Catalogue:
    made = Catalogue().with_actor(tektra("1"))
    for name in ("rover1", "rover2"):
        made = made.with_actor(actor(name, "rover", "base"))
    return made.with_actor(actor("arm1", "arm", "arm", "gripper"))


@pytest.fixture
def world() -> World:
    places = {
        "kitchen": Place("kitchen", Pose2(1.0, 1.0), ("the kitchen", "fridge")),
        "hall": Place("hall", Pose2(5.0, 5.0), ("corridor",)),
        "living_room": Place("living_room", Pose2(3.0, 1.0), ("lounge",)),
        "dock1": Place("dock1", Pose2(0.5, 0.5), ("first dock",)),
    }
    cubes = ("red_cube", "blue_cube")
    objects = {name: SmallObject(name, 5.0, 5.0, 0.7, (0.05, 0.05, 0.05), 0.1) for name in cubes}
    spots = {"tray": TableSpot("tray", 5.2, 5.0, 0.7, ("the tray",))}
    bounds = Room("bounds", 0.0, 10.0, 0.0, 10.0)
    return World("small", "map", bounds, 1.2, places=places, objects=objects, table_spots=spots)
