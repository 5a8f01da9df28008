# SPDX-License-Identifier: Apache-2.0
"""All that a clause speaks of, whether or not it was read whole: what a model's step is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tektra.planner.understanding.agents import others_of
from tektra.planner.understanding.match import SIGNS, Match
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, QUANTITY, Chunk, Meaning
from tektra.planner.understanding.reading import Clause, Quantity, Topic
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.vocabulary import Use

#: Kinds of meaning that say what is done, to what, how far and which way.
_WHAT = (NAME, QUANTITY, "directions")
#: Kinds of word that deny, each where nothing accounts for it.
_DENYING = ("not", "except", "denials")


def clauses_of(matches: Sequence[Match], *, but: str = "", verb_last: bool = False) -> tuple[Clause, ...]:
    """The clauses that hold anything. `but`: a skill that is not meant, though its words were used. `verb_last`: their
    finite verb may be the last word ("wenn rover1 sich in der Küche blicken ließe")."""
    found = [_clause(match, verb_last=verb_last) for match in matches if match.chunks]
    return tuple(
        replace(each, skills=tuple(skill for skill in each.skills if skill != but)) for each in found
    )


def _clause(match: Match, *, verb_last: bool) -> Clause:
    names: dict[Sort, list[str]] = {sort: [] for sort in Sort}
    robots: list[str] = []
    quantities: list[Quantity] = []
    denied: list[str] = []
    for at, chunk in enumerate(match.chunks):
        meant = chunk not in match.excluded and chunk not in match.dropped and not _is_left(match, at)
        for meaning in chunk.meanings:
            if meaning.kind == ROBOT:
                robots.append(meaning.value)
                denied += [meaning.value] if chunk in match.excluded else []
            elif meaning.kind == NAME and not meant:
                denied += [name for named in meaning.named for name in (named.name, named.at) if name]
            elif meaning.kind == NAME:
                for named in meaning.named:
                    names[named.sort].append(named.name)
                    if named.at:
                        names[Sort.PLACE].append(named.at)
            elif meaning.quantity is not None:
                quantity = meaning.quantity
                sign = _sign(match, quantity.kind.value)
                quantities.append(
                    Quantity(quantity.kind.value, quantity.value, (chunk.start, chunk.end), sign)
                )
    skills: tuple[str, ...] = ()
    if match.frame is not None and match.frame.use is Use.SKILL:
        skills = tuple(part.skill for part in match.frame.steps) or (match.frame.name,)
    last = max((c.last for c in match.chunks if c not in match.unread and _says_what(c, match)), default=0)
    turning = [chunk.text for chunk in match.unread if chunk.first < last]
    ends = next((chunk for chunk in reversed(match.chunks) if not chunk.has(COMMA)), None)
    if verb_last and ends in match.unread and ends is not None and ends.text[:1].islower():
        turning.append(ends.text)  # no noun, which has a capital
    return Clause(
        span=match.span,
        robots=tuple(dict.fromkeys(robots)),
        skills=skills,
        places=tuple(dict.fromkeys(names[Sort.PLACE])),
        objects=tuple(dict.fromkeys(names[Sort.OBJECT])),
        spots=tuple(dict.fromkeys(names[Sort.SPOT])),
        people=tuple(dict.fromkeys(names[Sort.PERSON])),
        quantities=tuple(quantities),
        directions=_values(match, "directions"),
        references=_values(match, "references"),
        negated=match.negated,
        unread=tuple(chunk.text for chunk in match.unread),
        inner=tuple(dict.fromkeys(turning)),
        denies=_denies(match),
        denied=tuple(dict.fromkeys(denied)),
    )


def _denies(match: Match) -> bool:
    """Whether a word that denies was not read; where no sentence was found at all, none was."""
    unread = match.unread if match.frame is not None else match.chunks
    return any(chunk.has(kind) for chunk in unread for kind in _DENYING)


def _is_left(match: Match, at: int) -> bool:
    """ "leave the kitchen": it is no place to go to."""
    before = next((c for c in reversed(match.chunks[:at]) if not c.has("prepositions", "from")), None)
    return before is not None and before.has("leaving")


def _says_what(chunk: Chunk, match: Match) -> bool:
    """Whether it is the verb of the clause, or something that is done to or with."""
    return chunk in match.heads or any(meaning.kind in _WHAT for meaning in chunk.meanings)


def _sign(match: Match, dimension: str) -> int:
    signs = SIGNS.get(dimension, {})
    said = {
        signs[meaning.value]
        for chunk in match.chunks
        for meaning in chunk.meanings
        if meaning.kind == "directions" and meaning.value in signs
    }
    return next(iter(said)) if len(said) == 1 else 0


def _values(match: Match, kind: str) -> tuple[str, ...]:
    found = (m.value for chunk in match.chunks for m in chunk.meanings if m.kind == kind)
    return tuple(dict.fromkeys(found))


def spoken_of(match: Match, scene: Scene) -> tuple[str, ...]:
    """Whom and what a question or an event is about, in the order said."""
    slots = ("about", "place", "object")
    fills = [fill for slot in slots for fill in match.fills.get(slot, [])]
    kinds = kinds_of(match, scene)
    both = [fill for fill in fills if kinds and fill.meaning.kind == "groups"]  # "the two rovers"
    named = (name for fill in fills if fill not in both for name in named_by(fill.meaning, scene))
    return tuple(dict.fromkeys((*(kinds if both else ()), *named)))


def agent_names(match: Match) -> tuple[str, ...]:
    """The robots that are named to act."""
    return tuple(m.value for chunk in match.agents for m in chunk.meanings if m.kind == ROBOT)


def asked_of(topic: str, match: Match, scene: Scene) -> tuple[str, ...]:
    """The same of a question; of who or what is there, or does something, with what was not read: in "is the person smiling?" it is what is
    asked."""
    named = spoken_of(match, scene)
    if topic == Topic.IS_THERE and not named:  # "is it there yet", and nothing was spoken of
        referring = [f.chunk.text for f in match.fills.get("about", []) if f.meaning.kind == "references"]
        named = tuple(text for text in referring if not match.fills.get("place"))
    if topic in (Topic.PEOPLE, Topic.IS_THERE) or (topic == Topic.DOING and not named):
        return (*named, *(chunk.text for chunk in match.unread))
    robots = any(chunk.has(ROBOT) for chunk in match.chunks)  # "has rover1 more battery than rover2?"
    if topic == Topic.NEAREST or (topic == Topic.BATTERY and (robots or not named)):
        return (*named, *(name for name in compared(topic, match, scene) if name not in named))
    return named


def compared(topic: str, match: Match, scene: Scene) -> tuple[str, ...]:
    """Who is compared in "which rover is nearer to the hall?": those named or of the kind named, else those that drive.

    "Which robot?" and "who has more battery?" compare all, and so name nobody; "which of the two?" those that drive.
    """
    robots = tuple(m.value for chunk in match.chunks for m in chunk.meanings if m.kind == ROBOT)
    kinds = [meaning for chunk in match.chunks if (meaning := chunk.get("kinds")) is not None]
    of_kind = tuple(name for kind in kinds for name in named_by(kind, scene))
    if robots or of_kind:
        of_all = not robots and all(kind.value.rstrip("*") == "robot" for kind in kinds)
        return () if of_all else tuple(dict.fromkeys(robots or of_kind))
    if topic == Topic.BATTERY and not any(chunk.has("groups", "both") for chunk in match.chunks):
        return ()
    return tuple(robot.name for robot in scene.robots if robot.skill("navigate_to") is not None)


def kinds_of(match: Match, scene: Scene) -> tuple[str, ...]:
    """The robots of the kinds that are told to act: "either of the rovers"."""
    kinds = (chunk.get("kinds") for chunk in match.agents)
    return tuple(name for kind in kinds if kind is not None for name in named_by(kind, scene))


def named_by(meaning: Meaning, scene: Scene) -> tuple[str, ...]:
    """Robots, places, things or people that a word of a question names."""
    if meaning.kind == NAME:
        return tuple(named.name for named in meaning.named)
    if meaning.kind == "kinds":
        kind = meaning.value.rstrip("*")
        return tuple(
            r.name for r in scene.robots if (kind == "robot" and r.kind != "assistant") or r.kind == kind
        )
    if meaning.kind == "groups":
        if meaning.value == "both" and len(scene.memory.robots) > 1:
            return scene.memory.robots[:2]
        if meaning.value == "other" and (others := others_of(scene, scene.memory.robots[:1])):
            return tuple(others)
        return tuple(robot.name for robot in scene.robots if robot.kind != "assistant")
    if meaning.kind == "references":
        newest: Mapping[str, tuple[str, ...]] = {
            "it": (*scene.memory.robots[:1], *scene.memory.things[:1]),
            "he": (*scene.memory.robots[:1], *scene.memory.people[:1]),
            "there": scene.memory.places,
            "him": scene.memory.people,
            "me": (scene.asker,) if scene.asker else (),
        }
        return newest.get(meaning.value, ())[:1]
    return (meaning.value,)
