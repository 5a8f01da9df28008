# SPDX-License-Identifier: Apache-2.0
"""How often, and when: what a quantity is that is no argument. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.language.quantities import Kind, Quantity
from tektra.planner.understanding.phrasebook import QUANTITY, Chunk

#: Words of time that may stand before a quantity of a kind, the first that fits counts.
_TIMES = {Kind.DURATION.value: ("in", "every"), Kind.CLOCK.value: ("at",)}
#: Nobody orders anything more often than that in one breath.
MOST_TIMES = 20


def when(chunk: Chunk, waiting: Sequence[Chunk]) -> str:
    """ "in", "every" or "at", where such a word stands before a duration or a time of day; else empty."""
    quantity = chunk.get(QUANTITY)
    before = next((word for word in reversed(waiting) if word.has("time")), None)
    if quantity is None or before is None:
        return ""
    return next((value for value in _TIMES.get(quantity.value, ()) if before.has("time", value)), "")


def is_times(quantity: Quantity) -> bool:
    """ "three times", "twice"."""
    if quantity.kind is not Kind.COUNT or quantity.ordinal or not quantity.value.is_integer():
        return False
    counted = not quantity.noun and quantity.unit and 1 <= quantity.value <= MOST_TIMES
    return bool(counted) or _is_adverb(quantity.text)


def _is_adverb(text: str) -> bool:
    return not text[-1:].isdigit() and " " not in text.strip() and text.lower().endswith("ce")
