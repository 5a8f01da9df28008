# SPDX-License-Identifier: Apache-2.0
"""WAV files in and out."""

import io
import struct
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common import wav
from tektra.common.errors import InputError

TONE = (1000 * np.sin(np.arange(1600) / 5)).astype(np.int16)


def made_by_python(samples: np.ndarray, *, rate: int = 16000, channels: int = 1, width: int = 2) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_what_is_written_is_read_back(rate: int) -> None:
    sound = wav.read(wav.write(TONE, rate))
    assert sound.sample_rate_hz == rate
    assert np.array_equal(sound.samples, TONE)
    assert sound.duration_s == len(TONE) / rate


def test_python_s_own_module_reads_what_is_written() -> None:
    with wave.open(io.BytesIO(wav.write(TONE, 22050))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22050)
        assert file.readframes(file.getnframes()) == TONE.tobytes()


def test_stereo_is_averaged() -> None:
    left, right = np.full(100, 1000, np.int16), np.full(100, 3000, np.int16)
    sound = wav.read(made_by_python(np.column_stack([left, right]).reshape(-1), channels=2))
    assert np.array_equal(sound.samples, np.full(100, 2000))


def test_unknown_chunks_are_passed_over() -> None:
    plain = wav.write(TONE, 16000)
    odd = plain[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\x00" + plain[12:]
    assert np.array_equal(wav.read(odd).samples, TONE)


def test_a_length_that_a_pipe_could_not_know_means_until_the_end() -> None:
    plain = wav.write(TONE, 16000)
    at = plain.index(b"data") + 4
    assert np.array_equal(wav.read(plain[:at] + b"\xff" * 4 + plain[at + 4 :]).samples, TONE)


def test_extensible_pcm_is_read() -> None:
    form = struct.pack("<HHIIHHHHIH", 0xFFFE, 1, 16000, 32000, 2, 16, 22, 16, 4, 1) + b"\x00" * 14
    body = TONE.tobytes()
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    assert np.array_equal(wav.read(b"RIFF" + struct.pack("<I", len(chunks)) + chunks).samples, TONE)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"", wav.NotWav, "0 bytes that do not begin as RIFF/WAVE"),
        (b"\x00\x01garbage" * 99, wav.NotWav, "do not begin as RIFF/WAVE"),
        (b"RIFF\x00\x00\x00\x00WAVE", wav.NotWav, "without a `fmt ` chunk"),
        (wav.write(TONE, 16000)[:36], wav.NotWav, "without a `data` chunk"),
        (made_by_python(TONE, width=1), wav.NotPcm16, "8 bits a sample"),
        (
            wav.write(TONE, 16000).replace(b"\x01\x00\x01\x00", b"\x03\x00\x01\x00", 1),
            wav.NotPcm16,
            "format 3",
        ),
        (wav.write(TONE, 7999), wav.WrongRate, "7999 Hz"),
        (wav.write(TONE, 96000), wav.WrongRate, "96000 Hz: give sound of 8000 to 48000 Hz"),
        (wav.write(TONE, 16000)[:-1], wav.Truncated, "3199 of 3200 bytes"),
        (wav.write(TONE[:0], 16000), wav.NoSamples, "without a single sample"),
    ],
)
def test_each_way_to_be_unusable_has_its_error(data: bytes, error: type[wav.WavError], message: str) -> None:
    with pytest.raises(error, match=message):
        wav.read(data)


@given(st.binary(max_size=200), st.integers(0, 44))
def test_any_bytes_give_a_sound_or_an_input_error(noise: bytes, keep: int) -> None:
    for data in (noise, wav.write(TONE[:8], 16000)[:keep] + noise):
        try:
            assert len(wav.read(data).samples) > 0
        except InputError:
            pass


def test_channels_that_work_against_each_other_leave_the_louder_one() -> None:
    tone = (8000 * np.sin(np.arange(1600) / 5)).astype(np.int16)
    together = wav.to_mono(np.stack([tone, -tone // 2 * 2], axis=1).reshape(-1), 2)
    assert np.abs(together).max() > 7000
    half = wav.to_mono(np.stack([tone, np.zeros_like(tone)], axis=1).reshape(-1), 2)
    assert np.abs(half - tone / 2).max() <= 1
    assert len(wav.to_mono(np.zeros(0, np.int16), 2)) == 0
