# SPDX-License-Identifier: Apache-2.0
"""Answers to questions about the world, from data alone: what is not known is said to be unknown. Plain functions.

One function for each topic of understanding/reading.py; each gives sentences of replies.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tektra.common.sight_skills import thing_called
from tektra.language.text import words as plain_words
from tektra.planner.conversation import answers_of_distance as distances
from tektra.planner.conversation import answers_of_plans as of_plans
from tektra.planner.conversation.answers_of_skills import can_do
from tektra.planner.conversation.replies import Replies
from tektra.planner.plans.plan import SELF, StepStatus
from tektra.planner.understanding.reading import Question, Topic
from tektra.planner.world.world_view import Seen, WorldView

PERSON, FACE = "person", "face"
#: A thing that is no farther from a place is at that place.
NEAR_M = 1.5
NO_SIGHT = Seen()
#: Whose name is asked for, the words say ("my name").
NAMED = "name"
_GROUPS = ("robots", "places", "objects", "people")


def answer(question: Question, view: WorldView, replies: Replies) -> str:
    """The answer, in the language of `replies`; empty only for a topic that is not about the world."""
    about = tuple(dict.fromkeys(question.about))
    return _TOPICS[question.topic](question, about, view, replies)


def _where(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    told = [_where_robot(name, view, replies) for name in of_plans.concerned(about, view) if name != SELF]
    for name in about:
        if name in view.catalogue.actors or name in _GROUPS:
            continue
        thing, place = view.map.objects.get(name), view.map.places.get(name)
        if thing is not None:
            told.append(_where_thing(name, thing.x_m, thing.y_m, view, replies))
        elif place is not None:
            told.append(_point("answers.place_at", name, place.pose.x_m, place.pose.y_m, replies))
        else:
            told.append(replies.say("answers.where_unknown", who=name))
    return " ".join(told) or replies.say("answers.unknown")


def _where_thing(name: str, x_m: float, y_m: float, view: WorldView, replies: Replies) -> str:
    near = min(
        view.map.places.values(), key=lambda p: math.hypot(p.pose.x_m - x_m, p.pose.y_m - y_m), default=None
    )
    if near is None or math.hypot(near.pose.x_m - x_m, near.pose.y_m - y_m) > NEAR_M:
        return _point("answers.object_at", name, x_m, y_m, replies)
    return replies.say("answers.object_near", what=replies.name(name), at=replies.at(near.name))


def _point(key: str, name: str, x_m: float, y_m: float, replies: Replies) -> str:
    return replies.say(key, what=replies.name(name), x=replies.number(x_m), y=replies.number(y_m))


def _where_robot(name: str, view: WorldView, replies: Replies) -> str:
    state = view.state(name)
    if state is None or not state.localized:
        return replies.say("answers.where_unknown", who=name)
    room = view.map.room_at(state.x_m, state.y_m)
    known = state.place(view.map) or room
    if known is not None and known.name in view.map.places:
        return replies.say("answers.at", who=name, at=replies.at(known.name))
    near = replies.say("answers.in_room", room=room.name) if room is not None else ""
    x, y = replies.number(state.x_m), replies.number(state.y_m)
    return replies.say("answers.at_point", who=name, x=x, y=y, near=near).replace(", .", ".")


def _battery(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    told = []
    for name in of_plans.concerned(about, view):
        state = view.state(name)
        if name == SELF:
            continue
        if state is None or math.isnan(state.battery):
            told.append(replies.say("answers.battery_unknown", who=name))
        else:
            told.append(replies.say("answers.battery", who=name, percent=round(100 * state.battery)))
    return " ".join(told) or replies.say("answers.unknown")


def _which(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    kind = about[0] if about else "robots"
    if kind == "places":
        return replies.say("answers.places", names=replies.listed([replies.name(p) for p in view.map.places]))
    if kind == "objects":
        names = [replies.name(name) for name in view.map.objects]
        return replies.say("answers.objects" if names else "answers.no_objects", names=replies.listed(names))
    if kind == "people":
        return _people(view, replies)
    names = [name for name in view.catalogue.robots if kind not in view.catalogue.actors or name in about]
    return replies.say("answers.robots" if names else "answers.no_robots", names=replies.listed(names))


def _people(view: WorldView, replies: Replies) -> str:
    if not view.seen.fresh:
        return replies.say("answers.blind")
    count = max(view.seen.counts.get(kind, 0) for kind in (PERSON, FACE))
    return replies.say("answers.people_seen" if count else "answers.no_people", count=count)


def _is_there(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    places = [name for name in about if name in view.map.places]
    if robots and places:
        return " ".join(_robot_is_at(name, places[0], view, replies) for name in robots)
    if robots and not all(_heard_of(name, view) for name in about):  # "is arm1 able to drive"
        return replies.say("answers.unknown")
    if robots and (steps := view.steps_of(robots[0])):
        return replies.say("answers.there_not_yet", what=replies.plan([steps[0].step]))
    if robots and (ended := view.history.latest(robots)) is not None and ended.steps:
        last = ended.steps[-1]
        went = last.step.who in robots and last.status is StepStatus.SUCCEEDED
        if went and isinstance(place := last.step.arguments.get("place"), str) and place in view.map.places:
            return _robot_is_at(robots[0], place, view, replies)
        return of_plans.did_plan(ended.steps, ended.status, ended.why, replies)
    strange = [
        name for name in about if not _heard_of(name, view) and not thing_called(replies.language, name)
    ]
    if len(strange) > 1 or (strange and len(about) > 1):  # "is the dog asleep", "what colour is the cup"
        return replies.say("answers.unknown")
    if not about or PERSON in about or "people" in about:
        return _people(view, replies)
    return " ".join(_exists(name, view, replies) for name in about)


def _heard_of(name: str, view: WorldView) -> bool:
    known = (view.catalogue.actors, view.map.places, view.map.objects, view.seen.counts, _GROUPS)
    return name == PERSON or any(name in each for each in known)


def _robot_is_at(robot: str, place: str, view: WorldView, replies: Replies) -> str:
    state, at = view.state(robot), replies.at(place)
    if state is None or not state.localized:
        return replies.say("answers.where_unknown", who=robot)
    found, room = state.place(view.map), view.map.room_at(state.x_m, state.y_m)
    if (found is not None and found.name == place) or (room is not None and room.name == place):
        return replies.say("answers.there_yes", who=robot, at=at)
    return replies.say("answers.there_no", who=robot, at=at)


def _anybody(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """A camera tells who is in view, not in which room; nor whether a way is free, or what somebody does."""
    if any(name not in (PERSON, SELF, *_GROUPS) for name in about):
        return replies.say("answers.there_unknown")
    return _people(view, replies)


def _exists(name: str, view: WorldView, replies: Replies) -> str:
    if name in view.catalogue.actors or name in view.map.places:
        return replies.say("answers.here_yes", what=replies.name(name))
    if count := _in_view(name, view, replies):
        return replies.say("answers.in_view", what=f"{replies.name(name)} ({count})")
    if name in view.map.objects:
        return replies.say("answers.objects", names=replies.name(name))
    if view.seen.fresh and not (_heard_of(name, view) or thing_called(replies.language, name)):
        return replies.say("answers.unknown")  # what no detector knows is not denied
    key = "answers.not_in_view" if view.seen.fresh else "answers.blind"
    return replies.say(key, what=replies.name(name))


def _in_view(name: str, view: WorldView, replies: Replies) -> int:
    """How many of a kind of thing the camera sees, by its name or what people call it."""
    called = (name, name.replace("_", " "), thing_called(replies.language, name))
    return next((count for each in called if (count := view.seen.counts.get(each, 0))), 0)


def _see(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    if robots:
        sights = ((name, view.seen.by_robot.get(name, NO_SIGHT)) for name in robots)
        return " ".join(f"{name}: {_sight(seen, replies)}" for name, seen in sights)
    if not view.seen.fresh:
        return replies.say("answers.blind")
    if about and not set(about) & {SELF, *_GROUPS}:
        return " ".join(_exists(name, view, replies) for name in about)
    if "people" in about:
        return _people(view, replies)
    return _sight(view.seen, replies)


def _sight(seen: Seen, replies: Replies) -> str:
    if not seen.fresh:
        return replies.say("answers.blind")
    what = seen.sentence if replies.language == "en" else ""
    what = what or replies.listed([f"{replies.name(name)} ({n})" for name, n in seen.counts.items()])
    what = what or seen.sentence
    return replies.say("answers.seen", what=what.rstrip(".")) if what else replies.say("answers.see_nothing")


def _doing(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    if any(name == PERSON or not _heard_of(name, view) for name in about):  # "what is the person doing?"
        return replies.say("answers.unknown")
    return of_plans.doing(question, about, view, replies)


def _state(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    if not robots:
        if view.stopped:
            return replies.say("answers.stopped", why=view.stopped)
        robots = list(view.catalogue.robots)
    told = [replies.say("answers.not_stopped")] if not about else []
    for name in robots:
        told += _state_of(name, view, replies)
    return " ".join(told) or replies.say("answers.unknown")


def _state_of(name: str, view: WorldView, replies: Replies) -> list[str]:
    state = view.state(name)
    if state is None:
        return [replies.say("answers.state_unknown", who=name)]
    if not state.connected:
        return [replies.say("answers.lost", who=name)]
    told = [replies.say("answers.fault", who=name, why=state.fault)] if state.fault else []
    if why := view.held.get(name) or (view.stopped and state.halted):
        told.append(replies.say("answers.halted", who=name, why=why))
    if state.holding:
        told.append(replies.say("answers.holding", who=name))
    return told or [replies.say("answers.well", who=name)]


def _who(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    if NAMED in about:
        about = ("me",) if replies.statements.has("mine", plain_words(question.said)) else (SELF,)
    if SELF in about:
        return replies.say("answers.name")
    if "me" in about or (view.asker and view.asker in about):
        return _asker(view, replies)
    if about and about[0] in view.catalogue.actors:
        return can_do(Question(Topic.CAN_DO, tuple(about)), about, view, replies)
    return _people(view, replies)


def _asker(view: WorldView, replies: Replies) -> str:
    if view.asker:
        return replies.say("answers.you", name=view.asker)
    return replies.say("answers.you_unknown")


def _how_many(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    kind = about[0] if about else "robots"
    if kind in (PERSON, "people"):
        return _people(view, replies)
    counts = {
        "robots": len(view.catalogue.robots),
        "places": len(view.map.places),
        "objects": len(view.map.objects),
    }
    if kind in counts:
        count = replies.say("answers.count", count=counts[kind])
        return f"{count} {_which(question, (kind,), view, replies)}"
    robots = view.catalogue.robots
    kinds = [name for name in robots if view.catalogue.actors[name].kind == kind or name in about]
    if kinds:
        return replies.say("answers.count", count=len(kinds))
    if seen := _in_view(kind, view, replies):
        return replies.say("answers.seen", what=f"{replies.name(kind)} ({seen})")
    known = _heard_of(kind, view) or thing_called(replies.language, kind)
    return _exists(kind, view, replies) if known else ""  # "how many planets are there?"


_Topic = Callable[[Question, Sequence[str], WorldView, Replies], str]
_TOPICS: dict[Topic, _Topic] = {
    Topic.WHERE: _where,
    Topic.BATTERY: _battery,
    Topic.DOING: _doing,
    Topic.CAN_DO: can_do,
    Topic.WHICH: _which,
    Topic.HOW_FAR: distances.how_far,
    Topic.NEAREST: distances.nearest,
    Topic.IS_THERE: _is_there,
    Topic.PEOPLE: _anybody,
    Topic.SEE: _see,
    Topic.DID: of_plans.did,
    Topic.WHY: of_plans.why_not,
    Topic.ASKED: of_plans.asked,
    Topic.HOW_LONG: of_plans.how_long,
    Topic.STATE: _state,
    Topic.TIME: lambda question, about, view, replies: replies.say(
        "answers.time", time=replies.time(view.now_s)
    ),
    Topic.DATE: lambda question, about, view, replies: replies.say(
        "answers.date", date=replies.date(view.now_s)
    ),
    Topic.WHO: _who,
    Topic.PLANS: of_plans.plans,
    Topic.HOW_MANY: _how_many,
}
