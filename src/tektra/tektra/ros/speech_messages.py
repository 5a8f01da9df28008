# SPDX-License-Identifier: Apache-2.0
"""Sound, speech and mouth shapes as messages."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Protocol

from tektra.common.wav import Int16s
from tektra.ros.clock import duration_msg, time_msg
from tektra_interfaces.msg import AudioChunk, Caption, LiveSpeech, Viseme, VoiceInfo


class Text(Protocol):
    """What was recognised: text, confidence 0..1, locale (BCP 47)."""

    @property
    def text(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def locale(self) -> str: ...


class Span(Protocol):
    """A mouth shape: when it sounds, s, and how far it is made, 0..1."""

    @property
    def shape(self) -> str: ...
    @property
    def start_s(self) -> float: ...
    @property
    def duration_s(self) -> float: ...
    @property
    def weight(self) -> float: ...


class Written(Protocol):
    """Where a word stands in its text."""

    @property
    def begin(self) -> int: ...
    @property
    def end(self) -> int: ...


class Timed(Protocol):
    """A word and when it sounds, s."""

    @property
    def word(self) -> Written: ...
    @property
    def start_s(self) -> float: ...
    @property
    def duration_s(self) -> float: ...


class Voice(Protocol):
    """A voice that can be spoken with. locale: BCP 47."""

    @property
    def name(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def sample_rate_hz(self) -> int: ...
    @property
    def licence(self) -> str: ...
    @property
    def style(self) -> str: ...
    @property
    def cloud(self) -> bool: ...


def audio_chunk(
    samples: Int16s, sample_rate_hz: int, *, stamp_s: float, sequence: int, last: bool
) -> AudioChunk:
    """Mono samples, shape (n,); `stamp_s`: when the first of them was captured or is to sound."""
    message = AudioChunk(sample_rate=sample_rate_hz, channels=1, sequence=sequence, last=last)
    message.stamp = time_msg(stamp_s)
    message.data = array("h", samples.tobytes())
    return message


def live_speech(text: Text, *, final: bool, end_s: float) -> LiveSpeech:
    """`end_s`: the end of the speech that the text covers."""
    message = LiveSpeech(confidence=text.confidence, locale=text.locale)
    message.header.stamp = time_msg(end_s)
    if final:
        message.final = text.text
    else:
        message.incremental = text.text
    return message


def viseme_messages(spans: Iterable[Span], *, from_s: float) -> list[Viseme]:
    """The spans, whose times count from `from_s`."""
    return [
        Viseme(
            stamp=time_msg(from_s + span.start_s),
            duration=duration_msg(span.duration_s),
            shape=span.shape,
            weight=span.weight,
        )
        for span in spans
    ]


def caption_messages(words: Iterable[Timed], text: str, *, from_s: float) -> list[Caption]:
    """The words of `text`, whose times count from `from_s`."""
    return [
        Caption(
            stamp=time_msg(from_s + timed.start_s),
            duration=duration_msg(timed.duration_s),
            word=text[timed.word.begin : timed.word.end],
            begin=timed.word.begin,
            end=timed.word.end,
        )
        for timed in words
    ]


def voice_info(backend: str, voice: Voice, remedy: str, controls: Sequence[str]) -> VoiceInfo:
    """`remedy`: how to get the voice; empty when it is here."""
    return VoiceInfo(
        name=voice.name,
        backend=backend,
        locale=voice.locale,
        sample_rate=voice.sample_rate_hz,
        licence=voice.licence,
        style=voice.style,
        controls=[] if remedy else list(controls),
        available=not remedy,
        remedy=remedy,
        cloud=voice.cloud,
    )
