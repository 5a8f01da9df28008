# SPDX-License-Identifier: Apache-2.0
"""Random stories of say, interrupt, cancel, stop and death: whatever was accepted is spoken or ended, in its order."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tektra.common.errors import BackendError, InputError
from tektra.speech_out import mouth
from tektra.speech_out.backends import SpeechPiece, VoiceChoice
from tektra.speech_out.mouth import Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance

RATE = 1000
MAX_WAITING = 4


class Speller:
    """Meets Tts: each sentence is a piece of one block; "!" fails as a back end does, "?" as a bug does."""

    def load(self) -> None: ...
    def close(self) -> None: ...
    def voices(self) -> list[VoiceChoice]:
        return [VoiceChoice("speller", "en", RATE)]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        if "!" in text:
            raise BackendError("no voice for !", "write .")
        if "?" in text:
            raise ZeroDivisionError("a bug")
        yield SpeechPiece(np.ones(40, np.int16), RATE, ())


class Turnstile:
    """Meets Speaker: lets a block pass whenever the story says so; what is aborted is not played."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._tickets = 0.0
        self._aborts = 0
        self.played = 0

    def let(self, blocks: float) -> None:
        with self._changed:
            self._tickets += blocks
            self._changed.notify_all()

    def available(self) -> str:
        return ""

    def open(self, sample_rate_hz: int) -> None: ...
    def close(self) -> None: ...
    def drain(self) -> None: ...
    def delay_s(self) -> float:
        return 0.0

    def play(self, samples: np.ndarray) -> None:
        with self._changed:
            aborts = self._aborts
            assert self._changed.wait_for(lambda: self._tickets > 0 or self._aborts > aborts, 10)
            if self._aborts == aborts:
                self._tickets -= 1
                self.played += 1

    def abort(self) -> None:
        with self._changed:
            self._aborts += 1
            self._changed.notify_all()


class Diary:
    """Meets Audience."""

    def __init__(self, speaker: Turnstile) -> None:
        self._speaker = speaker
        self.changed = threading.Condition()
        self.ended: list[str] = []
        self.sound: list[str] = []
        self.aloud: list[bool] = []

    def on_piece(self, utterance, piece, words, text, sounds_s) -> None:
        self.sound.append(utterance.utterance_id)

    def on_block(self, samples, sample_rate_hz, sounds_s, last) -> None: ...
    def on_word(self, utterance, word, progress) -> None: ...
    def on_speaking(self) -> None:
        self.aloud.append(True)

    def on_silent(self, utterance, *, cut) -> None:
        self.aloud.append(False)

    def on_ended(self, utterance) -> None:
        with self.changed:
            self.ended.append(utterance.utterance_id)
            self.changed.notify_all()


