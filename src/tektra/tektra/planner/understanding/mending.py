# SPDX-License-Identifier: Apache-2.0
"""Chunks that take back what was just said, or say that what follows is wished. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.language.stop import LEXICON
from tektra.language.text import Token
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk, Meaning

#: Words that take back what was just said.
_REPAIRS = ("repair", "hesitations")
#: Of a chunk in whose place another was said first.
MENDED = Meaning("mended")
_MAKE_IT = (COMMA, "causative", "references")


def taken_back(chunks: Sequence[Chunk]) -> list[Chunk]:
    """ "not that, the hall" mends, "not that rover1 should go to the hall" supposes: what may be either mends before a comma."""
    kept: list[Chunk] = []
    for chunk, following in zip(chunks, [*chunks[1:], None], strict=False):
        drop = ""
        if chunk.has("repair") and chunk.has("indirect"):
            drop = "indirect" if following is not None and following.has(COMMA) else "repair"
        refuses = bool(kept) and _refuses_all(chunk, kept[-1], following)
        more = (Meaning("repair"),) if refuses else ()
        meanings = (*(m for m in chunk.meanings if m.kind != drop), *more)
        kept.append(replace(chunk, meanings=meanings) if drop or more else chunk)
    return _without_make_it(kept)


def _refuses_all(chunk: Chunk, before: Chunk, following: Chunk | None) -> bool:
    """ "rover1 go to the kitchen, forget it": a refusal at a sentence's end takes back what was said before it in one breath."""
    ends = following is None or following.has(END)
    goes_on = any(before.has(kind) for kind in (END, "and", "then", "or", "if", "whenever"))
    return ends and chunk.has("refuse") and not chunk.has("repair") and not goes_on


def denied_first(chunks: Sequence[Chunk], row: Sequence[Token]) -> list[Chunk]:
    """ "wait, not the hall, the lounge": a mere "wait" before what is denied says no more than the "no" of "no, not the hall"."""
    waits = LEXICON["pauses"].at([token.plain for token in row], 0)
    at = next((at for at, chunk in enumerate(chunks) if chunk.first >= waits), 0) if waits else 0
    behind = chunks[at : at + 2]
    if len(behind) < 2 or not behind[0].has(COMMA) or not behind[1].has("not") or len(chunks) < at + 4:
        return list(chunks)
    mends = Chunk(0, waits, chunks[0].start, chunks[at - 1].end, chunks[0].text, (Meaning("repair"),))
    return [mends, *chunks[at + 1 :]]


def without_pauses(chunks: Sequence[Chunk], row: Sequence[Token]) -> list[Chunk]:
    """ "the green one, rather, wait, the blue one": a mere "wait" between what mends and a comma orders nobody to wait."""
    kept: list[Chunk] = []
    index = 0
    while index < len(chunks):
        kept.append(chunks[index])
        index += 1
        behind = index + (index < len(chunks) and chunks[index].has(COMMA))
        if not chunks[index - 1].has("repair") or behind >= len(chunks):
            continue
        end = chunks[behind].first + LEXICON["pauses"].at(
            [token.plain for token in row], chunks[behind].first
        )
        after = next((at for at in range(behind, len(chunks)) if chunks[at].first >= end), len(chunks))
        if after > behind and after < len(chunks) and chunks[after].has(COMMA):
            index = after
    return kept


def joined_repairs(chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon) -> list[Chunk]:
    """ "wait, no, the hall": what mends may have a comma within it, where it is one phrase without."""
    kept: list[Chunk] = []
    for chunk in chunks:
        kept.append(chunk)
        if len(kept) < 3 or not kept[-2].has(COMMA) or not chunk.has("repair"):
            continue
        first = kept[-3]
        said = [*row[first.first : first.last], *row[chunk.first : chunk.last]]
        found = (
            meaning
            for end, meant in lexicon.book.at(said, 0, {}, lexicon.vocabulary.articles)
            for meaning in meant
            if end == len(said) and meaning.kind == "repair"
        )
        if (meaning := next(found, None)) is not None:
            text = f"{first.text} {chunk.text}"
            kept[-3:] = [Chunk(first.first, chunk.last, first.start, chunk.end, text, (meaning,))]
    return kept


def _without_make_it(chunks: Sequence[Chunk]) -> list[Chunk]:
    """ "no, make it sixty" says no more than "no, sixty"."""
    kept: list[Chunk] = []
    index = 0
    while index < len(chunks):
        kept.append(chunks[index])
        behind = chunks[index + 1 : index + 4]
        if chunks[index].has("repair") and len(behind) == len(_MAKE_IT):
            index += 3 * all(chunk.has(kind) for chunk, kind in zip(behind, _MAKE_IT, strict=True))
        index += 1
    return kept


def mended(chunks: Sequence[Chunk]) -> list[Chunk]:
    """ "two, sorry, three metres": a bare number that is taken back before its unit was never said."""
    kept: list[Chunk] = []
    index = 0
    while index < len(chunks):
        after = index + 1
        while after < len(chunks) and any(chunks[after].has(kind) for kind in (COMMA, "fillers", *_REPAIRS)):
            after += 1
        mends = any(chunk.has(kind) for chunk in chunks[index + 1 : after] for kind in _REPAIRS)
        said, meant = chunks[index].quantity, chunks[after].quantity if after < len(chunks) else None
        number = said is not None and said.kind is Kind.COUNT and not said.unit and not said.ordinal
        if mends and number and meant is not None and meant.kind not in (Kind.COUNT, Kind.VAGUE):
            kept.append(replace(chunks[after], meanings=(*chunks[after].meanings, MENDED)))
            index = after + 1
            continue
        kept.append(chunks[index])
        index += 1
    return kept


def wished(chunks: Sequence[Chunk]) -> list[Chunk]:
    """ "it would be nice, if rover1 ...": the "if" behind a wish is no condition."""
    kept: list[Chunk] = []
    for index, chunk in enumerate(chunks):
        behind = kept[-1] if kept else None
        following = chunks[index + 1] if index + 1 < len(chunks) else None
        wished = behind is not None and (behind.has("wishes") or behind.has("modals", "suggests"))
        if wished and (
            chunk.has("if") or (chunk.has(COMMA) and following is not None and following.has("if"))
        ):
            continue
        kept.append(chunk)
    return kept
