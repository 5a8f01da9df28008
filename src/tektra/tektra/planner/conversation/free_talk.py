# SPDX-License-Identifier: Apache-2.0
"""The model's talk on its way to the person: held where a plan may follow, and never what is not known to be so."""

from __future__ import annotations

from collections.abc import Callable

from tektra.common.world import World
from tektra.planner.conversation.answering import Answering
from tektra.planner.conversation.feelings import Felt, to_somebody
from tektra.planner.conversation.outbox import Outbox
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.conversation.statements import Claim
from tektra.planner.conversation.talk_filter import Judge, SoundsDone, TalkFilter
from tektra.planner.understanding.reading import Act, Question, Topic
from tektra.planner.world.catalogue import Catalogue

#: What a camera tells.
_SIGHT = (Topic.SEE, Topic.PEOPLE)
#: What data answers to a question of a request.
Answer = Callable[[Request, Question], str]


class FreeTalk:
    """One thread uses it. `answer`: what data says in place of a claim. `felt`: how the person feels, by the words.
    `sounds_done`: how much a sentence sounds like a claim of a deed. `recalled`: what was remembered of what the words are about."""

    recalled: Callable[[Request], str] = staticmethod(lambda request: "")

    def __init__(
        self, world: World, outbox: Outbox, answer: Answer, felt: Felt, sounds_done: SoundsDone
    ) -> None:
        self._world = world
        self._outbox, self._answering = outbox, Answering(outbox)
        self._answer = answer
        self._felt = felt
        self._sounds_done = sounds_done
        self._begun: dict[str, Request] = {}
        self._filters: dict[str, TalkFilter] = {}

    def begin(self, request: Request, catalogue: Catalogue) -> None:
        request.feeling = to_somebody(self._felt(request.words))
        self._begun[request.request_id] = request
        said = " ".join((request.words, *request.earlier))
        judge = Judge(self._world, catalogue, self._sounds_done)
        self._filters[request.request_id] = TalkFilter(judge, request.language, said_by_person=said)

    def piece(self, request: Request, text: str) -> bool:
        """The next words of a reply; False once nothing more of it may be said."""
        if request.may_plan:
            request.held += text
            return True
        talk = self._filters[request.request_id]
        self._answering.give(request, talk.feed(text))
        return not talk.ended

    def instead(self, request: Request) -> str:
        """What is said in place of what was claimed."""
        talk, say = self._filters[request.request_id], replies(request.language).say
        told = (
            say("not_done")
            if talk.claim is None or request.may_order
            else self._of_claim(talk.claim, request)
        )
        return f"{'… ' if talk.broke_off else ''}{told}"

    def stood_in(self, request_id: str, chosen: str, by: str) -> str:
        """Says who answers in place of the chosen model, or that it answers again. It is no part of what is kept of the reply.
        Returns who stands in for whom, for diagnostics."""
        if (request := self._begun.get(request_id)) is not None:
            names = {"chosen": _spoken(chosen), "by": _spoken(by)}
            key = "answers_again" if by == chosen else "stands_in"
            self._outbox.give(request, f"{replies(request.language).say(key, **names)} ", last=False)
        return "nobody" if by == chosen else f"{by} for {chosen}"

    def end(self, request: Request) -> None:
        """Nothing more comes: what was held is said, unless it claims something, or says yes where nothing is done."""
        talk, told = self._filters[request.request_id], replies(request.language)
        whole = (
            f"{request.held}\n" if request.held else ""
        )  # its last sentence ends here, also behind a number
        text, request.held = (talk.feed(whole) + talk.rest()).rstrip("\n"), ""
        if talk.ended:
            self._answering.give(request, text)
            return self._answering.answer(request, self.instead(request), "answered")
        said = request.reply + text
        if not said.strip() or told.is_phrase("assent", said):
            return self._answering.answer(request, told.say("sorry"), "answered")
        return self._answering.talked(request, text)

    def drop(self, request: Request) -> None:
        self._begun.pop(request.request_id, None)
        self._filters.pop(request.request_id, None)

    def _of_claim(self, claim: Claim, request: Request) -> str:
        say = replies(request.language).say
        if request.asks and not claim.of_robots and (recalled := self.recalled(request)):
            return recalled
        if claim.recalls:
            return say("remembered_only")
        tells = request.reading is not None and request.reading.act is Act.UNCLEAR and not request.asks
        if tells and claim.question is not None and claim.question.topic in _SIGHT:
            return say("sorry")  # nobody asked what is to be seen
        if claim.deed:
            return say("not_done" if claim.of_robots else "cannot")
        known = self._answer(request, claim.question) if claim.question is not None else ""
        return known or say("answers.unknown")


def _spoken(model: str) -> str:
    """Its name, without the folders that lead to it."""
    return model.rsplit("/", 1)[-1]
