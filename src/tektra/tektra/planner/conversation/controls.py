# SPDX-License-Identifier: Apache-2.0
"""What is said about orders, memory and the conversation itself, carried out: before it is read as an order to a robot."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tektra.planner.conversation.decisions import ASKED_STEPS, whether
from tektra.planner.conversation.ending import Ending
from tektra.planner.conversation.execution import Execution
from tektra.planner.conversation.kept_words import Kept
from tektra.planner.conversation.memory import as_read_steps
from tektra.planner.conversation.memory_in_words import MemoryInWords
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.orders import Orders
from tektra.planner.conversation.plan_history import left_undone
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.understanding.control import Control, ControlReader, Said, make_control_reader
from tektra.planner.understanding.one_hand import LETS_GO


@dataclass(frozen=True)
class Done:
    """`text`: what is said of it. `rest`: the words behind it, which are a request of their own."""

    text: str
    rest: str = ""
    outcome: str = "done"


class Controls:
    """One thread uses it."""

    def __init__(
        self,
        mind: Mind,
        orders: Orders,
        execution: Execution,
        kept: Kept,
        *,
        reader: ControlReader | None = None,
    ) -> None:
        self.memory, self._mind = MemoryInWords(kept, mind), mind
        self._execution = execution
        self._reader = reader or make_control_reader()
        self._ending = Ending(self._reader, mind, orders, execution)

    def comes_first(self, request: Request, *, busy: bool) -> bool:
        """Whether what could cancel everything says something else: "cancel the first order"; "forget everything", where
        nothing is under way; "drop it", where something is held."""
        if self._lets_go(request, busy=busy):
            return True
        said = self._reader.read(request.words, request.language)
        if said is None:
            return False
        ordinal = self._reader.ordinal(said.text, said.language) is not None
        return ordinal or (said.control is Control.FORGET_ALL and not busy)

    def _lets_go(self, request: Request, *, busy: bool) -> bool:
        """ "drop it, arm1": whoever has nothing to do and holds something is to open its gripper; unnamed, where nobody has."""
        reading = request.reading
        if reading is None or not reading.carried_out or any(step.skill != LETS_GO for step in reading.steps):
            return False
        idle = not busy or all(
            "who" in step.spans and not self._execution.with_robot(step.who) for step in reading.steps
        )
        return idle and all(self._mind.holds(step.who) for step in reading.steps)

    def take(self, request: Request, now_s: float, *, ends: bool) -> Done | None:
        """Does what the words ask of that kind; None where they ask nothing of it, or what they name is not there.

        `ends`: the words stop something that lasts, and name it.
        """
        said = self._reader.read(request.words, request.language)
        if said is None:
            said = Said(Control.END, request.language, request.words) if ends else None
        if said is None:
            self.memory.other_words(request)
            return None
        if said.control is Control.CORRECT_WEAK and request.language:
            said = replace(said, language=request.language)  # "no, ..." is begun so in several
        request.language = said.language or request.language
        if said.control is Control.RESUME:
            return self._resume(request, now_s)
        if said.control in (Control.END, Control.END_ALL, Control.END_WEAK):
            self.memory.other_words(request)
            asks = self._mind.memory(request.conversation_id).pending(now_s) is not None
            if asks and not (said.text or ends or said.control is Control.END_ALL):
                return None  # "that is not necessary" answers what was asked
            return self._end(said, request, now_s, ends=ends)
        text = self.memory.take(said, request, now_s)
        return Done(text, outcome="answered") if text else None

    def _resume(self, request: Request, now_s: float) -> Done | None:
        """ "Carry on", behind what was ended before it was done: whether it shall be done again. Nothing goes on by itself."""
        memory = self._mind.memory(request.conversation_id)
        if memory.pending(now_s) is not None or self._execution.busy:
            return None
        steps = left_undone(self._mind.history.newest_first, request.conversation_id)
        if not 0 < len(steps) <= ASKED_STEPS:
            return None
        told = replies(request.language)
        asks = whether(as_read_steps(steps), told.plan(steps), told, key="resume")
        if not request.plan_only:
            request.options = asks.options
            memory.ask(asks.steps, asks.doubts, request.words, now_s, whom=request.person)
        return Done(asks.text, outcome="answered")

    def _end(self, said: Said, request: Request, now_s: float, *, ends: bool) -> Done | None:
        text = self._ending.end(said, request, now_s, rounds=ends)
        if text or ends or said.control is not Control.END_ALL:
            return Done(text, said.rest) if text else None
        return Done(replies(request.language).say("answers.no_plans"), outcome="answered")
