# SPDX-License-Identifier: Apache-2.0
"""Synthesizing and playing, with a voice and a speaker that the test holds in its hands."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.speech_out.backends import MOST_CHARS, Phoneme, SpeechPiece, VoiceChoice
from tektra.speech_out.mouth import Mouth
from tektra.speech_out.options import SpeechOutOptions
from tektra.speech_out.queue import Utterance

RATE = 1000


class Speller:
    """Meets Tts: each letter lasts 40 ms, the speaker's block; "!" fails."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, float]] = []

    def load(self) -> None: ...
    def close(self) -> None: ...
    def voices(self) -> list[VoiceChoice]:
        return [VoiceChoice("speller", "en", RATE)]

    def synthesize(self, text: str, voice: str, speed: float) -> Iterator[SpeechPiece]:
        self.asked.append((text, speed))
        if "!" in text:
            raise BackendError("no voice for !", "write .")
        phonemes = tuple(Phoneme(letter, index * 0.04, 0.04) for index, letter in enumerate(text))
        yield SpeechPiece(np.ones(40 * len(text), np.int16), RATE, phonemes)


class SlowSpeaker:
    """Meets Speaker: plays a block whenever the test lets it."""

    def __init__(self) -> None:
        self.blocks = 0
        self.aborted = 0
        self.may_play = threading.Semaphore(0)

    def available(self) -> str:
        return ""

    def open(self, sample_rate_hz: int) -> None: ...
    def delay_s(self) -> float:
        return 0.5

    def play(self, samples: np.ndarray) -> None:
        assert self.may_play.acquire(timeout=5)
        self.blocks += 1

    def drain(self) -> None: ...
    def abort(self) -> None:
        self.aborted += 1

    def close(self) -> None: ...


class Diary:
    """Meets Audience: what happened, in order."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.stamps: list[float] = []
        self.changed = threading.Condition()

    def _note(self, entry: str) -> None:
        with self.changed:
            self.entries.append(entry)
            self.changed.notify_all()

    def on_piece(self, utterance, piece, words, text, sounds_s) -> None:
        self._note(f"piece {utterance.utterance_id}")

    def on_block(self, samples, sample_rate_hz, sounds_s, last) -> None:
        self.stamps.append(sounds_s)
        self._note("last" if last else "block")

    def on_word(self, utterance, word, progress) -> None: ...
    def on_ended(self, utterance) -> None:
        self._note(f"{utterance.utterance_id} {utterance.ended}")

    def on_speaking(self) -> None:
        self._note("speaking")

    def on_silent(self, utterance, *, cut) -> None:
        self._note("silent")

    def until(self, condition: Callable[[list[str]], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self.entries), 5), self.entries


class Stage:
    def __init__(self, **options) -> None:
        self.speaker, self.diary, self.voice = SlowSpeaker(), Diary(), Speller()
        self.mouth = Mouth(
            self.voice, self.speaker, SpeechOutOptions(**options), self.diary, now=lambda: 100.0
        )
        self.mouth.start()

    def say(self, name: str, text: str, *, interrupt: bool = False) -> Utterance:
        utterance = Utterance(name, text, "", asked_s=99.0)
        self.mouth.say(utterance, interrupt=interrupt)
        return utterance

    def play(self, blocks: int) -> None:
        for _ in range(blocks):
            self.speaker.may_play.release()


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.play(1000)
    made.mouth.close()


def test_an_utterance_is_announced_played_and_ended(stage: Stage) -> None:
    utterance = stage.say("a", "abc")
    stage.play(3)
    stage.diary.until(lambda entries: "a said" in entries)
    assert stage.diary.entries == [
        "speaking",
        "piece a",
        "block",
        "block",
        "block",
        "last",
        "silent",
        "a said",
    ]
    assert stage.diary.stamps[:3] == pytest.approx([100.5, 100.54, 100.58])
    assert utterance.first_audio_s == pytest.approx(1.5)
    assert utterance.duration_s == pytest.approx(0.12)


@pytest.mark.parametrize(("speed", "emotion"), [(1.0, ""), (0.5, ""), (2.0, ""), (0.6, "sad")])
def test_no_sentence_is_so_long_that_the_voice_gets_more_than_its_memory_is_meant_for(
    stage: Stage, speed: float, emotion: str
) -> None:
    text = "no end of it " * 60
    utterance = Utterance("a", text, "", asked_s=99.0, speed=speed, emotion=emotion)
    stage.mouth.say(utterance, interrupt=False)
    stage.play(40 * len(text))
    stage.diary.until(lambda entries: "a said" in entries)
    assert " ".join(asked for asked, _ in stage.voice.asked) == text.strip()
    assert all(len(asked) <= MOST_CHARS * min(1.0, pace) for asked, pace in stage.voice.asked)


def test_stop_is_silence_within_a_block(stage: Stage) -> None:
    """innate-os#608: there was no way to stop speech."""
    utterance = stage.say("a", "abcdefghijkl")
    stage.play(2)
    stage.diary.until(lambda entries: entries.count("block") == 3)
    assert stage.mouth.stop("enough") == 1
    assert stage.speaker.aborted >= 1
    stage.play(1)
    stage.diary.until(lambda entries: "silent" in entries)
    assert stage.diary.entries[-3:] == ["a stopped", "last", "silent"]
    assert stage.speaker.blocks == 3
    assert utterance.message == "enough"


