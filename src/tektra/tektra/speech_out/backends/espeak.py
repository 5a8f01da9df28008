# SPDX-License-Identifier: Apache-2.0
"""espeak-ng (GPL-3.0-or-later) by ctypes: the floor under every language, with the library's own phoneme events.

The library and its data come from the wheel espeakng-loader or from the system (apt install libespeak-ng1). One synthesis at
a time in a process: its state is global, and so is the lock here.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import threading
from collections.abc import Iterator

import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.language.sentences import sentences
from tektra.speech_out.backends import Phoneme, SpeechPiece, VoiceChoice, check_speed

LANGUAGES = {
    "en": "en-US", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "pt": "pt-BR", "nl": "nl-NL",
    "pl": "pl-PL", "sv": "sv-SE", "da": "da-DK", "fi": "fi-FI", "cs": "cs-CZ", "ru": "ru-RU", "tr": "tr-TR",
}  # fmt: skip
VOICES = {"en": "en-us", "pt": "pt-br"}
WORDS_PER_MINUTE = 165
LOUDEST = 60
MOST_CHARS = 5000
#: speak_lib.h
RETRIEVAL_SYNCHRONOUS, CHARACTERS, UTF8 = 2, 1, 1
PHONEME_EVENTS, IPA_NAMES, NO_EXIT = 0x0001, 0x0002, 0x8000
RATE, VOLUME = 1, 2
ENDED, WORD, PHONEME = 0, 1, 7
WORD_GAP = " "
REMEDY = "pip install espeakng-loader==0.2.4, or apt install libespeak-ng1 (GPL-3.0)"
_LOCK = threading.Lock()


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Espeak:
    """Meets Tts. `names` and `threads` are not used: it has its voices in its data and takes a millisecond."""

    def __init__(self, names: list[str], threads: int) -> None:
        self._rate_hz = 0
        self._library: ctypes.CDLL | None = None
        self._sound: list[bytes] = []
        self._events: list[tuple[float, str]] = []
        self._heard = _CALLBACK(self._on_sound)

    def load(self) -> None:
        if self._library is not None:
            return
        library, data = _library()
        with _LOCK:
            rate_hz = library.espeak_Initialize(
                RETRIEVAL_SYNCHRONOUS, 0, data, PHONEME_EVENTS | IPA_NAMES | NO_EXIT
            )
        if rate_hz <= 0:
            raise BackendError("espeak-ng found no data", REMEDY)
        self._library, self._rate_hz = library, int(rate_hz)

    def close(self) -> None:
        self._library = None

    def voices(self) -> list[VoiceChoice]:
        if self._library is None:
            return []
        return [
            VoiceChoice(f"espeak-{code}", locale, self._rate_hz, "GPL-3.0-or-later")
            for code, locale in LANGUAGES.items()
        ]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        if self._library is None:
            raise BackendError("espeak is not loaded", "call load() first")
        code = (voice or "espeak-en").removeprefix("espeak-")
        if code not in LANGUAGES:
            names = ", ".join(f"espeak-{known}" for known in LANGUAGES)
            raise InputError(f"no voice is called {voice!r}", f"use one of {names}")
        check_speed(speed)
        plain = text.replace("\x00", " ").replace("[[", "[ [")[:MOST_CHARS]
        for sentence in sentences(plain):
            piece = self._spoken(sentence, code, speed)
            if len(piece.samples):
                yield piece

    def _spoken(self, text: str, code: str, speed: float) -> SpeechPiece:
        library = self._library
        assert library is not None
        with _LOCK:
            self._sound, self._events = [], []
            library.espeak_SetSynthCallback(self._heard)
            if library.espeak_SetVoiceByName(VOICES.get(code, code).encode()):
                raise BackendError(f"espeak-ng has no voice for {code!r}", REMEDY)
            library.espeak_SetParameter(RATE, int(WORDS_PER_MINUTE * speed), 0)
            library.espeak_SetParameter(VOLUME, LOUDEST, 0)
            given = text.encode()
            failed = library.espeak_Synth(given, len(given) + 1, 0, CHARACTERS, 0, UTF8, None, None)
            sound, events = b"".join(self._sound), self._events
        if failed:
            raise BackendError(f"espeak-ng failed ({failed})", "try another text")
        samples = np.frombuffer(sound, dtype=np.int16).copy()
        return SpeechPiece(samples, self._rate_hz, _phonemes(events, len(samples) / self._rate_hz))

    def _on_sound(
        self, wav: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]
    ) -> int:
        """In espeak_Synth, on its thread."""
        if wav and count > 0:
            self._sound.append(ctypes.string_at(wav, count * 2))
        index = 0
        while events and events[index].type != ENDED:
            if events[index].type == WORD and self._events:
                self._events.append((events[index].audio_position / 1000.0, WORD_GAP))
            elif events[index].type == PHONEME:
                name = bytes(events[index].id.string).split(b"\x00")[0].decode("utf-8", "ignore")
                self._events.append((events[index].audio_position / 1000.0, name))
            index += 1
        return 0


def _library() -> tuple[ctypes.CDLL, bytes | None]:
    try:
        import espeakng_loader

        return ctypes.CDLL(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path()).encode()
    except (ImportError, OSError):
        pass
    try:
        return ctypes.CDLL(ctypes.util.find_library("espeak-ng") or "libespeak-ng.so.1"), None
    except OSError as error:
        raise BackendError(f"espeak-ng is not here ({error})", REMEDY) from error


def _phonemes(events: list[tuple[float, str]], length_s: float) -> tuple[Phoneme, ...]:
    """Events tell when each phoneme begins; it holds until the next. A name of several letters is parted evenly."""
    found: list[Phoneme] = []
    starts = [0.0, *(min(at, length_s) for at, _ in events), length_s]
    names = [" ", *(name or " " for _, name in events)]
    for name, begin, end in zip(names, starts, starts[1:], strict=False):
        letters = "".join(letter for letter in name if letter != "_") or " "
        each = (end - begin) / len(letters)
        if each > 0.0 or name == WORD_GAP:
            found += [Phoneme(letter, begin + index * each, each) for index, letter in enumerate(letters)]
    return tuple(found)
