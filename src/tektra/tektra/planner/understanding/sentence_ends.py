# SPDX-License-Identifier: Apache-2.0
"""Where the sentences of a text end, and by which sign: a question, a pause, a colon before what is to be kept. Plain functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tektra.planner.understanding.matcher import Matcher
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk

#: How a sentence ends after which its speaker thought anew: three dots, as one sign or as several.
PAUSE = "…"
#: The skill that keeps a fact; of so many words is what stands for the fact: "remember this one thing: ...".
REMEMBER, MOST_NAMING = "remember", 3


def sentences(chunks: Sequence[Chunk]) -> Iterator[tuple[Sequence[Chunk], str]]:
    """The chunks of each sentence, and the sign that ends it; "" for none. Of a pause only the first dot ends anything said."""
    start = 0
    for index, chunk in enumerate(chunks):
        if (end := chunk.get(END)) is not None:
            following = chunks[index + 1] if index + 1 < len(chunks) else None
            dots = end.value == "." and following is not None and following.has(END, ".")
            yield chunks[start:index], PAUSE if dots else end.value
            start = index + 1
    yield chunks[start:], ""


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
