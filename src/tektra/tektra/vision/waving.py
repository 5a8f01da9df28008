# SPDX-License-Identifier: Apache-2.0
"""Hands that wave: an open hand that goes from side to side."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tektra.vision.gesture_table import WAVE
from tektra.vision.tracker import Track

#: Of the last so many seconds, with a turn at each end of so many swings; a swing is so wide, in widths of the hand.
WINDOW_S, TURNS, SWING = 3.0, 3, 0.3
#: A hand is the same when its middle went no further than this from look to look, in its widths; seen again within this.
NEAR, GAP_S = 1.6, 0.8
#: What a waving hand is taken for from look to look: open, and, blurred or seen from the side, nothing.
OPEN = ("open_palm", "")
#: It is no wave when the hand went up or down more than this share of how far it went aside.
UPWARDS = 0.7


@dataclass
class _Path:
    points: deque[tuple[float, float, float, float]] = field(default_factory=lambda: deque(maxlen=40))
    opened: deque[bool] = field(default_factory=lambda: deque(maxlen=40))


class Waves:
    """One camera's hands. Not for several threads; times are those of the pictures."""

    def __init__(self) -> None:
        self._paths: list[_Path] = []

    def update(self, now_s: float, hands: Sequence[Track]) -> list[Track]:
        """The same hands; those that wave show `wave`."""
        self._paths = [path for path in self._paths if 0.0 <= now_s - path.points[-1][0] <= GAP_S]
        free = list(self._paths)
        found = []
        for hand in hands:
            x, y = hand.sighting.box.center
            size = max(hand.sighting.box.width, hand.sighting.box.height, 1.0)
            near = min(free, key=lambda path: _apart(path, x, y), default=None)
            if near is None or _apart(near, x, y) > NEAR * size:
                near = _Path()
                self._paths.append(near)
            else:
                free.remove(near)
            near.points.append((now_s, x, y, size))
            near.opened.append(hand.sighting.class_id in OPEN)
            waves = _waves(near, now_s)
            found.append(
                replace(hand, sighting=replace(hand.sighting, class_id=WAVE, score=1.0)) if waves else hand
            )
        return found


def _apart(path: _Path, x: float, y: float) -> float:
    _, px, py, _ = path.points[-1]
    return max(abs(px - x), abs(py - y))


def _waves(path: _Path, now_s: float) -> bool:
    recent = [point for point in path.points if now_s - point[0] <= WINDOW_S]
    opened = list(path.opened)[-len(recent) :]
    if len(recent) < TURNS + 2 or sum(opened) < 0.7 * len(opened):
        return False
    size = sum(point[3] for point in recent) / len(recent)
    xs, ys = [point[1] / size for point in recent], [point[2] / size for point in recent]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    return _turns(xs) >= TURNS and high <= UPWARDS * wide


def _turns(xs: Sequence[float]) -> int:
    """How often it turned back after a swing."""
    turns, side, extreme = 0, 0, xs[0]
    for x in xs[1:]:
        if side and (x - extreme) * side > 0:
            extreme = x
        elif abs(x - extreme) >= SWING:
            turns += bool(side)
            side, extreme = (1 if x > extreme else -1), x
    return turns
