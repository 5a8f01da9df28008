# SPDX-License-Identifier: Apache-2.0
"""Mishaps between microphone and text: clocks that are set back, devices that break in their own way, a busy ear, a detector that lost
itself. Nobody stays muted, nothing old is joined to what is new, and the ear is not left open."""

import threading
import time

import numpy as np
import pytest

from tektra.common import backends
from tektra.speech_in.addressed import Addressed
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.dictation import Said
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.hearing import EAR_DEPTH, Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_voice import OwnVoice
from tektra.speech_in.recorder import LOOK_S, LOST_S, Recorder
from tektra.speech_in.voice import Chunk, Heard, Voice

from .test_dictation import Scripted, dictation

HOUR_S = 3600.0


def at(end_s: float, text_length_s: float = 1.0) -> Heard:
    """An utterance that ended then."""
    length, end = int(text_length_s * SAMPLE_RATE_HZ), int((end_s + 100_000) * SAMPLE_RATE_HZ)
    utterance = Utterance(np.zeros(length, np.float32), end - length, end, length)
    return Heard("v", Kind.ENDED, utterance, while_tektra_spoke=False, speech_end_s=end_s)


@pytest.mark.parametrize("back_s", [5.0, 60.0, HOUR_S])
def test_nothing_is_joined_to_what_was_said_before_the_clock_was_set_back(back_s: float) -> None:
    made, said = dictation(Scripted("go to the", "and then to the office"))
    made.take(at(HOUR_S * 2))
    made.take(at(HOUR_S * 2 - back_s))
    assert said[-1].transcript is not None
    assert said[-1].transcript.text == "and then to the office"


def test_a_clock_that_trembles_still_joins() -> None:
    made, said = dictation(Scripted("go to the", "office"))
    made.take(at(100.0))
    made.take(at(100.8))
    assert said[-1].transcript is not None
    assert said[-1].transcript.text == "go to the office"


@pytest.mark.parametrize("mode", ["on", "rest"])
@pytest.mark.parametrize("back_s", [10.0, HOUR_S])
def test_a_clock_that_is_set_back_leaves_no_ear_open(mode: str, back_s: float) -> None:
    ear = Addressed(SpeechInOptions(wake_word=mode))
    assert ear.take("Hey Tektra.", named=False, begin_s=2 * HOUR_S, end_s=2 * HOUR_S + 1, final=True)[1]
    assert not ear.waits(2 * HOUR_S + 2)
    assert ear.waits(2 * HOUR_S - back_s)
    told = ear.take(
        "what a day", named=False, begin_s=2 * HOUR_S - back_s, end_s=2 * HOUR_S - back_s + 1, final=True
    )
    assert told[1] == "not said to Tektra"
    again = ear.take(
        "Hey Tektra, go home.", named=False, begin_s=HOUR_S / 2, end_s=HOUR_S / 2 + 1, final=True
    )
    assert again == ("go home.", "")


@pytest.mark.parametrize("mode", ["off", "on", "rest"])
def test_a_new_ear_begins_as_the_option_says(mode: str) -> None:
    """After a restart nothing of what was open before is."""
    ear = Addressed(SpeechInOptions(wake_word=mode))
    assert ear.waits(0.0) is (mode != "off")
    assert ear.waits(-HOUR_S) is (mode != "off")


@pytest.mark.parametrize("back_s", [11.0, HOUR_S])
def test_tektras_own_sound_is_known_also_after_the_clock_was_set_back(back_s: float) -> None:
    said = OwnVoice()
    block = np.full(1600, 8000, np.int16)
    for at_s in np.arange(0.0, 2.0, 0.1):
        said.hear(block, SAMPLE_RATE_HZ, 2 * HOUR_S + at_s)
    said.said("stop", 2 * HOUR_S + 1)
    now_s = 2 * HOUR_S - back_s
    for at_s in np.arange(0.0, 1.0, 0.1):
        said.hear(block, SAMPLE_RATE_HZ, now_s + at_s)
    assert said.sounded(now_s + 0.1, now_s + 0.2)
    assert not said.sounded(2 * HOUR_S, 2 * HOUR_S + 1)
    assert not said.words(2 * HOUR_S, 2 * HOUR_S + 2)
    assert np.abs(said.sound(now_s, 1600)).max() == pytest.approx(8000 / 32768, abs=0.01)
    assert not said.sound(now_s - 5, 1600).any()


