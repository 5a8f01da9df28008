# SPDX-License-Identifier: Apache-2.0
"""Image messages of other nodes."""

import contextlib
from array import array

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from tektra.common.errors import InputError
from tektra.ros.images import jpeg_or_png, pixels
from tektra.vision.backends.pictures import RAW_ENCODINGS

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


@pytest.mark.parametrize("encoding", ["16UC1", "32FC1", "nv21", "", "x" * 500])
def test_depth_and_unknown_encodings_are_refused_by_name(encoding: str) -> None:
    with pytest.raises(InputError, match="publish one of bgr8"):
        pixels(message(encoding, bytes(8), 4))


@pytest.mark.parametrize(
    "told",
    ["16UC1; png compressed ", "16UC1; compressedDepth png", "32FC1; compressedDepth rvl", "compressedDepth"],
)
def test_compressed_depth_is_no_picture(told: str) -> None:
    """A PNG of 16 bits was taken for a grey picture, in which somebody may seem to stand."""
    depth = cv2.imencode(".png", np.full((48, 64), 1200, np.uint16))[1].tobytes()
    with pytest.raises(InputError, match="compressed depth"):
        jpeg_or_png(CompressedImage(format=told, data=depth))


@pytest.mark.parametrize(
    "told", ["jpeg", "png", "", "mono16; png compressed ", "rgb8; jpeg compressed bgr8", "h264"]
)
def test_the_bytes_of_other_formats_tell_what_they_are(told: str) -> None:
    assert jpeg_or_png(CompressedImage(format=told, data=b"\xff\xd8\xff")) == b"\xff\xd8\xff"


@pytest.mark.parametrize("encoding, step, size", [("mono16", 2, 2), ("bgr16", 6, 6), ("bgr8", 6, 5)])
def test_too_few_bytes_are_refused(encoding: str, step: int, size: int) -> None:
    with pytest.raises(InputError, match="step"):
        pixels(message(encoding, bytes(size), step))


#: What is red, green and blue, in patches large enough that no filter mixes them.
PATCHES = np.kron(
    np.array([[[0, 0, 220], [0, 220, 0]], [[220, 0, 0], [128, 128, 128]]], np.uint8),
    np.ones((16, 16, 1), np.uint8),
)


def mosaic(pattern: str) -> np.ndarray:
    """Each pixel through the one filter that stands before it."""
    planes = {"b": 0, "g": 1, "r": 2}
    seen = np.zeros(PATCHES.shape[:2], np.uint8)
    for index, colour in enumerate(pattern):
        y, x = divmod(index, 2)
        seen[y::2, x::2] = PATCHES[y::2, x::2, planes[colour]]
    return seen


def sent(encoding: str, rows: np.ndarray, *, width: int = 32, pad: int = 0) -> Image:
    flat = np.pad(rows.reshape(rows.shape[0], -1), ((0, 0), (0, pad)))
    image = Image(height=rows.shape[0], width=width, encoding=encoding, step=flat.shape[1])
    image.data = array("B", np.ascontiguousarray(flat).tobytes())
    return image


def middles(image: np.ndarray) -> np.ndarray:
    return image[8::16, 8::16].astype(int)


@pytest.mark.parametrize("pad", [0, 5])
@pytest.mark.parametrize("pattern", ["rggb", "bggr", "gbrg", "grbg"])
@pytest.mark.parametrize("bits", [8, 16])
def test_a_sensors_mosaic_becomes_colours(pattern: str, bits: int, pad: int) -> None:
    seen = mosaic(pattern)
    rows = seen if bits == 8 else (seen.astype("<u2") * 256 + 7).view(np.uint8)
    read = pixels(sent(f"bayer_{pattern}{bits}", rows, pad=pad), RAW_ENCODINGS)
    assert np.abs(middles(read) - middles(PATCHES)).max() <= 2


@pytest.mark.parametrize("names, swapped", [(("yuv422", "uyvy"), False), (("yuv422_yuy2", "yuyv"), True)])
def test_brightness_and_colour_apart_become_colours(names: tuple[str, str], swapped: bool) -> None:
    yuv = cv2.cvtColor(PATCHES, cv2.COLOR_BGR2YUV)
    packed = np.empty((32, 32, 2), np.uint8)
    bright, colour = (0, 1) if swapped else (1, 0)
    packed[:, :, bright] = np.clip(16 + yuv[:, :, 0].astype(float) * 219 / 255, 0, 255)
    packed[:, 0::2, colour], packed[:, 1::2, colour] = yuv[:, 0::2, 1], yuv[:, 1::2, 2]
    for name in names:
        read = middles(pixels(sent(name, packed), RAW_ENCODINGS))
        assert (read[:, :, :].argmax(axis=2) == middles(PATCHES).argmax(axis=2))[:, :1].all()
        assert read[0, 0, 2] > 150 and read[0, 1, 1] > 150 and read[1, 0, 0] > 150


@pytest.mark.parametrize("encoding, side", [("bgr8", 8193), ("mono8", 8193), ("bayer_rggb8", 7680), ("yuv422", 7680)])  # fmt: skip
def test_what_is_too_large_is_refused_before_anything_is_converted(encoding: str, side: int) -> None:
    with pytest.raises(InputError, match=f"{side}x4320"):
        pixels(Image(height=4320, width=side, encoding=encoding, step=side * 3), RAW_ENCODINGS)


@pytest.mark.parametrize("encoding, bytes_of", [("bgr8", 3), ("rgb8", 3), ("mono8", 1), ("mono16", 2), ("bgra8", 4)])  # fmt: skip
def test_of_8k_each_fourth_pixel_is_taken(encoding: str, bytes_of: int) -> None:
    """It was refused, and so were real cameras."""
    wide = 7680
    rows = np.arange(4 * wide * bytes_of, dtype=np.uint32).astype(np.uint8).reshape(4, -1)
    image = Image(height=4, width=wide, encoding=encoding, step=wide * bytes_of)
    image.data = array("B", rows.tobytes())
    read = pixels(image, RAW_ENCODINGS)
    assert read.shape == (1, wide // 4, 3) and read.flags["C_CONTIGUOUS"]
    small = Image(height=1, width=wide // 4, encoding=encoding, step=wide // 4 * bytes_of)
    each = rows.reshape(4, wide, bytes_of)[::4, ::4]
    small.data = array("B", np.ascontiguousarray(each).tobytes())
    assert np.array_equal(read, pixels(small, RAW_ENCODINGS))


@pytest.mark.parametrize("encoding", RAW_ENCODINGS)
@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 2), (2, 1)])
def test_odd_and_tiny_mosaics_are_a_picture_or_an_error(encoding: str, size: tuple[int, int]) -> None:
    width, height = size
    channels, deep, _ = RAW_ENCODINGS[encoding]
    message = sent(encoding, np.zeros((height, width * channels * deep), np.uint8), width=width)
    with contextlib.suppress(InputError):
        assert pixels(message, RAW_ENCODINGS).shape == (height, width, 3)


@pytest.mark.parametrize("encoding", RAW_ENCODINGS)
def test_a_mosaic_of_too_few_bytes_is_refused(encoding: str) -> None:
    with pytest.raises(InputError, match="step"):
        pixels(Image(height=4, width=4, encoding=encoding, step=4, data=bytes(15)), RAW_ENCODINGS)
