# SPDX-License-Identifier: Apache-2.0
"""What is seen, as an answer: true for the camera that was asked about."""

import pytest

from tektra.common.world import World
from tektra.planner.conversation.answers import answer
from tektra.planner.conversation.replies import replies
from tektra.planner.understanding.reading import Question, Topic
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.world_view import Seen, WorldView

ROVER1 = Seen(True, "I see a red cube in the centre.", {"red cube": 1})
BOTH = Seen(
    True,
    "Rover1: I see a red cube in the centre. Rover2: I see nothing that I recognise.",
    {"red cube": 1},
    {"rover1": ROVER1, "rover2": Seen(True, "I see nothing that I recognise.", {})},
)


def asked(
    topic: Topic, *about: str, seen: Seen, catalogue: Catalogue, world: World, language: str = "en"
) -> str:
    view = WorldView(catalogue, world, 100.0, seen=seen)
    return answer(Question(topic, about), view, replies(language))


def test_each_robot_sees_what_its_own_camera_saw(catalogue: Catalogue, world: World) -> None:
    first = asked(Topic.SEE, "rover1", seen=BOTH, catalogue=catalogue, world=world)
    second = asked(Topic.SEE, "rover2", seen=BOTH, catalogue=catalogue, world=world)
    assert "rover1" in first and "red cube" in first
    assert "rover2" in second and "red cube" not in second


def test_a_robot_without_a_camera_is_not_given_the_eyes_of_another(
    catalogue: Catalogue, world: World
) -> None:
    told = asked(Topic.SEE, "arm1", seen=BOTH, catalogue=catalogue, world=world)
    assert "arm1" in told and "red cube" not in told


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it"])
def test_what_a_camera_names_with_a_space_is_the_thing_of_the_map(
    catalogue: Catalogue, world: World, language: str
) -> None:
    yes = asked(Topic.IS_THERE, "red_cube", seen=BOTH, catalogue=catalogue, world=world, language=language)
    no = asked(
        Topic.IS_THERE, "red_cube", seen=Seen(True), catalogue=catalogue, world=world, language=language
    )
    assert "(1)" in yes and "(1)" not in no


def test_asked_what_is_seen_all_cameras_speak_by_name(catalogue: Catalogue, world: World) -> None:
    told = asked(Topic.SEE, seen=BOTH, catalogue=catalogue, world=world)
    assert "Rover1: I see a red cube" in told and "Rover2: I see nothing" in told
