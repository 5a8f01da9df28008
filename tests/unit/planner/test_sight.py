# SPDX-License-Identifier: Apache-2.0
"""What is seen, as an answer: true for the camera that was asked about."""

import pytest

from tektra.common.world import World
from tektra.planner.conversation.answers import answer
from tektra.planner.conversation.memory import ConversationMemory
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.scene_builder import SceneBuilder
from tektra.planner.understanding.reader import Reader
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


FACE = Seen(True, "There is a face.", {"face": 1})
DOG = Seen(True, "I see a dog and two cups.", {"dog": 1, "cup": 2})


def said(reader: Reader, words: str, seen: Seen, catalogue: Catalogue, world: World) -> str:
    """The answer to a question as somebody asks it; empty where it is left to others."""
    scene = SceneBuilder(world).scene(catalogue, ConversationMemory(), asker="", now_s=0.0)
    reading = reader.read(words, scene)
    view = WorldView(catalogue, world, 100.0, seen=seen)
    return answer(reading.question, view, replies(reading.language or "en")) if reading.question else ""


@pytest.mark.parametrize(
    "words, thing",
    [
        ("Is a dog here?", "dog"),
        ("Ist ein Hund da?", "Hund"),
        ("Y a-t-il un chien ?", "chien"),
        ("¿Hay un perro?", "perro"),
        ("C'è un cane?", "cane"),
    ],
)
def test_an_animal_is_nobody_and_yet_seen(
    words: str, thing: str, reader: Reader, catalogue: Catalogue, world: World
) -> None:
    """ "I see nobody." was said with the dog before the camera."""
    assert f"{thing} (1)" in said(reader, words, DOG, catalogue, world)
    assert thing in (no := said(reader, words, FACE, catalogue, world)) and "(1)" not in no


@pytest.mark.parametrize(
    "words", ["Is anybody there?", "Ist jemand da?", "Y a-t-il quelqu'un ?", "¿Hay alguien?", "C'è qualcuno?"]
)
def test_whose_face_alone_is_seen_is_somebody(
    words: str, reader: Reader, catalogue: Catalogue, world: World
) -> None:
    """A face that fills the picture is no "person" for the detector: "I see nobody." was said to it."""
    assert "1" in said(reader, words, FACE, catalogue, world)
    assert "1" not in said(reader, words, DOG, catalogue, world)


@pytest.mark.parametrize(
    "words",
    [
        "Is the way free?", "Is the path clear?", "Is the person smiling?", "Is the person asleep?", "What is the person doing?",
        "Do you see a child?", "Do you see an alien?", "Siehst du einen Elch?", "Liegt etwas auf dem Boden?", "¿De qué color es la taza?",
    ],
)  # fmt: skip
def test_what_no_camera_told_is_not_known(
    words: str, reader: Reader, catalogue: Catalogue, world: World
) -> None:
    """Each was answered "I see nobody.", which sounds like a yes or a no."""
    for seen in (Seen(True), DOG, FACE):
        told = said(reader, words, seen, catalogue, world)
        assert told in [
            replies(tongue).say(key)
            for tongue in ("en", "de", "es")
            for key in ("answers.unknown", "answers.there_unknown")
        ]