def test_what_sounds_again_at_once_after_a_cut_forgets_nothing() -> None:
    said = OwnVoice()
    said.hear(np.full(16000, 8000, np.int16), SAMPLE_RATE_HZ, 100.0)
    said.ended(100.5)
    said.hear(np.full(1600, 8000, np.int16), SAMPLE_RATE_HZ, 100.6)
    assert said.sounded(100.1, 100.2)
    assert not said.sounded(100.52, 100.58)
    assert said.sounded(100.61, 100.65)


class Breaking:
    """Meets Microphone; breaks as a sound library does, with errors of its own."""

    opened: "list[Breaking]"
    fails_at = ""
    sample_rate_hz = 16000

    def __init__(self, device: str = "") -> None:
        self.on_sound = None

    def _fail(self, where: str) -> None:
        if type(self).fails_at == where:
            raise OSError(-9999, "Unanticipated host error")

    def available(self) -> str:
        self._fail("available")
        return ""

    def open(self, on_sound) -> None:
        self._fail("open")
        self.on_sound = on_sound
        type(self).opened.append(self)

    def close(self) -> None:
        self._fail("close")


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> type[Breaking]:
    class Fresh(Breaking):
        opened: "list[Breaking]" = []  # noqa: RUF012

    monkeypatch.setattr(backends, "load", lambda kind, name: Fresh)
    return Fresh


class Watch:
    """A recorder on a clock of ours; its watch is looked through at once."""

    def __init__(self) -> None:
        self.now_s, self.errors, self.chunks = 2 * HOUR_S, list[Exception](), list[Chunk]()
        self.recorder = Recorder(
            "auto", self.chunks.append, now=lambda: self.now_s, report=self.errors.append
        )
        self.recorder.open()

    def look(self, device: type[Breaking], opened: int) -> bool:
        for _ in range(50):
            self.now_s += LOOK_S + 0.01
            self.recorder._look_after(self.now_s)
            if len(device.opened) >= opened:
                return True
        return False


@pytest.mark.parametrize("fails_at", ["close", "open", "available"])
def test_a_device_that_breaks_in_its_own_way_is_found_again(device: type[Breaking], fails_at: str) -> None:
    watch = Watch()
    device.fails_at = fails_at
    watch.now_s += LOST_S + 0.1
    watch.recorder._look_after(watch.now_s)
    assert watch.errors, "nobody heard of it"
    device.fails_at = ""
    assert watch.look(device, 2)
    assert watch.recorder.told == "recording with auto"
    watch.recorder.close()
    assert watch.chunks[-1].last


@pytest.mark.parametrize("fails_at", ["close", "open"])
def test_closing_ends_whatever_the_device_says(device: type[Breaking], fails_at: str) -> None:
    watch = Watch()
    device.fails_at = fails_at
    watch.recorder.close()
    watch.recorder.close()
    assert watch.recorder.told == "the microphone is closed"


@pytest.mark.parametrize("back_s", [10.0, HOUR_S])
def test_a_device_that_goes_after_the_clock_was_set_back_is_missed(
    device: type[Breaking], back_s: float
) -> None:
    watch = Watch()
    watch.now_s -= back_s
    watch.recorder._look_after(watch.now_s)
    assert not watch.errors
    watch.now_s += LOST_S + 0.1
    watch.recorder._look_after(watch.now_s)
    assert watch.errors
    assert watch.look(device, 2)
    watch.recorder.close()


class Lost:
    """Meets Vad: sound above 0.1 is speech; once it has taken sound that is none, it answers nothing until it begins anew."""

    def __init__(self) -> None:
        self.lost, self.resets = False, 0

    def load(self) -> None: ...
    def close(self) -> None: ...
    def reset(self) -> None:
        self.lost, self.resets = False, self.resets + 1

    def probability(self, frame: Float32s) -> float:
        self.lost = self.lost or not np.isfinite(frame).all()
        return float("nan") if self.lost else float(np.abs(frame).mean() > 0.1)


