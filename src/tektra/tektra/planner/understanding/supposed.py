# SPDX-License-Identifier: Apache-2.0
"""An amount that is only supposed: "back off a bit, say forty centimetres". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.understanding.match import MEASURED, Match
from tektra.planner.understanding.phrasebook import Chunk


def supposes(chunk: Chunk, following: Chunk | None) -> bool:
    """Whether it is a word that says nothing before an amount: nothing is to be said aloud."""
    amount = following.quantity if following is not None else None
    return chunk.has("before_amounts") and amount is not None and amount.kind in MEASURED


def only_supposes(match: Match, chunks: Sequence[Chunk]) -> bool:
    """Whether its verb is such a word: "say" has an amount right behind it, and no words to be said."""
    if not match.heads:
        return False
    last = match.heads[-1]
    return supposes(last, next((chunk for chunk in chunks if chunk.first == last.last), None))
