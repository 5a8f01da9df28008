# SPDX-License-Identifier: Apache-2.0
"""What the words deny, suppose or leave open is not done because a model proposes it, and not asked about either."""

import pytest

from tektra.planner.understanding.borne_out import bear_out_all
from tektra.planner.understanding.denied import may_be_asked
from tests.unit.planner.understanding.test_borne_out import Proposed, go


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("please don't let rover1 anywhere near the kitchen", go("rover1", "kitchen")),
        ("rover1 needn't bother going to the office", go("rover1", "office")),
        ("whatever you do, rover2 stays out of the bedroom", go("rover2", "bedroom")),
        ("anything but the kitchen for rover1", go("rover1", "kitchen")),
        ("rover1 has no business going to the kitchen like that", go("rover1", "kitchen")),
        ("sorg dafür, dass rover1 nicht in die Küche gerät", go("rover1", "kitchen")),
        ("rover2 hat im Schlafzimmer nichts verloren", go("rover2", "bedroom")),
        ("rover2 n'a rien à faire dans la chambre", go("rover2", "bedroom")),
        ("rover2 no pinta nada en el dormitorio", go("rover2", "bedroom")),
        ("rover2 non ha niente da fare in camera da letto", go("rover2", "bedroom")),
    ],
)
def test_what_is_denied_is_neither_done_nor_asked_about(read, scene, words: str, step: Proposed) -> None:
    reading = read(words)
    assert not reading.carried_out
    assert bear_out_all([step], reading, scene) or reading.indirect
    assert not may_be_asked([step], reading)


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("could you see to it that rover1 ends up next to the fridge", go("rover1", "kitchen")),
        ("never mind the noise outside, rover2 is wanted over at the office", go("rover2", "office")),
        (
            "rover1 ought to scoot about a metre and a half towards where it faces",
            Proposed("rover1", "move", {"distance_m": 1.5}),
        ),
    ],
)
def test_what_may_be_meant_is_still_asked_about(read, words: str, step: Proposed) -> None:
    assert may_be_asked([step], read(words))


@pytest.mark.parametrize("distance_m", [0, 0.5])
def test_no_question_is_made_of_an_amount_that_nobody_spoke_of(read, distance_m: float) -> None:
    reading = read("ramm mit rover1 die Tür ein")
    assert not may_be_asked([Proposed("rover1", "move", {"distance_m": distance_m})], reading)


@pytest.mark.parametrize(
    "words",
    [
        "should rover1 get to the kitchen, wave with arm1",
        "should rover1 reach the kitchen, rover2 goes to the office",
        "sollte rover1 in die Küche kommen, winke mit arm1",
        "dovesse rover1 andare in cucina, rover2 va in ufficio",
        "à moins que la porte soit fermée, rover2 va au bureau",
        "a no ser que haya alguien, rover2 ve al dormitorio",
        "a meno che ci sia qualcuno, rover2 vai in ufficio",
        "rover2 fährt ins Büro, es sei denn die Tür ist zu",
    ],
)
def test_a_condition_that_stands_without_an_if_is_one_all_the_same(read, words: str) -> None:
    reading = read(words)
    assert reading.conditional or reading.indirect
    assert not reading.carried_out


@pytest.mark.parametrize(
    "words",
    ["sollte rover1 in die Küche fahren?", "rover1 should go to the kitchen, then rover2 should wait"],
)
def test_a_question_and_an_order_with_the_same_word_are_no_condition(read, words: str) -> None:
    assert not read(words).conditional


def test_a_robot_that_was_described_and_not_found_is_not_the_usual_one(read, scene) -> None:
    reading = read("be a dear and have the blue rover join us at the sofa")
    assert "who" in {each.part for each in bear_out_all([go("rover1", "living_room")], reading, scene)}


def test_who_was_left_out_by_name_is_not_borne_out(read, scene) -> None:
    reading = read("everyone except rover1 go to the kitchen like the wind")
    assert bear_out_all([go("rover1", "kitchen")], reading, scene)


def test_an_unread_verb_at_the_end_may_turn_the_sense_in_german(read, scene) -> None:
    reading = read("es wäre schön, wenn sich rover1 mal in der Küche blicken ließe")
    step = Proposed("rover1", "look_at", {"place": "kitchen"})
    assert bear_out_all([step], reading, scene)


def test_a_model_that_writes_lists_is_judged_as_any_other(read, scene) -> None:
    path = Proposed("rover1", "follow_path", {"places": ["kitchen", "cellar"]})
    assert bear_out_all([path, path], read("rover1 loiter near the kitchen like a cat"), scene)


@pytest.mark.parametrize("words", ["Sí", "", "?", "...", "¡!", "ähm", "Sì", "OK", "🙂"])
def test_words_that_make_no_clause_are_read_as_none(read, words: str) -> None:
    reading = read(words)
    assert not reading.steps
    assert not reading.carried_out


@pytest.mark.parametrize(
    "words",
    [
        "don't rush rover2 to the kitchen",
        "do not stop rover2 at the kitchen",
        "don't hurry rover2 to the kitchen",
        "not that rover1 should go to the kitchen",
        "it's not like rover1 has to go to the kitchen",
        "over my dead body does rover1 go to the kitchen",
        "god forbid rover1 goes to the kitchen",
        "nicht dass rover1 in die Küche fährt",
        "wehe rover1 fährt in die Küche",
        "ce n'est pas que rover1 doive aller dans la cuisine",
        "no es que rover1 tenga que ir a la cocina",
        "niente cucina per rover1",
        "non è che rover1 va in cucina",
    ],
)
def test_what_is_turned_away_by_its_first_words_is_not_done(read, words: str) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    "words",
    [
        "could rover2 pop over to the office",
        "if it isn't too much bother could rover2 nip over to the office",
        "if it's no trouble whisk rover2 off to the office",
        "rover2 go to the office if you have a minute",
        "rover2 go to the office and don't rush",
    ],
)
def test_what_is_asked_politely_or_at_ease_is_done(read, words: str) -> None:
    reading = read(words)
    assert reading.carried_out
    assert [(step.who, step.skill, dict(step.arguments)) for step in reading.steps] == [
        ("rover2", "navigate_to", {"place": "office"})
    ]
