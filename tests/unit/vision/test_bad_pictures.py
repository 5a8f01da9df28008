# SPDX-License-Identifier: Apache-2.0
"""What a camera may send that is no picture of now, of here, or at all: what is told of it, and whether the floor counts as seen.

One camera hangs at a place that was told; its detector finds nobody. So whoever hears `/humans/positions` is told that the floor is free:
that must be true of pictures alone that would show somebody.
"""

import struct
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.ros.images import jpeg_or_png, pixels
from tektra.vision.backends import Frame, require_size
from tektra.vision.backends.pictures import RAW_ENCODINGS, decode_picture
from tektra.vision.eye import Eye
from tektra.vision.options import VisionOptions
from tektra.vision.sightings import Kind, Sighting

FIELD = (
    "version: 1\nname: field\nframe: map\nbounds: {x_m: [0.0, 20.0], y_m: [0.0, 20.0]}\nwall_height_m: 1.0\n"
    "rooms: {field: {x_m: [0.0, 20.0], y_m: [0.0, 20.0]}}\n"
)
WIDE, HIGH, RATE_HZ, BEGAN_S = 320, 240, 4.0, 1_700_000_000.0
WELL_S, BAD_S, LATE_S = 2.0, 5.5, 1.0
Make = Callable[[], Pixels]


class Nobody:
    """A Detector that finds nothing."""

    classes: Sequence[str] = ("person",)

    def load(self, kinds: Sequence[Kind]) -> None: ...

    def close(self) -> None: ...

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        return []


class Hung:
    """The eye of a camera at a told place, without threads: what comes is judged as its feed does, then looked at."""

    def __init__(self, folder: Path) -> None:
        world = folder / "world.yaml"
        world.write_text(FIELD)
        self.now_s = BEGAN_S
        options = VisionOptions(world_file=str(world), camera_height_m=2.0, camera_x_m=5.0, camera_y_m=5.0, camera_pitch_rad=0.4,
                                objects_rate_hz=60.0, faces_rate_hz=0.0, gestures_rate_hz=0.0)  # fmt: skip
        self.eye = Eye("", options, Nobody(), 1.0, lambda: self.now_s, lambda: self.now_s)
        self.told: list[str] = []
        self.placed: list[bool] = []

    def comes(self, decode: Make, stamp_s: float, sender: str = "") -> None:
        try:
            image = decode()
            require_size(image)
            self.eye.arrivals.judge(stamp_s, self.now_s, sender)
        except InputError as error:
            self.told.append(str(error))
            self.placed.append(False)
            return
        self.eye.newest = Frame(image, stamp_s, sender)
        look = self.eye.look(lambda kind, seconds: None)
        if look is not None:
            self.placed.append(self.eye.find(look) is not None)
            self.told.append(self.eye.doubt)


