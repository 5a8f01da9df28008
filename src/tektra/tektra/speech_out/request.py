# SPDX-License-Identifier: Apache-2.0
"""What is asked for, checked, with its voice and language found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from tektra.common.errors import InputError
from tektra.speech_out.backends import FASTEST, SLOWEST
from tektra.speech_out.bank import STYLES, VoiceBank
from tektra.speech_out.manner import manner
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance


class Asked(Protocol):
    """A goal of Say or a request of Synthesize."""

    @property
    def text(self) -> str: ...
    @property
    def voice(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def emotion(self) -> str: ...
    @property
    def speed(self) -> float: ...


@dataclass(frozen=True)
class Requests:
    """Makes utterances. `find_language` gives ISO 639-1 of a text, or nothing where it is not sure."""

    bank: VoiceBank
    options: SpeechOutOptions
    find_language: Callable[[str], str]

    def utterance(self, asked: Asked, now_s: float) -> Utterance:
        """Raises InputError that names the value and the remedy."""
        check_text(asked.text, max_chars=self.options.max_text_chars)
        manner(asked.emotion)
        if asked.speed and not SLOWEST <= asked.speed <= FASTEST:
            raise InputError(
                f"a speed of {asked.speed:g}", f"give {SLOWEST} to {FASTEST}, or 0 for the node's"
            )
        language = asked.language
        if not language and asked.voice in ("", *STYLES):
            language = self.find_language(asked.text)
        voice = self.bank.choose(asked.voice, language)
        return Utterance(
            uuid4().hex,
            asked.text,
            voice.name,
            now_s,
            language=language or voice.locale,
            emotion=asked.emotion,
            speed=asked.speed or self.options.speed,
        )


def check_text(text: str, *, max_chars: int) -> None:
    """Raises InputError for a text that cannot be said."""
    if len(text) > max_chars:
        raise InputError(f"a text of {len(text)} characters", f"give at most {max_chars}")
    if not any(letter.isalnum() for letter in text):
        raise InputError("a text without anything to say", "give at least a word")
