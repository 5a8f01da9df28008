# SPDX-License-Identifier: Apache-2.0
"""Which sentence a run of chunks is: the one whose words it holds, whose arguments it gives, and that leaves nothing over.

The order of the parts is free ("in the kitchen rover1 turns left by half a turn"). What is left over makes a match dear;
a match that leaves nothing is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.agents import PLURAL, THEM
from tektra.planner.understanding.arguments import argument
from tektra.planner.understanding.circles import count_circles
from tektra.planner.understanding.conditions import WAIT
from tektra.planner.understanding.descriptions import take_person, take_text
from tektra.planner.understanding.filling import Filling
from tektra.planner.understanding.lexicon import Lexicon, SceneLexicon
from tektra.planner.understanding.match import (
    MISSING,
    NO_VALUE,
    SEVERAL,
    SIGNS,
    UNNAMED,
    UNREAD,
    Match,
    asked_for,
    is_motion,
    takes,
)
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import COMMA, UNKNOWN, VALUE, Chunk, Meaning
from tektra.planner.understanding.put_where import for_people, put_down
from tektra.planner.understanding.scene import LEAVES, Scene, Sort
from tektra.planner.understanding.supposed import is_none
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.unknown_names import name_the_unknown, tell_apart
from tektra.planner.understanding.vocabulary import Frame, Use
from tektra.planner.understanding.who_acts import beyond, is_anybody, misplaced


class Matcher:
    """Matches runs of one sentence's chunks. Made for a scene and a language; holds no state of a sentence."""

    def __init__(self, lexicon: Lexicon, scene_lexicon: SceneLexicon, scene: Scene) -> None:
        self._lexicon = lexicon
        self._own = scene_lexicon
        self._scene = scene
        self._offered = {skill.name: skill for robot in scene.robots for skill in robot.skills}

    def best(
        self, chunks: Sequence[Chunk], words: str, row: Sequence[str], intro: str, *, asks: bool = True
    ) -> Match:
        """The cheapest match; without any verb one with frame None, for an ellipsis.

        `row`: plain tokens of the sentence; `intro`: the kind of word that the clause begins with. `asks`: it may be a question.
        """
        matches = [
            self.of_frame(frame, chunks, heads, words, starts)
            for frame, heads, starts in self._candidates(chunks, row)
        ]
        matches = [match for match in matches if "dock" not in match.missing]  # "drive to the" says no dock
        matches = [m for m in matches if not (self._looks_for_nothing(m) or is_none(m, chunks))]
        bare = self.of_frame(None, chunks, (), words)
        if not asks:
            matches = [m for m in matches if m.frame is None or m.frame.use is not Use.QUESTION] or matches
        if not matches:
            return bare
        events = intro in ("if", "whenever", "until")
        after = intro == "after"  # "wave when you see a person" asks nothing
        first = min(
            matches,
            key=lambda match: (match.cost, misplaced(match, events, after=after), *self._rank(match)),
        )
        if (
            not after
            and misplaced(first, events)
            and first.frame is not None
            and first.frame.use is Use.EVENT
            and not bare.unread
        ):
            return bare  # "nueva orden: ..." is no "hasta nueva orden"
        found = first if first.cost <= bare.cost else bare
        return put_down(for_people(found, matches), matches, self._scene)

    def _looks_for_nothing(self, match: Match) -> bool:
        """ "check if the door is open": what is to be looked for is no thing that anybody can find, and "somebody" no robot."""
        whether = any(head.has("whether") for head in match.heads)
        robots = any(is_anybody(fill.chunk) for fill in match.fills.get("about", []))
        return whether and (
            robots or (bool(match.frame and match.frame.name in self._offered) and self.values_unsaid(match))
        )

    def begins(self, chunk: Chunk) -> bool:
        """Whether it is a verb that an order may begin with, and nothing else."""
        alone = any(map(chunk.has, (UNKNOWN, "circles", "using")))
        return alone and chunk.text.casefold() in self._lexicon.verbs

    def waits(self, heads: Sequence[Chunk]) -> bool:
        """Whether they are a verb that tells somebody to wait."""
        return self.orders(heads, WAIT)

    def orders(self, heads: Sequence[Chunk], skill: str) -> bool:
        """Whether they are a verb that orders that skill."""
        run = tuple(token.plain for head in heads for token in tokens(head.text))
        frames = self._lexicon.frames.get(run, ())
        return any(frame.name == skill and frame.use is Use.SKILL and not frame.done for frame in frames)

    def states(self, chunk: Chunk) -> bool:
        """Whether it holds a finite verb of what is told, and not ordered."""
        return not self._lexicon.vocabulary.stating.isdisjoint(t.plain for t in tokens(chunk.text))

    def joins(self, chunk: Chunk) -> bool:
        """Whether its first word joins it to what was said before: "and then"."""
        return chunk.text.casefold().split()[0] in self._lexicon.joining

    def _rank(self, match: Match) -> tuple[float, ...]:
        frame = match.frame
        assert frame is not None
        offered = frame.use is not Use.SKILL or bool(frame.steps) or frame.name in self._offered
        taken = sum(len(run) for run in frame.phrases)
        return (
            not offered,
            not any(chunk.has("able") for chunk in match.chunks) and beyond(match, self._scene.robots),
            bool(frame.robot),
            len(match.dropped),  # "go back a little" is a length, and no way back to where it came from
            -taken,
            -len(match.fills),
            frame.use is not Use.SKILL,
        )

    def _candidates(
        self, chunks: Sequence[Chunk], row: Sequence[str]
    ) -> Iterator[tuple[Frame, tuple[Chunk, ...], tuple[int, ...]]]:
        found = list(self._runs(chunks, row))
        for run, where in found:
            for frames in (self._lexicon.frames, self._own.frames):
                for frame in frames.get(run, ()):
                    heads, starts = self._rest(frame, where, found)
                    if heads and self._stands_right(frame, chunks, heads):
                        yield frame, heads, starts

    def _runs(
        self, chunks: Sequence[Chunk], row: Sequence[str]
    ) -> Iterator[tuple[Phrase, tuple[Chunk, ...]]]:
        """Every run of words of any frame that begins and ends where chunks do."""
        for index in range(len(chunks)):
            for book in (self._lexicon.runs, self._own.runs):
                yield from book.over(chunks, index, row, self._lexicon.between, light=self._lexicon.light)

    def _rest(
        self, frame: Frame, first: tuple[Chunk, ...], found: Sequence[tuple[Phrase, tuple[Chunk, ...]]]
    ) -> tuple[tuple[Chunk, ...], tuple[int, ...]]:
        """All words of the sentence's own, and the first of each run; empty where one is missing."""
        heads = first
        starts = [0]
        for run in frame.phrases[1:]:
            following = next(
                (
                    where
                    for other, where in found
                    if other == run
                    and (where[0].first >= heads[-1].last or (frame.robot and where[0] not in heads))
                ),
                None,
            )
            if following is None:
                return (), ()
            starts.append(len(heads))
            heads = (*heads, *following)
        return heads, tuple(starts)

    def _stands_right(self, frame: Frame, chunks: Sequence[Chunk], heads: Sequence[Chunk]) -> bool:
        """A question begins with its words; what is over has whom it speaks of before its verb; an order is free."""
        before = [c for c in chunks if c.last <= heads[0].first and not _is_idle(c)]
        if frame.use in (Use.QUESTION, Use.TALK) and frame.opens:
            return not before
        if frame.use is Use.EVENT:
            return bool(before) != frame.opens
        behind = next((c for c in chunks if c.first == heads[-1].last), None)
        if heads[0].has("fillers") and behind is not None and behind.has(COMMA):
            return False  # "schau mal, rover1 soll in die Küche"
        if frame.use is Use.SKILL and any(self.meaning(frame, name) == "text" for name in frame.slots):
            return not any(chunk.has(UNKNOWN) for chunk in before)  # "advance by a metre" says nothing aloud
        return True

    def of_frame(
        self, frame: Frame | None, chunks: Sequence[Chunk], heads: tuple[Chunk, ...], words: str,
        starts: Sequence[int] = (),
    ) -> Match:  # fmt: skip
        """The match of one frame, whatever it costs. `frame` without `heads` is an ellipsis of it."""
        match = Match(frame, tuple(chunks), heads)
        match.marks += [Meaning(PLURAL) for head in heads[:1] if self._lexicon.is_plural(head.text)]
        meanings = {name: self.meaning(frame, name) for name in frame.slots} if frame is not None else {}
        if person := next((name for name, meaning in meanings.items() if meaning == "person"), None):
            take_person(match, person, words)
        if text := next((name for name, meaning in meanings.items() if meaning == "text"), None):
            names = list(meanings)
            take_text(match, text, words, starts, before=names[: names.index(text)])
        Filling(match, meanings, frame is None, stands=self._may_stand(frame, heads)).run()
        match.marks += [Meaning(PLURAL, THEM) for a in match.agents if self._lexicon.is_plural(a.text)]
        count_circles(match, meanings)
        match.negated = match.negated or (frame is not None and frame.sure == "denied")
        match.missing = tuple(name for name in meanings if name not in match.fills)
        around = {"around"} if frame is not None else set()
        sides = {fill.meaning.value for fill in match.directions} - around
        if not match.alternative:  # "left, forward two metres, right" are three; "left or right" is one
            match.cost += SEVERAL * max(0, len(sides) - 1)
        for name in (name for name, meaning in meanings.items() if meaning == "enum"):
            values = {fill.meaning.value for fill in match.fills.get(name, ())}
            match.cost += SEVERAL * max(0, len(values) - 1)  # "dinner is ready so send both home"
        tell_apart(match, meanings)
        name_the_unknown(match, meanings)
        if any(head.has("in_turn") for head in heads) and any(len(f) < 2 for f in match.fills.values()):
            match.cost += SEVERAL  # "fahren nacheinander in den Flur": one after the other, to one place
        if frame is None and "name" in match.fills and is_motion(match):
            match.cost += SEVERAL  # "half a turn, the hall" are two things to do
        match.cost += UNREAD * len(match.unread)
        match.cost += sum(NO_VALUE if meanings[name] == "enum" else MISSING for name in match.missing)
        unknown = [fill.unknown for fills in match.fills.values() for fill in fills if fill.unknown]
        match.cost += UNNAMED * len(unknown)
        match.cost += NO_VALUE * any(
            name.casefold() in self._lexicon.verbs for name in unknown
        )  # "have rover2 turn"
        return match

    def _may_stand(self, frame: Frame | None, heads: tuple[Chunk, ...]) -> bool:
        """Whether a thing may mean the place where it stands without a preposition: "visit the table", not "take the cube"."""
        if frame is None or not heads:
            return frame is None  # "..., the red cube" sends nobody to where it lies
        same = (other for other in self._lexicon.frames.get(frame.phrases[0], ()) if other.use is Use.SKILL)
        return heads[-1].has("prepositions") or not any("object" in other.slots for other in same)

    def verbless(self, part: Match, words: str) -> Match | None:
        """ "rover1 to the kitchen", "rover1 left": who and where are said; going there or turning so is meant."""
        said = {fill.meaning.value for fill in part.directions}
        wanted: tuple[str, tuple[str, ...]] = ("navigate_to", ("place",))
        units = [f.meaning.quantity for f in part.fills.get("quantity", []) if f.meaning.quantity is not None]
        if not said and any(takes("angle", quantity) for quantity in units if quantity.unit):
            wanted = ("turn", ("angle_deg",))  # "rover1 half a turn"
        elif not said and any(quantity.kind is Kind.LENGTH for quantity in units):
            wanted = ("move", ("distance_m",))
        elif said:
            wanted = ("turn", ("angle_deg",)) if said <= set(SIGNS["angle"]) else ("move", ("distance_m",))
        sorts = {one.sort for fill in part.fills.get("name", []) for one in fill.meaning.named}
        if posed := self._value_of(part):
            wanted = posed
        elif {Sort.OBJECT, Sort.SPOT} <= sorts:
            wanted = ("place", ("object", "spot"))  # "the green one on the tray"
        elif self._led_back(part, said, units):
            wanted = ("navigate_to", ("place",))
        if (frame := self._lexicon.plain_orders.get(wanted)) is None:
            return None
        match = self.of_frame(frame, part.chunks, (), words)
        match.agents = match.agents or part.agents
        if wanted[0] == "move" and not said:
            match.marks.append(Meaning("unsure"))  # "rover1 one more metre": which way?
        asks = wanted[0] == "move" and said and match.missing == wanted[1]  # "rover1 forward": how far?
        if (frame.steps and not (match.agents or asked_for(part))) or (said and wanted[0] == "navigate_to"):
            match.marks.append(Meaning("unsure"))
        return match if not match.unread and (asks or not match.missing) else None

    def _led_back(self, part: Match, said: set[str], units: Sequence[Quantity]) -> bool:
        """ "now both back", after somebody went somewhere: back there, and not backwards."""
        if said != {"back"} or units:
            return any(fill.meaning.value == "back" for fill in part.fills.get("reference", []))
        went = any(step.skill in LEAVES and "place" in step.arguments for step in self._scene.memory.steps)
        return went and any(fill.chunk.has("references", "back") for fill in part.directions)

    def _value_of(self, part: Match) -> tuple[str, tuple[str, ...]] | None:
        """ "arm1 ready": the skill, and its argument, that a value is of which whoever is named there has."""
        known = [self._scene.robot(m.value) for c in part.agents for m in c.meanings if m.kind == ROBOT]
        slots = {m.value.partition("=")[0] for c in part.chunks for m in c.meanings if m.kind == VALUE}
        for skill, slot in self._lexicon.of_one_value if known else ():
            if slots.issuperset(slot) and all(robot and robot.skill(skill) for robot in known):
                return skill, slot
        return None

    def values_unsaid(self, match: Match) -> bool:
        """Whether the sentence is about one of few values, and the words name none of them."""
        frame = match.frame
        return frame is not None and any(self.meaning(frame, name) == "enum" for name in match.missing)

    def meaning(self, frame: Frame, name: str) -> str:
        if frame.use is not Use.SKILL:
            return {"about": "about", "share": "share"}.get(name, argument(name, None).meaning)
        if name == "dock":
            return "dock"
        if frame.steps or frame.name not in self._offered:
            return argument(name, None).meaning if name not in ("pose", "expression") else "enum"
        own = self._scene.robot(frame.robot)
        skill = own.skill(frame.name) if own is not None else None
        return argument(name, skill or self._offered[frame.name]).meaning


def _is_idle(chunk: Chunk) -> bool:
    idle = (*"fillers requests asks modals and then but if whenever until after".split(), COMMA)
    return any(chunk.has(kind) for kind in idle)
