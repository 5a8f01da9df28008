# SPDX-License-Identifier: Apache-2.0
"""Rovers with cameras are asked to look for things; where none has one, it is still the question where a thing is."""

import pytest

from tektra.planner.understanding.reading import Reading
from tektra.planner.understanding.scene import Scene

from .conftest import home, robot


@pytest.fixture(scope="module")
def seeing() -> Scene:
    return home(robot("arm1", "arm", "arm", "gripper"), robot("rover1", "rover", "base", "sight"))


def looks_for(reading: Reading, thing: str, place: str | None) -> None:
    assert reading.carried_out
    (step,) = reading.steps
    wanted = {"thing": thing} | ({"place": place} if place else {})
    assert (step.who, step.skill, dict(step.arguments)) == ("rover1", "find", wanted)


@pytest.mark.parametrize(
    "words, thing, place",
    [
        ("find the red cube", "red cube", None),
        ("rover1, look for my cup in the kitchen", "cup", "kitchen"),
        ("please search for a bottle", "bottle", None),
        ("can you find the blue ball?", "blue ball", None),
        ("go find the phone, rover1", "cell phone", None),
        ("such den roten Würfel", "red cube", None),
        ("rover1, suche nach der Tasse in der Küche", "cup", "kitchen"),
        ("finde mein Handy", "cell phone", None),
        ("cherche le cube rouge", "red cube", None),
        ("rover1, trouve ma tasse dans la cuisine", "cup", "kitchen"),
        ("busca el cubo rojo", "red cube", None),
        ("rover1, encuentra mi taza en la cocina", "cup", "kitchen"),
        ("cerca il cubo rosso", "red cube", None),
        ("rover1, trova la mia tazza in cucina", "cup", "kitchen"),
    ],
)
def test_to_look_for_a_thing_is_an_order(
    read, seeing: Scene, words: str, thing: str, place: str | None
) -> None:
    looks_for(read(words, seeing), thing, place)


@pytest.mark.parametrize(
    "words, skill",
    [
        ("come to me", "come_to"),
        ("rover1, come here please", "come_to"),
        ("komm zu mir", "come_to"),
        ("rover1, komm her", "come_to"),
        ("viens ici", "come_to"),
        ("ven aquí", "come_to"),
        ("vieni qui", "come_to"),
        ("follow me", "follow"),
        ("rover1, stay with me", "follow"),
        ("folge mir", "follow"),
        ("suis-moi", "follow"),
        ("sígueme", "follow"),
        ("seguimi", "follow"),
    ],
)
def test_to_come_and_to_follow_are_for_who_asks(read, seeing: Scene, words: str, skill: str) -> None:
    reading = read(words, seeing)
    assert reading.carried_out
    (step,) = reading.steps
    assert (step.who, step.skill, dict(step.arguments)) == ("rover1", skill, {"person": "me"})


def test_where_no_robot_sees_people_it_is_asked_where(read) -> None:
    reading = read("rover1, come here")
    assert [step.skill for step in reading.steps] == ["navigate_to"]
    assert reading.doubts


@pytest.mark.parametrize("words", ["where is the red cube?", "wo ist der rote Würfel?", "find the kitchen"])
def test_a_question_stays_one(read, seeing: Scene, words: str) -> None:
    reading = read(words, seeing)
    assert not reading.steps
    assert reading.question is not None


def test_where_nobody_has_a_camera_nobody_drives(read) -> None:
    reading = read("find the red cube")
    assert not reading.steps
    assert reading.question is not None


@pytest.mark.parametrize(
    "words, thing, place",
    [
        ("go and see whether anybody is in the kitchen", "person", "kitchen"),
        ("rover1 go and check if anyone is in the hall", "person", "hall"),
        ("check whether somebody is in the kitchen", "person", "kitchen"),
        ("find somebody", "person", None),
        ("rover1 go and look if my cup is in the kitchen", "cup", "kitchen"),
        ("schau mal nach, ob jemand in der Küche ist", "person", "kitchen"),
        ("va voir s'il y a quelqu'un dans la cuisine", "person", "kitchen"),
        ("ve a ver si hay alguien en la cocina", "person", "kitchen"),
        ("vai a vedere se c'è qualcuno in cucina", "person", "kitchen"),
    ],
)
def test_to_see_whether_somebody_is_there_is_to_look_for_them(
    read, seeing: Scene, words: str, thing: str, place: str | None
) -> None:
    looks_for(read(words, seeing), thing, place)
