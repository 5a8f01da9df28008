# SPDX-License-Identifier: Apache-2.0
"""Piper (GPL-3.0-or-later): VITS voices by ONNX Runtime, phonemes by espeak-ng, with the time of each phoneme."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from piper.voice import AudioChunk

from tektra.common import models
from tektra.common.errors import BackendError, InputError
from tektra.common.wav import Int16s
from tektra.speech_out.backends import Phoneme, SpeechPiece, VoiceChoice, check_speed
from tektra.speech_out.backends.onnx_output import outputs_of, with_output
from tektra.speech_out.backends.onnx_session import opened

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
#: VITS computes the phonemes' durations with the graph's only node of this type.
DURATIONS = "Ceil"


@dataclass(frozen=True)
class _Loaded:
    choice: VoiceChoice
    voice: PiperVoice


class Piper:
    """Meets Tts. `names`: voices of config/models.lock, the first the default; `threads`: for one synthesis."""

    def __init__(self, names: list[str], threads: int) -> None:
        self._names = names
        self._threads = threads
        self._loaded: dict[str, _Loaded] = {}

    def load(self) -> None:
        for name in self._names:
            if name not in self._loaded:
                self._loaded[name] = self._load(name, models.path(name))

    def close(self) -> None:
        self._loaded = {}

    def voices(self) -> list[VoiceChoice]:
        return [loaded.choice for loaded in self._loaded.values()]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        loaded = self._voice(voice)
        check_speed(speed)
        scale = loaded.voice.config.length_scale / speed
        # Piper reads [[ ]] as raw phonemes; in text from outside they are brackets and nothing more. espeak refuses NUL.
        plain = CONTROL.sub(" ", text).replace("[[", "[ [").replace("]]", "] ]")
        try:
            for chunk in loaded.voice.synthesize(
                plain, SynthesisConfig(length_scale=scale), include_alignments=True
            ):
                yield _piece(chunk)
        except (RuntimeError, ValueError) as error:
            raise BackendError(
                f"piper failed: {error}", "try another text; if it stays, pull the voice anew"
            ) from error

    def _voice(self, name: str) -> _Loaded:
        if not self._loaded:
            raise BackendError("piper is not loaded", "call load() first")
        name = name or self._names[0]
        if name not in self._loaded:
            raise InputError(f"no voice is called {name!r}", f"use one of {', '.join(self._loaded)}")
        return self._loaded[name]

    def _load(self, name: str, model: Path) -> _Loaded:
        model = next(iter(sorted(model.glob("*.onnx"))), model) if model.is_dir() else model
        try:
            known = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
            config = PiperConfig.from_dict(known)
            voice = PiperVoice(session=self._session(model.read_bytes()), config=config)
            locale = str(known.get("language", {}).get("code", "")).replace("_", "-")
        except (
            Exception
        ) as error:  # the file came from outside: json, config and ONNX Runtime each raise their own
            raise BackendError(
                f"the voice {model} does not load: {error}", f"tektra models pull {name}"
            ) from error
        licence = f"{models.named(name, models.lock()).licence}; phonemes by espeak-ng (GPL-3.0)"
        return _Loaded(VoiceChoice(name, locale, int(config.sample_rate), licence, "male"), voice)

    def _session(self, model: bytes) -> onnxruntime.InferenceSession:
        durations = outputs_of(model, DURATIONS)
        return opened(with_output(model, durations[0]) if len(durations) == 1 else model, self._threads)


def _piece(chunk: AudioChunk) -> SpeechPiece:
    samples: Int16s = chunk.audio_int16_array.reshape(-1)
    phonemes: list[Phoneme] = []
    at = 0
    for alignment in chunk.phoneme_alignments or ():
        length = int(alignment.num_samples)
        phonemes.append(Phoneme(alignment.phoneme, at / chunk.sample_rate, length / chunk.sample_rate))
        at += length
    return SpeechPiece(samples, chunk.sample_rate, tuple(phonemes))
