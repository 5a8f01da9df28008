# SPDX-License-Identifier: Apache-2.0
"""Pictures that lost something on their way, through the callbacks of the topic, the mailbox and the judge of pictures: each is refused, or in
doubt, so that the floor in it counts as unseen."""

import random
import struct
import time
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from tektra.common.errors import InputError
from tektra.common.picture_size import size_of
from tektra.common.pixels import Pixels
from tektra.ros.images import image_msg, jpeg_msg
from tektra.ros.vision_topics import take_images
from tektra.vision.backends.pictures import RAW_ENCODINGS, decode_picture
from tektra.vision.health import Health
from tektra.vision.mailbox import Mailbox
from tests.unit.ros.test_taken_images import PlayedNode

RNG = np.random.default_rng(12)
SIZES = [(480, 640), (120, 160), (97, 131)]


def room(height: int = 480, width: int = 640) -> Pixels:
    """Something in front of something, with a sensor's noise."""
    coarse = RNG.normal(128.0, 45.0, (height // 16 + 1, width // 16 + 1, 3)).astype(np.float32)
    large = cv2.resize(coarse, (width, height)) + RNG.normal(0.0, 2.0, (height, width, 3))
    return np.clip(large, 0, 255).astype(np.uint8)


def taken(message: Image | CompressedImage) -> str:
    """What becomes of it: "taken", or why not."""
    node, box = PlayedNode(), Mailbox()
    decode = decode_picture if isinstance(message, CompressedImage) else None
    take_images(node, "/camera/image_raw", box.put, decode, RAW_ENCODINGS)  # type: ignore[arg-type]
    node.call(message)
    try:
        frame = box.read(0.0)
    except InputError as error:
        return str(error)
    assert frame is not None
    verdict = Health().judge(frame.image, 0.0)
    return verdict.doubt or "taken"


def jpeg(image: Pixels, *how: int) -> bytes:
    return cv2.imencode(".jpg", image, how)[1].tobytes()


def kinds_of_jpeg(image: Pixels) -> Iterator[bytes]:
    yield jpeg(image)
    yield jpeg(image, cv2.IMWRITE_JPEG_QUALITY, 30)
    yield jpeg(image, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    yield jpeg(image, cv2.IMWRITE_JPEG_RST_INTERVAL, 4)
    yield jpeg(image, cv2.IMWRITE_JPEG_OPTIMIZE, 1)
    yield jpeg(image[:, :, 1])


def told(data: bytes) -> str:
    return taken(jpeg_msg(data, 1.0, "eye"))


def data_of(whole: bytes) -> int:
    """Where the data of the first scan begins."""
    return whole.index(b"\xff\xda") + 14


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_whole_jpegs_are_taken(size: tuple[int, int]) -> None:
    for whole in kinds_of_jpeg(room(*size)):
        assert told(whole) == "taken"
        assert told(whole + bytes(200)) == "taken", "some cameras fill up behind the end"


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_jpeg_that_was_cut_is_not_taken_though_somebody_put_an_end_to_it(size: tuple[int, int]) -> None:
    """As a bridge does that gives on what it has; less than a tenth of it missing was seen by nobody."""
    dice = random.Random(4)
    for whole in kinds_of_jpeg(room(*size)):
        begin = data_of(whole)
        for _ in range(12):
            cut = dice.randrange(begin, len(whole) - max(60, len(whole) // 50))
            assert told(whole[:cut]) != "taken"
            if any(mark in whole[cut - 60 : cut + 60] for mark in (b"\xff\xc4", b"\xff\xda")):
                continue  # between two scans of a progressive one: all of the picture is there, coarser
            assert told(whole[:cut] + b"\xff\xd9") != "taken", cut / len(whole)


def test_a_jpeg_that_lost_a_piece_in_its_middle_is_not_taken() -> None:
    """A packet was lost; what is behind it comes in its place, somewhere else in the picture."""
    dice, missed = random.Random(5), 0
    wholes = [jpeg(room()) for _ in range(4)] + [jpeg(room(), cv2.IMWRITE_JPEG_QUALITY, 50) for _ in range(4)]
    for whole in wholes:
        for _ in range(10):
            begin = dice.randrange(data_of(whole), len(whole) - 3000)
            missed += told(whole[:begin] + whole[begin + 1400 :]) == "taken"
            missed += told(whole[:begin] + bytes(1400) + whole[begin + 1400 :]) == "taken"
    assert missed == 0


@pytest.mark.parametrize("colour", [0, 127, 128, 129])
@pytest.mark.parametrize("where", ["top", "middle", "bottom"])
@pytest.mark.parametrize("rows", [8, 12, 38, 160])
def test_rows_that_were_never_filled_are_told_wherever_they_are(colour: int, where: str, rows: int) -> None:
    image = room()
    begin = {"top": 0, "middle": 200, "bottom": 480 - rows}[where]
    image[begin : begin + rows] = colour
    assert "empty" in taken(image_msg(image, 1.0, "eye"))


@pytest.mark.parametrize("begin", [0, 300, 560])
def test_columns_that_were_never_filled_are_told(begin: int) -> None:
    image = room()
    image[:, begin : begin + 80] = (3, 200, 90)
    assert "empty" in taken(image_msg(image, 1.0, "eye"))


def test_what_a_room_really_shows_is_not_torn() -> None:
    bright = room()
    bright[:40] = 255  # a window that is too bright for the sensor
    dark = (room() * 0.3).astype(np.uint8)
    dark[430:] = RNG.integers(0, 3, (50, 640, 3))  # a floor in the shadow, with hardly any noise
    plain = room()
    plain[100:300, 200:400] = 128  # a screen
    for image in (bright, dark, plain, np.repeat(np.repeat(room(240, 320), 2, 0), 2, 1)):
        assert taken(image_msg(image, 1.0, "eye")) == "taken"


def png(head: tuple[int, int, int, int], pixels: bytes) -> bytes:
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", *head, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    ]
    body = [struct.pack(">I4s", len(d), n) + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def test_a_png_whose_pixels_are_many_times_its_size_in_memory_is_refused_by_its_head() -> None:
    """16 bits of four colours at 4096 a side are 134 MB from 130 kB, and took 7 s of the detector's thread on a busy machine."""
    for head in ((4096, 4096, 16, 6), (4096, 4096, 16, 2), (4096, 4096, 8, 6), (4096, 3073, 8, 6)):
        assert "send a smaller one" in told(png(head, b"\0" * 64))
    small = room(64, 64).astype(np.uint16) * 257
    for image in (room(64, 64), small, small[:, :, 0], np.dstack([room(64, 64)] * 2)[:, :, :4]):
        assert told(cv2.imencode(".png", image)[1].tobytes()) == "taken"


@pytest.mark.parametrize("filling", [b"\xff", b"\xff\xe0\x00\x02", b"\xff\xff\xe0\x00\x02"])
def test_who_fills_a_jpeg_up_ahead_of_its_frame_takes_nobody_s_time(filling: bytes) -> None:
    """Of 8 MB each byte was walked through, for seconds, where everybody's stop waits for it."""
    data = b"\xff\xd8" + filling * (7_900_000 // len(filling))
    began_s = time.process_time()
    with pytest.raises(InputError):
        size_of(data)
    assert time.process_time() - began_s < 0.3


def test_some_filling_and_many_words_ahead_of_the_frame_are_a_jpeg_s_right() -> None:
    words = b"\xff\xff\xff\xe2" + (2000).to_bytes(2, "big") + bytes(1998)
    whole = cv2.imencode(".jpg", np.zeros((24, 32, 3), np.uint8))[1].tobytes()
    found = size_of(whole[:2] + words * 255 + whole[2:])
    assert (found.width, found.height) == (32, 24)
