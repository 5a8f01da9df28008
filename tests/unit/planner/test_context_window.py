# SPDX-License-Identifier: Apache-2.0
"""Which part of a conversation is shown to the model, and that it mostly only grows."""

from tektra.planner.backends import StoredMessage
from tektra.planner.conversation.context_window import ContextWindow
from tektra.planner.plans.plan import Step, steps_json


def conversation(turns: int) -> list[StoredMessage]:
    """Each turn takes 70 characters: 20 tokens as the window counts them."""
    return [
        message
        for turn in range(turns)
        for message in (
            StoredMessage(10.0 * turn + 1, "user", f"{turn:020}"),
            StoredMessage(10.0 * turn + 2, "assistant", f"{turn:026}"),
        )
    ]


def test_the_start_stays_until_the_window_is_full_and_then_half_of_it_leaves() -> None:
    window = ContextWindow(100)
    shown = [[int(turn.asked) for turn in window.shown(conversation(turns))] for turns in range(1, 13)]
    assert shown == [
        [0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4],
        [4, 5], [4, 5, 6], [4, 5, 6, 7], [4, 5, 6, 7, 8],
        [8, 9], [8, 9, 10], [8, 9, 10, 11],
    ]  # fmt: skip


def test_after_a_restart_the_latest_turns_are_shown() -> None:
    assert [int(turn.asked) for turn in ContextWindow(100).shown(conversation(12))] == [10, 11]


def test_a_turn_that_does_not_fit_is_not_shown_and_no_budget_shows_none() -> None:
    assert ContextWindow(10).shown(conversation(1)) == ()
    assert ContextWindow(0).shown(conversation(3)) == ()


def test_another_conversation_is_shown_from_its_own_turns() -> None:
    window = ContextWindow(100)
    window.shown(conversation(12))
    assert [int(turn.asked) for turn in window.shown(conversation(2))] == [0, 1]


def test_refusals_and_unanswered_requests_are_no_examples_for_the_model() -> None:
    history = [
        StoredMessage(1.0, "user", "rover1 ahead"),
        StoredMessage(2.0, "assistant", "Everything is stopped.", refused=True),
        StoredMessage(3.0, "user", "hello"),  # canceled: nothing was answered
        StoredMessage(4.0, "user", "hi"),
        StoredMessage(5.0, "assistant", "Hi!"),
    ]
    shown = ContextWindow(100).shown(history)
    assert [(turn.asked, turn.answered) for turn in shown] == [("hi", '{"reply":"Hi!","steps":[]}')]


def test_an_answer_is_shown_as_the_model_is_to_write_it() -> None:
    plan = steps_json(
        (Step(1, "rover1", "move", {"distance_m": 1}), Step(2, "rover1", "wait", {"seconds": 1}, (1,)))
    )
    history = [StoredMessage(1.0, "user", "go"), StoredMessage(2.0, "assistant", "Ok.", plan)]
    [turn] = ContextWindow(100).shown(history)
    assert turn.messages[1].content == (
        '{"reply":"Ok.","steps":[{"who":"rover1","do":"move","distance_m":1},{"who":"rover1","do":"wait","seconds":1}]}'
    )
