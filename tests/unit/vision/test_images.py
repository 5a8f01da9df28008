# SPDX-License-Identifier: Apache-2.0
"""Image messages of other nodes."""

from array import array

import numpy as np
import pytest
from sensor_msgs.msg import Image

from tektra.common.errors import InputError
from tektra.ros.images import pixels

BGR = np.array([[[10, 20, 30], [200, 100, 50]]], np.uint8)
GREY = np.array([[7, 250]], np.uint8)


def message(encoding: str, data: bytes, step: int, *, big: bool = False) -> Image:
    image = Image(height=1, width=2, encoding=encoding, step=step, is_bigendian=int(big))
    image.data = array("B", data)
    return image


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    "encoding, shown, channels",
    [("mono16", GREY, 1), ("bgr16", BGR, 3), ("rgb16", BGR[:, :, ::-1], 3)],
)
def test_of_16_bits_the_upper_eight_are_taken(
    encoding: str, shown: np.ndarray, channels: int, big: bool
) -> None:
    deep = (shown.astype(np.uint16) * 256 + 99).astype(">u2" if big else "<u2")
    read = pixels(message(encoding, deep.tobytes() + b"pad", 4 * channels + 3, big=big))
    assert read.dtype == np.uint8
    assert (read == (GREY[:, :, None] if channels == 1 else BGR)).all()


@pytest.mark.parametrize("encoding", ["mono8", "8UC1"])
def test_grey_becomes_bgr(encoding: str) -> None:
    assert (pixels(message(encoding, GREY.tobytes(), 2)) == GREY[:, :, None]).all()


@pytest.mark.parametrize("encoding", ["16UC1", "32FC1", "yuv422", "", "x" * 500])
def test_depth_and_unknown_encodings_are_refused_by_name(encoding: str) -> None:
    with pytest.raises(InputError, match="publish one of bgr8"):
        pixels(message(encoding, bytes(8), 4))


@pytest.mark.parametrize("encoding, step, size", [("mono16", 2, 2), ("bgr16", 6, 6), ("bgr8", 6, 5)])
def test_too_few_bytes_are_refused(encoding: str, step: int, size: int) -> None:
    with pytest.raises(InputError, match="step"):
        pixels(message(encoding, bytes(size), step))
