# SPDX-License-Identifier: Apache-2.0
"""The stage's two threads: one synthesizes ahead, one plays. Callers never wait for either."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.common.heap import give_back
from tektra.common.wav import Int16s
from tektra.speech_out.audience import Audience
from tektra.speech_out.backends import MOST_CHARS, Speaker, SpeechPiece, Tts
from tektra.speech_out.manner import manner, pace, speak
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.part import Part
from tektra.speech_out.queue import Utterance, UtteranceQueue
from tektra.speech_out.text.script import Sentence, breaths, clauses, read
from tektra.speech_out.words import TimedWord, timed

#: Pieces synthesized ahead of the one that plays: more would be wasted by an interruption.
PIECES_AHEAD = 2
#: A pause that nobody ends is over after this: whoever asked for it may have died.
LONGEST_PAUSE_S = 5.0


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
        self._parts: queue.Queue[Part | None] = queue.Queue(maxsize=PIECES_AHEAD)
        self._open, self._sounding = False, 0
        self._sounds: Part | None = None  # whose sound is at the speaker; guarded by _changed
        self._paused = False  # guarded by _changed
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Again does nothing."""
        if self._open:
            return
        self._open = True
        self._parts = queue.Queue(maxsize=PIECES_AHEAD)
        works = (("synthesize", self._synthesize), ("play", self._play))
        self._threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in works]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Ends everything. Again does nothing."""
        if not self._open:
            return
        with self._changed:
            self._open = False
            self._changed.notify_all()
        with suppress(Exception):  # whoever is told of it may be gone already
            self.stop("speech_out ends")
        for thread in self._threads:
            thread.join()

    def say(self, utterance: Utterance, *, interrupt: bool) -> None:
        """Queues it: from now on it is spoken or ended, and either is told. Raises InputError when too many wait, or when
        nobody speaks (any more)."""
        with self._changed:
            if not self._open:
                raise InputError("speech_out does not speak just now", "wait until it runs")
            others = [one.priority for one in self._queue.known]
            ended = self._queue.add(utterance, interrupt=interrupt)
            if interrupt or utterance.priority > max(others, default=utterance.priority):
                self._paused = False  # what is more urgent than what was paused waits for nobody
        self._tell_ended(ended)

    def stop(self, message: str) -> int:
        """Silence: ends all utterances; returns how many."""
        with self._changed:
            ended = self._queue.end_all("stopped", message)
        self._tell_ended(ended)
        return len(ended)

    def pause(self) -> bool:
        """Silence, until `resume` or for LONGEST_PAUSE_S, also where it comes just between two utterances; it is over when what it
        paused is ended. False when nothing is being said."""
        with self._changed:
            if self._sounds is None and not self._queue.known:
                return False
            self._paused = True
            self._speaker.abort()
            return True

    def resume(self) -> bool:
        """Goes on where `pause` broke off; False when there was none."""
        with self._changed:
            was, self._paused = self._paused, False
            self._changed.notify_all()
        return was

    def end_by_id(self, utterance_id: str, how: str, message: str) -> None:
        """Ends the utterance of that id, if it has not ended."""
        with self._changed:
            utterance = self._queue.find(utterance_id)
        if utterance is not None:
            self.end(utterance, how, message)

    def end(self, utterance: Utterance, how: str, message: str) -> None:
        """Ends one utterance, whether it is being said or waits."""
        with self._changed:
            is_first = self._queue.finish(utterance, how, message)
        self._tell_ended([utterance] if is_first else [])

    def _tell_ended(self, ended: list[Utterance]) -> None:
        with self._changed:
            self._changed.notify_all()  # whoever ended leaves a place to the next
            # Only while it is this utterance that sounds: the next one's sound is not to be cut.
            cut = self._sounds is not None and not self._sounds.is_live
            if cut:
                self._speaker.abort()
            self._paused = self._paused and not cut and bool(self._queue.known)
        for utterance in ended:
            self._audience.on_ended(utterance)

    def _synthesize(self) -> None:
        while (taken := self._await_next()) is not None:
            utterance, turn = taken
            try:
                self._synthesize_turn(utterance, turn)
            except Exception as error:
                self._failed(utterance, error)
            self._parts.put(Part(utterance, turn, None))
            give_back()  # up to 90 MB, which would lie in holes until the next utterance
        self._parts.put(None)

    def _synthesize_turn(self, utterance: Utterance, turn: int) -> None:
        """From the sentence on at which it gave way."""
        begun = bool(utterance.resume_chars)
        most_chars = int(MOST_CHARS * min(1.0, pace(utterance.speed, manner(utterance.emotion))))
        for sentence in read(utterance.text, utterance.language):
            if utterance.ended or turn != utterance.turn:
                return  # the rest of a long text is not even read
            if sentence.words[-1].end <= utterance.resume_chars:
                continue
            opening = [sentence] if begun else clauses(sentence, self._options.first_piece_chars)
            parts = [part for stretch in opening for part in breaths(stretch, most_chars)]
            begun = True
            for part in parts:
                self._synthesize_sentence(utterance, turn, part, last=part is parts[-1])

    def _synthesize_sentence(
        self, utterance: Utterance, turn: int, sentence: Sentence, *, last: bool
    ) -> None:
        """A synthesizer may cut it into pieces of its own: the first has the words' times."""
        words, part = list(sentence.words), Part(utterance, turn, None)
        if not part.is_live:
            return
        how = manner(utterance.emotion)
        for piece in speak(
            self._tts, sentence.spoken, utterance.voice, speed=utterance.speed, how=how, last=last
        ):
            if not part.is_live:
                return
            times = timed(words, piece.phonemes, piece.duration_s)
            words = []
            self._parts.put(Part(utterance, turn, piece, sentence.text, tuple(times)))

    def _await_next(self) -> tuple[Utterance, int] | None:
        with self._changed:
            while self._open:
                utterance = self._queue.next()
                if utterance is not None:
                    return utterance, utterance.turn
                self._changed.wait()
        return None

    def _play(self) -> None:
        while (part := self._parts.get()) is not None:
            for act in (self._play_part, self._end_part):
                try:
                    act(part)
                except Exception as error:
                    self._failed(part.utterance, error)

    def _failed(self, utterance: Utterance, error: Exception) -> None:
        """A fault of a back end, or of whoever is told, must not silence the node for good, nor keep it from ending."""
        with suppress(Exception):
            self.end(utterance, "failed", _in_words(error))

    def _play_part(self, part: Part) -> None:
        if part.piece is not None and part.is_live:
            self._play_piece(part, part.piece)
        elif part.piece is None and part.is_live and self._sounding:
            self._speaker.drain()

    def _end_part(self, part: Part) -> None:
        if part.piece is None or not part.is_live:
            self._fall_silent(part)
        if part.piece is None and part.is_live:
            self.end(part.utterance, "said", "")

    def _play_piece(self, part: Part, piece: SpeechPiece) -> None:
        utterance, rate_hz = part.utterance, piece.sample_rate_hz
        step = self._options.block_ms * rate_hz // 1000
        if step < 1:
            raise BackendError(f"the synthesizer gave sound of {rate_hz} Hz", "choose another voice")
        waiting = list(part.words)
        if waiting:
            utterance.resume_chars = waiting[0].word.begin
        if self._paused:
            self._wait_paused(part, 0, step)
        sounds_s = self._announce(part, piece, 0)
        at = 0
        while at < len(piece.samples) and part.is_live:
            if self._paused:
                at = self._wait_paused(part, at, step)
                if part.is_live:
                    sounds_s = self._announce(part, piece, at)
                continue
            block, at_s = softened(piece.samples[at : at + step], self._options.volume), at / rate_hz
            self._audience.on_block(block, rate_hz, sounds_s + at_s, False)
            while waiting and waiting[0].start_s <= at_s:
                self._tell_word(utterance, waiting.pop(0))
            self._speaker.play(block)
            utterance.duration_s += len(block) / rate_hz
            at += len(block)

    def _announce(self, part: Part, piece: SpeechPiece, at: int) -> float:
        """The piece is about to sound from its sample `at` on; returns when its first sample sounds, or would have."""
        utterance, rate_hz = part.utterance, piece.sample_rate_hz
        self._speaker.open(rate_hz)
        now_s = self._now() + self._speaker.delay_s()
        with self._changed:
            self._sounds = part
        if utterance.first_sound_s is None:
            utterance.first_sound_s = now_s
        if not self._sounding:
            self._sounding = rate_hz
            self._audience.on_speaking()
        self._audience.on_piece(utterance, piece, list(part.words), part.text, now_s - at / rate_hz)
        return now_s - at / rate_hz

    def _wait_paused(self, part: Part, at: int, step: int) -> int:
        """Silence until the pause is over; returns the sample to go on with: what was in the buffer has not been heard."""
        self._fall_silent(part, cut=True)
        with self._changed:
            self._changed.wait_for(lambda: not (self._paused and part.is_live), LONGEST_PAUSE_S)
            self._paused = False
        return max(0, at - 2 * step)

    def _tell_word(self, utterance: Utterance, word: TimedWord) -> None:
        utterance.spoken_chars = max(utterance.spoken_chars, word.word.end)
        self._audience.on_word(utterance, word, word.word.end / max(1, len(utterance.text)))

    def _fall_silent(self, part: Part, *, cut: bool = False) -> None:
        """It sounds no more, or not now. Again does nothing."""
        if not self._sounding:
            return
        with self._changed:
            self._sounds = None
            cut = cut or not part.is_live
            if cut:
                self._speaker.abort()  # a block may have slipped in between the end and the abort there
        rate_hz, self._sounding = self._sounding, 0
        try:
            self._audience.on_block(np.zeros(0, dtype=np.int16), rate_hz, self._now(), True)
        finally:  # whatever becomes of that, nobody shall take it to speak still
            self._audience.on_silent(part.utterance, cut=cut)


def softened(samples: Int16s, volume: float) -> Int16s:
    """As loud as that share of the sound."""
    return samples if volume >= 1.0 else np.rint(samples * volume).astype(np.int16)


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, TektraError) else f"{type(error).__name__}: {error}"