def test_an_interruption_is_said_next(stage: Stage) -> None:
    stage.say("a", "abcdefgh")
    stage.say("b", "b")
    stage.diary.until(lambda entries: "block" in entries)
    stage.say("c", "c", interrupt=True)
    stage.play(10)
    stage.diary.until(lambda entries: "c said" in entries)
    assert [entry for entry in stage.diary.entries if entry[0] in "abc" and " " in entry] == [
        "a interrupted",
        "b interrupted",
        "c said",
    ]
    assert "piece b" not in stage.diary.entries


def test_a_failing_voice_ends_its_utterance_and_the_next_is_said(stage: Stage) -> None:
    failed = stage.say("a", "ab!")
    stage.say("b", "b")
    stage.play(5)
    stage.diary.until(lambda entries: "b said" in entries)
    assert (failed.ended, failed.message) == ("failed", "no voice for !: write .")


def test_one_that_waits_can_be_ended_without_a_sound(stage: Stage) -> None:
    stage.say("a", "ab")
    stage.say("b", "b")
    stage.mouth.end_by_id("b", "canceled", "")
    stage.mouth.end_by_id("nobody", "canceled", "")
    stage.play(5)
    stage.diary.until(lambda entries: "a said" in entries)
    assert "piece b" not in stage.diary.entries
    assert stage.speaker.aborted <= 2


def test_close_ends_everything_and_start_begins_anew() -> None:
    stage = Stage()
    stage.say("a", "abcdef")
    stage.play(1000)
    stage.mouth.close()
    stage.mouth.close()
    stage.diary.until(lambda entries: any(entry.startswith("a ") for entry in entries))
    stage.mouth.start()
    stage.say("b", "b")
    stage.diary.until(lambda entries: "b said" in entries)
    stage.mouth.close()
    assert [thread.name for thread in threading.enumerate() if thread.name in ("play", "synthesize")] == []


def test_it_ends_also_while_nobody_can_be_told_any_more() -> None:
    """As when the process is told to end in mid-sentence: what it would publish with is closed already."""
    stage = Stage()
    stage.say("a", "abcdef. ghi. klm. nop. qrs. tuv.")
    stage.diary.until(lambda entries: "block" in entries)

    def gone(*_: object, **__: object) -> None:
        raise RuntimeError("the context is closed")

    for name in ("on_piece", "on_block", "on_silent", "on_ended", "on_word", "on_speaking"):
        setattr(stage.diary, name, gone)
    threads = list(stage.mouth._threads)
    closing = threading.Thread(target=stage.mouth.close, daemon=True)
    closing.start()
    stage.play(1000)
    closing.join(5)
    assert not any(thread.is_alive() for thread in (closing, *threads))


def test_a_pause_is_silence_and_goes_on_where_it_broke_off(stage: Stage) -> None:
    """livekit/agents#4039: what a false interruption had stopped never went on."""
    utterance = stage.say("a", "abcdefghijkl")
    stage.play(5)
    stage.diary.until(lambda entries: entries.count("block") == 6)
    assert stage.mouth.pause()
    stage.play(1)
    stage.diary.until(lambda entries: entries[-1] == "silent")
    assert stage.speaker.aborted >= 1
    assert not utterance.ended
    assert stage.mouth.resume()
    assert not stage.mouth.resume()
    stage.play(20)
    stage.diary.until(lambda entries: "a said" in entries)
    assert stage.diary.entries.count("speaking") == 2
    assert 12 <= stage.speaker.blocks <= 14  # two blocks were in the buffer and are said again


def test_a_warning_is_said_at_once_and_the_story_goes_on_with_its_sentence(stage: Stage) -> None:
    stage.say("a", "abc. defg.")
    stage.play(5)
    stage.diary.until(lambda entries: entries.count("piece a") == 2)
    warning = Utterance("w", "ww", "", asked_s=99.0, priority=1)
    stage.mouth.say(warning, interrupt=False)
    stage.play(100)
    stage.diary.until(lambda entries: "a said" in entries)
    told = [entry for entry in stage.diary.entries if entry[-1] in "aw" or entry.endswith("said")]
    assert told == ["piece a", "piece a", "piece w", "w said", "piece a", "a said"]
