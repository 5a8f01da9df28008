# SPDX-License-Identifier: Apache-2.0
"""A text as one recording: what /tektra/speech_out/synthesize does. And the checks that every text passes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.common.wav import Int16s
from tektra.speech_out.backends import Tts
from tektra.speech_out.text.script import script
from tektra.speech_out.visemes import VisemeSpan, visemes
from tektra.speech_out.words import TimedWord, timed


@dataclass(frozen=True)
class Recording:
    """`samples`: mono int16, shape (n,). Times of `visemes` and `words` count from its beginning."""

    samples: Int16s
    sample_rate_hz: int
    visemes: list[VisemeSpan]
    words: list[TimedWord]


def check_text(text: str, voice: str, *, tts: Tts, max_chars: int) -> None:
    """Raises InputError for a text that cannot be said, or a voice that is not there."""
    if len(text) > max_chars:
        raise InputError(f"a text of {len(text)} characters", f"give at most {max_chars}")
    if not any(letter.isalnum() for letter in text):
        raise InputError("a text without anything to say", "give at least a word")
    names = [choice.name for choice in tts.voices()]
    if voice and voice not in names:
        raise InputError(f"no voice is called {voice!r}", f"use one of {', '.join(names)}")


def synthesize(text: str, tts: Tts, *, voice: str, speed: float, language: str = "en") -> Recording:
    """The whole text's sound. Blocks as the synthesizer does, and raises what it raises."""
    samples: list[Int16s] = []
    spans: list[VisemeSpan] = []
    words: list[TimedWord] = []
    rate_hz, at_s = 0, 0.0
    for sentence in script(text, language):
        left = sentence.words
        for piece in tts.synthesize(sentence.spoken, voice, speed):
            times = timed(left, piece.phonemes, piece.duration_s)
            left = ()
            words += [replace(word, start_s=word.start_s + at_s) for word in times]
            spans += [replace(span, start_s=span.start_s + at_s) for span in visemes(piece.phonemes)]
            samples.append(piece.samples)
            rate_hz = piece.sample_rate_hz
            at_s += piece.duration_s
    if not samples:
        raise BackendError("the synthesizer made no sound of this text", "give other words")
    return Recording(np.concatenate(samples), rate_hz, spans, words)
