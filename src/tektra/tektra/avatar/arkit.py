# SPDX-License-Identifier: Apache-2.0
"""The 52 ARKit blendshapes, in Apple's order, and vectors of their weights.

Source: developer.apple.com, ARFaceAnchor.BlendShapeLocation. Left and right are the avatar's own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tektra.common.arkit_names import NAMES as NAMES

Weights = NDArray[np.float32]  # shape (52,), each 0..1, in the order of NAMES

INDEX: Mapping[str, int] = {name: number for number, name in enumerate(NAMES)}


def weights(values: Mapping[str, float] | None = None) -> Weights:
    """A new weight vector (52,) with `values` set and 0 elsewhere. Raises KeyError for a name that is not
    ARKit's.
    """
    out = np.zeros(len(NAMES), np.float32)
    for name, value in (values or {}).items():
        out[INDEX[name]] = value
    return out


def both(stem: str, value: float) -> dict[str, float]:
    """The same value for the left and the right of a shape: both("mouthSmile", 0.5)."""
    return {f"{stem}Left": value, f"{stem}Right": value}
