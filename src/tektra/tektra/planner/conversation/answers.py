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
from tektra.planner.conversation import answers_of_presence as presence
from tektra.planner.conversation import answers_of_things as things
from tektra.planner.conversation.answers_of_skills import can_do, how_fast
from tektra.planner.conversation.replies import ENGLISH, Replies
from tektra.planner.plans.plan import SELF
from tektra.planner.understanding.reading import Question, Topic
from tektra.planner.world.world_view import Seen, WorldView

NO_SIGHT = Seen()
#: Whose name is asked for, the words say ("my name").
NAMED = "name"


def answer(question: Question, view: WorldView, replies: Replies) -> str:
    """The answer, in the language of `replies`; empty only for a topic that is not about the world."""
    about = tuple(dict.fromkeys(question.about))
    return _TOPICS[question.topic](question, about, view, replies)


def _where(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    told = [_where_robot(name, view, replies) for name in of_plans.concerned(about, view) if name != SELF]
    for name in about:
        if name in view.catalogue.actors or name in presence.GROUPS:
            continue
        thing, place = view.map.objects.get(name), view.map.places.get(name)
        if thing is not None:
            put = things.put_down(view).get(name)
            lies = presence.where_thing(name, thing.x_m, thing.y_m, view, replies)
            told.append(
                replies.say(
                    "answers.put_by", who=put.who, what=replies.name(name), spot=replies.name(put.spot)
                )
                if put
                else lies
            )
        elif place is not None:
            told.append(presence.point("answers.place_at", name, place.pose.x_m, place.pose.y_m, replies))
        else:
            told.append(replies.say("answers.where_unknown", who=name))
    return " ".join(told) or replies.say("answers.unknown")


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
        return presence.people(view, replies)
    if kind == things.HELD:
        return things.in_hand(view, replies)
    names = [name for name in view.catalogue.robots if kind not in view.catalogue.actors or name in about]
    return replies.say("answers.robots" if names else "answers.no_robots", names=replies.listed(names))


def _see(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    if robots:
        sights = ((name, view.seen.by_robot.get(name, NO_SIGHT)) for name in robots)
        return " ".join(f"{name}: {_sight(seen, replies)}" for name, seen in sights)
    if not view.seen.fresh:
        return _sight(view.seen, replies)
    if about and not set(about) & {SELF, *presence.GROUPS}:
        return " ".join(presence.exists(name, view, replies) for name in about)
    if "people" in about:
        return presence.people(view, replies)
    return _sight(view.seen, replies)


def _sight(seen: Seen, replies: Replies) -> str:
    if not seen.fresh:
        return (seen.sentence if replies.language == ENGLISH else "") or replies.say("answers.blind")
    told = seen.sentence if replies.language == ENGLISH else ""
    if told.startswith("I see "):
        return told
    counts = [f"{replies.name(name)} ({n})" for name, n in seen.counts.items()]
    what = told or replies.listed(counts) or seen.sentence
    return replies.say("answers.seen", what=what.rstrip(".")) if what else replies.say("answers.see_nothing")


def _doing(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    if any(
        name == presence.PERSON or not presence.heard_of(name, view) for name in about
    ):  # "what is the person doing?"
        return replies.say("answers.unknown")
    return of_plans.doing(question, about, view, replies)


def _state(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    if not robots and about and not presence.heard_of(about[0], view):
        return replies.say("answers.unknown")  # "is the door open?"
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
        said, has = plain_words(question.said), replies.statements.has
        about = ("me",) if has("mine", said) else (presence.PERSON,) if has("theirs", said) else (SELF,)
    if SELF in about:
        return replies.say("answers.name")
    if presence.PERSON in about:
        return replies.say("answers.unknown")  # "what is that person's name?"
    if "me" in about or (view.asker and view.asker in about):
        return _asker(view, replies)
    if about and about[0] in view.catalogue.actors:
        return can_do(Question(Topic.CAN_DO, tuple(about)), about, view, replies)
    return presence.people(view, replies)


def _asker(view: WorldView, replies: Replies) -> str:
    if view.asker:
        return replies.say("answers.you", name=view.asker)
    return replies.say("answers.you_unknown")


def _how_many(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    kind = about[0] if about else "robots"
    if kind in (presence.PERSON, "people"):
        return presence.people(view, replies)
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
    if seen := presence.in_view(kind, view, replies):
        return replies.say("answers.seen", what=f"{replies.name(kind)} ({seen})")
    if alike := things.of_sort(kind, view, replies):
        names = replies.listed([replies.name(name) for name in alike])
        return (
            f"{replies.say('answers.count', count=len(alike))} {replies.say('answers.objects', names=names)}"
        )
    known = presence.heard_of(kind, view) or thing_called(replies.language, kind)
    return presence.exists(kind, view, replies) if known else ""  # "how many planets are there?"


_Topic = Callable[[Question, Sequence[str], WorldView, Replies], str]
_TOPICS: dict[Topic, _Topic] = {
    Topic.WHERE: _where,
    Topic.BATTERY: _battery,
    Topic.DOING: _doing,
    Topic.CAN_DO: can_do,
    Topic.WHICH: _which,
    Topic.HOW_FAR: distances.how_far,
    Topic.NEAREST: distances.nearest,
    Topic.IS_THERE: presence.is_there,
    Topic.PEOPLE: presence.anybody,
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
        "answers.date", date=replies.date(view.now_s), day=replies.day(view.now_s)
    ),
    Topic.WHO: _who,
    Topic.PLANS: of_plans.plans,
    Topic.HOW_MANY: _how_many,
    Topic.AT: presence.robots_at,
    Topic.ON: lambda question, about, view, replies: (
        things.lying(question, about, view, replies)
        or things.standing(about, view, replies)
        or _which(question, ("objects",), view, replies)
    ),
    Topic.ENDED: of_plans.ended,
    Topic.HOW_FAST: how_fast,
    Topic.LANGUAGES: lambda question, about, view, replies: replies.say(
        "answers.languages", names=replies.languages()
    ),
}
