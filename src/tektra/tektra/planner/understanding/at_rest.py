# SPDX-License-Identifier: Apache-2.0
"""What is said without an "and stop" behind an order: whoever has driven two metres stands there anyway. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.language.text import Token
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk

#: Between an order and the "stop" that only ends it; one of _BINDING is among them, else it is a stop.
_JOINTS = (COMMA, "and", "then")
_BINDING = ("and", "then")


def without_rest(chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon) -> list[Chunk]:
    """The chunks, without each "and stop there" that stands behind something and says nothing more."""
    kept: list[Chunk] = []
    index = 0
    while index < len(chunks):
        after = _behind(chunks, index, row, lexicon) if kept and not kept[-1].has(END) else index
        if after == index:
            kept.append(chunks[index])
        index = max(after, index + 1)
    return kept


def _behind(chunks: Sequence[Chunk], index: int, row: Sequence[Token], lexicon: Lexicon) -> int:
    """The chunk behind "and stop there" where that begins at `index`; else `index`."""
    at = index
    while at < len(chunks) and _is(chunks[at], *_JOINTS):
        at += 1
    if at == len(chunks) or not any(_is(chunk, *_BINDING) for chunk in chunks[index:at]):
        return index
    ends = [end for end, _ in lexicon.at_rest.at(row, chunks[at].first, {}, lexicon.vocabulary.articles)]
    last = max(ends, default=0)
    at = next((i for i in range(at, len(chunks)) if chunks[i].first >= last), len(chunks)) if ends else at
    if not ends or chunks[at - 1].last > last:
        return index
    while at < len(chunks) and (chunks[at].has("references", "there") or _is(chunks[at], "fillers")):
        at += 1
    return at if at == len(chunks) or _is(chunks[at], END, *_JOINTS) else index


def _is(chunk: Chunk, *kinds: str) -> bool:
    return any(chunk.has(kind) for kind in kinds)
