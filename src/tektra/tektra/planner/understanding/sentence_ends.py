# SPDX-License-Identifier: Apache-2.0
"""Where the sentences of a text end, and by which sign: a question, a pause, a colon before what is to be kept. Plain functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk

#: How a sentence ends after which its speaker thought anew: three dots, as one sign or as several.
PAUSE = "…"
#: Behind one of these a pause is within a sentence, unless they may be what ends it: "go around... now the hall".
_GOES_ON = ("prepositions", "and", "or", "causative")
_MAY_END = ("directions", "fillers", "repeats", "references")
#: The skill that keeps a fact; of so many words is what stands for the fact: "remember this one thing: ...".
REMEMBER, MOST_NAMING = "remember", 3


def sentences(chunks: Sequence[Chunk]) -> Iterator[tuple[Sequence[Chunk], str]]:
    """The chunks of each sentence, and the sign that ends it; "" for none. Of a pause only the first dot ends anything said."""
    said: list[Chunk] = []
    index = 0
    while index < len(chunks):
        chunk = chunks[index]
        if (end := chunk.get(END)) is None:
            said.append(chunk)
            index += 1
            continue
        dots = 1
        while end.value == "." and index + dots < len(chunks) and chunks[index + dots].has(END, "."):
            dots += 1
        pauses = dots > 1 or end.value == PAUSE
        index += dots
        if not (pauses and said and _searches_words(said[-1], chunk)):
            yield said, PAUSE if pauses else end.value
            said = []
    yield said, ""


def _searches_words(last: Chunk, pause: Chunk) -> bool:
    """Whether nobody ends with that: a preposition, "and", or an article, of which there is no chunk."""
    article = pause.first > last.last
    return article or (any(map(last.has, _GOES_ON)) and not any(map(last.has, _MAY_END)))


def with_facts(
    said: Sequence[tuple[Sequence[Chunk], str]], matcher: Matcher, words: str, row: Sequence[str]
) -> Sequence[tuple[Sequence[Chunk], str]]:
    """ "remember: the bin goes out on Tuesday": what is to be kept in mind may stand behind a colon; it orders nothing."""
    if len(said) < 2 or said[0][1] != ":" or not said[0][0]:
        return said
    told = matcher.best(said[0][0], words, row, "")
    named = len(told.text.split()) <= MOST_NAMING
    if told.frame is None or told.frame.name != REMEMBER or told.unread or not named:
        return said
    (first, _), (text, ending), *rest = said
    return [([*first, *text], "" if ending == "?" else ending), *rest]


def without_tag(chunks: Sequence[Chunk], ending: str) -> Sequence[Chunk]:
    """ "rover1 is in the kitchen, no?": behind a comma, at the end of a question, a "no" takes nothing back."""
    tag = ending == "?" and len(chunks) > 2 and chunks[-1].has("repair") and chunks[-2].has(COMMA)
    return chunks[:-2] if tag else chunks
