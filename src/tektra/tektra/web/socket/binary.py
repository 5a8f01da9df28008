# SPDX-License-Identifier: Apache-2.0
"""The socket's bytes: sound, pictures and the avatar's weights. A head of 16 bytes, little-endian, then the content.

offset 0   u8   kind
       1   u8   flags: bit 0 is set on the last piece of an utterance
       2   u16  sample rate in Hz (sound); 0 JPEG, 1 PNG (pictures); number of the viseme (avatar)
       4   u32  sequence
       8   u64  when: ms since the epoch, by the server's clock; of sound from the server, when it is to sound
      16        sound: 16 bit PCM, mono · a picture's file · avatar: 62 float32: 52 weights, head (roll, pitch, yaw),
                gaze (x, y, z), four kept for later; 30 more while the arms do not hang: their angles in rad
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from tektra.common.errors import InputError

HEAD = struct.Struct("<BBHIQ")
LAST = 1
AVATAR_FLOATS = 62
#: Oculus visemes in the order of their numbers.
VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")


class Kind(IntEnum):
    """What the bytes are. Below 16 a client sends them, from 16 on the server."""

    VOICE_IN = 1
    CAMERA_IN = 2
    VOICE_OUT = 17
    CAMERA_OUT = 18
    AVATAR = 19


@dataclass(frozen=True)
class Frame:
    """One binary message."""

    kind: Kind
    flags: int
    param: int
    sequence: int
    when_ms: int
    content: bytes

    @property
    def last(self) -> bool:
        """True on the last piece."""
        return bool(self.flags & LAST)


def pack(frame: Frame) -> bytes:
    """The bytes of a message."""
    head = HEAD.pack(frame.kind, frame.flags, frame.param, frame.sequence & 0xFFFFFFFF, frame.when_ms)
    return head + frame.content


def unpack(data: bytes) -> Frame:
    """A message from its bytes. Raises InputError."""
    if len(data) < HEAD.size:
        raise InputError(
            f"a binary message of {len(data)} bytes", f"begin it with a head of {HEAD.size} bytes"
        )
    kind, flags, param, sequence, when_ms = HEAD.unpack_from(data)
    try:
        return Frame(Kind(kind), flags, param, sequence, when_ms, bytes(data[HEAD.size :]))
    except ValueError:
        raise InputError(f"a binary message of kind {kind}", "send 1 (voice) or 2 (a picture)") from None


def avatar(
    weights: Sequence[float],
    head: Sequence[float],
    gaze: Sequence[float],
    arms: Sequence[float] = (),
    *,
    viseme: str,
    sequence: int,
    when_ms: int,
) -> Frame:
    """The avatar's state: 264 bytes; 384 while its arms do not hang."""
    numbers = [*weights, *head, *gaze]
    numbers += [0.0] * (AVATAR_FLOATS - len(numbers))
    numbers += arms
    shape = VISEMES.index(viseme) if viseme in VISEMES else 0
    return Frame(Kind.AVATAR, 0, shape, sequence, when_ms, struct.pack(f"<{len(numbers)}f", *numbers))
