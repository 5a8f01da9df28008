# SPDX-License-Identifier: Apache-2.0
"""What is read by what was said before: answers, corrections, references and repetitions."""

from dataclasses import replace

import pytest

from tektra.planner.understanding.reading import Act, Reading
from tektra.planner.understanding.scene import Memory, Pending, Scene


def after(scene: Scene, reading: Reading) -> Scene:
    """The scene as it is once that was said: done, or asked back."""
    who = tuple(step.who for step in reversed(reading.steps))
    places = tuple(str(s.arguments["place"]) for s in reversed(reading.steps) if "place" in s.arguments)
    things = tuple(str(s.arguments["object"]) for s in reversed(reading.steps) if "object" in s.arguments)
    pending = Pending(reading.steps, reading.doubts) if reading.doubts else None
    steps = () if pending else reading.steps
    return replace(scene, memory=Memory(who, places, things, steps=steps, pending=pending))


@pytest.mark.parametrize(
    ("before", "words", "who", "skill", "arguments"),
    [
        ("pick up the cube", "the red one", "arm1", "grasp", {"object": "red_cube"}),
        ("pick up the cube", "the second", "arm1", "grasp", {"object": "green_cube"}),
        ("the rover go to the kitchen", "rover2", "rover2", "navigate_to", {"place": "kitchen"}),
        ("turn 90 degrees", "to the right", "rover1", "turn", {"angle_deg": -90}),
        ("go forward", "two feet", "rover1", "move", {"distance_m": 0.6096}),
        ("go to the kitchn", "yes", "rover1", "navigate_to", {"place": "kitchen"}),
    ],
)
def test_a_short_answer_is_carried_out(read, scene, before, words, who, skill, arguments) -> None:
    reading = read(words, after(scene, read(before)))
    assert (reading.act, reading.carried_out) == (Act.ANSWER, True)
    assert [(s.who, s.skill, s.arguments) for s in reading.steps] == [(who, skill, pytest.approx(arguments))]


@pytest.mark.parametrize(
    ("before", "words", "who", "skill", "arguments"),
    [
        ("pick up a cube", "let's go with the red one", "arm1", "grasp", {"object": "red_cube"}),
        ("pick up a cube", "I'll go with blue", "arm1", "grasp", {"object": "blue_cube"}),
        ("pick up a cube", "let's have the blue cube", "arm1", "grasp", {"object": "blue_cube"}),
        ("pick up a cube", "no, I'd go for the green one", "arm1", "grasp", {"object": "green_cube"}),
        ("pick up a cube", "how about the second one?", "arm1", "grasp", {"object": "green_cube"}),
        ("nimm einen Würfel", "dann nehmen wir den roten", "arm1", "grasp", {"object": "red_cube"}),
        ("nimm einen Würfel", "ich entscheide mich für den blauen", "arm1", "grasp", {"object": "blue_cube"}),
        ("prends un cube", "je prends le bleu", "arm1", "grasp", {"object": "blue_cube"}),
        ("prends un cube", "va pour le rouge", "arm1", "grasp", {"object": "red_cube"}),
        ("coge un cubo", "vamos con el rojo", "arm1", "grasp", {"object": "red_cube"}),
        ("coge un cubo", "me quedo con el azul", "arm1", "grasp", {"object": "blue_cube"}),
        ("prendi un cubo", "facciamo il verde", "arm1", "grasp", {"object": "green_cube"}),
        ("the rover go to the kitchen", "let's have rover2", "rover2", "navigate_to", {"place": "kitchen"}),
        (
            "the rover go to the kitchen",
            "rover2 should go there",
            "rover2",
            "navigate_to",
            {"place": "kitchen"},
        ),
        ("go forward", "let's say two metres", "rover1", "move", {"distance_m": 2}),
        ("rover1 go somewhere", "let's go with the hall", "rover1", "navigate_to", {"place": "hall"}),
    ],
)
def test_a_choice_in_a_sentence_of_its_own_is_an_answer(
    read, scene, before, words, who, skill, arguments
) -> None:
    reading = read(words, after(scene, read(before)))
    assert (reading.act, reading.carried_out) == (Act.ANSWER, True)
    assert [(s.who, s.skill, s.arguments) for s in reading.steps] == [(who, skill, pytest.approx(arguments))]


