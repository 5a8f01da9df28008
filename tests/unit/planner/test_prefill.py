# SPDX-License-Identifier: Apache-2.0
"""What the model reads while nobody waits for it."""

import pytest

from tektra.planner.backends import Message
from tektra.planner.models.prefill import Prefill

OPENING = [Message("system", "opening")]


class Model:
    """Writes down what it is to read: (number, conversation or opening, lasting)."""

    def __init__(self) -> None:
        self.read: list[tuple[int, str, bool]] = []
        self.rests: list[int] = []
        self.ahead = Prefill(
            lambda number, messages, lasting: self.read.append((number, messages[0].content, lasting)),
            rest=lambda: self.rests.append(len(self.read)),
            opening=lambda: OPENING,
            talk=lambda conversation_id: [Message("user", conversation_id)],
        )

    def tick(self, *, busy: bool = False, model: str = "able") -> None:
        self.ahead.tick(busy=busy, model=model)


@pytest.fixture
def model() -> Model:
    return Model()


def test_the_opening_is_read_first_once_and_for_long(model: Model) -> None:
    assert not model.ahead.ready
    for _ in range(3):
        model.tick()
    assert model.read == [(1, "opening", True)]
    model.ahead.done(1, whole=True)
    model.tick()
    assert model.ahead.ready
    assert len(model.read) == 1


def test_a_conversation_is_read_on_once_it_has_been_answered(model: Model) -> None:
    model.tick()
    model.ahead.done(1, whole=True)
    model.ahead.answered("talk")
    model.tick(busy=True)
    assert len(model.read) == 1, "somebody waits for the model"
    model.tick()
    model.ahead.done(2, whole=True)
    model.tick()
    assert model.read[1:] == [(2, "talk", False)]


def test_an_opening_whose_reading_a_request_ended_is_read_when_the_model_is_free(model: Model) -> None:
    model.tick()
    model.ahead.done(1, whole=False)
    model.tick(busy=True)
    model.ahead.answered("talk")
    model.tick()
    model.ahead.done(2, whole=True)
    model.tick()
    assert model.read == [(1, "opening", True), (2, "opening", True), (3, "talk", False)]


def test_the_model_rests_while_people_need_the_machine_and_reads_on_afterwards(model: Model) -> None:
    model.tick()
    model.tick(busy=True)
    assert model.rests == [1]
    model.ahead.done(1, whole=False)
    model.tick(busy=True)
    assert model.rests == [1] and len(model.read) == 1 and not model.ahead.ready
    model.tick()
    assert model.read == [(1, "opening", True), (2, "opening", True)]


def test_another_opening_is_read_though_the_older_one_has_just_been(model: Model) -> None:
    model.tick()
    model.ahead.changed()
    model.ahead.done(1, whole=True)
    assert not model.ahead.ready
    model.tick()
    assert model.read[-1] == (2, "opening", True)


def test_another_model_reads_the_opening_for_itself(model: Model) -> None:
    model.tick()
    model.ahead.done(1, whole=True)
    model.tick(model="other")
    assert len(model.read) == 2


def test_what_was_ended_before_another_opening_came_does_not_count_for_it(model: Model) -> None:
    model.tick()
    model.ahead.changed()
    model.tick()
    model.ahead.done(1, whole=True)
    assert not model.ahead.ready
    model.ahead.done(2, whole=True)
    assert model.ahead.ready
