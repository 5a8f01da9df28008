# SPDX-License-Identifier: Apache-2.0
"""What speech_in needs of a voice activity detector, a recogniser and a microphone.

All sound here is mono float32 in -1..1 at 16 kHz, except a microphone's, which is int16.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tektra.common.wav import Int16s

Float32s: TypeAlias = NDArray[np.float32]

SAMPLE_RATE_HZ = 16000
#: 32 ms: the frame that silero was trained on.
FRAME_SAMPLES = 512


@dataclass(frozen=True)
class Transcript:
    """What a recogniser made of a sound.

    `confidence`: 0..1, the geometric mean probability of the tokens. `locale`: BCP 47, what was recognised.
    `no_speech`: 0..1, how probable it is, to the recogniser, that there was no speech at all.
    """

    text: str
    confidence: float
    locale: str
    no_speech: float


class Vad(Protocol):
    """Tells speech from other sound, frame by frame. One object hears one stream; use it from one thread."""

    def load(self) -> None:
        """Loads the model; blocks for tens of ms. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees the model. Again does nothing."""

    def probability(self, frame: Float32s) -> float:
        """How probably this frame, shape (512,), is speech, 0..1, given those before. Takes about 0.1 ms."""

    def reset(self) -> None:
        """Forgets the frames so far: the next belongs to another stream."""


class EchoCanceller(Protocol):
    """Takes what a loudspeaker plays out of what a microphone hears. One object for each microphone; use it from one thread."""

    def process(self, near: Float32s, far: Float32s) -> Float32s:
        """The microphone's frame without the echo, shape (512,). `far`: what the loudspeaker played from the same moment on; its
        echo may come up to 0.7 s later. Takes about 0.5 ms."""

    def reduction_db(self) -> float:
        """By how much it made the echo quieter lately; 0 when it has not heard enough yet."""


class Spotter(Protocol):
    """Finds single words in the sound itself, without knowing what else is said. Has no state between two looks."""

    #: Samples that one look takes.
    window: int

    def load(self) -> None:
        """Loads the model; blocks for tens of ms. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees the model. Again does nothing."""

    def scores(self, samples: Float32s) -> dict[str, float]:
        """How surely each word ended within the last 0.3 s of the samples, shape (window,): 0..1. Takes some ms."""


class Stt(Protocol):
    """Turns an utterance into text. Use it from one thread at a time."""

    def load(self) -> None:
        """Loads the model; blocks for a second or so. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees the model. Again does nothing."""

    def expect(self, names: str, language: str = "") -> None:
        """A sentence of names that are likely to be said (see names.sentence) in an utterance of that language (ISO 639-1), or in one of any
        for which none is told; empty: none. Any thread; counts from the next utterance on."""

    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        """The text of an utterance, shape (n,). Blocks, for tenths of a second or more.

        `locale`: BCP 47; several, parted by commas: the one of them that is spoken is found by its sound. Raises InputError for a locale that the model does not know, BackendError when it fails.
        """


class SpeakerEncoder(Protocol):
    """Makes prints of voices. Made without arguments; the constructor loads nothing. Use it from one thread at a time."""

    model: str
    """Prints of different models are not alike, whosever they are."""

    def load(self) -> None:
        """Loads the model; tenths of a second. Again does nothing. Raises MissingModel or BackendError."""

    def close(self) -> None:
        """Frees it. Again does nothing."""

    def embed(self, samples: Float32s) -> Float32s:
        """The print of a voice, a vector of length one, from mono sound at 16 kHz, shape (n,). Takes some 30 ms a 1.6 s.

        Raises InputError where there is too little speech in it or no sound at all, BackendError when it is not loaded.
        """


#: Gets mono int16 samples, shape (n,), on the device's own thread; it must return at once.
OnSound: TypeAlias = Callable[[Int16s], None]


class Microphone(Protocol):
    """A source of live sound, made with the name of a device, empty for the default. That there is none is no failure: `available`
    says why."""

    @property
    def sample_rate_hz(self) -> int:
        """Of what `on_sound` gets; known when it is open."""

    def available(self) -> str:
        """Empty when there is a device to record from, otherwise why not, in words. May block for 0.1 s."""

    def open(self, on_sound: OnSound) -> None:
        """Begins to record. Again does nothing. Raises BackendError."""

    def close(self) -> None:
        """Ends recording; `on_sound` is not called any more. Again does nothing."""
