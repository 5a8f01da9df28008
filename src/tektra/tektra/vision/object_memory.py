# SPDX-License-Identifier: Apache-2.0
"""What was seen where and when: things found again, those that moved, and those that are not where they were.

Cameras are joined on the map: an estimate counts by the inverse of its squared uncertainty, the newest of each camera. One camera's
estimates of a thing that lies still all err alike, so that their number makes none of them surer. Nothing is kept on disk.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tektra.vision.association import SAME_BOX, Candidate, apart, associate
from tektra.vision.scene import where
from tektra.vision.sightings import Box, Sighting
from tektra.vision.surfaces import Standing
from tektra.vision.tracker import Track

#: A thing is believed after so many looks, within so long, whose scores' mean is this.
LOOKS, BELIEVED_S, SCORE = 3, 10.0, 0.5
#: So long and so often in vain its place was looked at when a thing counts as not there.
MISSED_S, MISSED_LOOKS = 2.0, 4
#: Who was not seen for longer is not said to have been there meanwhile.
UNSEEN_S = 60.0
#: An estimate of another camera is joined while it is this young.
JOINED_S = 10.0
MOST_THINGS, MOST_STAYS, MOST_EVENTS = 400, 20, 1000
#: Who moves by themselves are no things that lie somewhere.
NOBODY = frozenset({"person"})


@dataclass(frozen=True)
class Place:
    """Where a thing is or was: on the map, where that is known, and in the picture of a camera (`left`, `centre`, `right`)."""

    eye: str
    side: str
    spot: Standing | None = None


@dataclass(frozen=True)
class Stay:
    """A thing was seen there from then to then (s since the epoch)."""

    place: Place
    from_s: float
    to_s: float


@dataclass(frozen=True)
class Thing:
    """`stays` in order, the last is where it was seen last. `missed_s`: when its place was looked at last and it was not seen; 0:
    never since it was seen."""

    id: str
    class_id: str
    stays: tuple[Stay, ...]
    confidence: float
    missed_s: float = 0.0

    @property
    def last(self) -> Stay:
        return self.stays[-1]

    def at(self, moment_s: float) -> Stay | None:
        """The stay in which it was seen before and after, or at, that moment."""
        return next((stay for stay in self.stays if stay.from_s <= moment_s <= stay.to_s), None)


@dataclass(frozen=True)
class Event:
    """At that time (s) a thing was `new`, `moved` or `gone`."""

    at_s: float
    what: str
    thing: str


@dataclass
class _Watch:
    """What is known of a thing beyond what is told. `boxes` and `tracks` by camera; estimates by camera with their time."""

    boxes: dict[str, Box]
    tracks: dict[str, str]
    estimates: dict[str, tuple[float, Standing]]
    missed: int = 0
    missed_from_s: float = 0.0


#: Where a camera shows a point of the map now: a pixel, or None outside its picture or hidden.
Pixel = Callable[[float, float, float], tuple[float, float] | None]


class ObjectMemory:
    """One thread writes; `things` and `events` may be read by any."""

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._watches: dict[str, _Watch] = {}
        self._new: dict[tuple[str, str], list[tuple[float, float]]] = {}
        self._counts: dict[str, int] = {}

    def saw(
        self,
        now_s: float,
        eye: str,
        size: tuple[int, int],
        tracks: Sequence[Track],
        stands: Callable[[Sighting], Standing | None],
        pixel: Pixel | None,
    ) -> None:
        """One look of a camera for objects; `pixel` is None for a camera that stands still and does not know where."""
        things = [track for track in tracks if track.sighting.class_id not in NOBODY]
        things.sort(key=lambda track: -track.sighting.score)
        seen = [(track, stands(track.sighting)) for track in things]
        known = {name: self._candidate(name, eye) for name in self.things}
        same = associate(seen, known)
        taken: set[str] = set(same.names.values())
        for index, (track, spot) in enumerate(seen):
            believed, name = self._believed(now_s, eye, track), same.names.get(index, "")
            if not believed and (not name or index in same.moved):
                continue
            place = Place(eye, where(track.sighting.box.center[0] / size[0]), spot)
            name = name or self._add(now_s, track.sighting, place)
            self._seen(now_s, name, eye, track, place)
            taken.add(name)
        self._miss(now_s, eye, size, [track.sighting.box for track in tracks], taken, pixel)

    def _candidate(self, name: str, eye: str) -> Candidate:
        thing, watch = self.things[name], self._watches[name]
        lost = bool(thing.missed_s)
        return Candidate(
            thing.class_id, thing.last.place.spot, watch.boxes.get(eye), watch.tracks.get(eye, ""), lost
        )

    def _believed(self, now_s: float, eye: str, track: Track) -> bool:
        looks = self._new.setdefault((eye, track.track_id), [])
        looks.append((now_s, track.sighting.score))
        del looks[:-LOOKS]
        fresh = [score for at_s, score in looks if abs(now_s - at_s) <= BELIEVED_S]
        if len(self._new) > MOST_THINGS:
            self._new = {
                key: value for key, value in self._new.items() if abs(now_s - value[-1][0]) <= BELIEVED_S
            }
        return len(fresh) >= LOOKS and sum(fresh) / len(fresh) >= SCORE

    def _add(self, now_s: float, seen: Sighting, place: Place) -> str:
        if len(self.things) >= MOST_THINGS:
            oldest = min(self.things, key=lambda name: self.things[name].last.to_s)
            del self.things[oldest], self._watches[oldest]
        self._counts[seen.class_id] = self._counts.get(seen.class_id, 0) + 1
        name = f"{seen.class_id.replace(' ', '_')}_{self._counts[seen.class_id]}"
        self.things[name] = Thing(name, seen.class_id, (Stay(place, now_s, now_s),), seen.score)
        self._watches[name] = _Watch({}, {}, {})
        self.events.append(Event(now_s, "new", name))
        return name

    def _seen(self, now_s: float, name: str, eye: str, track: Track, place: Place) -> None:
        thing, watch = self.things[name], self._watches[name]
        box, before_box = track.sighting.box, watch.boxes.get(eye)
        still = before_box is not None and not thing.missed_s and before_box.overlap(box) > SAME_BOX
        watch.boxes[eye], watch.tracks[eye], watch.missed = box, track.track_id, 0
        last = thing.last
        moved = _moved(last.place, place) or (
            place.spot is None and last.place.spot is not None and not still
        )
        if moved:
            watch.estimates = {}
        if place.spot is not None:
            before = watch.estimates.get(eye)
            kept = before[1] if before and before[1].uncertainty < place.spot.uncertainty else place.spot
            watch.estimates[eye] = (now_s, kept)
            fresh = [spot for at_s, spot in watch.estimates.values() if abs(now_s - at_s) <= JOINED_S]
            place = replace(place, spot=fused(fresh))
        if moved or _moved(last.place, place):
            stays = (*thing.stays, Stay(place, now_s, now_s))[-MOST_STAYS:]
            self.events.append(Event(now_s, "moved", name))
        else:
            place = replace(place, spot=place.spot or last.place.spot)
            if thing.missed_s or now_s - last.to_s > UNSEEN_S:  # of what was meanwhile nobody knows
                stays = (*thing.stays, Stay(place, now_s, now_s))[-MOST_STAYS:]
            else:
                stays = (*thing.stays[:-1], Stay(place, last.from_s, now_s))
            if thing.missed_s:
                self.events.append(Event(now_s, "new", name))
        score = thing.confidence + 0.2 * (track.sighting.score - thing.confidence)
        self.things[name] = Thing(name, thing.class_id, stays, score)

    def _miss(
        self,
        now_s: float,
        eye: str,
        size: tuple[int, int],
        boxes: Sequence[Box],
        taken: set[str],
        pixel: Pixel | None,
    ) -> None:
        """Whatever should be seen, and is not."""
        for name, thing in list(self.things.items()):
            watch, spot = self._watches[name], thing.last.place.spot
            if name in taken or (spot is None and thing.last.place.eye != eye):
                continue
            if spot is not None and pixel is not None:
                shown = pixel(spot.x, spot.y, spot.z)
                hidden = shown is None or any(_holds(box, shown) for box in boxes)
            else:
                box = watch.boxes.get(eye) if pixel is None else None
                hidden = box is None or any(box.overlap(other) > 0.0 for other in boxes)
            if hidden:
                continue
            watch.missed_from_s = min(watch.missed_from_s, now_s) if watch.missed else now_s
            watch.missed += 1
            if watch.missed >= MISSED_LOOKS and now_s - watch.missed_from_s >= MISSED_S:
                if not thing.missed_s:
                    self.events.append(Event(now_s, "gone", name))
                self.things[name] = replace(thing, missed_s=now_s)


def fused(spots: Sequence[Standing]) -> Standing:
    """One place of several estimates, each weighed by the inverse of its squared uncertainty; the surest says on what."""
    weights = [1.0 / max(spot.uncertainty, 0.01) ** 2 for spot in spots]
    total = sum(weights)
    x, y, z = (
        sum(weight * value for weight, value in zip(weights, values, strict=True)) / total
        for values in zip(*((spot.x, spot.y, spot.z) for spot in spots), strict=True)
    )
    best = min(spots, key=lambda spot: spot.uncertainty)
    return Standing(x, y, z, math.sqrt(1.0 / total), best.on, best.room)


def _moved(before: Place, now: Place) -> bool:
    """Was it carried somewhere else, as far as one can tell?"""
    if before.spot is not None and now.spot is not None:
        return apart(before.spot, now.spot) > 1.0
    return before.eye == now.eye and before.side != now.side and before.spot is None and now.spot is None


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x <= point[0] <= box.x + box.width and box.y <= point[1] <= box.y + box.height
