# SPDX-License-Identifier: Apache-2.0
"""What a hand's landmarks show: a fist, an open palm, a thumb up or down.

MediaPipe's own word for a hand is often none where its landmarks leave no doubt: it was trained on hands that are held upright.
The limits were set on pictures of four people, and measured on others of them (docs/vision.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tektra.vision.hands import OTHERS, STRETCHED, TIP, WRIST
from tektra.vision.sightings import Hand

Points = NDArray[np.float64]
FIST, PALM, UP, DOWN = "closed_fist", "open_palm", "thumb_up", "thumb_down"
THUMBS = (UP, DOWN)
#: The thumb's knuckle and tip, and what it lies on in a fist: knuckle and joint of the index and of the middle finger.
THUMB_KNUCKLE, THUMB_TIP, UNDER_THUMB = 2, 4, (5, 6, 9, 10)
MIDDLE, LITTLE = 9, 17
FINGERS = ((6, TIP), *OTHERS)
#: No palm is shorter, m.
LEAST_M = 0.01
#: Of a fist each tip is nearer to the wrist than its joint by this factor; with the thumb away from it, hardly further.
FOLDED, BENT = 0.95, 1.0
#: A hand that grips something is folded as a fist is, but less: more than this on average, and it is told of as so sure.
GRIPPING, UNSURE = 0.78, 0.65
#: How far the thumb's tip is from what it lies on, in lengths of the palm; and how much further from the little finger than its knuckle.
RESTING, AWAY = 0.4, 1.2
#: Who is told of a thumb takes it for a fist only when the thumb lies closer than this.
CLOSE = 1.08
#: A thumb points up or down when its direction's share of that is larger, and hardly away from the camera.
UPRIGHT, BACKWARDS = 0.6, 0.3


def named(told: str, score: float, hand: Hand, sure: float) -> tuple[str, float]:
    """What a recogniser's word for a hand ("": none) and its landmarks come to, one of gesture_table.GESTURES or "", and how surely.
    The landmarks decide where they tell, as surely as it is a hand at all (`sure`)."""
    world = np.asarray(hand.world)
    if math.dist(world[WRIST], world[MIDDLE]) < LEAST_M:
        return told, score
    folds = _folds(world)
    seen = _shape(world, folds, told)
    if not seen:
        return told, score
    if seen == FIST and sum(folds) / len(folds) > GRIPPING:
        sure = min(sure, UNSURE)
    return seen, max(score, sure) if seen == told else sure


def _folds(world: Points) -> list[float]:
    """How much further from the wrist the tip of each finger but the thumb is than its joint."""
    reach = np.linalg.norm(world - world[WRIST], axis=1)
    return [float(reach[tip] / max(reach[joint], 1e-9)) for joint, tip in FINGERS]


def _shape(world: Points, folds: Sequence[float], told: str) -> str:
    if min(folds) > STRETCHED:
        return PALM
    palm = math.dist(world[MIDDLE], world[WRIST])
    rests = min(float(np.linalg.norm(world[THUMB_TIP] - world[point])) for point in UNDER_THUMB) / palm
    spread = np.linalg.norm(world[[THUMB_TIP, THUMB_KNUCKLE]] - world[LITTLE], axis=1)
    away = float(spread[0] / max(float(spread[1]), 1e-9))
    if max(folds) < FOLDED and rests < RESTING and away < (CLOSE if told in THUMBS else AWAY):
        return FIST
    if max(folds) < BENT and rests > RESTING and away > AWAY:
        return _thumb(world[THUMB_TIP] - world[THUMB_KNUCKLE])
    return ""


def _thumb(along: Points) -> str:
    _, down, back = along / max(float(np.linalg.norm(along)), 1e-9)
    if abs(down) < UPRIGHT or back > BACKWARDS:
        return ""
    return DOWN if down > 0.0 else UP
