# SPDX-License-Identifier: Apache-2.0
"""Words of an order that say who, where, how or when not: none of them may be passed over while a robot moves."""

import pytest

NOT_AT_ONCE = {
    "how it may not be done": [
        "rover1 go to the hall but do not turn", "rover1 go to the hall without turning", "arm1 open the gripper a little",
        "rover1 fahr in den Flur, ohne dich zu drehen",
    ],
    "an exception that names nobody": ["all but one go to the hall", "everybody except three go to the hall"],
    "a robot that is only spoken of": ["rover1 park next to rover2 in the hall", "rover1 go to the hall with rover2"],
    "who was told is told once more": ["send both of them to the office, first rover1 then rover2"],
    "it is no order for the other one": ["rover1 go to the kitchen after rover2", "rover1 go to the kitchen before rover2"],
    "a condition of which little was read": ["if not rover1 then rover2 go to the kitchen"],
    "it is taken back, and nothing is put in its place": ["rover1 to the kitchen, no", "rover1 go to the kitchen, no no"],
    "what is said to lie elsewhere": ["arm1 pick up the red cube from the kitchen"],
    "beside it is not on it": ["arm1 put the red cube next to the tray", "arm1 leg den roten Würfel neben das Tablett"],
    "around it and past it is not there": ["rover1 go around the kitchen", "rover1 go past the kitchen"],
    "a thing is turned, not the robot": ["rover1 turn the red cube"],
    "a time that nobody keeps": [
        "rover1 fahr heute abend in die Küche", "rover1 fahr später in die Küche", "rover1 va ce soir dans la cuisine",
        "rover1 ve esta noche a la cocina", "rover1 entra stasera in cucina",
    ],
    "told before it, and it may restrict it": [
        "it is not safe, rover1 go to the hall", "rover2 is in the hall, go to the kitchen", "the door is shut until noon, rover1 go to the hall",
        "if it's late, rover1 go home", "the sign says the kitchen is free, rover1 go there",
    ],
    "who is named and cannot": ["rover1, rover2 and the arm: all wave"],
}  # fmt: skip


@pytest.mark.parametrize("words", [words for said in NOT_AT_ONCE.values() for words in said])
def test_it_is_asked_about_or_refused(read, words: str) -> None:
    reading = read(words)
    assert not reading.carried_out or reading.conditions, [
        (step.who, step.skill, dict(step.arguments)) for step in reading.steps
    ]


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("all rovers but rover1 to the office", [("rover2", "office")]),
        ("everyone but rover2 go to the hall", [("rover1", "hall")]),
        ("all robots except the arm should go to the hall", [("rover1", "hall"), ("rover2", "hall")]),
        ("send rover1, sorry, rover2 to the office", [("rover2", "office")]),
        ("envoie rover1, pardon, rover2 au bureau", [("rover2", "office")]),
        ("manda a rover1, perdón, a rover2 a la oficina", [("rover2", "office")]),
        ("instead of rover1, send rover2 to the kitchen", [("rover2", "kitchen")]),
        ("au lieu de rover1, envoie rover2 dans la cuisine", [("rover2", "kitchen")]),
        ("invece di rover1 manda rover2 in cucina", [("rover2", "kitchen")]),
        ("rover1 go to the hall and stay there", [("rover1", "hall")]),
        ("rover1 go to the hall then the kitchen, no, just the hall", [("rover1", "hall")]),
        ("it's dark in the hall, rover1 go there", [("rover1", "hall")]),
        ("my back hurts, rover2 come to the bedroom", [("rover2", "bedroom")]),
        ("rover1 go and stand next to the sofa", [("rover1", "living_room")]),
        ("rover2 goto office", [("rover2", "office")]),
        ("rover1 to the kitchen, or better still the hall", [("rover1", "hall")]),
        ("rover1 go to the hall, cancel that, go to the office", [("rover1", "office")]),
        ("rover1 go to the hall if possible", [("rover1", "hall")]),
        ("rover1 go to the office, but go to the hall first", [("rover1", "hall"), ("rover1", "office")]),
        ("rover1 fahr ins Büro, aber vorher in den Flur", [("rover1", "hall"), ("rover1", "office")]),
        ("rover1 va au bureau mais d'abord dans le couloir", [("rover1", "hall"), ("rover1", "office")]),
        ("rover1 ve a la oficina, pero antes al pasillo", [("rover1", "hall"), ("rover1", "office")]),
        ("rover1 in ufficio, ma prima in corridoio", [("rover1", "hall"), ("rover1", "office")]),
    ],
)
def test_what_was_meant_is_carried_out(read, words: str, steps: list[tuple[str, str]]) -> None:
    reading = read(words)
    assert reading.carried_out, (reading.doubts, reading.refusals, reading.clauses)
    assert [(step.who, step.arguments["place"]) for step in reading.steps] == steps


def test_what_was_done_before_is_done_first(read) -> None:
    reading = read("after rover1 has turned left, rover2 turns right")
    assert [(step.who, step.arguments["angle_deg"], step.after) for step in reading.steps] == [
        ("rover1", 90, ()),
        ("rover2", -90, (1,)),
    ]


def test_directions_in_a_row_are_one_step_each(read) -> None:
    reading = read("rover1: left, forward two metres, right")
    assert [(step.skill, *step.arguments.values()) for step in reading.steps] == [
        ("turn", 90),
        ("move", 2),
        ("turn", -90),
    ]


@pytest.mark.parametrize("words", ["rover2 goto office", "rover1 kitchen", "rover2 office, rover1 hall"])
def test_of_names_alone_the_letters_tell_the_language(read, words: str) -> None:
    assert read(words).language == "en"


@pytest.mark.parametrize(
    "words",
    ["rover1 fahr um die Küche herum", "rover1 fahr an der Küche vorbei", "rover1 passe devant la cuisine"],
)
def test_past_a_place_is_not_there(read, words: str) -> None:
    assert not read(words).carried_out
