# SPDX-License-Identifier: Apache-2.0
"""What the model is told and may answer, put together from what the planner knows at the moment. On the node's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.planner.backends import Message
from tektra.planner.conversation.context_window import ContextWindow
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.conversation.request import Request
from tektra.planner.models.inference_thread import Job
from tektra.planner.models.output_schema import plan_schema
from tektra.planner.models.prompt import Now, Prompt, Template
from tektra.planner.options import PlannerOptions
from tektra.planner.understanding.reading import Act
from tektra.planner.world.catalogue import Catalogue

#: Remembered facts that go into a prompt.
FACTS = 5
#: Stands for the request in what is read ahead; only what comes before it counts.
ANYTHING = "hello"


class PromptBuilder:
    """`seen`: what the camera sees now, in words."""

    def __init__(
        self,
        template: Template,
        places: Sequence[str],
        options: PlannerOptions,
        *,
        dialogue: DialogueManager,
        conversations: Conversations,
        seen: Callable[[], str],
    ) -> None:
        self._template = template
        self._places = places
        self._dialogue = dialogue
        self._conversations = conversations
        self._seen = seen
        self._options = options
        self._window = ContextWindow(options.history_tokens)

    def of(self, request: Request, now_s: float) -> list[Message]:
        """The whole prompt of a request."""
        halted = self._dialogue.safety.halted(now_s, request.epoch)
        now = Now(
            self._seen(),
            "nothing may move" if halted else "",
            self._conversations.facts_about(request.words, FACTS, person=request.person),
        )
        turns = self._window.shown(self._conversations.history(request.conversation_id))
        return self._prompt().messages(request.words, turns=turns, now=now)

    def job(self, request: Request, messages: Sequence[Message]) -> Job:
        """The answer to be made to that prompt."""
        options = self._options
        able = self._dialogue.catalogue if request.may_plan else Catalogue()
        schema = plan_schema(able, max_steps=options.max_steps, words=request.words)
        talks = request.reading is not None and request.reading.act is Act.TALK
        return Job(
            request.request_id,
            messages,
            schema,
            options.answer_tokens,
            options.temperature,
            task="talk" if talks else "plan",
        )

    def opening(self) -> list[Message]:
        """A prompt that begins as all do now."""
        return self._prompt().messages(ANYTHING)

    def talk(self, conversation_id: str) -> list[Message]:
        """A prompt that begins as the next one of this conversation will."""
        return self._prompt().messages(
            ANYTHING, turns=self._window.shown(self._conversations.history(conversation_id))
        )

    def _prompt(self) -> Prompt:
        return Prompt(self._template, self._dialogue.catalogue, self._places)
