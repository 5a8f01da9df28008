# SPDX-License-Identifier: Apache-2.0
"""Answers about one picture that need its boxes and pixels: what is left or right of something, and what colour it has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tektra.vision.scene import PROBABLE, SURE
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.words import count_of, listed, plural

ASIDE = re.compile(
    r"\bwhat\b.*\b(left|right) (?:hand side )?(?:of|from) (?:the |a |an |that |this |my |your )?([a-z0-9 ]+)$"
)
COLOUR = re.compile(
    r"\bwhat colou?rs? (?:is|are|s|has|have|does|do) (?:the |that |this |those |these |a |my |your )?([a-z0-9 ]+?)(?: there| here| have| of)?$"
)


def relation_answer(
    question: str, found: Sequence[Sighting], classes: Sequence[str], colour_of: Callable[[Box], str]
) -> str:
    """The answer; empty for another question. `colour_of` names the colour of what fills a box, "" where it has no one colour."""
    words = " ".join(re.findall(r"[a-z0-9]+", question.lower().replace("'", " ")))
    things = [seen for seen in found if seen.kind is Kind.OBJECTS and seen.score >= PROBABLE]
    if aside := ASIDE.search(words):
        return _aside(aside[1], aside[2], things, classes)
    if colour := COLOUR.search(words):
        return _colour(colour[1], things, classes, colour_of)
    return ""


def _aside(side: str, noun: str, things: Sequence[Sighting], classes: Sequence[str]) -> str:
    anchors = _named(noun, things, classes)
    if anchors is None:
        return f"I would not recognise what you call {noun}, so I do not know what is {side} of it."
    if not anchors:
        return f"I do not see {count_of(noun, 1)}, so I do not know."
    if len(anchors) > 1:
        return f"I see {count_of(noun, len(anchors))}, and do not know which you mean."
    box = anchors[0].box
    beside = [
        seen
        for seen in things
        if seen is not anchors[0]
        and (seen.box.center[0] < box.x if side == "left" else seen.box.center[0] > box.x + box.width)
    ]
    sure = [count_of(*each) for each in _counts([seen for seen in beside if seen.score >= SURE])]
    perhaps = [count_of(*each) for each in _counts([seen for seen in beside if seen.score < SURE])]
    told = [f"I see {listed(sure)}"] if sure else []
    told += [f"{'and ' if sure else ''}there may be {listed(perhaps)}"] if perhaps else []
    return f"{side.capitalize()} of the {noun} {' '.join(told) or 'I see nothing that I recognise'}."


def _colour(
    noun: str, things: Sequence[Sighting], classes: Sequence[str], colour_of: Callable[[Box], str]
) -> str:
    seen = _named(noun, things, classes)
    if seen is None:
        return f"I would not recognise what you call {noun}, so I do not know its colour."
    if not seen:
        return f"I do not see {count_of(noun, 1)}, so I do not know."
    coloured = [
        thing for thing in seen if thing.class_id != noun and thing.class_id.endswith(f" {_singular(noun)}")
    ]
    names = [thing.class_id.removesuffix(f" {_singular(noun)}") for thing in coloured] or [
        colour_of(t.box) for t in seen
    ]
    known = [name for name in names if name]
    if not known:
        return f"I cannot tell the colour of the {noun}: it shows no one colour."
    if len(names) == 1:
        return f"The {noun} is {known[0]}, as far as I see."
    told = listed(list(dict.fromkeys(known)))
    return f"I see {count_of(_singular(noun), len(names))}: {told}{'' if len(known) == len(names) else ', and one whose colour I cannot tell'}."


def _singular(noun: str) -> str:
    return noun if plural(noun[:-1]) != noun else noun[:-1]


def _named(noun: str, things: Sequence[Sighting], classes: Sequence[str]) -> list[Sighting] | None:
    """All of that kind; None for a kind that no detector knows. A kind of any colour is meant by its last word."""
    one = _singular(noun)
    known = [name for name in classes if name in (noun, one) or plural(name) == noun]
    known = known or [
        name for name in classes if name.endswith(f" {one}") and name.count(" ") == 1 and one in SHAPES
    ]
    return [seen for seen in things if seen.class_id in known] if known else None


#: Kinds that a colour detector names with their colour.
SHAPES = ("cube", "ball", "thing")


def _counts(things: Sequence[Sighting]) -> list[tuple[str, int]]:
    names = [thing.class_id for thing in things]
    return [(name, names.count(name)) for name in dict.fromkeys(names)]
