# SPDX-License-Identifier: Apache-2.0
"""A voice's stream: gaps, rates, nonsense, and Tektra's own speech. The detector here is an energy detector."""

import numpy as np
import pytest

from tektra.common.errors import InputError
from tektra.speech_in.backends import Float32s
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.voice import Chunk, Heard, Voice

RATE = 16000


class LoudIsSpeech:
    """Meets Vad: sound above 0.1 is speech."""

    def load(self) -> None: ...
    def close(self) -> None: ...
    def reset(self) -> None: ...
    def probability(self, frame: Float32s) -> float:
        return 1.0 if float(np.abs(frame).mean()) > 0.1 else 0.0


class Source:
    """Makes a voice and feeds it stretches of loud and quiet, chunk by chunk."""

    def __init__(self, **options) -> None:
        self.voice = Voice("v", LoudIsSpeech(), SpeechInOptions(incremental_s=0.0, **options))
        self.sequence = 0
        self.rate = RATE
        self.at_s = 100.0

    def sound(self, level: int, length_s: float, *, chunk: int = 512, last: bool = False) -> list[Heard]:
        news: list[Heard] = []
        left = int(length_s * self.rate)
        while left > 0:
            size = min(chunk, left)
            left -= size
            samples = (
                np.full(size, level, np.int16)
                * np.where((np.arange(size) + left) % 2, 1, -1).astype(np.int16)
                if self.rate == RATE
                else self._tone(level, size)
            )
            news += self.voice.feed(
                Chunk(samples, self.rate, 1, self.sequence, last and not left, self.at_s), self.at_s
            )
            self.sequence += 1
            self.at_s += size / self.rate
        return news

    def _tone(self, level: int, size: int) -> np.ndarray:
        return (level * np.sign(np.sin(np.arange(size) / self.rate * 2 * np.pi * 500))).astype(np.int16)

    def loud(self, length_s: float, **how) -> list[Heard]:
        return self.sound(10_000, length_s, **how)

    def quiet(self, length_s: float, **how) -> list[Heard]:
        return self.sound(0, length_s, **how)


def ends(news: list[Heard]) -> list[Heard]:
    return [heard for heard in news if heard.kind is Kind.ENDED]


@pytest.mark.parametrize("chunk", [1, 160, 512, 700, 16000])
def test_any_chunk_size_gives_the_same_utterance(chunk: int) -> None:
    source = Source()
    news = source.quiet(0.5, chunk=chunk) + source.loud(1.024, chunk=chunk) + source.quiet(1.0, chunk=chunk)
    (heard,) = ends(news)
    assert heard.utterance.speech_s == pytest.approx(1.024, abs=0.07)
    assert heard.speech_end_s == pytest.approx(101.524, abs=0.04)


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 48000])
def test_any_rate_is_heard_in_its_true_length(rate: int) -> None:
    source = Source()
    source.rate = rate
    (heard,) = ends(source.quiet(0.5) + source.loud(1.0) + source.quiet(1.0))
    assert heard.utterance.speech_s == pytest.approx(1.0, abs=0.1)


def test_a_change_of_rate_in_mid_speech_is_one_utterance() -> None:
    source = Source()
    news = source.loud(0.5)
    source.rate = 48000
    news += source.loud(0.5) + source.quiet(1.0)
    assert len(ends(news)) == 1


def test_a_small_gap_is_mended_with_silence_and_counted() -> None:
    source = Source()
    news = source.loud(0.5)
    source.sequence += 3
    news += source.loud(0.5) + source.quiet(1.0)
    (heard,) = ends(news)
    assert source.voice.lost_chunks == 3
    assert heard.utterance.speech_s == pytest.approx(1.0, abs=0.07)


def test_a_large_gap_parts_two_utterances() -> None:
    source = Source()
    news = source.loud(0.5)
    source.sequence += 1000
    news += source.loud(0.5) + source.quiet(1.0)
    assert len(ends(news)) == 2


def test_a_source_that_begins_anew_parts_two_utterances() -> None:
    source = Source()
    news = source.loud(0.5)
    source.sequence = 0
    news += source.loud(0.5) + source.quiet(1.0)
    assert len(ends(news)) == 2
    assert source.voice.lost_chunks == 0


def test_the_last_chunk_ends_the_utterance_at_once() -> None:
    source = Source()
    assert len(ends(source.loud(0.5, last=True))) == 1


def test_sound_that_stops_coming_ends_the_utterance() -> None:
    source = Source()
    source.loud(0.5)
    assert source.voice.check(source.at_s + 0.9) == []
    assert len(ends(source.voice.check(source.at_s + 1.1))) == 1
    assert source.voice.check(source.at_s + 9.0) == []


