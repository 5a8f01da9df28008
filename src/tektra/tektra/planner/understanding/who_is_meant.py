# SPDX-License-Identifier: Apache-2.0
"""Whom a clause of its own points out: "it is rover2 that should go there", "whoever is in the hall come back". Plain functions.

Words that only point out are left out; who is told by a place is who stands there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.language.text import Token
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, END, NO_ROBOT, STANDING, THOSE, Chunk, Meaning
from tektra.planner.understanding.scene import Scene, Sort
from tektra.planner.understanding.templates import Phrase

#: Before a clause that points out nothing else may stand but these.
_LEADS = ("fillers", "repair", "refuse", "agree", "and", "but", "then", "requests", END, COMMA)
#: With one of these it is told what somebody shall do; without, it may as well be told what is so.
_TELLING = ("modals", "causative", "requests")
#: Begins the name of the words for what somebody can do: "can wave".
CAN = "can "
#: Behind an order it says who is to do that.
_INSTEAD = Meaning("instead")
#: It is rather asked whether that is meant.
_UNSURE = Meaning("modals", "perhaps")


def pointed_out(
    chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon, scene: Scene
) -> tuple[Chunk, ...]:
    """The chunks, with nothing but who is meant where a clause of its own says who that is."""
    if not lexicon.cleft:
        return tuple(chunks)
    told = _capable(_standing(chunks, row, lexicon, scene), row, lexicon, scene)
    return tuple(_emphasised(told, row, lexicon))


def _emphasised(chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon) -> list[Chunk]:
    """ "it is rover2 that should go", "rover2 is the one that should go": rover2 should go."""
    for chunk in chunks:
        if not (chunk.has(ROBOT) or chunk.has("groups")):
            continue
        wished = _begun(lexicon, "should_be", row, chunk.first)
        begun = min(wished, _begun(lexicon, "opens", row, chunk.first))
        behind = chunk.last + _is_comma(row, chunk.last)
        that = _length(lexicon, "that", row, behind) if begun < chunk.first else 0
        end = behind + (that or _length(lexicon, "is_the_one", row, behind))
        rest = [c for c in chunks if c.first >= end]
        if end == behind or not rest or not _is_apart(chunks, begun, end):
            continue
        before = [c for c in chunks if c.last <= begun]
        if not all(any(map(c.has, _LEADS)) for c in before):
            return list(chunks)
        told = wished < chunk.first or any(c.has(kind) for c in rest for kind in _TELLING)
        told = told or any(_length(lexicon, "must", row, c.first) for c in rest)
        meant = chunk if told else replace(chunk, meanings=(*chunk.meanings, _UNSURE))
        first, last = (begun, chunk.first) if begun < chunk.first else (chunk.last, end)
        lead = Chunk(first, last, row[first].start, row[last - 1].end, row[first].text, (_INSTEAD,))
        return [*before, *((lead, meant) if first < chunk.first else (meant, lead)), *rest]
    return list(chunks)


def _standing(chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon, scene: Scene) -> list[Chunk]:
    """ "whoever is in the hall": who stands there, each of several; a name of nobody where nobody is known to."""
    for at, chunk in enumerate(chunks):
        article = chunk.first and row[chunk.first - 1].plain in lexicon.vocabulary.articles  # is in no chunk
        first = (
            chunk.first - 1 if article and _length(lexicon, "whoever", row, chunk.first - 1) else chunk.first
        )
        opens = _length(lexicon, "whoever", row, first)
        inner = [c for c in chunks[at:] if c.first >= first + opens]
        place = next((i for i, c in enumerate(inner) if not c.has("prepositions")), -1)
        if not opens or place < 1 or not (there := _places(inner[place])):
            continue
        verb = _length(lexicon, "stands", row, inner[place].last)
        last = inner[place].last + verb
        end = last + _is_comma(row, last)
        rest = [c for c in chunks if c.first >= end]
        whole = (verb or not lexicon.cleft.get("stands")) and any(not c.has(END) for c in rest)
        if not whole or not _is_apart(chunks, first, end):
            continue
        text = " ".join(token.text for token in row[inner[0].first : inner[place].last])
        who = [robot.name for robot in scene.robots if scene.stands.get(robot.name) in there]
        meant = tuple(Meaning(ROBOT, name) for name in who) or (Meaning(NO_ROBOT, text), Meaning(STANDING))
        return [*chunks[:at], Chunk(first, end, row[first].start, row[last - 1].end, text, meant), *rest]
    return list(chunks)


def _capable(chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon, scene: Scene) -> list[Chunk]:
    """ "everybody who can drive": all who can, whatever they are told to do."""
    skills = {kind.removeprefix(CAN): kind for kind in lexicon.cleft if kind.startswith(CAN)}
    for at, chunk in enumerate(chunks):
        opens = _length(lexicon, "who_can", row, chunk.first)
        verbs = {name: _length(lexicon, kind, row, chunk.first + opens) for name, kind in skills.items()}
        skill = max(verbs, key=verbs.__getitem__, default="")
        if not opens or not verbs.get(skill):
            continue
        last = chunk.first + opens + verbs[skill]
        behind = _length(lexicon, "can_behind", row, last)
        last += behind
        end = last + _is_comma(row, last)
        rest = [c for c in chunks if c.first >= end]
        whole = (behind or not lexicon.cleft.get("can_behind")) and any(not c.has(END) for c in rest)
        if not whole or not _is_apart(chunks, chunk.first, end):
            continue
        text = " ".join(token.text for token in row[chunk.first : last])
        who = [robot.name for robot in scene.robots if robot.skill(skill) is not None]
        meant = (Meaning("groups", "all"), *(Meaning(THOSE, name) for name in who))
        said = meant if who else (Meaning(NO_ROBOT, text),)
        return [*chunks[:at], Chunk(chunk.first, end, chunk.start, row[last - 1].end, text, said), *rest]
    return list(chunks)


def _places(chunk: Chunk) -> set[str]:
    meaning = chunk.get(NAME)
    named = meaning.named if meaning is not None else ()
    return {each.name for each in named if each.sort is Sort.PLACE}


def _is_comma(row: Sequence[Token], at: int) -> int:
    return int(at < len(row) and row[at].text == ",")


def _is_apart(chunks: Sequence[Chunk], begun: int, end: int) -> bool:
    """Whether no chunk reaches over either end."""
    return not any(c.first < at < c.last for c in chunks for at in (begun, end))


def _length(lexicon: Lexicon, kind: str, row: Sequence[Token], at: int) -> int:
    """Of how many tokens the longest phrase of that kind is that begins there, commas within it among them; 0 where none does."""
    return max((_reach(p, row, at) for p in lexicon.cleft.get(kind, ())), default=0)


def _reach(phrase: Phrase, row: Sequence[Token], at: int) -> int:
    end = at
    for word in phrase:
        end += end > at and _is_comma(row, end)
        if end >= len(row) or row[end].plain != word:
            return 0
        end += 1
    return end - at


def _begun(lexicon: Lexicon, kind: str, row: Sequence[Token], end: int) -> int:
    """Where the longest phrase of that kind begins that ends there, or before an article; `end` where none does."""
    ends = [end, end - 1] if end and row[end - 1].plain in lexicon.vocabulary.articles else [end]
    known = lexicon.cleft.get(kind, ())
    return min((at - len(p) for at in ends for p in known if _stands(p, row, at - len(p))), default=end)


def _stands(phrase: Phrase, row: Sequence[Token], at: int) -> bool:
    return at >= 0 and tuple(token.plain for token in row[at : at + len(phrase)]) == phrase
