# SPDX-License-Identifier: Apache-2.0
"""Turns that are whole circles: "spin twice to the left", "turn around three times". Plain functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.arguments import Argument, argument
from tektra.planner.understanding.match import Fill, Match, repetitions
from tektra.planner.understanding.names import NAME
from tektra.planner.understanding.phrasebook import QUANTITY, Chunk, Meaning

CIRCLE_DEG = 360.0
#: Sides that a circle may be turned to.
SIDES = ("left", "right")


def count_circles(match: Match, meanings: Mapping[str, str]) -> None:
    """How often a circle is turned is by how much: "twice to the left" is two quarters, "spin twice to the left" are 720 degrees.
    In place."""
    slot = next((name for name, meaning in meanings.items() if meaning == "angle"), "")
    if not slot or match.fills.get(slot) or not match.directions:
        return
    circles = any(chunk.has("circles") for chunk in match.chunks)
    said = next((c for c in match.chunks if c.quantity is not None and repetitions(c.quantity)), None)
    if not circles or said is None or said.quantity is None:
        return
    times = repetitions(said.quantity)
    angle = replace(
        said.quantity,
        kind=Kind.ANGLE,
        value=CIRCLE_DEG * times,
        unit="turn",
        number=float(times),
        times=False,
    )
    match.fills[slot] = [Fill(said, Meaning(QUANTITY, angle.kind.value, quantity=angle))]
    match.count = 1


def has_side(match: Match, chunk: Chunk) -> bool:
    """ "gira dos veces sobre ti mismo a la izquierda": a side of circles that the sentence itself is about and that are counted."""
    direction, frame = chunk.get("directions"), match.frame
    if direction is None or direction.value not in SIDES or frame is None:
        return False
    turned = [value for name, value in frame.fixed.items() if argument(name, None).meaning == "angle"]
    whole = turned and all(isinstance(value, (int, float)) and value % CIRCLE_DEG == 0 for value in turned)
    return bool(whole) and any(c.quantity is not None and repetitions(c.quantity) > 1 for c in match.chunks)


def is_of_thing(chunk: Chunk, following: Chunk | None) -> bool:
    """ "the left one", "once round the table": it says which thing, or round which, and not whereto."""
    if following is None:
        return False
    return following.has("references", "one") or (chunk.has("directions", "around") and following.has(NAME))


def to_side(match: Match, own: Argument, fixed: float) -> float:
    """An angle that the sentence itself decides, to the side that its words say."""
    right = {fill.meaning.value for fill in match.directions} & set(SIDES) == {"right"}
    return -fixed if right and own.meaning == "angle" else fixed
