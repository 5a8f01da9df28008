# SPDX-License-Identifier: Apache-2.0
"""What is told before an order and is no part of it: "it's late, rover2 go home". Plain functions."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tektra.language.text import Shape
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.match import AGENTS, Match
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, MARK, QUOTE, Chunk
from tektra.planner.understanding.scene import Sort
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.vocabulary import Use

#: Words that change what an order behind them means, or that may be an order themselves.
_WEIGHTY = (
    "not", "except", "in_place_of", "if", "whenever", "until", "before", "after", "indirect", "impossible", "able", "modals",
    "causative", "repair", "repeats", QUOTE, MARK, *AGENTS,
)  # fmt: skip


def preambles(parts: Sequence[Part], words: str, stating: Collection[str]) -> list[Part]:
    """The clauses at the beginning that only tell something, each with a finite verb of `stating` (plain words).

    An order with a verb of its own must stand behind a comma, a "but" or the end of their sentence, and nothing in them may
    restrict it. What they tell of a robot is of no weight where the order names who is to do it.
    """
    found: list[Part] = []
    for part, following in zip(parts, parts[1:], strict=False):
        apart = following.opens or following.intro in (COMMA, "but")
        if not apart or not _tells(part, words, stating, of_robots=_says_who(following)):
            break
        found.append(part)
    behind = parts[len(found)] if found else None
    orders = behind is not None and behind.match.frame is not None and behind.match.frame.use is Use.SKILL
    return found if orders and behind is not None and behind.match.heads else []


def _says_who(part: Part) -> bool:
    return any(agent.has(ROBOT) for agent in part.match.agents)


def _tells(part: Part, words: str, stating: Collection[str], *, of_robots: bool) -> bool:
    match = part.match
    asked = match.frame is not None and match.frame.use is Use.QUESTION and _of_nothing_known(match)
    told = match.frame is not None and match.frame.done and bool(match.missing)  # "my mum is visiting"
    if not (match.frame is None or asked or told) or match.negated or match.excluded:
        return False
    if part.asks or part.ending == ":":
        return False
    first = next((chunk for chunk in match.chunks if not chunk.has("fillers")), None)
    if first is not None and first.has("interrogatives"):
        return False
    spoken = [chunk for chunk in match.chunks if not (of_robots and chunk in match.agents)]
    spoken = [chunk for chunk in spoken if not (told and chunk in match.heads)]
    if part.intro or any(chunk.has(kind) for chunk in spoken for kind in _WEIGHTY):
        return False
    start, end = match.span
    said = {token.plain for token in tokens(words[start:end]) if token.shape is Shape.WORD}
    return (bool(match.unread) or asked) and not said.isdisjoint(stating)


def _of_nothing_known(match: Match) -> bool:
    """ "mir ist langweilig": words in the order of a statement that would ask for a place, or a thing, that nobody knows."""
    return any(fill.unknown for fills in match.fills.values() for fill in fills)


def places_in(chunks: Sequence[Chunk]) -> list[str]:
    """Places that are spoken of: "there" may mean them."""
    return [
        named.name
        for chunk in chunks
        if (meaning := chunk.get(NAME)) is not None
        for named in meaning.named
        if named.sort is Sort.PLACE
    ]
