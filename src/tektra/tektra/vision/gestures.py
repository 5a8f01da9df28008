# SPDX-License-Identifier: Apache-2.0
"""Gestures that are held become acts: what a hand shows in passing is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tektra.common.errors import OptionError
from tektra.vision.tracker import Track

#: What a gesture can do, each harmless when it was a mistake.
ACTS = ("stop", "quiet")
GESTURES = (
    "closed_fist",
    "i_love_you",
    "open_palm",
    "pointing_up",
    "thumb_down",
    "thumb_up",
    "victory",
)
#: A hand shows it in so many looks at least, however long the dwell.
LEAST_LOOKS = 3
#: Not seen for longer it was let go.
GAP_S = 1.0
HOW = "write GESTURE=ACT, as in closed_fist=stop"


@dataclass
class _Hold:
    """What one hand shows, since when, in how many looks, and whether it was acted on."""

    gesture: str
    since_s: float
    last_s: float
    looks: int = 1
    done: bool = False


def parse_acts(table: Sequence[str]) -> dict[str, str]:
    """`closed_fist=stop` as gesture and act. Raises OptionError naming what is wrong."""
    acts: dict[str, str] = {}
    for entry in filter(None, table):
        gesture, _, act = (part.strip() for part in entry.partition("="))
        if gesture not in GESTURES or act not in ACTS or gesture in acts:
            known = f"gestures: {', '.join(GESTURES)}; acts: {', '.join(ACTS)}; each gesture once"
            raise OptionError(f"gesture_acts holds {entry[:60]!r}", f"{HOW} ({known})")
        acts[gesture] = act
    return acts


class GestureActs:
    """One camera's hands. Not for several threads; times are those of the pictures."""

    def __init__(self, acts: dict[str, str], dwell_s: float, least_score: float) -> None:
        self._acts = acts
        self._dwell_s = dwell_s
        self._least = least_score
        self._holds: dict[str, _Hold] = {}

    def update(self, now_s: float, hands: Sequence[Track]) -> list[tuple[str, str]]:
        """Takes the hands of one look; tells the acts (with their gestures) that were held for long enough just now.

        A hold acts once: the hand must show something else, or go, before it acts again.
        """
        self._holds = {
            name: hold for name, hold in self._holds.items() if 0.0 <= now_s - hold.last_s <= GAP_S
        }
        told = []
        for hand in hands:
            shown = hand.sighting.class_id if hand.sighting.score >= self._least else ""
            hold = self._holds.get(hand.track_id)
            if hold is None or hold.gesture != shown:
                hold = self._holds[hand.track_id] = _Hold(shown, now_s, now_s)
                continue
            hold.last_s, hold.looks = now_s, hold.looks + 1
            held = now_s - hold.since_s >= self._dwell_s and hold.looks >= LEAST_LOOKS
            if shown in self._acts and held and not hold.done:
                hold.done = True
                told.append((self._acts[shown], shown))
        return told
