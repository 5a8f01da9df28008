# SPDX-License-Identifier: Apache-2.0
"""What speech_out needs of a synthesizer and of a speaker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tektra.common.errors import InputError
from tektra.common.wav import Int16s

#: Of `synthesize`.
SLOWEST, FASTEST = 0.5, 2.0
#: No more is given to a synthesizer at once (at half the speed, half of it): what its memory is bounded by, a sentence is not.
MOST_CHARS = 140


@dataclass(frozen=True)
class Phoneme:
    """A phoneme in IPA (one Unicode character, or punctuation and spaces for pauses), and when it sounds, in s."""

    symbol: str
    start_s: float
    duration_s: float


@dataclass(frozen=True)
class SpeechPiece:
    """A stretch of speech, a sentence or a clause.

    `samples`: mono int16, shape (n,). `phonemes`: in order, without gaps, from the piece's beginning; their durations
    sum to that of the samples. Empty where a back end does not know them.
    """

    samples: Int16s
    sample_rate_hz: int
    phonemes: tuple[Phoneme, ...]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate_hz


@dataclass(frozen=True)
class VoiceChoice:
    """A voice that can be spoken with. `locale`: BCP 47. `style`: female or male; empty where it is not known. `only_named`: nobody
    hears it who did not ask for it by name. `cloud`: the text leaves this machine."""

    name: str
    locale: str
    sample_rate_hz: int
    licence: str = ""
    style: str = ""
    only_named: bool = False
    cloud: bool = False


class Tts(Protocol):
    """Turns text into sound. `synthesize` may be called from several threads."""

    def load(self) -> None:
        """Loads the voices; blocks for a second or so. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees the voices. Again does nothing."""

    def voices(self) -> list[VoiceChoice]:
        """The voices, the default first. Empty before load()."""

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        """The sound of a text, piece by piece; each step blocks for about a twentieth of the piece's duration.

        `voice`: a name of voices(), empty for the default. `speed`: 0.5 (slow) .. 2.0 (fast).
        Raises InputError for an unknown voice or a speed out of range, BackendError when it fails.
        """


def check_speed(speed: float) -> None:
    """Raises InputError for one that `synthesize` does not take."""
    if not SLOWEST <= speed <= FASTEST:
        raise InputError(f"a speed of {speed}", f"give {SLOWEST} to {FASTEST}")


class Speaker(Protocol):
    """Where sound goes, made with the name of a device, empty for the default. One thread plays; `abort` may come from another."""

    def available(self) -> str:
        """Empty when there is a device to play on, otherwise why not, in words. May block for 0.1 s."""

    def open(self, sample_rate_hz: int) -> None:
        """Gets ready for mono int16 at that rate; another rate opens anew. Raises BackendError."""

    def delay_s(self) -> float:
        """How long from now until a sample played now sounds."""

    def play(self, samples: Int16s) -> None:
        """Takes samples, shape (n,); blocks while the buffer of some tens of ms is full. Raises BackendError."""

    def drain(self) -> None:
        """Waits until all that was played has sounded, or abort() was called."""

    def abort(self) -> None:
        """Silence at once: forgets what has not sounded yet. The speaker stays open."""

    def close(self) -> None:
        """Again does nothing."""
