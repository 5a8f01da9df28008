# SPDX-License-Identifier: Apache-2.0
"""What a face expresses, from its blendshape scores.

The prototypes follow the action units of the basic emotions (Ekman and Friesen, FACS): happiness AU 6+12,
sadness AU 1+15, anger AU 4+23/24, surprise AU 1+2+5+26. Scores of a moving face are noisy and a mouth also
opens to speak, so what is weak stays neutral. This reads muscles, not minds: it tells what a face shows, not
what a person feels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NEUTRAL = "neutral"
#: Below this a face counts as neutral.
LEAST = 0.35
#: Valence of each expression at full strength (Russell's circumplex): -1 unpleasant, 1 pleasant; and its
#: arousal, -1..1.
VALENCE = {"happy": 0.9, "sad": -0.8, "angry": -0.8, "surprised": 0.1}
AROUSAL = {"happy": 0.4, "sad": -0.4, "angry": 0.7, "surprised": 0.9}


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