DICE = np.random.default_rng(5)
ROOM = np.repeat(np.repeat(DICE.integers(40, 210, (HIGH // 20, WIDE // 20, 3)), 20, 0), 20, 1)
OTHER = np.repeat(np.repeat(DICE.integers(40, 210, (HIGH // 20, WIDE // 20, 3)), 20, 0), 20, 1)


def noisy(image: np.ndarray, noise: float = 2.0) -> Pixels:
    """As a sensor gives it: no two are the same."""
    return np.clip(image + DICE.normal(0.0, noise, image.shape), 0, 255).astype(np.uint8)


def room() -> Pixels:
    return noisy(ROOM)


def flat(*colour: int, noise: float = 1.0) -> Pixels:
    return noisy(np.full((HIGH, WIDE, 3), colour), noise)


def clock(image: Pixels, now_s: float, at: tuple[int, int] = (8, 18)) -> Pixels:
    """With the time written on it, as many cameras do."""
    text, colour = f"2026-11-30 {int(now_s) % 60:02d}", (255, 255, 255)
    return np.asarray(cv2.putText(image.copy(), text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, 1), np.uint8)


def words(image: Pixels, text: str, at: tuple[int, int]) -> Pixels:
    colour = (255, 255, 255)
    return np.asarray(cv2.putText(image.copy(), text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, colour, 2), np.uint8)


def raw(image: Pixels, encoding: str = "bgr8", *, pad: int = 0, height: int = -1, cut: int = 0) -> Pixels:
    """Through a message of an Image."""
    rows = image.reshape(image.shape[0], -1)
    rows = np.pad(rows.view(np.uint8), ((0, 0), (0, pad)))
    message = Image(height=image.shape[0] if height < 0 else height, width=image.shape[1], encoding=encoding)
    message.step, data = rows.shape[1], rows.tobytes()
    message.data = array("B", data[: len(data) - cut] if cut >= 0 else data + bytes(-cut))
    return pixels(message, RAW_ENCODINGS)


def coded(
    image: Pixels, form: str = ".jpg", how: Callable[[bytes], bytes] = bytes, told: str = "jpeg"
) -> Pixels:
    """Through a message of a CompressedImage."""
    message = CompressedImage(format=told)
    message.data = array("B", how(cv2.imencode(form, image)[1].tobytes()))
    return decode_picture(jpeg_or_png(message))


def turned_by_exif(jpeg: bytes, orientation: int) -> bytes:
    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0) + b"\0\0\0\0"
    part = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part + jpeg[2:]


def png_bomb(side: int) -> bytes:
    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(bytes(99999))) + part(b"IEND", b"")  # fmt: skip


def jpeg_bomb(jpeg: bytes) -> bytes:
    at = jpeg.index(b"\xff\xc0")
    return jpeg[: at + 5] + struct.pack(">HH", 60000, 60000) + jpeg[at + 9 :]


def holed(jpeg: bytes) -> bytes:
    return jpeg[: len(jpeg) // 2] + jpeg[len(jpeg) // 2 + 400 :]


def partly(colour: Sequence[int], rows: slice) -> Pixels:
    image = room()
    image[rows] = colour
    return image


def snow() -> Pixels:
    grey = DICE.integers(0, 255, (HIGH, WIDE, 1))
    return np.repeat(grey, 3, 2).astype(np.uint8)


def dazzled() -> Pixels:
    """By a low sun."""
    return np.asarray(cv2.circle(room(), (WIDE // 2, HIGH // 2), 140, (255, 255, 255), cv2.FILLED), np.uint8)


def sheared() -> Pixels:
    """Rows as wide as another camera's: the bytes fit, the picture does not."""
    bytes_of = room().reshape(-1)
    return (
        np.roll(bytes_of, 0)
        .reshape(HIGH, WIDE * 3)[:, : (WIDE - 9) * 3]
        .reshape(-1)[: 200 * WIDE * 3]
        .reshape(200, WIDE, 3)
    )


def window() -> Pixels:
    image = ROOM.copy()
    image[20:100, 40:160] = 255
    return noisy(image)


def walls() -> Pixels:
    """A white room with a sofa and a floor."""
    image = np.full((HIGH, WIDE, 3), 225) - np.linspace(0, 25, WIDE)[None, :, None]
    image[150:] = (90, 110, 140)
    image[120:180, 200:280] = (120, 60, 50)
    return noisy(image)


def far_person() -> Pixels:
    """Somebody small before a seamless wall."""
    image = np.full((HIGH, WIDE, 3), 200) - np.linspace(0, 14, HIGH)[:, None, None]
    image[110:150, 150:162] = (40, 40, 90)
    return noisy(image)


#: Pictures that would show somebody: the floor counts as seen, and nothing is told.
GOOD: dict[str, Make] = {
    "bgr8": room,
    "rgb8": lambda: raw(room(), "rgb8"),
    "bgra8": lambda: raw(np.dstack([room(), np.full((HIGH, WIDE), 255, np.uint8)]), "bgra8"),
    "rows filled up to an odd length": lambda: raw(room(), pad=7),
    "grey": lambda: raw(np.ascontiguousarray(room()[:, :, :1]), "mono8"),
    "16 bits": lambda: raw((room()[:, :, :1].astype(np.uint16) << 8), "mono16"),
    "a mosaic": lambda: raw(np.ascontiguousarray(room()[:, :, 1:2]), "bayer_rggb8"),
    "brightness and colour apart": lambda: raw(np.ascontiguousarray(room()[:, :, :2]), "yuv422_yuy2"),
    "JPEG": lambda: coded(room()),
    "PNG": lambda: coded(room(), ".png", told="png"),
    "JPEG with EXIF that turns nothing": lambda: coded(room(), how=lambda jpeg: turned_by_exif(jpeg, 1)),
    "dim": lambda: noisy(ROOM * 0.3),
    "grainy, by infrared": lambda: np.repeat(noisy(ROOM[:, :, :1], 14.0), 3, 2),
    "a bright window": window,
    "a white room": walls,
    "somebody small before a wall": far_person,
    "the time written on it": lambda: clock(room(), float(DICE.integers(60))),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_of_pictures_that_show_the_room_the_floor_is_seen(name: str, tmp_path: Path) -> None:
    hung = Hung(tmp_path)
    for look in range(int(2.5 * RATE_HZ)):
        hung.now_s = BEGAN_S + look / RATE_HZ
        hung.comes(GOOD[name], hung.now_s)
    assert all(hung.placed) and not any(hung.told), hung.told[-1]


@dataclass(frozen=True)
class Bad:
    """Pictures that come after good ones, or from the beginning (`first`), and a word of what is told of them."""

    make: Callable[[float], Pixels]
    word: str
    first: bool = True


def same(image: Pixels) -> Callable[[float], Pixels]:
    return lambda now_s: image


STILL, RING = room(), [room() for _ in range(6)]
BAD: dict[str, Bad] = {
    "black": Bad(lambda t: flat(0, 0, 0), "black"),
    "black with noise": Bad(lambda t: flat(6, 6, 6, noise=4.0), "black"),
    "black with the time on it": Bad(lambda t: clock(flat(2, 2, 2), t), "black"),
    "black with the time below": Bad(lambda t: clock(flat(2, 2, 2), t, (8, HIGH - 10)), "black"),
    "covered": Bad(lambda t: flat(90, 70, 160), "flat"),
    "covered, with the time on it": Bad(lambda t: clock(flat(90, 70, 160), t), "flat"),
    "white": Bad(lambda t: flat(255, 255, 255), "flat"),
    "no signal": Bad(lambda t: flat(200, 20, 20, noise=0.0), "flat"),
    "no signal, in words": Bad(lambda t: words(flat(200, 20, 20, noise=0.0), "NO SIGNAL", (80, 125)), "flat"),
    "no signal, in words that wander": Bad(lambda t: words(flat(0, 0, 0, noise=0.0), "NO SIGNAL", (int(9 * t) % 150, 90 + int(7 * t) % 80)), "black"),
    "the green of a decoder": Bad(lambda t: flat(0, 135, 0, noise=0.0), "flat"),
    "snow": Bad(lambda t: snow(), "noise"),
    "snow by JPEG": Bad(lambda t: coded(snow()), "noise"),
    "snow in colours": Bad(lambda t: DICE.integers(0, 255, (HIGH, WIDE, 3)).astype(np.uint8), "noise"),
    "dazzled": Bad(lambda t: dazzled(), "dazzled"),
    "frozen": Bad(same(STILL), "not changed"),
    "frozen, and the time goes on": Bad(lambda t: clock(STILL, t), "not changed"),
    "frozen, and the time goes on below": Bad(lambda t: clock(STILL, t, (8, HIGH - 10)), "not changed"),
    "a few old ones in turn": Bad(lambda t: RING[int(t * RATE_HZ) % len(RING)], "not changed"),
    "torn: grey rows": Bad(lambda t: partly((128, 128, 128), slice(150, None)), "empty"),
    "torn: a few black rows": Bad(lambda t: partly((0, 0, 0), slice(100, 112)), "empty"),
    "torn: a third green": Bad(lambda t: partly((0, 135, 0), slice(160, None)), "empty"),
    "torn: a few green rows": Bad(lambda t: partly((0, 135, 0), slice(228, None)), "empty"),
    "upside down": Bad(lambda t: np.ascontiguousarray(room()[::-1, ::-1]), "upside down", first=False),
    "mirrored": Bad(lambda t: np.ascontiguousarray(room()[:, ::-1]), "mirrored", first=False),
    "shifted": Bad(lambda t: np.roll(room(), 40, 1), "elsewhere", first=False),
    "turned by 90 degrees": Bad(lambda t: np.ascontiguousarray(np.rot90(room())), "now, and was", first=False),
    "turned by EXIF": Bad(lambda t: coded(room(), how=lambda jpeg: turned_by_exif(jpeg, 6)), "now, and was", first=False),
    "turned over by EXIF": Bad(lambda t: coded(room(), how=lambda jpeg: turned_by_exif(jpeg, 3)), "upside down", first=False),
    "another room": Bad(lambda t: noisy(OTHER), "before", first=False),
    "rows of another width": Bad(lambda t: cv2.resize(sheared(), (WIDE, HIGH)), "before", first=False),
    "dark and full of noise": Bad(lambda t: noisy(ROOM * 0.02 + 25.0, 12.0), "noise", first=False),
    "two rooms by turns": Bad(lambda t: noisy((ROOM, OTHER)[round(t * RATE_HZ) % 2]), "by turns", first=False),
    "two rooms by turns from the start": Bad(lambda t: noisy((ROOM, OTHER)[round(t * RATE_HZ) % 2]), "by turns"),
    "1x1": Bad(lambda t: room()[:1, :1].copy(), "1 by 1"),
    "15 rows": Bad(lambda t: room()[:15].copy(), "320 by 15"),
    "no rows": Bad(lambda t: raw(room(), height=0), "320x0"),
    "a byte too few": Bad(lambda t: raw(room(), cut=1), "230399 bytes"),
    "a byte too many": Bad(lambda t: raw(room(), cut=-1), "230401 bytes"),
    "no bytes": Bad(lambda t: raw(room(), cut=WIDE * HIGH * 3), "0 bytes"),
    "colour that says it is grey": Bad(lambda t: raw(room(), "mono8", height=3 * HIGH), "bytes"),
    "an encoding that nobody knows": Bad(lambda t: raw(room(), "bgr12"), "bgr12"),
    "an encoding of no word": Bad(lambda t: raw(room(), ""), "encoding"),
    "depth in mm": Bad(lambda t: raw((room()[:, :, :1].astype(np.uint16) << 8), "16UC1"), "16UC1"),
    "depth in m": Bad(lambda t: raw(room()[:, :, :1].astype(np.float32), "32FC1"), "32FC1"),
    "compressed depth": Bad(lambda t: coded(room(), ".png", told="16UC1; compressedDepth png"), "depth"),
    "a bomb of JPEG": Bad(lambda t: coded(room(), how=jpeg_bomb), "60000"),
    "a bomb of PNG": Bad(lambda t: coded(room(), how=lambda data: png_bomb(30000)), "30000"),
    "cut off": Bad(lambda t: coded(room(), how=lambda data: data[: len(data) // 2]), "too early"),
    "a PNG that was cut off": Bad(lambda t: coded(room(), ".png", lambda data: data[:-40]), "too early"),
    "a JPEG with a hole": Bad(lambda t: coded(room(), how=holed), "lost a part"),
    "no picture": Bad(lambda t: coded(room(), how=lambda data: b"GIF89a" + data), "no picture"),
    "no bytes of JPEG": Bad(lambda t: coded(room(), how=lambda data: b""), "empty"),
    "a head alone": Bad(lambda t: coded(room(), how=lambda data: data[:200]), "too early"),
}  # fmt: skip


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("name", BAD)
def test_of_what_is_no_picture_of_here_and_now_the_floor_is_not_seen(
    name: str, first: bool, tmp_path: Path
) -> None:
    bad, hung = BAD[name], Hung(tmp_path)
    if first and not bad.first:
        pytest.skip("nobody can tell without the pictures before")
    well = 0 if first else int(WELL_S * RATE_HZ)
    for look in range(well):
        hung.now_s = BEGAN_S + look / RATE_HZ
        hung.comes(room, hung.now_s)
    assert all(hung.placed) and not any(hung.told)
    for look in range(well, well + int(BAD_S * RATE_HZ)):
        hung.now_s = BEGAN_S + look / RATE_HZ
        hung.comes(lambda: bad.make(hung.now_s), hung.now_s)
    late = len(hung.placed) - int(LATE_S * RATE_HZ)
    assert not any(hung.placed[late:]), "the floor counts as seen"
    assert all(bad.word in told for told in hung.told[late:]), hung.told[-1]


def stamps(kind: str) -> Iterator[tuple[float, float, str]]:
    """When pictures come, by what stamp, of which sender."""
    for look in range(40):
        now_s = BEGAN_S + look / RATE_HZ
        yield now_s, {
            "yesterday's": now_s - 86400.0,
            "tomorrow's": now_s + 86400.0,
            "half a second ahead": now_s + 0.5,
            "none": 0.0,
            "before 1970": -now_s,
            "no number": float("nan"),
            "endless": float("inf"),
            "late": now_s - 1.5,
            "always the same": BEGAN_S,
            "backwards": BEGAN_S - look / 100.0,
            "of a clock that counts from its start": look / RATE_HZ,
        }[kind], "camera"  # fmt: skip


@pytest.mark.parametrize("kind, word", [
    ("yesterday's", "86400.00 s after"), ("tomorrow's", "future"), ("half a second ahead", "future"), ("none", "without a stamp"),
    ("before 1970", "without a stamp"), ("no number", "without a stamp"), ("endless", "future"), ("late", "1.50 s after"), ("always the same", "older"),
    ("backwards", "older"), ("of a clock that counts from its start", "after"),
])  # fmt: skip
def test_a_clock_that_is_wrong_is_told_and_the_floor_is_not_seen(
    kind: str, word: str, tmp_path: Path
) -> None:
    hung = Hung(tmp_path)
    for now_s, stamp_s, sender in stamps(kind):
        hung.now_s = now_s
        hung.comes(room, stamp_s, sender)
    assert not any(hung.placed[2:]) and word in hung.told[2]


def test_frames_out_of_order_count_only_where_they_are_newer(tmp_path: Path) -> None:
    hung, newest = Hung(tmp_path), 0.0
    for look, back in enumerate([0, 3, 1, 2, 0, 0, 5, 4, 3, 0] * 3):
        hung.now_s = BEGAN_S + look / RATE_HZ
        stamp_s = hung.now_s - back * 0.15
        before = len(hung.placed)
        hung.comes(room, stamp_s)
        assert hung.placed[before:] in ([], [stamp_s > newest])
        newest = max(newest, stamp_s)
    assert hung.eye.arrivals.refused > 5


def test_a_camera_that_dies_is_told_and_one_that_returns_is_seen_again(tmp_path: Path) -> None:
    hung = Hung(tmp_path)
    for look in range(10):
        hung.now_s = BEGAN_S + look / RATE_HZ
        hung.comes(room, hung.now_s)
    assert hung.eye.blind() == ""
    hung.now_s += 30.0
    assert "no image lately" in hung.eye.blind() and hung.eye.look(lambda kind, seconds: None) is None
    hung.comes(room, hung.now_s)
    assert hung.placed[-1] and hung.eye.why() == ""


def test_two_senders_under_one_name_are_not_one_room(tmp_path: Path) -> None:
    hung = Hung(tmp_path)
    for look in range(40):
        hung.now_s = BEGAN_S + look / RATE_HZ
        hung.comes(room if look % 2 else (lambda: noisy(OTHER)), hung.now_s, ("hall", "usb_cam")[look % 2])
    told = [told for told in hung.told if told]
    assert len(told) == 20 and all("'usb_cam' among" in each for each in told)
