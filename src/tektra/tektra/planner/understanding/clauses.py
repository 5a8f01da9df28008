# SPDX-License-Identifier: Apache-2.0
"""Divides a sentence into clauses: of all ways to divide it, the one that leaves the fewest words over.

Ends of sentences and words such as "then" always divide; commas, "and" and words that mean something else as well may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tektra.planner.understanding.afterwards import comes_later, follows, in_turn
from tektra.planner.understanding.circles import is_of_thing
from tektra.planner.understanding.match import AGENTS, CLAUSE, ELLIPSIS, Match
from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.names import NAME
from tektra.planner.understanding.phrasebook import COMMA, Chunk
from tektra.planner.understanding.reasons import (
    BECAUSE,
    begins_unread,
    behind_reasons,
    buries_order,
    ends_unread,
    says_why,
)
from tektra.planner.understanding.sentence_ends import sentences, with_facts, without_tag
from tektra.planner.understanding.starts import called_anew, measured_anew, tells_place
from tektra.planner.understanding.vocabulary import Use
from tektra.planner.understanding.who_acts import is_anybody

#: Words that begin a clause, and say how it goes with the others. The first that fits counts.
INTROS = (
    BECAUSE,
    "repair",
    "then",
    "meantime",
    "meanwhile",
    "until",
    "whenever",
    "if",
    "sooner",
    "before",
    "after",
    "but",
    "and",
    "or",
    COMMA,
)
#: Those of which nothing else can be the reason.
_ALWAYS = frozenset(INTROS) - {"and", "or", COMMA, "but", "then"}
#: Behind a clause that begins with them an order may begin without a comma, its verb first ("... fährt winkt der Arm").
_CONDITIONS = ("if", "whenever", "until", "after", "before", "meanwhile")
MAX_CHUNKS = 80
#: A condition that no comma ends is looked for in so many chunks.
LONGEST_CONDITION = 14
#: What a clause costs that buries another one, which tells something.
BURIED = 0.2
#: Conditions without an order say nothing: "when it arrives tell me" holds one.
ONLY_WHEN = 1.0
#: A robot's name alone is whom the next clause speaks to.
ADDRESS = 0.3


@dataclass(frozen=True)
class Part:
    """A clause: how it begins ("" for the first), whether a sentence begins with it, what it is, and how its sentence ends."""

    intro: str
    opens: bool
    match: Match
    asks: bool = False
    ending: str = ""


def divide(chunks: Sequence[Chunk], matcher: Matcher, words: str, row: Sequence[str]) -> tuple[Part, ...]:
    """The clauses of a text, in order. Empty ones are left out."""
    parts: list[Part] = []
    for sentence, ending in with_facts(list(sentences(chunks)), matcher, words, row):
        found = _clauses(without_tag(sentence, ending), matcher, words, row)
        in_turn(found)
        parts += [replace(part, asks=ending == "?", ending=ending) for part in found]
    return tuple(parts)


def _clauses(chunks: Sequence[Chunk], matcher: Matcher, words: str, row: Sequence[str]) -> list[Part]:
    """The cheapest division, by dynamic programming over the places where a clause may begin."""
    if not chunks:
        return []
    count = len(chunks)
    intros = _introduced(chunks)
    forced = {index for index, intro in intros.items() if intro in _ALWAYS and _only(chunks[index])}
    forced |= {
        index for index, intro in intros.items() if intro == "then" and _goes_on(chunks, index, matcher)
    }
    forced |= set(behind_reasons(chunks, intros, matcher))
    behind = {*_behind_conditions(chunks, intros)}
    verbs = {index for index, chunk in enumerate(chunks) if chunk.has("asking")}  # "... ist fährt rover1 ..."
    orders = {index for index, chunk in enumerate(chunks) if index and matcher.begins(chunk)} - set(intros)
    without = {index for index, chunk in enumerate(chunks) if index and chunk.has("without")}
    halts = {index for index in range(1, count - 1) if chunks[index].has("hesitations")} - set(intros)
    measured = {*measured_anew(chunks), *called_anew(chunks)}
    starts = sorted({0, *intros, *forced, *behind, *verbs, *orders, *without, *halts, *measured})
    best: dict[int, tuple[float, list[Part]]] = {0: (0.0, [])}
    for start in starts:
        if start not in best:
            continue
        cost, before = best[start]
        if start and start not in intros and not _may_begin(chunks, start, before, verbs | behind | without):
            continue
        for end in [*(other for other in starts if other > start), count]:
            if any(start < index < end for index in forced):
                break
            for intro, first in _beginnings(chunks, start, end, intros):
                found = cost
                parts = before
                if first < end:
                    told = not intro or (intro == COMMA and chunks[first].has("causative"))
                    ordered = bool(parts) and (intro == "then" or (told and _says_when(parts[-1])))
                    match = matcher.best(chunks[first:end], words, row, intro, asks=not ordered)
                    if first > start and _negates(chunks[start], match, opens=start == 0):
                        continue
                    if start in without and not (match.negated and match.heads):
                        continue
                    found += match.cost + CLAUSE + _extra(match, intro)
                    parts = [*before, Part(intro, start == 0 or _begins_anew(chunks, start, intro), match)]
                else:
                    extra, parts = _alone(intro, chunks, start, end, before)
                    found += extra
                if end == count and parts and all(part.intro in _CONDITIONS for part in parts):
                    found += ONLY_WHEN
                if end not in best or found < best[end][0]:
                    best[end] = (found, parts)
    return best[count][1]


def _alone(
    intro: str, chunks: Sequence[Chunk], start: int, end: int, before: list[Part]
) -> tuple[float, list[Part]]:
    """What a word costs that introduces nothing, and the clauses with it."""
    ends = end == len(chunks)
    if intro in ("then", "after") and (ends or chunks[end].has(COMMA)) and follows(before):
        return 0.0, [*before[:-1], replace(before[-1], intro="then")]  # "... and rover1 after"
    if intro not in ("", COMMA, "and", "then", "but", "repair"):
        return ELLIPSIS, before
    if intro == "repair" and ends and chunks[start].has("fillers"):
        return 0.0, before  # "go to the hall actually"
    if intro == "then" and ends and comes_later(chunks[start], before):
        return 0.0, [*before[:-1], replace(before[-1], intro="then")]  # "... and turn left afterwards"
    if intro == "then" and ends and chunks[start].has("time", "vague"):
        later = Match(None, (chunks[start],), unread=[chunks[start]])  # "ve a la cocina luego"
        whose = any(chunks[start - 1].has(kind) for kind in AGENTS)  # it tells whose turn it is
        return ELLIPSIS * whose, [*before, Part("", False, later)]
    if intro in ("then", "repair", "but"):
        return 0.0, [*before, Part(intro, start == 0, Match(None, ()))]
    return 0.0, before


def _introduced(chunks: Sequence[Chunk]) -> dict[int, str]:
    """Where a word introduces a clause, and which sort of word; none does in "without going through the hall"."""
    return {
        index: intro
        for index, chunk in enumerate(chunks)
        if (intro := _intro(chunk))
        and (index or intro != "or")
        and not _ends_with_sooner(chunks, index)
        and not _no_such(chunks, index)
        and (intro != BECAUSE or says_why(chunks, index))
        and not (intro == "sooner" and index and chunks[index - 1].has("not"))
    }


def _may_begin(chunks: Sequence[Chunk], start: int, before: Sequence[Part], free: set[int]) -> bool:
    """Whether a clause may begin where no word introduces one. `free`: chunks behind a condition, and the like.

    Behind what is denied or whole an order needs no comma: "no cojas el rojo coge el azul", "avanza un metro gira"; but right
    behind a name it is said of whom that names: "... e il braccio saluta".
    """
    if not before or is_of_thing(chunks[start - 1], chunks[start]):
        return False
    named = any(chunks[start - 1].has(kind) for kind in AGENTS)
    complete = not named and (_complete(before[-1].match) or tells_place(before[-1].match, chunks[start]))
    if before[-1].match.frame is None and not complete:
        return False
    return start in free or complete or _denied(before[-1].match)


def _behind_conditions(chunks: Sequence[Chunk], intros: dict[int, str]) -> Iterator[int]:
    """Where an order may begin behind "if you see a person", without a comma."""
    for index, intro in intros.items():
        if intro in _CONDITIONS:
            yield from range(index + 2, min(index + LONGEST_CONDITION, len(chunks)))


def _beginnings(
    chunks: Sequence[Chunk], start: int, end: int, intros: dict[int, str]
) -> Iterator[tuple[str, int]]:
    """(intro, first chunk of the clause itself): the word at its start introduces it, or is its own."""
    if start in intros:
        yield intros[start], start + 1
        if intros[start] != BECAUSE and not _only(chunks[start]):
            yield "", start
    else:
        yield "", start


def _begins_anew(chunks: Sequence[Chunk], start: int, intro: str) -> bool:
    """ "..., and once it is there, wave": it says when to do what stands behind it, and not what was said before."""
    return intro in _CONDITIONS and chunks[start - 1].has("and")


def _says_when(part: Part) -> bool:
    """A condition, or a "once it is there" that is all of its clause: an order stands behind, its verb first."""
    return part.intro in _CONDITIONS or (part.intro == "then" and not part.match.chunks)


def _complete(match: Match) -> bool:
    """Whether it says what to do and lacks nothing: behind it another order may begin without a comma."""
    said = match.frame is not None or match.directions or "quantity" in match.fills
    return bool(said) and not (match.unread or match.missing or match.negated)


def _denied(match: Match) -> bool:
    """Whether it says not to do something, and to or with what: behind "don't let rover1" and "wave without" it goes on."""
    last = match.chunks[-1]
    if not match.negated or last.has("not") or last in match.agents:
        return False
    if match.frame is not None and match.frame.sure == "denied" and not (match.unread or match.missing):
        return True  # "leave the red one take the green one"
    return last not in match.heads or any(chunk.has("without") for chunk in match.chunks)


def _negates(chunk: Chunk, match: Match, *, opens: bool) -> bool:
    """ "no vayas", where "no" may also mend: what stands right before a verb says what not to do. Where it `opens` the
    sentence there is nothing to mend: "no quiero que rover1 vaya"."""
    if not chunk.has("not"):
        return False
    if not match.heads:  # "no quiero ver a rover1 en la cocina": what is said to be wished is not
        first = match.chunks[0]
        return opens and first.first == chunk.last and (first.has("fillers") or first.has("wishes"))
    between = [c for c in match.chunks if c.last <= match.heads[0].first]
    return not any(c.has(COMMA) or (not opens and any(c.has(kind) for kind in AGENTS)) for c in between)


def _ends_with_sooner(chunks: Sequence[Chunk], index: int) -> bool:
    """ "..., but turn around first": at the end it is no "first" that begins something."""
    behind = chunks[index + 1 :]
    return chunks[index].has("sooner_behind") and all(c.has("fillers") or c.has(COMMA) for c in behind)


def _no_such(chunks: Sequence[Chunk], index: int) -> bool:
    """ "rover1 no kitchen": nothing was said that this "no" could mend, and a name without an article stands right behind it."""
    following = chunks[index + 1] if index + 1 < len(chunks) else None
    if not chunks[index].has("refuse") or following is None or not following.has(NAME):
        return False
    called = all(any(c.has(kind) for kind in (*AGENTS, "fillers")) for c in chunks[:index])
    return called and following.first == chunks[index].last


def _intro(chunk: Chunk) -> str:
    return next((kind for kind in INTROS if chunk.has(kind)), "")


def _goes_on(chunks: Sequence[Chunk], index: int, matcher: Matcher) -> bool:
    """A "then" that begins a clause in any case, and is not one behind the verb ("und dreh dich dann um")."""
    if not _only(chunks[index]):
        return False
    joined = matcher.joins(chunks[index])  # "and then" as one
    return joined or (index > 0 and any(chunks[index - 1].has(kind) for kind in ("and", COMMA)))


def _only(chunk: Chunk) -> bool:
    return all(m.kind in INTROS or (m.kind, m.value) == ("time", "vague") for m in chunk.meanings)


def _extra(match: Match, intro: str) -> float:
    """What a clause without a verb costs by itself, and one in which somebody is told what to do behind an "if"."""
    if intro == BECAUSE:
        return -BURIED
    if match.frame is not None:
        told = intro in _CONDITIONS and match.frame.use is Use.SKILL and any(map(is_anybody, match.agents))
        return (
            ELLIPSIS if told else BURIED * (begins_unread(match) or ends_unread(match))
        )  # "if you see somebody, wave" is no "if somebody waves"
    if match.fills or match.directions:
        return ELLIPSIS + BURIED * buries_order(match)
    return ADDRESS if match.agents else 0.0
