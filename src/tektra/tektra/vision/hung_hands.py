# SPDX-License-Identifier: Apache-2.0
"""Hands that hang there: on posters, mugs and screens. Each time that somebody walks past, such a hand is raised again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from tektra.vision.sightings import Box
from tektra.vision.tracker import Track

#: Where a gesture is shown for so long, in so large a share of the looks of so many seconds, it hangs there: people answer for 1 or 2 s.
LEAST_S, WINDOW_S, SHARE = 6.0, 20.0, 0.45
#: It is the same place where boxes overlap by this (intersection over union); a hand that hung there is known for so long.
SAME, KEPT_S = 0.4, 600.0
#: Places that are kept, the newest.
MOST = 32


@dataclass
class _Place:
    gesture: str
    box: Box
    seen_s: float
    looks: deque[tuple[float, bool]] = field(default_factory=deque)
    hung: bool = False

    def looked(self, now_s: float, *, shown: bool) -> None:
        self.seen_s = now_s if shown else self.seen_s
        self.looks.append((now_s, shown))
        while now_s - self.looks[0][0] > WINDOW_S:
            self.looks.popleft()
        share = sum(shown for _, shown in self.looks) / len(self.looks)
        lasted_s = now_s - self.looks[0][0]
        self.hung = self.hung or (share >= SHARE and share * lasted_s >= LEAST_S)

    def kept(self, now_s: float) -> bool:
        return 0.0 <= now_s - self.seen_s <= (KEPT_S if self.hung else WINDOW_S)


class HungHands:
    """One camera's. Not for several threads; times are those of the pictures."""

    def __init__(self) -> None:
        self._places: list[_Place] = []

    def update(self, now_s: float, hands: Sequence[Track]) -> frozenset[str]:
        """Takes the hands of one look; tells which of them, by track id, hang there."""
        self._places = [place for place in self._places if place.kept(now_s)][-MOST:]
        free, found = list(self._places), set()
        for hand in hands:
            seen = hand.sighting
            same = (p for p in free if p.gesture == seen.class_id and p.box.overlap(seen.box) >= SAME)
            place = max(same, key=lambda p: p.box.overlap(seen.box), default=None)
            if place is None:
                place = _Place(seen.class_id, seen.box, now_s)
                self._places.append(place)
            else:
                free.remove(place)
            place.looked(now_s, shown=True)
            if place.hung:
                found.add(hand.track_id)
        for place in free:
            place.looked(now_s, shown=False)
        return frozenset(found)
