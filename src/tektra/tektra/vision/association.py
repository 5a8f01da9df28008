# SPDX-License-Identifier: Apache-2.0
"""Which of the things that are remembered are those of one look: plain functions.

In this order: the same track where it was, the nearest of its kind that may be it, the same track elsewhere, and the only one of its kind
that is left, and was looked for in vain. So a track that went over to another thing of its kind, as it may where the camera turns, carries nothing off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tektra.vision.sightings import Box
from tektra.vision.surfaces import Standing
from tektra.vision.tracker import Track

#: Things of a kind that are nearer together than this (m), or than so many times their uncertainty, may be one.
SAME_M, SIGMAS = 0.25, 2.0
#: Overlap of boxes (intersection over union) from which on a thing has not been carried off between two looks.
SAME_BOX = 0.2


@dataclass(frozen=True)
class Candidate:
    """A thing that is remembered, as a camera may see it again: where it was seen last, on the map and in this camera's picture, under
    which of its tracks, and whether it was looked for in vain since."""

    class_id: str
    spot: Standing | None
    box: Box | None
    track_id: str
    lost: bool


@dataclass(frozen=True)
class Associated:
    """`names` of things by the index of what was seen. Of those in `moved` it is not where it was: a single look is not to be believed."""

    names: Mapping[int, str]
    moved: frozenset[int]


def associate(seen: Sequence[tuple[Track, Standing | None]], known: Mapping[str, Candidate]) -> Associated:
    """Every thing at most once, and what is left over is nobody's."""
    names: dict[int, str] = {}

    def left(index: int) -> list[str]:
        taken, kind = set(names.values()), seen[index][0].sighting.class_id
        return [name for name, thing in known.items() if thing.class_id == kind and name not in taken]

    def assign(which: Callable[[int, Sequence[str]], str]) -> None:
        for index in range(len(seen)):
            if index not in names and (name := which(index, left(index))):
                names[index] = name

    def by_track(index: int, own: Sequence[str]) -> str:
        return next((name for name in own if known[name].track_id == seen[index][0].track_id), "")

    def still(index: int, own: Sequence[str]) -> str:
        name, spot = by_track(index, own), seen[index][1]
        elsewhere = (
            name and spot is not None and known[name].spot is not None and apart(known[name].spot, spot) > 1.0
        )
        return "" if elsewhere else name

    def only_lost(index: int, own: Sequence[str]) -> str:
        return own[0] if len(own) == 1 and known[own[0]].lost else ""

    def in_picture(index: int, own: Sequence[str]) -> str:
        """Of a camera without a place only what it saw itself, and only where it saw it."""
        track, spot = seen[index]
        if spot is not None:
            return ""
        at = ((name, known[name].box) for name in own if known[name].spot is None)
        return next(
            (name for name, box in at if box is not None and box.overlap(track.sighting.box) > SAME_BOX), ""
        )

    assign(still)
    _nearest(seen, known, names)
    sure = frozenset(names)
    assign(by_track)
    assign(only_lost)
    moved = frozenset(names) - sure
    assign(in_picture)
    return Associated(names, moved)


def _nearest(
    seen: Sequence[tuple[Track, Standing | None]], known: Mapping[str, Candidate], names: dict[int, str]
) -> None:
    """Adds what may be the same by where it is, the nearest first."""
    pairs = sorted(
        (far, index, name)
        for index, (track, spot) in enumerate(seen)
        for name, thing in known.items()
        if thing.class_id == track.sighting.class_id and (far := apart(thing.spot, spot)) <= 1.0
    )
    taken = set(names.values())
    for _, index, name in pairs:
        if index not in names and name not in taken:
            names[index] = name
            taken.add(name)


def apart(one: Standing | None, other: Standing | None) -> float:
    """How far apart, as a share of what may still be the same; infinite where nobody knows."""
    if one is None or other is None:
        return math.inf
    allowed = max(SAME_M, SIGMAS * math.hypot(one.uncertainty, other.uncertainty))
    return math.hypot(one.x - other.x, one.y - other.y) / allowed
