# SPDX-License-Identifier: Apache-2.0
"""Which sentence a run of chunks is: the one whose words it holds, whose arguments it gives, and that leaves nothing over.

The order of the parts is free ("in the kitchen rover1 turns left by half a turn"). What is left over makes a match dear;
a match that leaves nothing is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tektra.language.quantities import Kind
from tektra.planner.understanding.arguments import argument
from tektra.planner.understanding.chunks import (
    COMMA,
    NO_ROBOT,
    QUANTITY,
    QUOTE,
    UNKNOWN,
    VALUE,
    Chunk,
    Lexicon,
    Meaning,
    SceneLexicon,
)  # fmt: skip
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.vocabulary import Frame, Use

#: What a chunk that nothing accounts for costs, an argument that is not given, one with an unknown name, an ellipsis.
UNREAD, MISSING, UNNAMED, ELLIPSIS, CLAUSE, INNER_COMMA = 10.0, 4.0, 3.0, 2.0, 0.1, 0.05
#: Kinds of chunk that say who acts.
AGENTS = (ROBOT, NO_ROBOT, "kinds", "groups")
_SORTS = {
    "place": Sort.PLACE,
    "places": Sort.PLACE,
    "object": Sort.OBJECT,
    "spot": Sort.SPOT,
    "person": Sort.PERSON,
}
_REFERENCES = {
    "place": ("there", "here", "back", "me"), "places": ("there",), "object": ("it", "one"), "spot": ("there",),
    "person": ("him", "me"), "robot": ("it", "one", "him"), "about": ("it", "him", "there", "here", "me"),
}  # fmt: skip
_MEASURES = {
    "length": (Kind.LENGTH,), "angle": (Kind.ANGLE,), "duration": (Kind.DURATION,), "speed": (Kind.SPEED,),
    "share": (Kind.SHARE,), "count": (Kind.COUNT,), "number": (Kind.COUNT,),
}  # fmt: skip
#: Directions that say the sign of an argument, by its meaning.
SIGNS = {"length": {"forward": 1, "back": -1}, "angle": {"left": 1, "right": -1, "around": 0}}


@dataclass(frozen=True)
class Fill:
    """What an argument is given by: a chunk, and what it means there. `unknown`: words that nothing here is called by."""

    chunk: Chunk
    meaning: Meaning
    unknown: str = ""


@dataclass
class Match:
    """A sentence that some chunks may be. `fills`: by argument; directions have a list of their own."""

    frame: Frame | None
    chunks: tuple[Chunk, ...]
    heads: tuple[Chunk, ...] = ()
    fills: dict[str, list[Fill]] = field(default_factory=dict)
    directions: list[Fill] = field(default_factory=list)
    agents: list[Chunk] = field(default_factory=list)
    dropped: list[Chunk] = field(default_factory=list)
    excluded: list[Chunk] = field(default_factory=list)
    times: list[tuple[str, Chunk]] = field(default_factory=list)
    marks: list[Meaning] = field(default_factory=list)
    unread: list[Chunk] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    negated: bool = False
    count: int = 1
    text: str = ""
    cost: float = 0.0

    @property
    def span(self) -> tuple[int, int]:
        return (self.chunks[0].start, self.chunks[-1].end) if self.chunks else (0, 0)


class Matcher:
    """Matches runs of one sentence's chunks. Made for a scene and a language; holds no state of a sentence."""

    def __init__(self, lexicon: Lexicon, scene_lexicon: SceneLexicon, scene: Scene) -> None:
        self._lexicon = lexicon
        self._own = scene_lexicon
        self._scene = scene
        self._offered = {skill.name: skill for robot in scene.robots for skill in robot.skills}

    def best(self, chunks: Sequence[Chunk], words: str, row: Sequence[str], intro: str) -> Match:
        """The cheapest match; without any verb one with frame None, for an ellipsis.

        `row`: plain tokens of the sentence; `intro`: the kind of word that the clause begins with.
        """
        matches = [
            self.of_frame(frame, chunks, heads, words) for frame, heads in self._candidates(chunks, row)
        ]
        bare = self.of_frame(None, chunks, (), words)
        if not matches:
            return bare
        events = intro in ("if", "whenever", "until")
        first = min(matches, key=lambda match: (match.cost, _misplaced(match, events), *self._rank(match)))
        return first if first.cost <= bare.cost else bare

    def _rank(self, match: Match) -> tuple[float, ...]:
        frame = match.frame
        assert frame is not None
        offered = frame.use is not Use.SKILL or bool(frame.steps) or frame.name in self._offered
        taken = sum(len(run) for run in frame.phrases)
        return (not frame.robot, not offered, -taken, -len(match.fills), frame.use is not Use.SKILL)

    def _candidates(
        self, chunks: Sequence[Chunk], row: Sequence[str]
    ) -> Iterator[tuple[Frame, tuple[Chunk, ...]]]:
        found = list(self._runs(chunks, row))
        for run, where in found:
            for frames in (self._lexicon.frames, self._own.frames):
                for frame in frames.get(run, ()):
                    heads = self._rest(frame, where, found)
                    if heads is not None and self._stands_right(frame, chunks, heads):
                        yield frame, heads

    def _runs(
        self, chunks: Sequence[Chunk], row: Sequence[str]
    ) -> Iterator[tuple[Phrase, tuple[Chunk, ...]]]:
        """Every run of words of any frame that begins and ends where chunks do."""
        for index in range(len(chunks)):
            for book in (self._lexicon.runs, self._own.runs):
                yield from book.over(chunks, index, row, self._lexicon.vocabulary.articles)

    def _rest(
        self, frame: Frame, first: tuple[Chunk, ...], found: Sequence[tuple[Phrase, tuple[Chunk, ...]]]
    ) -> tuple[Chunk, ...] | None:
        heads = first
        for run in frame.phrases[1:]:
            following = next(
                (where for other, where in found if other == run and where[0].first >= heads[-1].last), None
            )
            if following is None:
                return None
            heads = (*heads, *following)
        return heads

    def _stands_right(self, frame: Frame, chunks: Sequence[Chunk], heads: Sequence[Chunk]) -> bool:
        """A question begins with its words; what is over has whom it speaks of before its verb; an order is free."""
        before = [c for c in chunks if c.last <= heads[0].first and not _is_idle(c)]
        if frame.use in (Use.QUESTION, Use.TALK) and frame.opens:
            return not before
        if frame.use is Use.EVENT:
            return bool(before) != frame.opens
        return True

    def of_frame(
        self, frame: Frame | None, chunks: Sequence[Chunk], heads: tuple[Chunk, ...], words: str
    ) -> Match:
        """The match of one frame, whatever it costs. `frame` without `heads` is an ellipsis of it."""
        match = Match(frame, tuple(chunks), heads)
        meanings = {name: self.meaning(frame, name) for name in frame.slots} if frame is not None else {}
        if text := next((name for name, meaning in meanings.items() if meaning == "text"), None):
            _take_text(match, text, words)
        _Filling(match, meanings, frame is None).run()
        match.missing = tuple(name for name in meanings if name not in match.fills)
        _name_the_unknown(match, meanings)
        match.cost += UNREAD * len(match.unread) + MISSING * len(match.missing)
        match.cost += UNNAMED * sum(fill.unknown != "" for fills in match.fills.values() for fill in fills)
        return match

    def verbless(self, part: Match, words: str) -> Match | None:
        """ "rover1 to the kitchen": who and where are said, and going there is meant; None where that cannot be."""
        for frames in self._lexicon.frames.values():
            for frame in frames:
                if (
                    frame.use is Use.SKILL
                    and frame.name == "navigate_to"
                    and frame.slots == ("place",)
                    and not frame.done
                ):
                    match = self.of_frame(frame, part.chunks, (), words)
                    return match if not match.unread and not match.missing else None
        return None

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


