# SPDX-License-Identifier: Apache-2.0
"""Which remembered facts a request is about: those that share a word with it that says something. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from tektra.language import files
from tektra.language.text import words as plain_words
from tektra.planner.conversation.replies import NAME

#: Words are the same when so many letters at their beginning are: "meeting" and "meetings", not "met" and "meeting".
STEM = 5
#: A shorter word says little, but for a number.
SHORTEST = 3


def relevant(words: str, facts: Sequence[str], most: int) -> tuple[str, ...]:
    """Those of the facts that share most with the words, best first; none that shares nothing."""
    asked = _stems(words)
    shared = [(len(asked & _stems(fact)), number, fact) for number, fact in enumerate(facts)]
    best = sorted((entry for entry in shared if entry[0]), reverse=True)
    return tuple(fact for _, _, fact in best[:most])


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in plain_words(text) if says_something(word))


def says_something(word: str) -> bool:
    """Whether it is none of the words that stand in every other sentence."""
    return word.isalnum() and (len(word) >= SHORTEST or word.isdigit()) and word not in _common()


@cache
def _common() -> frozenset[str]:
    """Words that are in every other sentence, of all languages."""
    found: Iterable[str] = (
        word
        for code in files.languages()
        if (files.folder() / code / f"{NAME}.yaml").exists()
        for word in plain_words(str(files.read(code, NAME).get("common", "")))
    )
    return frozenset(found)
