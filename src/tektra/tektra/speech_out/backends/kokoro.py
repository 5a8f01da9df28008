# SPDX-License-Identifier: Apache-2.0
"""Kokoro-82M (Apache-2.0) by ONNX Runtime, with the time of each phoneme.

Phonemes come from espeak-ng inside piper-tts (GPL-3.0), rewritten to the alphabet that the model was trained on
(hexgrad/misaki, EN_PHONES.md: diphthongs and affricates are one letter). Without piper-tts they come from word lists and rules
(speech_out/phonemes, no GPL; not Portuguese), as always in KokoroLists.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tektra.common import models
from tektra.common.errors import BackendError, InputError
from tektra.speech_out.backends import Phoneme, SpeechPiece, VoiceChoice, check_speed
from tektra.speech_out.backends.onnx_output import with_output
from tektra.speech_out.backends.onnx_session import opened
from tektra.speech_out.phonemes import LANGUAGES as LISTED
from tektra.speech_out.phonemes import MODEL as LISTS
from tektra.speech_out.phonemes import phonemes as listed_phonemes

RATE_HZ = 24000
#: The model's own durations, in units of 600 samples (25 ms).
DURATIONS, UNIT = "/encoder/Round_output_0", 600
MOST_TOKENS = 500
STYLE = 256
#: What a voice's first letters say of it (hexgrad/Kokoro-82M, VOICES.md).
LOCALES = {"a": "en-US", "b": "en-GB", "e": "es-ES", "f": "fr-FR", "i": "it-IT", "p": "pt-BR"}
ESPEAK = {"a": "en-us", "b": "en", "e": "es", "f": "fr", "i": "it", "p": "pt-br"}
STYLES = {"f": "female", "m": "male"}
#: Best first, by VOICES.md's grades; the first of a language speaks it when no voice is named.
VOICES = (
    "af_heart", "bf_emma", "am_michael", "bm_george", "ef_dora", "em_alex", "ff_siwis", "if_sara", "im_nicola",
    "pf_dora", "pm_alex",
)  # fmt: skip
#: Letters of the model's alphabet (config.json, vocab) and their numbers.
VOCAB = {
    ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, '"': 11, "(": 12, ")": 13, " ": 16, "̃": 17,
    "ʣ": 18, "ʦ": 20, "A": 24, "I": 25, "O": 31, "Q": 33, "S": 35, "T": 36, "W": 39, "Y": 41, "ᵊ": 42, "a": 43,
    "b": 44, "c": 45, "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56,
    "o": 57, "p": 58, "q": 59, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68,
    "ɑ": 69, "ɐ": 70, "ɒ": 71, "æ": 72, "β": 75, "ɔ": 76, "ɕ": 77, "ç": 78, "ɖ": 80, "ð": 81, "ʤ": 82, "ə": 83,
    "ɚ": 85, "ɛ": 86, "ɜ": 87, "ɟ": 90, "ɡ": 92, "ɥ": 99, "ɨ": 101, "ɪ": 102, "ʝ": 103, "ɯ": 110, "ɰ": 111,
    "ŋ": 112, "ɳ": 113, "ɲ": 114, "ɴ": 115, "ø": 116, "ɸ": 118, "θ": 119, "œ": 120, "ɹ": 123, "ɾ": 125, "ɻ": 126,
    "ʁ": 128, "ɽ": 129, "ʂ": 130, "ʃ": 131, "ʈ": 132, "ʧ": 133, "ʊ": 135, "ʋ": 136, "ʌ": 138, "ɣ": 139, "ɤ": 140,
    "χ": 142, "ʎ": 143, "ʒ": 147, "ʔ": 148, "ˈ": 156, "ˌ": 157, "ː": 158, "ʰ": 162, "ʲ": 164, "ᵻ": 177,
}  # fmt: skip
#: espeak's IPA to the model's, in order; then what English alone wants.
REWRITTEN = (("g", "ɡ"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("dz", "ʣ"), ("ts", "ʦ"), ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"),
             ("ɔɪ", "Y"), ("oʊ", "O"), ("əʊ", "Q"), ("ɬ", "l"))  # fmt: skip
ENGLISH = (
    ("ɜːɹ", "ɜɹ"),
    ("ɜː", "ɜɹ"),
    ("ɚ", "əɹ"),
    ("ɐ", "ə"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ʲ", ""),
)
#: How the model's letters look on lips.
IPA = {"A": "eɪ", "I": "aɪ", "W": "aʊ", "Y": "ɔɪ", "O": "oʊ", "Q": "əʊ", "ʤ": "dʒ", "ʧ": "tʃ", "ʦ": "ts", "ʣ": "dz",
       "ᵊ": "ə", "ᵻ": "ɪ", "S": "s", "T": "t"}  # fmt: skip


class Kokoro:
    """Meets Tts. `names`: the model of config/models.lock; `threads`: for one synthesis. The model is read at the first
    sentence (1.5 s): many never speak another language than the first voice's."""

    def __init__(self, names: list[str], threads: int) -> None:
        self._names = names
        self._threads = threads
        self._folder: Path | None = None
        self._session: onnxruntime.InferenceSession | None = None
        self._styles: dict[str, NDArray[np.float32]] = {}
        self._lists: Path | None = None
        self._reading = threading.Lock()

    def load(self) -> None:
        if self._folder is None:
            self._lists = self._word_lists()
            self._folder = models.path(self._names[0])

    def close(self) -> None:
        self._folder, self._session, self._styles = None, None, {}

    def _word_lists(self) -> Path | None:
        """Where they lie; None: espeak-ng is here. Raises BackendError where neither is."""
        try:
            _phonemizer()
        except BackendError as error:
            if not models.is_here(LISTS):
                raise BackendError(
                    error.what, f"{error.remedy}, or tektra models pull {LISTS} (no GPL)"
                ) from error
            return models.path(LISTS)
        return None

    def voices(self) -> list[VoiceChoice]:
        if self._folder is None:
            return []
        return [
            VoiceChoice(
                name,
                LOCALES[name[0]],
                RATE_HZ,
                "Apache-2.0; phonemes by "
                + ("espeak-ng (GPL-3.0)" if self._lists is None else "word lists (Apache-2.0, MIT)"),
                STYLES[name[1]],
            )
            for name in VOICES
            if (self._folder / f"{name}.bin").is_file() and (self._lists is None or name[0] in LISTED)
        ]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        names = [known.name for known in self.voices()]
        if not names:
            raise BackendError("kokoro is not loaded", "call load() first")
        voice = voice or names[0]
        if voice not in names:
            raise InputError(f"no voice is called {voice!r}", f"use one of {', '.join(names)}")
        check_speed(speed)
        for phonemes in _phonemes(text, voice[0], self._lists):
            for at in range(0, len(phonemes), MOST_TOKENS):
                yield self._piece(phonemes[at : at + MOST_TOKENS], voice, speed)

    def _piece(self, phonemes: str, voice: str, speed: float) -> SpeechPiece:
        style = self._style(voice)[min(len(phonemes), 509)]
        tokens = np.array([[0, *(VOCAB[letter] for letter in phonemes), 0]], dtype=np.int64)
        given = {"tokens": tokens, "style": style[None], "speed": np.array([speed], dtype=np.float32)}
        try:
            audio, units = self._model().run(None, given)[:2]
        except Exception as error:  # ONNX Runtime's own kinds
            raise BackendError(f"kokoro failed: {error}", "try another text") from error
        samples = (np.clip(np.ravel(audio), -1.0, 1.0) * 32767).astype(np.int16)
        return SpeechPiece(samples, RATE_HZ, _timed(phonemes, np.ravel(units), len(samples)))

    def _model(self) -> onnxruntime.InferenceSession:
        with self._reading:
            if self._session is None:
                assert self._folder is not None
                given = with_output((self._folder / "kokoro-v1.0.int8.onnx").read_bytes(), DURATIONS)
                self._session = opened(given, self._threads)
            return self._session

    def _style(self, voice: str) -> NDArray[np.float32]:
        """Shape (510, 256): one row for each number of phonemes."""
        assert self._folder is not None
        if voice not in self._styles:
            given = np.frombuffer((self._folder / f"{voice}.bin").read_bytes(), dtype="<f4")
            self._styles[voice] = given.reshape(-1, STYLE)
        return self._styles[voice]


