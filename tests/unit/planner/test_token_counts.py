# SPDX-License-Identifier: Apache-2.0
"""Tokens are the model's own where it tells them; else an estimate that rather says too many."""

import pytest

from tektra.common.errors import BackendError
from tektra.planner.backends import Message
from tektra.planner.models.token_counts import MARKS, MOST, Counter, TokenCounts, estimated


class Engine:
    def __init__(self, tells: bool = True) -> None:
        self.tells, self.asked, self.broken = tells, [], False

    def tokens(self, text: str) -> int | None:
        if self.broken:
            raise BackendError("gone", "see the log")
        self.asked.append(text)
        return 7 if self.tells else None


def test_what_the_engine_told_goes_before_the_estimate_until_another_model_answers() -> None:
    counts = TokenCounts()
    assert counts.of("hello") == estimated("hello")
    counts.learn("one", {"hello": 9})
    assert counts.of("hello") == 9
    assert counts.of_all([Message("user", "hello")]) == 9 + MARKS
    counts.learn("other", {})
    assert counts.of("hello") == estimated("hello")


def test_no_more_is_kept_than_is_worth_it() -> None:
    counts = TokenCounts()
    counts.learn("one", {f"text {number}": 100 for number in range(MOST + 1)})
    assert counts.of("text 0") == estimated("text 0")
    assert counts.of("text 1") == 100


def test_each_text_is_asked_for_once_and_a_failure_costs_nothing() -> None:
    engine, counter = Engine(), Counter()
    messages = [Message("user", "a"), Message("assistant", "b"), Message("user", "a")]
    assert counter.fresh("one", engine, messages) == {"a": 7, "b": 7}
    assert counter.fresh("one", engine, messages) == {}
    assert engine.asked == ["a", "b"]
    engine.broken = True
    assert counter.fresh("other", engine, messages) == {}


def test_an_engine_that_does_not_tell_is_not_asked_on() -> None:
    engine = Engine(tells=False)
    assert Counter().fresh("one", engine, [Message("user", "a"), Message("user", "b")]) == {}
    assert engine.asked == ["a"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [  # as Qwen2.5 cuts them
        ("1234567890123456789012345", 25),
        ('{"reply":"rover1 is on its way to the kitchen.","steps":[]}', 19),
        ("请让机器人去厨房，然后回来。", 9),
        ("Пожалуйста, поезжай на кухню и вернись.", 20),
    ],
)
def test_the_estimate_is_on_the_long_side_and_not_far_off(text, tokens) -> None:
    assert 0.9 * tokens <= estimated(text) <= 2.0 * tokens
