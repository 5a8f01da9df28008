# SPDX-License-Identifier: Apache-2.0
"""How something is said: emotions as rate, pitch, loudness and pauses, made of any synthesizer's sound.

The directions are those of Scherer, "Vocal communication of emotion" (Speech Communication 40, 2003), table 6; the sizes are kept small
enough that words stay clear. Pitch: the sound is made slower by that factor and resampled, so that its length stays right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soxr

from tektra.common.errors import InputError
from tektra.common.wav import Int16s
from tektra.speech_out.backends import FASTEST, SLOWEST, Phoneme, SpeechPiece, Tts

#: Between two sentences; a clause has a third of it.
PAUSE_S = 0.3
#: Left of the silence that a synthesizer puts before and behind.
LEAD_S, FADE_S = 0.02, 0.004
SILENT = 160  # of 32768


@dataclass(frozen=True)
class Manner:
    """Factors of the voice's own rate, fundamental frequency, loudness and pauses."""

    rate: float = 1.0
    pitch: float = 1.0
    loudness: float = 1.0
    pause: float = 1.0


MANNERS = {
    "neutral": Manner(),
    "happy": Manner(rate=1.06, pitch=1.08, loudness=1.15, pause=0.9),
    "sad": Manner(rate=0.88, pitch=0.93, loudness=0.7, pause=1.5),
    "angry": Manner(rate=1.08, pitch=1.04, loudness=1.5, pause=0.8),
    "surprised": Manner(rate=1.04, pitch=1.13, loudness=1.2, pause=1.0),
    "concerned": Manner(rate=0.94, pitch=0.97, loudness=0.9, pause=1.2),
    "calm": Manner(rate=0.92, pitch=0.96, loudness=0.8, pause=1.3),
    "excited": Manner(rate=1.12, pitch=1.11, loudness=1.35, pause=0.7),
    "doubtful": Manner(rate=0.96, pitch=1.03, pause=1.1),
    "urgent": Manner(rate=1.18, pitch=1.06, loudness=1.6, pause=0.5),
}
#: What every synthesizer's sound can be given here.
CONTROLS = ("rate", "pitch", "loudness", "pauses")


def manner(emotion: str) -> Manner:
    """Of a name; empty is neutral. Raises InputError."""
    if emotion and emotion not in MANNERS:
        raise InputError(f"no emotion is called {emotion!r}", f"use one of {', '.join(MANNERS)}")
    return MANNERS[emotion or "neutral"]


def pace(speed: float, how: Manner) -> float:
    """The speed that the synthesizer is asked for; 1 is the voice's own."""
    return min(FASTEST, max(SLOWEST, speed * how.rate / how.pitch))


def speak(
    tts: Tts, text: str, voice: str, *, speed: float, how: Manner, last: bool = True
) -> Iterator[SpeechPiece]:
    """The sound of a sentence or clause in that manner, ready to be followed by the next. `last`: a sentence ends with it.
    Blocks as the synthesizer does, and raises what it raises."""
    asked = pace(speed, how)
    pause_s = PAUSE_S * how.pause * (1.0 if last else 0.33)
    waiting: SpeechPiece | None = None
    for piece in tts.synthesize(text, voice, asked):
        if waiting is not None:
            yield _shaped(waiting, how, pause_s)
        waiting = piece
    if waiting is not None:
        yield _shaped(waiting, how, pause_s)


def _shaped(piece: SpeechPiece, how: Manner, pause_s: float) -> SpeechPiece:
    return _joined(_louder(_higher(piece, how.pitch), how.loudness), pause_s)


def _higher(piece: SpeechPiece, factor: float) -> SpeechPiece:
    if factor == 1.0 or not len(piece.samples):
        return piece
    rate_hz = piece.sample_rate_hz
    samples: Int16s = soxr.resample(piece.samples, rate_hz * factor, rate_hz)
    scale = len(samples) / len(piece.samples)
    phonemes = tuple(Phoneme(p.symbol, p.start_s * scale, p.duration_s * scale) for p in piece.phonemes)
    return SpeechPiece(samples, rate_hz, phonemes)


def _louder(piece: SpeechPiece, factor: float) -> SpeechPiece:
    """Softer by a factor; louder by pressing the peaks together, so that nothing clips."""
    if factor == 1.0:
        return piece
    scaled = piece.samples.astype(np.float32) / 32768.0 * factor
    pressed = np.tanh(scaled) if factor > 1.0 else scaled
    return SpeechPiece((pressed * 32767).astype(np.int16), piece.sample_rate_hz, piece.phonemes)


def _joined(piece: SpeechPiece, pause_s: float) -> SpeechPiece:
    """Without the silence around it but for LEAD_S before and the pause behind; its ends fade, so that nothing clicks."""
    rate_hz = piece.sample_rate_hz
    loud = np.flatnonzero(np.abs(piece.samples.astype(np.int32)) > SILENT)
    if not len(loud):
        return piece
    begin = max(0, int(loud[0]) - int(LEAD_S * rate_hz))
    end = min(len(piece.samples), int(loud[-1]) + int(LEAD_S * rate_hz))
    samples = piece.samples[begin:end].astype(np.float32)
    fade = min(len(samples) // 2, int(FADE_S * rate_hz))
    if fade:
        ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
        samples[:fade] *= ramp
        samples[-fade:] *= ramp[::-1]
    pause = np.zeros(max(0, int(pause_s * rate_hz) - int(LEAD_S * rate_hz)), dtype=np.int16)
    whole = np.concatenate([samples.astype(np.int16), pause])
    return SpeechPiece(
        whole, rate_hz, _clipped(piece.phonemes, begin / rate_hz, end / rate_hz, len(whole) / rate_hz)
    )


def _clipped(
    phonemes: tuple[Phoneme, ...], begin_s: float, end_s: float, length_s: float
) -> tuple[Phoneme, ...]:
    """The phonemes between two times, counted from the first of them, and silence to the whole length."""
    found: list[Phoneme] = []
    for phoneme in phonemes:
        start = max(begin_s, phoneme.start_s)
        stop = min(end_s, phoneme.start_s + phoneme.duration_s)
        if stop > start:
            found.append(Phoneme(phoneme.symbol, start - begin_s, stop - start))
    if not found:
        return ()
    at = found[-1].start_s + found[-1].duration_s
    return (*found, Phoneme(" ", at, length_s - at)) if length_s - at > 1e-9 else tuple(found)
