# SPDX-License-Identifier: Apache-2.0
"""A recogniser that is slow, hangs or fails keeps neither the microphone nor a stop waiting (pipecat#5868). Real threads, stand-in models."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Transcript
from tektra.speech_in.dictation import Said
from tektra.speech_in.hearing import SELDOM_S, STT_DEPTH, Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import own_sound
from tektra.speech_in.own_voice import OwnVoice
from tektra.speech_in.spotting import Spotting
from tektra.speech_in.voice import Chunk, Heard, Voice

from .loud import Loud

PATIENCE_S = 60.0
QUIET, LOW, WORD = 0.0, 0.5, 0.95


class Loudest:
    """Meets Spotter: what is very loud is "stop"."""

    window = 16 * FRAME_SAMPLES

    def load(self) -> None: ...
    def close(self) -> None: ...
    def scores(self, samples: Float32s) -> dict[str, float]:
        return {"stop": float(np.abs(samples).max() > 0.9)}


class Held:
    """Meets Stt: answers with the length of the sound once it is let; fails where it is told to."""

    def __init__(self) -> None:
        self.free, self.asked, self.fails = threading.Event(), threading.Event(), False

    def load(self) -> None: ...
    def close(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        self.asked.set()
        assert self.free.wait(PATIENCE_S)
        if self.fails:
            raise BackendError("the recogniser is broken", "start it anew")
        return Transcript(f"go {len(samples) // FRAME_SAMPLES} steps ahead", 0.9, "en", 0.0)


class Room:
    """Somebody speaks, and what is told of it is kept."""

    def __init__(self, spotting: Spotting | None = None) -> None:
        self.stt, self.said, self.errors = Held(), list[Said](), list[Exception]()
        self.calmed = list[Heard]()
        self.changed = threading.Condition()
        self.at_s, self._sequence = 0.0, 0
        self.hearing = Hearing(
            {"v": Voice("v", Loud(), SpeechInOptions(), None, spotting)},
            self.stt,
            SpeechInOptions(),
            tell=lambda said: self._keep(self.said, said),
            on_speaking=lambda name, speaks: None,
            report=lambda error: self._keep(self.errors, error),
            now=lambda: self.at_s,
            calmed=lambda heard: self._keep(self.calmed, heard),
        )
        self.hearing.start()

    def _keep(self, kept: list, one: object) -> None:
        with self.changed:
            kept.append(one)
            self.changed.notify_all()

    def sound(self, *parts: tuple[float, float]) -> None:
        """Levels and how long they last, in s."""
        for level, length_s in parts:
            count = round(length_s * SAMPLE_RATE_HZ / FRAME_SAMPLES) * FRAME_SAMPLES
            samples = (level * np.where(np.arange(count) % 2, 32767, -32767)).astype(np.int16)
            self.at_s += length_s
            self.hearing.feed(
                "v", Chunk(samples, SAMPLE_RATE_HZ, 1, self._sequence, False, self.at_s - length_s)
            )
            self._sequence += 1

    def until(self, condition, what: str) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE_S), what

    @property
    def finals(self) -> list[str]:
        return [said.transcript.text for said in self.said if said.final and said.transcript]


@pytest.fixture
def room() -> Iterator[Room]:
    made = Room(Spotting(Loudest()))
    yield made
    made.stt.free.set()
    made.hearing.close()


def test_who_speaks_while_the_recogniser_hangs_waits_for_nothing_and_a_stop_goes_out(room: Room) -> None:
    room.sound((LOW, 1.0), (QUIET, 1.5))
    assert room.stt.asked.wait(PATIENCE_S)
    room.sound((LOW, 1.0), (QUIET, 1.5), (WORD, 0.3), (QUIET, 1.0))
    room.until(lambda: any(said.stops for said in room.said), "the stop")
    assert not room.stt.free.is_set()
    assert room.hearing.dropped_chunks == 0


def test_what_is_said_meanwhile_is_told_afterwards_and_piles_up_no_further_than_its_bound() -> None:
    room = Room()
    room.sound((LOW, 1.0), (QUIET, 1.5))
    assert room.stt.asked.wait(PATIENCE_S)
    for steps in range(3 * STT_DEPTH):
        room.sound((LOW, 1.0 + 0.032 * steps), (QUIET, 1.5))
    room.hearing._ear.give(lambda: room._keep(room.errors, Exception("all is heard")) or [])
    room.until(lambda: room.errors, "all sound is heard")
    assert room.hearing.dropped_utterances >= STT_DEPTH
    assert room.calmed  # nobody waits for word of what was dropped
    room.stt.free.set()
    room.until(lambda: room.hearing._stt.waiting < STT_DEPTH // 2, "there is room for one more")
    room.sound((LOW, 6.4), (QUIET, 1.5))
    longest = 6.4 * SAMPLE_RATE_HZ // FRAME_SAMPLES
    room.until(
        lambda: any(int(text.split()[-3]) >= longest for text in room.finals), "the newest sentence is told"
    )
    assert len(room.finals) <= STT_DEPTH + 2
    room.hearing.close()


def test_after_a_failure_it_hears_on(room: Room) -> None:
    room.stt.fails = True
    room.stt.free.set()
    room.sound((LOW, 1.0), (QUIET, 1.5))
    room.until(lambda: room.errors, "the failure is reported")
    room.until(lambda: room.calmed, "Tektra, which fell silent for it, is told to go on")
    room.stt.fails = False
    room.sound((LOW, 2.0), (QUIET, 1.5))
    room.until(lambda: room.finals, "the next sentence is told")


class Slow:
    """Meets Stt, and each text takes so long of the room's time."""

    def __init__(self, room: Room, takes_s: float) -> None:
        self.room, self.takes_s, self.asked = room, takes_s, list[float]()

    def load(self) -> None: ...
    def close(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        self.asked.append(self.room.at_s)
        self.room.at_s += self.takes_s
        return Transcript(f"text {len(self.asked)}", 0.9, "en", 0.0)


@pytest.mark.parametrize(("takes_s", "apart_s", "texts"), [(0.75, 1.5, 2), (3.0, 3.0 + SELDOM_S, 1)])
def test_a_slow_recogniser_rests_after_a_provisional_text_and_a_very_slow_one_makes_hardly_any(
    takes_s: float, apart_s: float, texts: int
) -> None:
    room = Room()
    try:
        given, dictation = list[Heard](), room.hearing.dictation
        slow, expect = Slow(room, takes_s), dictation.expect
        dictation._stt = slow
        dictation.expect = lambda heard: given.append(heard) or expect(heard)  # type: ignore[method-assign]
        for _ in range(40):
            room.sound((LOW, 0.096))
            done = threading.Event()
            room.hearing._ear.give(lambda done=done: done.set() or [])
            assert done.wait(PATIENCE_S)
            room.until(lambda: len(room.said) == len(slow.asked) == len(given), "the text")
        assert len(slow.asked) >= texts
        later = zip(slow.asked, slow.asked[1:], strict=False)
        assert all(after - before >= apart_s for before, after in later)
    finally:
        room.hearing.close()


def test_that_people_are_heard_while_tektra_speaks_is_told_once_the_ear_knows_its_sound() -> None:
    """It was told up to a quarter of a second before: whoever spoke over Tektra then was not heard."""
    options = SpeechInOptions()
    own = own_sound(OwnVoice(), options)
    hearing = Hearing({"v": Voice("v", Loud(), options, own)}, Held(), options, tell=lambda said: None,
                      on_speaking=lambda name, speaks: None, report=lambda error: None, now=lambda: 0.0)  # fmt: skip
    hearing.own_sound_known(True)
    assert hearing.duplex == "half: nobody publishes Tektra's own sound"
    hearing.start()
    done = threading.Event()
    hearing._ear.give(lambda: done.set() or [])
    assert done.wait(PATIENCE_S)
    assert hearing.duplex == "full"
    hearing.close()
