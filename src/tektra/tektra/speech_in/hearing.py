# SPDX-License-Identifier: Apache-2.0
"""The stage's two threads: the ear (detector, endpointer) and the recogniser. Callers never wait for either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from tektra.common.errors import TektraError
from tektra.common.worker import Worker
from tektra.speech_in.addressed import Addressed
from tektra.speech_in.backends import Stt
from tektra.speech_in.dictation import Dictation, Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.voice import Chunk, Heard, Voice

#: 200 chunks of 32 ms are 6 s: a stream that stalls the ear for longer than this loses sound, and it is counted.
EAR_DEPTH = 200
STT_DEPTH = 16
#: A provisional text that takes longer keeps what pauses or ends waiting for longer than one should notice: there it is asked for
#: seldom.
NOTICED_S, SELDOM_S = 1.0, 20.0

EarJob: TypeAlias = Callable[[], list[Heard]]


class Hearing:
    """Sound in, `tell(Said)` and `on_speaking(voice, bool)` out; both are called on the stage's own threads.

    `now` is a monotonic clock in s. `report(error)` gets what went wrong with a chunk or in the recogniser; both threads then go on.
    """

    def __init__(
        self,
        voices: Mapping[str, Voice],
        stt: Stt,
        options: SpeechInOptions,
        *,
        tell: Callable[[Said], None],
        on_speaking: Callable[[str, bool], None],
        report: Callable[[Exception], None],
        now: Callable[[], float],
        begins_over: Callable[[Heard], None] = lambda heard: None,
        calmed: Callable[[Heard], None] = lambda heard: None,
    ) -> None:
        """`begins_over`: somebody may begin to speak while Tektra does, on the ear's thread; `calmed`: no utterance came of it, or nobody
        can say what it was, on any."""
        self.refused_chunks = 0
        self._options = options
        self.dictation = Dictation(stt, options, tell, self._expect_end, self._judged)
        self.voices = voices
        self._now = now
        self._on_speaking = on_speaking
        self._report = report
        self._stirs = {Kind.STIRRED: begins_over, Kind.CALMED: calmed}
        self._speaking = dict.fromkeys(voices, False)
        self._ear: Worker[EarJob] = Worker("ear", self._listen, depth=EAR_DEPTH, on_error=self._refused)
        self._stt: Worker[Heard] = Worker("stt", self._take, depth=STT_DEPTH, on_error=report)
        self._tektra_speaks = False
        self._rests_until_s = 0.0  # set by the recogniser's thread, read by the ear's

    def start(self) -> None:
        self._ear.start()
        self._stt.start()

    def close(self) -> None:
        self._ear.close()
        self._stt.close()

    def feed(self, voice: str, chunk: Chunk) -> None:
        """Queues a chunk; any thread."""
        self._ear.give(lambda: self.voices[voice].feed(chunk, self._now()))

    def check(self, robots: frozenset[str] = frozenset(), *, moved: bool = False) -> None:
        """To be called some times a second: ends utterances whose sound stopped coming. `robots`: that may be named;
        `moved`: something moves one of them."""
        self.dictation.robots, self.dictation.moved = robots, moved
        speaks = (
            self._tektra_speaks
        )  # once more: while the ear is busy, word of it finds no room, and a voice would stay muted
        self._each(lambda voice: [*voice.tektra_speaks(speaks), *voice.check(self._now())])

    def tektra_speaks(self, speaks: bool) -> None:
        """Tektra began or ended to speak."""
        self._tektra_speaks = speaks
        self._each(lambda voice: voice.tektra_speaks(speaks))

    def own_sound_known(self, known: bool) -> None:
        """Somebody tells what Tektra's own sound is, or no longer does."""
        self._each(lambda voice: voice.own_sound_known(known))

    def finish(self) -> None:
        """Ends all streams: nothing more is to be heard."""
        self._each(lambda voice: voice.finish())

    def waits(self, now_s: float) -> bool:
        """Whether Tektra's name is needed, on the chunks' clock."""
        ears = list(self.dictation.addressed.values()) or [Addressed(self._options)]
        return all(ear.waits(now_s) for ear in ears)

    @property
    def duplex(self) -> str:
        """In words: whether people are heard while Tektra speaks, as far as the ear has come."""
        return self._options.duplex_told(all(voice.full_duplex for voice in self.voices.values()))

    @property
    def dropped_chunks(self) -> int:
        return self._ear.dropped

    @property
    def dropped_utterances(self) -> int:
        return self._stt.dropped

    @property
    def own_voice(self) -> int:
        """Utterances that were Tektra's own."""
        return self.dictation.own_voice

    @property
    def lost_chunks(self) -> int:
        return sum(voice.lost_chunks for voice in self.voices.values())

    def _expect_end(self, heard: Heard, silence_ms: int) -> None:
        """On the recogniser's thread."""
        voice = self.voices[heard.voice]
        self._ear.give(lambda: voice.expect_end(heard.utterance, silence_ms))

    def _judged(self, heard: Heard) -> None:
        """On the recogniser's thread."""
        voice = self.voices[heard.voice]
        self._ear.give(lambda: voice.judged(heard))

    def _each(self, news_of: Callable[[Voice], list[Heard]]) -> None:
        self._ear.give(lambda: [heard for voice in self.voices.values() for heard in news_of(voice)])

    def _listen(self, job: EarJob) -> None:
        for heard in job():
            if heard.kind is Kind.SPOTTED:
                self.dictation.spotted(heard)
                continue
            if heard.kind in self._stirs:
                self._stirs[heard.kind](heard)
                continue
            speaking = heard.kind is not Kind.ENDED and not heard.while_tektra_spoke
            if self._speaking[heard.voice] != speaking:
                self._speaking[heard.voice] = speaking
                self._on_speaking(heard.voice, speaking)
            # In mid-speech only a free recogniser is asked; a pause or an end is worth waiting for.
            if not heard.has_words or (heard.kind is Kind.GROWN and not self._is_free()):
                continue
            self.dictation.expect(heard)
            if not self._stt.give(heard):
                self._unjudged(heard)

    def _take(self, heard: Heard) -> None:
        """On the recogniser's thread. After a provisional text it rests for as long as that took: half of its time is free for what
        pauses or ends. A slow one rests for SELDOM_S."""
        began_s = self._now()
        try:
            self.dictation.take(heard)
        except Exception:
            self._unjudged(heard)
            raise
        finally:
            if heard.kind is Kind.GROWN:
                now_s = self._now()
                took_s = now_s - began_s
                self._rests_until_s = now_s + (took_s if took_s <= NOTICED_S else SELDOM_S)

    def _unjudged(self, heard: Heard) -> None:
        """Nobody will say whether that takes the turn: Tektra does not stay silent for it."""
        if heard.kind is Kind.ENDED:
            self._stirs[Kind.CALMED](heard)

    def _is_free(self) -> bool:
        return not self._stt.waiting and self._now() >= self._rests_until_s

    def _refused(self, error: Exception) -> None:
        if isinstance(error, TektraError):
            self.refused_chunks += 1
        self._report(error)
