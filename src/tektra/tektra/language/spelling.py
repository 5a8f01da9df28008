# SPDX-License-Identifier: Apache-2.0
"""Words with a slip of the keyboard: one letter wrong, missing, too many, or two changed places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

Meaning = TypeVar("Meaning")


def one_slip(word: str, meant: str) -> bool:
    """Whether the words are the same but for one slip (optimal string alignment distance of at most 1)."""
    if word == meant:
        return True
    if abs(len(word) - len(meant)) > 1:
        return False
    first = next(
        (i for i, (a, b) in enumerate(zip(word, meant, strict=False)) if a != b), min(len(word), len(meant))
    )
    rest, rest_meant = word[first:], meant[first:]
    return (
        rest[1:] == rest_meant[1:]
        or rest[1:] == rest_meant
        or rest == rest_meant[1:]
        or (rest[:2] == rest_meant[:2][::-1] and rest[2:] == rest_meant[2:])
    )


def nearest(word: str, known: Mapping[str, Meaning], shortest: int) -> tuple[str, Meaning] | None:
    """The known word of at least `shortest` letters with the same first letter that this may be, and its meaning; None
    when there is none, or several of different meanings."""
    if len(word) < shortest:
        return None
    close = [m for m in known if len(m) >= shortest and m[0] == word[0] and one_slip(word, m)]
    if not close or any(known[m] != known[close[0]] for m in close):
        return None
    return close[0], known[close[0]]


def slipped(word: str, meant: str) -> bool:
    """One slip, where words are long enough that another word is unlikely: of short ones only two letters that changed
    places, or one that was struck twice."""
    if word[0] != meant[0] or not one_slip(word, meant):
        return False
    if len(meant) >= 6:
        return True
    return sorted(word) == sorted(meant) or (
        len(word) == len(meant) + 1 and re.sub(r"(.)\1", r"\1", word) == meant
    )
