# SPDX-License-Identifier: Apache-2.0
"""How large a JPEG or PNG is, from its head and before anybody decodes it: 8 kB of PNG can be a picture of 400 MB."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from tektra.common.errors import InputError

MAX_SIDE = 4096
MAX_BYTES = 8_000_000
#: Of a picture as a decoder holds it: at 4096 a side eight bits of each of three colours, of sixteen and four less pixels.
MAX_DECODED_BYTES = 3 * MAX_SIDE * MAX_SIDE
#: Of cameras: 8K (7680x4320, 8192x4320). Who takes so much makes it smaller while it is decoded.
CAMERA_SIDE, CAMERA_PIXELS, CAMERA_BYTES = 8192, 36_000_000, 24_000_000
#: By how much, each side: 8K in half its size is looked at for seconds on a busy machine, and comes late.
SMALLER = 4
#: Values of a pixel by a PNG's type of colour (grey, colour, palette, with opacity).
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PNG = b"\x89PNG\r\n\x1a\n"
#: Start-of-frame markers (ITU-T T.81, table B.1): all of C0..CF but the tables C4, C8 and CC.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Of these, the frames of sequential Huffman coding.
SEQUENTIAL = frozenset((0xC0, 0xC1))
BEYOND = "; up to 8K as a JPEG that is not progressive"
#: Markers without a length (table B.1: TEM, RST, SOI), which no encoder writes ahead of the frame. A decoder passes over
#: them, so whoever takes what follows for a length reads another frame than the decoder does.
BARE = frozenset((0x01, *range(0xD0, 0xD9)))
#: Parts ahead of a JPEG's frame: words and colours, some dozens. Whoever walked through as many as fit into the file would do so for seconds,
#: and through its filling byte by byte as well.
MAX_AHEAD, FILLING = 1000, re.compile(b"\xff*")
#: A progressive JPEG has some ten scans. Each is worked through over the whole picture, and may be a few bytes long.
MAX_SCANS = 64
SCAN, END = b"\xff\xda", b"\xff\xd9"
#: Bytes of a part of a PNG beside its data (length, name, check sum); and of so many parts, each mostly of 8 kB, one is made at most.
PART, MAX_PARTS = 12, 10_000


@dataclass(frozen=True)
class PictureSize:
    """A picture as its head says."""

    format: str
    width: int
    height: int
    by_rows: bool = False
    """Whether it can be decoded row by row, and made smaller on the way: a JPEG that is not progressive."""

    @property
    def of_camera(self) -> bool:
        """Whether it is larger than others may be, and yet a picture as cameras make them."""
        sides = max(self.width, self.height)
        return self.by_rows and MAX_SIDE < sides <= CAMERA_SIDE and self.width * self.height <= CAMERA_PIXELS


def size_of(data: bytes, *, of_camera: bool = False) -> PictureSize:
    """Format and size in px. Raises InputError for what is neither, or too large; with `of_camera` an 8K JPEG is not."""
    most = CAMERA_BYTES if of_camera else MAX_BYTES
    if len(data) > most:
        raise InputError(f"a picture of {len(data)} bytes", f"send at most {most}")
    found = _png(data) if data.startswith(PNG) else _jpeg(data)
    if found is not None and found.format == "jpeg" and data.count(SCAN) > MAX_SCANS:
        raise InputError(f"a JPEG of {data.count(SCAN)} scans", f"send one of at most {MAX_SCANS}")
    if found is None:
        raise InputError("what is no picture: neither JPEG nor PNG", "send one of the two, whole")
    fits = 0 < found.width <= MAX_SIDE and 0 < found.height <= MAX_SIDE
    if not fits and not (of_camera and found.of_camera):
        raise InputError(
            f"a picture of {found.width} by {found.height}",
            f"send at most {MAX_SIDE} by {MAX_SIDE}, and not empty{BEYOND if of_camera else ''}",
        )
    return found


def _png(data: bytes) -> PictureSize | None:
    if len(data) < 33 or data[12:16] != b"IHDR":
        return None
    width, height, bits, colours = struct.unpack_from(">IIBB", data, 16)
    decoded = width * height * CHANNELS.get(colours, 4) * max(1, bits // 8)
    if width <= MAX_SIDE and height <= MAX_SIDE and decoded > MAX_DECODED_BYTES:
        raise InputError(f"a PNG of {width} by {height} with {bits} bits a colour", "send a smaller one")
    return PictureSize("png", width, height)


def _jpeg(data: bytes) -> PictureSize | None:
    if not data.startswith(b"\xff\xd8"):
        return None
    at = 2
    for _ in range(MAX_AHEAD):
        if at >= len(data) or data[at] != 0xFF:
            return None
        at = FILLING.match(data, at).end() - 1  # type: ignore[union-attr]  # it matches at least this one
        if at + 9 >= len(data):
            return None
        marker = data[at + 1]
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return PictureSize("jpeg", width, height, marker in SEQUENTIAL)
        if marker in (0xD9, 0xDA) or marker in BARE:
            return None
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def whole(data: bytes, size: PictureSize) -> bool:
    """Does it end as a picture of its format does? What was cut off on its way is decoded too, with grey for the rest; and for a part of
    a PNG as much memory is taken as the part says to be long, up to 4 GB."""
    return _ends(data) if size.format == "png" else END in data[-4096:]  # some cameras fill up behind the end


def whole_size(data: bytes) -> PictureSize:
    """The same as `size_of`. Raises InputError for what was cut off, too."""
    size = size_of(data)
    if not whole(data, size):
        raise InputError("a picture that was cut off", "send it whole")
    return size


def _ends(png: bytes) -> bool:
    """Are all of its parts in it, as long as they say, up to the last?"""
    at = len(PNG)
    for _ in range(MAX_PARTS):
        if at + PART > len(png):
            return False
        length, name = struct.unpack_from(">I4s", png, at)
        at += PART + length
        if name == b"IEND":
            return at <= len(png)
    return False
