# SPDX-License-Identifier: Apache-2.0
"""Reads a sentence: an order, a question, an answer, a correction or talk. Rules over data; milliseconds; no model.

    words ─▶ chunks ─▶ clauses, each matched with the sentences of the language and of the robots ─▶ steps, doubts, refusals

docs/decisions/reading.md tells why it is made so; docs/languages.md how a language, a name or a sentence is added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tektra.planner.understanding import dialogue
from tektra.planner.understanding.build import Builder
from tektra.planner.understanding.chunks import (
    QUOTE,
    Chunk,
    Lexicon,
    Meaning,
    SceneLexicon,
    cut,
    make_lexicon,
    make_scene_lexicon,
)  # fmt: skip
from tektra.planner.understanding.clauses import MAX_CHUNKS, Part, divide
from tektra.planner.understanding.match import Match, Matcher
from tektra.planner.understanding.mentions import clause_of
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasing import phrased
from tektra.planner.understanding.reading import Act, Condition, Question, Reading, Refusal, Topic, When
from tektra.planner.understanding.scene import Scene
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.vocabulary import Use, Vocabulary

_CONDITIONS = {"if": When.IF, "after": When.IF, "whenever": When.WHENEVER, "until": When.UNTIL}
_TIMES = {"in": When.IN, "every": When.EVERY, "at": When.AT}


@dataclass(frozen=True)
class _Prepared:
    """What a scene gives in one language."""

    lexicon: Lexicon
    own: SceneLexicon


class Reader:
    """Reads in the languages of its vocabularies. One thread uses it: it keeps what the last scene's names are."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._lexicons = {vocabulary.language: make_lexicon(vocabulary) for vocabulary in vocabularies}
        self._scene: Scene | None = None
        self._own: dict[str, SceneLexicon] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._lexicons)

    def read(self, words: str, scene: Scene, language: str = "") -> Reading:
        """What the words mean in that scene. `language`: the one to read in; empty: the one in which most is read."""
        self._know(scene)
        languages = [language] if language in self._lexicons else list(self._lexicons)
        readings = [self._read(words, scene, each) for each in languages]
        return min(readings, key=_unread)

    def _know(self, scene: Scene) -> None:
        known = self._scene
        if known is None or known.robots != scene.robots or known.named != scene.named:
            self._own = {
                language: make_scene_lexicon(scene, lexicon.vocabulary)
                for language, lexicon in self._lexicons.items()
            }
        self._scene = scene

    def _read(self, words: str, scene: Scene, language: str) -> Reading:
        lexicon, own = self._lexicons[language], self._own[language]
        chunks = cut(words, lexicon, own)
        if not chunks or len(chunks) > MAX_CHUNKS:
            return Reading(words, language, Act.TALK if not chunks else Act.UNCLEAR, whole=False)
        matcher = Matcher(lexicon, own, scene)
        row = [token.plain for token in tokens(words)]
        parts = divide(chunks, matcher, words, row)
        reading = _Sentence(words, language, scene, matcher, lexicon.vocabulary, chunks, parts).read()
        return phrased(reading, lexicon.vocabulary)


def _unread(reading: Reading) -> tuple[int, bool]:
    return sum(len(clause.unread) for clause in reading.clauses), not reading.whole


