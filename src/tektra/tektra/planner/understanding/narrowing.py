# SPDX-License-Identifier: Apache-2.0
"""What tells one thing from others apart from the word for all of them: "the cube that is red", "the cube, the red one", "the red
and the green cube"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tektra.language.text import Shape, Token
from tektra.planner.understanding.lexicon import Lexicon, SceneLexicon
from tektra.planner.understanding.names import NAME
from tektra.planner.understanding.phrasebook import COMMA, UNKNOWN, Chunk, Meaning
from tektra.planner.understanding.scene import Named, Sort
from tektra.planner.understanding.templates import Phrase

#: What joins those of a list.
_LISTS = (COMMA, "and", "or", "then", "not", "repair", "in_place_of")
#: A shorter word is too like others to tell a thing by.
SHORTEST = 3


def narrowed(
    chunks: Sequence[Chunk], row: Sequence[Token], lexicon: Lexicon, scene: SceneLexicon
) -> Iterator[Chunk]:
    """The chunks, with a name of several things and what tells one of them from the others made one chunk."""
    chunks = _sharing_noun(chunks, scene)
    index = 0
    while index < len(chunks):
        chunk = chunks[index]
        among = _things(chunk, scene)
        found = _by_clause(chunk, among, row, lexicon, scene) if len(among) > 1 else None
        if found is not None and not any(c.first < found.last < c.last for c in chunks[index:]):
            yield found
            index = next((i for i, c in enumerate(chunks) if c.first >= found.last), len(chunks))
            continue
        if len(among) > 1 and _told_behind(chunks[index + 1 : index + 3], among, scene):
            index += 2
            continue
        yield chunk
        index += 1


def _sharing_noun(chunks: Sequence[Chunk], scene: SceneLexicon) -> list[Chunk]:
    """ "the red, the blue and the green cube": what tells one thing from others of the sort that the last of a list names."""
    found = list(chunks)
    for row in (range(len(found) - 1, -1, -1), range(len(found))):  # "the green cube and the red"
        sort: frozenset[str] = frozenset()  # the words for the sort of what stands beside
        for at in row:
            chunk = found[at]
            things = [named for named in _things(chunk, scene) if named.sort is Sort.OBJECT]
            own = _of_sort(chunk, sort, scene)
            if len(things) == 1 and not chunk.has("references"):
                sort = frozenset(chunk.text.casefold().split()) & scene.called[things[0]] or sort
            elif own is not None:
                found[at] = replace(chunk, meanings=(Meaning(NAME, chunk.text.casefold(), named=(own,)),))
            elif not any(map(chunk.has, _LISTS)):
                sort = frozenset()
    return found


def _of_sort(chunk: Chunk, sort: frozenset[str], scene: SceneLexicon) -> Named | None:
    """Which thing of that sort an unknown word tells from the others."""
    said = chunk.text.casefold()
    if not chunk.has(UNKNOWN) or said in sort:
        return None
    own = [named for named, words in scene.called.items() if said in words and words & sort]
    return own[0] if len(own) == 1 else None


def _things(chunk: Chunk, scene: SceneLexicon) -> tuple[Named, ...]:
    """What it may mean, places and people aside; "one" may mean anything."""
    if chunk.has("references", "one") and not chunk.has(NAME):
        return tuple(named for named in scene.called if named.sort is Sort.OBJECT)
    name = chunk.get(NAME)
    return tuple(named for named in name.named if named in scene.called) if name is not None else ()


def _told_behind(following: Sequence[Chunk], among: Sequence[Named], scene: SceneLexicon) -> bool:
    """A comma, and the name of one of them."""
    if len(following) < 2 or not following[0].has(COMMA):
        return False
    meant = _things(following[1], scene)
    return len(meant) == 1 and meant[0] in among and not following[1].has("references")


def _by_clause(
    chunk: Chunk, among: Sequence[Named], row: Sequence[Token], lexicon: Lexicon, scene: SceneLexicon
) -> Chunk | None:
    start = chunk.last
    if start < len(row) and row[start].text == ",":
        start += 1
    for run in lexicon.relative:
        at = start + len(run)
        if not _stands(run, row, start) or at >= len(row) or row[at].shape is not Shape.WORD:
            continue
        end = next((at + 1 + len(last) for last in lexicon.behind if _stands(last, row, at + 1)), 0)
        if lexicon.behind and not end:
            continue
        said = row[at].plain
        meant = tuple(n for n in among if any(word.startswith(said) for word in scene.called[n]))
        if len(said) >= SHORTEST and 0 < len(meant) < len(among):
            last = end or at + 1
            name = Meaning(NAME, said, named=meant)
            return replace(chunk, last=last, end=row[last - 1].end, meanings=(name,))
    return None


def _stands(run: Phrase, row: Sequence[Token], index: int) -> bool:
    return tuple(token.plain for token in row[index : index + len(run)]) == run
