# SPDX-License-Identifier: Apache-2.0
"""Where an utterance begins and ends. Time is a count of samples at 16 kHz; no clock is read.

The shape follows Home Assistant's VoiceCommandSegmenter (components/assist_pipeline/vad.py): seconds of speech
needed to begin, seconds of silence needed to end. Two thresholds (hysteresis) as in silero's VADIterator.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np

from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.options import SpeechInOptions

#: Silence within the first `start_ms` of speech that makes it a mere click: several syllables fit in between.
CLICK_GAP_SAMPLES = SAMPLE_RATE_HZ // 4


class Kind(Enum):
    """What happened to the utterance under way."""

    STIRRED = auto()  # somebody may begin to speak over Tektra
    CALMED = auto()  # no utterance came of that
    STARTED = auto()
    GROWN = auto()  # it has gone on for incremental_s since the last news
    SPOTTED = auto()  # a stop was found in its sound
    PAUSED = auto()  # silent for pause_ms; it may still go on
    ENDED = auto()


@dataclass(frozen=True)
class Utterance:
    """A piece of the stream that holds speech.

    `samples`: float32, shape (n,), with pre-roll and trailing silence. `first` and `speech_end`: positions in the
    stream of the first sample and of the end of the last speech frame. `speech_samples`: how much of it is speech.
    """

    samples: Float32s
    first: int
    speech_end: int
    speech_samples: int

    @property
    def speech_s(self) -> float:
        return self.speech_samples / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Event:
    """`utterance`: as far as it has come."""

    kind: Kind
    utterance: Utterance


class Endpointer:
    """Fed frame by frame with speech probabilities; tells when an utterance starts, grows, pauses and ends."""

    def __init__(self, options: SpeechInOptions) -> None:
        self._options = options
        self.position = 0
        self.speaking = False
        self._frames: deque[Float32s] = deque()
        self._first = self._told = self._speech_end = self._speech = 0
        self._candidate = self._paused = False
        self._end_here = _samples(options.end_ms)

    @property
    def silence(self) -> int:
        """Samples since the last speech."""
        return self.position - self._speech_end

    @property
    def first(self) -> int:
        """Where what is under way begins."""
        return self._first

    @property
    def speech(self) -> int:
        """Samples of speech in what is under way."""
        return self._speech

    def so_far(self) -> Utterance:
        """What is under way."""
        return self._make(Kind.GROWN).utterance

    def newest(self, samples: int) -> Utterance:
        """No more than so many samples of it, up to now."""
        whole = self.so_far()
        first = max(whole.first, self.position - samples)
        return replace(
            whole, samples=whole.samples[first - whole.first :], first=first, speech_end=self.position
        )

    def expect_end(self, utterance: Utterance, silence_ms: int) -> Event | None:
        """The pause after this utterance's speech ends it after so long; at once, if it has been. Whatever was said since makes that void."""
        if self.speaking and (utterance.first, utterance.speech_end) == (self._first, self._speech_end):
            self._end_here = _samples(silence_ms)
            return self.finish() if self.silence >= self._end_here else None
        return None

    def feed(self, frame: Float32s, probability: float) -> Event | None:
        """Takes the next frame, shape (512,); returns what happened, if anything."""
        self._frames.append(frame)
        self.position += FRAME_SAMPLES
        is_speech = probability >= self._threshold
        if is_speech:
            self._speech += FRAME_SAMPLES
            self._speech_end = self.position
            self._paused = False
            self._end_here = _samples(self._options.end_ms)
        silence = self.position - self._speech_end
        return self._within(silence) if self.speaking else self._before(is_speech, silence)

    def finish(self) -> Event | None:
        """Ends what is under way at once: the stream ends, breaks, or is not to be heard any more."""
        ended = self._make(Kind.ENDED) if self.speaking else None
        self._stop()
        return ended

    def skip(self, samples: int) -> None:
        """Counts sound that is not heard as passed. Call `finish` first."""
        self.position += samples
        self._forget()

    @property
    def _threshold(self) -> float:
        return self._options.silence_threshold if self.speaking else self._options.speech_threshold

    @property
    def _pre_roll(self) -> int:
        return _samples(self._options.pre_roll_ms)

    @property
    def _grow(self) -> int:
        """Samples, no more than was asked for; 0: it is not told of."""
        frames = int(self._options.incremental_s * SAMPLE_RATE_HZ) // FRAME_SAMPLES
        return max(1, frames) * FRAME_SAMPLES if self._options.incremental_s else 0

    def _before(self, is_speech: bool, silence: int) -> Event | None:
        if is_speech and not self._candidate:
            self._candidate = True
            self._speech = FRAME_SAMPLES
            self._first = max(self._frames_begin, self.position - FRAME_SAMPLES - self._pre_roll)
        elif self._candidate and silence > CLICK_GAP_SAMPLES:
            self._candidate = False
        if self._candidate and self._speech >= _samples(self._options.start_ms):
            self._trim_to(self._first)
            self.speaking = True
            self._told = self.position
            return self._make(Kind.STARTED)
        if not self._candidate:
            self._trim_to(self.position - self._pre_roll)
        return None

    def _within(self, silence: int) -> Event | None:
        if silence >= self._end_here:
            return self.finish()
        if self.position - self._first >= int(self._options.max_utterance_s * SAMPLE_RATE_HZ):
            return self._cut()
        if silence >= _samples(self._options.pause_ms) and not self._paused:
            self._paused = True
            self._told = self.position
            return self._make(Kind.PAUSED)
        if silence == 0 and (grow := self._grow) and self.position - self._told >= grow:
            self._told = self.position
            return self._make(Kind.GROWN)
        return None

    def _cut(self) -> Event:
        """Ends the utterance at its longest, and goes on within the next: nothing between them is lost."""
        ended = self._make(Kind.ENDED)
        self._frames.clear()
        self._first = self._told = self._speech_end = self.position
        self._speech = 0
        self._paused = True  # nothing to recognise in advance before more speech came
        return ended

    def _make(self, kind: Kind) -> Event:
        samples = np.concatenate(self._frames) if self._frames else np.zeros(0, dtype=np.float32)
        return Event(kind, Utterance(samples, self._first, self._speech_end, self._speech))

    @property
    def _frames_begin(self) -> int:
        return self.position - len(self._frames) * FRAME_SAMPLES

    def _trim_to(self, first: int) -> None:
        """Drops whole frames from before `first`."""
        while self._frames and self._frames_begin + FRAME_SAMPLES <= first:
            self._frames.popleft()
        self._first = max(first, self._frames_begin)

    def _stop(self) -> None:
        """Keeps the newest pre-roll for what comes next."""
        begin = self.position - self._pre_roll
        self._trim_to(max(begin, self._speech_end) if self.speaking else begin)
        self.speaking = False
        self._candidate = False

    def _forget(self) -> None:
        self._frames.clear()
        self._first = self._told = self._speech_end = self.position
        self._speech = 0
        self._candidate = self._paused = self.speaking = False


def _samples(length_ms: int) -> int:
    return length_ms * SAMPLE_RATE_HZ // 1000
