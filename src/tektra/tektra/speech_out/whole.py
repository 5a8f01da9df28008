# SPDX-License-Identifier: Apache-2.0
"""A text as one recording: what /tektra/speech_out/synthesize does. And the checks that every text passes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.common.wav import Int16s
from tektra.speech_out.backends import Tts
from tektra.speech_out.sentences import is_speakable, sentences
from tektra.speech_out.visemes import VisemeSpan, visemes


@dataclass(frozen=True)
class Recording:
    """`samples`: mono int16, shape (n,). `visemes`: times count from its beginning."""

    samples: Int16s
    sample_rate_hz: int
    visemes: list[VisemeSpan]


def check_text(text: str, voice: str, *, tts: Tts, max_chars: int) -> None:
    """Raises InputError for a text that cannot be said, or a voice that is not there."""
    if not is_speakable(text):
        raise InputError("a text without anything to say", "give at least a word")
    if len(text) > max_chars:
        raise InputError(f"a text of {len(text)} characters", f"give at most {max_chars}")
    names = [choice.name for choice in tts.voices()]
    if voice and voice not in names:
        raise InputError(f"no voice is called {voice!r}", f"use one of {', '.join(names)}")


def synthesize(text: str, tts: Tts, *, voice: str, speed: float) -> Recording:
    """The whole text's sound. Blocks as the synthesizer does, and raises what it raises."""
    samples: list[Int16s] = []
    spans: list[VisemeSpan] = []
    rate_hz, at_s = 0, 0.0
    for sentence in sentences(text):
        for piece in tts.synthesize(sentence, voice, speed):
            spans += [replace(span, start_s=span.start_s + at_s) for span in visemes(piece.phonemes)]
            samples.append(piece.samples)
            rate_hz = piece.sample_rate_hz
            at_s += piece.duration_s
    if not samples:
        raise BackendError("the synthesizer made no sound of this text", "give other words")
    return Recording(np.concatenate(samples), rate_hz, spans)
