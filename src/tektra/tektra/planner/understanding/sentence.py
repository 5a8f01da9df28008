# SPDX-License-Identifier: Apache-2.0
"""The reading of one sentence in one language: its clauses, one after the other, and what they are together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.abilities import of_unread_ability, whether_able
from tektra.planner.understanding.amendments import of_last_order
from tektra.planner.understanding.arrange import Arranger, says_something
from tektra.planner.understanding.asked_again import asked_again, named_before, question_of
from tektra.planner.understanding.build import Builder
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.conditions import (
    BY_INTRO,
    WAIT,
    adds_up,
    event_of,
    ordered_there,
    own_conditions,
    share_of,
    when_to_tell,
)
from tektra.planner.understanding.dialogue import answered
from tektra.planner.understanding.follow_ups import fewer, in_place_of_refused
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.mentions import agent_names, clauses_of, spoken_of
from tektra.planner.understanding.mood import (
    WHEN,
    able_in,
    asked_of_you,
    breaks_off,
    conditional,
    dismissed,
    gently,
    inverted,
    may_be_another,
    modal_first,
    said_loosely,
    said_of_later,
    says_again,
    told_of,
    why_indirect,
    with_suppositions,
)
from tektra.planner.understanding.once_more import EARLIER, once_again, verb_alone
from tektra.planner.understanding.one_hand import too_many
from tektra.planner.understanding.phrasebook import Chunk
from tektra.planner.understanding.preamble import against, recalled, told_only, without
from tektra.planner.understanding.reading import (
    Act,
    Choice,
    Condition,
    Doubt,
    Question,
    Reading,
    Refusal,
    When,
)
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.sharing import carry, only_calls
from tektra.planner.understanding.supposed import passed_over
from tektra.planner.understanding.vocabulary import Use, Vocabulary


class Sentence:
    """The reading of one sentence in one language."""

    def __init__(
        self, words: str, language: str, scene: Scene, matcher: Matcher, vocabulary: Vocabulary,
        chunks: Sequence[Chunk], parts: Sequence[Part],
    ) -> None:  # fmt: skip
        self._words, self._language, self._scene, self._matcher = words, language, scene, matcher
        told = told_only(parts, words, vocabulary)
        self._chunks = without(chunks, told)
        self._parts = parts = with_suppositions([part for part in parts if part not in told])
        self._small, self._verb_last = vocabulary.small_amounts, vocabulary.verb_last
        self._builder = Builder(scene, self._small)
        self._builder.recent = recalled(told, self._builder.recent)
        self._conditions, self._questions = list[Condition](), list[Question]()
        self._whole, self._only_tells, self._talk = True, False, ""  # which kind of talk
        self._first = next((part.match for part in parts if not only_calls(part.match)), None)
        self._indirect = why_indirect(carry(parts))
        self._arranger = Arranger(matcher, words, scene)
        self._ordered = False
        # It may be told, and not ordered: "rover1 can go home"; or what is told speaks against it.
        self._against = against(told, parts, words, vocabulary)
        self._unsure = bool(self._against)

    def read(self) -> Reading:
        if earlier := self._of_dialogue():
            return earlier
        units = self._arranger.units(self._parts)
        if units is None:
            return self._reading(Act.UNCLEAR)
        pending: list[Condition] = []
        for unit in units:
            pending = self._unit(unit, pending)
        if pending:
            self._whole = False
        if not (self._questions or self._ordered) and (able := of_unread_ability(self._chunks)) is not None:
            self._questions.append(able)
            self._whole = False
        return self._reading(self._act())

    def _of_dialogue(self) -> Reading | None:
        """An answer, a correction or a repetition: words without a verb of their own."""
        uses = [part.match.frame.use for part in self._parts if part.match.frame is not None]
        said = (self._words, self._language, self._scene, self._chunks)
        if Use.SKILL not in uses and (follows := in_place_of_refused(*said) or fewer(*said)):
            return follows  # "ok, rover2" asks nothing then
        if Use.QUESTION in uses or self._indirect:
            return None
        talk = [part.match.span[1] for part in self._parts[:-1] if part.match.frame is not None]
        chunks = [chunk for chunk in self._chunks if chunk.start >= max(talk, default=0)]
        while len(chunks) > 1 and passed_over(chunks, self._scene.memory.pending):
            chunks.pop(0)  # "good. now rover2 as well"
        said = (self._words, self._language, self._scene, chunks)
        if (others := verb_alone(self._parts, self._scene)) is not None:
            return of_last_order(self._words, self._language, self._scene, others, self._small)
        if (
            self._scene.memory.pending and all(chunk.has("agree") for chunk in self._chunks)
        ) or Use.SKILL not in uses:
            return answered(*said) or asked_again(*said) or of_last_order(*said, self._small)
        return None

    # Clauses

    def _unit(self, part: Part, pending: list[Condition]) -> list[Condition]:
        match, plan = part.match, self._builder.plan
        if part.intro == "then" or any(mark.kind == "then" for mark in match.marks):
            self._unsure = self._unsure or (not plan.steps and said_of_later(match))
            plan.then()
        elif part.intro == "meantime" or any(chunk.has("meantime") for chunk in match.chunks):
            plan.barrier = ()
        if not match.chunks:
            return pending
        if EARLIER in match.marks:
            certain = once_again(plan, self._scene.memory.steps, self._scene)
            self._unsure = self._unsure or not certain
            return pending
        if match.frame is None or (match.frame.use is Use.TALK and dismissed(match)):
            self._whole = self._whole and part.intro not in WHEN
            self._bare(part)
            return pending
        if match.unread:
            self._whole = False
        if match.frame.use is Use.EVENT or part.intro in WHEN:
            if part.intro == "after" and ordered_there(match, plan.steps, self._builder.recent.robots[:1]):
                plan.then()  # "rover1 go to the hall; once it is there, wave": it waits for that step
                return pending
            return [*pending, self._condition(part)]
        if match.frame.use is Use.SKILL:
            return self._order(part, pending)
        if match.frame.use is Use.QUESTION:
            self._whole = self._whole and not match.missing
            scene = named_before(self._scene, self._builder.recent.robots)
            self._questions.append(question_of(match, self._words, scene))
        else:
            self._talk = match.frame.name
        return pending

    def _bare(self, part: Part) -> None:
        match = part.match
        if impossible := next((c for c in match.unread if c.has("impossible")), None):
            self._ordered = True
            who = next(iter(agent_names(match)), "")
            self._builder.plan.refusals.append(Refusal("skill", impossible.text, who))
            self._whole = self._whole and all(c is impossible for c in match.unread)
            return
        self._talk = self._talk or ("thanks" if any(c.has("thanks") for c in match.chunks) else "")
        unread = match.unread and not dismissed(match)
        told = match.fills or match.directions
        if match.agents and not told and not unread:
            self._builder.address(match)
        elif unread or told or match.agents or (says_something(match) and self._ordered):
            self._whole = False  # "forget the kitchen, ..." is said of what follows

    def _order(self, part: Part, pending: list[Condition]) -> list[Condition]:
        match = part.match
        if match.negated:
            for name in agent_names(match)[:1]:
                self._builder.recent = self._builder.recent.with_(robots=name)  # "don't ..., send it home"
            self._talk = "not"
            self._whole = self._whole and says_again(match, self._builder.plan.steps, ordered=self._ordered)
            return pending
        marks = {mark.kind for mark in match.marks}
        wished, polite = "wishes" in marks, bool(marks & {"wishes", "requests"})
        polite = polite or any(mark.kind == "modals" and mark.value == "suggests" for mark in match.marks)
        if (able := able_in(match)) is not None and not polite:
            if not part.asks and told_of(match, able):
                self._unsure = self._unsure or not any(chunk.has("at_once") for chunk in match.chunks)
            else:
                self._questions.append(self._able(match))
                return pending
        done = [*self._scene.memory.steps, *self._builder.plan.steps][::-1]
        last = next((step.who for step in done if step.skill != WAIT), "")
        self._unsure = self._unsure or said_loosely(match) or may_be_another(match, self._scene, last)
        asks = not polite and (part.asks or "asks" in marks)
        if able is None and not polite and asked_of_you(part, self._first):
            asks, self._unsure = False, self._unsure or not gently(match)
        if asks and able is None and modal_first(match):
            self._questions.append(self._able(match))  # "could rover2 go there?"
            return pending
        if asks or (able is None and inverted(part, self._first)):
            self._indirect, self._whole = self._indirect or "a question", False
            return pending
        told = match.frame is not None and match.frame.done and part.intro not in ("after", "before", "then")
        if told and not wished:
            self._indirect, self._whole = self._indirect or "a statement", False
            return pending
        self._whole, self._ordered = self._whole and part.intro != "or", True
        added = self._builder.clause(match)
        if match.frame is not None and match.frame.name == WAIT and not match.agents:
            self._builder.plan.then()  # "wait ten seconds and wave": nobody is told to wait, so all do
        for condition in [*pending, *own_conditions(match, self._words, already=bool(pending))]:
            self._conditions.append(replace(condition, steps=tuple(added)))
            self._unsure = self._unsure or adds_up(match, condition)
        return []

    def _able(self, match: Match) -> Question:
        waits = bool(self._conditions)
        return whether_able(match, self._matcher, self._scene, self._small, conditional=waits)

    def _condition(self, part: Part) -> Condition:
        match = part.match
        event = event_of(match)
        if not event:
            self._whole = False
        about = spoken_of(match, self._scene)
        for name in (name for name in about if self._scene.robot(name) is not None):
            self._builder.recent = self._builder.recent.with_(robots=name)  # "if rover1 runs low, dock it"
        place = next((named.name for f in match.fills.get("place", []) for named in f.meaning.named[:1]), "")
        start, end = match.span
        when = BY_INTRO.get(part.intro, When.IF)
        return Condition(
            when, self._words[start:end], (start, end), event, about, place, share=share_of(match)
        )

    # The whole

    def _act(self) -> Act:
        plan = self._builder.plan
        told = when_to_tell(self._words, self._chunks, plan.steps, self._conditions, self._scene.memory)
        if told is None:
            plan.steps.clear()
            self._whole, self._only_tells = False, True
        self._conditions += told or ()
        if self._ordered and (plan.steps or plan.refusals or plan.doubts):
            plan.unsure = plan.unsure or too_many(plan.steps)
            if (self._unsure or plan.unsure) and not plan.doubts and not plan.refusals:
                plan.doubts.append(Doubt("sure", 0, "", (Choice("yes", True),)))
            if self._questions:
                self._whole = False
                return Act.UNCLEAR
            return Act.ORDER
        if self._questions:
            return Act.QUESTION
        if self._talk and self._whole:
            return Act.TALK  # "how are you"
        if not any(chunk.has("interrogatives") for chunk in self._chunks[:1]):
            return Act.UNCLEAR
        self._indirect = self._indirect or "a question"
        return Act.QUESTION

    def _reading(self, act: Act) -> Reading:
        plan = self._builder.plan
        question = self._questions[0] if self._questions else None
        indirect = self._indirect
        framed = [part.match for part in self._parts if part.match.frame is not None]
        if act is Act.QUESTION:
            indirect = indirect or "a question"
        elif framed and not (indirect or plan.steps) and all(match.negated for match in framed):
            indirect = "it says what not to do"
        unfinished = breaks_off(self._chunks, self._parts)
        return Reading(
            self._words,
            self._language,
            act,
            whole=self._whole and (not indirect or act is Act.QUESTION) and not unfinished,
            steps=tuple(plan.steps),
            conditions=tuple(self._conditions),
            question=question,
            doubts=tuple(plan.doubts),
            refusals=tuple(dict.fromkeys(plan.refusals)),
            clauses=clauses_of(
                [part.match for part in self._parts],
                but="say" if self._only_tells else "",
                verb_last=self._verb_last,
            ),
            indirect=indirect,
            conditional=conditional(self._parts, self._words, self._conditions),
            talk=self._talk if act is Act.TALK else "",
            unfinished=unfinished,
            mends=self._arranger.mends,
            anew=self._arranger.anew,
            against=self._against,
        )
