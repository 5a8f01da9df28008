# SPDX-License-Identifier: Apache-2.0
"""When an order is to be done, by what its own clause says: "in five minutes", "every hour", or again and again. Plain functions."""

from __future__ import annotations

from tektra.planner.understanding.match import Match
from tektra.planner.understanding.reading import Condition, When

#: The event of what goes on until a person says so.
TOLD = "told"
_TIMES = {"in": When.IN, "every": When.EVERY, "at": When.AT}


def own_conditions(match: Match, words: str, *, already: bool) -> list[Condition]:
    """The times that the clause gives; a patrol that has none, and is under no condition `already`, goes on until it is ended."""
    found = []
    for kind, chunk in match.times:
        meaning = next(m for m in chunk.meanings if m.quantity is not None)
        assert meaning.quantity is not None
        span = (chunk.start, chunk.end)
        found.append(Condition(_TIMES[kind], chunk.text, span, seconds=meaning.quantity.value))
    if match.frame is not None and match.frame.lasts and match.count == 1 and not (found or already):
        start, end = match.span
        found.append(Condition(When.UNTIL, words[start:end], (start, end), TOLD))
    return found
