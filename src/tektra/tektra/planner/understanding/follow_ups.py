# SPDX-License-Identifier: Apache-2.0
"""Words without a verb behind an order: who or what shall take the place of what was refused ("ok, then rover2"), and which of
several robots are meant after all ("no, only rover2"). Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.agents import others_of
from tektra.planner.understanding.dialogue import is_idle, settled, settled_by_all, value_of
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk
from tektra.planner.understanding.reading import Act, Choice, Doubt, Reading, Refusal
from tektra.planner.understanding.scene import Pending, Scene
from tektra.planner.understanding.step_list import renumbered

#: Words that say that something is changed, and not what.
_LEADS = ("agree", "refuse", "repair", "instead", "only", "too", "fillers")
_DENYING = ("not", "except")
#: The doubt whether it is meant at all.
SURE = Doubt("sure", 0, "", (Choice("yes", True),))


def in_place_of_refused(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """What was refused just now, with another robot, place or thing in it; None where more is said than that, or nothing of it.

    A mere "okay" orders nothing, as nobody asked: it is asked then which robot shall. A question is asked back, too.
    """
    refused = scene.memory.refused
    if refused is None or scene.memory.pending is not None or not refused.doubts:
        return None
    if scene.memory.asked is not None and (_is_question(chunks) or chunks[0].has("and")):
        return None  # "and rover2?" goes on asking
    doubt = refused.doubts[0]
    named = [chunk for chunk in chunks if not (is_idle(chunk) or _leads(chunk))]
    named = [chunk for chunk in named if not chunk.has("references", "one")] or named  # "the second one"
    refuses = any(chunk.has("refuse") for chunk in chunks)
    if refuses and all(is_idle(chunk) or chunk.has("refuse") for chunk in chunks):
        return Reading(words, language, Act.TALK, whole=True, talk="sorry")  # "no": it is left at that
    asked = scene.memory.asked is not None  # "can arm1 drive?", "no", "okay": nothing was ordered
    if not named and doubt.part == "who" and any(map(_agrees, chunks)) and not asked:
        return Reading(words, language, Act.ORDER, True, refused.steps, doubts=_asked(refused.doubts))
    if not named or any(chunk.has(kind) for chunk in chunks for kind in _DENYING):
        return None
    meant = replace(scene, memory=replace(scene.memory, pending=refused))
    values = tuple(dict.fromkeys(value_of(chunk, doubt, meant) for chunk in named))
    if None in values:
        return _no_such(words, language, scene, refused, named)
    whole = Reading(words, language, Act.ORDER, True, refused.steps, doubts=refused.doubts)
    one = len(values) == 1
    found = settled(words, language, meant, values[0]) if one else settled_by_all(whole, values)
    if found is None:
        return None
    doubts = (SURE,) if _is_question(chunks) and not found.doubts else found.doubts
    return replace(found, act=Act.ORDER, steps=renumbered(found.steps), doubts=doubts)


def _asked(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """ "Which robot: ...", or, where one alone could: whether it shall."""
    return (SURE,) if len(doubts) == len(doubts[0].choices) == 1 else tuple(doubts)


def _is_question(chunks: Sequence[Chunk]) -> bool:
    ends = chunks[-1].get(END)
    return ends is not None and ends.value == "?"


def _apart(chunk: Chunk, chunks: Sequence[Chunk]) -> bool:
    following = next((other for other in chunks if other.first >= chunk.last), None)
    return following is None or following.has(COMMA) or following.has(END)


def _agrees(chunk: Chunk) -> bool:
    return chunk.has("agree") and not (chunk.has("refuse") or chunk.has("directions"))


def _no_such(
    words: str, language: str, scene: Scene, refused: Pending, named: Sequence[Chunk]
) -> Reading | None:
    """ "then arm1", who cannot do it either, and "then the other one", where two may be meant."""
    doubt, step = refused.doubts[0], refused.steps[0]
    robots = [meaning.value for chunk in named if (meaning := chunk.get(ROBOT)) is not None]
    able = tuple(str(choice.value) for choice in doubt.choices)
    if doubt.part != "who":
        return None
    again = Reading(words, language, Act.ORDER, whole=True, steps=refused.steps, doubts=refused.doubts)
    if len(robots) == len(named) == 1:
        return replace(again, refusals=(Refusal("skill", step.skill, robots[0], able),))
    points = all(c.has("groups", "other") or c.has("kinds") or c.has("references", "one") for c in named)
    return again if points else None


def fewer(words: str, language: str, scene: Scene, chunks: Sequence[Chunk]) -> Reading | None:
    """ "no, only rover2", "not rover1": of the robots of the last order some shall not do it. None where more is said."""
    robots = tuple(dict.fromkeys(step.who for step in scene.memory.steps))
    if len(robots) < 2 or _is_question(chunks):
        return None
    only = any(chunk.has("only") for chunk in chunks)
    said = [chunk for chunk in chunks if not (is_idle(chunk) and not chunk.has("only"))]
    denied: list[str] = []
    meant: list[str] = []
    denies = False
    for chunk in said:
        if any(chunk.has(kind) for kind in _DENYING):
            if meant and not denied and chunk is said[-1] and not only:  # "rover1 nicht", "rover1 no"
                denied, meant = meant, []
                continue
            if chunk.has("refuse") or chunk.has(
                "repair"
            ):  # "no, solo rover2", "no, rover2": it denies no name
                if not (only or _apart(chunk, chunks)):
                    return None
                continue
            denies = True
        elif names := _robots(chunk, scene):
            (denied if denies else meant).extend(names)
            denies = False
        elif not _leads(chunk):
            return None
    spared = [name for name in robots if (name not in meant if only and not denied else name in denied)]
    known = set(meant) | set(denied) <= set(robots)
    if denies or not known or not (only or denied) or not 0 < len(spared) < len(robots):
        return None
    if set(meant) & set(spared):
        return None
    return Reading(words, language, Act.CORRECTION, whole=True, spares=tuple(spared))


def _robots(chunk: Chunk, scene: Scene) -> tuple[str, ...]:
    if (meaning := chunk.get(ROBOT)) is not None:
        return (meaning.value,)
    if chunk.has("groups", "other"):
        found = tuple(others_of(scene, set(scene.memory.robots[:1])))
        return found if len(found) == 1 else ()
    return ()


def _leads(chunk: Chunk) -> bool:
    return any(chunk.has(kind) for kind in _LEADS) and not chunk.has(ROBOT) and not chunk.has("directions")