@pytest.mark.parametrize(
    ("words", "who", "arguments"),
    [
        ("rover1 drive to the red cube", "rover1", {"place": "table"}),
        ("let's have rover1 in the living room", "rover1", {"place": "living_room"}),
    ],
)
def test_an_order_that_only_sounds_like_a_choice_stays_an_order(read, scene, words, who, arguments) -> None:
    reading = read(words, after(scene, read("pick up a cube")))
    assert reading.act is Act.ORDER
    assert [(s.who, s.skill, s.arguments) for s in reading.steps] == [(who, "navigate_to", arguments)]


@pytest.mark.parametrize(
    "words",
    ["I don't want the red one", "not the red one", "let's not go with the red one", "he wants the red one"],
)
def test_what_is_denied_or_told_of_others_chooses_nothing(read, scene, words) -> None:
    assert not read(words, after(scene, read("pick up a cube"))).carried_out


@pytest.mark.parametrize(
    ("before", "words", "left"),
    [
        ("pick up a cube", "not the red one", ["green_cube", "blue_cube"]),
        ("pick up a cube", "not the red one or the green one", ["blue_cube"]),
        ("coge un cubo", "el rojo no", ["green_cube", "blue_cube"]),
        ("coge un cubo", "no quiero el rojo", ["green_cube", "blue_cube"]),
        ("prendi un cubo", "il rosso no", ["green_cube", "blue_cube"]),
        ("nimm einen Würfel", "nicht den roten", ["green_cube", "blue_cube"]),
        ("prends un cube", "pas le rouge", ["green_cube", "blue_cube"]),
        ("el rover va a la cocina", "rover1 no", ["rover2"]),
    ],
)
def test_a_choice_that_is_denied_leaves_the_others(read, scene, before, words, left) -> None:
    reading = read(words, after(scene, read(before)))
    assert (reading.act, reading.carried_out) == (Act.ANSWER, False)
    assert [choice.value for choice in reading.doubts[0].choices] == left


@pytest.mark.parametrize("words", ["la cocina no", "let's not", "il rosso no, niente"])
def test_a_denial_of_what_was_asked_is_a_no(read, scene, words) -> None:
    assert not read(words, after(scene, read("rover1 go to the kitchn"))).carried_out


@pytest.mark.parametrize(
    ("words", "thing"),
    [("not the red one, the blue one", "blue_cube"), ("the red one, no, the blue one", "blue_cube")],
)
def test_what_is_named_behind_a_denial_is_meant(read, scene, words, thing) -> None:
    reading = read(words, after(scene, read("pick up a cube")))
    assert [step.arguments["object"] for step in reading.steps] == [thing]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("the rover go to the kitchen", "both of them"),
        ("der Rover soll in die Küche fahren", "beide"),
        ("le rover va dans la cuisine", "les deux"),
        ("el rover va a la cocina", "rover1 y rover2"),
    ],
)
def test_both_are_sent_where_it_was_asked_which(read, scene, before, words) -> None:
    reading = read(words, after(scene, read(before)))
    assert reading.carried_out
    assert {(step.who, step.arguments["place"]) for step in reading.steps} == {
        ("rover1", "kitchen"),
        ("rover2", "kitchen"),
    }


def test_both_cubes_are_not_for_one_hand(read, scene) -> None:
    asked = read("pick up a cube")
    assert read("both", after(scene, asked)).doubts == asked.doubts


def test_an_amount_with_its_side_is_heeded(read, scene) -> None:
    reading = read("left by 45 degrees", after(scene, read("turn 90 degrees")))
    assert [step.arguments for step in reading.steps] == [{"angle_deg": 45}]


def test_a_choice_that_nobody_can_tell_is_asked_again(read, scene) -> None:
    asked = read("pick up a cube")
    assert read("let's take the left one", after(scene, asked)).doubts == asked.doubts


