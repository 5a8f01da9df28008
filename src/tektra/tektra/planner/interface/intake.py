# SPDX-License-Identifier: Apache-2.0
"""Makes requests of what came on a topic or by the action, and hands them to the dialogue manager. On the executor."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from tektra.language.stop import verdict
from tektra.language.stop_clause import Kind as StopKind
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.conversation.request import Request, role_of
from tektra.planner.interface.effects import Effects
from tektra_interfaces.action import Ask

MAX_NAME_CHARS = 60


class Intake:
    """`active`: whether the planner is; a stop is obeyed either way."""

    def __init__(
        self,
        dialogue: DialogueManager,
        effects: Effects,
        conversations: Conversations,
        *,
        now_s: Callable[[], float],
        active: Callable[[], bool],
    ) -> None:
        self._dialogue = dialogue
        self._effects = effects
        self._conversations = conversations
        self._now_s = now_s
        self._active = active

    def heard(self, words: str, source: str, late: str, person: str, role: str) -> None:
        """Words of a topic: whose they are is known by their voice alone."""
        self.take(uuid4().hex, Ask.Goal(text=words, source=source, person=person, role=role), late)

    def take(self, request_id: str, goal: Ask.Goal, late: str) -> None:
        """`late`: why the words came too late to be followed, "" when they did not."""
        now_s, source = self._now_s(), goal.source or "action"
        person, channel = goal.person[:MAX_NAME_CHARS], (goal.channel or source)[:MAX_NAME_CHARS]
        wanted = goal.conversation_id[:MAX_NAME_CHARS]
        conversation_id = self._conversations.conversation_for(wanted, now_s, person=person, channel=channel)
        request = Request(
            request_id, conversation_id, goal.text, source, now_s, epoch=self._dialogue.safety.epoch,
            person=person, role=role_of(goal.role), channel=channel, plan_only=goal.plan_only,
        )  # fmt: skip
        request.earlier = self._conversations.earlier_words(conversation_id)
        self._effects.begin(request)
        meaning = verdict(goal.text).kind
        if not self._active() and meaning is not StopKind.STOP:
            self._dialogue.refuse(request, "The planner is not active.")
        elif late and meaning is StopKind.NONE:  # whatever stops is done however late it is
            self._dialogue.refuse(request, f"I heard that too late: {late}.")
        else:
            self._dialogue.ask(request, now_s)
