# SPDX-License-Identifier: Apache-2.0
"""Chunks whose number belongs to what stands beside it: "rover" and "3", "dock 4", "two metres ahead, then one back". Plain functions."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from tektra.language.quantities import Kind, Quantity
from tektra.language.text import Token
from tektra.planner.understanding.agents import LIKE
from tektra.planner.understanding.match import MEASURED
from tektra.planner.understanding.phrasebook import NO_ROBOT, QUANTITY, UNKNOWN, Chunk, Meaning

#: Of a word that may be an article, what else it may be.
_LIKE_ARTICLES = ("articles", "ordinals")


def with_ones(chunks: Sequence[Chunk], row: Sequence[Token], ones: Collection[str]) -> list[Chunk]:
    """ "zwei Meter vor, dann einen zurück": what may be an article is a number before a direction, where an amount was said before.
    `ones`: such words."""
    found: list[Chunk] = []
    measured = False
    for chunk in chunks:
        if found and all(meaning.kind in _LIKE_ARTICLES for meaning in found[-1].meanings):
            begun = found[-1].first
        else:
            begun = chunk.first - (not found or found[-1].last < chunk.first)
        one = row[begun] if 0 <= begun < chunk.first == begun + 1 else None
        if measured and one is not None and one.plain in ones and chunk.has("directions"):
            number = Quantity(one.start, one.end, one.text, Kind.COUNT, 1.0, number=1.0)
            meaning = Meaning(QUANTITY, Kind.COUNT.value, quantity=number)
            found[:] = [c for c in found if c.first < begun]
            found.append(Chunk(begun, chunk.first, one.start, one.end, one.text, (meaning,)))
        measured = measured or (chunk.quantity is not None and chunk.quantity.kind in MEASURED)
        found.append(chunk)
    return found


def numbered(chunks: Sequence[Chunk], stems_: frozenset[str]) -> Iterator[Chunk]:
    """ "rover" and a bare number behind it are one robot's name, which nobody here has: those that are were found before."""
    rest = iter([*chunks[1:], None])
    skip = False
    for chunk in chunks:
        following = next(rest)
        if skip:
            skip = False
            continue
        number = _bare_number(following) if following is not None else ""
        if following is not None and number and _numbered_place(chunk):
            skip = True
            name = f"{chunk.text.casefold()} {number}"
            yield Chunk(
                chunk.first, following.last, chunk.start, following.end, name, (Meaning(UNKNOWN, name),)
            )
            continue
        if following is None or not number or not _is_stem(chunk, stems_):
            yield chunk
            continue
        skip = True
        name = chunk.text.casefold() + number
        yield Chunk(chunk.first, following.last, chunk.start, following.end, name, (Meaning(NO_ROBOT, name),))


def _is_stem(chunk: Chunk, stems_: frozenset[str]) -> bool:
    """ "rover", or an unknown word so like it that it is a slip of it: "rovr"."""
    said = chunk.text.casefold()
    return said in stems_ or (chunk.has(UNKNOWN) and bool(difflib.get_close_matches(said, stems_, 1, LIKE)))


def _numbered_place(chunk: Chunk) -> bool:
    """ "dock", where the docks are told apart by numbers."""
    named = [each.name for meaning in chunk.meanings for each in meaning.named]
    return bool(named) and all(
        name[-1:].isdigit() and name.casefold() != chunk.text.casefold() for name in named
    )


def _bare_number(chunk: Chunk) -> str:
    if chunk.text.isdecimal() and not chunk.has(QUANTITY):
        return chunk.text
    meaning = chunk.get(QUANTITY)
    quantity = meaning.quantity if meaning is not None else None
    if (
        quantity is None
        or quantity.kind is not Kind.COUNT
        or quantity.ordinal
        or not quantity.value.is_integer()
    ):
        return ""
    return str(int(quantity.value))
