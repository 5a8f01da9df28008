# SPDX-License-Identifier: Apache-2.0
"""What is remembered, told, corrected and forgotten in words: each person sees and changes only what is their own.

What would be gone for good is asked about first; the answer counts from the same person, soon, in the same conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tektra.planner.conversation.kept_words import Kept, is_about
from tektra.planner.conversation.memory import PENDING_S
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.relevance import relevant
from tektra.planner.conversation.replies import Replies, replies
from tektra.planner.conversation.request import Request
from tektra.planner.understanding.control import Control, Said
from tektra.planner.understanding.subjects import goes_on, with_subject

#: As many facts are told at once.
MOST_TOLD = 20


@dataclass(frozen=True)
class _Asked:
    """What waits for a yes. `fact`: the one that is to be corrected."""

    said: Said
    person: str
    at_s: float
    fact: str = ""


class MemoryInWords:
    """One thread uses it."""

    def __init__(self, kept: Kept, mind: Mind) -> None:
        self._kept = kept
        self._mind = mind
        mind.questions_void = self._void
        self._asked: dict[str, _Asked] = {}  # by conversation
        self._spoken_of: dict[
            str, tuple[str, str]
        ] = {}  # by conversation: the person, and the fact that was told last

    def take(self, said: Said, request: Request, now_s: float) -> str:
        """What is said of it; empty where it is about nothing that is kept, and means something else."""
        if said.control in (Control.YES, Control.NO):
            return self._answered(said, request, now_s)
        if said.control is Control.CORRECT_WEAK:
            if not self._goes_on(said, request):
                self.other_words(request)
                return ""
            said = replace(said, control=Control.CORRECT)
        self._asked.pop(request.conversation_id, None)
        told = replies(said.language or request.language)
        if said.control is Control.KNOWN:
            return self._known(said, request, told)
        if said.control is Control.CORRECT:
            return self._correct(said, request, told, now_s)
        if said.control in (Control.FIRST_SAID, Control.LAST_SAID):
            return self._said(said, request, told)
        if said.control is Control.BEGIN_ANEW:
            if not request.plan_only:
                self._kept.begin_anew(request.conversation_id)
                self._mind.turn_away(request.conversation_id)
            return told.say("memory.anew")
        return self._ask(said, request, told, now_s)

    def other_words(self, request: Request) -> None:
        """Something else was said: no yes means a question about memory any more, and no "that is wrong" a fact that it is not about."""
        self._asked.pop(request.conversation_id, None)
        memory = self._mind.memory(request.conversation_id)
        _, fact = self._spoken_of.get(request.conversation_id, ("", memory.fact))
        if not (fact and is_about(fact, request.words)):
            self._spoken_of.pop(request.conversation_id, None)
            memory.fact = ""

    def about(self, request: Request) -> str:
        """What was remembered of this person that the words are about, as a sentence; empty where nothing was."""
        facts = [fact.text for fact in self._kept.facts_of(request.person)]
        found = [_bare(text) for text in self._kept.relevant(request.words, facts, MOST_TOLD)]
        return (
            replies(request.language).say("memory.known", facts=replies(request.language).numbered(found))
            if found
            else ""
        )

    def _void(self) -> None:
        """After a stop: no question waits any more."""
        self._asked.clear()

    def _known(self, said: Said, request: Request, told: Replies) -> str:
        facts = [fact.text for fact in self._kept.facts_of(request.person)]
        if said.text:
            facts = list(self._kept.relevant(said.text, facts, MOST_TOLD))
            if not facts:
                return ""
        if not facts:
            return told.say("memory.nothing")
        self._spoken_of[request.conversation_id] = (request.person, facts[-1])
        return told.say("memory.known", facts=told.numbered([_bare(text) for text in facts[-MOST_TOLD:]]))

    def _said(self, said: Said, request: Request, told: Replies) -> str:
        before = self._kept.said_in(request.conversation_id)
        if before and before[-1].text == request.words:
            before = before[:-1]  # these very words
        if not before:
            return told.say("memory.said_nothing")
        first = said.control is Control.FIRST_SAID
        words = before[0 if first else -1].text
        return told.say("memory.said_first" if first else "memory.said_last", words=_bare(words))

    def _fact(self, request: Request) -> str:
        """The fact that was told or kept last in this conversation; empty where it is somebody else's."""
        kept_now = (request.person, self._mind.memory(request.conversation_id).fact)
        person, fact = self._spoken_of.get(request.conversation_id, kept_now)
        return fact if person == request.person else ""

    def _goes_on(self, said: Said, request: Request) -> bool:
        """ "No, she comes on Saturday": not where it reads as an order, "no, go to the hall"."""
        orders = request.reading is not None and bool(request.reading.steps or request.reading.refusals)
        fact = self._fact(request)
        return bool(fact) and not orders and goes_on(said.text, fact, said.language or request.language)

    def _correct(self, said: Said, request: Request, told: Replies, now_s: float) -> str:
        if not (fact := self._fact(request)):
            return ""
        said = replace(said, text=with_subject(said.text, fact, said.language or request.language))
        self._wait(said, request, now_s, fact)
        return told.say("memory.shall_correct", old=_bare(fact), new=_bare(said.text))

    def _ask(self, said: Said, request: Request, told: Replies, now_s: float) -> str:
        if said.control is Control.FORGET:
            facts = [fact.text for fact in self._kept.facts_of(request.person)]
            named = told.numbered([_bare(text) for text in relevant(said.text, facts, MOST_TOLD)])
            self._wait(said, request, now_s)
            if named:
                return told.say("memory.shall_forget", facts=named)
            return told.say("memory.shall_forget_words", text=said.text)
        self._wait(said, request, now_s)
        everything = said.control is Control.FORGET_ALL
        return told.say("memory.shall_forget_all" if everything else "memory.shall_delete")

    def _wait(self, said: Said, request: Request, now_s: float, fact: str = "") -> None:
        if not request.plan_only:
            self._asked[request.conversation_id] = _Asked(said, request.person, now_s, fact)

    def _answered(self, said: Said, request: Request, now_s: float) -> str:
        asked = self._asked.pop(request.conversation_id, None)
        if asked is None or asked.person != request.person or now_s - asked.at_s > PENDING_S:
            return ""
        told = replies(asked.said.language or request.language)
        if said.control is Control.NO or request.plan_only:
            return told.say("left")
        control, person = asked.said.control, request.person
        gone: Sequence[str] = ()
        if control is Control.CORRECT:
            self._kept.correct(asked.fact, asked.said.text, now_s, person=person)
            self._spoken_of[request.conversation_id] = (person, asked.said.text)
            return told.say("memory.corrected", new=_bare(asked.said.text))
        if control is Control.FORGET:
            self._kept.forget_about(asked.said.text, person=person)
        elif control is Control.DELETE:
            self._kept.delete(request.conversation_id)
            gone = (request.conversation_id,)
        else:
            gone = self._kept.forget_person(person, request.channel)
        for conversation_id in gone:
            self._mind.forget(conversation_id)
            self._spoken_of.pop(conversation_id, None)
        return told.say("memory.gone")


def _bare(text: str) -> str:
    return text.strip().rstrip(".!")
