# SPDX-License-Identifier: Apache-2.0
"""Who speaks next."""

import pytest

from tektra.common.errors import InputError
from tektra.speech_out.queue import Utterance, UtteranceQueue


def utterance(name: str) -> Utterance:
    return Utterance(name, text=name, voice="", asked_s=10.0)


def test_first_come_first_said() -> None:
    queue = UtteranceQueue(5)
    a, b = utterance("a"), utterance("b")
    queue.add(a, interrupt=False)
    queue.add(b, interrupt=False)
    assert queue.next() is a
    assert queue.next() is None
    assert queue.finish(a, "said")
    assert queue.next() is b
    assert (a.ended, b.ended) == ("said", "")


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
    assert queue.current is a


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
