# SPDX-License-Identifier: Apache-2.0
"""What a face expresses, from its blendshape scores.

The prototypes follow the action units of the basic emotions (Ekman and Friesen, FACS): happiness AU 6+12,
sadness AU 1+15, anger AU 4+23/24, surprise AU 1+2+5+26. Scores of a moving face are noisy and a mouth also
opens to speak, so what is weak stays neutral. This reads muscles, not minds: it tells what a face shows, not
what a person feels.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

NEUTRAL = "neutral"
#: Below this a face counts as neutral.
LEAST = 0.35
#: Valence of each expression at full strength (Russell's circumplex): -1 unpleasant, 1 pleasant; and its
#: arousal, -1..1.
VALENCE = {"happy": 0.9, "sad": -0.8, "angry": -0.8, "surprised": 0.1}
AROUSAL = {"happy": 0.4, "sad": -0.4, "angry": 0.7, "surprised": 0.9}

#: Scores follow what is seen with this time constant.
SMOOTH_S = 0.7


@dataclass(frozen=True)
class Expression:
    """A name, valence and arousal (-1..1), and how sure the name is (0..1)."""

    name: str
    valence: float
    arousal: float
    confidence: float


def read_expression(shapes: Mapping[str, float]) -> Expression:
    """The expression of a face with these blendshape scores. Missing ones count as 0."""

    def both(name: str) -> float:
        return (shapes.get(f"{name}Left", 0.0) + shapes.get(f"{name}Right", 0.0)) / 2.0

    brows_up = (shapes.get("browInnerUp", 0.0) + both("browOuterUp")) / 2.0
    strengths = {
        "happy": 0.75 * both("mouthSmile") + 0.25 * both("cheekSquint"),
        "sad": 0.6 * both("mouthFrown") + 0.4 * shapes.get("browInnerUp", 0.0) * (1.0 - both("browOuterUp")),
        "angry": 0.6 * both("browDown") + 0.4 * max(both("mouthPress"), both("noseSneer")),
        "surprised": 0.5 * brows_up + 0.25 * shapes.get("jawOpen", 0.0) + 0.25 * both("eyeWide"),
    }
    name = max(strengths, key=lambda key: strengths[key])
    strength = min(1.0, strengths[name])
    if strength < LEAST:
        return Expression(NEUTRAL, 0.0, 0.0, 1.0 - strength)
    return Expression(name, VALENCE[name] * strength, AROUSAL[name] * strength, strength)


class Moods:
    """The expressions of faces by their ids, smoothed: a mouth that opens for a word is no surprise. Not for several threads."""

    def __init__(self) -> None:
        self._faces: dict[str, tuple[float, dict[str, float]]] = {}

    def read(self, face_id: str, shapes: Mapping[str, float], now_s: float) -> Expression:
        """The expression of a face whose scores follow what is seen within about a second."""
        at_s, before = self._faces.get(face_id, (now_s, dict(shapes)))
        follow = 1.0 - math.exp(-max(0.0, now_s - at_s) / SMOOTH_S)
        scores = {
            name: before.get(name, 0.0) + follow * (value - before.get(name, 0.0))
            for name, value in shapes.items()
        }
        self._faces[face_id] = (now_s, scores)
        return read_expression(scores)

    def keep(self, ids: Collection[str]) -> None:
        """Forgets everyone else."""
        self._faces = {face_id: face for face_id, face in self._faces.items() if face_id in ids}
