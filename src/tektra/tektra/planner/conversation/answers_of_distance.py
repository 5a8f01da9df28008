# SPDX-License-Identifier: Apache-2.0
"""Answers about how far things are from each other, by the map and the robots' own positions. Plain functions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tektra.language.text import words as plain_words
from tektra.planner.conversation.replies import Replies
from tektra.planner.understanding.reading import Question
from tektra.planner.world.world_view import WorldView


def how_far(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    points = [(name, point) for name in about if (point := _position(name, view)) is not None]
    if len(about) != 2 or len(points) != 2:
        return replies.say("answers.far_unknown")
    (a, (ax, ay)), (b, (bx, by)) = points
    distance = f"{replies.number(round(math.hypot(bx - ax, by - ay), 1))} m"
    return replies.say("answers.far", a=replies.name(a), b=replies.name(b), distance=distance)


def nearest(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """Those asked about, or all robots, by their distance from the place: the closest first, or the farthest where that is asked for."""
    place = next((name for name in about if name not in view.catalogue.robots), "")
    to = _position(place, view)
    if to is None:
        return replies.say("answers.far_unknown")
    asked = [name for name in about if name in view.catalogue.robots] or view.catalogue.robots
    at = {name: found for name in asked if (found := _position(name, view)) is not None}
    far = {name: math.dist(to, point) for name, point in at.items()}
    told: list[str] = []
    ordered: list[str] = []
    if far:
        last = replies.statements.has("far", plain_words(question.said))
        ordered = sorted(far, key=lambda name: far[name], reverse=last)
        key = "answers.farthest" if last else "answers.nearest"
        told.append(replies.say(key, who=ordered[0], place=replies.name(place)))
    for name in ordered:
        distance = f"{replies.number(round(far[name], 1))} m"
        told.append(
            replies.say("answers.far", a=replies.name(name), b=replies.name(place), distance=distance)
        )
    return " ".join(told) or replies.say("answers.far_unknown")


def _position(name: str, view: WorldView) -> tuple[float, float] | None:
    state, place, thing = view.state(name), view.map.places.get(name), view.map.objects.get(name)
    if state is not None and state.localized:
        return state.x_m, state.y_m
    if place is not None:
        return place.pose.x_m, place.pose.y_m
    return (thing.x_m, thing.y_m) if thing is not None else None
