# SPDX-License-Identifier: Apache-2.0
"""The model's thread: what it posts, in which order."""

import queue
import threading
from collections.abc import Iterator

import pytest

from tektra.common.errors import BackendError
from tektra.planner.backends import Message
from tektra.planner.models.inference_thread import Failed, InferenceThread, Job, Moves, Piece, Thought, Warmed

MESSAGES = [Message("user", "hi")]
MOVING = ['{"reply":"I go', '."', ',"steps":[{"who":"rover1"', ',"do":"turn"},{"who":"rover2","do":"turn"}]}']


class Model:
    """An Llm that gives pieces, and reads until it is stopped where `reads` is set; it is also the registry it stands on."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.reads = threading.Event()
        self.endless = False
        self.failure: Exception | None = None

    def llm(self) -> "Model":
        return self

    def stream(self, messages, *, schema, max_tokens, temperature, stop) -> Iterator[str]:
        if self.failure is not None:
            raise self.failure
        yield from self.pieces

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
