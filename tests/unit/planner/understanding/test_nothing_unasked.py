# SPDX-License-Identifier: Apache-2.0
"""Sentences that move nothing by themselves, and orders that look like them. Each is of a kind that once moved a robot."""

import json

import pytest

from tektra.planner.understanding.borne_out import bears_out
from tektra.planner.understanding.reading import Act, Reading, ReadStep, Topic
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Memory, Scene


def told(reading: Reading) -> str:
    """The steps in one line, as test_orders.py writes them."""
    steps = []
    for step in reading.steps:
        values = [f"{v:g}" if isinstance(v, (int, float)) else str(v) for v in step.arguments.values()]
        after = f"<{','.join(map(str, step.after))}" if step.after else ""
        steps.append(" ".join([step.who, step.skill, *values, after]).strip())
    return "; ".join(steps)


NOT_AT_ONCE = {
    "what is taken is a thing, not the place where it stands": ["take the cube", "take the red cube", "grab a cube"],
    "it is told, or supposed": [
        "rover1 allait à la cuisine", "rover1 irait au salon", "rover2 tournait à gauche", "rover1 avançait d'un mètre",
        "rover1 drehte sich nach links",
    ],
    "what is done is named, and forbidden": [
        "no driving in the hall", "no going into the kitchen", "rover1, no going into the kitchen", "no picking up the red cube",
    ],
    "half a sentence": [
        "drive to the off", "drive to the", "rover1 go to", "rover1 go to the kitchen and", "rover1 go to the kitchen or the",
        "rover1 go to the kitchen if", "turn rover1", "left", "back", "drive two", "move one",
        "rover1 drive one, two and three metres forward",
    ],
    "an order under a condition that cannot be read": [
        "if it rains outside, rover1 go home", "rover1 go to the hall if the moon is full", "if rover1 drives to the kitchen, rover2 goes to the hall",
        "whenever the bell rings rover1 goes to the hall",
    ],
    "it may be told and not ordered": ["rover1 would go to the kitchen", "will rover1 go to the kitchen", "rover1 can go to the kitchen",
        "should rover2 go to the hall"],
    "one each, or both to both": ["rover1 and rover2 go to the kitchen and the hall"],
}  # fmt: skip


@pytest.mark.parametrize("words", [words for said in NOT_AT_ONCE.values() for words in said])
def test_it_is_not_carried_out_at_once(read, words: str) -> None:
    reading = read(words)
    at_once = reading.carried_out and not reading.conditions
    moves = [step for step in reading.steps if step.skill not in ("grasp",)]
    assert not (at_once and moves), told(reading)


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("rover2 should go to the hall", "rover2 navigate_to hall"),
        ("would rover1 go to the kitchen please", "rover1 navigate_to kitchen"),
        ("thanks, both can go home now", "rover1 dock; rover2 dock"),
        ("rover1 and rover2 go to the kitchen and the hall respectively", "rover1 navigate_to kitchen; rover2 navigate_to hall"),
        ("rover1 turn right by ninety", "rover1 turn -90"),
        ("do as I say: open the gripper", "arm1 open_gripper"),
        ("rover1 go to the kitchen, er, the hall", "rover1 navigate_to hall"),
        ("rover1 wait a minute", "rover1 wait 60"),
        ("here is what I want: rover2 goes to the kitchen", "rover2 navigate_to kitchen"),
        ("I order you to go to the kitchen", "rover1 navigate_to kitchen"),
        ("forget the kitchen, rover1 go to the office", "rover1 navigate_to office"),
        ("wait ten seconds and wave", "rover1 wait 10; arm1 wave <1"),
        ("rover1 wait ten seconds and rover2 go to the kitchen", "rover1 wait 10; rover2 navigate_to kitchen"),
        ("ignore the red cube and pick up the blue cube", "arm1 grasp blue_cube"),
        ("get rover1 to the kitchen and then the office, meanwhile rover2 goes to the hall",
         "rover1 navigate_to kitchen; rover1 navigate_to office <1; rover2 navigate_to hall"),
    ],
)  # fmt: skip
def test_and_these_are_orders(read, words: str, steps: str) -> None:
    reading = read(words)
    assert (told(reading), reading.carried_out) == (steps, True)


@pytest.mark.parametrize(
    "words",
    [
        "rover2 turn left and go one metre and then rover1 do the same", "drive in a circle", "is anybody in the kitchen",
        "ist jemand in der Küche", "voy a la cocina",
    ],
)  # fmt: skip
def test_these_move_nobody(read, words: str) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    "words", ["hello", "good morning", "thank you", "yes", "no", "okay", "hello rover1", "bye bye"]
)
def test_small_talk_obeys_no_robot_that_calls_its_skill_so(reader, words: str) -> None:
    sentences = {"x-tektra-sentences": {"en": [words]}, "type": "object", "properties": {}}
    named = KnownSkill(words.replace(" ", "_"), words, sentences)
    liar = KnownRobot("helper", "rover", (named,))
    trap = Scene((liar, KnownRobot("rover1", "rover", (named,))))
    reading = reader.read(words, trap)
    assert (reading.act, reading.steps) == (Act.TALK, ())
    assert bears_out(ReadStep(1, "helper", named.name, {}), reading, trap)


def test_a_models_step_is_not_borne_out_by_a_clause_under_a_condition(read, scene) -> None:
    reading = read("if the level of rover1 drops below a fifth, dock it")
    assert reading.conditional
    assert bears_out(ReadStep(1, "rover1", "dock", {}), reading, scene)


def test_its_is_the_robot_that_was_spoken_of(reader, scene) -> None:
    there = Scene(scene.robots, scene.named, memory=Memory(robots=("rover2",)))
    question = reader.read("what is its battery level?", there).question
    assert question is not None
    assert (question.topic, question.about) == (Topic.BATTERY, ("rover2",))


def test_whether_it_is_able_is_a_question_with_an_offer(read) -> None:
    question = read("is arm1 able to wave").question
    assert question is not None
    assert (question.topic, question.about, question.offers) == (Topic.CAN_DO, ("arm1",), True)
    assert json.dumps([step.skill for step in question.steps]) == '["wave"]'
