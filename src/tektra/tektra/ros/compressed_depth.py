# SPDX-License-Identifier: Apache-2.0
"""Depth images as image_transport's plugin `compressedDepth` sends them: 12 bytes (format, and two quantities, little-endian) and then a
PNG of 16 bits. Of 16UC1 it holds mm; of 32FC1 q, the inverse of the distance, so that it is finer nearby: a / (q - b) in m, with a and b the
two quantities (compressed_depth_image_transport, codec.cpp). 0 is none."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sensor_msgs.msg import CompressedImage

from tektra.common.errors import InputError

#: How image_transport calls the topic, behind that of the plain images.
SUFFIX = "/compressedDepth"
Metres = NDArray[np.float32]
#: A PNG of one channel of 16 bits; raises InputError for anything else.
Decode = Callable[[bytes], NDArray[np.uint16]]
_HEAD = struct.Struct("<iff")
_MM, _INVERSE = "16UC1", "32FC1"


def metres_of(message: CompressedImage, decode: Decode) -> Metres:
    """The depth in m, float32, height x width, NaN where nothing was measured. Raises InputError."""
    encoding, *how = (word.strip() for word in message.format.split(";"))
    if encoding not in (_MM, _INVERSE) or how not in (["compressedDepth"], ["compressedDepth png"]):
        raise InputError(
            f"compressed depth of the format {message.format[:60]!r}",
            f"publish {_MM} or {_INVERSE}, as png (compressedDepth.format)",
        )
    data = memoryview(message.data).tobytes()
    if len(data) < _HEAD.size:
        raise InputError(f"compressed depth of {len(data)} bytes", "send all of it")
    _, a, b = _HEAD.unpack_from(data)
    if encoding == _INVERSE and not (0.0 < a < math.inf and math.isfinite(b)):
        raise InputError(
            f"compressed depth by the quantities {a:g} and {b:g}", "publish it as the plugin does"
        )
    told = decode(data[_HEAD.size :])
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if encoding == _MM:
            found = told.astype(np.float32) * np.float32(0.001)
        else:
            found = np.float32(a) / (told.astype(np.float32) - np.float32(b))
    found[(told == 0) | ~(found > 0.0) | ~np.isfinite(found)] = np.nan
    return found
