# SPDX-License-Identifier: Apache-2.0
"""What the sliders of the body do to each joint, as tektra/avatar/physique.py and the page's lib/physique.ts read it from the file."""

from __future__ import annotations

from typing import Any

import numpy as np
from avatar_parts.arms import ArmJoint

UP, ASIDE = (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)
#: Parts of an arm that grow across their bone, the bone's other end, and by how much.
LIMBS = {"arm": ("forearm", 0.15), "forearm": ("hand", 0.14), "wrist": ("hand", 0.12)}


def effects(joints: dict[str, ArmJoint]) -> dict[str, list[dict[str, Any]]]:
    """By joint, in words of the file: at a slider's value 1, `grow` (a share, not `along` an axis), and `shift` in m."""
    out: dict[str, list[dict[str, Any]]] = {
        "torso": [_grows("build", 0.10, UP)],
        "neck": [_grows("build", 0.14, UP)],
        "head": [_grows("head_size", 0.11), _shifts("neck_length", (0.0, 0.017, 0.0)), _grows("build", 0.025, UP)],
    }  # fmt: skip
    for side, sign in (("left", 1.0), ("right", -1.0)):
        out[f"{side}_shoulder"] = [
            _grows("build", 0.05, ASIDE),
            _shifts("shoulder_width", (0.007 * sign, 0.0, 0.0)),
        ]
        out[f"{side}_arm"] = [
            _shifts("shoulder_width", (0.025 * sign, 0.0, 0.0)),
            _shifts("build", (0.008 * sign, 0.0, 0.0)),
        ]
        for part, (end, share) in LIMBS.items():
            bone = joints[f"{side}_{end}"].origin - joints[f"{side}_{part}"].origin
            along = [round(float(x), 5) for x in bone / np.linalg.norm(bone)]
            out.setdefault(f"{side}_{part}", []).append(_grows("build", share, along))
        out[f"{side}_hand"] = [_grows("build", 0.06)]
    return out


def _grows(slider: str, share: float, along: Any = None) -> dict[str, Any]:
    return {"slider": slider, "grow": share} | ({} if along is None else {"along": list(along)})


def _shifts(slider: str, shift: tuple[float, float, float]) -> dict[str, Any]:
    return {"slider": slider, "shift": list(shift)}
