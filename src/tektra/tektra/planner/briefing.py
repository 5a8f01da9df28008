# SPDX-License-Identifier: Apache-2.0
"""What the model is told and may answer, put together from what the planner knows at the moment. On the node's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.planner.backends import Message, Store
from tektra.planner.desk import Desk, Request
from tektra.planner.options import PlannerOptions
from tektra.planner.prompt import Now, Prompt, Template
from tektra.planner.schema import plan_schema
from tektra.planner.talk import Talk
from tektra.planner.thinker import Job
from tektra.planner.window import Window

#: Remembered facts that go into a prompt.
FACTS = 5
#: Stands for the request in what is read ahead; only what comes before it counts.
ANYTHING = "hello"


class Briefing:
    """`seen`: what the camera sees now, in words."""

    def __init__(
        self,
        template: Template,
        places: Sequence[str],
        options: PlannerOptions,
        *,
        desk: Desk,
        talk: Talk,
        store: Store,
        seen: Callable[[], str],
    ) -> None:
        self._template = template
        self._places = places
        self._desk = desk
        self._talk = talk
        self._store = store
        self._seen = seen
        self._options = options
        self._window = Window(options.history_tokens)

    def of(self, request: Request, now_s: float) -> list[Message]:
        """The whole prompt of a request."""
        halted = self._desk.safety.halted(now_s, request.epoch)
        now = Now(
            self._seen(),
            "nothing may move" if halted else "",
            tuple(fact.text for fact in self._store.facts(FACTS)),
        )
        turns = self._window.shown(self._talk.history(request.conversation_id))
        return self._prompt().messages(request.words, turns=turns, now=now)

    def job(self, request: Request, messages: Sequence[Message]) -> Job:
        """The answer to be made to that prompt."""
        options = self._options
        schema = plan_schema(self._desk.catalogue, max_steps=options.max_steps, words=request.words)
        return Job(request.request_id, messages, schema, options.answer_tokens, options.temperature)

    def opening(self) -> list[Message]:
        """A prompt that begins as all do now."""
        return self._prompt().messages(ANYTHING)

    def talk(self, conversation_id: str) -> list[Message]:
        """A prompt that begins as the next one of this conversation will."""
        return self._prompt().messages(
            ANYTHING, turns=self._window.shown(self._talk.history(conversation_id))
        )

    def _prompt(self) -> Prompt:
        return Prompt(self._template, self._desk.catalogue, self._places)
