# SPDX-License-Identifier: Apache-2.0
"""Orders in the passive, as wishes, with a relative clause, and what is said beside them."""

import pytest


def steps(reading) -> list[tuple[str, str, dict[str, object]]]:
    assert reading.carried_out, (reading.act, reading.doubts, reading.refusals, reading.clauses)
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 should be sent to the kitchen",
        "I want rover1 driven to the kitchen",
        "get rover1 moved over to the kitchen",
        "rover1 is needed in the kitchen",
        "rover1 soll in die Küche gebracht werden",
        "rover1 doit être envoyé à la cuisine",
        "rover1 tiene que ser llevado a la cocina",
        "rover1 deve essere mandato in cucina",
        "getting rover1 to the kitchen would be great",
        "it'd be great if rover1 went to the kitchen",
        "I'd be grateful if rover1 could go to the kitchen",
        "es wäre schön, wenn rover1 in die Küche fahren könnte",
        "wäre nett, wenn rover1 in die Küche führe",
        "ce serait bien si rover1 allait dans la cuisine",
        "te agradecería que mandaras a rover1 a la cocina",
        "ti sarei grato se mandassi rover1 in cucina",
    ],
)
def test_whoever_is_to_be_sent_goes(read, words) -> None:
    assert steps(read(words)) == [("rover1", "navigate_to", {"place": "kitchen"})]


@pytest.mark.parametrize(
    "words", ["rover1 went to the kitchen", "rover1 was sent to the kitchen", "rover1 has turned left"]
)
def test_what_is_told_of_the_past_moves_nothing(read, words) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("grab the cube that is red", "red_cube"),
        ("take the one that's green", "green_cube"),
        ("the cube, the red one, pick it up", "red_cube"),
        ("that blue cube, could you grab it", "blue_cube"),
        ("nimm den Würfel, der grün ist", "green_cube"),
        ("prends le cube qui est vert", "green_cube"),
        ("coge el cubo que es rojo", "red_cube"),
        ("prendi il cubo che è verde", "green_cube"),
    ],
)
def test_a_thing_is_told_by_what_stands_behind_it(read, words, thing) -> None:
    assert steps(read(words)) == [("arm1", "grasp", {"object": thing})]


@pytest.mark.parametrize("words", ["grab the cube that is purple", "grab the cube that is here"])
def test_a_thing_that_is_told_by_what_none_is_is_not_taken(read, words) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    ("words", "angle_deg", "times"),
    [
        ("rover1 spin around twice", 360.0, 2),
        ("rover1 spin round once", 360.0, 1),
        ("rover1 tourne deux fois sur toi-même", 360.0, 2),
        ("rover1 gira dos veces sobre ti mismo", 360.0, 2),
        ("rover1 gira due volte su te stesso", 360.0, 2),
    ],
)
def test_a_spin_that_is_counted_is_whole(read, words, angle_deg, times) -> None:
    assert steps(read(words)) == [("rover1", "turn", {"angle_deg": angle_deg})] * times


def test_a_thing_that_is_named_behind_its_pronoun_sends_nobody_to_it(read) -> None:
    assert all(
        step.skill != "navigate_to" for step in read("leg ihn auf das Tablett, den roten Würfel").steps
    )


@pytest.mark.parametrize(
    "words", ["rover1 one more metre", "rover1 noch einen Meter", "rover1 un mètre de plus"]
)
def test_a_length_without_a_way_is_asked_about(read, words) -> None:
    reading = read(words)
    assert not reading.carried_out
    assert reading.doubts


@pytest.mark.parametrize(
    "words",
    [
        "rover1 before you go to the office turn around",
        "rover1 bevor du ins Büro fährst, dreh dich um",
        "rover1 avant d'aller au bureau fais demi-tour",
    ],
)
def test_what_is_to_be_done_before_comes_before_also_behind_a_name(read, words) -> None:
    assert [(who, skill) for who, skill, _ in steps(read(words))] == [
        ("rover1", "turn"),
        ("rover1", "navigate_to"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        "when rover1 gets to the hall, have the arm wave",
        "quando rover1 arriva in corridoio saluta con il braccio",
        "cuando rover1 llegue al pasillo, saluda con el brazo",
    ],
)
def test_whose_arrival_is_waited_for_is_not_sent(read, words) -> None:
    reading = read(words)
    assert [(step.who, step.skill) for step in reading.steps] == [("arm1", "wave")]
    assert [condition.place for condition in reading.conditions] == ["hall"]


@pytest.mark.parametrize(
    ("words", "skills"),
    [
        ("suelta el cubo", ["open_gripper"]),
        ("lâche le cube", ["open_gripper"]),
        ("lascia il cubo", ["open_gripper"]),
        ("le cube vert va dans le coin", ["grasp", "place"]),
        ("der grüne Würfel soll in die Ecke", ["grasp", "place"]),
    ],
)
def test_a_thing_that_is_let_go_or_goes_somewhere_is_the_arms(read, words, skills) -> None:
    assert [(who, skill) for who, skill, _ in steps(read(words))] == [("arm1", skill) for skill in skills]
