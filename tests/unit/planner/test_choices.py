# SPDX-License-Identifier: Apache-2.0
"""What alone is open of a model's steps is asked with its choices, and the short answer carries it out."""

import pytest

from tektra.planner.conversation.choices import invented, open_choice
from tektra.planner.conversation.memory import ConversationMemory
from tektra.planner.conversation.scene_builder import SceneBuilder
from tektra.planner.plans.plan import Step
from tektra.planner.understanding.borne_out import Problem
from tektra.planner.understanding.reading import Act, Clause, Reading
from tests.unit.planner.test_dialogue_reads_first import House, output

GRASP = ("arm1", "grasp", {"object": "red_cube"})
OBJECT = Problem("object", "red_cube", "it was not named")
WHO = Problem("who", "rover1", "no robot was named")


def unread(words: str, **clause: object) -> Reading:
    return Reading(words, "en", Act.UNCLEAR, False, clauses=(Clause((0, len(words)), **clause),))


@pytest.fixture
def scene(world, catalogue):
    return SceneBuilder(world).scene(catalogue, ConversationMemory(), asker="", now_s=0.0)


def test_of_several_things_the_choices_are_those_that_were_spoken_of(scene) -> None:
    doubt = open_choice([Step(1, *GRASP)], [OBJECT], unread("get a cube"), scene)
    assert doubt is not None and (doubt.kind, doubt.step, doubt.part) == ("object", 1, "object")
    assert [choice.value for choice in doubt.choices] == ["red_cube", "blue_cube"]


def test_where_no_robot_was_named_those_that_can_are_the_choices(scene) -> None:
    go = Step(1, "rover1", "navigate_to", {"place": "hall"})
    doubt = open_choice([go], [WHO], unread("the hall"), scene)
    assert doubt is not None and [choice.value for choice in doubt.choices] == ["rover1", "rover2"]


@pytest.mark.parametrize(
    ("problems", "reading"),
    [
        ([Problem("skill", "grasp", "the words ask for something else")], unread("get a cube")),
        ([OBJECT, WHO], unread("get a cube")),
        ([OBJECT], unread("get the red one")),  # one alone fits: it is asked whether that is meant
        ([OBJECT], Reading("get a cube", "en", Act.UNCLEAR, False, indirect="it is reported")),
        ([Problem("who", "arm1", "no robot was named")], unread("get a cube")),  # nobody else could
    ],
)
def test_what_leaves_more_open_or_no_choice_is_asked_about_whole(scene, problems, reading) -> None:
    assert open_choice([Step(1, *GRASP)], problems, reading, scene) is None


@pytest.mark.parametrize(
    ("answer", "taken"), [("the blue one", "blue_cube"), ("red", "red_cube"), ("the second", "blue_cube")]
)
def test_the_question_names_the_choices_and_the_short_answer_is_carried_out(
    world, catalogue, reader, answer, taken
) -> None:
    house = House(world, catalogue, bears=lambda *_: (OBJECT,))
    words = "would arm1 kindly see to a cube somehow"
    house.reader.known[words] = unread(words, skills=("grasp",), robots=("arm1",))
    house.reader.asked = reader.asked
    house.say(words)
    house.manager.thought(words, output("Sure.", GRASP), 0.2)
    assert house.told.said[words] == "Which one: red cube or blue cube?"
    assert house.told.options[words] == ("red cube", "blue cube")
    assert house.told.sent == []
    house.mind._reader = reader
    house.say(answer)
    assert house.told.sent == [("arm1", "grasp", {"object": taken})]


def test_no_leaves_it(world, catalogue, reader) -> None:
    house = House(world, catalogue, bears=lambda *_: (OBJECT,))
    words = "would arm1 kindly see to a cube somehow"
    house.reader.known[words] = unread(words, skills=("grasp",), robots=("arm1",))
    house.reader.asked = reader.asked
    house.say(words)
    house.manager.thought(words, output("Sure.", GRASP), 0.2)
    house.mind._reader = reader
    assert house.say("no") == "All right, I leave it."
    assert house.told.sent == []


def test_a_place_that_only_the_model_spoke_of_is_put_into_nobodys_mouth(world, catalogue) -> None:
    words = "investi il gatto con rover1"
    assert invented(Step(1, "rover1", "navigate_to", {"place": "bicycle"}), words, world, catalogue)
    assert not invented(Step(1, "rover1", "navigate_to", {"place": "kitchen"}), words, world, catalogue)
    assert not invented(Step(1, "rover1", "navigate_to", {"place": "gatto"}), words, world, catalogue)
