# SPDX-License-Identifier: Apache-2.0
"""What the older turns of a conversation were about, in a sentence or two, once they are not shown to the model any more.

A model writes it when it has nothing else to do; until then, and where it makes things up, it is the person's own words, cut
short. It is shown as data: no order is read from it, no question answered from it, and what is forgotten leaves it too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tektra.language.text import words as plain_words
from tektra.planner.backends import Message
from tektra.planner.conversation.context_window import Turn
from tektra.planner.plans.plan import parse_draft

#: Characters of a summary, and of each sentence of a person in one that no model wrote.
MOST_CHARS, SENTENCE_CHARS = 280, 60
#: Tokens that a model may write; turns that it is shown, and characters of each.
ANSWER_TOKENS, MOST_TURNS, TURN_CHARS = 90, 12, 240
#: Conversations whose summary is kept; the one that rested longest is forgotten first.
MOST = 200
#: Share of a sentence's longer words that must have been said.
BORNE_OUT = 0.5
ASK = (
    "You shorten conversations. Write in one or two short sentences what was talked about, in the third person. "
    "Only what is in it, in its language: no advice, no orders, no opinions."
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True)
class Summary:
    """`until_s`: when the last turn was said that it covers."""

    text: str = ""
    until_s: float = 0.0


@dataclass(frozen=True)
class Work:
    """Turns that a model is to sum up, and what was summed up before them."""

    conversation_id: str
    before: str
    turns: tuple[Turn, ...]

    @property
    def source(self) -> str:
        return " ".join((self.before, *(f"{turn.asked} {_reply(turn)}" for turn in self.turns)))

    @property
    def messages(self) -> list[Message]:
        lines = [f"Before: {self.before}"] if self.before else []
        for turn in self.turns[-MOST_TURNS:]:
            lines += [
                f"Person: {_line(turn.asked, TURN_CHARS)}",
                f"Tektra: {_line(_reply(turn), TURN_CHARS)}",
            ]
        return [Message("system", ASK), Message("user", "\n".join(lines))]


class Summaries:
    """Of all conversations. One thread uses it."""

    def __init__(self) -> None:
        self._of: dict[str, Summary] = {}
        self._due: dict[str, Work] = {}
        self._at_work: Work | None = None

    def left(self, conversation_id: str, turns: Sequence[Turn]) -> str:
        """Call with the turns that are not shown any more; gives what is shown in their place."""
        known = self._of.pop(conversation_id, Summary())
        waiting = self._due.get(conversation_id)
        since_s = waiting.turns[-1].at_s if waiting is not None else known.until_s
        fresh = tuple(turn for turn in turns if turn.at_s > since_s)
        if fresh:
            before, older = (waiting.before, waiting.turns) if waiting is not None else (known.text, ())
            self._due[conversation_id] = Work(conversation_id, before, (*older, *fresh))
            known = Summary(_in_own_words(known.text, fresh), fresh[-1].at_s)
        self._of[conversation_id] = known  # the latest last
        if len(self._of) > MOST:
            self.forget(next(iter(self._of)))
        return known.text

    def work(self) -> Work | None:
        """What a model is to sum up next; taken() is told what it wrote."""
        self._at_work = next(iter(self._due.values()), None)
        return self._at_work

    def taken(self, text: str) -> None:
        """What the model wrote of it; of what was forgotten, or went on, meanwhile nothing is kept."""
        work, self._at_work = self._at_work, None
        if work is None or self._due.get(work.conversation_id) != work:
            return
        del self._due[work.conversation_id]
        kept = borne_out(text, work.source)
        if kept:
            self._of[work.conversation_id] = Summary(kept, work.turns[-1].at_s)

    def forget(self, conversation_id: str) -> None:
        self._of.pop(conversation_id, None)
        self._due.pop(conversation_id, None)


def borne_out(text: str, source: str) -> str:
    """The sentences whose numbers were all said, and at least half of whose longer words."""
    said = set(plain_words(source))
    kept = []
    for sentence in _SENTENCE.findall(text):
        words = plain_words(sentence)
        numbers = [word for word in words if word[0].isdigit()]
        long = [word for word in words if len(word) > 4 and word.isalpha()]
        known = sum(word in said for word in long)
        if long and set(numbers) <= said and known >= BORNE_OUT * len(long):
            kept.append(" ".join(sentence.split()))
    return _line(" ".join(kept), MOST_CHARS)


def _in_own_words(before: str, turns: Sequence[Turn]) -> str:
    told = "; ".join(filter(None, (before, *(_line(turn.asked, SENTENCE_CHARS) for turn in turns))))
    return told if len(told) <= MOST_CHARS else f"… {told[-MOST_CHARS + 2 :]}"


def _reply(turn: Turn) -> str:
    return parse_draft(turn.answered).reply


def _line(text: str, most: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[: most - 2].rstrip()} …"
