# SPDX-License-Identifier: Apache-2.0
"""Where things lie, as far as it follows from what was done with them: who took a thing and put it down where. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tektra.planner.conversation.answers_of_presence import is_near, where_thing
from tektra.planner.conversation.replies import Replies
from tektra.planner.plans.plan import StepStatus
from tektra.planner.understanding.one_hand import LETS_GO, PUTS, TAKES
from tektra.planner.understanding.reading import Question
from tektra.planner.world.world_view import WorldView

#: Letters of a word that tell what sort of thing it means.
SHORTEST = 3
#: What a question about what somebody holds is about.
HELD = "held"


@dataclass(frozen=True)
class Put:
    """`who` put a thing down at the `spot`."""

    who: str
    spot: str


def put_down(view: WorldView) -> Mapping[str, Put]:
    """By things: where each was put down last, and lies unless somebody else took it."""
    return _moved(view)[1]


def in_hand(view: WorldView, replies: Replies) -> str:
    """Who took what and did not put it down; that somebody holds something, where only that is felt."""
    held, told = _moved(view)[0], []
    for name in view.catalogue.robots:
        state = view.state(name)
        if name in held:
            told.append(replies.say("answers.holds", who=name, what=replies.name(held[name])))
        elif state is not None and state.holding:
            told.append(replies.say("answers.holding", who=name))
    return " ".join(told) or replies.say("answers.holds_nothing")


def _moved(view: WorldView) -> tuple[Mapping[str, str], Mapping[str, Put]]:
    """By robots the thing that each took last and still has; by things where each was put down last."""
    held: dict[str, str] = {}
    lies: dict[str, Put] = {}
    for plan in reversed(view.history.newest_first):
        for step in (progress.step for progress in plan.steps if progress.status is StepStatus.SUCCEEDED):
            thing, spot = step.arguments.get("object"), step.arguments.get("spot")
            if step.skill == TAKES and isinstance(thing, str):
                held[step.who] = thing
                lies.pop(thing, None)
            elif step.skill in (PUTS, LETS_GO):
                thing = held.pop(step.who, "")
                if thing and isinstance(spot, str):
                    lies[thing] = Put(step.who, spot)
    return held, lies


def lying(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """ "What is on the tray?": what was put there; empty where it is asked of no spot."""
    spots = [name for name in about if name in view.map.table_spots]
    if not spots:
        return ""
    found: dict[str, list[str]] = {}
    for thing, put in put_down(view).items():
        if put.spot in spots:
            found.setdefault(put.who, []).append(replies.name(thing))
    told = [
        replies.say("answers.put_there", who=who, what=replies.listed(names)) for who, names in found.items()
    ]
    return " ".join(told) or replies.say("answers.nothing_put")


def standing(about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """ "What is on the table?": what is there by the map, and what was put down since; empty where it is asked of no place."""
    place = next((view.map.places[name] for name in about if name in view.map.places), None)
    if place is None:
        return ""
    room = view.map.rooms.get(place.name)
    put, gone, told, names = put_down(view), taken(view), [], []
    for thing in view.map.objects.values():
        near = is_near(place, thing.x_m, thing.y_m)
        if not near and (room is None or not room.contains(thing.x_m, thing.y_m)):
            continue
        if (since := put.get(thing.name)) is not None:
            spot = replies.name(since.spot)
            told.append(
                replies.say("answers.put_by", who=since.who, what=replies.name(thing.name), spot=spot)
            )
        elif thing.name not in gone:
            names.append(thing.name)
    if len(names) == 1:
        thing = view.map.objects[names[0]]
        told.insert(0, where_thing(names[0], thing.x_m, thing.y_m, view, replies))
    elif names:
        listed = replies.listed([replies.name(name) for name in names])
        told.insert(0, replies.say("answers.objects_near", at=replies.at(place.name), names=listed))
    return " ".join(told) or replies.say("answers.nothing_known", at=replies.at(place.name))


def taken(view: WorldView) -> frozenset[str]:
    """Things that somebody took hold of since, and that nobody put down at a spot."""
    steps = (
        p.step for plan in view.history.newest_first for p in plan.steps if p.status is StepStatus.SUCCEEDED
    )
    held = {str(step.arguments.get("object", "")) for step in steps if step.skill == TAKES}
    return frozenset(held - set(put_down(view)))


def of_sort(word: str, view: WorldView, replies: Replies) -> list[str]:
    """The things whose names hold that word, be it in the plural: "cubes"."""
    begun = word.casefold()[: max(SHORTEST, len(word) - 1)]
    called = {name: f"{name.replace('_', ' ')} {replies.name(name)}" for name in view.map.objects}
    return [
        name for name, text in called.items() if any(w.startswith(begun) for w in text.casefold().split())
    ]