class _Sentence:
    """The reading of one sentence in one language."""

    def __init__(
        self, words: str, language: str, scene: Scene, matcher: Matcher, vocabulary: Vocabulary,
        chunks: Sequence[Chunk], parts: Sequence[Part],
    ) -> None:  # fmt: skip
        self._words = words
        self._language = language
        self._scene = scene
        self._matcher = matcher
        self._chunks = chunks
        self._parts = list(parts)
        self._small = vocabulary.small_amounts
        self._builder = Builder(scene, self._small)
        self._conditions: list[Condition] = []
        self._questions: list[Question] = []
        self._whole = True
        self._indirect = _indirect(parts)
        self._talk = False
        self._ordered = False

    def read(self) -> Reading:
        if earlier := self._of_dialogue():
            return earlier
        units = self._units()
        if units is None:
            return self._reading(Act.UNCLEAR)
        pending: list[Condition] = []
        for unit in units:
            pending = self._unit(unit, pending)
        if pending:
            self._whole = False
        return self._reading(self._act())

    def _of_dialogue(self) -> Reading | None:
        """An answer, a correction or a repetition: words without a verb of their own."""
        frames = [part.match.frame for part in self._parts if part.match.frame is not None]
        if any(frame.use is Use.QUESTION for frame in frames) or self._indirect:
            return None
        said = (self._words, self._language, self._scene, self._chunks)
        if not any(frame.use is Use.SKILL for frame in frames):
            return dialogue.answered(*said) or dialogue.amended(*said, self._small)
        return None

    # Order of clauses

    def _units(self) -> list[Part] | None:
        """The clauses with corrections applied, what was left out filled in, and in the order in which they are meant."""
        units: list[Part] = []
        repairing = False
        for part in self._parts:
            if not part.match.chunks:
                if part.intro == "repair":
                    repairing = True
                elif part.intro in ("then", "but"):
                    units.append(part)
                continue
            repairing = repairing or part.intro == "repair"
            before = next((unit for unit in reversed(units) if unit.match.frame is not None), None)
            if repairing and _says_something(part.match):
                repairing = False
                if not self._repair(units, part, before):
                    return None
                continue
            units.append(self._completed(part, before))
        return _in_order(units)

    def _repair(self, units: list[Part], part: Part, before: Part | None) -> bool:
        if before is None:
            units.append(replace(part, intro=""))
            return True
        at = len(units) - 1 - units[::-1].index(before)
        if part.match.frame is not None:
            match = part.match
            if not match.agents:
                match.agents = before.match.agents
        else:
            match = inherit(self._matcher, before.match, part.match, self._words, all_=True)
            if match.unread:
                return False
        units[at] = replace(before, match=match)
        return True

    def _completed(self, part: Part, before: Part | None) -> Part:
        """An ellipsis takes its verb from the clause before."""
        match = part.match
        if match.frame is not None or not _says_something(match) or before is None:
            if match.frame is None and before is None and match.agents and "name" in match.fills:
                default = self._matcher.verbless(match, self._words)
                return replace(part, match=default) if default is not None else part
            return part
        only_agents = not match.fills and not match.directions
        if only_agents and part.intro in ("", ",", "comma") and not before.match.agents:
            before.match.agents += match.agents
            return replace(part, match=Match(None, ()))
        return replace(part, match=inherit(self._matcher, before.match, match, self._words, all_=only_agents))

    # Clauses

    def _unit(self, part: Part, pending: list[Condition]) -> list[Condition]:
        match, plan = part.match, self._builder.plan
        if part.intro == "then":
            plan.then()
        if not match.chunks:
            return pending
        if match.frame is None:
            self._bare(part)
            return pending
        if match.unread:
            self._whole = False
        if match.frame.use is Use.SKILL:
            return self._order(part, pending)
        if match.frame.use is Use.EVENT or part.intro in ("if", "whenever", "until"):
            return [*pending, self._condition(part)]
        if match.frame.use is Use.QUESTION:
            self._questions.append(self._question(match))
        else:
            self._talk = True
        return pending

    def _bare(self, part: Part) -> None:
        match = part.match
        if impossible := next((c for c in match.unread if c.has("impossible")), None):
            self._ordered = True
            name = impossible.text
            who = self._agent_names(match)
            self._builder.plan.refusals.append(Refusal("skill", name, who[0] if who else ""))
            self._whole = self._whole and all(c is impossible for c in match.unread)
            return
        if match.agents and not match.fills and not match.directions and not match.unread:
            self._builder.address(match)
        elif _says_something(match) or match.unread:
            self._whole = False

    def _agent_names(self, match: Match) -> tuple[str, ...]:
        return tuple(m.value for chunk in match.agents for m in chunk.meanings if m.kind == ROBOT)

    def _order(self, part: Part, pending: list[Condition]) -> list[Condition]:
        match = part.match
        if match.negated:
            self._indirect = self._indirect or ""
            self._talk = True
            return pending
        polite = any(mark.kind == "requests" for mark in match.marks)
        if any(mark.kind == "able" for mark in match.marks) and not polite:
            trial = Builder(self._scene, {})
            trial.clause(match)
            about = self._agent_names(match)
            self._questions.append(Question(Topic.CAN_DO, about, tuple(trial.plan.steps)))
            return pending
        if part.asks and not polite:
            self._indirect = self._indirect or "a question"
            self._whole = False
            return pending
        if match.frame is not None and match.frame.done and part.intro not in ("after", "before", "then"):
            self._indirect = self._indirect or "a statement"
            self._whole = False
            return pending
        self._ordered = True
        added = self._builder.clause(match)
        times = [self._timed(kind, chunk) for kind, chunk in match.times]
        for condition in [*pending, *times]:
            self._conditions.append(replace(condition, steps=tuple(added)))
        return []

    def _timed(self, kind: str, chunk: Chunk) -> Condition:
        meaning = next(m for m in chunk.meanings if m.quantity is not None)
        assert meaning.quantity is not None
        return Condition(_TIMES[kind], chunk.text, (chunk.start, chunk.end), seconds=meaning.quantity.value)

    def _condition(self, part: Part) -> Condition:
        match = part.match
        event = match.frame.name if match.frame is not None and match.frame.use is Use.EVENT else ""
        if not event:
            self._whole = False
        about = self._about(match)
        place = next((named.name for f in match.fills.get("place", []) for named in f.meaning.named[:1]), "")
        start, end = match.span
        when = _CONDITIONS.get(part.intro, When.IF)
        return Condition(when, self._words[start:end], (start, end), event, about, place)

    def _question(self, match: Match) -> Question:
        assert match.frame is not None
        topic, _, about = match.frame.name.partition(":")
        return Question(Topic(topic), (about,) if about else self._about(match))

    def _about(self, match: Match) -> tuple[str, ...]:
        found: list[str] = []
        for slot in ("about", "place", "object"):
            for fill in match.fills.get(slot, []):
                found += self._names(fill.meaning)
        return tuple(dict.fromkeys(found))

    def _names(self, meaning: Meaning) -> tuple[str, ...]:
        if meaning.kind == NAME:
            return tuple(named.name for named in meaning.named)
        if meaning.kind == "kinds":
            kind = meaning.value.rstrip("*")
            return tuple(
                r.name
                for r in self._scene.robots
                if (kind == "robot" and r.kind != "assistant") or r.kind == kind
            )
        if meaning.kind == "groups":
            return tuple(robot.name for robot in self._scene.robots if robot.kind != "assistant")
        if meaning.kind == "references":
            newest: Mapping[str, tuple[str, ...]] = {
                "it": (*self._scene.memory.robots[:1], *self._scene.memory.things[:1]),
                "there": self._scene.memory.places,
                "him": self._scene.memory.people,
                "me": (self._scene.asker,) if self._scene.asker else (),
            }
            return newest.get(meaning.value, ())[:1]
        return (meaning.value,)

    # The whole

    def _act(self) -> Act:
        plan = self._builder.plan
        if self._ordered and (plan.steps or plan.refusals or plan.doubts):
            if self._questions:
                self._whole = False
                return Act.UNCLEAR
            return Act.ORDER
        if self._questions:
            return Act.QUESTION
        if any(chunk.has("interrogatives") for chunk in self._chunks[:1]):
            self._indirect = self._indirect or "a question"
            return Act.QUESTION
        return Act.TALK if self._talk and self._whole else Act.UNCLEAR

    def _reading(self, act: Act) -> Reading:
        plan = self._builder.plan
        question = self._questions[0] if self._questions else None
        indirect = self._indirect
        if act is Act.QUESTION:
            indirect = indirect or "a question"
        elif (
            not indirect
            and all(p.match.negated for p in self._parts if p.match.frame is not None)
            and any(p.match.frame is not None for p in self._parts)
        ):
            indirect = "it says what not to do"
        return Reading(
            self._words,
            self._language,
            act,
            whole=(self._whole and not indirect) or (act is Act.QUESTION and self._whole),
            steps=tuple(plan.steps),
            conditions=tuple(self._conditions),
            question=question,
            doubts=tuple(plan.doubts),
            refusals=tuple(dict.fromkeys(plan.refusals)),
            clauses=tuple(clause_of(part.match) for part in self._parts if part.match.chunks),
            indirect=indirect,
        )


