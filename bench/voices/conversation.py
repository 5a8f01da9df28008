# SPDX-License-Identifier: Apache-2.0
"""Tektra speaks in a room, and hears itself and people there: ear and mouth in one loop, in the sound's own time.

What the mouth plays comes back as an echo only while it plays: a pause ends it, and what goes on begins where it broke off. The ear is the
node's (echo canceller, detector, spotter, recogniser, and what is believed); the mouth's moves are those of `Mouth`, by the same numbers.
The recogniser takes as long as it computes, on one core that does nothing else; the sound waits for nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Stt
from tektra.speech_in.backends.kalman import KalmanEchoCanceller
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import OwnSound
from tektra.speech_in.own_voice import OwnVoice
from tektra.speech_in.spotting import Spotting
from tektra.speech_in.voice import Chunk, Heard, Voice
from tektra.speech_out.backends.sounddevice import BUFFER_S
from tektra.speech_out.options import SpeechOutOptions

#: One block may slip in between the pause and the abort, and a service's call takes this at its worst (p99, loaded).
BLOCK = SpeechOutOptions().block_ms * SAMPLE_RATE_HZ // 1000
CALL_S = 0.007
#: What is announced and waits in the device's buffer.
AHEAD = int(BUFFER_S * SAMPLE_RATE_HZ)
BEGAN_S = 1000.0
NOISE = 3e-4
#: The room's reverberation, and a length at which one block of it is right in a circular convolution.
REVERB, CONVOLVED = 3200, 4096
#: After its speech was ended, Tektra begins another so much later.
REST_S = 1.5


@dataclass
class Event:
    """What became of Tektra's speech at `at_s`, of the sound's time: paused, resumed, ended (`turn`, `stop`), or text handed on (`told`)."""

    what: str
    at_s: float
    text: str = ""


@dataclass
class Mouth:
    """Tektra's own track, said without an end."""

    track: Float32s
    words: Sequence[tuple[str, float]]
    own: OwnVoice
    at: int = 0
    speaks: bool = True
    begins: int | None = None  # sample of the microphone's at which it speaks again
    planned: Float32s = field(default_factory=lambda: np.zeros(0, np.float32))

    def play(self, now: int) -> Float32s:
        """The frame that sounds at sample `now`; announces what sounds after it."""
        if self.begins is not None and now >= self.begins:
            self.speaks, self.begins = True, None
        while self.speaks and len(self.planned) < AHEAD + FRAME_SAMPLES:
            block = np.take(self.track, np.arange(self.at, self.at + BLOCK), mode="wrap")
            sounds_s = BEGAN_S + (now + len(self.planned)) / SAMPLE_RATE_HZ
            self.own.hear((block * 32767).clip(-32768, 32767).astype(np.int16), SAMPLE_RATE_HZ, sounds_s)
            length_s = len(self.track) / SAMPLE_RATE_HZ
            from_s = self.at / SAMPLE_RATE_HZ % length_s
            for word, at_s in self.words:
                if from_s <= at_s < from_s + BLOCK / SAMPLE_RATE_HZ:
                    self.own.said(word, sounds_s + at_s - from_s)
            self.planned = np.concatenate([self.planned, block])
            self.at += BLOCK
        frame = np.zeros(FRAME_SAMPLES, np.float32)
        sounds = self.planned[:FRAME_SAMPLES]
        frame[: len(sounds)] = sounds
        self.planned = self.planned[FRAME_SAMPLES:]
        return frame

    def silence(self, now: int) -> int:
        """No more than what slips through sounds from sample `now` on; returns where the last of it does."""
        left = int(CALL_S * SAMPLE_RATE_HZ) + BLOCK
        self.at = max(0, self.at - max(0, len(self.planned) - left) - 2 * BLOCK)
        self.planned = self.planned[:left]
        self.speaks, self.begins = False, None
        last = now + len(self.planned)
        self.own.ended(BEGAN_S + last / SAMPLE_RATE_HZ)
        return last


