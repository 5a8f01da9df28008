# SPDX-License-Identifier: Apache-2.0
"""Gestures of arms and hands: poses, and which of them is reached when.

The poses were found by putting the hand where it can be seen (place, fingers and palm, by inverse kinematics), then by eye.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from tektra.avatar.arms import Angles, angles

Named = Mapping[str, float]
#: While one arm is shown, whatever of both is not told hangs close to the body.
_HANGING: Named = {"left_arm_out": -0.42, "right_arm_out": -0.42}
_CURLED: Named = {"index_bend": 1.5, "middle_bend": 1.5, "ring_bend": 1.5, "little_bend": 1.5}
_WAVE: Named = {
    "arm_forward": 0.94, "arm_out": -0.17, "arm_turn": 0.11, "elbow": 1.6, "forearm_turn": -0.78, "wrist_bend": -0.09,
    "wrist_side": -0.48, "index_bend": 0.05, "little_bend": 0.08, "spread": 0.10,
}  # fmt: skip
_COUNT: Named = {
    "arm_forward": 1.01, "arm_out": -0.19, "arm_turn": 0.31, "elbow": 1.6, "forearm_turn": -1.02, "wrist_bend": 0.24,
    "wrist_side": -0.59, "thumb_in": 1.0, "thumb_bend": 0.9, **_CURLED,
}  # fmt: skip
_OPEN: Named = {
    "arm_forward": 0.75, "arm_out": -0.25, "arm_turn": 0.5, "elbow": 1.14, "forearm_turn": 1.67, "wrist_bend": -0.46,
    "wrist_side": 0.37, "spread": 0.12, "index_bend": 0.1, "middle_bend": 0.2, "ring_bend": 0.25, "little_bend": 0.3,
}  # fmt: skip
_GATHERED: Named = {
    "arm_forward": 0.77, "arm_out": -0.47, "arm_turn": 0.4, "elbow": 1.39, "forearm_turn": 0.3, "wrist_bend": -0.61,
    "wrist_side": -0.56, "spread": 0.12, "index_bend": 0.2, "middle_bend": 0.25, "ring_bend": 0.3, "little_bend": 0.35,
}  # fmt: skip
_POINT: Named = {
    "arm_forward": 1.12, "arm_out": -0.27, "arm_turn": 0.89, "elbow": 1.22, "forearm_turn": -0.56, "wrist_bend": 0.24,
    "wrist_side": -0.13, "thumb_in": 0.2, "thumb_bend": 0.9, **_CURLED, "index_bend": -0.05,
}  # fmt: skip
_THUMB: Named = {
    "arm_forward": 0.64, "arm_out": -0.28, "arm_turn": 0.17, "elbow": 1.43, "forearm_turn": 1.03, "wrist_bend": 0.21,
    "wrist_side": -0.53, "thumb_in": -0.2, "thumb_bend": -0.4, **_CURLED,
}  # fmt: skip


def _right(pose: Named, **more: float) -> Angles:
    return angles({**_HANGING, **{f"right_{name}": value for name, value in {**pose, **more}.items()}})


def _both(pose: Named, **more: float) -> Angles:
    return angles({**pose, **more})


_REST = angles({})
_ONE, _TWO, _THREE = (
    _right(_COUNT, **dict.fromkeys(("index_bend", "middle_bend", "ring_bend")[:up], 0.05)) for up in (1, 2, 3)
)
_SWUNG = _right(_WAVE, arm_turn=-0.22, wrist_side=0.15)
#: (seconds after the beginning, pose); the first and the last are at rest.
TRACKS: Mapping[str, Sequence[tuple[float, Angles]]] = {
    "wave": (
        (0.0, _REST), (0.5, _right(_WAVE)), (0.78, _SWUNG), (1.06, _right(_WAVE)), (1.34, _SWUNG),
        (1.62, _right(_WAVE)), (1.9, _SWUNG), (2.5, _REST),
    ),
    "point": ((0.0, _REST), (0.55, _right(_POINT)), (1.7, _right(_POINT)), (2.3, _REST)),
    "shrug": (
        (0.0, _REST), (0.5, _both(_OPEN, shoulder_lift=0.34, arm_out=-0.30, arm_turn=0.36)),
        (1.3, _both(_OPEN, shoulder_lift=0.34, arm_out=-0.30, arm_turn=0.36)), (1.9, _REST),
    ),
    "thumbs_up": ((0.0, _REST), (0.55, _right(_THUMB)), (1.7, _right(_THUMB)), (2.3, _REST)),
    "count": (
        (0.0, _REST), (0.5, _right(_COUNT)), (0.75, _ONE), (1.25, _ONE), (1.5, _TWO), (2.0, _TWO), (2.25, _THREE),
        (2.8, _THREE), (3.4, _REST),
    ),
    "explain": (
        (0.0, _REST), (0.55, _both(_GATHERED)), (0.95, _both(_OPEN)), (1.35, _both(_GATHERED)), (1.75, _both(_OPEN)),
        (2.2, _both(_GATHERED)), (2.8, _REST),
    ),
}  # fmt: skip


def pose_at(gesture: str, since_s: float) -> Angles:
    """(30,) rad of a gesture's arms; at rest before it begins, after it ends, and where it has none."""
    for before, after in pairwise(TRACKS.get(gesture, ())):
        if before[0] <= since_s < after[0]:
            part = (since_s - before[0]) / (after[0] - before[0])
            part = part * part * (3.0 - 2.0 * part)
            return np.asarray(before[1] + np.float32(part) * (after[1] - before[1]), np.float32)
    return _REST
