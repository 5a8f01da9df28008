# SPDX-License-Identifier: Apache-2.0
"""Which part of a conversation goes into the prompt.

A model keeps its work on a prompt up to where the next one differs. If the oldest turn left with each new one, all that
follows would be read again each time; so the window's start stays where it is until the window is full, and then half
of it leaves at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tektra.planner.backends import Message, StoredMessage
from tektra.planner.plans.plan import Draft, kept_steps

#: A token is about four characters of English; three and a half errs on the long side.
CHARS_PER_TOKEN = 3.5


@dataclass(frozen=True)
class Turn:
    """What was asked, and what was answered, in the form in which the model is to answer."""

    at_s: float
    asked: str
    answered: str

    @property
    def chars(self) -> int:
        return len(self.asked) + len(self.answered)

    @property
    def messages(self) -> tuple[Message, Message]:
        return Message("user", self.asked), Message("assistant", self.answered)


class ContextWindow:
    """The window of the conversation that was shown latest. One thread uses it."""

    def __init__(self, budget_tokens: int) -> None:
        self._budget_chars = budget_tokens * CHARS_PER_TOKEN
        self._start_s = 0.0

    def shown(self, history: Sequence[StoredMessage]) -> tuple[Turn, ...]:
        """Whole turns of `history`, oldest first: those since the start while they fit, else the latest half of it."""
        turns = _turns(history)
        since = tuple(turn for turn in turns if turn.at_s >= self._start_s)
        starts_there = bool(since) and since[0].at_s == self._start_s
        if not starts_there or _chars(since) > self._budget_chars:
            since = _latest(turns, self._budget_chars / 2)
            self._start_s = since[0].at_s if since else 0.0
        return since


def _turns(history: Sequence[StoredMessage]) -> tuple[Turn, ...]:
    """Refusals stay out: a small model that has read "everything is stopped" says so again when nothing is stopped."""
    return tuple(
        Turn(asked.at_s, asked.text, Draft(answered.text, kept_steps(answered.plan)).as_json())
        for asked, answered in zip(history, history[1:], strict=False)
        if (asked.role, answered.role) == ("user", "assistant") and not answered.refused
    )


def _latest(turns: Sequence[Turn], most_chars: float) -> tuple[Turn, ...]:
    first = len(turns)
    while first and _chars(turns[first - 1 :]) <= most_chars:
        first -= 1
    return tuple(turns[first:])


def _chars(turns: Sequence[Turn]) -> int:
    return sum(turn.chars for turn in turns)
