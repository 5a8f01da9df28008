# SPDX-License-Identifier: Apache-2.0
"""What the model is told and may answer, put together from what the planner knows at the moment. On the node's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.common.manners import Mannered, Manners
from tektra.planner.backends import Message
from tektra.planner.conversation.context_window import ContextWindow
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.conversation.replies import ENGLISH, replies
from tektra.planner.conversation.request import Request
from tektra.planner.conversation.summaries import ANSWER_TOKENS
from tektra.planner.models.inference_thread import InferenceThread, Job
from tektra.planner.models.output_schema import plan_schema
from tektra.planner.models.prefill import Prefill
from tektra.planner.models.prompt import Now, Prompt, Template
from tektra.planner.models.token_counts import TokenCounts
from tektra.planner.options import PlannerOptions
from tektra.planner.world.catalogue import Catalogue

#: Kept free for what the count does not know of.
SPARE_TOKENS = 32
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
        manners: Mannered = Manners(),
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
        self.counts = TokenCounts()
        self._window = ContextWindow(options.history_tokens, self.counts.of_message)

    def of(self, request: Request, now_s: float) -> list[Message]:
        """The whole prompt of a request."""
        halted = self._dialogue.safety.halted(now_s, request.epoch)
        now = Now(
            self._seen() if request.asks else "",  # to who asks nothing, what a camera reads is no matter
            "nothing may move" if halted else "",
            self._conversations.facts_about(request.words, FACTS, person=request.person),
            self._manners.of(request.person).style,
            _language(request.language),
        )
        return self._fitted(request.words, request.conversation_id, now)

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

    def ahead(self, model: InferenceThread) -> Prefill:
        """What that thread does while nobody waits for it."""
        summaries = self._conversations.summaries

        def digest(number: int) -> bool:
            work = summaries.work()
            if work is not None:
                model.digest(number, work.messages, ANSWER_TOKENS)
            return work is not None

        return Prefill(
            model.warm, rest=model.rest, opening=self.opening, talk=self.talk, digest=digest, digested=summaries.taken
        )  # fmt: skip

    def opening(self) -> list[Message]:
        """A prompt that begins as all do now."""
        return self._prompt().messages(ANYTHING)

    def talk(self, conversation_id: str) -> list[Message]:
        """A prompt that begins as the next one of this conversation will."""
        return self._fitted(ANYTHING, conversation_id, Now())

    def _fitted(self, words: str, conversation_id: str, now: Now) -> list[Message]:
        """The prompt with as much of the conversation, and then of the data, as the model has room for."""
        prompt, options = self._prompt(), self._options
        room = options.context_tokens - options.answer_tokens - SPARE_TOKENS
        bare = self.counts.of_all(prompt.messages(words, now=now))
        if bare > room:
            now, bare = Now(), self.counts.of_all(prompt.messages(words))
        history = self._conversations.history(conversation_id)
        view = self._window.view(history, conversation_id, most_tokens=room - bare)
        before = self._conversations.summaries.left(conversation_id, view.left)
        if (
            bare
            + sum(map(self.counts.of_all, (turn.messages for turn in view.shown)))
            + self.counts.of(before)
            > room
        ):
            before = ""
        return prompt.messages(words, turns=view.shown, now=now, before=before)

    def _prompt(self) -> Prompt:
        return Prompt(self._template, self._dialogue.catalogue, self._places)


def _language(code: str) -> str:
    """What a language is called in English; empty for English, which models answer in anyway, and for an unknown one."""
    return "" if code in ("", ENGLISH) else replies(ENGLISH).say(f"languages.{code}")
