# SPDX-License-Identifier: Apache-2.0
"""The angles of shoulders, elbows, wrists and fingers, in one order for every renderer.

0 is the rest pose, with hanging arms; the model's file says about which axis each angle turns which joint. The same angle means
the same, mirrored, on both sides: arm_forward and arm_out lift, elbow and the bends close, wrist_side leans to the thumb.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Angles = NDArray[np.float32]

FINGERS = ("thumb", "index", "middle", "ring", "little")
SIDES = ("left", "right")
ANGLES = (
    "shoulder_lift", "arm_forward", "arm_out", "arm_turn", "elbow", "forearm_turn", "wrist_bend", "wrist_side",
    "thumb_in", "thumb_bend", "index_bend", "middle_bend", "ring_bend", "little_bend", "spread",
)  # fmt: skip
NAMES = tuple(f"{side}_{angle}" for side in SIDES for angle in ANGLES)
INDEX = {name: number for number, name in enumerate(NAMES)}
#: Where an arm is lifted by so much, all of the picture's way is made for it.
WHOLE_REACH_RAD = 1.2
_LIFTS = [INDEX[f"{side}_{angle}"] for side in SIDES for angle in ("arm_forward", "elbow")]


def angles(named: Mapping[str, float]) -> Angles:
    """(30,) rad from names; a name without its side stands for both. Raises KeyError on a name that there is not."""
    out = np.zeros(len(NAMES), np.float32)
    for name, value in named.items():
        for full in (name,) if name in INDEX else tuple(f"{side}_{name}" for side in SIDES):
            out[INDEX[full]] = value
    return out


def reach(arms: Angles | None) -> float:
    """How far the picture steps back to show the hands, 0..1."""
    if arms is None:
        return 0.0
    lifted = float(np.abs(arms[_LIFTS]).max()) / WHOLE_REACH_RAD
    part = min(lifted, 1.0)
    return part * part * (3.0 - 2.0 * part)
