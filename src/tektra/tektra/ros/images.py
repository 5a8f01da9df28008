# SPDX-License-Identifier: Apache-2.0
"""Between numpy and image messages, without a copy more than needed."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping

import numpy as np
from sensor_msgs.msg import CompressedImage, Image

from tektra.common.errors import InputError
from tektra.common.picture_size import CAMERA_SIDE, MAX_SIDE, SMALLER
from tektra.common.pixels import Pixels, memory_of
from tektra.ros.clock import time_msg

#: Encodings that are read: name, channels, bytes of each, and how they become BGR (sensor_msgs/image_encodings.hpp).
#: 16UC1 is not among them: with it depth comes in mm.
READ = {
    "bgr8": (3, 1, (0, 1, 2)),
    "rgb8": (3, 1, (2, 1, 0)),
    "mono8": (1, 1, (0, 0, 0)),
    "bgra8": (4, 1, (0, 1, 2)),
    "rgba8": (4, 1, (2, 1, 0)),
    "8UC1": (1, 1, (0, 0, 0)),
    "8UC3": (3, 1, (0, 1, 2)),
    "mono16": (1, 2, (0, 0, 0)),
    "bgr16": (3, 2, (0, 1, 2)),
    "rgb16": (3, 2, (2, 1, 0)),
}
#: Further encodings: name, bytes of a pixel at 8 bits, bytes of each value, and what makes BGR of height x width x bytes.
Others = Mapping[str, tuple[int, int, Callable[[Pixels], Pixels]]]


def image_msg(image: Pixels, stamp_s: float, frame_id: str) -> Image:
    """A message (bgr8) of a uint8 BGR image of height x width x 3, taken at `stamp_s`.

    An image of tektra.common.pixels.blank goes in as it is; another is copied (0.1 to 1 ms for 640x480, most
    of it the kernel clearing pages). An array('B') is what rclpy's generated setter takes: bytes or an
    ndarray are checked and copied value by value (28 and 92 ms); and the constructor copies where the setter
    does not.
    """
    data = memory_of(image)
    if data is None:
        data = array("B", np.ascontiguousarray(image).tobytes())
    message = Image(height=image.shape[0], width=image.shape[1], encoding="bgr8", step=image.shape[1] * 3)
    message.data = data
    message.header.stamp, message.header.frame_id = time_msg(stamp_s), frame_id
    return message


def jpeg_msg(jpeg: bytes, stamp_s: float, frame_id: str) -> CompressedImage:
    """A message of JPEG bytes."""
    message = CompressedImage(format="jpeg")
    message.data = array("B", jpeg)  # not in the constructor, which copies it once more
    message.header.stamp, message.header.frame_id = time_msg(stamp_s), frame_id
    return message


#: How the format of compressed images begins whose values are how far away something is, or names them (compressed_depth_image_transport).
DEPTH = ("16uc1", "32fc1", "compresseddepth")


def jpeg_or_png(message: CompressedImage) -> bytes:
    """Its bytes, which tell themselves whether they are JPEG or PNG. Raises InputError where `format` says that they are depth."""
    told = message.format.lower()
    if any(word in told for word in DEPTH):
        raise InputError(
            f"compressed depth ({message.format[:40]!r})", "name the topic of a camera's picture"
        )
    return memoryview(message.data).tobytes()


def pixels(message: Image, others: Others | None = None) -> Pixels:
    """The image as uint8, height x width x 3, BGR; of 16 bits the upper eight. Raises InputError for other encodings, a wrong
    size, or one that is too large, before anything is converted. Of one that is larger than `MAX_SIDE` a side each fourth pixel of
    each fourth row is taken, where its pixels are whole (`READ`).

    For bgr8 without padding this is a view of the message's data, not a copy.
    """
    known = READ | {name: other[:2] + ((),) for name, other in (others or {}).items()}
    if message.encoding not in known:
        raise InputError(f"image encoding {message.encoding[:40]!r}", f"publish one of {', '.join(known)}")
    channels, deep, order = known[message.encoding]
    height, width, step = message.height, message.width, message.step
    large = height > MAX_SIDE or width > MAX_SIDE
    most = CAMERA_SIDE if message.encoding in READ else MAX_SIDE
    if height > most or width > most:
        raise InputError(f"an image of {width}x{height}", f"publish at most {most} by {most}")
    data = np.frombuffer(message.data, np.uint8)
    if not height or not width or step < width * channels * deep or data.size != height * step:
        raise InputError(
            f"an image of {width}x{height}, step {step}, with {data.size} bytes",
            "send height x step bytes, where step is at least width x channels x bytes",
        )
    rows = data.reshape(height, step)[:, : width * channels * deep].reshape(height, width, channels * deep)
    rows = rows[::SMALLER, ::SMALLER] if large else rows
    if deep == 2:
        rows = rows[:, :, 0 if message.is_bigendian else 1 :: 2]
    if others is not None and message.encoding in others:
        return others[message.encoding][2](rows)
    return (
        rows
        if message.encoding == "bgr8" and step == width * 3 and not large
        else np.ascontiguousarray(rows[:, :, order])
    )
