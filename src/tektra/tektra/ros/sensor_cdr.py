# SPDX-License-Identifier: Apache-2.0
"""Scans, clouds and ranges out of their bytes (CDR), by numpy: the gate's process makes no Python object of each ray.

Every reader raises ValueError for bytes that are no such message; what they hold is the reader's caller's to judge.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.float32] | npt.NDArray[np.float64]
#: Encapsulation before the content, to which alignments refer.
HEAD = 4
MAX_RAYS, MAX_POINTS, MAX_FIELDS, MAX_TRANSFORMS = 20_000, 500_000, 64, 2_000
#: When, in which frame, of which; x, y, z (m), and x, y, z, w of its rotation.
Transform = tuple[float, str, str, tuple[float, ...]]
#: sensor_msgs/PointField: FLOAT32 and FLOAT64.
FLOATS = {7: ("f4", 4), 8: ("f8", 8)}


@dataclass(frozen=True)
class ScanBytes:
    """The fields of a LaserScan by which rays are placed. `ranges`: (n,)."""

    stamp_s: float
    angle_min: float
    angle_max: float
    angle_increment: float
    range_min: float
    range_max: float
    ranges: Floats


class _Bytes:
    """Reads one message from its beginning."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, HEAD
        self.order = "<" if len(data) > 1 and data[1] & 1 else ">"

    def take(self, form: str) -> tuple[float, ...]:
        """Numbers of one kind, aligned to their size."""
        size = struct.calcsize(form[-1])
        self._at += (HEAD - self._at) % size
        try:
            values = struct.unpack_from(self.order + form, self._data, self._at)
        except struct.error as error:
            raise ValueError(f"{len(self._data)} bytes are too few") from error
        self._at += struct.calcsize(self.order + form)
        return values

    def count(self, most: int) -> int:
        found = int(self.take("I")[0])
        if found > most:
            raise ValueError(f"{found} are more than {most}")
        return found

    def block(self, size: int) -> bytes:
        if self._at + size > len(self._data):
            raise ValueError(f"{len(self._data)} bytes are too few")
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def text(self) -> str:
        return self.block(self.count(4096)).rstrip(b"\0").decode("utf-8", "replace")

    def stamp_s(self) -> float:
        """A std_msgs/Header."""
        (seconds,), (nanoseconds,) = self.take("i"), self.take("I")
        self.block(self.count(4096))
        return seconds + nanoseconds * 1e-9


def read_frame(data: bytes) -> str:
    """The frame of a message that begins with a std_msgs/Header."""
    message = _Bytes(data)
    message.take("i")
    message.take("I")
    return message.text()


def read_transforms(data: bytes) -> list[Transform]:
    """A tf2_msgs/TFMessage."""
    message = _Bytes(data)
    return [_transform(message) for _ in range(message.count(MAX_TRANSFORMS))]


def _transform(message: _Bytes) -> Transform:
    (seconds,), (nanoseconds,) = message.take("i"), message.take("I")
    parent, child = message.text(), message.text()
    return seconds + nanoseconds * 1e-9, parent, child, message.take("7d")


def read_scan(data: bytes) -> ScanBytes:
    """A sensor_msgs/LaserScan."""
    message = _Bytes(data)
    stamp_s = message.stamp_s()
    angle_min, angle_max, increment, _, _, near, far = message.take("7f")
    count = message.count(MAX_RAYS)
    with np.errstate(invalid="ignore"):  # a NaN of another make is one, too
        ranges = np.frombuffer(message.block(4 * count), message.order + "f4").astype(np.float64)
    return ScanBytes(stamp_s, angle_min, angle_max, increment, near, far, ranges)


def read_range(data: bytes) -> tuple[float, tuple[float, float, float], float]:
    """A sensor_msgs/Range: its stamp, its cone (rad wide, nearest m, furthest m), and the distance (m)."""
    message = _Bytes(data)
    stamp_s = message.stamp_s()
    message.take("B")
    width, near, far, distance = message.take("4f")
    return stamp_s, (width, near, far), distance


def read_bool(data: bytes) -> bool:
    """A std_msgs/Bool."""
    return bool(_Bytes(data).take("B")[0])


def read_cloud(data: bytes) -> tuple[float, Points]:
    """A sensor_msgs/PointCloud2: its stamp, and x, y, z of all its points as (n, 3), as exactly as they came."""
    message = _Bytes(data)
    stamp_s = message.stamp_s()
    height, width = (int(value) for value in message.take("2I"))
    fields: dict[str, tuple[int, int]] = {}
    for _ in range(message.count(MAX_FIELDS)):
        name = message.block(message.count(256)).rstrip(b"\0").decode("ascii", "replace")
        (offset,), (kind,) = message.take("I"), message.take("B")
        message.take("I")
        fields[name] = int(offset), int(kind)
    big = bool(message.take("B")[0])
    step, row = (int(value) for value in message.take("2I"))
    content, points = message.block(message.count(64 * MAX_POINTS)), height * width
    if not {"x", "y", "z"} <= fields.keys() or any(fields[axis][1] not in FLOATS for axis in "xyz"):
        raise ValueError("a cloud without x, y and z as floats")
    if points > MAX_POINTS or step < 1 or row < width * step or row * height > len(content):
        raise ValueError("a cloud whose sizes do not fit together")
    axes = []
    for offset, kind in (fields[axis] for axis in "xyz"):
        form, size = FLOATS[kind]
        if offset + size > step:
            raise ValueError("a cloud whose fields are larger than its points")
        axes.append(
            np.ndarray((height, width), (">" if big else "<") + form, content, offset, (row, step)).ravel()
        )
    found = np.empty(
        (points, 3), np.float64 if any(axis.dtype.itemsize == 8 for axis in axes) else np.float32
    )
    with np.errstate(invalid="ignore"):
        for column, axis in enumerate(axes):
            found[:, column] = axis
    return stamp_s, found
