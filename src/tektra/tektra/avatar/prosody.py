# SPDX-License-Identifier: Apache-2.0
"""What brows, head and lids do on the words that are stressed, from the words and when they sound.

Which words: in the languages spoken here a stressed word sounds longer than its neighbours, and the last of a clause bears the nucleus
(A. Cruttenden, "Intonation", 1997). So no list of words is needed, for any language. What they do: brows rise some 60 ms ahead of an
accent (M. Flecha-Garcia, "Eyebrow raises in dialogue", Speech Communication 52, 2010), the head nods with it, and lids close at the
end of a clause (H. Graf et al., "Visual prosody", 2002).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tektra.avatar.life import BLINK_S, closure
from tektra.common.errors import InputError

#: A word is stressed that lasts so many times the median of its clause; the last one is in any case.
STRESSED, NUCLEUS = 1.15, 1.0
#: Nobody nods at every word: between two accents lies at least that, between two blinks of clauses the other.
ACCENT_GAP_S, BLINK_GAP_S = 0.55, 1.6
BROW_LEAD_S, RISE_S, FALL_S = 0.06, 0.16, 0.34
#: A question keeps the brows up so long after its last word began.
ASKING_S = 0.7
MAX_PENDING = 2000


@dataclass(frozen=True)
class SpokenWord:
    """A word and when it sounds, s."""

    start_s: float
    duration_s: float


@dataclass(frozen=True)
class Accent:
    """One stressed word: when it begins, how strong it is (0..1), how long it is held, s, and whether a clause ends with it, s."""

    start_s: float
    strength: float
    hold_s: float = 0.0
    blink_s: float | None = None

    @property
    def end_s(self) -> float:
        """When nothing of it is left to be seen."""
        return max(self.start_s + RISE_S + self.hold_s + FALL_S, (self.blink_s or 0.0) + BLINK_S)

    def at(self, now_s: float) -> float:
        """How far the word is borne out, 0..strength: up, held, and down again, without a jump."""
        since = now_s - self.start_s
        rising, falling = since / RISE_S, (since - RISE_S - self.hold_s) / FALL_S
        part = min(max(min(rising, 1.0 - falling), 0.0), 1.0)
        return self.strength * part * part * (3.0 - 2.0 * part)


@dataclass(frozen=True)
class Bearing:
    """What the words do to the face at a moment: brows and head, 0..1, and how far the lids are closed, 0..1."""

    brows: float = 0.0
    nod: float = 0.0
    closed: float = 0.0


class Prosody:
    """The accents that are to come, by utterance. A function of what was added and of time: no chance in it."""

    def __init__(self) -> None:
        self._pending: dict[str, list[Accent]] = {}

    def add(self, utterance_id: str, words: Sequence[SpokenWord], *, question: bool) -> None:
        """Append a clause. Raises InputError for times that cannot be or more than MAX_PENDING; then nothing is added."""
        for word in words:
            if not (math.isfinite(word.start_s) and 0.0 <= word.duration_s < math.inf):
                raise InputError(
                    f"a word at {word.start_s} s of {word.duration_s} s",
                    "give a time, and a duration of at least 0 s",
                )
        pending = self._pending.get(utterance_id, [])
        if sum(map(len, self._pending.values())) + len(words) > MAX_PENDING:
            raise InputError(f"more than {MAX_PENDING} words are waiting", "send them nearer to their sound")
        blinked_s = max(
            (accent.blink_s for accent in pending if accent.blink_s is not None), default=-math.inf
        )
        made = accents(sorted(words, key=lambda word: word.start_s), question=question, blinked_s=blinked_s)
        if made:
            self._pending[utterance_id] = pending + made

    def cancel(self, utterance_id: str, now_s: float) -> None:
        """Forget what of an utterance (all utterances when empty) has not begun; what has begun goes back by itself."""
        for name in [utterance_id] if utterance_id else list(self._pending):
            self._pending[name] = [
                Accent(accent.start_s, accent.strength)
                for accent in self._pending.get(name, [])
                if accent.start_s <= now_s
            ]
        self._forget(now_s)

    def at(self, now_s: float) -> Bearing:
        """What shows at a time; brows lead the head. Forgets what is over."""
        self._forget(now_s)
        all_of_them = [accent for utterance in self._pending.values() for accent in utterance]
        return Bearing(
            brows=max((accent.at(now_s + BROW_LEAD_S) for accent in all_of_them), default=0.0),
            nod=max((accent.at(now_s) for accent in all_of_them if accent.hold_s == 0.0), default=0.0),
            closed=max(
                (closure(now_s - a.blink_s) for a in all_of_them if a.blink_s is not None), default=0.0
            ),
        )

    def _forget(self, now_s: float) -> None:
        for name in list(self._pending):
            left = [accent for accent in self._pending[name] if accent.end_s > now_s]
            if left:
                self._pending[name] = left
            else:
                del self._pending[name]


def accents(words: Sequence[SpokenWord], *, question: bool, blinked_s: float = -math.inf) -> list[Accent]:
    """The accents of a clause, from its words in order of time; `blinked_s` is the blink before it."""
    if not words:
        return []
    usual_s = median(word.duration_s for word in words)
    last = words[-1]
    out: list[Accent] = []
    for word in words[:-1]:
        stress = word.duration_s / usual_s if usual_s > 0.0 else 0.0
        far = not out or word.start_s - out[-1].start_s >= ACCENT_GAP_S
        if stress >= STRESSED and far and last.start_s - word.start_s >= ACCENT_GAP_S:
            out.append(Accent(word.start_s, min(0.4 * stress, 0.9)))
    ends_s = last.start_s + last.duration_s
    blink_s = ends_s if ends_s - blinked_s >= BLINK_GAP_S else None
    out.append(Accent(last.start_s, NUCLEUS, ASKING_S if question else 0.0, blink_s))
    return out
