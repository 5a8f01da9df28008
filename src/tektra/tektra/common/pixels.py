# SPDX-License-Identifier: Apache-2.0
"""Images in memory that a ROS message can carry as it is.

The data of an image message must be an array('B'). An image that lies in one from the beginning, because the
camera decoded it there, is published without a copy by us (0.9 MB for 640x480).
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
CHANNELS = 3


def blank(height: int, width: int) -> Pixels:
    """A black image of height x width x 3, uint8, whose memory is an array('B')."""
    memory = array("B", [0]) * (height * width * CHANNELS)
    return np.frombuffer(memory, np.uint8).reshape(height, width, CHANNELS)


def memory_of(image: Pixels) -> array[int] | None:
    """The array('B') that holds exactly this image, from `blank`; None for one that lies elsewhere, or is a
    part."""
    whole = image.base
    view = whole.base if isinstance(whole, np.ndarray) else whole
    memory: object = view.obj if isinstance(view, memoryview) else view
    if not isinstance(memory, array) or memory.typecode != "B" or len(memory) != image.size:
        return None
    return memory if image.flags.c_contiguous else None