@pytest.mark.parametrize(
    ("rate", "channels", "size"),
    [
        (0, 1, 100),
        (7999, 1, 100),
        (192000, 1, 100),
        (RATE, 0, 100),
        (RATE, 9, 90),
        (RATE, 2, 99),
        (8000, 1, 8000 * 61),
    ],
)
def test_nonsense_is_refused_and_what_is_under_way_goes_on(rate: int, channels: int, size: int) -> None:
    source = Source()
    news = source.loud(0.5)
    with pytest.raises(InputError):
        source.voice.feed(
            Chunk(np.ones(size, np.int16), rate, channels, source.sequence, False, 0.0), source.at_s
        )
    (heard,) = ends(news + source.loud(0.5) + source.quiet(1.0))
    assert heard.utterance.speech_s == pytest.approx(1.0, abs=0.07)


def test_an_empty_chunk_is_nothing() -> None:
    source = Source()
    assert source.voice.feed(Chunk(np.zeros(0, np.int16), RATE, 1, 0, False, 0.0), 0.0) == []


def test_stereo_is_heard() -> None:
    voice = Voice("v", LoudIsSpeech(), SpeechInOptions())
    samples = np.repeat(np.where(np.arange(RATE) % 2, 9000, -9000).astype(np.int16), 2)
    assert len(ends(voice.feed(Chunk(samples, RATE, 2, 0, True, 0.0), 0.0))) == 1


def test_what_is_said_while_tektra_speaks_is_marked() -> None:
    source = Source()
    assert source.voice.tektra_speaks(True) == []
    (heard,) = ends(source.loud(0.5) + source.quiet(1.0))
    assert heard.while_tektra_spoke


def test_a_person_s_sentence_is_cut_where_tektra_begins_to_speak() -> None:
    source = Source()
    news = source.loud(0.5) + source.voice.tektra_speaks(True)
    (before,) = ends(news)
    assert not before.while_tektra_spoke
    (after,) = ends(source.loud(0.5) + source.quiet(1.0))
    assert after.while_tektra_spoke
    assert after.utterance.first >= before.utterance.speech_end


def test_the_echo_s_tail_is_still_marked_and_then_a_person_is_heard() -> None:
    source = Source()
    source.voice.tektra_speaks(True)
    news = source.loud(0.5) + source.voice.tektra_speaks(False) + source.loud(0.3)
    (echo,) = ends(news + source.loud(0.2))
    assert echo.while_tektra_spoke
    (person,) = ends(source.loud(0.5) + source.quiet(1.0))
    assert not person.while_tektra_spoke
    assert person.utterance.speech_s == pytest.approx(0.7, abs=0.1)


def test_without_a_tail_the_mark_ends_with_the_speech() -> None:
    source = Source(echo_tail_ms=0)
    source.voice.tektra_speaks(True)
    source.quiet(0.5)
    source.voice.tektra_speaks(False)
    (person,) = ends(source.loud(0.5) + source.quiet(1.0))
    assert not person.while_tektra_spoke


def test_half_an_hour_without_a_pause_comes_in_pieces_and_nothing_piles_up() -> None:
    source = Source(max_utterance_s=20.0)
    news = source.loud(1800.0, chunk=16000) + source.quiet(1.0)
    pieces = ends(news)
    assert 90 <= len(pieces) <= 91
    assert max(len(heard.utterance.samples) for heard in news) <= 20.1 * RATE
    assert sum(heard.utterance.speech_s for heard in pieces) == pytest.approx(1800.0, abs=2.0)


@pytest.mark.parametrize("offset", [-20_000, 3_000, 15_000])
def test_a_microphone_s_offset_is_neither_speech_nor_in_the_way_of_it(offset: int) -> None:
    frames: list[Float32s] = []

    class Keeps(LoudIsSpeech):
        def probability(self, frame: Float32s) -> float:
            frames.append(frame)
            return super().probability(frame)

    voice = Voice("v", Keeps(), SpeechInOptions())
    loud = np.tile(np.array([6000, -6000], np.int16), 8000)
    news = []
    for sequence, level in enumerate((0, 0, 1, 0, 0)):
        samples = (loud * level + offset).astype(np.int16)
        news += voice.feed(Chunk(samples, RATE, 1, sequence, False, float(sequence)), float(sequence))
    assert [heard.kind for heard in ends(news)] == [Kind.ENDED]
    assert max(abs(float(frame.mean())) for frame in frames) < 0.01