class Own:
    """Meets OwnSound as far as a voice asks: its first frames are nonsense."""

    known = True

    def __init__(self, nonsense: float, frames: int) -> None:
        self._nonsense, self._left = nonsense, frames

    def line_up(self, position: int, stamp_s: float) -> None: ...
    def reset(self) -> None: ...
    def within(self, utterance: Utterance) -> None:
        return None

    def person_over(self, position: int) -> bool:
        return False

    def take_out(self, frame: Float32s, position: int) -> Float32s:
        self._left -= 1
        return np.full_like(frame, self._nonsense) if self._left >= 0 else frame


def speak(voice: Voice, seconds: float, level: int, *, sequence: int, at_s: float) -> list[Heard]:
    news: list[Heard] = []
    for number in range(int(seconds * SAMPLE_RATE_HZ) // FRAME_SAMPLES):
        samples = (level * np.where(np.arange(FRAME_SAMPLES) % 2, 1, -1)).astype(np.int16)
        stamp_s = at_s + number * FRAME_SAMPLES / SAMPLE_RATE_HZ
        news += voice.feed(Chunk(samples, SAMPLE_RATE_HZ, 1, sequence + number, False, stamp_s), stamp_s)
    return news


@pytest.mark.parametrize("nonsense", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("frames", [1, 20])
def test_sound_that_is_none_deafens_nobody(nonsense: float, frames: int) -> None:
    vad = Lost()
    voice = Voice("v", vad, SpeechInOptions(incremental_s=0.0), Own(nonsense, frames))
    speak(voice, 1.0, 0, sequence=0, at_s=0.0)
    news = speak(voice, 1.0, 10_000, sequence=31, at_s=1.0) + speak(voice, 1.5, 0, sequence=62, at_s=2.0)
    assert [heard.kind for heard in news].count(Kind.ENDED) == 1
    assert all(np.isfinite(heard.utterance.samples).all() for heard in news)


def test_a_detector_that_lost_itself_begins_anew() -> None:
    vad = Lost()
    voice = Voice("v", vad, SpeechInOptions(incremental_s=0.0))
    vad.lost = True
    news = speak(voice, 1.0, 10_000, sequence=0, at_s=0.0) + speak(voice, 1.5, 0, sequence=31, at_s=1.0)
    assert vad.resets == 1
    assert [heard.kind for heard in news].count(Kind.ENDED) == 1


class Busy:
    """Meets Vad: keeps the ear waiting until it is let."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def load(self) -> None: ...
    def close(self) -> None: ...
    def reset(self) -> None: ...
    def probability(self, frame: Float32s) -> float:
        assert self.free.wait(20)
        return 0.0


@pytest.mark.parametrize("speaks", [False, True])
def test_word_of_tektras_silence_that_a_busy_ear_had_no_room_for_comes_all_the_same(speaks: bool) -> None:
    vad, said = Busy(), list[Said]()
    options = SpeechInOptions(duplex="half", echo_tail_ms=0)
    voice = Voice("v", vad, options)
    hearing = Hearing(
        {"v": voice}, Scripted(), options, tell=said.append, on_speaking=lambda name, speaking: None,
        report=lambda error: None, now=time.monotonic,
    )  # fmt: skip
    hearing.start()
    hearing.tektra_speaks(not speaks)
    for sequence in range(EAR_DEPTH + 20):
        hearing.feed("v", Chunk(np.zeros(FRAME_SAMPLES, np.int16), SAMPLE_RATE_HZ, 1, sequence, False, 0.0))
    hearing.tektra_speaks(speaks)
    assert hearing.dropped_chunks, "the ear was not busy"
    vad.free.set()
    until_s = time.monotonic() + 10.0
    while voice.muted is not speaks and time.monotonic() < until_s:
        hearing.check()
        time.sleep(0.01)
    hearing.close()
    assert voice.muted is speaks
