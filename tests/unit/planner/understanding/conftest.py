# SPDX-License-Identifier: Apache-2.0
"""The home of config/world.yaml with two rovers, an arm and Tektra, and a reader of all languages of config/language."""

import json
from collections.abc import Callable

import pytest

from tektra.common import paths, skills
from tektra.common.world import load_world
from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Reading
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Named, Scene, Sort
from tektra.planner.world.catalogue import OWN_SKILLS

Read = Callable[..., Reading]


def robot(name: str, kind: str, *capabilities: str) -> KnownRobot:
    known = (
        KnownSkill(skill.name, skill.sentence, json.loads(skill.schema))
        for skill in skills.skills_of(capabilities)
    )
    return KnownRobot(name, kind, tuple(known))


def home(*robots: KnownRobot) -> Scene:
    """The home with these robots."""
    world = load_world(paths.share_dir() / "config" / "world.yaml")
    docks = {start.dock: name for name, start in world.robots.items()}
    places = [
        Named(place.name, Sort.PLACE, place.aliases, owner=docks.get(place.name, ""))
        for place in world.places.values()
    ]
    objects = [Named(name, Sort.OBJECT, at="table") for name in world.objects]
    spots = [Named(spot.name, Sort.SPOT, spot.aliases) for spot in world.table_spots.values()]
    own = tuple(KnownSkill(skill.name, skill.sentence, skill.schema) for skill in OWN_SKILLS)
    return Scene((*robots, KnownRobot("tektra", "assistant", own)), (*places, *objects, *spots))


@pytest.fixture(scope="session")
def scene() -> Scene:
    return home(
        robot("arm1", "arm", "arm", "gripper"),
        robot("rover1", "rover", "base"),
        robot("rover2", "rover", "base"),
    )


@pytest.fixture
def read(reader: Reader, scene: Scene) -> Read:
    def read(words: str, there: Scene = scene) -> Reading:
        return reader.read(words, there)

    return read
