# SPDX-License-Identifier: Apache-2.0
"""Makes requests of what came on a topic or by the action, and hands them to the dialogue manager. On the executor."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from tektra.common.doubt import is_unsure
from tektra.common.trace import id_in
from tektra.language.stop import verdict
from tektra.language.stop_clause import Kind as StopKind
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request, role_of
from tektra.planner.interface.effects import Effects
from tektra_interfaces.action import Ask

MAX_NAME_CHARS = 60
#: What a sign says, by its name in replies.yaml.
SIGN_WORDS = {"agree": "yes", "refuse": "no", "greet": "greeting"}
#: Clocks of two computers differ by as much.
AHEAD_S = 0.05
#: A spoken sentence that seemed over and went on comes whole within this.
WENT_ON_S = 15.0


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
        self._spoken = (
            "",
            "",
            ("", ""),
            0.0,
        )  # the newest request by voice: id, words, person and role, when

    def heard(
        self,
        words: str,
        source: str,
        late: str,
        person: str,
        role: str,
        confidence: float = 1.0,
        since_s: float = 0.0,
        trace: str = "",
    ) -> None:
        """Words of a topic: whose they are is known by their voice alone, and of a sign by face and voice. `confidence`: of the
        recogniser, 0..1; what is no such number is none. `since_s`: when the hand began to show a sign. `trace`: of what was spoken."""
        if source == "gesture":
            return self._shown(words, late, person, role, since_s)
        request_id = id_in(trace)
        if source == "voice":
            self._withdraw_first_part(words, (person, role))
            self._spoken = (request_id, words, (person, role), self._now_s())
        unsure = source == "voice" and is_unsure(confidence)
        goal = Ask.Goal(text=words, source=source, person=person, role=role)
        self.take(request_id, goal, late, unsure=unsure)
        return None

    def _shown(self, sign: str, late: str, person: str, role: str, since_s: float) -> None:
        """`agree` and `refuse` are the answer to the question that waits, of the person whom it was put to; with none, or of a hand that
        was held up before it was asked, they are nothing. `greet` is a greeting. Each in the language of the conversation."""
        if sign not in SIGN_WORDS or late:
            return
        goal, language = Ask.Goal(source="gesture", person=person, role=role), ""
        if sign != "greet":
            asked = self._dialogue.mind.asked(person, self._now_s())
            if asked is None or (sign == "agree" and not asked[1].whether):
                return
            if not asked[1].asked_s < since_s <= self._now_s() + AHEAD_S:
                return
            goal.conversation_id, language = asked[0], asked[1].language
        goal.text = replies(language).say(SIGN_WORDS[sign])
        self.take(uuid4().hex, goal, late)

    def _withdraw_first_part(self, words: str, whose: tuple[str, str]) -> None:
        """A sentence that goes on comes once more, with its rest: what came of its beginning alone is taken back."""
        request_id, earlier, earlier_whose, when_s = self._spoken
        begin = earlier.rstrip(" .,;:!?…").casefold()
        goes_on = words.casefold().startswith(f"{begin} ") and self._now_s() - when_s <= WENT_ON_S
        if begin and goes_on and whose == earlier_whose:
            self._dialogue.cancel(request_id, "the sentence went on", self._now_s())

    def take(self, request_id: str, goal: Ask.Goal, late: str, *, unsure: bool = False) -> None:
        """`late`: why the words came too late to be followed, "" when they did not. `unsure`: they may have been misheard."""
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
        heard = verdict(goal.text, self._dialogue.catalogue.robots)
        request.late, request.unsure = bool(late), unsure
        if not self._active() and heard.kind in (StopKind.STOP, StopKind.END):
            self._dialogue.stop(request, heard.robots, now_s)  # nothing else that is said with it is done
        elif not self._active():
            self._dialogue.refuse(request, "The planner is not active.")
        elif late and heard.kind is StopKind.NONE:  # whatever stops is done however late it is
            self._dialogue.refuse(request, f"I heard that too late: {late}.")
        else:
            self._dialogue.ask(request, now_s)