class Story:
    """One mouth, and what was asked of it."""

    def __init__(self) -> None:
        self.repeats = False  # whether something may have been begun twice
        self.speaker = Turnstile()
        self.diary = Diary(self.speaker)
        self.accepted: list[Utterance] = []
        self.texts: dict[str, str] = {}
        options = SpeechOutOptions(max_waiting=MAX_WAITING)
        self.mouth = Mouth(Speller(), self.speaker, options, self.diary, now=lambda: 0.0)
        self.mouth.start()

    def say(self, text: str, interrupt: bool, priority: int = 0) -> None:
        utterance = Utterance(f"u{len(self.texts)}", text, "", asked_s=0.0, priority=priority)
        self.repeats = self.repeats or priority != 0
        self.texts[utterance.utterance_id] = text
        try:
            self.mouth.say(utterance, interrupt=interrupt)
        except InputError:
            urgent = [one for one in self.accepted if not one.ended and one.priority > priority]
            assert not interrupt or len(urgent) >= MAX_WAITING, "an interruption makes its own room"
        else:
            self.accepted.append(utterance)

    def cancel(self, back: int) -> None:
        if back < len(self.accepted):
            self.mouth.end_by_id(self.accepted[-1 - back].utterance_id, "canceled", "")

    def die(self) -> None:
        self.mouth.close()
        with pytest.raises(InputError):
            self.mouth.say(Utterance("late", "Late.", "", asked_s=0.0), interrupt=True)
        assert all(utterance.ended for utterance in self.accepted)
        self.mouth.start()

    def finish(self) -> None:
        """Lets it speak to its end, and judges."""
        self.speaker.let(float("inf"))
        names = [utterance.utterance_id for utterance in self.accepted]
        with self.diary.changed:
            done = self.diary.changed.wait_for(lambda: len(self.diary.ended) >= len(names), 5)
        self.mouth.close()
        assert done, f"neither spoken nor ended: {sorted(set(names) - set(self.diary.ended))}"
        assert sorted(self.diary.ended) == sorted(names), "each end is told once"
        assert self.diary.aloud == [True, False] * (len(self.diary.aloud) // 2)
        said = [utterance for utterance in self.accepted if utterance.ended == "said"]
        if self.repeats:
            for utterance in said:
                sentences = self.texts[utterance.utterance_id].count(".")
                assert self.diary.sound.count(utterance.utterance_id) >= sentences
            return
        assert [name for name in self.diary.ended if name in {u.utterance_id for u in said}] == [
            utterance.utterance_id for utterance in said
        ], "spoken in another order than asked"
        first = list(dict.fromkeys(self.diary.sound))
        assert first == sorted(first, key=names.index), "sounds in another order than asked"
        for utterance in said:
            sentences = self.texts[utterance.utterance_id].count(".")
            assert self.diary.sound.count(utterance.utterance_id) == sentences
            assert utterance.duration_s == pytest.approx(0.04 * sentences)


TEXTS = st.sampled_from(["One.", "One thing. Another thing.", "One. Two! Three.", "One. Two? Three."])
STEPS = st.one_of(
    st.tuples(st.just("say"), TEXTS, st.sampled_from([False, False, False, True])),
    st.tuples(st.just("cancel"), st.integers(0, 5)),
    st.tuples(st.just("stop")),
    st.tuples(st.just("die")),
    st.tuples(st.just("let"), st.integers(1, 4)),
    st.tuples(st.just("wait")),
)


@settings(max_examples=150)
@given(st.lists(STEPS, max_size=25))
def test_whatever_is_accepted_is_spoken_or_ended_in_its_order(steps) -> None:
    tell(steps)


URGENT_STEPS = st.one_of(
    STEPS,
    st.tuples(st.just("say"), TEXTS, st.booleans(), st.integers(-1, 1)),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume")),
)


@settings(max_examples=100)
@given(st.lists(URGENT_STEPS, max_size=20))
def test_what_gives_way_or_pauses_is_spoken_or_ended_too(steps) -> None:
    """Nobody ends some of the pauses: the mouth does, after a moment."""
    longest, mouth.LONGEST_PAUSE_S = mouth.LONGEST_PAUSE_S, 0.01
    try:
        tell(steps)
    finally:
        mouth.LONGEST_PAUSE_S = longest


def tell(steps) -> None:
    story = Story()
    for what, *arguments in steps:
        if what == "say":
            story.say(*arguments)
        elif what == "cancel":
            story.cancel(*arguments)
        elif what == "stop":
            story.mouth.stop("enough")
        elif what == "die":
            story.die()
        elif what == "pause":
            story.repeats = story.mouth.pause() or story.repeats
        elif what == "resume":
            story.mouth.resume()
        elif what == "let":
            story.speaker.let(*arguments)
        else:
            time.sleep(0.001)  # the two threads go on: another interleaving
    story.finish()


def test_who_waits_is_said_when_the_one_before_has_ended() -> None:
    story = Story()
    story.say("First.", False)
    while not story.diary.sound:
        time.sleep(0.001)
    for text in ("Second.", "Third."):
        story.say(text, False)
    story.finish()
    assert [utterance.ended for utterance in story.accepted] == ["said"] * 3


def test_a_speaker_that_breaks_fails_its_utterance_and_not_the_next() -> None:
    story = Story()
    play, story.speaker.play = story.speaker.play, lambda samples: {}["no device"]
    story.say("First.", False)
    with story.diary.changed:
        assert story.diary.changed.wait_for(lambda: story.diary.ended, 5)
    assert story.accepted[0].message == "KeyError: 'no device'"
    story.speaker.play = play
    story.say("Second.", False)
    story.finish()
    assert story.accepted[1].ended == "said"
