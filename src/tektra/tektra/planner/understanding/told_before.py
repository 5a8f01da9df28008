# SPDX-License-Identifier: Apache-2.0
"""What is told in a sentence of its own and speaks against orders that come later: "the office is locked", and then "rover1, go to
the office". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.language.text import Shape
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.conditions import WAIT
from tektra.planner.understanding.hindrances import HELPS, named, says
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.preamble import against, tells
from tektra.planner.understanding.reading import Act, Choice, Doubt, Hindrance, Reading, ReadStep
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.vocabulary import Vocabulary


def with_told(reading: Reading, parts: Sequence[Part], vocabulary: Vocabulary) -> Reading:
    """The reading with what it tells that speaks against later orders, and with what it tells to be over."""
    found: list[Hindrance] = []
    lifted: list[str] = []
    for at, part in enumerate(parts):
        places, robots = named(part.match.chunks, NAME), named(part.match.chunks, ROBOT)
        if part.asks or part.intro or not (places or robots):
            continue
        start, end = part.match.span
        for more in parts[at + 1 :]:  # "the hall is open": "open" may be an order of its own
            if more.intro or more.opens or not more.match.chunks:
                break
            end = more.match.span[1]
        row = [t.plain for t in tokens(reading.words[start:end]) if t.shape is not Shape.MARK]
        of_place = bool(places) and says(row, vocabulary.hindering.get("place", ()))
        of_robot = bool(robots) and not places and says(row, vocabulary.hindering.get("robot", ()))
        denied = any(chunk.has(kind) for chunk in part.match.chunks for kind in ("not", "denials"))
        over = says(row, vocabulary.hindering.get("over", ())) and not vocabulary.stating.isdisjoint(row)
        if denied if of_place or of_robot else over and not denied:
            lifted += [*places, *robots]
        elif tells(part, reading.words, vocabulary, of_robots=True) and (of_place or of_robot):
            words = against([part], [part], reading.words, vocabulary) or reading.words[start:end]
            found.append(Hindrance(words, tuple(places) if of_place else (), tuple(robots)))
    return replace(reading, hindrances=tuple(found), lifted=tuple(lifted)) if found or lifted else reading


def against_told(reading: Reading, scene: Scene) -> Reading:
    """An order, asked about where something that was told before speaks against one of its steps."""
    if not reading.carried_out or reading.act is Act.ANSWER or reading.conditions:
        return reading
    hindrance = next((h for h in scene.memory.hindrances for s in reading.steps if hinders_step(h, s)), None)
    if hindrance is None:
        return reading
    sure = Doubt("sure", 0, "", (Choice("yes", True),))
    return replace(reading, doubts=(sure,), against=hindrance.words)


def hinders_step(hindrance: Hindrance, step: ReadStep) -> bool:
    """Whether it leads there, or is done by who is told to be out of order, and helps nobody."""
    values = [value for value in step.arguments.values() if isinstance(value, (str, list))]
    places = {name for value in values for name in ([value] if isinstance(value, str) else map(str, value))}
    robots = step.who in hindrance.robots and step.skill not in (*HELPS, WAIT)
    return robots or (not hindrance.robots and bool(places & set(hindrance.places)))
