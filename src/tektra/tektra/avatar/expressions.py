# SPDX-License-Identifier: Apache-2.0
"""Expressions that the face wears, and the easing between them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tektra.avatar import arkit
from tektra.avatar.arkit import Weights, both
from tektra.avatar.errors import UnknownNameError
from tektra.common.errors import InputError

NEUTRAL = "neutral"
_EASY = {
    **both("mouthSmile", 0.18),
    **both("eyeWide", 0.18),
    **both("mouthDimple", 0.10),
}  # awake and well-disposed
_EXPRESSIONS: Mapping[str, Mapping[str, float]] = {
    NEUTRAL: _EASY,
    "happy": {
        **both("mouthSmile", 0.88),
        **both("cheekSquint", 0.80),
        **both("eyeSquint", 0.30),
        "browInnerUp": 0.12,
        **both("browOuterUp", 0.25),
        **both("mouthUpperUp", 0.55),
        **both("mouthLowerDown", 0.28),
        "jawOpen": 0.10,
    },
    "sad": {
        **both("mouthFrown", 0.95),
        "browInnerUp": 1.0,
        **both("eyeLookDown", 0.28),
        **both("eyeBlink", 0.14),
        "mouthShrugLower": 0.55,
        "mouthRollLower": 0.15,
    },
    "angry": {
        **both("browDown", 1.0),
        **both("noseSneer", 0.85),
        **both("eyeSquint", 0.45),
        **both("eyeWide", 0.15),
        **both("mouthFrown", 0.70),
        **both("mouthStretch", 0.35),
        **both("mouthLowerDown", 0.30),
        **both("mouthUpperUp", 0.20),
        "jawForward": 0.40,
    },
    "surprised": {
        **both("eyeWide", 0.80),
        "browInnerUp": 0.75,
        **both("browOuterUp", 0.75),
        "jawOpen": 0.26,
        "mouthFunnel": 0.18,
    },
    "thinking": {
        "browInnerUp": 0.22,
        "browDownRight": 0.30,
        "browOuterUpLeft": 0.42,
        "mouthPucker": 0.18,
        "mouthLeft": 0.16,
        **both("eyeSquint", 0.12),
        **both("mouthPress", 0.12),
    },
    "attentive": {
        **both("eyeWide", 0.34),
        **both("browOuterUp", 0.28),
        "browInnerUp": 0.26,
        **both("mouthSmile", 0.22),
    },
    "concerned": {
        "browInnerUp": 1.0,
        **both("browDown", 0.45),
        **both("eyeWide", 0.35),
        **both("mouthFrown", 0.30),
        **both("mouthPress", 0.45),
        "mouthRollLower": 0.45,
        "mouthLeft": 0.22,
    },
    "alert": {
        **both("eyeWide", 0.62),
        **both("browDown", 0.36),
        "browInnerUp": 0.32,
        **both("mouthPress", 0.32),
        **both("mouthStretch", 0.14),
    },
    "confused": {
        "browDownLeft": 0.80,
        "browOuterUpRight": 1.0,
        "browInnerUp": 0.30,
        "eyeSquintLeft": 0.45,
        "eyeWideRight": 0.35,
        "mouthRight": 0.38,
        "mouthPressRight": 0.45,
        **both("mouthFrown", 0.26),
        "mouthShrugLower": 0.30,
    },
    "sleepy": {**both("eyeBlink", 0.45), "browInnerUp": 0.14},
    "wink": {**_EASY, "eyeBlinkLeft": 0.98, "cheekSquintLeft": 0.60, **both("mouthSmile", 0.50)},
}
EXPRESSIONS: Mapping[str, Weights] = {name: arkit.weights(values) for name, values in _EXPRESSIONS.items()}
NAMES: tuple[str, ...] = tuple(EXPRESSIONS)
EASING_S = 0.16  # time constant: 95 % of the way after three of them
FADING_S = 0.45  # back to neutral a face goes more slowly than into a feeling


def require(expression: str) -> None:
    """Raises UnknownNameError, naming what there is, when there is no such expression."""
    if expression not in EXPRESSIONS:
        raise UnknownNameError(f"there is no expression {expression!r}", f"use one of {', '.join(NAMES)}")


class Face:
    """Wears the expression that was asked for while that lasts, else the one of the mood; never jumps."""

    def __init__(self) -> None:
        self._mood = NEUTRAL
        self._asked = ""
        self._intensity = 1.0
        self._until_s = math.inf
        self._now = arkit.weights(_EXPRESSIONS[NEUTRAL])
        self._updated_s: float | None = None

    @property
    def expression(self) -> str:
        """The name of what is worn."""
        return self._asked or self._mood

    def ask(self, expression: str, *, intensity: float, duration_s: float, now_s: float) -> None:
        """Wear an expression for duration_s, or until the next when 0; "neutral" hands back to the mood.

        intensity 0..1, 0 means 1. Raises UnknownNameError and InputError; then nothing changes.
        """
        require(expression)
        if not 0.0 <= intensity <= 1.0:
            raise InputError(f"intensity = {intensity}", "give 0..1")
        if not 0.0 <= duration_s < math.inf:
            raise InputError(f"duration = {duration_s} s", "give at least 0 s")
        self._asked = "" if expression == NEUTRAL and duration_s == 0.0 else expression
        self._intensity = intensity or 1.0
        self._until_s = now_s + duration_s if duration_s > 0.0 else math.inf

    def set_mood(self, expression: str) -> None:
        """What is worn while nothing else was asked for."""
        require(expression)
        self._mood = expression

    def at(self, now_s: float) -> Weights:
        """The face's weights (52,) at a time; times must not go back by much, a step of over 1 s counts as 1
        s.
        """
        if now_s >= self._until_s:
            self._asked, self._until_s, self._intensity = "", math.inf, 1.0
        goal = EXPRESSIONS[self.expression]
        if self._asked:
            goal = goal * self._intensity + EXPRESSIONS[NEUTRAL] * (1.0 - self._intensity)
        step_s = 0.0 if self._updated_s is None else min(max(now_s - self._updated_s, 0.0), 1.0)
        self._updated_s = now_s
        easing_s = FADING_S if self.expression == NEUTRAL else EASING_S
        self._now = self._now + (goal - self._now) * (1.0 - math.exp(-step_s / easing_s))
        return self._now
