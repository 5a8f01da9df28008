# SPDX-License-Identifier: Apache-2.0
"""The same thing keeps the same name from image to image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tektra.vision.sightings import Box, Sighting

#: A thing that is hidden is expected to go on for so long, and its velocity follows the last step by this share.
AHEAD_S, FOLLOW = 2.0, 0.5
Shift = tuple[float, float]
NONE: Shift = (0.0, 0.0)
#: Of a crowd so many pairs tell enough.
MOST_PAIRS = 64


@dataclass(frozen=True)
class Track:
    """A thing under its name, as last seen at `seen_s`; its middle moves at `velocity` (px/s) as far as is known."""

    track_id: str
    sighting: Sighting
    seen_s: float
    velocity: tuple[float, float] = (0.0, 0.0)

    def expected(self, now_s: float) -> Box:
        """Where its box would be now if it went on; for long it is not expected to."""
        box, ahead_s = self.sighting.box, min(now_s - self.seen_s, AHEAD_S)
        return replace(box, x=box.x + ahead_s * self.velocity[0], y=box.y + ahead_s * self.velocity[1])


class Tracker:
    """Joins sightings by the overlap of their boxes, best first. Not for several threads.

    A thing keeps its id while it is seen again within `keep_s` with at least `least_overlap` (intersection
    over union). With `by_class`, only the same class is the same thing; hands change their gesture and stay
    the same hand.
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
        self._tracks: dict[str, Track] = {}

    def update(self, now_s: float, sightings: Sequence[Sighting]) -> list[Track]:
        """Takes what one image shows; tells each of these things under its id, in the same order."""
        self._tracks = {
            name: track for name, track in self._tracks.items() if now_s - track.seen_s <= self._keep_s
        }
        names: dict[int, str] = {}
        shift = self._shift(now_s, sightings)
        self._join(now_s, sightings, names, shift)
        if shift != NONE:
            self._join(now_s, sightings, names, NONE)
        found = []
        for index, sighting in enumerate(sightings):
            before = self._tracks.get(names.get(index, ""))
            track = Track(
                names.get(index) or self._new_name(), sighting, now_s, _velocity(before, sighting, now_s)
            )
            self._tracks[track.track_id] = track
            found.append(track)
        return found

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
        pairs = sorted(
            (
                (self._overlap(track, sighting, now_s, shift), name, index)
                for name, track in self._tracks.items()
                for index, sighting in enumerate(sightings)
                if name not in taken
                and index not in names
                and (not self._by_class or track.sighting.class_id == sighting.class_id)
            ),
            reverse=True,
        )
        for overlap, name, index in pairs:
            if overlap >= self._least and index not in names and name not in taken:
                names[index] = name
                taken.add(name)

    def forget(self) -> None:
        """What is seen from now on is new, and no name comes again."""
        self._tracks = {}

    @property
    def names(self) -> frozenset[str]:
        """Names of the things that are still known."""
        return frozenset(self._tracks)

    def _overlap(self, track: Track, sighting: Sighting, now_s: float, shift: Shift = NONE) -> float:
        """Of the better of where it was and where it would be by now."""
        box = track.sighting.box
        if shift != NONE:
            return replace(box, x=box.x + shift[0], y=box.y + shift[1]).overlap(sighting.box)
        return max(box.overlap(sighting.box), track.expected(now_s).overlap(sighting.box))

    def _new_name(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count}"


def _velocity(before: Track | None, now: Sighting, now_s: float) -> tuple[float, float]:
    """px/s of the middle, smoothed; 0 for what is new."""
    if before is None or now_s <= before.seen_s:
        return 0.0, 0.0
    was, new, step_s = before.sighting.box.center, now.box.center, now_s - before.seen_s
    steps = ((new[0] - was[0]) / step_s, (new[1] - was[1]) / step_s)
    vx, vy = before.velocity
    return vx + FOLLOW * (steps[0] - vx), vy + FOLLOW * (steps[1] - vy)
