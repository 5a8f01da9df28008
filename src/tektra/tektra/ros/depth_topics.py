# SPDX-License-Identifier: Apache-2.0
"""Depth images of another node, and how they were drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from rclpy.node import Node
from rclpy.subscription import Subscription
from sensor_msgs.msg import CameraInfo, CompressedImage, Image

from tektra.common.errors import InputError
from tektra.common.picture_size import MAX_SIDE
from tektra.ros.clock import seconds
from tektra.ros.compressed_depth import SUFFIX, Decode, Metres, metres_of
from tektra.ros.living import Speakers
from tektra.ros.qos import SENSOR

#: Encodings of REP-118: their numpy type, and what one unit is in m.
UNITS = {"16UC1": ("u2", 0.001), "32FC1": ("f4", 1.0)}
MAX_NAME = 80


@dataclass(frozen=True)
class Drawn:
    """What a CameraInfo says, unchecked: px, the matrix K row by row, and the distortion by the name of its model."""

    width: int
    height: int
    k: Sequence[float]
    model: str
    distortion: Sequence[float]


class Taken(Protocol):
    """Who takes them; both functions that it is given raise InputError."""

    def put(self, make: Callable[[], Metres], stamp_s: float, frame_id: str) -> None: ...
    def lens(self, make: Callable[[], Drawn], frame_id: str) -> None: ...


def take_depth(
    node: Node, topic: str, info_topic: str, into: Taken | None, decode: Decode
) -> list[Subscription]:
    """Gives depth images (registered to the colour image; Image, or of a topic that ends in `/compressedDepth` CompressedImage) and their
    CameraInfo on, each read only when it is wanted. What several nodes publish is refused: nobody knows which of them has the camera.
    Nothing where nobody takes them."""
    if into is None:
        return []
    name, speakers, packed = node.resolve_topic_name(topic), Speakers(node), topic.endswith(SUFFIX)

    def image(message: Any) -> None:
        several = speakers.count(name)
        read = partial(metres_of, message, decode) if packed else partial(metres, message)
        make = partial(_refused, name, several) if several > 1 else read
        into.put(make, seconds(message.header.stamp), message.header.frame_id[:MAX_NAME])

    def info(message: CameraInfo) -> None:
        into.lens(partial(_drawn, message), message.header.frame_id[:MAX_NAME])

    return [
        node.create_subscription(CompressedImage if packed else Image, topic, image, SENSOR),
        node.create_subscription(CameraInfo, info_topic, info, SENSOR),
    ]


def metres(message: Image) -> Metres:
    """The depth in m, float32, height x width, NaN where nothing was measured. Raises InputError for another encoding or a wrong size."""
    if message.encoding not in UNITS:
        raise InputError(f"depth encoded as {message.encoding[:40]!r}", f"publish {' or '.join(UNITS)}")
    kind, unit = UNITS[message.encoding]
    height, width, step = message.height, message.width, message.step
    deep, data = np.dtype(kind).itemsize, np.frombuffer(message.data, np.uint8)
    good = 0 < height <= MAX_SIDE and 0 < width <= MAX_SIDE and step >= width * deep
    if not good or data.size != height * step:
        raise InputError(
            f"depth of {width}x{height}, step {step}, with {data.size} bytes",
            f"send height x step bytes, at most {MAX_SIDE} a side, where step is at least width x {deep}",
        )
    rows = np.ascontiguousarray(data.reshape(height, step)[:, : width * deep])
    told = rows.view(f"{'>' if message.is_bigendian else '<'}{kind}")
    with np.errstate(invalid="ignore", over="ignore"):  # whatever bits are no number
        found = told.astype(np.float32) * np.float32(unit)
        found[~(found > 0.0) | ~np.isfinite(found)] = np.nan
    return found


def _drawn(message: CameraInfo) -> Drawn:
    part = message.roi
    cut = part.width not in (0, message.width) or part.height not in (0, message.height)
    if cut or part.x_offset or part.y_offset or max(message.binning_x, message.binning_y) > 1:
        raise InputError("a camera_info of a part of the sensor", "publish that of the whole image")
    k, d = ([float(number) for number in numbers] for numbers in (message.k, message.d))
    return Drawn(message.width, message.height, k, message.distortion_model, d)


def _refused(topic: str, several: int) -> Metres:
    raise InputError(f"{several} nodes publish {topic}, and none of them is believed", "end all but one")