def _misplaced(match: Match, events: bool) -> bool:
    """An event stands behind "if", "until" and the like, and an order nowhere but there does not."""
    assert match.frame is not None
    return (match.frame.use is Use.EVENT) != events


def _is_idle(chunk: Chunk) -> bool:
    return any(
        chunk.has(kind)
        for kind in ("fillers", "requests", "and", "then", "but", "if", "whenever", "until", "after", COMMA)
    )


def _take_text(match: Match, name: str, words: str) -> None:
    """Free text: what is quoted, else all that follows the last word of the sentence's own."""
    rest = [chunk for chunk in match.chunks if chunk.first >= match.heads[-1].last] if match.heads else []
    quoted = next((chunk for chunk in rest if chunk.has(QUOTE)), None)
    if quoted is not None:
        quote = quoted.get(QUOTE)
        match.fills[name] = [Fill(quoted, quote or Meaning(QUOTE))]
        match.text = quote.value if quote else ""
    elif rest:
        match.text = words[match.heads[-1].end : rest[-1].end].strip(" ,:\n\t")
        match.fills[name] = [Fill(rest[0], Meaning("text", match.text))]
        match.cost += 0.3 * sum(chunk.has("and") or chunk.has(COMMA) for chunk in rest)
        match.chunks = tuple(chunk for chunk in match.chunks if chunk not in rest) or match.heads


