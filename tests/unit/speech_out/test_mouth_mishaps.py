# SPDX-License-Identifier: Apache-2.0
"""Mishaps between say and silence: a pause that outlives what it paused, whoever is told and fails, pieces without sound or rate,
very long texts. Nobody waits longer than a moment, and Tektra is never taken to speak when it does not."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.speech_out.backends import Phoneme, SpeechPiece, VoiceChoice
from tektra.speech_out.mouth import LONGEST_PAUSE_S, Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance
from tektra.speech_out.text.script import read

RATE_HZ = 1000
#: Less than a pause that nobody ends lasts.
SOON_S = LONGEST_PAUSE_S / 2


class Voice:
    """Meets Tts: every text is one piece as told."""

    def __init__(self, samples: int = 200, rate_hz: int = RATE_HZ) -> None:
        self.samples, self.rate_hz = samples, rate_hz
        self.asked: list[str] = []

    def load(self) -> None: ...
    def close(self) -> None: ...
    def voices(self) -> list[VoiceChoice]:
        return [VoiceChoice("v", "en", RATE_HZ)]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        self.asked.append(text)
        yield SpeechPiece(np.full(self.samples, 9000, np.int16), self.rate_hz, (Phoneme("a", 0.0, 0.1),))


class Gate:
    """Meets Speaker: its blocks pass while it is open."""

    def __init__(self) -> None:
        self.free, self.playing = threading.Event(), threading.Event()
        self.free.set()
        self.blocks = 0
        self.on_play: Callable[[], None] = lambda: None

    def available(self) -> str:
        return ""

    def open(self, sample_rate_hz: int) -> None: ...
    def close(self) -> None: ...
    def drain(self) -> None: ...
    def abort(self) -> None: ...
    def delay_s(self) -> float:
        return 0.0

    def play(self, samples: np.ndarray) -> None:
        self.blocks += 1
        self.playing.set()
        self.on_play()
        assert self.free.wait(10)


class Ears:
    """Meets Audience; `fails` names what it raises at."""

    def __init__(self, fails: str = "") -> None:
        self.fails, self.times = fails, 1
        self.ended: list[Utterance] = []
        self.speaks: list[bool] = []
        self.changed = threading.Condition()
        self.on_end: Callable[[], object] = lambda: None

    def _fail(self, where: str) -> None:
        if where == self.fails and self.times:
            self.times -= 1
            raise RuntimeError(f"nobody is there to be told at {where}")

    def on_piece(self, utterance, piece, words, text, sounds_s) -> None:
        self._fail("piece")

    def on_block(self, samples, sample_rate_hz, sounds_s, last) -> None:
        self._fail("last block" if last else "block")

    def on_word(self, utterance, word, progress) -> None:
        self._fail("word")

    def on_speaking(self) -> None:
        self.speaks.append(True)
        self._fail("speaking")

    def on_silent(self, utterance, *, cut) -> None:
        self.speaks.append(False)
        self._fail("silent")

    def on_ended(self, utterance) -> None:
        self.on_end()
        with self.changed:
            self.ended.append(utterance)
            self.changed.notify_all()
        self._fail("ended")


class Room:
    def __init__(self, tts: Voice | None = None, ears: Ears | None = None) -> None:
        self.tts, self.ears, self.gate = tts or Voice(), ears or Ears(), Gate()
        self.mouth = Mouth(
            self.tts, self.gate, SpeechOutOptions(max_text_chars=100_000), self.ears, time.monotonic
        )
        self.mouth.start()
        self._said = 0

    def say(
        self, text: str = "One.", *, interrupt: bool = False, priority: int = 0, language: str = "en"
    ) -> Utterance:
        self._said += 1
        one = Utterance(f"u{self._said}", text, "v", time.monotonic(), language=language, priority=priority)
        self.mouth.say(one, interrupt=interrupt)
        return one

    def wait_ended(self, *utterances: Utterance, within_s: float = SOON_S) -> bool:
        with self.ears.changed:
            return self.ears.changed.wait_for(
                lambda: all(one in self.ears.ended for one in utterances), within_s
            )


@pytest.fixture(scope="module", autouse=True)
def words_of_the_language() -> None:
    """Whichever test comes first reads none of them while its time runs."""
    list(read("1 m and two words.", "en"))


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room()
    yield made
    made.gate.free.set()
    made.mouth.close()


def begun(room: Room, **how) -> Utterance:
    """One that sounds, at its first block."""
    room.gate.free.clear()
    one = room.say(**how)
    assert room.gate.playing.wait(5)
    return one


@pytest.mark.parametrize("end", ["stop", "cancel", "interrupt"])
def test_a_pause_is_over_with_what_it_paused(room: Room, end: str) -> None:
    first = begun(room)
    assert room.mouth.pause()
    if end == "stop":
        room.mouth.stop("enough")
    elif end == "cancel":
        room.mouth.end(first, "canceled", "")
    else:
        second = room.say("Two.", interrupt=True)
    room.gate.free.set()
    if end != "interrupt":
        second = room.say("Two.")
    assert room.wait_ended(first, second)
    assert second.ended == "said"


def test_a_pause_behind_the_last_utterance_holds_nothing_that_is_said_later(room: Room) -> None:
    paused: list[bool] = []
    room.ears.on_end = lambda: paused.append(room.mouth.pause())
    assert room.wait_ended(room.say())
    room.ears.on_end = lambda: None
    second = room.say("Two.")
    assert room.wait_ended(second)
    assert paused == [False]


def test_what_waits_behind_a_pause_waits_too_until_it_goes_on(room: Room) -> None:
    first = begun(room)
    second = room.say("Two.")
    assert room.mouth.pause()
    room.gate.free.set()
    time.sleep(0.1)
    blocks = room.gate.blocks
    time.sleep(0.1)
    assert room.gate.blocks == blocks
    assert room.mouth.resume()
    assert room.wait_ended(first, second)


def test_a_pause_between_two_utterances_holds_the_next(room: Room) -> None:
    """Somebody begins to speak just then."""
    first = begun(room)
    second = room.say("Two.")
    room.ears.on_end = lambda: room.mouth.pause()
    room.gate.free.set()
    assert room.wait_ended(first)
    room.ears.on_end = lambda: None
    time.sleep(0.2)
    assert second.first_sound_s is None
    assert room.ears.speaks[-1] is False
    assert room.mouth.resume()
    assert room.wait_ended(second)
    assert second.ended == "said"


def test_a_warning_in_that_gap_waits_for_nobody(room: Room) -> None:
    first = begun(room)
    story = room.say("Two.")
    room.ears.on_end = lambda: room.mouth.pause()
    room.gate.free.set()
    assert room.wait_ended(first)
    room.ears.on_end = lambda: None
    warning = room.say("Watch out.", priority=1)
    assert room.wait_ended(warning, story)
    assert room.ears.ended[1] is warning


def test_pausing_and_going_on_many_times_loses_no_word(room: Room) -> None:
    first = begun(room, text="One two three. Four five six.")
    room.gate.free.set()
    for _ in range(20):
        room.mouth.pause()
        room.mouth.resume()
    assert room.wait_ended(first)
    assert first.ended == "said"
    assert room.tts.asked == ["One two three.", "Four five six."]


@pytest.mark.parametrize("where", ["piece", "block", "last block", "word", "speaking", "silent", "ended"])
def test_whoever_is_told_and_fails_leaves_nobody_speaking_for_ever(where: str) -> None:
    made = Room(ears=Ears(where))
    one = made.say()
    assert made.wait_ended(one)
    until_s = time.monotonic() + SOON_S
    while made.ears.speaks[-1] and time.monotonic() < until_s:
        time.sleep(0.005)
    assert made.ears.speaks[-1] is False
    two = made.say("Two.")
    assert made.wait_ended(two)
    made.mouth.close()
    assert made.ears.speaks[-1] is False
    assert two.ended == "said"


@pytest.mark.parametrize("rate_hz", [0, -1, 1, 20])
def test_a_synthesizer_of_no_rate_hangs_nothing(rate_hz: int) -> None:
    made = Room(Voice(rate_hz=rate_hz, samples=3))
    one = made.say()
    assert made.wait_ended(one)
    made.tts.rate_hz = RATE_HZ
    two = made.say("Two.")
    assert made.wait_ended(two)
    made.mouth.close()
    assert two.ended == "said"


def test_a_piece_without_a_sample_is_said_in_no_time() -> None:
    made = Room(Voice(samples=0))
    one = made.say()
    assert made.wait_ended(one)
    made.mouth.close()
    assert one.ended == "said"
    assert made.ears.speaks in ([], [True, False])


LONG = {
    "words": "word " * 20_000,
    "one word": "a" * 100_000,
    "marks": "(" * 99_000 + "word",
    "lines": "- a\n" * 25_000,
    "numbers": "1,234.5 m x 2 " * 7_000,
    "emoji": "🙂" * 50_000 + " word",
}


@pytest.mark.parametrize("kind", LONG)
def test_a_text_of_100_000_characters_sounds_soon_and_can_be_stopped(kind: str) -> None:
    made = Room()
    made.gate.on_play = lambda: time.sleep(0.001)
    one = made.say(LONG[kind][:100_000])
    assert made.gate.playing.wait(60), "no sound"
    made.mouth.stop("enough")
    assert made.wait_ended(one, within_s=1.0)
    two = made.say("Two.")
    assert made.wait_ended(two, within_s=60.0)
    made.mouth.close()


@pytest.mark.parametrize("language", ["tlh", "xx-YY", "", "💥", "de_DE", "EN-us", "zh-Hant-TW", "a" * 500])
def test_a_language_that_nobody_knows_is_said_as_well_as_can_be(room: Room, language: str) -> None:
    one = room.say("21 things, 3.5 km on 3/4.", language=language)
    assert room.wait_ended(one, within_s=10.0)
    assert (one.ended, one.message) == ("said", "")


def test_a_synthesizer_that_fails_in_mid_text_says_what_it_had_and_tells(room: Room) -> None:
    made = room.tts.synthesize

    def fails(text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        if "Two" in text:
            raise BackendError("the voice broke", "load it again")
        return made(text, voice, speed)

    room.tts.synthesize = fails
    one = room.say("One. Two. Three.")
    assert room.wait_ended(one)
    assert (one.ended, one.message.split(":")[0]) == ("failed", "the voice broke")
    assert room.mouth.stop("") == 0


def test_warnings_over_a_paused_story_sound_at_once_and_the_story_goes_on(room: Room) -> None:
    story = begun(room, text="Once upon a time. There was a robot.")
    assert room.mouth.pause()
    warning = room.say("Watch out.", priority=1)
    room.gate.free.set()
    assert room.wait_ended(warning, story)
    assert [one.utterance_id for one in room.ears.ended] == [warning.utterance_id, story.utterance_id]
    assert story.ended == "said"
