# SPDX-License-Identifier: Apache-2.0
"""The stage's two threads: one synthesizes ahead, one plays. Callers never wait for either."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tektra.common.errors import InputError, TektraError
from tektra.common.wav import Int16s
from tektra.speech_out.backends import Speaker, SpeechPiece, Tts
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance, UtteranceQueue
from tektra.speech_out.text.script import Sentence, clauses, read
from tektra.speech_out.words import TimedWord, timed

#: Pieces synthesized ahead of the one that plays: more would be wasted by an interruption.
PIECES_AHEAD = 2


class Audience(Protocol):
    """Who hears of it. Called on the stage's threads; times in s on the clock given to Mouth."""

    def on_piece(
        self, utterance: Utterance, piece: SpeechPiece, words: list[TimedWord], text: str, sounds_s: float
    ) -> None:
        """A piece of `text` is about to sound; the words' times count from its beginning."""

    def on_block(self, samples: Int16s, sample_rate_hz: int, sounds_s: float, last: bool) -> None:
        """A block of sound goes to the speaker. `last`: the utterance's stream ends with it."""

    def on_word(self, utterance: Utterance, word: TimedWord, progress: float) -> None:
        """That word begins to sound; `progress`: the share of the whole text that has been said, 0..1."""

    def on_ended(self, utterance: Utterance) -> None:
        """It has been said, or ended otherwise; `utterance.ended` tells. Once for each, from any thread."""

    def on_speaking(self) -> None:
        """Sound begins."""

    def on_silent(self, utterance: Utterance) -> None:
        """The utterance sounds no more, said or not."""


@dataclass(frozen=True)
class _Part:
    """A synthesized piece of an utterance; `piece` None marks its end."""

    utterance: Utterance
    piece: SpeechPiece | None
    text: str = ""
    words: tuple[TimedWord, ...] = ()


