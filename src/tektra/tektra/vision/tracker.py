# SPDX-License-Identifier: Apache-2.0
"""The same thing keeps the same name from image to image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tektra.vision.sightings import Sighting


@dataclass(frozen=True)
class Track:
    """A thing under its name, as last seen at `seen_s`."""

    track_id: str
    sighting: Sighting
    seen_s: float


class Tracker:
    """Joins sightings by the overlap of their boxes, best first. Not for several threads.

    A thing keeps its id while it is seen again within `keep_s` with at least `least_overlap` (intersection
    over union). With `by_class`, only the same class is the same thing; hands change their gesture and stay
    the same hand.
    """

    def __init__(
        self, prefix: str, *, keep_s: float = 1.0, least_overlap: float = 0.2, by_class: bool = True
    ) -> None:
        self._prefix = prefix
        self._keep_s = keep_s
        self._least = least_overlap
        self._by_class = by_class
        self._count = 0
        self._tracks: dict[str, Track] = {}

    def update(self, now_s: float, sightings: Sequence[Sighting]) -> list[Track]:
        """Takes what one image shows; tells each of these things under its id, in the same order."""
        self._tracks = {
            name: track for name, track in self._tracks.items() if now_s - track.seen_s <= self._keep_s
        }
        pairs = sorted(
            (
                (track.sighting.box.overlap(sighting.box), name, index)
                for name, track in self._tracks.items()
                for index, sighting in enumerate(sightings)
                if not self._by_class or track.sighting.class_id == sighting.class_id
            ),
            reverse=True,
        )
        names: dict[int, str] = {}
        for overlap, name, index in pairs:
            if overlap >= self._least and index not in names and name not in names.values():
                names[index] = name
        found = []
        for index, sighting in enumerate(sightings):
            track = Track(names.get(index) or self._new_name(), sighting, now_s)
            self._tracks[track.track_id] = track
            found.append(track)
        return found

    @property
    def names(self) -> frozenset[str]:
        """Names of the things that are still known."""
        return frozenset(self._tracks)

    def _new_name(self) -> str:
        self._count += 1
        return f"{self._prefix}{self._count}"
