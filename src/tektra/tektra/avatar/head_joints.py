# SPDX-License-Identifier: Apache-2.0
"""The joints of urdf/tektra_head.urdf, and how the 52 weights and the head pose move them.

A URDF cannot morph, so this is a puppet of the same character: what it can show, it shows by the same state.
Angles in rad, lifts in m, axes as in REP-103 (x forward, y left, z up).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tektra.avatar.arkit import INDEX, Weights
from tektra.avatar.state import HeadPose


@dataclass(frozen=True)
class JointLimit:
    """Lowest and highest position of a joint, and what its positive side means."""

    low: float
    high: float
    meaning: str


def _pair(name: str, low: float, high: float, meaning: str) -> dict[str, JointLimit]:
    return {f"{side}_{name}": JointLimit(low, high, meaning) for side in ("left", "right")}


JOINTS: Mapping[str, JointLimit] = {
    "neck_yaw": JointLimit(-1.2, 1.2, "rad, turns to its left"),
    "neck_pitch": JointLimit(-0.6, 0.6, "rad, looks down"),
    "neck_roll": JointLimit(-0.6, 0.6, "rad, tilts to its right"),
    "jaw": JointLimit(0.0, 0.4, "rad, opens"),
    **_pair("eye_yaw", -0.6, 0.6, "rad, looks to its left"),
    **_pair("eye_pitch", -0.5, 0.5, "rad, looks down"),
    **_pair("eyelid", -0.2, 0.9, "rad, closes"),
    **_pair("brow_lift", -0.008, 0.010, "m, rises"),
    **_pair("brow_tilt", -0.4, 0.4, "rad, its outer end rises over its inner end"),
    **_pair("mouth_corner", -0.4, 0.5, "rad, rises"),
}

JAW_OPEN_RAD = 0.30  # at jawOpen 1, as far as the chin of the morphed face goes
GAZE_YAW_RAD, GAZE_PITCH_RAD = 0.44, 0.32  # of the eyes at eyeLook 1; the GLB is built with the same
LID_CLOSED_RAD = 0.80


def joint_positions(weights: Weights, head: HeadPose) -> dict[str, float]:
    """The position of every joint of JOINTS, in that order and within its limits, for weights (52,)."""

    def w(name: str) -> float:
        return float(weights[INDEX[name]])

    wanted = {
        "neck_yaw": head.yaw_rad,
        "neck_pitch": head.pitch_rad,
        "neck_roll": head.roll_rad,
        "jaw": JAW_OPEN_RAD * max(w("jawOpen") - 0.5 * w("mouthClose"), 0.0),
        "left_eye_yaw": GAZE_YAW_RAD * (w("eyeLookOutLeft") - w("eyeLookInLeft")),
        "right_eye_yaw": GAZE_YAW_RAD * (w("eyeLookInRight") - w("eyeLookOutRight")),
    }
    for side in ("Left", "Right"):
        name = side.lower()
        down, up = w(f"eyeLookDown{side}"), w(f"eyeLookUp{side}")
        inner, outer, lowered = w("browInnerUp"), w(f"browOuterUp{side}"), w(f"browDown{side}")
        closed = w(f"eyeBlink{side}") + 0.3 * w(f"eyeSquint{side}") - 0.2 * w(f"eyeWide{side}") + 0.25 * down
        wanted |= {
            f"{name}_eye_pitch": GAZE_PITCH_RAD * (down - up),
            f"{name}_eyelid": LID_CLOSED_RAD * closed,
            f"{name}_brow_lift": 0.005 * inner + 0.006 * outer - 0.006 * lowered,
            f"{name}_brow_tilt": 0.20 * outer - 0.22 * inner + 0.18 * lowered,
            f"{name}_mouth_corner": 0.26 * w(f"mouthSmile{side}") - 0.22 * w(f"mouthFrown{side}"),
        }
    return {name: min(max(wanted[name], limit.low), limit.high) for name, limit in JOINTS.items()}
