# SPDX-License-Identifier: Apache-2.0
"""What is asked, and the last question once more, about somebody or somewhere else: "and rover2?". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.agents import others_of
from tektra.planner.understanding.dialogue import is_idle
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.mentions import agent_names, asked_of
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import Chunk
from tektra.planner.understanding.reading import Act, Question, Reading, Topic
from tektra.planner.understanding.scene import Memory, Scene, Sort

#: Asked in free words, which may hold the name that is to be another.
_FREE = (Topic.WHY, Topic.ASKED)
#: Whom or what a question is about that names nobody: who was spoken of last ("¿ya llegó?"), those who were told something last
#: ("have they arrived?"), what was asked or ordered last ("who can then?").
IT, THEM, THAT = "it", "them", "that"
#: What it is about where an article says whose name: "my name".
NAMED = "name"


def question_of(match: Match, words: str, scene: Scene) -> Question:
    """What a clause asks, that is a question; "that" is what was spoken of last: "how far is that?"."""
    assert match.frame is not None
    name, _, about = match.frame.name.partition(":")
    topic = Topic(name)
    spelt = about == NAMED or topic is Topic.NEAREST  # who is the farthest, its words say
    said = words[slice(*match.span)] if spelt else match.text
    named = (about,) if about else asked_of(name, match, scene)
    if topic is Topic.HOW_FAR:
        named = (*named, *agent_names(match))  # "how far is the hall from rover1"
        if len(named) == 1 and any(chunk.has("references", "it") for chunk in match.chunks):
            named = (*scene.memory.places[:1], *named)
    if about in (IT, THEM, THAT):
        places = [each.name for fill in match.fills.get("place", []) for each in fill.meaning.named[:1]]
        found = of_last_spoken(topic, about, scene.memory)
        return replace(found, about=(*found.about, *places))  # "when did it reach the hall?"
    return Question(topic, named, said=said)


def named_before(scene: Scene, robots: Sequence[str]) -> Scene:
    """ "and rover1, where is it?": who was named before the question is who it asks about."""
    known = (*robots[:1], *(name for name in scene.memory.robots if name not in robots[:1]))
    return replace(scene, memory=replace(scene.memory, robots=known)) if robots else scene


def of_last_spoken(topic: Topic, about: str, memory: Memory) -> Question:
    """The question about what was spoken of last; about nothing where nothing was."""
    if about == THAT and topic is Topic.HOW_FAR:
        return Question(topic, (*memory.places[:1], *memory.robots[:1]), said=THAT)
    if about == THAT:
        asked = memory.asked.steps if memory.asked is not None else ()
        steps = asked or (memory.refused.steps if memory.refused is not None else ()) or memory.steps
        return Question(topic, (), tuple(replace(step, who="") for step in steps), said=THAT)
    several = memory.told if len(memory.told) > 1 else memory.robots
    return Question(topic, several if about == THEM else memory.robots[:1], said=IT)


def asked_again(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """The question that was answered last, about whom or what these words name; None when they are no such thing.

    They order nothing: between a question and the next order "and rover2" goes on asking.
    """
    asked = scene.memory.asked
    leads = chunks[0].has("modals", "neither")
    if asked is None or asked.topic in _FREE or not (leads or chunks[0].has("and")):
        return None
    said = [chunk for chunk in chunks[1 if leads else 0 :] if not is_idle(chunk)]
    robots = [name for chunk in said for name in _robots(chunk, asked, scene)]
    places = [name for chunk in said if not _robots(chunk, asked, scene) for name in _places(chunk)]
    if not said or len(robots) + len(places) != len(said):
        return None
    question = _about(asked, robots, places, scene)
    if question is None:
        return None
    return Reading(words, language, Act.QUESTION, whole=True, question=question, indirect="a question")


def _about(asked: Question, robots: list[str], places: list[str], scene: Scene) -> Question | None:
    known = {named.name for named in scene.named if named.sort is Sort.PLACE}
    before = [name for name in asked.about if scene.robot(name) is not None]
    there = [name for name in asked.about if name in known]
    rest = [name for name in asked.about if name not in (*before, *there)]
    steps = asked.steps
    if places and steps:
        return None
    if robots and steps:
        if len(robots) != 1 or len({step.who for step in steps}) != 1:
            return None
        steps = tuple(replace(step, who=robots[0]) for step in steps)
    if (robots and rest and not before) or (places and not there and (before or rest)):
        return None  # "where is the red cube? and rover2?": that asks for more than another name
    about = (*(robots or before), *(places or there), *rest)
    return replace(asked, about=about, steps=steps, offers=False)


def _robots(chunk: Chunk, asked: Question, scene: Scene) -> list[str]:
    if (meaning := chunk.get(ROBOT)) is not None:
        return [meaning.value]
    if (kind := chunk.get("kinds")) is not None:
        found = [robot.name for robot in scene.robots if robot.kind == kind.value]
    elif chunk.has("groups", "other"):
        found = list(others_of(scene, {name for name in asked.about if scene.robot(name) is not None}))
    else:
        found = []
    return found if len(found) == 1 else []


def _places(chunk: Chunk) -> list[str]:
    meaning = chunk.get(NAME)
    found = [named.name for named in meaning.named if named.sort is Sort.PLACE] if meaning is not None else []
    return found if len(found) == 1 else []
