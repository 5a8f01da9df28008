# SPDX-License-Identifier: Apache-2.0
"""What a scene of the camera sets off: events that orders wait for. A robot may begin to move by one, so what is late, in doubt or no more
than probable begins nothing; whatever goes on until then is ended by it all the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tektra.common.lateness import LATE_S
from tektra.planner.conversation.answers_of_presence import PERSON
from tektra.planner.plans.lasting_orders import Event

#: From this confidence on vision says plainly that it sees a thing (docs/vision.md).
PLAIN = 0.6


def events_of(things: Iterable[tuple[str, int, float]], looks: int, age_s: float) -> list[Event]:
    """Things: class, how many, confidence (0..1). `looks`: on how many pictures it rests; 0 where the pictures are in doubt. `age_s`:
    of the newest picture, negative from the future."""
    counts = looks > 0 and abs(age_s) <= LATE_S
    found = []
    for kind, count, confidence in things:
        if count > 0:
            event = Event("object_seen", kind, sure=counts and confidence >= PLAIN)
            found += [event, replace(event, kind="person_seen", who="")] if kind == PERSON else [event]
    return found
