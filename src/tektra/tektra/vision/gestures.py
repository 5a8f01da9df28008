# SPDX-License-Identifier: Apache-2.0
"""Gestures that are held become acts: what a hand shows in passing is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tektra.vision.gesture_table import ANSWERS, ANYBODY, OPERATOR, POINT, STOP, WAVE, Sign, Table
from tektra.vision.hung_hands import HungHands
from tektra.vision.tracker import Track

#: A hand shows it in so many looks at least, however long the dwell.
LEAST_LOOKS = 3
#: Not seen for longer it was let go; where looks are rarer, for longer than so many of them, but no longer than that.
GAP_S, GAP_LOOKS, LONGEST_GAP_S = 1.0, 2.5, 4.0
#: Of the looks of a hold so many show it: a look that is blurred, or names nothing, is no letting go.
LEAST_SHARE = 0.6
#: A hand was raised anew where it did not show it for so long: a poster is missed in some looks, too.
LET_GO_S = 3.0
#: Who shows yes and no by turns has not made up their mind: the other one was not seen for so long.
UNDECIDED_S = 2.5
#: What is to be shown more than once is shown again within this.
AGAIN_S = 6.0
#: Who waved has been greeted for so long.
GREETED_S = 20.0
#: What is held already within so long after looks began answers nothing: nobody saw it being raised.
RAISED_S = 1.0


@dataclass(frozen=True)
class Shower:
    """Whose hand it is, as far as anybody knows, and as what it counts: operator, guest, observer; "": nobody is known here."""

    person: str = ""
    role: str = ""

    def may(self, by: str) -> bool:
        """Whether a sign counts that only these may give."""
        return by == ANYBODY or (bool(self.person) and (by != OPERATOR or self.role == OPERATOR))


NOBODY = Shower()
#: Whose hand a track is.
Whose = Callable[[Track], Shower]


@dataclass(frozen=True)
class Act:
    """A sign that was given just now, by which hand, and by whom; the hand shows it since `since_s`."""

    sign: Sign
    hand: Track
    shower: Shower
    since_s: float

    @property
    def told(self) -> tuple[str, str, str, str, float]:
        """What it means, the gesture, person and role, and since when it is shown."""
        return self.sign.means, self.sign.gesture, self.shower.person, self.shower.role, self.since_s


@dataclass
class _Hold:
    """What one hand shows, since when, in how many looks, in how many between them it did not, and whether it was acted on."""

    gesture: str
    since_s: float
    last_s: float
    looks: int = 1
    missed: int = 0
    done: bool = False


class GestureActs:
    """One camera's hands. Not for several threads; times are those of the pictures."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._holds: dict[str, _Hold] = {}
        self._shown: dict[tuple[str, str], tuple[int, float]] = {}
        self._greeted_s = self._looked_s = float("-inf")
        self._began_s = float("-inf")
        self._raised: dict[
            tuple[str, str], tuple[float, float]
        ] = {}  # by hand and gesture: since when, and last
        self._hung = HungHands()

    def update(
        self, now_s: float, hands: Sequence[Track], whose: Whose = lambda _: NOBODY, *, still: bool = False
    ) -> list[Act]:
        """Takes the hands of one look; tells the signs that were given just now. `still`: the camera repeats an earlier picture.

        A hold acts once: the hand must show something else, or go, before it acts again. Only a stop is believed of a picture
        that is repeated, and of a hand that hangs on the wall; an answer is one only where its hand was seen being raised.
        """
        self._forget(now_s)
        hung = self._hung.update(now_s, hands)
        acts = []
        for hand in hands:
            gesture = hand.sighting.class_id
            sign = self._table.get(gesture)
            since_s = self._since(hand.track_id, gesture, now_s)
            if hand.sighting.score < (sign.score if sign is not None else Sign.score):
                continue
            if (still or hand.track_id in hung) and not (sign is not None and sign.means == STOP):
                continue
            hold = self._hold(hand.track_id, gesture, now_s)
            if sign is None or hold.done or not _held(hold, sign):
                continue
            if sign.means in ANSWERS and (
                since_s - self._began_s <= RAISED_S or self._undecided(hand, sign, now_s)
            ):
                continue
            shower = whose(hand)
            if shower.may(sign.by):
                hold.done = sign.means != POINT  # which goes on, as a finger may move
                counts = self._counts(sign, shower, now_s)
                acts += [Act(sign, hand, shower, since_s)] if counts else []
        return acts

    def _since(self, name: str, gesture: str, now_s: float) -> float:
        """Since when this hand shows it, however surely, and though a look between was read as something else."""
        since_s, _ = self._raised.get((name, gesture), (now_s, now_s))
        self._raised[name, gesture] = (since_s, now_s)
        return since_s

    def _undecided(self, hand: Track, sign: Sign, now_s: float) -> bool:
        """Whether the hand showed another answer just now, however surely."""
        others = {
            other.gesture
            for other in self._table.values()
            if other.means in ANSWERS and other.means != sign.means
        }
        seen_s = [
            last
            for (name, shown), (_, last) in self._raised.items()
            if name == hand.track_id and shown in others
        ]
        return any(now_s - last <= UNDECIDED_S for last in seen_s)

    def _hold(self, name: str, gesture: str, now_s: float) -> _Hold:
        """What the hand of this name holds, with this look."""
        hold = self._holds.get(name)
        if hold is None or hold.gesture != gesture:
            hold = self._holds[name] = _Hold(gesture, now_s, now_s)
        else:
            hold.last_s, hold.looks, hold.missed = now_s, hold.looks + 1, hold.missed - 1
        return hold

    def _forget(self, now_s: float) -> None:
        """What was let go; what is left is missed in this look, until a hand shows it."""
        rarely_s = GAP_LOOKS * max(0.0, now_s - self._looked_s)
        if not 0.0 <= now_s - self._looked_s <= LONGEST_GAP_S:
            self._began_s = now_s
        gap_s, self._looked_s = max(GAP_S, min(rarely_s, LONGEST_GAP_S)), now_s
        let_go_s = max(gap_s, LET_GO_S)
        self._raised = {key: seen for key, seen in self._raised.items() if 0.0 <= now_s - seen[1] <= let_go_s}
        kept = {name: hold for name, hold in self._holds.items() if 0.0 <= now_s - hold.last_s <= gap_s}
        for hold in kept.values():
            hold.missed += 1
        self._holds = kept

    def _counts(self, sign: Sign, shower: Shower, now_s: float) -> bool:
        """Whether it was shown often enough; and nobody is greeted again and again."""
        if sign.means == "greet":
            again = 0.0 <= now_s - self._greeted_s < GREETED_S
            self._greeted_s = self._greeted_s if again else now_s
            return not again
        key = (sign.gesture, shower.person)
        count, last_s = self._shown.get(key, (0, now_s))
        count = count + 1 if 0.0 <= now_s - last_s <= AGAIN_S else 1
        self._shown[key] = (count % sign.times, now_s)
        return count >= sign.times


def _held(hold: _Hold, sign: Sign) -> bool:
    """For long enough; a wave took its time before it was told as one."""
    if sign.gesture == WAVE:
        return True
    shown = hold.looks >= LEAST_LOOKS and hold.looks >= LEAST_SHARE * (hold.looks + hold.missed)
    return shown and hold.last_s - hold.since_s >= sign.dwell_s
