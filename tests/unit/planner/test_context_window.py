# SPDX-License-Identifier: Apache-2.0
"""Which part of a conversation is shown to the model, and that it mostly only grows."""

from tektra.planner.backends import StoredMessage
from tektra.planner.conversation.context_window import ContextWindow, shortened
from tektra.planner.plans.plan import Step, steps_json


def window(budget_tokens: float) -> ContextWindow:
    """Counts three and a half characters as a token."""
    return ContextWindow(budget_tokens, lambda text: len(text) / 3.5)


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
    one = window(100)
    shown = [[int(turn.asked) for turn in one.view(conversation(turns)).shown] for turns in range(1, 13)]
    assert shown == [
        [0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4],
        [4, 5], [4, 5, 6], [4, 5, 6, 7], [4, 5, 6, 7, 8],
        [8, 9], [8, 9, 10], [8, 9, 10, 11],
    ]  # fmt: skip


def test_after_a_restart_the_latest_turns_are_shown() -> None:
    assert [int(turn.asked) for turn in window(100).view(conversation(12)).shown] == [10, 11]


def test_a_turn_that_does_not_fit_is_not_shown_and_no_budget_shows_none() -> None:
    assert window(10).view(conversation(1)).shown == ()
    assert window(0).view(conversation(3)).shown == ()


def test_another_conversation_is_shown_from_its_own_turns() -> None:
    one = window(100)
    one.view(conversation(12))
    assert [int(turn.asked) for turn in one.view(conversation(2)).shown] == [0, 1]


def test_refusals_and_unanswered_requests_are_no_examples_for_the_model() -> None:
    history = [
        StoredMessage(1.0, "user", "rover1 ahead"),
        StoredMessage(2.0, "assistant", "Everything is stopped.", refused=True),
        StoredMessage(3.0, "user", "hello"),  # canceled: nothing was answered
        StoredMessage(4.0, "user", "hi"),
        StoredMessage(5.0, "assistant", "Hi!"),
    ]
    shown = window(100).view(history).shown
    assert [(turn.asked, turn.answered) for turn in shown] == [("hi", '{"reply":"Hi!","steps":[]}')]


def test_an_answer_is_shown_as_the_model_is_to_write_it() -> None:
    plan = steps_json(
        (Step(1, "rover1", "move", {"distance_m": 1}), Step(2, "rover1", "wait", {"seconds": 1}, (1,)))
    )
    history = [StoredMessage(1.0, "user", "go"), StoredMessage(2.0, "assistant", "Ok.", plan)]
    [turn] = window(100).view(history).shown
    assert turn.messages[1].content == (
        '{"reply":"Ok.","steps":[{"who":"rover1","do":"move","distance_m":1},{"who":"rover1","do":"wait","seconds":1}]}'
    )


def test_two_conversations_at_once_each_keep_their_start() -> None:
    one = window(100)
    for turns in range(1, 7):
        assert len(one.view(conversation(turns), "a").shown) == (turns if turns < 6 else 2)
        assert len(one.view(conversation(min(turns, 3)), "b").shown) == min(turns, 3)


def test_one_long_sentence_does_not_push_the_conversation_out() -> None:
    said = conversation(2)
    said += [
        StoredMessage(30.0, "user", "a long way " * 359 + "a long way"),
        StoredMessage(31.0, "assistant", "Well. " * 300),
    ]
    one = window(250)
    one.view(said[:4])
    shown = one.view(said).shown
    assert [turn.asked[:5] for turn in shown] == ["00000", "00000", "a lon"]
    assert "…" in shown[-1].asked and shown[-1].asked.endswith("way")
    assert sum(len(turn.asked) + len(turn.answered) for turn in shown) / 3.5 <= 250


def test_of_the_same_text_always_the_same_is_shown() -> None:
    count = lambda text: len(text) / 3.5  # noqa: E731
    text = "one two three four five " * 40
    assert shortened(text, 30, count) == shortened(text, 30, count)
    assert count(shortened(text, 30, count)) <= 30
    assert shortened("short", 30, count) == "short"


def test_what_is_not_shown_any_more_is_told() -> None:
    view = window(100).view(conversation(6))
    assert [int(turn.asked) for turn in view.left] == [0, 1, 2, 3]
    assert [int(turn.asked) for turn in view.shown] == [4, 5]


def test_less_room_shows_less() -> None:
    one = window(100)
    shown = [len(one.view(conversation(turns)).shown) for turns in range(1, 6)]
    assert shown == [1, 2, 3, 4, 5]
    assert len(one.view(conversation(5), most_tokens=50).shown) == 1
    assert one.view(conversation(5), most_tokens=-7).shown == ()
