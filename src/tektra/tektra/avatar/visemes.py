# SPDX-License-Identifier: Apache-2.0
"""From visemes in time to mouth shapes: each grows before it sounds, overlaps its neighbours, and fades.

The 15 visemes are those of the Oculus lip sync reference; the blending is that of dominance functions: M.
Cohen and
D. Massaro, "Modeling coarticulation in synthetic visual speech", 1993. Lip closures dominate, so that p, b,
m close.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tektra.avatar import arkit
from tektra.avatar.arkit import Weights, both
from tektra.avatar.errors import UnknownNameError
from tektra.common.errors import InputError

SILENCE = "sil"
_SHAPES: Mapping[str, Mapping[str, float]] = {
    SILENCE: {},
    "PP": {
        "mouthClose": 0.10,
        "jawOpen": 0.02,
        **both("mouthPress", 0.40),
        "mouthRollLower": 0.35,
        "mouthRollUpper": 0.30,
    },
    "FF": {"jawOpen": 0.08, "mouthRollLower": 0.55, **both("mouthUpperUp", 0.28), "mouthShrugLower": 0.15},
    "TH": {"jawOpen": 0.16, "tongueOut": 0.30, **both("mouthLowerDown", 0.20), **both("mouthUpperUp", 0.12)},
    "DD": {
        "jawOpen": 0.14,
        **both("mouthLowerDown", 0.22),
        **both("mouthUpperUp", 0.16),
        **both("mouthStretch", 0.08),
    },
    "kk": {
        "jawOpen": 0.20,
        **both("mouthLowerDown", 0.18),
        **both("mouthUpperUp", 0.10),
        **both("mouthStretch", 0.10),
    },
    "CH": {"jawOpen": 0.10, "mouthFunnel": 0.50, "mouthPucker": 0.15, **both("mouthUpperUp", 0.15)},
    "SS": {
        "jawOpen": 0.05,
        **both("mouthStretch", 0.28),
        **both("mouthLowerDown", 0.25),
        **both("mouthUpperUp", 0.15),
        **both("mouthSmile", 0.12),
    },
    "nn": {"jawOpen": 0.10, **both("mouthLowerDown", 0.16), **both("mouthUpperUp", 0.12), "tongueOut": 0.05},
    "RR": {"jawOpen": 0.12, "mouthFunnel": 0.28, "mouthPucker": 0.22},
    "aa": {"jawOpen": 0.48, **both("mouthLowerDown", 0.22), **both("mouthUpperUp", 0.16)},
    "E": {
        "jawOpen": 0.26,
        **both("mouthStretch", 0.22),
        **both("mouthLowerDown", 0.22),
        **both("mouthUpperUp", 0.16),
        **both("mouthSmile", 0.18),
    },
    "I": {
        "jawOpen": 0.15,
        **both("mouthSmile", 0.32),
        **both("mouthStretch", 0.22),
        **both("mouthLowerDown", 0.20),
        **both("mouthUpperUp", 0.10),
    },
    "O": {"jawOpen": 0.32, "mouthFunnel": 0.55, "mouthPucker": 0.20},
    "U": {"jawOpen": 0.14, "mouthFunnel": 0.30, "mouthPucker": 0.65},
}
_DOMINANCE = {"PP": 3.0, "FF": 2.2, "CH": 1.6, "U": 1.4, "O": 1.2, "kk": 0.6, "nn": 0.6, "DD": 0.7}

SHAPES: Mapping[str, Weights] = {name: arkit.weights(values) for name, values in _SHAPES.items()}
ANTICIPATION_S = 0.07  # lips begin to move this long before the sound
RELEASE_S = 0.09
MAX_PENDING = 5000


@dataclass(frozen=True)
class Viseme:
    """One mouth shape: it sounds from start_s for duration_s (in the clock of who asks), weight 0..1."""

    shape: str
    start_s: float
    duration_s: float
    weight: float = 1.0

    @property
    def end_s(self) -> float:
        """When it has sounded."""
        return self.start_s + self.duration_s

    def strength(self, now_s: float) -> float:
        """How far the mouth is in this shape, 0..weight: it is there when the sound begins, and lets go at
        its end.
        """
        attack = min(ANTICIPATION_S, 0.02 + 0.8 * self.duration_s)
        if now_s < self.start_s:
            part = 1.0 - (self.start_s - now_s) / attack
        elif now_s > self.end_s:
            part = 1.0 - (now_s - self.end_s) / RELEASE_S
        else:
            return self.weight
        part = min(max(part, 0.0), 1.0)
        return self.weight * part * part * (3.0 - 2.0 * part)


class VisemeTimeline:
    """The visemes that are to sound, by utterance."""

    def __init__(self) -> None:
        self._pending: dict[str, list[Viseme]] = {}

    def add(self, utterance_id: str, visemes: list[Viseme]) -> None:
        """Append visemes to an utterance.

        Raises UnknownNameError for a shape that is no Oculus viseme and InputError for times or weights that
        cannot
        be, or more than MAX_PENDING; then nothing is added.
        """
        for viseme in visemes:
            if viseme.shape not in SHAPES:
                raise UnknownNameError(
                    f"there is no viseme {viseme.shape!r}", f"use one of {', '.join(SHAPES)}"
                )
            if not (viseme.duration_s >= 0.0 and 0.0 <= viseme.weight <= 1.0):
                raise InputError(
                    f"viseme {viseme.shape} of {viseme.duration_s} s and weight {viseme.weight}",
                    "give a duration of at least 0 s and a weight of 0..1",
                )
        if sum(map(len, self._pending.values())) + len(visemes) > MAX_PENDING:
            raise InputError(
                f"more than {MAX_PENDING} visemes are waiting", "send them nearer to their sound"
            )
        if visemes:
            self._pending.setdefault(utterance_id, []).extend(visemes)

    def cancel(self, utterance_id: str, now_s: float) -> None:
        """Forget what of an utterance (all utterances when empty) has not begun; what sounds now ends now."""
        for name in [utterance_id] if utterance_id else list(self._pending):
            begun = [viseme for viseme in self._pending.get(name, []) if viseme.start_s <= now_s]
            self._pending[name] = [
                Viseme(v.shape, v.start_s, min(v.duration_s, now_s - v.start_s), v.weight) for v in begun
            ]
        self._forget(now_s)

    def speaking(self, now_s: float, gap_s: float = 0.3) -> bool:
        """Whether something sounds now, or did or will within `gap_s`."""
        return any(
            viseme.start_s - gap_s <= now_s <= viseme.end_s + gap_s
            for viseme in self._all()
            if viseme.shape != SILENCE
        )

    def at(self, now_s: float) -> tuple[Weights, str]:
        """Mouth weights (52,) at a time, and the viseme that is strongest then. Forgets what has faded."""
        self._forget(now_s)
        total = np.zeros(len(arkit.NAMES), np.float32)
        shares = strongest = 0.0
        name = SILENCE
        for viseme in self._all():
            strength = viseme.strength(now_s)
            if strength <= 0.0:
                continue
            share = strength * _DOMINANCE.get(viseme.shape, 1.0)
            total += share * SHAPES[viseme.shape] * viseme.weight
            shares += share
            if strength > strongest or (strength == strongest and viseme.start_s <= now_s):
                strongest, name = strength, viseme.shape
        if shares > 0.0:
            # Towards silence the mouth closes in proportion; between sounds the shares are only weighed.
            total *= min(1.0, strongest) / shares
        return total, name

    def _all(self) -> list[Viseme]:
        return [viseme for utterance in self._pending.values() for viseme in utterance]

    def _forget(self, now_s: float) -> None:
        for name in list(self._pending):
            left = [viseme for viseme in self._pending[name] if viseme.end_s + RELEASE_S + 0.5 > now_s]
            if left:
                self._pending[name] = left
            else:
                del self._pending[name]
