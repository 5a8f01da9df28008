# SPDX-License-Identifier: Apache-2.0
"""Robots by their place in the row: "send the first one to the office", "el segundo a la cocina". Plain functions on chunks.

Such a word says as well when something is done ("first go to the hall"); behind an article, with no noun of its own behind it, it
says who.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tektra.language.text import Token
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.phrasebook import COMMA, END, UNKNOWN, Chunk, Meaning

#: The kind of a chunk that says so; its value is the number, or "last".
NTH = "nth"
#: What it would say of time.
_WHEN = ("then", "sooner", "sooner_behind", "fillers")
#: What may stand behind it that is no noun.
_BEHIND = (
    COMMA, END, "prepositions", "and", "or", "not", "requests", "asking", "modals", "too", "instead", "only",
    "causative", "time",
)  # fmt: skip


def with_nth(chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon) -> Iterator[Chunk]:
    """The chunks, with "the first", "the second one" as those that say who."""
    index = 0
    while index < len(chunks):
        chunk, behind = chunks[index], chunks[index + 1 : index + 2]
        one = bool(behind) and behind[0].first == chunk.last and behind[0].has("references", "one")
        following = chunks[index + 1 + one] if index + 1 + one < len(chunks) else None
        said = _says(chunk, row, lexicon)
        if said and (one or _ends(following, lexicon)):
            last = behind[0] if one else chunk
            kept = tuple(meaning for meaning in chunk.meanings if meaning.kind not in _WHEN)
            yield replace(chunk, last=last.last, end=last.end, meanings=(*kept, Meaning(NTH, said)))
            index += 1 + one
            continue
        yield chunk
        index += 1


def _says(chunk: Chunk, row: Sequence[Token], lexicon: Lexicon) -> str:
    """Which one; empty where no article is before the word, or in it ("el segundo"), or it counts nothing."""
    articles = lexicon.vocabulary.articles
    inside = chunk.last - chunk.first > 1 and row[chunk.first].plain in articles
    if not inside and not (chunk.first and row[chunk.first - 1].plain in articles):
        return ""
    if (ordinal := chunk.get("ordinals")) is not None:
        return ordinal.value
    quantity = chunk.quantity
    counts = quantity is not None and quantity.ordinal and quantity.value.is_integer()
    return str(int(quantity.value)) if counts and quantity is not None else ""


def _ends(following: Chunk | None, lexicon: Lexicon) -> bool:
    if following is None or any(following.has(kind) for kind in _BEHIND):
        return True
    return following.has(UNKNOWN) and following.text.casefold() in lexicon.verbs
