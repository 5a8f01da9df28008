# SPDX-License-Identifier: Apache-2.0
"""The same thing keeps the same name from image to image, is called by what most looks call it, and is believed once it was seen again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from tektra.vision.sightings import SHAPES, Box, Kind, Sighting

#: A thing that is hidden is expected to go on for so long, and its velocity follows the last step by this share.
AHEAD_S, FOLLOW = 2.0, 0.5
Shift = tuple[float, float]
NONE: Shift = (0.0, 0.0)
#: Of a crowd so many pairs tell enough.
MOST_PAIRS = 64
#: A thing is believed once it was seen in so many looks one after the other: what a detector makes up is gone with the next. Of people
#: the first look counts, as robots are kept off them.
BELIEVED, PERSON = 2, "person"
#: What was seen in the last look by another name, and overlaps by so much, is the same thing: a detector wavers. Each look's word for it
#: counts less than the one after it by this share.
SAME_THING, FADES = 0.6, 0.2
#: Of two that may be it, the one that was seen lately is: an overlap counts less by so much for each second in which a thing was hidden.
HIDDEN_LESS = 0.1
#: The camera turned where at least two things moved alike: no farther apart than this (px), or than this share of how far they moved.
ALIKE_PX, ALIKE = 4.0, 0.25


@dataclass(frozen=True)
class Track:
    """A thing under its name, as last seen at `seen_s`; its middle moves at `velocity` (px/s) as far as is known.

    `sighting` has the class that most looks gave it. `looks`: in so many one after the other it was seen, up to `BELIEVED`. `votes`: by
    class, the scores so far. `carried`: by so much the picture moved since it was seen, px.
    """

    track_id: str
    sighting: Sighting
    seen_s: float
    velocity: tuple[float, float] = (0.0, 0.0)
    looks: int = BELIEVED
    votes: Mapping[str, float] = field(default_factory=dict)
    carried: Shift = NONE

    @property
    def believed(self) -> bool:
        """Whether it is no mere flicker of the detector. Faces and hands have limits of their own."""
        known = self.sighting.kind is not Kind.OBJECTS or self.sighting.class_id == PERSON
        return known or self.looks >= BELIEVED

    def expected(self, now_s: float) -> Box:
        """Where its box would be now if it went on; for long it is not expected to."""
        box, ahead_s = self.sighting.box, min(now_s - self.seen_s, AHEAD_S)
        return box.moved((ahead_s * self.velocity[0], ahead_s * self.velocity[1]))

    def carried_box(self) -> Box:
        """Where its box would be now if it stood still and the camera turned."""
        return self.sighting.box.moved(self.carried)


class Tracker:
    """Joins sightings by the overlap of their boxes, best first. Not for several threads.

    A thing keeps its id while it is seen again within `keep_s` with at least `least_overlap` (intersection over union). With `by_class`,
    only the same class is the same thing, but for what a detector wavers about from one look to the next; hands change their gesture
    and stay the same hand. With `reach_px` the camera may turn by so much between two looks.
    """

    def __init__(
        self,
        prefix: str,
        *,
        keep_s: float = 1.0,
        least_overlap: float = 0.2,
        by_class: bool = True,
        reach_px: float = 0.0,
    ) -> None:
        self._prefix = prefix
        self._keep_s = keep_s
        self._least = least_overlap
        self._by_class = by_class
        self._reach_px = reach_px
        self._count = 0
        self._last_s = -math.inf
        self._tracks: dict[str, Track] = {}

    def update(self, now_s: float, sightings: Sequence[Sighting]) -> list[Track]:
        """Takes what one image shows; tells each of these things under its id, in the same order."""
        self._tracks = {
            name: track
            for name, track in self._tracks.items()
            if abs(now_s - track.seen_s) <= self._keep_s  # a clock may be set back
        }
        names: dict[int, str] = {}
        shift = self._shift(now_s, sightings)
        self._join(now_s, sightings, names, shift)
        if shift != NONE:
            self._join(now_s, sightings, names, NONE)
        if self._by_class:
            self._join_wavering(sightings, names, shift)
        moved = self._moved(sightings, names)
        found = []
        for index, sighting in enumerate(sightings):
            before = self._tracks.get(names.get(index, ""))
            track = self._seen(before, sighting, now_s) if before else self._new(sighting, now_s)
            self._tracks[track.track_id] = track
            found.append(track)
        seen = {track.track_id for track in found}
        for name, track in list(self._tracks.items()):
            if name not in seen:
                carried = (track.carried[0] + moved[0], track.carried[1] + moved[1])
                looks = track.looks if track.looks >= BELIEVED else 0
                self._tracks[name] = replace(track, carried=carried, looks=looks)
        self._last_s = now_s
        return found

    def forget(self) -> None:
        """What is seen from now on is new, and no name comes again."""
        self._tracks = {}

    @property
    def names(self) -> frozenset[str]:
        """Names of the things that are still known."""
        return frozenset(self._tracks)

    # -- inside ------------------------------------------------------------------------------------------------

    def _new(self, sighting: Sighting, now_s: float) -> Track:
        self._count += 1
        votes = {sighting.class_id: sighting.score}
        return Track(f"{self._prefix}{self._count}", sighting, now_s, looks=1, votes=votes)

    def _seen(self, before: Track, sighting: Sighting, now_s: float) -> Track:
        votes = {name: (1.0 - FADES) * score for name, score in before.votes.items()}
        votes[sighting.class_id] = votes.get(sighting.class_id, 0.0) + sighting.score
        told = max(votes, key=lambda name: votes[name]) if self._by_class else sighting.class_id
        velocity = _velocity(before, sighting, now_s)
        looks = min(BELIEVED, before.looks + 1)
        return Track(before.track_id, replace(sighting, class_id=told), now_s, velocity, looks, votes)

    def _shift(self, now_s: float, sightings: Sequence[Sighting]) -> Shift:
        """By how much the whole picture moved, px: what makes the most things overlap, and is the least of those."""
        if not self._reach_px:
            return NONE
        pairs = [(track.sighting.box.center, seen.box.center) for track in self._tracks.values() for seen in sightings
                 if track.sighting.class_id == seen.class_id][:MOST_PAIRS]  # fmt: skip
        shifts = {(new[0] - was[0], new[1] - was[1]) for was, new in pairs}
        near = [shift for shift in shifts if math.hypot(*shift) <= self._reach_px]

        def joined(shift: Shift) -> tuple[int, float]:
            names: dict[int, str] = {}
            self._join(now_s, sightings, names, shift)
            return len(names), -math.hypot(*shift)

        return max((NONE, *near), key=joined)

    def _join(self, now_s: float, sightings: Sequence[Sighting], names: dict[int, str], shift: Shift) -> None:
        """Adds to `names`, by index of the sighting, those that overlap enough once all has moved by the shift."""
        taken = set(names.values())
        pairs = []
        for name, track in self._tracks.items():
            for index, sighting in enumerate(sightings):
                same = not self._by_class or sighting.class_id == track.sighting.class_id
                if same and name not in taken and index not in names:
                    overlap = self._overlap(track, sighting, now_s, shift)
                    if overlap >= self._least:
                        hidden_s = max(0.0, self._last_s - track.seen_s)
                        pairs.append((overlap - HIDDEN_LESS * hidden_s, name, index))
        _take(pairs, names)

    def _join_wavering(self, sightings: Sequence[Sighting], names: dict[int, str], shift: Shift) -> None:
        """Adds those that were called otherwise, or were in another look, where nothing else is what they are."""
        taken, pairs = set(names.values()), []
        left = {sighting.class_id for index, sighting in enumerate(sightings) if index not in names}
        for name, track in self._tracks.items():
            if name in taken or track.seen_s < self._last_s or track.sighting.class_id in left:
                continue
            for index, sighting in enumerate(sightings):
                if index in names:
                    continue
                box = track.sighting.box
                overlap = max(each.overlap(sighting.box) for each in (box, box.moved(shift)))
                if overlap >= SAME_THING and _may_be(track.sighting, sighting):
                    pairs.append((overlap, name, index))
        _take(pairs, names)

    def _moved(self, sightings: Sequence[Sighting], names: Mapping[int, str]) -> Shift:
        """By how much the camera's turning moved the picture since the last look, px: what most things that were seen in both moved by;
        none where they are fewer than two, or do not agree."""
        steps = []
        for index, name in names.items():
            if self._tracks[name].seen_s >= self._last_s:
                was, now = self._tracks[name].sighting.box.center, sightings[index].box.center
                steps.append((now[0] - was[0], now[1] - was[1]))
        if len(steps) < 2:
            return NONE
        middle = (median(x for x, _ in steps), median(y for _, y in steps))
        near = max(ALIKE_PX, ALIKE * math.hypot(*middle))
        alike = [step for step in steps if math.dist(step, middle) <= near]
        return middle if len(alike) >= 2 and 2 * len(alike) > len(steps) else NONE

    def _overlap(self, track: Track, sighting: Sighting, now_s: float, shift: Shift = NONE) -> float:
        """Of the best of where it was, where it would be by now, and where the camera's turning put it."""
        box, carried = track.sighting.box, track.carried_box()
        if shift != NONE:
            return carried.moved(shift).overlap(sighting.box)
        return max(each.overlap(sighting.box) for each in (box, track.expected(now_s), carried))