@pytest.mark.parametrize(
    "words",
    [
        "let's go with the red one", "I'll go with blue", "let's have the blue cube", "I'd go for the green one",
        "let's take the left one", "let's go with the kitchen", "make it the kitchen", "I want the red one",
        "dann nehmen wir den roten", "nehmen wir die Küche", "je prends le bleu", "va pour le rouge",
        "disons la cuisine", "vamos con el rojo", "vamos con la cocina", "facciamo il verde", "andiamo con il rosso",
    ],
)  # fmt: skip
def test_a_choice_moves_nothing_where_no_question_is_open(read, scene, words) -> None:
    assert not read(words, scene).carried_out


def test_no_ends_the_question(read, scene) -> None:
    reading = read("no", after(scene, read("pick up the cube")))
    assert (reading.act, reading.steps) == (Act.ANSWER, ())


def test_a_new_order_is_no_answer(read, scene) -> None:
    reading = read("rover2 go to the hall", after(scene, read("pick up the cube")))
    assert reading.act is Act.ORDER


@pytest.mark.parametrize(
    ("before", "words", "who", "arguments"),
    [
        ("rover1 go to the kitchen", "no, the office", "rover1", {"place": "office"}),
        ("rover1 go to the kitchen", "sorry, I meant rover2", "rover2", {"place": "kitchen"}),
        ("pick up the green cube", "not the green one, the red one", "arm1", {"object": "red_cube"}),
        ("rover2 turn left", "no, right", "rover2", {"angle_deg": -90}),
    ],
)
def test_a_correction_is_the_last_order_put_right(read, scene, before, words, who, arguments) -> None:
    reading = read(words, after(scene, read(before)))
    assert (reading.act, reading.carried_out) == (Act.CORRECTION, True)
    assert [(step.who, step.arguments) for step in reading.steps] == [(who, arguments)]


@pytest.mark.parametrize(
    ("before", "words", "who", "skill", "arguments"),
    [
        ("rover2 turn left by 20 degrees", "once more", "rover2", "turn", {"angle_deg": 20}),
        ("rover2 turn left by 20 degrees", "the other way", "rover2", "turn", {"angle_deg": -20}),
        ("rover2 turn left", "a bit more", "rover2", "turn", {"angle_deg": 15}),
        ("rover1 go to the kitchen", "rover2 go there", "rover2", "navigate_to", {"place": "kitchen"}),
        ("rover2 go to the kitchen", "turn left", "rover2", "turn", {"angle_deg": 90}),
        ("pick up the red cube", "put it on the tray", "arm1", "place", {"spot": "tray"}),
        ("rover1 turn left", "again with rover2", "rover2", "turn", {"angle_deg": 90}),
        ("rover1 go to the kitchen", "rover2 too", "rover2", "navigate_to", {"place": "kitchen"}),
        ("rover1 go to the kitchen", "the other one as well", "rover2", "navigate_to", {"place": "kitchen"}),
        ("rover2 fahr ins Büro", "der andere auch", "rover1", "navigate_to", {"place": "office"}),
        ("rover1 va au salon", "l'autre aussi", "rover2", "navigate_to", {"place": "living_room"}),
    ],
)
def test_what_was_said_before_is_referred_to(read, scene, before, words, who, skill, arguments) -> None:
    reading = read(words, after(scene, read(before)))
    assert reading.carried_out
    assert [(s.who, s.skill, s.arguments) for s in reading.steps] == [(who, skill, arguments)]


@pytest.mark.parametrize(
    "before",
    [
        "pick up the cube",
        "the rover go to the kitchen",
        "turn 90 degrees",
        "put it down",
        "look at it",
        "rover1 drive",
        "put the cube on the tray",
    ],
)
def test_each_option_that_is_offered_is_understood_as_its_choice(read, scene, before) -> None:
    asked = read(before)
    doubt = asked.doubts[0]
    assert len(doubt.options) == len(doubt.choices) > 1
    for option, choice in zip(doubt.options, doubt.choices, strict=True):
        reading = read(option, after(scene, asked))
        assert reading.act is Act.ANSWER, option
        step = next(step for step in reading.steps if step.id == doubt.step)
        value = step.who if doubt.part == "who" else step.arguments[doubt.part]
        assert value == choice.value, option
