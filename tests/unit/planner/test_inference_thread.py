# SPDX-License-Identifier: Apache-2.0
"""The model's thread: what it posts, in which order."""

import queue
import threading
from collections.abc import Iterator

import pytest

from tektra.common.errors import BackendError, TektraError
from tektra.planner.backends import Message
from tektra.planner.models.inference_thread import (
    Answers,
    Failed,
    InferenceThread,
    Job,
    Moves,
    Piece,
    StoodIn,
    Thought,
    Warmed,
)

MESSAGES = [Message("user", "hi")]
MOVING = ['{"reply":"I go', '."', ',"steps":[{"who":"rover1"', ',"do":"turn"},{"who":"rover2","do":"turn"}]}']


class Model:
    """An Llm that gives pieces, and reads until it is stopped where `reads` is set; it is also the registry it stands on."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.reads = threading.Event()
        self.endless = False
        self.tells = False
        self.failure: Exception | None = None
        self.line: list[tuple[str, Model | TektraError]] = []
        self.tasks: list[str] = []

    def serving(self, task: str) -> Iterator[tuple[str, "Model | TektraError"]]:
        self.tasks.append(task)
        yield from self.line or [("first", self)]

    def stream(self, messages, *, schema, max_tokens, temperature, stop) -> Iterator[str]:
        if self.failure is not None:
            raise self.failure
        yield from self.pieces

    def tokens(self, text) -> int | None:
        return len(text) if self.tells else None

    def read(self, messages, *, lasting, stop) -> None:
        self.reads.set()
        if self.failure is not None:
            raise self.failure
        if self.endless:
            assert stop.wait(10.0)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def posted() -> queue.Queue:
    return queue.Queue()


@pytest.fixture
def inference(model: Model, posted: queue.Queue) -> Iterator[InferenceThread]:
    made = InferenceThread(model, posted.put, lambda: 0.0)
    yield made
    made.close()


def think(inference: InferenceThread) -> None:
    inference.think(Job("a", MESSAGES, {}, 10, 0.0))


def test_the_words_come_then_once_that_it_moves_then_the_whole(model, inference, posted) -> None:
    model.pieces = MOVING
    think(inference)
    assert [posted.get(timeout=10.0) for _ in range(4)] == [
        Piece("a", "I go"), Piece("a", "."), Moves("a"), Thought("a", "".join(MOVING), 0.0),
    ]  # fmt: skip


def test_what_was_read_ahead_is_told(inference, posted) -> None:
    inference.warm(1, MESSAGES, True)
    assert posted.get(timeout=10.0) == Warmed(1)


def test_a_request_ends_reading_ahead_and_that_is_told(model, inference, posted) -> None:
    model.endless = True
    inference.warm(1, MESSAGES, True)
    assert model.reads.wait(10.0)
    think(inference)
    assert posted.get(timeout=10.0) == Warmed(1, whole=False)
    assert posted.get(timeout=10.0) == Thought("a", "", 0.0)


def test_reading_that_has_not_begun_does_not_begin_after_a_request(model, inference, posted) -> None:
    model.endless = True
    inference.warm(1, MESSAGES, True)
    assert model.reads.wait(10.0)
    model.reads.clear()
    inference.warm(2, MESSAGES, False)
    think(inference)
    assert [posted.get(timeout=10.0) for _ in range(2)] == [Warmed(1, whole=False), Warmed(2, whole=False)]
    assert not model.reads.is_set()


@pytest.mark.parametrize("failure", [BackendError("it is broken", "mend it"), ValueError("odd")])
def test_a_failure_is_told_and_the_thread_goes_on(model, inference, posted, failure) -> None:
    model.failure = failure
    think(inference)
    failed = posted.get(timeout=10.0)
    assert isinstance(failed, Failed)
    assert failed.request_id == "a"
    inference.warm(1, MESSAGES, True)
    assert posted.get(timeout=10.0).error is not None
    model.failure = None
    think(inference)
    assert posted.get(timeout=10.0) == Thought("a", "", 0.0)


def test_who_fails_before_a_word_is_replaced_by_the_next_and_that_is_told(model, inference, posted) -> None:
    broken, absent, well = Model(), BackendError("not here", "pull it"), Model()
    broken.failure, well.pieces = BackendError("no answer", "see that it runs"), ['{"reply":"Hi."}']
    model.line = [("a", broken), ("b", absent), ("c", well)]
    think(inference)
    told = [posted.get(timeout=10.0) for _ in range(5)]
    assert told == [
        StoodIn("a", "a", "b", broken.failure), StoodIn("a", "b", "c", absent), Answers("a", "a", "c"), Piece("a", "Hi."),
        Thought("a", '{"reply":"Hi."}', 0.0),
    ]  # fmt: skip
    assert model.tasks == ["plan"]


def test_who_answers_in_place_of_the_chosen_one_is_told_once_for_each_change(
    model, inference, posted
) -> None:
    chosen, second, third = Model(), Model(), Model()
    for each in (chosen, second, third):
        each.pieces = ['{"reply":"Hi."}']
    model.line = [("a", chosen), ("b", second), ("c", third)]

    def who_is_told() -> list[tuple[str, str]]:
        think(inference)
        inference.pool.submit(lambda: None).result(timeout=10.0)
        events = [posted.get() for _ in range(posted.qsize())]
        return [(event.chosen, event.by) for event in events if isinstance(event, Answers)]

    assert who_is_told() == []
    chosen.failure = BackendError("no answer", "see that it runs")
    assert who_is_told() == [("a", "b")]
    assert who_is_told() == []
    second.failure = chosen.failure
    assert who_is_told() == [("a", "c")]
    third.failure = chosen.failure
    assert who_is_told() == [], "nobody answers"
    chosen.failure = second.failure = third.failure = None
    assert who_is_told() == [("a", "a")]
    assert who_is_told() == []


def test_an_answer_whose_words_nobody_could_take_works_on_no_more(model, inference, posted) -> None:
    ended = threading.Event()

    class Watched(Model):
        def stream(self, messages, **rest):
            try:
                yield '{"reply":"I wi'
                yield 'll."}'
            finally:
                ended.set()

    kept = []

    def fails(event: object) -> None:
        kept.append(event)  # an error holds on to where it came from
        if isinstance(event, Piece):
            raise ValueError("of this test")

    model.line = [("a", Watched())]
    failing = InferenceThread(model, fails, lambda: 0.0)
    think(failing)
    failing.pool.submit(lambda: None).result(timeout=10.0)
    assert isinstance(kept[-1], Failed)
    assert ended.is_set()
    failing.close()


def test_when_all_fail_the_last_ones_reason_is_told(model, inference, posted) -> None:
    model.line = [("a", BackendError("one", "mend")), ("b", BackendError("two", "mend"))]
    think(inference)
    assert isinstance(posted.get(timeout=10.0), StoodIn)
    failed = posted.get(timeout=10.0)
    assert isinstance(failed, Failed) and "two" in str(failed.error)


def test_who_failed_in_the_middle_of_an_answer_is_not_replaced(model, inference, posted) -> None:
    class Breaks(Model):
        def stream(self, messages, **rest):
            yield '{"reply":"I wi'
            raise BackendError("gone", "see the log")

    model.line = [("a", Breaks()), ("b", Model())]
    think(inference)
    assert posted.get(timeout=10.0) == Piece("a", "I wi")
    assert isinstance(posted.get(timeout=10.0), Failed)
