# SPDX-License-Identifier: Apache-2.0
"""From utterances to texts: what to recognise, what to skip, what to believe, and when it means "stop"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tektra.language.stop import alarmed, verdict
from tektra.language.stop_clause import Kind as StopKind
from tektra.language.turns import Turn, goes_on_from, is_backchannel, joined, turn_of
from tektra.speech_in.addressed import Addressed
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Stt, Transcript
from tektra.speech_in.echo import unexplained, word_count
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.heard_again import heard_again
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.trust import is_doubtful, may_interrupt, may_stop, refusal
from tektra.speech_in.voice import Heard

#: What holds more of Tektra's own words is its echo: of what is left of it, the recogniser makes other words.
OWN_SHARE = 0.4
#: With less speech a text of somebody who speaks on is shown, and takes no turn: "mm" may become "mm-hm".
TAKES_TURN_S = 1.5
#: Sound of somebody who speaks on is filled up to this, so that the recogniser takes the short way that sentences go: a half word gains
#: nothing by the long one, and there are two such texts a second.
FILLED = int(2.5 * SAMPLE_RATE_HZ)
#: What begins earlier than by this before the end of what was said last was not said behind it: the clock was set back.
CLOCKS_TREMBLE_S = 1.0
#: A sentence that is longer is joined to nothing more: who talks without an end (a television) makes no request of half an hour.
LONGEST_JOINED_CHARS = 400


@dataclass(frozen=True)
class Said:
    """The text of an utterance. `transcript`: None when it was `refused`, which then says why.

    `stops`: it is a stop word that is not Tektra's own, and the first sign of it in this utterance; of `robots` alone where it
    names some that are here, else of everything. `only_stops`: heard while Tektra itself spoke, so nothing but a stop may
    come of it. `apart`: its own words, where the transcript is joined to what was said before. `interrupts`: a person takes the turn while Tektra speaks; "mm-hm" does not.
    """

    heard: Heard
    transcript: Transcript | None
    refused: str
    stops: bool
    only_stops: bool
    interrupts: bool = False
    robots: tuple[str, ...] = ()
    apart: Transcript | None = None

    def of_one_speaker(self, same: bool) -> Transcript:
        """Its text; without what somebody else said before: nobody speaks in another's name."""
        assert self.transcript is not None
        return self.transcript if same or self.apart is None else self.apart

    @property
    def final(self) -> bool:
        return self.heard.kind is Kind.ENDED


