# SPDX-License-Identifier: Apache-2.0
"""When each written word of a piece sounds."""

import pytest

from tektra.speech_out.backends import Phoneme
from tektra.speech_out.text.script import Word, script
from tektra.speech_out.words import timed


def spoken(symbols: str) -> list[Phoneme]:
    """Each symbol sounds for 0.1 s."""
    return [Phoneme(symbol, index * 0.1, 0.1) for index, symbol in enumerate(symbols)]


def test_each_written_word_has_the_time_of_all_its_spoken_ones() -> None:
    (sentence,) = script("Go 3/4 far.", "en")
    times = timed(sentence.words, spoken("go θri ts fa."), 1.3)
    assert [(time.word.spoken, round(time.start_s, 6), round(time.duration_s, 6)) for time in times] == [
        ("Go", 0.0, 0.2),
        ("three quarters", 0.2, 0.7),
        ("far.", 0.9, 0.4),
    ]


def test_words_that_the_synthesizer_joins_share_its_time_by_letters() -> None:
    words = [Word(0, 2, "ab"), Word(3, 7, "cdef")]
    (first, second) = timed(words, spoken("abcdef"), 0.6)
    assert (first.start_s, first.duration_s, second.start_s) == pytest.approx((0.0, 0.2, 0.2))
    assert second.start_s + second.duration_s == pytest.approx(0.6)


def test_what_is_not_said_has_no_time_and_no_phonemes_are_no_crash() -> None:
    assert timed([Word(0, 1, "")], [], 0.5) == []
    assert timed([], spoken("abc"), 0.3) == []
    (only,) = timed([Word(0, 3, "one")], [], 0.5)
    assert (only.start_s, only.duration_s) == (0.0, 0.5)
