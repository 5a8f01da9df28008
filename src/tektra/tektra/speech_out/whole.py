# SPDX-License-Identifier: Apache-2.0
"""A text as one recording: what /tektra/speech_out/synthesize does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.common.wav import Int16s
from tektra.speech_out.backends import Tts
from tektra.speech_out.manner import manner, speak
from tektra.speech_out.queue import Utterance
from tektra.speech_out.text.script import read
from tektra.speech_out.visemes import VisemeSpan, visemes
from tektra.speech_out.words import TimedWord, timed


@dataclass(frozen=True)
class Recording:
    """`samples`: mono int16, shape (n,). Times of `visemes` and `words` count from its beginning."""

    samples: Int16s
    sample_rate_hz: int
    visemes: list[VisemeSpan]
    words: list[TimedWord]


def synthesize(utterance: Utterance, tts: Tts, *, wanted: Callable[[], bool] = lambda: True) -> Recording:
    """The whole text's sound. Blocks as the synthesizer does, and raises what it raises; between two sentences it asks
    whether it is `wanted` still, and raises InputError if not."""
    how = manner(utterance.emotion)
    samples: list[Int16s] = []
    spans: list[VisemeSpan] = []
    words: list[TimedWord] = []
    rate_hz, at_s = 0, 0.0
    for sentence in read(utterance.text, utterance.language):
        if not wanted():
            raise InputError("whoever asked is gone", "ask again")
        left = sentence.words
        for piece in speak(tts, sentence.spoken, utterance.voice, speed=utterance.speed, how=how):
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
