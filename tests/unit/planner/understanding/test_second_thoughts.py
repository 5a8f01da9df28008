# SPDX-License-Identifier: Apache-2.0
"""What is taken back in the same breath moves nobody there; and who is nearer, as it is asked in five languages."""

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading, Topic
from tektra.planner.understanding.scene import Scene


def steps(reading: Reading) -> list[tuple[str, str, dict[str, object]]]:
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 al pasillo o mejor no a la oficina",
        "rover1 in den Flur oder besser nicht ins Büro",
        "rover1 in den Flur ach lieber nicht ins Büro",
        "rover1 to the hall or rather not to the office",
    ],
)
def test_better_not_before_another_place_is_asked_about(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]
    assert steps(reading) == [("rover1", "navigate_to", {"place": "office"})]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 al pasillo, o mejor no, a la oficina",
        "rover1 in corridoio o meglio no in ufficio",
        "rover1 dans le couloir ou plutôt non au bureau",
    ],
)
def test_a_no_with_its_comma_puts_the_second_place_in_for_the_first(
    reader: Reader, scene: Scene, words: str
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (
        True,
        [("rover1", "navigate_to", {"place": "office"})],
    )


@pytest.mark.parametrize(
    "words",
    [
        "rover1 ve a la cocina, olvídalo",
        "rover1 va a la cocina mejor no",
        "rover1 fahr in die Küche, lass gut sein",
        "rover1 fahr in die Küche, lieber nicht",
        "fahr mit rover1 lieber nicht in die Küche",
        "rover1 va à la cuisine, laisse tomber",
        "rover1 vai in cucina, meglio di no",
        "rover1 go to the kitchen, forget it",
    ],
)
def test_a_refusal_behind_an_order_takes_it_back(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out and not reading.steps


@pytest.mark.parametrize(
    "words",
    [
        "rover2 avanza dos metros, bueno, uno",
        "rover2 avanza di due metri, va bene, uno",
        "rover2 fahr zwei Meter vorwärts, na gut, einen",
        "rover2 forward two metres, one metre",
    ],
)
def test_another_amount_alone_is_no_further_step(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out and len(reading.steps) <= 1


def test_rather_within_a_but_is_about_the_order_before_it(reader: Reader, scene: Scene) -> None:
    meant = reader.read("rover1 sollte eigentlich in die Küche, aber fahr lieber ins Wohnzimmer", scene)
    assert steps(meant) == [("rover1", "navigate_to", {"place": "living_room"})]
    both = reader.read("rover1 fahr in die Küche, aber vorher fahr in den Flur, nein, ins Büro", scene)
    assert [step.arguments["place"] for step in both.steps] == ["office", "kitchen"]


@pytest.mark.parametrize(
    "words",
    [
        "Welcher Rover ist näher an der Küche?",
        "wer ist näher an der Küche, rover1 oder rover2?",
        "Wer von beiden hat es näher zur Küche?",
        "which of the two is closer to the kitchen",
        "who is nearer to the kitchen, rover1 or rover2?",
        "Quel rover est plus près de la cuisine ?",
        "qui est plus près de la cuisine, rover1 ou rover2",
        "¿Qué rover está más cerca de la cocina?",
        "cuál de los dos está más cerca de la cocina",
        "chi è più vicino alla cucina, rover1 o rover2?",
    ],
)
def test_who_is_nearer_compares_those_that_are_meant(reader: Reader, scene: Scene, words: str) -> None:
    question = reader.read(words, scene).question
    assert question is not None and question.topic is Topic.NEAREST
    assert sorted(question.about) == ["kitchen", "rover1", "rover2"]


@pytest.mark.parametrize(
    "words",
    [
        "welcher Rover ist weiter weg vom Büro",
        "which rover is farther from the office",
        "lequel des deux est le plus loin du bureau",
        "cuál de los dos está más lejos de la oficina",
        "quale dei due è più lontano dall'ufficio",
    ],
)
def test_who_is_farther_is_the_same_question(reader: Reader, scene: Scene, words: str) -> None:
    question = reader.read(words, scene).question
    assert question is not None and question.topic is Topic.NEAREST and "office" in question.about


@pytest.mark.parametrize(
    ("words", "about"),
    [
        ("welcher Rover hat den volleren Akku", ("rover1", "rover2")),
        ("which of the two has more battery", ("rover1", "rover2")),
        ("cuál de los dos tiene más batería", ("rover1", "rover2")),
        ("lequel a la batterie la plus pleine", ()),
        ("a cuál le queda más batería", ()),
        ("chi ha la batteria più carica", ()),
    ],
)
def test_the_fuller_battery(reader: Reader, scene: Scene, words: str, about: tuple[str, ...]) -> None:
    reading = reader.read(words, scene)
    assert (reading.act, reading.whole) == (Act.QUESTION, True)
    assert reading.question is not None
    assert (reading.question.topic, reading.question.about) == (Topic.BATTERY, about)
