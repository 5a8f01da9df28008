# SPDX-License-Identifier: Apache-2.0
"""Answers about who and what is here, and at which place: from robots' states, the map and the camera. Plain functions.

A camera tells what is in view and not in which room; so of people and things the map does not know nobody says where.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tektra.common.sight_skills import thing_called
from tektra.common.world import Place, World
from tektra.planner.conversation import answers_of_plans as of_plans
from tektra.planner.conversation.replies import Replies
from tektra.planner.plans.plan import SELF, StepStatus
from tektra.planner.understanding.reading import Question
from tektra.planner.world.world_view import WorldView

PERSON, FACE = "person", "face"
#: A thing that is no farther from a place is at that place.
NEAR_M = 1.5
GROUPS = ("robots", "places", "objects", "people")
#: What a question says that is about whoever was spoken of last.
IT = "it"


def place_near(x_m: float, y_m: float, world: World) -> Place | None:
    """The nearest place, if it is near enough to name it; None: no place is."""
    near = min(world.places.values(), key=lambda place: _apart_m(place, x_m, y_m), default=None)
    return near if near is not None and is_near(near, x_m, y_m) else None


def is_near(place: Place, x_m: float, y_m: float) -> bool:
    """Whether what is there is said to be at that place."""
    return _apart_m(place, x_m, y_m) <= NEAR_M


def _apart_m(place: Place, x_m: float, y_m: float) -> float:
    return math.hypot(place.pose.x_m - x_m, place.pose.y_m - y_m)


def where_thing(name: str, x_m: float, y_m: float, view: WorldView, replies: Replies) -> str:
    near = place_near(x_m, y_m, view.map)
    if near is None:
        return point("answers.object_at", name, x_m, y_m, replies)
    return replies.say("answers.object_near", what=replies.name(name), at=replies.at(near.name))


def point(key: str, name: str, x_m: float, y_m: float, replies: Replies) -> str:
    return replies.say(key, what=replies.name(name), x=replies.number(x_m), y=replies.number(y_m))


def people(view: WorldView, replies: Replies) -> str:
    if not view.seen.fresh:
        return replies.say("answers.blind")
    count = max(view.seen.counts.get(kind, 0) for kind in (PERSON, FACE))
    return replies.say("answers.people_seen" if count else "answers.no_people", count=count)


def is_there(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    places = [name for name in about if name in view.map.places]
    if len(robots) == len(about) > 1:
        return " ".join(is_there(question, (name,), view, replies) for name in robots)
    if robots and places:
        return " ".join(robot_is_at(name, _meant(name, places, view), view, replies) for name in robots)
    if robots and not all(heard_of(name, view) for name in about):  # "is arm1 able to drive"
        return replies.say("answers.unknown")
    if robots and (steps := view.steps_of(robots[0])):
        return replies.say("answers.there_not_yet", what=replies.plan([steps[0].step]))
    if robots and (ended := view.history.latest(robots)) is not None and ended.steps:
        last = ended.steps[-1]
        went = last.step.who in robots and last.status is StepStatus.SUCCEEDED
        if went and isinstance(place := last.step.arguments.get("place"), str) and place in view.map.places:
            return robot_is_at(robots[0], place, view, replies)
        return of_plans.did_plan(ended.steps, ended.status, ended.why, replies)
    if robots and question.said == IT:
        return replies.say("answers.idle", who=robots[0])  # it was sent nowhere
    if places and len(about) > len(places):
        return _things_at([name for name in about if name not in places], view, replies)
    strange = [
        name for name in about if not heard_of(name, view) and not thing_called(replies.language, name)
    ]
    if len(strange) > 1 or (strange and len(about) > 1):  # "is the dog asleep", "what colour is the cup"
        return replies.say("answers.unknown")
    if not about and question.said == IT:
        return replies.say("answers.unknown")  # nothing was spoken of
    if not about or PERSON in about or "people" in about:
        return people(view, replies)
    return " ".join(exists(name, view, replies) for name in about)


def _things_at(names: Sequence[str], view: WorldView, replies: Replies) -> str:
    """ "Is the red cube in the kitchen", "is the light on in the hall": by the map, or nobody knows."""
    known = [(name, view.map.objects[name]) for name in names if name in view.map.objects]
    told = [where_thing(name, thing.x_m, thing.y_m, view, replies) for name, thing in known]
    return " ".join(told) or replies.say("answers.there_unknown")


def robots_at(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """ "Which robot is in the kitchen?" Those of whom nobody knows where they are, are named as well."""
    places = [name for name in about if name in view.map.places]
    if not places:
        return replies.say("answers.there_unknown")
    told = _robots_at(places[0], view, replies)
    lost = [name for name in view.catalogue.robots if (s := view.state(name)) is None or not s.localized]
    told = told or [replies.say("answers.no_robot_at", at=replies.at(places[0]))]
    return " ".join([*told, *(replies.say("answers.where_unknown", who=name) for name in lost)])


def _robots_at(place: str, view: WorldView, replies: Replies) -> list[str]:
    at = [name for name in view.catalogue.robots if _stands_at(name, place, view)]
    return [replies.say("answers.at", who=name, at=replies.at(place)) for name in at]


def heard_of(name: str, view: WorldView) -> bool:
    known = (view.catalogue.actors, view.map.places, view.map.objects, view.seen.counts, GROUPS)
    return name == PERSON or any(name in each for each in known)


def robot_is_at(robot: str, place: str, view: WorldView, replies: Replies) -> str:
    state, at = view.state(robot), replies.at(place)
    if state is None or not state.localized:
        return replies.say("answers.where_unknown", who=robot)
    key = "answers.there_yes" if _stands_at(robot, place, view) else "answers.there_no"
    return replies.say(key, who=robot, at=at)


def _meant(robot: str, places: Sequence[str], view: WorldView) -> str:
    """Of several places, as of all docks behind "is rover2 at its dock": its own, else the one that it stands at."""
    own = view.map.robots[robot].dock if robot in view.map.robots else ""
    return own if own in places else next((p for p in places if _stands_at(robot, p, view)), places[0])


def _stands_at(robot: str, place: str, view: WorldView) -> bool:
    state = view.state(robot)
    if state is None or not state.localized:
        return False
    found, room = state.place(view.map), view.map.room_at(state.x_m, state.y_m)
    return (found is not None and found.name == place) or (room is not None and room.name == place)


def anybody(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """Who is there: robots by their own word; of people a camera tells who is in view, not in which room."""
    if places := [name for name in about if name in view.map.places]:
        told = _robots_at(places[0], view, replies)
        return " ".join(
            [*told, replies.say("answers.people_there_unknown" if told else "answers.there_unknown")]
        )
    if any(name not in (PERSON, SELF, *GROUPS) for name in about):  # "is there anything still planned"
        return replies.say("answers.there_unknown")
    return people(view, replies)


def exists(name: str, view: WorldView, replies: Replies) -> str:
    if name in view.catalogue.actors or name in view.map.places:
        return replies.say("answers.here_yes", what=replies.name(name))
    if count := in_view(name, view, replies):
        return replies.say("answers.in_view", what=f"{replies.name(name)} ({count})")
    if name in view.map.objects:
        return replies.say("answers.objects", names=replies.name(name))
    if view.seen.fresh and not (heard_of(name, view) or thing_called(replies.language, name)):
        return replies.say("answers.unknown")  # what no detector knows is not denied
    key = "answers.not_in_view" if view.seen.fresh else "answers.blind"
    return replies.say(key, what=replies.name(name))


def in_view(name: str, view: WorldView, replies: Replies) -> int:
    """How many of a kind of thing the camera sees, by its name or what people call it."""
    called = (name, name.replace("_", " "), thing_called(replies.language, name))
    return next((count for each in called if (count := view.seen.counts.get(each, 0))), 0)