class KokoroLists(Kokoro):
    """The same without a GPL part, also where espeak-ng is here."""

    def _word_lists(self) -> Path | None:
        return models.path(LISTS)


def _phonemizer():  # type: ignore[no-untyped-def]
    try:
        from piper.phonemize_espeak import EspeakPhonemizer
    except ImportError as error:
        raise BackendError(
            "kokoro has its phonemes from piper-tts, which is not here",
            "pip install piper-tts==1.8.0 (GPL-3.0)",
        ) from error
    return EspeakPhonemizer()


def _phonemes(text: str, language: str, lists: Path | None = None) -> list[str]:
    """The model's letters for each sentence; what it has no letter for is left out. `lists`: a folder of word lists, else by espeak-ng."""
    found, plain = [], text.replace("\x00", " ")
    if lists is None:
        made = ["".join(one) for one in _phonemizer().phonemize(ESPEAK[language], plain)]
    else:
        made = listed_phonemes(plain, language, lists)
    for sentence in made:
        letters = sentence
        for before, after in (*REWRITTEN, *(ENGLISH if language in "ab" else ())):
            letters = letters.replace(before, after)
        if language == "a":
            letters = letters.replace("ː", "")
        letters = "".join(letter for letter in letters if letter in VOCAB)
        if any(letter.isalnum() for letter in letters):
            found.append(letters)
    return found


def _timed(letters: str, units: NDArray[np.float32], length: int) -> tuple[Phoneme, ...]:
    """`units`: of the silence before, each letter, the silence behind."""
    bounds = np.concatenate([[0], np.cumsum(units)]) * UNIT
    bounds = np.minimum(bounds, length) / RATE_HZ
    bounds[-1] = length / RATE_HZ
    found: list[Phoneme] = []
    for symbol, begin, end in zip(f" {letters} ", bounds, bounds[1:], strict=False):
        shown = IPA.get(symbol, symbol)
        each = (end - begin) / len(shown)
        found += [Phoneme(one, float(begin + index * each), float(each)) for index, one in enumerate(shown)]
    return tuple(found)
