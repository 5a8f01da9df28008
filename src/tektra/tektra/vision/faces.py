# SPDX-License-Identifier: Apache-2.0
"""Who the faces in view are: decided over several looks, and unknown unless somebody agreed to be known."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tektra.common.recognition import Gallery, Match
from tektra.vision.backends import FacePrint
from tektra.vision.tracker import Track
from tektra.vision.words import listed

#: Cosine from which on a face is like a print, and by how much more than like the next person's (bench/run faces).
THRESHOLD, MARGIN = 0.45, 0.1
#: Of the last looks at a face, so many must agree whose it is; one that disagrees takes a name away no sooner.
LOOKS, AGREE = 5, 3
#: A face is looked at again so often, and smaller ones (px) are nobody's.
EVERY_S, LEAST_WIDTH = 0.5, 40.0
#: A name that no look has borne out for so long is no more than a memory: a track may go over to somebody else.
CONFIRMED_S = 1.5
#: A box of the reader is of the track that it overlaps by this share at least.
OVERLAP = 0.3


@dataclass(frozen=True)
class Known:
    """Somebody who is recognised: the person's id and name, and how surely, 0..1. `confirmed`: also by the newest look, and lately."""

    id: str
    name: str
    confidence: float
    confirmed: bool = True


@dataclass
class _Votes:
    seen: deque[Match | None] = field(default_factory=lambda: deque(maxlen=LOOKS))
    looked_s: float = float("-inf")


class FaceNames:
    """One camera's faces by their track ids. Not for several threads; times are those of the pictures."""

    def __init__(self) -> None:
        self._votes: dict[str, _Votes] = {}
        self._looked_s = float("-inf")

    def due(self, now_s: float, faces: Sequence[Track], gallery: Gallery) -> bool:
        """Whether the reader should look: somebody is known, a face is there, and the last look was a while ago."""
        return bool(gallery.people and faces) and not 0.0 <= now_s - self._looked_s < EVERY_S

    def update(
        self, now_s: float, faces: Sequence[Track], prints: Sequence[FacePrint], gallery: Gallery
    ) -> None:
        """What the reader made of a picture, for the faces that are tracked in it."""
        self._looked_s = now_s
        for face in faces:
            best = max(prints, key=lambda p: p.box.overlap(face.sighting.box), default=None)
            if best is None or best.box.overlap(face.sighting.box) < OVERLAP:
                continue  # the reader did not see it: that tells nothing
            match = gallery.match(best.vector) if best.box.width >= LEAST_WIDTH else None
            votes = self._votes.setdefault(face.track_id, _Votes())
            votes.seen.append(match)
            votes.looked_s = now_s

    def keep(self, track_ids: frozenset[str], gallery: Gallery) -> None:
        """Forgets faces that are gone, and persons who are not known any more."""
        here = {person.id for person in gallery.people}
        self._votes = {name: votes for name, votes in self._votes.items() if name in track_ids}
        for votes in self._votes.values():
            kept = [m if m is not None and m.person.id in here else None for m in votes.seen]
            votes.seen = deque(kept, maxlen=LOOKS)

    def known(self) -> dict[str, Known]:
        """Who is recognised, by track id; nobody twice: of two faces the likelier one is the person's."""
        found: dict[str, Known] = {}
        for track_id, votes in self._votes.items():
            who = _winner(votes.seen)
            if who is not None:
                newest = votes.seen[-1]
                lately = 0.0 <= self._looked_s - votes.looked_s <= CONFIRMED_S
                confirmed = lately and newest is not None and newest.person.id == who.id
                found[track_id] = replace(who, confirmed=confirmed)
        best: dict[str, str] = {}
        for track_id, who in found.items():
            rival = best.get(who.id)
            if rival is None or who.confidence > found[rival].confidence:
                best[who.id] = track_id
        return {track_id: who for track_id, who in found.items() if best[who.id] == track_id}


def _winner(seen: Sequence[Match | None]) -> Known | None:
    ids = [match.person.id for match in seen if match is not None]
    who = max(set(ids), key=ids.count, default=None)
    if who is None or ids.count(who) < AGREE:
        return None
    theirs = [match for match in seen if match is not None and match.person.id == who]
    score = sum(match.score for match in theirs) / len(seen)
    return Known(who, theirs[-1].person.name, max(0.0, min(1.0, score)))


def told(known: Mapping[str, Known], faces: int) -> str:
    """In a sentence; empty where nobody is recognised. `faces`: how many are in view."""
    if not known:
        return ""
    names = listed(sorted(who.name for who in known.values()))
    others = faces - len(known)
    rest = (
        ""
        if others <= 0
        else f" I do not know {'the other face' if others == 1 else f'{others} other faces'}."
    )
    return f"I recognise {names}.{rest}"
