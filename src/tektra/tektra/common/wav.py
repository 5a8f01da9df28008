# SPDX-License-Identifier: Apache-2.0
"""WAV files to samples and back, with an error of its own for each way in which a file can be unusable.

InputError
└── WavError
    ├── NotWav      no RIFF/WAVE file, or one without its `fmt ` or `data` chunk
    ├── NotPcm16    compressed, float, or not 16 bits a sample
    ├── WrongRate   a sample rate outside 8000..48000 Hz
    ├── Truncated   the file ends before the sound that its header promises
    └── NoSamples   a sound of length zero

Format: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991) and the
WAVEFORMATEXTENSIBLE page of the Windows documentation.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError

Int16s: TypeAlias = NDArray[np.int16]

LOWEST_RATE_HZ = 8000
HIGHEST_RATE_HZ = 48000
PCM = 1
EXTENSIBLE = 0xFFFE
#: One channel alone leaves 1 / channels² of its power in the mean; less than this share of that, and the others work against it.
TAKEN_AWAY = 0.25
#: Programs that write a WAV to a pipe cannot know its length, and say one of these.
UNKNOWN_LENGTHS = (0xFFFFFFFF, 0x7FFFFFFF)


class WavError(InputError):
    """A recording is unusable."""


class NotWav(WavError):
    """No RIFF/WAVE file, or one without its `fmt ` or `data` chunk."""


class NotPcm16(WavError):
    """Compressed, float, or not 16 bits a sample."""


class WrongRate(WavError):
    """A sample rate outside 8000..48000 Hz."""


class Truncated(WavError):
    """The file ends before the sound that its header promises."""


class NoSamples(WavError):
    """A sound of length zero."""


@dataclass(frozen=True)
class Sound:
    """`samples`: int16, mono, shape (n,), n > 0. `sample_rate_hz`: 8000..48000."""

    samples: Int16s
    sample_rate_hz: int

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate_hz


def read(data: bytes) -> Sound:
    """The sound in a WAV file's bytes; several channels are averaged to one. Raises a WavError."""
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise NotWav(f"{len(data)} bytes that do not begin as RIFF/WAVE", "give a WAV file, 16-bit PCM")
    form = None
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        body = at + 8
        if name == b"fmt ":
            form = _read_format(data[body : body + length])
        elif name == b"data":
            if form is None:
                raise NotWav("a WAV file whose data comes before its format", "save the file anew")
            return _read_samples(data, body, length, *form)
        at = body + length + (length & 1)  # chunks are padded to an even length
    missing = "`fmt `" if form is None else "`data`"
    raise NotWav(f"a WAV file without a {missing} chunk", "save the file anew: it is cut short or damaged")


def write(samples: Int16s, sample_rate_hz: int) -> bytes:
    """A mono 16-bit PCM WAV file of `samples`, shape (n,)."""
    body = np.ascontiguousarray(samples, dtype="<i2").tobytes()
    form = struct.pack("<HHIIHH", PCM, 1, sample_rate_hz, sample_rate_hz * 2, 2, 16)
    chunks = (
        b"WAVE"
        + b"fmt "
        + struct.pack("<I", len(form))
        + form
        + b"data"
        + struct.pack("<I", len(body))
        + body
    )
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks


def check_rate(sample_rate_hz: int) -> None:
    """Raises WrongRate unless the rate is one that Tektra hears."""
    if not LOWEST_RATE_HZ <= sample_rate_hz <= HIGHEST_RATE_HZ:
        raise WrongRate(
            f"a sample rate of {sample_rate_hz} Hz",
            f"give sound of {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} Hz, 16000 Hz best",
        )


def to_mono(samples: Int16s, channels: int) -> Int16s:
    """Interleaved samples, shape (n * channels,), averaged to shape (n,); the loudest channel alone where the others would take it
    away (a plug wired the wrong way round). Raises WavError when they do not divide."""
    if channels < 1 or len(samples) % channels:
        raise WavError(
            f"{len(samples)} samples of {channels} channels", "give whole frames of 1 or more channels"
        )
    if channels == 1:
        return samples
    if not len(samples):
        return samples
    apart = samples.reshape(-1, channels).astype(np.float32)
    together, powers = apart.mean(axis=1), np.square(apart).mean(axis=0)
    if float(np.square(together).mean()) < TAKEN_AWAY * float(powers.max()) / channels**2:
        together = apart[:, int(powers.argmax())]
    mono: Int16s = together.round().astype(np.int16)
    return mono


def _read_format(body: bytes) -> tuple[int, int]:
    """Channels and sample rate of a `fmt ` chunk."""
    if len(body) < 16:
        raise NotWav(f"a `fmt ` chunk of {len(body)} bytes", "save the file anew: it is cut short or damaged")
    tag, channels, rate_hz, _, frame_bytes, bits = struct.unpack_from("<HHIIHH", body)
    if tag == EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack_from("<H", body, 24)[0]
    if tag != PCM or bits != 16:
        raise NotPcm16(
            f"a WAV file of format {tag} with {bits} bits a sample", "convert it to 16-bit PCM (format 1)"
        )
    if channels < 1 or frame_bytes != 2 * channels:
        raise NotWav(
            f"{channels} channels in frames of {frame_bytes} bytes", "save the file anew: it is damaged"
        )
    check_rate(rate_hz)
    return channels, rate_hz


def _read_samples(data: bytes, body: int, length: int, channels: int, rate_hz: int) -> Sound:
    there = len(data) - body
    if length in UNKNOWN_LENGTHS:
        length = there - there % (2 * channels)
    if length > there:
        raise Truncated(f"{there} of {length} bytes of sound", "send the whole file")
    if length % (2 * channels):
        raise Truncated(f"{length} bytes of sound, which end within a sample", "send the whole file")
    if length == 0:
        raise NoSamples("a WAV file without a single sample", "record something first")
    samples = np.frombuffer(data, dtype="<i2", count=length // 2, offset=body).astype(np.int16, copy=False)
    return Sound(samples=to_mono(samples, channels), sample_rate_hz=rate_hz)
