# SPDX-License-Identifier: Apache-2.0
"""Tektra's own sound within one microphone's: taken out, and told where it may be left."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from tektra.common import backends
from tektra.language.stop import is_stop
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, EchoCanceller, Float32s
from tektra.speech_in.echo import LONGEST_ECHO_S, WORD_SLACK_S, at_that_time, compare
from tektra.speech_in.endpointer import Utterance
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_voice import OwnVoice, OwnWord

#: Longer than an utterance may be.
KEPT_FRAMES = 1024
#: The canceller takes this much away before a person is understood over the rest.
ENOUGH_DB = 12.0
#: Frames of 5 s, by which a room's noise is known, and whether what is left of an echo is lost in it.
NOISE_FRAMES, LEAST_FRAMES = 160, 30
#: The quietest of a while are the room's noise alone, and nobody speaks in a quarter of what Tektra says.
QUIETEST, UNSPOKEN = 5, 25
#: Noise and as much again.
BURIED = 2.0
#: An utterance is told from an echo's rest at its onset by so many frames.
ONSET_FRAMES = 4
ONSET_S = ONSET_FRAMES * FRAME_SAMPLES / SAMPLE_RATE_HZ
#: How far an echo's rest may be louder than usual; at an onset, by so few frames, further.
REST_DB = 6.0
ONSET_REST_DB = 14.0
#: Stamps come late on a busy machine, never early: the earliest in a while is right, and is left only for one that is this far off.
TREMBLE_S = 0.005
JUMP_S = 0.25
#: Two clocks part by less than this for each second.
DRIFT = 1e-4
#: A spotter looks back so far.
KEPT_S = 1.4
#: An utterance begins with silence.
PRE_ROLL_S = 0.3
LEAD = int(LONGEST_ECHO_S * SAMPLE_RATE_HZ)


@dataclass(frozen=True)
class OwnSpeech:
    """What Tektra said that may be in an utterance.

    `over`: it spoke while the person did. `words`: those whose echo would be in it. `echoes`: the microphone did hear its sound. `cancelled`: that was taken out so well that a
    person can be understood over it. `alone`: what is left of the sound is no louder than what is left of an echo.
    """

    words: tuple[OwnWord, ...]
    echoes: bool
    cancelled: bool
    over: bool = False
    alone: bool = False


class OwnSound:
    """One voice's view of what Tektra says. One thread; positions count samples of the voice's stream at 16 kHz."""

    def __init__(self, said: OwnVoice, canceller: EchoCanceller) -> None:
        self.known = False
        self._said = said
        self._canceller = canceller
        self._raw: Float32s = np.zeros(KEPT_FRAMES * FRAME_SAMPLES, np.float32)
        self._end = 0
        self.reset()

    def reset(self) -> None:
        """The stream is over; another one has its own delay."""
        self._levels: deque[tuple[float, float, float]] = deque(maxlen=NOISE_FRAMES)
        self._offset_s: float | None = None
        self._earliest_s, self._at = 0.0, 0

    def line_up(self, position: int, stamp_s: float) -> None:
        """The sample at `position` was captured at `stamp_s`."""
        offset_s = stamp_s - position / SAMPLE_RATE_HZ
        if self._offset_s is None or abs(offset_s - self._earliest_s) > JUMP_S:
            self._offset_s = self._earliest_s = offset_s
        passed_s = max(0, position - self._at) / SAMPLE_RATE_HZ
        self._at = position
        self._earliest_s = min(offset_s, self._earliest_s + DRIFT * passed_s)
        if abs(self._earliest_s - self._offset_s) > TREMBLE_S:
            self._offset_s = self._earliest_s

    def take_out(self, frame: Float32s, position: int) -> Float32s:
        """The frame at `position` without Tektra's sound, shape (512,)."""
        at = position % len(self._raw)
        self._raw[at : at + FRAME_SAMPLES] = frame
        self._end = position + FRAME_SAMPLES
        far = self._said.sound(self._time_s(position), FRAME_SAMPLES)
        clean = self._canceller.process(frame, far)
        self._levels.append((_power(frame), _power(clean), _power(far)))
        return clean

    def person_over(self, position: int) -> bool:
        """Whether somebody else speaks at that position, the newest, over Tektra: more is left of the sound than of its echo alone."""
        reduction_db = self._canceller.reduction_db()
        now_s = self._time_s(position)
        if reduction_db < ENOUGH_DB or not self._said.sounded(now_s - ONSET_S, now_s):
            return False
        newest = range(-min(ONSET_FRAMES, len(self._levels)), 0)
        raw, clean, _ = np.sum([self._levels[at] for at in newest], axis=0)
        taken_db = 10 * np.log10(raw / (clean + 1e-12) + 1e-12)
        return bool(taken_db < max(REST_DB, reduction_db - ONSET_REST_DB))

    def said_stop(self, position: int) -> bool:
        """Whether Tektra said a word that stops, whose echo may be in the sound up to there."""
        now_s = self._time_s(position)
        words = self._said.words(now_s - LONGEST_ECHO_S - WORD_SLACK_S - KEPT_S, now_s + WORD_SLACK_S)
        return any(is_stop(word.text) for word in words)

    def within(self, utterance: Utterance) -> OwnSpeech | None:
        """What of Tektra's may be in it; None when it was silent long enough before."""
        begin_s = self._time_s(utterance.first)
        end_s = self._time_s(utterance.speech_end)
        if not self._said.sounded(begin_s - LONGEST_ECHO_S, end_s):
            return None
        raw = self._heard(utterance.first, utterance.speech_end)
        own = self._said.sound(begin_s - LONGEST_ECHO_S, len(raw) + LEAD)
        match = compare(raw, own, LEAD)
        words = self._said.words(begin_s - LONGEST_ECHO_S - WORD_SLACK_S, end_s + WORD_SLACK_S)
        if match.is_echo:
            words = at_that_time(words, begin_s, end_s, match.delay_s)
        noise = self._noise()
        cancelled = self._canceller.reduction_db() >= ENOUGH_DB or noise is not None
        alone = match.may_be_echo and self._is_rest(raw, utterance, noise)
        over = self._said.sounded(begin_s + PRE_ROLL_S, end_s)
        if any(is_stop(word.text) for word in words) and self._is_a_person_s(raw, own, utterance):
            words = ()  # somebody says "stop" just when Tektra does
        return OwnSpeech(words if match.may_be_echo else (), match.may_be_echo, cancelled, over, alone)

    def _is_a_person_s(self, raw: Float32s, own: Float32s, utterance: Utterance) -> bool:
        """Whether what is left once Tektra's sound is taken out is far louder than what is left of an echo, and nothing like one."""
        clean, reduction_db = utterance.samples[: len(raw)], self._canceller.reduction_db()
        if reduction_db < ENOUGH_DB or not len(raw) or not clean.any():
            return False
        return (
            _taken_db(raw, clean) < max(0.0, reduction_db - ONSET_REST_DB)
            and not compare(clean, own, LEAD).may_be_echo
        )

    def _noise(self) -> float | None:
        """The room's noise (mean square) where what is left of the echo is lost in it: there no canceller can show how much it takes away."""
        raw, clean, far = np.array(self._levels).T if self._levels else np.zeros((3, 0))
        loud = clean[far > np.median(far[far > 0.0])] if (far > 0.0).any() else clean[:0]
        if len(loud) < LEAST_FRAMES:
            return None
        noise = float(np.percentile(raw, QUIETEST))
        return noise if float(np.percentile(loud, UNSPOKEN)) <= BURIED * noise else None

    def _is_rest(self, raw: Float32s, utterance: Utterance, noise: float | None) -> bool:
        """Whether about as much was taken away as is of an echo without anybody speaking over it; in noise, whether what is left is
        no louder than that."""
        clean = utterance.samples[: len(raw)]
        if not len(raw) or not clean.any():
            return True
        if noise is not None:
            return _power(clean) <= 10 ** (REST_DB / 10) * noise
        reduction_db = self._canceller.reduction_db()
        return bool(reduction_db > REST_DB and _taken_db(raw, clean) > reduction_db - REST_DB)

    def _heard(self, first: int, end: int) -> Float32s:
        """The microphone's sound as it came, between two positions."""
        first = max(first, self._end - len(self._raw))
        return self._raw[np.arange(first, max(first, min(end, self._end))) % len(self._raw)]

    def _time_s(self, position: int) -> float:
        return (self._offset_s or 0.0) + position / SAMPLE_RATE_HZ


def _taken_db(raw: Float32s, clean: Float32s) -> float:
    """How much of the sound was taken away; `clean` holds some."""
    return float(10 * np.log10(_power(raw) / _power(clean) + 1e-12))


def _power(sound: Float32s) -> float:
    return float(np.mean(sound**2))


def own_sound(said: OwnVoice, options: SpeechInOptions) -> OwnSound | None:
    """For one voice; None where Tektra's sound is not to be taken out. Raises BackendError."""
    if not options.cancels_echo:
        return None
    return OwnSound(said, backends.load("echo_canceller", options.echo_canceller)())
