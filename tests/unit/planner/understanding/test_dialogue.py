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
