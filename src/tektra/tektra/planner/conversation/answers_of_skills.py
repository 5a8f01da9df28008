# SPDX-License-Identifier: Apache-2.0
"""Answers about what somebody can do: short enough to be spoken, and all of it where all is asked for. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tektra.planner.conversation.answers_of_plans import concerned
from tektra.planner.conversation.replies import Replies
from tektra.planner.plans.plan import SELF
from tektra.planner.understanding.reading import Question
from tektra.planner.world.catalogue import Actor
from tektra.planner.world.world_view import WorldView

#: What everything that can be done is asked for with, as a question is about it.
EVERYTHING = "everything"
#: What is named first of many skills; others come in the order in which they were announced.
_FIRST = ("navigate_to", "grasp", "wave", "find", "look", "remember", "move", "say", "turn", "place")
#: So many skills of so many kinds of robots are heard to the end.
MOST_SKILLS, MOST_KINDS = 2, 4


def can_do(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    named = [name for name in about if name in view.catalogue.actors]
    asked = question.steps
    if asked:
        # "Can it wave?" names one by a word.
        named = named or list(dict.fromkeys(step.who for step in asked if "who" in step.spans))
        told = _whether(question, named or list(view.catalogue.actors), view, replies, each=bool(named))
    else:
        whole = bool(named) or EVERYTHING in about
        told = _listed(named or list(view.catalogue.actors), view, replies, whole=whole)
    known = (*view.catalogue.actors, EVERYTHING, "robots", "places", "objects", "people")
    told += [replies.say("answers.none_known", who=name) for name in about if name not in known]
    return " ".join(told) or replies.say("answers.unknown")


def _whether(
    question: Question, names: Sequence[str], view: WorldView, replies: Replies, *, each: bool
) -> list[str]:
    """`each`: of everybody that was named it is said, be it yes or no; else of those who can."""
    told, able = [], []
    for name in names:
        asked = [step.skill for step in question.steps if not each or step.who in ("", name)]
        can = all(view.catalogue.actors[name].skill(skill) is not None for skill in asked)
        if asked and (can or each):
            told.append(_said("can_yes" if can else "can_no", name, replies))
            able += [name] if can else []
    if able and not each:  # "who can wave?"
        key = "can_who" if len(able) == 1 else "can_who_many"
        return [
            _said("can_yes", SELF, replies) if able == [SELF] else _said(key, replies.listed(able), replies)
        ]
    return told or [replies.say("answers.can_nobody")]


def how_fast(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """As the robots' own announcements limit it."""
    told = []
    for name in (each for each in concerned(about, view) if each != SELF):
        speed = _top_speed(view.catalogue.actors[name])
        if speed is not None:
            told.append(replies.say("answers.fastest", who=name, speed=replies.number(speed)))
        elif about:
            told.append(replies.say("answers.fastest_unknown", who=name))
    return " ".join(told) or replies.say("answers.unknown")


def _top_speed(actor: Actor) -> float | None:
    """m/s; None where it announced none."""
    found: object = move.schema if (move := actor.skill("move")) is not None else None
    for key in ("properties", "speed_mps", "maximum"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return float(found) if isinstance(found, int | float) else None


def _listed(names: Sequence[str], view: WorldView, replies: Replies, *, whole: bool) -> list[str]:
    """What each can do; robots that can do the same are told of together."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name in concerned(names, view):
        alike.setdefault(_skills(view.catalogue.actors[name]), []).append(name)
    told, left = [], False
    for skills, who in list(alike.items())[: None if whole else MOST_KINDS]:
        shown = skills if whole else sorted(skills, key=_rank)[:MOST_SKILLS]
        left = left or len(shown) < len(skills)
        what = replies.listed([replies.skill(skill) for skill in shown]) or "-"
        key = "can" if len(who) == 1 else "can_many"
        told.append(_said(key, who[0] if len(who) == 1 else replies.listed(who), replies, skills=what))
    if left or (not whole and len(alike) > MOST_KINDS):
        told.append(replies.say("answers.can_more"))
    return told


def _said(key: str, who: str, replies: Replies, **values: str) -> str:
    """Of Tektra itself in the first person."""
    return replies.say(f"answers.{key}_me" if who == SELF else f"answers.{key}", who=who, **values)


def _skills(actor: Actor) -> tuple[str, ...]:
    return tuple(skill.name for skill in actor.skills)


def _rank(skill: str) -> int:
    return _FIRST.index(skill) if skill in _FIRST else len(_FIRST)