def _says_something(match: Match) -> bool:
    return match.frame is not None or bool(match.fills or match.directions or match.agents or match.excluded)


def inherit(matcher: Matcher, before: Match, part: Match, words: str, *, all_: bool) -> Match:
    """The clause with the verb of the one before; `all_`: and with all that it does not say itself."""
    match = matcher.of_frame(before.frame, part.chunks, (), words)
    match.heads = before.heads
    if not match.agents and all_:
        match.agents = before.agents
    if all_:
        for name, fills in before.fills.items():
            match.fills.setdefault(name, fills)
        if not match.directions:
            match.directions = before.directions
        match.missing = tuple(name for name in match.missing if name not in match.fills)
        match.count = before.count if match.count == 1 else match.count
    match.cost = 0.0
    return match


def _in_order(units: Sequence[Part]) -> list[Part]:
    """As they are meant in time: "after B, A" and "A after B" are B, then A; a condition stands before what it is for."""
    found: list[Part] = []
    index = 0
    units = list(units)
    while index < len(units):
        part = units[index]
        following = units[index + 1] if index + 1 < len(units) else None
        orders = part.match.frame is not None and part.match.frame.use is Use.SKILL
        if part.intro == "after" and orders:
            if part.opens and following is not None:
                found += [replace(part, intro="after"), replace(following, intro="then")]
                index += 2
                continue
            if found:
                last = found.pop()
                found += [part, replace(last, intro="then")]
                index += 1
                continue
        if part.intro == "before" and orders:
            if part.opens and following is not None:
                found += [replace(following, intro=""), replace(part, intro="then")]
                index += 2
                continue
            part = replace(part, intro="then")
        if part.intro in ("if", "whenever", "until", "after") and not part.opens and found and not orders:
            last = found.pop()
            found += [replace(part, opens=False), replace(last, intro=last.intro)]
            index += 1
            continue
        found.append(part)
        index += 1
    return found


def _indirect(parts: Sequence[Part]) -> str:
    """Why nothing is ordered, if some words that nothing accounts for say so."""
    for part in parts:
        for chunk in part.match.unread:
            if chunk.has(QUOTE):
                return "it is quoted"
            if (meaning := chunk.get("indirect")) is not None:
                return {
                    "reported": "it is reported", "spoken": "it is about words", "hypothetical": "it is hypothetical",
                    "injected": "it is no order of a person", "past": "it is a question",
                }.get(meaning.value, meaning.value)  # fmt: skip
            if any(m.kind == "references" and m.value == "others" for m in chunk.meanings):
                return "it is a statement"
            if chunk.has("interrogatives") and chunk is part.match.chunks[0]:
                return "a question"
    return ""
