# SPDX-License-Identifier: Apache-2.0
"""Which part of a conversation goes into the prompt.

A model keeps its work on a prompt up to where the next one differs. If the oldest turn left with each new one, all that
follows would be read again each time; so the window's start stays where it is until the window is full, and then half
of it leaves at once. Of a long sentence only its beginning and its end are shown, so that it does not push the others out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tektra.planner.backends import Message, StoredMessage
from tektra.planner.plans.plan import Draft, kept_steps

#: Tokens of a text.
Count = Callable[[str], float]
#: A text takes no more of the window than this share, but this many tokens it may always take.
TEXT_SHARE, TEXT_TOKENS = 0.2, 24
#: Conversations whose start is known; the one that rested longest is forgotten first.
MOST_STARTS = 200


@dataclass(frozen=True)
class Turn:
    """What was asked, and what was answered, in the form in which the model is to answer."""

    at_s: float
    asked: str
    answered: str

    @property
    def messages(self) -> tuple[Message, Message]:
        return Message("user", self.asked), Message("assistant", self.answered)


@dataclass(frozen=True)
class View:
    """`shown`: whole turns, oldest first. `left`: those before, that are not shown any more."""

    shown: tuple[Turn, ...] = ()
    left: tuple[Turn, ...] = ()


class ContextWindow:
    """The windows of all conversations. One thread uses it. `count`: tokens of a message."""

    def __init__(self, budget_tokens: float, count: Count) -> None:
        self._budget = budget_tokens
        self._count = count
        self._starts: dict[str, float] = {}

    def view(
        self, history: Sequence[StoredMessage], of: str = "", *, most_tokens: float | None = None
    ) -> View:
        """What of a history is shown: the turns since the start while they fit, else the latest half of it. `of`: id of the
        conversation. `most_tokens`: less than the budget is free this time."""
        budget = self._budget if most_tokens is None else max(0.0, min(self._budget, most_tokens))
        turns = _turns(history, max(TEXT_SHARE * budget, TEXT_TOKENS), self._count)
        start_s = self._starts.pop(of, 0.0)
        since = tuple(turn for turn in turns if turn.at_s >= start_s)
        starts_there = bool(since) and since[0].at_s == start_s
        if not starts_there or self._tokens(since) > budget:
            since = self._latest(turns, budget / 2)
            start_s = since[0].at_s if since else 0.0
        self._starts[of] = start_s  # the latest last
        if len(self._starts) > MOST_STARTS:
            del self._starts[next(iter(self._starts))]
        return View(since, turns[: len(turns) - len(since)])

    def _latest(self, turns: Sequence[Turn], most_tokens: float) -> tuple[Turn, ...]:
        first = len(turns)
        while first and self._tokens(turns[first - 1 :]) <= most_tokens:
            first -= 1
        return tuple(turns[first:])

    def _tokens(self, turns: Sequence[Turn]) -> float:
        return sum(self._count(turn.asked) + self._count(turn.answered) for turn in turns)


def shortened(text: str, most_tokens: float, count: Count) -> str:
    """The text, or its beginning and its end where it has more tokens; always the same of the same text."""
    kept = len(text)
    shown = text
    while (tokens := count(shown)) > most_tokens and kept > 8:
        kept = min(kept - 1, int(kept * most_tokens / tokens))
        head = max(1, 2 * kept // 3)
        shown = f"{text[:head].rstrip()} … {text[len(text) - (kept - head) :].lstrip()}"
    return shown


def _turns(history: Sequence[StoredMessage], most_tokens: float, count: Count) -> tuple[Turn, ...]:
    """Refusals stay out: a small model that has read "everything is stopped" says so again when nothing is stopped."""
    return tuple(
        Turn(
            asked.at_s,
            shortened(asked.text, most_tokens, count),
            Draft(shortened(answered.text, most_tokens, count), kept_steps(answered.plan)).as_json(),
        )
        for asked, answered in zip(history, history[1:], strict=False)
        if (asked.role, answered.role) == ("user", "assistant") and not answered.refused
    )