def _take(pairs: list[tuple[float, str, int]], names: dict[int, str]) -> None:
    """Adds each name and index once, the best pair first."""
    taken = set(names.values())
    for _, name, index in sorted(pairs, reverse=True):
        if index not in names and name not in taken:
            names[index] = name
            taken.add(name)


def _may_be(one: Sighting, other: Sighting) -> bool:
    """Whether a detector may call the same thing by both names: no person is a thing, no marker another, and a colour stays."""
    if PERSON in (one.class_id, other.class_id) or one.marker is not None or other.marker is not None:
        return False
    return _colour(one.class_id) == _colour(other.class_id)


def _colour(class_id: str) -> str:
    """Of what is told by its colour and outline ("red cube"); else empty."""
    colour, _, shape = class_id.partition(" ")
    return colour if shape in SHAPES else ""


def _velocity(before: Track | None, now: Sighting, now_s: float) -> tuple[float, float]:
    """px/s of the middle, smoothed; 0 for what is new."""
    if before is None or now_s <= before.seen_s:
        return 0.0, 0.0
    was, new, step_s = before.sighting.box.center, now.box.center, now_s - before.seen_s
    steps = ((new[0] - was[0]) / step_s, (new[1] - was[1]) / step_s)
    vx, vy = before.velocity
    return vx + FOLLOW * (steps[0] - vx), vy + FOLLOW * (steps[1] - vy)