class Dictation:
    """Recognises utterances, in the recogniser's own thread.

    An utterance is recognised in advance when it pauses; if nothing more was said by its end, that text is its final
    one, without a second run. `expect` may be called from another thread: what it announced last is what counts, so
    that a provisional text nobody waits for any more is not computed.
    """

    def __init__(
        self,
        stt: Stt,
        options: SpeechInOptions,
        tell: Callable[[Said], None],
        expect_end: Callable[[Heard, int], None] = lambda heard, silence_ms: None,
        judged: Callable[[Heard], None] = lambda heard: None,
    ) -> None:
        """`expect_end(heard, silence_ms)`: by its words, a pause should end the utterance after so much silence. `judged(heard)`: what
        was made of it has been told."""
        self.skipped = 0
        self.robots: frozenset[str] = frozenset()  # that are here; may be set from another thread
        self.moved = False  # whether any of them is moved now; the same
        self.own_voice = 0
        self._stt = stt
        self._options = options
        self._tell = tell
        self._expect_end = expect_end
        self._judged = judged
        self._newest: dict[str, Heard] = {}
        self._known: dict[str, tuple[tuple[int, int], Transcript]] = {}
        self._stopped: dict[str, int] = {}
        self._half_heard: dict[str, int] = {}  # where somebody who speaks on has said a stop, so far
        self._is_joined = False  # what was recognised last
        self.addressed: dict[str, Addressed] = {}
        self._ended: dict[
            str, tuple[str, float, float]
        ] = {}  # what was said last, when that ended, how sure it is

    def expect(self, heard: Heard) -> None:
        """Announces what is about to be queued."""
        self._newest[heard.voice] = heard

    def spotted(self, heard: Heard) -> None:
        """A stop was found in the sound: tells it at once, on the caller's thread."""
        if self._first_stop(heard):
            self._tell(
                Said(heard, None, "a stop by its sound", stops=True, only_stops=False, interrupts=True)
            )

    def take(self, heard: Heard) -> None:
        """Recognises an utterance and tells of it. Blocks as Stt.transcribe does, and raises what that raises."""
        if heard.kind is not Kind.ENDED and self._newest.get(heard.voice, heard) is not heard:
            self.skipped += 1
            return
        transcript = self._recognise(heard)
        evidence = heard.utterance.speech_s, self._options.min_confidence
        theirs = self._without_own(heard, transcript.text)
        echo = _echo(heard, transcript.text, theirs)
        self.own_voice += bool(echo) and heard.kind is Kind.ENDED
        why = refusal(transcript, *evidence) or echo
        meant = verdict(theirs, sorted(self.robots))
        cries = (
            self._options.stop_at_alarms and self.moved and meant.kind is StopKind.NONE and alarmed(theirs)
        )
        by_words = (meant.kind is StopKind.STOP or cries) and may_stop(transcript, *evidence)
        by_sound = heard.likely_stop and heard.kind is not Kind.GROWN and is_doubtful(transcript, *evidence)
        stops = self._is_over(heard, by_words) and (by_words or by_sound) and self._first_stop(heard)
        deaf = self._deaf(heard)
        over = (
            heard.own is not None and heard.own.over and not deaf and _takes_turn(heard, transcript, theirs)
        )
        apart: Transcript | None = None
        if not (why or stops or deaf):
            if heard.kind is Kind.ENDED:  # a stop has not waited for it
                transcript = heard_again(self._stt, heard.utterance.samples, transcript)
            whole, why = self._meant(heard, transcript)
            apart, transcript = (transcript if self._is_joined else None), whole
        elif heard.kind is Kind.ENDED:
            self._ended.pop(heard.voice, None)  # nothing goes on from there
        self._tell(
            Said(
                heard,
                None if why else transcript,
                refused=why,
                stops=stops,
                only_stops=deaf,
                interrupts=stops or (over and not why),
                robots=meant.robots if by_words else (),
                apart=apart,
            )
        )
        self._judged(heard)
        if heard.kind is Kind.PAUSED and not why:
            self._expect_end(heard, self._silence_ms(transcript.text))

    def _silence_ms(self, text: str) -> int:
        match turn_of(text):
            case Turn.OPEN:
                return self._options.end_open_ms
            case Turn.OVER | Turn.WHOLE:
                return min(self._options.end_over_ms, self._options.end_ms)
            case Turn.UNSURE:
                return self._options.end_ms

    def _meant(self, heard: Heard, transcript: Transcript) -> tuple[Transcript, str]:
        """The text, together with what it goes on from, without Tektra's name; and why it is not meant for Tektra, or nothing."""
        ear = self.addressed.setdefault(heard.voice, Addressed(self._options))
        utterance, end_s, final = heard.utterance, heard.speech_end_s, heard.kind is Kind.ENDED
        length_s = (utterance.speech_end - utterance.first) / SAMPLE_RATE_HZ
        begin_s = end_s - length_s + self._options.pre_roll_ms / 1000
        earlier, ended_s, sure = self._ended.get(heard.voice, ("", 0.0, 1.0))
        self._is_joined = bool(
            earlier
            and -CLOCKS_TREMBLE_S <= begin_s - ended_s <= self._options.join_s
            and len(earlier) <= LONGEST_JOINED_CHARS
            and goes_on_from(transcript.text, earlier)
        )
        if self._is_joined:
            text, why = joined(earlier, transcript.text), ""
            transcript = replace(transcript, confidence=min(sure, transcript.confidence))
            ear.meant(end_s)
        else:
            text, why = ear.take(
                transcript.text, named=heard.named, begin_s=begin_s, end_s=end_s, final=final
            )
        if final:
            self._ended[heard.voice] = ("" if why else text, end_s, transcript.confidence)
        return replace(transcript, text=text), why

    def _deaf(self, heard: Heard) -> bool:
        """Whether nothing but a stop is to be heard: Tektra spoke, and its sound could not be taken out."""
        if self._options.duplex == "full":
            return False
        return heard.while_tektra_spoke or (
            heard.own is not None and heard.own.echoes and not heard.own.cancelled
        )

    @staticmethod
    def _without_own(heard: Heard, text: str) -> str:
        return unexplained(text, heard.own.words) if heard.own is not None else text

    def _recognise(self, heard: Heard) -> Transcript:
        utterance = heard.utterance
        span = (utterance.first, utterance.speech_end)
        known = self._known.get(heard.voice)
        if known is not None and known[0] == span:
            return known[1]
        if heard.kind is Kind.GROWN:  # no text for the pause behind it, which is heard with its silence
            samples = np.pad(utterance.samples, (0, max(0, FILLED - len(utterance.samples))))
            return self._stt.transcribe(samples, self._options.locale)
        transcript = self._stt.transcribe(utterance.samples, self._options.locale)
        self._known[heard.voice] = (span, transcript)
        return transcript

    def _is_over(self, heard: Heard, by_words: bool) -> bool:
        """Whether a stop is one already. Of somebody who speaks on the second text in a row has to say so: "stop" may become "stop at
        the door"."""
        first, voice = heard.utterance.first, heard.voice
        is_over = heard.kind is not Kind.GROWN or self._half_heard.get(voice) == first
        if by_words:
            self._half_heard[voice] = first
        else:
            self._half_heard.pop(voice, None)
        return is_over

    def _first_stop(self, heard: Heard) -> bool:
        first = heard.utterance.first
        if self._stopped.get(heard.voice) == first:
            return False
        self._stopped[heard.voice] = first
        return True


def _takes_turn(heard: Heard, transcript: Transcript, theirs: str) -> bool:
    """Whether whoever says so over Tektra wants the word. `theirs`: the text without what Tektra said."""
    is_enough = heard.kind is not Kind.GROWN or heard.utterance.speech_s >= TAKES_TURN_S
    return is_enough and may_interrupt(transcript) and not is_backchannel(theirs)


def _echo(heard: Heard, text: str, theirs: str) -> str:
    """Why it is Tektra's own voice; empty when enough of its words are not."""
    if heard.own is None or not heard.own.echoes:
        return ""
    if heard.own.alone:
        return "Tektra's own voice: what is left of its echo"
    own, words = word_count(text) - word_count(theirs), word_count(text)
    return f"Tektra's own voice: {own} of {words} words" if own > OWN_SHARE * words else ""
