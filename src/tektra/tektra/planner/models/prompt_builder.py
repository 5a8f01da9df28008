# SPDX-License-Identifier: Apache-2.0
"""What the model is told and may answer, put together from what the planner knows at the moment. On the node's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.planner.backends import Message
from tektra.planner.conversation.context_window import ContextWindow
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.conversation.manners import Manners
from tektra.planner.conversation.request import Request
from tektra.planner.models.inference_thread import Job
from tektra.planner.models.output_schema import plan_schema
from tektra.planner.models.prompt import Now, Prompt, Template
from tektra.planner.options import PlannerOptions
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
        manners: Manners = Manners(),
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
        self._manners = manners
        self._options = options
        self._window = ContextWindow(options.history_tokens)

    def of(self, request: Request, now_s: float) -> list[Message]:
        """The whole prompt of a request."""
        halted = self._dialogue.safety.halted(now_s, request.epoch)
        now = Now(
            self._seen(),
            "nothing may move" if halted else "",
            self._conversations.facts_about(request.words, FACTS, person=request.person),
            self._manners.of(request.person).style,
        )
        turns = self._window.shown(self._conversations.history(request.conversation_id))
        return self._prompt().messages(request.words, turns=turns, now=now)

    def job(self, request: Request, messages: Sequence[Message]) -> Job:
        """The answer to be made to that prompt."""
        options = self._options
        able = self._dialogue.catalogue if request.may_plan else Catalogue()
        schema = plan_schema(able, max_steps=options.max_steps, words=request.words)
        return Job(
            request.request_id,
            messages,
            schema,
            options.answer_tokens,
            options.temperature,
            task="plan" if request.may_plan else "talk",
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
