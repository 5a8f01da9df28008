# SPDX-License-Identifier: Apache-2.0
"""JPEG by Pillow."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def encode(image: NDArray[np.uint8], quality: int) -> bytes:
    """An RGB image (height x width x 3, uint8) as JPEG; `quality` 1..95."""
    out = io.BytesIO()
    Image.fromarray(image).save(out, "JPEG", quality=quality)
    return out.getvalue()