class Conversation:
    """One room. `events`: what happened, in order."""

    def __init__(
        self,
        track: tuple[Float32s, Sequence[tuple[str, float]]],
        place: tuple[float, float, int],
        stt: Stt,
        spotting: Spotting | None,
        options: SpeechInOptions | None = None,
    ) -> None:
        """`track`: Tektra's sound and words. `place`: the echo's delay in s, its level in dB, and a seed."""
        self.events: list[Event] = []
        self._options = options or SpeechInOptions()
        own, vad = OwnVoice(), SileroVad()
        vad.load()
        sound = OwnSound(own, KalmanEchoCanceller())
        sound.known = True
        self.mouth = Mouth(*track, own)
        self._voice = Voice("v", vad, self._options, sound, spotting)
        self._dictation = Dictation(stt, self._options, self._tell, self._expect_end, self._judged)
        delay_s, level_db, seed = place
        self._rng = np.random.default_rng(seed)
        tail = self._rng.standard_normal(REVERB) * 0.12 * np.exp(-np.arange(REVERB) / 600)
        tail[0] = 1.0
        self._room = np.fft.rfft(tail * 10 ** (level_db / 20), CONVOLVED)
        self._late_by = int(delay_s * SAMPLE_RATE_HZ)
        self._played = np.zeros(self._late_by + CONVOLVED)
        self._now, self._busy_until, self._held = 0, 0.0, ""
        self._interrupted = ""
        self._late: list[Heard] = []
        self._moves: list[tuple[float, Said]] = []
        self._queue: list[Heard] = []
        self._rests_until = 0.0
        self._told: list[Said] = []
        self._took_s = 0.0
        self._take(self._voice.tektra_speaks(True))

    @property
    def now_s(self) -> float:
        return self._now / SAMPLE_RATE_HZ

    @property
    def _is_busy(self) -> bool:
        return bool(self._queue) or self.now_s < self._rests_until

    def hear(self, person: Float32s) -> None:
        """A person's sound, whole frames of it, over whatever Tektra says."""
        for at in range(0, len(person), FRAME_SAMPLES):
            self._frame(person[at : at + FRAME_SAMPLES])

    def _frame(self, person: Float32s) -> None:
        was = self.mouth.speaks
        frame = self.mouth.play(self._now)
        if self.mouth.speaks != was:
            self._take(self._voice.tektra_speaks(True))
            self.events.append(Event("speaks", self.now_s))
        self._played = np.concatenate([self._played[FRAME_SAMPLES:], frame])
        newest = self._played[:CONVOLVED]  # in the air for `_late_by`
        echo = np.fft.irfft(np.fft.rfft(newest) * self._room)[-FRAME_SAMPLES:]
        near = echo + person + NOISE * self._rng.standard_normal(FRAME_SAMPLES)
        ints = (near * 32767).clip(-32768, 32767).astype(np.int16)
        stamp_s = BEGAN_S + self.now_s
        chunk = Chunk(ints, SAMPLE_RATE_HZ, 1, self._now // FRAME_SAMPLES, False, stamp_s)
        self._now += FRAME_SAMPLES
        began_s = time.process_time()
        news = self._voice.feed(chunk, stamp_s + FRAME_SAMPLES / SAMPLE_RATE_HZ)
        self._took_s = time.process_time() - began_s
        self._take(news)
        while self._late:
            late, self._late = self._late, []
            self._take(late)
        while self._queue and self.now_s >= self._busy_until:
            self._recognise(self._queue.pop(0))
        due = [move for move in self._moves if move[0] <= self.now_s]
        self._moves = [move for move in self._moves if move[0] > self.now_s]
        for _, said in due:
            self._judge(said)

    def _take(self, news: Sequence[Heard]) -> None:
        for heard in news:
            if heard.kind is Kind.STIRRED:
                self._held = heard.key
                if self.mouth.speaks:
                    self._silence("paused")
            if heard.kind is Kind.CALMED:
                self._go_on(heard.key)
            if heard.kind is Kind.SPOTTED:
                self._took_s = 0.0
                self._dictation.spotted(heard)
                self._moves += [(self.now_s, said) for said in self._told]
                self._told.clear()
            elif heard.has_words and not (heard.kind is Kind.GROWN and self._is_busy):
                self._dictation.expect(heard)
                self._queue.append(heard)

    def _recognise(self, heard: Heard) -> None:
        """What comes of it is known when the recogniser has really told, which rests for as long after what is provisional."""
        began_s = time.process_time()
        self._dictation.take(heard)
        took_s = time.process_time() - began_s
        self._busy_until = self.now_s + took_s
        self._rests_until = self._busy_until + (took_s if heard.kind is Kind.GROWN else 0.0)
        self._moves += [(self._busy_until, said) for said in self._told]
        self._told.clear()

    def _silence(self, what: str, text: str = "") -> None:
        last = self.mouth.silence(self._now + int(self._took_s * SAMPLE_RATE_HZ))
        self.events.append(Event(what, last / SAMPLE_RATE_HZ, text))
        self._late += self._voice.tektra_speaks(False)

    def _tell(self, said: Said) -> None:
        text = said.transcript.text if said.transcript else said.refused
        if said.final and said.transcript is not None and not said.only_stops:
            self.events.append(Event("told", self.now_s, text))
        self._told.append(said)

    def _judge(self, said: Said) -> None:
        """As OwnSpeechWatch.judged, and the mouth behind it."""
        key = said.heard.key
        if said.interrupts and (self.mouth.speaks or self._held):
            text = said.transcript.text if said.transcript else said.refused
            if key != self._interrupted:
                self._interrupted = key
                self._took_s = 0.0
                self._silence("stop" if said.stops else "turn", text)
                self.mouth.begins = self._now + int(REST_S * SAMPLE_RATE_HZ)
            self._held = ""
        elif said.heard.kind is not Kind.GROWN:
            self._go_on(key)

    def _go_on(self, key: str) -> None:
        if self._held == key:
            self._held = ""
            self.events.append(Event("resumed", self.now_s))
            self.mouth.speaks = True
            self._late += self._voice.tektra_speaks(True)

    def _expect_end(self, heard: Heard, silence_ms: int) -> None:
        self._late += self._voice.expect_end(heard.utterance, silence_ms)

    def _judged(self, heard: Heard) -> None:
        self._voice.judged(heard)
