# SPDX-License-Identifier: Apache-2.0
"""Questions to whoever is spoken to, tags of questions, and who turns: read by the rules alone, in five languages."""

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading, Topic
from tektra.planner.understanding.scene import Scene

KITCHEN = [("rover1", "navigate_to", {"place": "kitchen"})]


def steps(reading: Reading) -> list[tuple[str, str, dict[str, object]]]:
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "Schickst du rover1 in die Küche?",
        "schickst du rover1 in die küche",  # speech has no marks
        "rover1, fährst du in die Küche?",
        "mandi rover1 in cucina?",
        "rover1, vai in cucina?",
        "¿mandas a rover1 a la cocina?",
        "¿mandás a rover1 a la cocina?",
        "rover1, ¿vas a la cocina?",
        "tu envoies rover1 à la cuisine ?",
        "est-ce que tu envoies rover1 à la cuisine ?",
    ],
)
def test_whoever_is_asked_to_do_it_is_asked_back_once(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.act, steps(reading), [doubt.kind for doubt in reading.doubts]) == (
        Act.ORDER,
        KITCHEN,
        ["sure"],
    )


@pytest.mark.parametrize(
    ("words", "who", "skill"),
    [
        ("Fährst du rover1 mal eben in die Küche?", "rover1", "navigate_to"),
        ("Drehst du rover2 bitte nach links?", "rover2", "turn"),
        ("mi prendi il cubo rosso?", "arm1", "grasp"),
        ("¿me coges el cubo rojo?", "arm1", "grasp"),
        ("tu me prends le cube rouge ?", "arm1", "grasp"),
    ],
)
def test_what_is_asked_gently_is_a_request(
    reader: Reader, scene: Scene, words: str, who: str, skill: str
) -> None:
    reading = reader.read(words, scene)
    assert reading.carried_out and [(step.who, step.skill) for step in reading.steps] == [(who, skill)]


@pytest.mark.parametrize(
    "words",
    [
        "fährt rover1 in die Küche?",
        "warum fährst du in die Küche?",
        "wohin fährst du?",
        "rover1 va in cucina?",
        "¿rover1 va a la cocina?",
        "¿adónde vas?",
        "pourquoi tu vas à la cuisine ?",
        "tu vas où ?",
        "schickst du rover1 nicht in die Küche?",
    ],
)
def test_what_asks_whether_why_or_where_orders_nothing(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.steps and reading.indirect


@pytest.mark.parametrize(
    "words", ["gira rover2", "turn rover2", "dreh rover2", "tourne rover2", "gira a rover2", "ruota rover2"]
)
def test_whom_a_verb_of_turning_names_is_who_turns(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert [(step.who, step.skill) for step in reading.steps] == [("rover2", "turn")] and reading.doubts


@pytest.mark.parametrize(
    "words",
    [
        "turn rover1 towards rover2",
        "dreh rover1 zu rover2 hin",
        "rover1, wende dich rover2 zu",
        "tourne rover1 vers rover2",
        "gira rover1 hacia rover2",
        "gira rover1 verso rover2",
    ],
)
def test_with_towards_it_turns_to_the_other(reader: Reader, scene: Scene, words: str) -> None:
    assert steps(reader.read(words, scene)) == [("rover1", "look_at", {"robot": "rover2"})]


@pytest.mark.parametrize(
    "words",
    [
        "rover2 est dans la cuisine, non ?",
        "rover2 est dans la cuisine, n'est-ce pas ?",
        "rover2 ya está en la cocina, ¿verdad?",
        "rover2 está en la cocina, ¿no?",
        "rover2 è già in cucina, vero?",
        "rover2 è in cucina, no?",
        "rover2 ist schon in der Küche, oder?",
    ],
)
def test_a_tag_makes_a_question_of_what_is_told(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert reading.question is not None and reading.whole
    assert (reading.question.topic, reading.question.about) == (Topic.IS_THERE, ("rover2", "kitchen"))