class _Filling:
    """Goes through the chunks that are no words of the sentence's own, once, and gives each a part."""

    def __init__(self, match: Match, meanings: dict[str, str], headless: bool) -> None:
        self._match = match
        self._meanings = meanings
        self._headless = headless
        taken = {id(chunk) for chunk in match.heads}
        text = {id(fill.chunk) for fills in match.fills.values() for fill in fills}
        self._rest = [c for c in match.chunks if id(c) not in taken and id(c) not in text]
        self._head_at = match.heads[0].first if match.heads else -1
        self._last = ""  # what the chunk before became: an argument's name, "agent", ...
        self._joined = False  # by "and" or a comma
        self._waiting: list[
            Chunk
        ] = []  # prepositions, "not" and the like, until it is known what they stand before
        self._unknown: list[Chunk] = []

    def run(self) -> None:
        for index, chunk in enumerate(self._rest):
            following = self._rest[index + 1] if index + 1 < len(self._rest) else None
            self._take(chunk, following)
        for chunk in self._waiting:
            if not chunk.has("fillers") and not chunk.has(COMMA):
                (self._match.unread if not self._dangles(chunk) else self._match.dropped).append(chunk)

    def _dangles(self, chunk: Chunk) -> bool:
        """A preposition at the end is harmless where something is missing anyway."""
        return chunk.has("prepositions") and any(name not in self._match.fills for name in self._meanings)

    def _take(self, chunk: Chunk, following: Chunk | None) -> None:
        steps: tuple[Callable[[Chunk, Chunk | None], bool], ...] = (
            self._joint, self._time, self._agent_or_robot, self._named, self._quantity, self._value,
            self._direction, self._reference, self._small_word, self._filler,
        )  # fmt: skip
        for step in steps:
            if step(chunk, following):
                return
        if chunk.has("prepositions") or chunk.has("time"):
            self._waiting.append(chunk)
            return
        self._match.unread.append(chunk)
        self._last, self._joined = "", False
        self._settle()

    def _settle(self) -> None:
        """What waited has found what it stands before."""
        self._waiting = []

    def _became(self, what: str) -> bool:
        self._last, self._joined = what, False
        self._settle()
        return True

    def _free(self, name: str) -> bool:
        """An argument takes one thing, or several that are joined."""
        return name not in self._match.fills or (self._joined and self._last == name)

    def _removed(self, chunk: Chunk) -> bool:
        """ "not the kitchen", "except rover1": it is said not to be meant."""
        if any(waiting.has("not") or waiting.has("except") for waiting in self._waiting):
            self._match.excluded.append(chunk)
            return self._became("excluded")
        return False

    def _joint(self, chunk: Chunk, following: Chunk | None) -> bool:
        if chunk.has(COMMA):
            self._joined = True
            self._match.cost += INNER_COMMA
            return True
        if chunk.has("and") or chunk.has("or"):
            joins = self._last and following is not None
            if not joins:
                return False
            self._joined = True
            self._waiting.append(chunk)
            return True
        return False

    def _time(self, chunk: Chunk, following: Chunk | None) -> bool:
        quantity = chunk.get(QUANTITY)
        before = next((w for w in reversed(self._waiting) if w.has("time")), None)
        if quantity is None or before is None:
            return False
        kind = {Kind.DURATION.value: ("in", "every"), Kind.CLOCK.value: ("at",)}.get(quantity.value, ())
        said = [value for value in kind if before.has("time", value)]
        if not said or (
            said[0] == "in" and "duration" in self._meanings.values() and not before.has("time", "in")
        ):
            return False
        self._match.times.append((said[0], chunk))
        return self._became("time")

    def _agent_or_robot(self, chunk: Chunk, following: Chunk | None) -> bool:
        if not any(chunk.has(kind) for kind in AGENTS) and not self._numbered_robot(chunk):
            return False
        if self._removed(chunk):
            return True
        slot = next((n for n, m in self._meanings.items() if m in ("robot", "about") and self._free(n)), None)
        if (
            chunk.has(NAME)
            and self._slot_of_name(chunk)
            and any(w.has("prepositions") for w in self._waiting)
        ):
            return False
        if (
            slot is not None
            and (self._meanings[slot] == "about" or chunk.first > self._head_at)
            and chunk.has(ROBOT)
        ):
            later = [c for c in self._rest if c.first > chunk.first and c.has(ROBOT)]
            if self._meanings[slot] == "about" or not later:
                self._match.fills.setdefault(slot, []).append(
                    Fill(chunk, chunk.get(ROBOT) or chunk.meanings[0])
                )
                return self._became(slot)
        if slot is not None and self._meanings[slot] == "about":
            meaning = chunk.get("kinds") or chunk.get("groups") or chunk.meanings[0]
            self._match.fills.setdefault(slot, []).append(Fill(chunk, meaning))
            return self._became(slot)
        if self._match.agents and self._last != "agent" and not self._joined_agents(chunk):
            return False
        self._match.agents.append(chunk)
        return self._became("agent")

    def _numbered_robot(self, chunk: Chunk) -> bool:
        """ "one and two go ...", "rover1 and 3": a bare number where robots are spoken of."""
        meaning = chunk.get(QUANTITY)
        quantity = meaning.quantity if meaning else None
        if quantity is None or quantity.kind is not Kind.COUNT or quantity.ordinal or quantity.unit:
            return False
        if not quantity.value.is_integer() or {"number", "count"} & set(self._meanings.values()):
            return False
        return (self._joined and self._last == "agent") or (
            not self._match.agents and self._last == "" and chunk.first < self._head_at and not self._waiting
        )

    def _joined_agents(self, chunk: Chunk) -> bool:
        """Robots are spoken of in one place of a clause; "both" and "each" may stand apart."""
        return self._joined or chunk.has("groups") or all(agent.has("groups") for agent in self._match.agents)

    def _slot_of_name(self, chunk: Chunk) -> str:
        name = chunk.get(NAME)
        if name is None:
            return ""
        sorts = {named.sort for named in name.named}
        for slot, meaning in self._meanings.items():
            fits = meaning == "about" or _SORTS.get(meaning) in sorts
            stands = meaning == "place" and any(named.at for named in name.named)
            if (fits or stands) and (self._free(slot) or (meaning == "places" and not self._joined)):
                return slot
        return ""

    def _named(self, chunk: Chunk, following: Chunk | None) -> bool:
        meaning = chunk.get(NAME)
        if meaning is None:
            return False
        if self._removed(chunk):
            return True
        slot = self._slot_of_name(chunk)
        if not slot and self._headless and (self._last in ("", "name", "agent") or self._joined):
            slot = "name"
        if not slot:
            return False
        self._match.fills.setdefault(slot, []).append(Fill(chunk, meaning))
        return self._became(slot)

    def _quantity(self, chunk: Chunk, following: Chunk | None) -> bool:
        meaning = chunk.get(QUANTITY)
        quantity = meaning.quantity if meaning else None
        if meaning is None or quantity is None:
            return False
        for slot, wanted in self._meanings.items():
            vague = quantity.kind is Kind.VAGUE and wanted in ("length", "angle", "duration")
            number = wanted in ("number", "count") and quantity.kind in (Kind.COUNT,) and not quantity.ordinal
            if (quantity.kind in _MEASURES.get(wanted, ()) or vague or number) and not self._match.fills.get(
                slot
            ):
                self._match.fills[slot] = [Fill(chunk, meaning)]
                return self._became(slot)
        if self._headless and quantity.kind in (
            Kind.LENGTH,
            Kind.ANGLE,
            Kind.DURATION,
            Kind.VAGUE,
            Kind.COUNT,
        ):
            self._match.fills.setdefault("quantity", []).append(Fill(chunk, meaning))
            return self._became("quantity")
        times = quantity.kind is Kind.COUNT and not quantity.ordinal and quantity.value.is_integer()
        if (times and not quantity.noun and quantity.unit and 1 <= quantity.value <= 20) or (
            times and _is_times(quantity.text)
        ):
            self._match.count = int(quantity.value)
            return self._became("count")
        return False

    def _value(self, chunk: Chunk, following: Chunk | None) -> bool:
        for slot, wanted in self._meanings.items():
            for meaning in chunk.meanings:
                if meaning.kind == VALUE and wanted == "enum" and meaning.value.startswith(f"{slot}="):
                    if slot in self._match.fills and chunk.has("fillers"):
                        continue
                    self._match.fills.setdefault(slot, []).append(Fill(chunk, meaning))
                    return self._became(slot)
        return False

    def _direction(self, chunk: Chunk, following: Chunk | None) -> bool:
        meaning = chunk.get("directions")
        if meaning is None:
            return False
        signed = [m for m in self._meanings.values() if meaning.value in SIGNS.get(m, {})]
        if (signed or self._headless) and not self._removed(chunk):
            fixed = self._match.frame.fixed if self._match.frame else {}
            slot = next(
                (n for n, m in self._meanings.items() if meaning.value in SIGNS.get(m, {})), "direction"
            )
            if slot in fixed:
                return False
            self._match.directions.append(Fill(chunk, meaning))
            if self._meanings.get(slot) == "angle":
                self._match.fills.setdefault(slot, [])
            return self._became("direction")
        return bool(signed)

    def _reference(self, chunk: Chunk, following: Chunk | None) -> bool:
        meanings = [meaning for meaning in chunk.meanings if meaning.kind == "references"]
        for meaning in meanings:
            if meaning.value == "others":
                return False
            for slot, wanted in self._meanings.items():
                if meaning.value in _REFERENCES.get(wanted, ()) and self._free(slot):
                    if meaning.value == "back" and any(c.has(NAME) for c in self._rest):
                        continue
                    self._match.fills.setdefault(slot, []).append(Fill(chunk, meaning))
                    return self._became(slot)
            if meaning.value == "dock" and "dock" in self._meanings and "dock" not in self._match.fills:
                self._match.fills["dock"] = [Fill(chunk, meaning)]
                return self._became("dock")
            if (
                meaning.value in ("it", "him", "one")
                and not self._match.agents
                and self._meanings | {} is not None
            ):
                self._match.agents.append(chunk)
                return self._became("agent")
            if self._headless and meaning.value in ("there", "here", "back", "it", "one"):
                self._match.fills.setdefault("reference", []).append(Fill(chunk, meaning))
                return self._became("reference")
        return False

    def _small_word(self, chunk: Chunk, following: Chunk | None) -> bool:
        if chunk.has("not") or chunk.has("except"):
            if chunk.has("not") and self._head_at >= 0 and chunk.first < self._head_at:
                self._match.negated = True
                return True
            self._waiting.append(chunk)
            return True
        for kind in ("requests", "able", "repeats", "more", "instead", "same_time"):
            if (meaning := chunk.get(kind)) is not None:
                self._match.marks.append(meaning)
                return True
        if chunk.has("every") and following is not None and any(following.has(kind) for kind in AGENTS):
            self._match.agents.append(chunk)
            return self._became("agent")
        return False

    def _filler(self, chunk: Chunk, following: Chunk | None) -> bool:
        if chunk.has("causative") and self._head_at >= 0 and following is not None:
            return any(following.has(kind) for kind in (*AGENTS, "references")) or chunk.has("fillers")
        return chunk.has("fillers") or chunk.has("articles")


def _is_times(text: str) -> bool:
    return not text[-1:].isdigit() and " " not in text.strip() and text.lower().endswith("ce")


def _name_the_unknown(match: Match, meanings: dict[str, str]) -> None:
    """ "to the garage": where just a name is missing and just some unknown words stand together, they are that name."""
    wanted = [name for name in match.missing if meanings[name] in _SORTS]
    unknown = [chunk for chunk in match.unread if chunk.has(UNKNOWN)]
    if len(wanted) != 1 or not unknown or len(unknown) != len(match.unread) or len(unknown) > 4:
        return
    together = all(
        later.first - earlier.last <= 1 for earlier, later in zip(unknown, unknown[1:], strict=False)
    )
    after_head = match.heads and unknown[0].first >= match.heads[-1].last
    if not together or not after_head:
        return
    text = " ".join(chunk.text for chunk in unknown)
    match.fills[wanted[0]] = [Fill(unknown[0], Meaning(UNKNOWN, text), unknown=text)]
    match.unread = [chunk for chunk in match.unread if chunk not in unknown]
    match.missing = tuple(name for name in match.missing if name != wanted[0])
