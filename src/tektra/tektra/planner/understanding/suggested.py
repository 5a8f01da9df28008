# SPDX-License-Identifier: Apache-2.0
"""An order that is asked for as a reason: "why don't you send rover2 to the hall?". Plain functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from tektra.language.text import Shape, Token
from tektra.planner.understanding.reading import Act, Choice, Doubt, Reading, ReadStep, Topic
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.vocabulary import Vocabulary

#: So many words may stand before it ("well, why don't you").
MOST_BEFORE = 3
_SURE = Doubt("sure", 0, "", (Choice("yes", True),))


def with_suggested(
    reading: Reading, read: Callable[[str], Reading], vocabulary: Vocabulary, last: Sequence[ReadStep]
) -> Reading:
    """The reading, or that of the whole order that it asks why not to do, doubtful. `read`: reads a text of as many characters.
    `last`: the last order's steps; what was ordered already is asked about, and not suggested."""
    asks = reading.question is not None and reading.question.topic is Topic.WHY
    if not (asks or (reading.act in (Act.QUESTION, Act.UNCLEAR) and not reading.steps)):
        return reading
    said = vocabulary.by_value("why_not")
    rest = _without_why(reading.words, said)
    if not rest or ("you" in said and not _says(said["you"], rest)):
        return reading  # "why does rover2 not go there"
    order = read(rest)
    named = any(clause.robots for clause in order.clauses)
    whole = order.act is Act.ORDER and order.whole and order.steps and not order.refusals
    if not (named and whole) or order.conditional or any(doubt.kind != "sure" for doubt in order.doubts):
        return reading
    done = {(step.who, step.skill, str(step.arguments)) for step in last}
    if any((step.who, step.skill, str(step.arguments)) in done for step in order.steps):
        return reading
    return replace(order, words=reading.words, doubts=order.doubts or (_SURE,))


def _says(phrases: Collection[Phrase], words: str) -> bool:
    row = [token for token in tokens(words) if token.shape is not Shape.MARK]
    return any(_length(phrases, row, at) for at in range(len(row)))


def _without_why(words: str, said: Mapping[str, Collection[Phrase]]) -> str:
    """The text with blanks in place of "why don't you"; empty where it begins with nothing of the kind."""
    row = [token for token in tokens(words) if token.shape is not Shape.MARK]
    for at in range(min(MOST_BEFORE, len(row))):
        if not (opens := _length(said.get("opens", ()), row, at)):
            continue
        gone = [*row[at : at + opens]]
        if denies := said.get("not", ()):
            where = [i for i in range(at + opens, len(row)) if _length(denies, row, i)]
            if not where:
                return ""
            gone += [token for i in where for token in row[i : i + _length(denies, row, i)]]
        blank = set().union(*(range(token.start, token.end) for token in gone))
        return "".join(" " if index in blank or c in "?¿" else c for index, c in enumerate(words))
    return ""


def _length(phrases: Collection[Phrase], row: Sequence[Token], at: int) -> int:
    plain = tuple(token.plain for token in row)
    return max((len(p) for p in phrases if plain[at : at + len(p)] == p), default=0)