class Mouth:
    """Says utterances one after the other. `say`, `stop`, `end` are for any thread, and return at once."""

    def __init__(
        self,
        tts: Tts,
        speaker: Speaker,
        options: SpeechOutOptions,
        audience: Audience,
        now: Callable[[], float],
    ) -> None:
        self._tts = tts
        self._speaker = speaker
        self._options = options
        self._audience = audience
        self._now = now
        self._queue = UtteranceQueue(options.max_waiting)
        self._changed = threading.Condition()
        self._parts: queue.Queue[_Part | None] = queue.Queue(maxsize=PIECES_AHEAD)
        self._open = False
        self._sounding = 0
        self._sounds: Utterance | None = None  # whose sound is at the speaker; guarded by _changed
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Again does nothing."""
        if self._open:
            return
        self._open = True
        self._parts = queue.Queue(maxsize=PIECES_AHEAD)
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for name, work in (("synthesize", self._synthesize), ("play", self._play))
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Ends everything. Again does nothing."""
        if not self._open:
            return
        with self._changed:
            self._open = False
            self._changed.notify_all()
        self.stop("speech_out ends")
        for thread in self._threads:
            thread.join()

    def say(self, utterance: Utterance, *, interrupt: bool) -> None:
        """Queues it: from now on it is spoken or ended, and either is told. Raises InputError when too many wait, or when
        nobody speaks (any more)."""
        with self._changed:
            if not self._open:
                raise InputError("speech_out does not speak just now", "wait until it runs")
            ended = self._queue.add(utterance, interrupt=interrupt)
        self._tell_ended(ended)

    def stop(self, message: str) -> int:
        """Silence: ends all utterances; returns how many."""
        with self._changed:
            ended = self._queue.end_all("stopped", message)
        self._tell_ended(ended)
        return len(ended)

    def end_by_id(self, utterance_id: str, how: str, message: str) -> None:
        """Ends the utterance of that id, if it has not ended."""
        with self._changed:
            utterance = self._queue.find(utterance_id)
        if utterance is not None:
            self.end(utterance, how, message)

    def end(self, utterance: Utterance, how: str, message: str) -> None:
        """Ends one utterance, whether it is being said or waits."""
        with self._changed:
            ended = [utterance] if self._queue.finish(utterance, how, message) else []
        self._tell_ended(ended)

    def _tell_ended(self, ended: list[Utterance]) -> None:
        with self._changed:
            self._changed.notify_all()  # whoever ended leaves a place to the next
            # Only while it is this utterance that sounds: the next one's sound is not to be cut.
            if self._sounds is not None and self._sounds.ended:
                self._speaker.abort()
        for utterance in ended:
            self._audience.on_ended(utterance)

    def _synthesize(self) -> None:
        while (utterance := self._await_next()) is not None:
            try:
                self._synthesize_one(utterance)
            except Exception as error:  # a back end's bug must not silence the node for good
                self.end(utterance, "failed", _in_words(error))
            self._put(_Part(utterance, None))
        self._put(None)

    def _synthesize_one(self, utterance: Utterance) -> None:
        for index, sentence in enumerate(read(utterance.text, utterance.language)):
            parts = [sentence] if index else clauses(sentence, self._options.first_piece_chars)
            for part in parts:
                if not utterance.ended:
                    self._synthesize_sentence(utterance, part)

    def _synthesize_sentence(self, utterance: Utterance, sentence: Sentence) -> None:
        """A synthesizer may cut it into pieces of its own: each takes as many words as it has sound for."""
        words = list(sentence.words)
        speed = utterance.speed or self._options.speed
        for piece in self._tts.synthesize(sentence.spoken, utterance.voice, speed):
            if utterance.ended:
                return
            times = timed(words, piece.phonemes, piece.duration_s)
            words = []
            self._put(_Part(utterance, piece, sentence.text, tuple(times)))

    def _await_next(self) -> Utterance | None:
        with self._changed:
            while self._open:
                utterance = self._queue.next()
                if utterance is not None:
                    return utterance
                self._changed.wait()
        return None

    def _put(self, part: _Part | None) -> None:
        self._parts.put(part)

    def _play(self) -> None:
        while (part := self._parts.get()) is not None:
            utterance = part.utterance
            try:
                if part.piece is not None and not utterance.ended:
                    self._play_piece(part, part.piece)
                if part.piece is None and not utterance.ended and self._sounding:
                    self._speaker.drain()
            except Exception as error:  # as above
                self.end(utterance, "failed", _in_words(error))
            if part.piece is None or utterance.ended:
                self._fall_silent(utterance)
            if part.piece is None:
                self.end(utterance, "said", "")

    def _play_piece(self, part: _Part, piece: SpeechPiece) -> None:
        utterance, rate_hz = part.utterance, piece.sample_rate_hz
        self._speaker.open(rate_hz)
        sounds_s = self._now() + self._speaker.delay_s()
        with self._changed:
            self._sounds = utterance
        if utterance.first_sound_s is None:
            utterance.first_sound_s = sounds_s
            self._sounding = rate_hz
            self._audience.on_speaking()
        self._audience.on_piece(utterance, piece, list(part.words), part.text, sounds_s)
        step = self._options.block_ms * rate_hz // 1000
        waiting = list(part.words)
        for at in range(0, len(piece.samples), step):
            if utterance.ended:
                return
            block, at_s = piece.samples[at : at + step], at / rate_hz
            self._audience.on_block(block, rate_hz, sounds_s + at_s, False)
            while waiting and waiting[0].start_s <= at_s:
                self._tell_word(utterance, waiting.pop(0))
            self._speaker.play(block)
            utterance.duration_s += len(block) / rate_hz

    def _tell_word(self, utterance: Utterance, word: TimedWord) -> None:
        utterance.spoken_chars = max(utterance.spoken_chars, word.word.end)
        self._audience.on_word(utterance, word, word.word.end / max(1, len(utterance.text)))

    def _fall_silent(self, utterance: Utterance) -> None:
        """The utterance sounds no more. Again does nothing."""
        if not self._sounding:
            return
        with self._changed:
            self._sounds = None
            if utterance.ended:
                self._speaker.abort()  # a block may have slipped in between the end and the abort there
        rate_hz, self._sounding = self._sounding, 0
        self._audience.on_block(np.zeros(0, dtype=np.int16), rate_hz, self._now(), True)
        self._audience.on_silent(utterance)


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, TektraError) else f"{type(error).__name__}: {error}"
