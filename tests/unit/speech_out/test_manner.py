# SPDX-License-Identifier: Apache-2.0
"""What an emotion does to a sound, measured: fundamental frequency, length, energy, pauses."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from tektra.common.errors import InputError
from tektra.speech_out.backends import Phoneme, SpeechPiece, VoiceChoice
from tektra.speech_out.manner import MANNERS, PAUSE_S, manner, speak

RATE, F0_HZ, LENGTH_S = 22050, 120.0, 1.0


class Hummer:
    """Meets Tts: hums at F0_HZ for a second at speed 1, with 0.1 s of silence before and 0.2 s behind."""

    def load(self) -> None: ...
    def close(self) -> None: ...
    def voices(self) -> list[VoiceChoice]:
        return [VoiceChoice("hummer", "en", RATE)]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        count = int(LENGTH_S / speed * RATE)
        hum = 6000 * np.sign(np.sin(2 * np.pi * F0_HZ * np.arange(count) / RATE))
        before, behind = np.zeros(RATE // 10), np.zeros(RATE // 5)
        samples = np.concatenate([before, hum, behind]).astype(np.int16)
        lengths = (0.1, count / RATE, len(samples) / RATE - 0.1 - count / RATE)
        starts = (0.0, 0.1, 0.1 + count / RATE)
        phonemes = tuple(Phoneme(*p) for p in zip(" m ", starts, lengths, strict=True))
        yield SpeechPiece(samples, RATE, phonemes)


def spoken(emotion: str, *, last: bool = True) -> SpeechPiece:
    (piece,) = speak(Hummer(), "hum", "", speed=1.0, how=manner(emotion), last=last)
    return piece


def f0_hz(samples: np.ndarray) -> float:
    """By autocorrelation over the middle."""
    middle = samples[len(samples) // 4 : len(samples) // 4 + 8000].astype(float)
    middle -= middle.mean()
    spectrum = np.fft.rfft(middle, 32768)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)
    lags = np.arange(RATE // 300, RATE // 60)
    return float(RATE / lags[np.argmax(correlation[lags])])


def sound(piece: SpeechPiece) -> np.ndarray:
    loud = np.flatnonzero(np.abs(piece.samples.astype(int)) > 160)
    return piece.samples[loud[0] : loud[-1]]


@pytest.mark.parametrize("emotion", MANNERS)
def test_an_emotion_changes_pitch_rate_loudness_and_pause_by_its_factors(emotion: str) -> None:
    how, plain, felt = MANNERS[emotion], spoken(""), spoken(emotion)
    assert f0_hz(sound(felt)) / f0_hz(sound(plain)) == pytest.approx(how.pitch, rel=0.02)
    assert len(sound(plain)) / len(sound(felt)) == pytest.approx(how.rate, rel=0.02)
    energy = np.sqrt(np.mean(sound(felt).astype(float) ** 2) / np.mean(sound(plain).astype(float) ** 2))
    assert energy == pytest.approx(how.loudness, rel=0.12)
    assert np.abs(felt.samples.astype(int)).max() < 32767
    behind = len(felt.samples) / RATE - (np.flatnonzero(np.abs(felt.samples.astype(int)) > 160)[-1]) / RATE
    assert behind == pytest.approx(PAUSE_S * how.pause, abs=0.03)


@pytest.mark.parametrize("emotion", MANNERS)
def test_phonemes_still_cover_the_sound(emotion: str) -> None:
    piece = spoken(emotion)
    assert piece.phonemes[0].start_s == 0.0
    for one, following in pairwise(piece.phonemes):
        assert one.start_s + one.duration_s == pytest.approx(following.start_s)
    assert piece.phonemes[-1].start_s + piece.phonemes[-1].duration_s == pytest.approx(piece.duration_s)


def test_two_pieces_join_without_a_click() -> None:
    """No step at a join is larger than the sound's own in its fade."""
    joined = np.concatenate([spoken("", last=False).samples, spoken("").samples]).astype(int)
    edges = [len(spoken("", last=False).samples), 0]
    for edge in edges:
        assert np.abs(np.diff(joined[max(0, edge - 20) : edge + 20])).max() < 600


def test_an_unknown_emotion_names_those_there_are() -> None:
    with pytest.raises(InputError, match="no emotion is called 'grumpy': use one of neutral, happy"):
        manner("grumpy")
