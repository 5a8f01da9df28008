# SPDX-License-Identifier: Apache-2.0
"""Whisper by CTranslate2 (faster-whisper, MIT), int8 on the CPU. Reads local files alone, never a hub."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from tektra.common import models
from tektra.common.errors import BackendError, InputError
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, Transcript
from tektra.speech_in.names import is_recital

#: Whisper's window. Within it no timestamps are needed, beyond it they tell where the next window begins.
WINDOW_S = 30.0
#: Whisper pads every sound to its window, and for a command of 3 s nine tenths of the encoder's work is padding. It also
#: works on a shorter window (whisper.cpp calls it audio_ctx). With at least 10 s, and 4 s more than the sound, the text is as
#: good and comes 4 to 9 times sooner; below that it begins to repeat itself. A lone short word is the exception: of 12 times
#: "Stop!" the full window got 12 right, one of 10 s only 5 (docs/speech.md). With names to expect it still says a whole command
#: twice at times (1 of 120; none of 120 in a window of 15 s or more), which would drive a robot twice as far: so what repeats
#: itself is recognised again in the full window, and that counts.
LEAST_WINDOW_S = 10.0
PADDING_S = 4.0
SHORT_SOUND_S = 2.5
FRAMES_PER_S = 100
#: Tokens that can be said: 6 words a second of 1.5 tokens, and some to begin with. Ends a decoder caught in a loop.
TOKENS_PER_S = 9
TOKENS_FREE = 12


class _ShortWindow(WhisperModel):  # type: ignore[misc]
    """Encodes only the first `window_s` of the window, and the same sound once: to find its language, and for its text."""

    window_s = WINDOW_S
    #: Among which the language is looked for; the most likely of them.
    allowed: tuple[str, ...] = ()
    _last: tuple[Float32s, StorageView] | None = None

    def encode(self, features: Float32s) -> StorageView:
        frames = int(self.window_s * FRAMES_PER_S)
        given = np.ascontiguousarray(features[..., :frames])
        if self._last is None or not np.array_equal(self._last[0], given):
            self._last = given, super().encode(given)
        return self._last[1]

    def detect_language(self, *sound: Any, **how: Any) -> tuple[str, float, list[tuple[str, float]]]:
        features = how.get("features")
        if features is not None and not features.shape[-1]:
            return self.allowed[0], 0.0, []
        found = super().detect_language(*sound, **how)[2]
        likely = {language: share for language, share in found if language in self.allowed}
        best = max(likely, key=likely.__getitem__)
        return best, likely[best] / (sum(likely.values()) or 1.0), found


class FasterWhisper:
    """Meets Stt. `model`: a name of config/models.lock. One thread at a time; it uses `threads` itself."""

    def __init__(self, model: str, threads: int) -> None:
        self._name = model
        self._threads = threads
        self._model: _ShortWindow | None = None
        self._names: dict[str, str] = {}  # by language; of any other under ""

    def load(self) -> None:
        if self._model is not None:
            return
        folder = models.path(self._name)
        try:
            self._model = _ShortWindow(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=self._threads,
                num_workers=1,
                local_files_only=True,
            )
        except Exception as error:
            raise BackendError(
                f"{self._name} in {folder} does not load: {error}", f"tektra models pull {self._name}"
            ) from error

    def close(self) -> None:
        self._model = None

    def expect(self, names: str, language: str = "") -> None:
        self._names = {**self._names, language: names} if language else {"": names}

    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        by_language = self._names
        if self._model is None:
            raise BackendError(f"{self._name} is not loaded", "call load() first")
        languages = tuple(dict.fromkeys(map(self._language, locale.split(","))))
        self._model.allowed = languages
        duration_s = len(samples) / SAMPLE_RATE_HZ
        self._model.window_s = _window_s(duration_s)
        try:
            language = languages[0] if len(languages) == 1 else self._found(self._model, samples)
            names = by_language.get(language, by_language.get("", ""))
            made = self._recognised(self._model, samples, language, names)
            if self._model.window_s < WINDOW_S and repeats_itself(made.text):
                self._model.window_s = WINDOW_S
                made = self._recognised(self._model, samples, language, names)
        except (RuntimeError, ValueError) as error:
            raise BackendError(
                f"{self._name} failed: {error}", "try again; if it stays, pull the model anew"
            ) from error
        return replace(made, confidence=0.0, no_speech=1.0) if is_recital(made.text, names) else made

    @staticmethod
    def _found(model: _ShortWindow, samples: Float32s) -> str:
        """The language that is spoken. Nothing is decoded: the text is made when it is asked for, and it is not."""
        return str(model.transcribe(samples, language=None, vad_filter=False)[1].language)

    @staticmethod
    def _recognised(model: _ShortWindow, samples: Float32s, language: str, names: str) -> Transcript:
        duration_s = len(samples) / SAMPLE_RATE_HZ
        found, told = model.transcribe(
            samples,
            language=language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
            initial_prompt=names or None,
            without_timestamps=duration_s <= WINDOW_S,
            vad_filter=False,  # the stage's own detector has looked already
            no_speech_threshold=None,  # trust.py decides, and wants to see the figures
            max_new_tokens=int(TOKENS_PER_S * min(duration_s, WINDOW_S)) + TOKENS_FREE,
        )
        return _summed(list(found), told.language)

    def _language(self, locale: str) -> str:
        language = locale.strip().split("-")[0].lower()
        known = self._model.supported_languages if self._model else []
        if language not in known:
            raise InputError(
                f"{self._name} does not know the language {locale!r}",
                f"use one of {', '.join(known[:8])}{' ...' if len(known) > 8 else ''}",
            )
        return language


def repeats_itself(text: str) -> bool:
    """Whether words, or a run of them, stand twice in a row: "go on. Go on". People say so, too."""
    words = re.findall(r"\w+", text.casefold())
    return any(
        words[at : at + length] == words[at + length : at + 2 * length]
        for length in range(1, len(words) // 2 + 1)
        for at in range(len(words) - 2 * length + 1)
    )


def _window_s(duration_s: float) -> float:
    if duration_s < SHORT_SOUND_S:
        return WINDOW_S
    return min(WINDOW_S, max(LEAST_WINDOW_S, duration_s + PADDING_S))


def _summed(found: list[Segment], language: str) -> Transcript:
    """One transcript of all segments; figures are means weighted by tokens, no_speech the lowest."""
    tokens = [max(1, len(segment.tokens)) for segment in found]
    if not found:
        return Transcript(text="", confidence=0.0, locale=language, no_speech=1.0)
    logprob = sum(segment.avg_logprob * count for segment, count in zip(found, tokens, strict=True)) / sum(
        tokens
    )
    return Transcript(
        text="".join(segment.text for segment in found).strip(),
        confidence=min(1.0, math.exp(logprob)),
        locale=language,
        no_speech=min(segment.no_speech_prob for segment in found),
    )
