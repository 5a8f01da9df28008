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

from tektra.vision.hands import KNUCKLE, OTHERS, TIP, WRIST
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
#: Of an open palm each tip is further from the wrist than its joint by this factor, and on average by that. Its thumb lies beside the
#: fingers: across the palm, by more than this share of the way from the index finger's knuckle to the little finger's, it shows "four".
OPEN, OPEN_MEAN, ACROSS = 1.2, 1.25, 0.25
#: Of a fist each tip is nearer to the wrist than its joint by this factor; with the thumb away from it, hardly further.
FOLDED, BENT = 0.95, 1.0
#: A hand that grips something is folded as a fist is, but less: more than this on average, and it is told of as so sure.
GRIPPING, UNSURE = 0.78, 0.65
#: How far the thumb's tip is from what it lies on, in lengths of the palm; and how much further from the little finger than its knuckle.
RESTING, AWAY = 0.4, 1.2
#: Who is told of a thumb takes it for a fist only when the thumb lies closer than this; or lies on the fingers plainly (how far from
#: them, and from the little finger at most): of a fist that is held towards the camera, thumbs are told.
CLOSE, PLAINLY, NOT_FAR = 1.08, 0.3, 1.3
#: Beside a thumb that is plainly stretched (as RESTING and AWAY), fingers may seem half open: each and on average by no more.
STRETCHED_THUMB, HALF, HALF_MEAN = (0.6, 1.4), 1.15, 1.07
#: A thumb points up or down when, as the camera sees it, its direction's share of that is larger and it is so long (in palms), and
#: hardly points away. How far towards the camera it points is hardly known: landmarks tell most of them as pointing that way.
UPRIGHT, SEEN, BACKWARDS = 0.8, 0.35, 0.3


def named(told: str, score: float, hand: Hand, sure: float) -> tuple[str, float]:
    """What a recogniser's word for a hand ("": none) and its landmarks come to, one of gesture_table.GESTURES or "", and how surely.
    The landmarks decide where they tell, as surely as it is a hand at all (`sure`)."""
    world = np.asarray(hand.world)
    if math.dist(world[WRIST], world[MIDDLE]) < LEAST_M:
        return told, score
    folds = _folds(world)
    seen = _shape(world, folds, told)
    if not seen:
        return (told, score) if told != PALM or _across(world) < ACROSS else ("", 0.0)
    if seen == FIST and sum(folds) / len(folds) > GRIPPING:
        sure = min(sure, UNSURE)
    return seen, max(score, sure) if seen == told else sure


def _folds(world: Points) -> list[float]:
    """How much further from the wrist the tip of each finger but the thumb is than its joint."""
    reach = np.linalg.norm(world - world[WRIST], axis=1)
    return [float(reach[tip] / max(reach[joint], 1e-9)) for joint, tip in FINGERS]


def _shape(world: Points, folds: Sequence[float], told: str) -> str:
    mean = sum(folds) / len(folds)
    if min(folds) > OPEN and mean > OPEN_MEAN:
        return PALM if _across(world) < ACROSS else ""
    palm = math.dist(world[MIDDLE], world[WRIST])
    rests = min(float(np.linalg.norm(world[THUMB_TIP] - world[point])) for point in UNDER_THUMB) / palm
    spread = np.linalg.norm(world[[THUMB_TIP, THUMB_KNUCKLE]] - world[LITTLE], axis=1)
    away = float(spread[0] / max(float(spread[1]), 1e-9))
    if max(folds) < FOLDED:
        beside = away < (CLOSE if told in THUMBS else AWAY)
        if (rests < RESTING and beside) or (rests < PLAINLY and away < NOT_FAR):
            return FIST
    stretched = rests > STRETCHED_THUMB[0] and away > STRETCHED_THUMB[1]
    if (max(folds) < BENT and rests > RESTING and away > AWAY) or (
        stretched and max(folds) < HALF and mean < HALF_MEAN
    ):
        return _thumb((world[THUMB_TIP] - world[THUMB_KNUCKLE]) / palm)
    return ""


def _across(world: Points) -> float:
    """How far the thumb's tip is from the index finger's knuckle towards the little finger's, as a share of that way."""
    way = world[LITTLE] - world[KNUCKLE]
    return float((world[THUMB_TIP] - world[KNUCKLE]) @ way / max(float(way @ way), 1e-9))


def _thumb(along: Points) -> str:
    """`along`: from its knuckle to its tip, in palms."""
    aside, down, back = along
    seen = math.hypot(aside, down)
    if seen < SEEN or abs(down) < UPRIGHT * seen or back > BACKWARDS * float(np.linalg.norm(along)):
        return ""
    return DOWN if down > 0.0 else UP
