# SPDX-License-Identifier: Apache-2.0
"""One voice's stream of sound: checked, mended, brought to 16 kHz frames, and cut into utterances."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tektra.common.errors import InputError
from tektra.common.wav import Int16s, check_rate, to_mono
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Vad
from tektra.speech_in.endpointer import Endpointer, Event, Kind, Utterance
from tektra.speech_in.offset import Offset
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.over import Over
from tektra.speech_in.own_sound import KEPT_S, OwnSound, OwnSpeech
from tektra.speech_in.resample import Resampler
from tektra.speech_in.spotting import Spotting

#: A shorter loss is filled with silence, so that the words on both sides stay one utterance.
MENDED_GAP_S = 0.5
#: The longest piece of sound taken at once: a whole recording as one message is welcome, an hour is a mistake.
LONGEST_CHUNK_S = 60.0
MOST_CHANNELS = 8
#: The newest of what somebody says who speaks on may be half a word: the recogniser has not judged it yet.
HALF_HEARD = SAMPLE_RATE_HZ // 2


@dataclass(frozen=True)
class Chunk:
    """Sound as it comes in. `samples`: int16, interleaved. `stamp_s`: when the first of them was captured."""

    samples: Int16s
    sample_rate_hz: int
    channels: int
    sequence: int
    last: bool
    stamp_s: float


@dataclass(frozen=True)
class Heard:
    """What happened to an utterance of `voice`.

    `while_tektra_spoke`: it may be Tektra's own voice, of which nothing is known but that it spoke. `speech_end_s`: when its speech
    ended, on the chunks' clock. `named`: Tektra's name is in it, by its sound. `own`: what Tektra said itself, where its sound is known and may be in this.
    `likely_stop`: by its sound, it may be no more than a word that stops.
    """

    voice: str
    kind: Kind
    utterance: Utterance
    while_tektra_spoke: bool
    speech_end_s: float
    own: OwnSpeech | None = None
    named: bool = False
    likely_stop: bool = False

    @property
    def key(self) -> str:
        """The same for all news of one utterance."""
        return f"{self.voice} {self.utterance.first}"

    @property
    def has_words(self) -> bool:
        """Whether there is something to recognise in it."""
        return self.kind in (Kind.GROWN, Kind.PAUSED, Kind.ENDED)


class Voice:
    """Turns one voice's chunks into news of its utterances. One thread; blocks only for the detector's 0.1 ms a frame.

    Half duplex: while Tektra speaks (`tektra_speaks`), and for `echo_tail_ms` after it, utterances are marked
    `while_tektra_spoke`; whatever is under way when that begins or ends is cut in two there. Full duplex, with `own`: Tektra's sound is
    taken out, and utterances that may hold some of it are marked with it.
    """

    def __init__(
        self,
        voice: str,
        vad: Vad,
        options: SpeechInOptions,
        own: OwnSound | None = None,
        spotting: Spotting | None = None,
    ) -> None:
        self.voice = voice
        self.lost_chunks = 0
        self.heard_at_s = 0.0
        self._vad = vad
        self._own = own
        self._spotting = spotting
        self._endpointer = Endpointer(options)
        self._options = options
        self._resampler: Resampler | None = None
        self._offset = Offset()
        self._rest: Float32s = np.zeros(0, dtype=np.float32)
        self._expected: int | None = None
        self._tektra_speaks = False
        self._tail_left = 0
        self._over = Over()
        self._anchor = (0, 0.0)

    @property
    def muted(self) -> bool:
        """What is heard now may be Tektra itself, whose sound is not known."""
        return not self.full_duplex and (self._tektra_speaks or self._tail_left > 0)

    @property
    def full_duplex(self) -> bool:
        return self._own is not None and self._own.known

    def feed(self, chunk: Chunk, now_s: float) -> list[Heard]:
        """The news in a chunk; `now_s` on any monotonic clock. Raises InputError, and stays as it was, for nonsense."""
        samples = self._checked(chunk)
        self.heard_at_s = now_s
        news = self._mend(chunk, len(samples))
        if self._resampler is None or self._resampler.sample_rate_hz != chunk.sample_rate_hz:
            news += self._hear(self._resampler.finish()) if self._resampler else []
            self._resampler = Resampler(chunk.sample_rate_hz)
        self._anchor = (self._endpointer.position + len(self._rest), chunk.stamp_s)
        if self._own is not None:
            self._own.line_up(*self._anchor)
        news += self._hear(self._resampler.feed(samples))
        self._expected = chunk.sequence + 1
        if chunk.last:
            news += self.finish()
        return news

    def check(self, now_s: float) -> list[Heard]:
        """Ends an open utterance whose sound has stopped coming for `stale_s`."""
        silent_s = now_s - self.heard_at_s
        news = [self._spotted()] if self._spotting is not None and self._spotting.check(now_s) else []
        return news + (self.finish() if self._is_open and silent_s > self._options.stale_s else [])

    @property
    def _is_open(self) -> bool:
        return self._endpointer.speaking or self._over.waits

    def expect_end(self, utterance: Utterance, silence_ms: int) -> list[Heard]:
        """What was said so far: the pause after it ends it after so long."""
        ended = self._endpointer.expect_end(utterance, silence_ms)
        return [self._told(ended, while_tektra_spoke=self.muted)] if ended else []

    def judged(self, heard: Heard) -> list[Heard]:
        """The recogniser has told what it makes of this."""
        if self._spotting is not None:
            utterance = heard.utterance
            if heard.kind is Kind.GROWN:
                utterance = replace(utterance, speech_end=utterance.speech_end - HALF_HEARD)
            self._spotting.judged(utterance, asked=heard.likely_stop)
        return []

    def tektra_speaks(self, speaks: bool) -> list[Heard]:
        """Tektra began or ended to speak."""
        was_muted = self.muted
        if self._tektra_speaks and not speaks:
            self._tail_left = self._options.echo_tail_ms * SAMPLE_RATE_HZ // 1000
        self._tektra_speaks = speaks
        return self._cut(while_tektra_spoke=was_muted) if self.muted != was_muted else []

    def own_sound_known(self, known: bool) -> list[Heard]:
        """Somebody tells what Tektra's own sound is, or no longer does."""
        was_muted = self.muted
        if self._own is not None:
            self._own.known = known
        return self._cut(while_tektra_spoke=was_muted) if self.muted != was_muted else []

    def finish(self) -> list[Heard]:
        """The stream is over: ends what is under way. The next chunk begins a new stream."""
        news = self._hear(self._resampler.finish()) if self._resampler else []
        if len(self._rest):
            news += self._hear(np.zeros(FRAME_SAMPLES - len(self._rest), dtype=np.float32))
        news += self._cut(while_tektra_spoke=self.muted)
        self._resampler = None
        self._expected = None
        self._offset.reset()
        self._vad.reset()
        if self._own is not None:
            self._own.reset()
        if self._spotting is not None:
            self._spotting.reset()
        return news

    def _checked(self, chunk: Chunk) -> Int16s:
        check_rate(chunk.sample_rate_hz)
        if not 1 <= chunk.channels <= MOST_CHANNELS:
            raise InputError(f"sound of {chunk.channels} channels", f"give 1 to {MOST_CHANNELS}")
        samples = to_mono(chunk.samples, chunk.channels)
        if len(samples) > LONGEST_CHUNK_S * chunk.sample_rate_hz:
            raise InputError(
                f"{len(samples) / chunk.sample_rate_hz:.0f} s of sound in one message",
                f"give at most {LONGEST_CHUNK_S:.0f} s at once",
            )
        return samples

    def _mend(self, chunk: Chunk, length: int) -> list[Heard]:
        """Makes up for what is missing before this chunk."""
        if self._expected is None or chunk.sequence == self._expected:
            return []
        missing = chunk.sequence - self._expected
        if missing < 0:
            return self.finish()  # the source began anew
        self.lost_chunks += missing
        lost_s = missing * length / chunk.sample_rate_hz
        if lost_s > MENDED_GAP_S:
            return self.finish()
        return self._hear(np.zeros(int(lost_s * SAMPLE_RATE_HZ), dtype=np.float32))

    def _hear(self, samples: Float32s) -> list[Heard]:
        """Runs frames through detector and endpointer; keeps what does not fill a frame."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) - len(samples) % FRAME_SAMPLES
        self._rest = samples[whole:]
        news: list[Heard] = []
        for at in range(0, whole, FRAME_SAMPLES):
            frame = self._offset.take_out(samples[at : at + FRAME_SAMPLES])
            if self._own is not None:
                frame = self._own.take_out(frame, self._endpointer.position)
            if not np.isfinite(frame).all():
                frame = np.nan_to_num(frame, nan=0.0, posinf=0.0, neginf=0.0)
            probability = self._vad.probability(frame)
            if (
                not 0.0 <= probability <= 1.0
            ):  # a detector that lost itself hears nobody any more until it begins anew
                self._vad.reset()
            event = self._endpointer.feed(frame, probability)
            if self._spotting is not None and self._spotting.hear(
                frame, probability, self._endpointer, self.heard_at_s, self._may_be_own
            ):
                news.append(self._spotted())
            if event is not None:
                news.append(self._told(event, while_tektra_spoke=self.muted))
            lively = probability >= self._options.silence_threshold
            found = self._over.look(self._endpointer, lively=lively, is_person=self._person_over)
            news += self._stirs(found)
            news += self._pass_tail()
        return news

    def _may_be_own(self) -> bool:
        """Whether a word that was spotted now may be Tektra's own: it said one that stops, or nothing but its echo is heard."""
        if self._own is None or not self._own.known:
            return False
        if self._own.said_stop(self._endpointer.position):
            return True
        own = self._own.within(self._endpointer.newest(int(KEPT_S * SAMPLE_RATE_HZ)))
        return own is not None and (own.alone or not self._endpointer.speaking)

    def _spotted(self) -> Heard:
        """A stop, by its sound: also while Tektra speaks."""
        utterance = self._endpointer.so_far()
        return Heard(self.voice, Kind.SPOTTED, utterance, False, self._end_s(utterance))

    def _end_s(self, utterance: Utterance) -> float:
        position, stamp_s = self._anchor
        return stamp_s + (utterance.speech_end - position) / SAMPLE_RATE_HZ

    def _pass_tail(self) -> list[Heard]:
        """A frame of the echo's tail has passed; after the last of them the voice is heard again. Where Tektra's sound is taken out, it was
        heard all the time: who made Tektra silent by speaking over it is in mid-sentence then."""
        if self._tektra_speaks or not self._tail_left:
            return []
        self._tail_left = max(0, self._tail_left - FRAME_SAMPLES)
        return [] if self._tail_left or self.full_duplex else self._cut(while_tektra_spoke=True)

    def _cut(self, *, while_tektra_spoke: bool) -> list[Heard]:
        """Ends what is under way here; nothing from before shall be in what comes after."""
        ended = self._endpointer.finish()
        self._endpointer.skip(0)
        news = [self._told(ended, while_tektra_spoke=while_tektra_spoke)] if ended else []
        return news + self._stirs(self._over.ended())

    def _told(self, event: Event, *, while_tektra_spoke: bool) -> Heard:
        utterance = event.utterance
        own = None
        if self._own is not None and event.kind is not Kind.STARTED:
            own = self._own.within(utterance)
            while_tektra_spoke |= self.full_duplex and self._tektra_speaks and own is None
        named = self._spotting is not None and self._spotting.named(utterance)
        likely = self._spotting is not None and self._spotting.likely(utterance)
        end_s = self._end_s(utterance)
        return Heard(self.voice, event.kind, utterance, while_tektra_spoke, end_s, own, named, likely)

    def _stirs(self, found: tuple[Kind, int] | None) -> list[Heard]:
        """Somebody begins to speak over Tektra, or only seemed to."""
        if found is None:
            return []
        utterance = replace(self._endpointer.so_far(), first=found[1])
        return [Heard(self.voice, found[0], utterance, False, self._end_s(utterance))]

    def _person_over(self) -> bool:
        return self._own is not None and self.full_duplex and self._own.person_over(self._endpointer.position)
