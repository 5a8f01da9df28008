# SPDX-License-Identifier: Apache-2.0
"""Ends one order of several, by what is said of it: "stop the patrol", "cancel the second one", "don't wave any more"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tektra.language.stop import names_what_lasts
from tektra.language.text import words as plain_words
from tektra.planner.conversation.execution import Execution
from tektra.planner.conversation.memory import as_steps
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.orders import Orders
from tektra.planner.conversation.relevance import says_something
from tektra.planner.conversation.replies import Replies, replies
from tektra.planner.conversation.request import Request
from tektra.planner.plans.lasting_orders import LastingOrder
from tektra.planner.plans.plan import Step
from tektra.planner.understanding.control import Control, ControlReader, Said

REASON = "ended on request"
#: Endings of verbs and nouns that change nothing in what they name: "turn", "turning"; "winken", "winke".
_ENDINGS = ("ieren", "iert", "ing", "es", "en", "ed", "er", "re", "e", "s", "n", "t", "r")
SHORTEST = 3


@dataclass(frozen=True)
class _Open:
    """What could be meant: a lasting order, or a plan under way."""

    words: str
    steps: Sequence[Step]
    lasting: LastingOrder | None = None
    request_id: str = ""


class Ending:
    """One thread uses it."""

    def __init__(self, reader: ControlReader, mind: Mind, orders: Orders, execution: Execution) -> None:
        self._reader = reader
        self._mind = mind
        self._orders = orders
        self._execution = execution

    def end(self, said: Said, request: Request, now_s: float, *, rounds: bool = False) -> str:
        """Ends what is meant, and tells what; empty where nothing of the kind is under way. `rounds`: a patrol is meant.

        Of several that may be meant, it asks; nothing ends then.
        """
        told = replies(said.language or request.language)
        ends, rounds = rounds, rounds or names_what_lasts(said.text)
        open_ = self._open()
        meant = open_ if said.control is Control.END_ALL else self._meant(said, open_, told, rounds=rounds)
        if said.control is Control.END_ALL:
            meant = [each for each in open_ if each.lasting is not None] or open_
        if not meant:
            return ""
        names = [each.words.strip().rstrip(".!") for each in meant]
        if len(meant) > 1 and not (ends or said.control is Control.END_ALL):
            return told.say("lasting.which", names=told.numbered(names))
        if not request.plan_only:
            for each in meant:
                self._end(each, now_s)
        key = "lasting.ended" if not request.plan_only else "lasting.would_end"
        return told.say(key, names=told.numbered(names))

    def _end(self, each: _Open, now_s: float) -> None:
        if each.lasting is not None:
            self._orders.end_lasting(each.lasting, REASON, now_s)
        else:
            self._execution.cancel(each.request_id, REASON, now_s)

    def _open(self) -> list[_Open]:
        """In the order in which they are listed: what is under way, and what lasts."""
        lasting = self._mind.lasting.all
        own = {order.order_id for order in lasting}
        running = [r for r in self._execution.requests if r.lasting not in own]
        found = [_Open(request.words, request.steps, request_id=request.request_id) for request in running]
        return found + [_Open(order.words, as_steps(order.steps), order) for order in lasting]

    def _meant(self, said: Said, open_: list[_Open], told: Replies, *, rounds: bool) -> list[_Open]:
        kept = [each for each in open_ if each.lasting is not None and each.lasting.rounds]
        if rounds and kept:
            named = _best(said.text, kept, told)
            return named if 0 < len(named) < len(kept) and _names_robot(said.text, kept) else kept
        index = self._reader.ordinal(said.text, said.language)
        if index is not None:
            return open_[index:][:1] if -len(open_) <= index < len(open_) else []
        weak = said.control is Control.END_WEAK
        if self._reader.is_any(said.text, said.language):
            return [] if weak else open_
        kept = [each for each in open_ if each.lasting is not None] if weak else open_
        return _best(said.text, kept, told, all_=weak)


def _best(text: str, open_: Sequence[_Open], told: Replies, *, all_: bool = False) -> list[_Open]:
    """Those with which the text shares most of its words: at least half of them, or `all_`."""
    names = {step.who for each in open_ for step in each.steps}
    words = _stems(text, names)
    scored = [(len(words & _words_of(each, told)), each) for each in open_]
    most = max((score for score, _ in scored), default=0)
    if not most or most < (len(words) if all_ else len(words) / 2):
        return []
    return [each for score, each in scored if score == most]


def _words_of(each: _Open, told: Replies) -> frozenset[str]:
    values = (str(value) for step in each.steps for value in step.arguments.values())
    names = [step.who for step in each.steps]
    return _stems(f"{each.words} {told.plan(tuple(each.steps))} {' '.join(values)}", names) | set(names)


def _stems(text: str, names: Iterable[str]) -> frozenset[str]:
    """The words that say something, without their endings; robots by their names, however those are written."""
    close = text.casefold().replace(" ", "")
    named = {name for name in names if name.casefold() in close}
    return frozenset(_stem(word) for word in plain_words(text) if says_something(word)) | named


def _stem(word: str) -> str:
    cut = next((len(end) for end in _ENDINGS if word.endswith(end) and len(word) - len(end) >= SHORTEST), 0)
    return word[: len(word) - cut][:6]


def _names_robot(text: str, open_: Sequence[_Open]) -> bool:
    said = text.casefold().replace(" ", "")
    return any(step.who.casefold() in said for each in open_ for step in each.steps)
