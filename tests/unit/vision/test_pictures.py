# SPDX-License-Identifier: Apache-2.0
"""Pictures from outside, and what would be done to who decodes them."""

import resource
import struct
import time
import tracemalloc
import zlib
from contextlib import suppress

import cv2
import numpy as np
import pytest

from tektra.common.errors import InputError
from tektra.common.picture_size import MAX_SCANS, size_of
from tektra.vision.backends.opencv import _taken_s
from tektra.vision.backends.pictures import decode_picture

ROOM = np.random.default_rng(3).integers(0, 255, (48, 64, 3), np.uint8)


def encoded(form: str, image: object = ROOM) -> bytes:
    return bytes(cv2.imencode(form, image)[1])  # type: ignore[call-overload]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int) -> bytes:
    """A few kB of PNG that are a picture of this size."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = zlib.compress(bytes(3_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", [".jpg", ".png"])
def test_whole_pictures_are_read(form: str) -> None:
    assert decode_picture(encoded(form)).shape == (48, 64, 3)


def test_grey_and_16_bit_pictures_become_bgr_bytes() -> None:
    deep = ROOM.astype(np.uint16) * 257
    for image in (ROOM[:, :, 0], deep, deep[:, :, 0]):
        read = decode_picture(encoded(".png", image))
        assert (read.dtype, read.shape) == (np.uint8, (48, 64, 3))
        assert read.std() > 50.0


@pytest.mark.parametrize("size", [(30_000, 30_000), (7680, 4320), (4097, 10), (10, 2**31 - 1), (0, 10)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    data = bomb(*size)
    tracemalloc.start()
    with pytest.raises(InputError, match=f"{size[0]} by {size[1]}"):
        decode_picture(data)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_a_picture_of_an_8k_camera_is_read_at_a_quarter_of_its_sides() -> None:
    """It was refused, and so were real cameras."""
    room = cv2.resize(ROOM, (7680, 4320), interpolation=cv2.INTER_NEAREST)
    data = encoded(".jpg", room)
    read = decode_picture(data)
    assert read.shape == (1080, 1920, 3)
    assert np.abs(cv2.resize(read, (64, 48), interpolation=cv2.INTER_AREA).astype(int) - ROOM).mean() < 8.0
    with pytest.raises(InputError, match="7680 by 4320"):  # on the page nobody needs so much
        size_of(data)


@pytest.mark.parametrize("size", [(8192, 8192), (8193, 100), (16_000, 2_000)])
def test_what_no_camera_makes_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    data = bytearray(encoded(".jpg"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", size[1], size[0])
    with pytest.raises(InputError, match=f"{size[0]} by {size[1]}"):
        decode_picture(bytes(data))


def test_a_progressive_jpeg_of_8k_is_refused() -> None:
    """Its decoder keeps all of it in memory, however small it is to become."""
    data = bytearray(bytes(cv2.imencode(".jpg", ROOM, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1]))
    at = data.index(b"\xff\xc2")
    data[at + 5 : at + 9] = struct.pack(">HH", 4320, 7680)
    with pytest.raises(InputError, match="not progressive"):
        decode_picture(bytes(data))


def test_a_jpeg_whose_head_says_too_much_is_refused() -> None:
    data = bytearray(encoded(".jpg"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(InputError, match="60000 by 60000"):
        decode_picture(bytes(data))


@pytest.mark.parametrize("marker", [0x01, 0xD0, 0xD7, 0xD8])
def test_a_small_frame_where_only_we_would_look_does_not_hide_a_large_one(marker: int) -> None:
    """A decoder passes over these markers, and takes the frame behind them; read as a length they hide it."""
    plain = encoded(".jpg")
    data = plain[:2] + bytes((0xFF, marker)) + plain[2:]
    with pytest.raises(InputError, match="neither JPEG nor PNG"):
        size_of(data)


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    data = encoded(".jpg")
    at = data.index(b"\xff\xda")
    scan = data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")]
    with pytest.raises(InputError, match="scans"):
        size_of(data[:at] + scan * (MAX_SCANS + 1) + data[at:])


@pytest.mark.parametrize("form", [".jpg", ".png"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_what_was_cut_off_on_its_way_is_refused(form: str, share: float) -> None:
    data = encoded(form, np.tile(ROOM, (8, 8, 1)))
    with pytest.raises(InputError, match="ends too early"):
        decode_picture(data[: int(share * len(data))])


@pytest.mark.parametrize("part", [b"IHDR", b"IDAT", b"IEND", b"tEXt"])
@pytest.mark.parametrize("length", [2**31 - 1, 2**32 - 1, 10**9])
def test_a_png_whose_part_says_to_be_longer_than_all_of_it_is_refused_before_it_is_decoded(
    part: bytes, length: int
) -> None:
    """58 kB made the node take 2 GB, and could 4: the decoder takes the memory first."""
    data = bytearray(encoded(".png"))
    if part == b"tEXt":
        data[33:33] = chunk(b"tEXt", b"a\0b")
    struct.pack_into(">I", data, data.index(part) - 4, length)
    began_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    with pytest.raises(InputError, match="ends too early"):
        decode_picture(bytes(data))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0 < began_mb + 100.0


def test_a_png_of_very_many_parts_is_refused() -> None:
    data = encoded(".png")
    with pytest.raises(InputError, match="ends too early"):
        decode_picture(data[:33] + chunk(b"tEXt", b"a\0b") * 20_000 + data[33:])


@pytest.mark.parametrize("frames", [2, 2**31 - 1])
def test_an_animated_png_is_its_first_picture(frames: int) -> None:
    data = encoded(".png")
    animated = data[:33] + chunk(b"acTL", struct.pack(">II", frames, 0)) + data[33:]
    began_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    with suppress(InputError):
        assert decode_picture(animated).shape == (48, 64, 3)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0 < began_mb + 100.0


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"GIF89a" + bytes(100), b"\xff\xd8" * 50, b"BM" + bytes(60)]
)
def test_what_is_no_jpeg_or_png_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        decode_picture(data)


@pytest.mark.parametrize("waited_s, counted_s", [(0.12, 0.12), (0.0, 0.0), (-3.0, 0.0), (4000.0, 0.0)])
def test_a_device_that_tells_when_a_picture_was_taken_is_believed_within_reason(
    waited_s: float, counted_s: float
) -> None:
    before_s = time.time()
    told_ms = (
        time.monotonic() - waited_s
    ) * 1000.0  # told once: however late it is read, the picture is as old

    class Device:
        def get(self, prop: int) -> float:
            return told_ms

    taken_s = _taken_s(Device())  # type: ignore[arg-type]
    assert before_s - counted_s - 1e-3 <= taken_s <= time.time() - counted_s + 1e-3


@pytest.mark.parametrize("form", [".jpg", ".png"])
def test_random_damage_is_a_picture_or_an_error_and_nothing_else(form: str) -> None:
    rng, whole = np.random.default_rng(11), encoded(form)
    for _ in range(300):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), 4):
            data[at] = rng.integers(0, 256)
        try:
            height, width = decode_picture(bytes(data)).shape[:2]
            assert height * width <= 4096 * 4096
        except InputError:
            pass
