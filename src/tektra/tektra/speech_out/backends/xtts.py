# SPDX-License-Identifier: Apache-2.0
"""Copies of voices of people who agreed (common/voice_profiles.py), by coqui's XTTS v2.

coqui-tts is MPL-2.0; its weights (CPML: not for commerce) come from their hub alone, and it is imported when the first copy speaks. Not run
with real weights here: the tests drive a stand-in of its interface. No copy is ever chosen by itself, each says in its licence whose it is,
and its sound holds a mark (watermark.py).
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.common.voice_profiles import VoiceProfile, voice_profiles
from tektra.language.sentences import sentences
from tektra.speech_out.backends import SpeechPiece, VoiceChoice, check_speed
from tektra.speech_out.watermark import mark

RATE_HZ = 24000
WEIGHTS = "tts_models/multilingual/multi-dataset/xtts_v2"
REMEDY = "pip install -r requirements/coqui.in, where the hub of its weights is reached"
LICENCE = "a copy of {name}'s voice, by consent of {day}; weights CPML (not for commerce)"
NOBODY = "no voice may be copied: nobody has agreed"


class Xtts:
    """Meets Tts. `names` and `threads` are not used: its voices are those of people who agreed."""

    def __init__(self, names: list[str], threads: int) -> None:
        self._profiles = voice_profiles()
        self._loaded = False
        self._engine: Any = None
        self._speaking = threading.Lock()

    def load(self) -> None:
        """Looks whether anybody agreed. The weights are read when the first copy speaks."""
        if not self._profiles.all():
            raise BackendError(NOBODY, "tektra voices consent NAME")
        self._loaded = True

    def close(self) -> None:
        self._loaded, self._engine = False, None

    def voices(self) -> list[VoiceChoice]:
        if not self._loaded:
            return []
        return [
            VoiceChoice(
                one.name,
                one.language,
                RATE_HZ,
                LICENCE.format(name=one.name, day=_day(one.agreed_s)),
                only_named=True,
            )
            for one in self._profiles.all()
        ]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        if not self._loaded:
            raise BackendError("xtts is not loaded", "call load() first")
        check_speed(speed)
        at = 0
        for sentence in sentences(text):
            if any(letter.isalnum() for letter in sentence):
                samples = self._spoken(sentence, self._profile(voice), speed)
                yield SpeechPiece(mark(samples, RATE_HZ, at), RATE_HZ, ())
                at += len(samples)

    def _profile(self, voice: str) -> VoiceProfile:
        """Looked for anew at each sentence: whoever takes a consent back is not spoken as any more."""
        found = self._profiles.find(voice) if voice else None
        if found is None:
            names = ", ".join(one.name for one in self._profiles.all()) or "none"
            raise InputError(f"no voice is called {voice!r}", f"use one of {names}")
        return found

    def _spoken(self, text: str, profile: VoiceProfile, speed: float) -> Any:
        with self._speaking, tempfile.TemporaryDirectory(prefix="tektra-voice-") as folder:
            files = []
            for number, wav in enumerate(
                profile.samples
            ):  # it reads files alone; these are gone with the folder
                file = Path(folder) / f"{number}.wav"
                file.write_bytes(wav)
                files.append(str(file))
            try:
                made = self._made().tts(text=text, speaker_wav=files, language=profile.language, speed=speed)
            except Exception as error:  # torch's and coqui's own kinds
                raise BackendError(f"xtts failed: {error}", "try another text, or another voice") from error
        samples = np.asarray(made, np.float32).ravel()
        return (np.clip(np.nan_to_num(samples), -1.0, 1.0) * 32767).astype(np.int16)

    def _made(self) -> Any:
        if self._engine is None:
            try:
                from TTS.api import TTS
            except Exception as error:  # its import fails in many ways where torchaudio does not fit
                raise BackendError(f"coqui-tts is not here ({error})", REMEDY) from error
            self._engine = TTS(WEIGHTS, progress_bar=False)
        return self._engine


def _day(since_s: float) -> str:
    return str(np.datetime64(int(since_s), "s").astype("datetime64[D]"))
