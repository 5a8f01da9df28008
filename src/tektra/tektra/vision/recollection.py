# SPDX-License-Identifier: Apache-2.0
"""Questions about what was seen before, answered in English from the object memory alone; what it does not hold is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from tektra.vision.moments import moment
from tektra.vision.object_memory import Event, ObjectMemory, Place, Stay, Thing
from tektra.vision.scene import spoken
from tektra.vision.words import count_of, listed, plural

LAST = re.compile(
    r"\b(?:where|when)\b.*\b(?:saw|see|seen|spot|spotted|notice|noticed|was|were|is|are|did)\b|\bhave you seen\b"
)
CHANGED = re.compile(r"\bchanged?s?\b|\bdifferent\b|\b(?:anything|something|what is|what ?s) new\b")
WAS = re.compile(r"\b(?:was|were)\b|\bdid you see\b")
#: What may follow a place: "on the table at ten", "on the table an hour ago".
OF_TIME = frozenset(
    "at by around an a half this last about today yesterday before when one two three four five six ten".split()
)
#: A stay that ended so long before the moment asked for still tells of it.
NEAR_S = 60.0


class Recollection:
    """Remembers besides when changes were asked for. `clock_text` writes a time (s since the epoch) as a clock shows it."""

    def __init__(self, memory: ObjectMemory, clock_text: Callable[[float], str]) -> None:
        self._memory = memory
        self._clock = clock_text
        self._asked_s: float | None = None

    def answer(self, question: str, now_s: float, classes: Sequence[str]) -> str:
        """The answer; empty for a question that is not about what was seen before."""
        words = " ".join(re.findall(r"[a-z0-9:]+", question.lower().replace("'", " ")))
        if CHANGED.search(words):
            return self._changed(now_s)
        asked = _asked(words, (*classes, *{thing.class_id for thing in self._memory.things.values()}))
        if not asked:
            return ""
        at_s = moment(words, now_s)
        if at_s is not None and WAS.search(words):
            return " ".join(self._then(name, words, at_s) for name in asked)
        if LAST.search(words):
            return " ".join(self._last(name, now_s) for name in asked)
        return ""

    def _last(self, class_id: str, now_s: float) -> str:
        things = sorted(self._of(class_id), key=lambda thing: -thing.last.to_s)
        if not things:
            return f"I have not seen {count_of(class_id, 1)}."
        if len(things) > 3:
            things = things[:3]
        told = [self._told(thing, now_s) for thing in things]
        many = f"I have seen {plural(class_id)} in {len(told)} places. " if len(told) > 1 else ""
        return many + " ".join(told)

    def _told(self, thing: Thing, now_s: float) -> str:
        seen = f"I last saw {count_of(thing.class_id, 1)} {self._ago(thing.last.to_s, now_s)}, {said(thing.last.place)}"
        if thing.missed_s:
            return f"{seen}; when I looked there at {self._clock(thing.missed_s)} I did not see it."
        return f"{seen}."

    def _then(self, class_id: str, words: str, at_s: float) -> str:
        clock, things = self._clock(at_s), self._of(class_id)
        there = [stay for stay in (thing.at(at_s) for thing in things) if stay is not None]
        if there:
            return self._judged(class_id, words, there, clock)
        ended = [stay for thing in things for stay in thing.stays if at_s - stay.to_s >= 0.0]
        last = max(ended, key=lambda stay: stay.to_s, default=None)
        if last is None:
            return f"I do not know: I had not seen {count_of(class_id, 1)} by {clock}."
        if at_s - last.to_s <= NEAR_S:
            return self._judged(class_id, words, [last], self._clock(last.to_s))
        return f"I do not know: before {clock} I last saw {count_of(class_id, 1)} at {self._clock(last.to_s)}, {said(last.place)}."

    def _judged(self, class_id: str, words: str, stays: Sequence[Stay], clock: str) -> str:
        places = listed([said(stay.place) for stay in stays])
        told = f"at {clock} I saw {count_of(class_id, 1) if len(stays) == 1 else plural(class_id)} {places}."
        supports = re.search(r"\b(?:on|in|at) (?:the )?(?!\d)([a-z]+(?: [a-z]+)?)", words)
        if supports is None or words.startswith(("where", "when")):
            return f"{told[:1].upper()}{told[1:]}"
        named = [word for word in supports[1].split() if word not in OF_TIME]
        yes = any(all(word in said(stay.place).split() for word in named) for stay in stays)
        return f"{'Yes' if yes else 'Not that I know'}: {told}"

    def _changed(self, now_s: float) -> str:
        since_s, self._asked_s = self._asked_s, now_s
        if since_s is None:
            return "You have not asked me before: from now on I can tell what changes." + self._known()
        events = [event for event in self._memory.events if event.at_s >= since_s]
        told = [text for text in (self._change(name, since_s, events) for name in _names(events)) if text]
        since = self._clock(since_s)
        if not told:
            return f"Nothing that I would notice has changed since {since}."
        return f"Since {since}: {'; '.join(told)}."

    def _known(self) -> str:
        there = [thing for thing in self._memory.things.values() if not thing.missed_s]
        told = [f"{count_of(thing.class_id, 1)} {said(thing.last.place)}" for thing in there[:6]]
        return f" I know of {listed(told)}." if told else ""

    def _change(self, name: str, since_s: float, events: Iterable[Event]) -> str:
        """What became of one thing, whatever happened in between."""
        thing = self._memory.things.get(name)
        if thing is None:
            return ""
        what, now = count_of(thing.class_id, 1), said(thing.last.place)
        before = next((stay for stay in reversed(thing.stays) if stay.from_s < since_s), None)
        if before is None:
            return "" if thing.missed_s else f"{what} is new {now}"
        if thing.missed_s:
            return f"I no longer see {what} {said(before.place)}"
        if said(before.place) != now:
            return f"{what} that was {said(before.place)} is {now} now"
        return ""

    def _of(self, class_id: str) -> list[Thing]:
        return [thing for thing in self._memory.things.values() if thing.class_id == class_id]

    def _ago(self, at_s: float, now_s: float) -> str:
        seconds = max(0.0, now_s - at_s)
        if seconds < 5.0:
            return "just now"
        if seconds < 90.0:
            return f"{seconds:.0f} seconds ago"
        return (
            f"{seconds / 60.0:.0f} minutes ago, at {self._clock(at_s)}"
            if seconds < 5400.0
            else f"at {self._clock(at_s)}"
        )


def said(place: Place) -> str:
    """Where, in words."""
    spot, camera = place.spot, f" of the camera {spoken(place.eye).lower()}" if place.eye else ""
    if spot is None:
        side = {"left": "on the left", "centre": "in the middle", "right": "on the right"}[place.side]
        return f"{side} in the picture{camera}"
    room = f" in the {spot.room.replace('_', ' ')}" if spot.room else ""
    if spot.on:
        return f"on the {spot.on.replace('_', ' ')}{'' if room.endswith(spot.on.replace('_', ' ')) else room}"
    return room.strip() or f"near ({spot.x:.1f}, {spot.y:.1f})"


def _asked(words: str, classes: Iterable[str]) -> list[str]:
    """The kinds that the words name; the longest name counts where one holds another."""
    text = f" {words} "
    named = [name for name in dict.fromkeys(classes) if f" {name} " in text or f" {plural(name)} " in text]
    return [
        name for name in named if not any(name != other and f" {name} " in f" {other} " for other in named)
    ]


def _names(events: Iterable[Event]) -> list[str]:
    return list(dict.fromkeys(event.thing for event in events))
