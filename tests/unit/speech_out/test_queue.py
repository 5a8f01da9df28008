# SPDX-License-Identifier: Apache-2.0
"""Who speaks next."""

import pytest

from tektra.common.errors import InputError
from tektra.speech_out.queue import Utterance, UtteranceQueue


def utterance(name: str) -> Utterance:
    return Utterance(name, text=name, voice="", asked_s=10.0)


def test_first_come_first_said_and_the_next_is_made_ready() -> None:
    queue = UtteranceQueue(5)
    a, b, c = utterance("a"), utterance("b"), utterance("c")
    for one in (a, b, c):
        queue.add(one, interrupt=False)
    assert [queue.next(), queue.next(), queue.next()] == [a, b, None]
    assert queue.finish(a, "said")
    assert queue.next() is c
    assert (a.ended, b.ended) == ("said", "")


def test_a_warning_goes_before_all_and_what_was_said_goes_on_behind_it() -> None:
    queue = UtteranceQueue(5)
    story, answer, other = utterance("story"), utterance("answer"), utterance("other")
    story.priority = -1
    for one in (story, answer, other):
        queue.add(one, interrupt=False)
    assert [queue.next(), queue.next()] == [answer, other]
    warning = utterance("warning")
    warning.priority = 1
    assert queue.add(warning, interrupt=False) == []
    assert (answer.turn, other.turn, story.turn) == (1, 1, 0)
    said = []
    while (one := queue.next()) is not None:
        said.append(one.utterance_id)
        queue.finish(one, "said")
    assert said == ["warning", "answer", "other", "story"]


def test_an_interruption_ends_nothing_that_is_more_urgent() -> None:
    queue = UtteranceQueue(5)
    warning, answer = utterance("warning"), utterance("answer")
    warning.priority = 1
    queue.add(warning, interrupt=False)
    assert queue.add(answer, interrupt=True) == []
    assert [queue.next(), queue.next()] == [warning, answer]


def test_an_interruption_ends_what_is_said_and_what_waits() -> None:
    queue = UtteranceQueue(5)
    a, b, c = utterance("a"), utterance("b"), utterance("c")
    queue.add(a, interrupt=False)
    queue.next()
    queue.add(b, interrupt=False)
    assert queue.add(c, interrupt=True) == [a, b]
    assert (a.ended, b.ended) == ("interrupted", "interrupted")
    assert queue.next() is c


def test_stop_ends_everything_once() -> None:
    queue = UtteranceQueue(5)
    a, b = utterance("a"), utterance("b")
    queue.add(a, interrupt=False)
    queue.next()
    queue.add(b, interrupt=False)
    assert queue.end_all("stopped", "by hand") == [a, b]
    assert queue.end_all("stopped", "by hand") == []
    assert not queue.finish(a, "said")
    assert (a.ended, a.message) == ("stopped", "by hand")


def test_one_that_waits_can_be_found_and_ended() -> None:
    queue = UtteranceQueue(5)
    a, b = utterance("a"), utterance("b")
    queue.add(a, interrupt=False)
    queue.next()
    queue.add(b, interrupt=False)
    assert queue.find("b") is b
    assert queue.find("nobody") is None
    assert queue.finish(b, "canceled")
    assert len(queue) == 0
    assert queue.taken == [a]


def test_too_many_are_refused_and_an_interruption_makes_room() -> None:
    queue = UtteranceQueue(2)
    for name in "ab":
        queue.add(utterance(name), interrupt=False)
    with pytest.raises(InputError, match="2 utterances wait already"):
        queue.add(utterance("c"), interrupt=False)
    assert len(queue.add(utterance("d"), interrupt=True)) == 2


def test_first_audio_counts_from_the_request() -> None:
    a = utterance("a")
    assert a.first_audio_s == 0.0
    a.first_sound_s = 10.25
    assert a.first_audio_s == pytest.approx(0.25)
