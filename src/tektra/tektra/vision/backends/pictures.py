# SPDX-License-Identifier: Apache-2.0
"""JPEG, PNG, what sensors deliver unprocessed, and boxes drawn into an image, by OpenCV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError
from tektra.common.picture_size import size_of, whole, whole_size
from tektra.common.pixels import Pixels
from tektra.vision.backends import require_image
from tektra.vision.backends.damage import is_damaged
from tektra.vision.sightings import Kind
from tektra.vision.tracker import Track

COLORS = {Kind.OBJECTS: (60, 160, 40), Kind.FACES: (200, 120, 40), Kind.GESTURES: (40, 90, 220)}

#: Encodings of sensor_msgs that are no plain channels, by what OpenCV calls them (its Bayer names begin at the second row and
#: column): bytes of a pixel, bytes of each value, and what makes BGR of the pixels.
_CODES = {
    "bayer_rggb": cv2.COLOR_BayerBG2BGR,
    "bayer_bggr": cv2.COLOR_BayerRG2BGR,
    "bayer_gbrg": cv2.COLOR_BayerGR2BGR,
    "bayer_grbg": cv2.COLOR_BayerGB2BGR,
    "uyvy": cv2.COLOR_YUV2BGR_UYVY,
    "yuyv": cv2.COLOR_YUV2BGR_YUY2,
}


def _converted(code: int, rows: Pixels) -> Pixels:
    try:
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(rows), code), np.uint8)
    except cv2.error as error:  # a mosaic of an odd number of columns, say
        shape = f"{rows.shape[1]}x{rows.shape[0]}"
        raise InputError(f"{shape} pixels of such an encoding", "publish an even width and height") from error


RAW_ENCODINGS: dict[str, tuple[int, int, Callable[[Pixels], Pixels]]] = {
    **{f"{name}{bits}": (1, bits // 8, partial(_converted, code)) for name, code in _CODES.items() for bits in (8, 16)
       if name.startswith("bayer")},
    **{name: (2, 1, partial(_converted, _CODES["uyvy"])) for name in ("yuv422", "uyvy")},
    **{name: (2, 1, partial(_converted, _CODES["yuyv"])) for name in ("yuv422_yuy2", "yuyv")},
}  # fmt: skip


def encode_jpeg(image: Pixels, quality: int) -> bytes:
    """A BGR image as JPEG; `quality` 1..100. About 2 ms for 640x480. Raises InputError."""
    require_image(image)
    ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise InputError(f"an image of shape {image.shape} does not become a JPEG", "give a smaller one")
    return bytes(data)


def decode_depth(data: bytes) -> NDArray[np.uint16]:
    """Height x width, from a PNG of one channel of 16 bits, whose size its head tells before anything is decoded. Raises InputError."""
    size = whole_size(data)
    depth = None
    with suppress(cv2.error):  # OpenCV's own limits on size
        depth = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if depth is None or size.format != "png" or depth.dtype != np.uint16 or depth.ndim != 2:
        raise InputError(f"a {size.format.upper()} that is no depth", "send a PNG of one channel of 16 bits")
    return np.asarray(depth, np.uint16)


def decode_picture(data: bytes) -> Pixels:
    """A BGR image from JPEG or PNG, whose size its head tells before anything is decoded; what is larger than `MAX_SIDE` a side comes
    at a quarter of its sides. Raises InputError."""
    if not data:
        raise InputError("an empty picture", "give a JPEG or PNG")
    size = size_of(data, of_camera=True)
    how = cv2.IMREAD_REDUCED_COLOR_4 if size.of_camera else cv2.IMREAD_COLOR
    if not whole(data, size):
        raise InputError(
            f"a {size.format.upper()} of {len(data)} bytes that ends too early", "send all of it"
        )
    if size.format == "jpeg" and not size.of_camera and is_damaged(data):
        raise InputError(f"a JPEG of {len(data)} bytes that lost a part on its way", "look at its link")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error as error:  # OpenCV's own limits on size
        raise InputError(f"{len(data)} bytes are no picture", "give a whole JPEG or PNG") from error
    if image is None:
        raise InputError(f"{len(data)} bytes are no picture", "give a whole JPEG or PNG")
    return np.asarray(image, np.uint8)


def draw(image: Pixels, tracks: Sequence[Track]) -> Pixels:
    """A copy of the image with a named box for each thing."""
    drawn = image.copy()
    scale = max(0.35, image.shape[1] / 1280.0)
    for track in tracks:
        seen = track.sighting
        color = COLORS[seen.kind]
        corner = (round(seen.box.x), round(seen.box.y))
        far = (round(seen.box.x + seen.box.width), round(seen.box.y + seen.box.height))
        cv2.rectangle(drawn, corner, far, color, 2)
        text = f"{seen.class_id.replace('_', ' ')} {seen.score:.0%} {track.track_id}"
        origin = (corner[0] + 3, max(12, corner[1] - 4))
        cv2.putText(drawn, text, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 3, cv2.LINE_AA)
        cv2.putText(drawn, text, origin, cv2.FONT_HERSHEY_SIMPLEX, scale, color, 1, cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)
