# SPDX-License-Identifier: Apache-2.0
"""Which remembered facts a request is about: those that mean what it speaks of, by a small model; while that is not there, those
that share a word with it that says something. Why: docs/decisions/meaning.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Protocol

from tektra.language import files
from tektra.language.text import words as plain_words
from tektra.planner.conversation.replies import NAME

#: Words are the same when so many letters at their beginning are: "meeting" and "meetings", not "met" and "meeting".
STEM = 5
#: A shorter word says little, but for a number.
SHORTEST = 3


#: How far a fact must be ahead, and how near to the best one, to be what the words are about: by bench/facts.py.
AHEAD, BEHIND_BEST = 0.05, 0.005


class Likeness(Protocol):
    """How alike words and facts are in what they mean. One thread uses it."""

    def learn(self, facts: Sequence[str]) -> None:
        """They will be asked about. Returns at once."""

    def ahead(self, words: str, facts: Sequence[str]) -> Mapping[str, float]:
        """How much more alike to the words each fact is than sentences and these facts are as a rule; of those that
        are learned. Blocks for 30 ms."""


class ByLetters:
    """Knows no meaning."""

    def learn(self, facts: Sequence[str]) -> None:
        return None

    def ahead(self, words: str, facts: Sequence[str]) -> Mapping[str, float]:
        return {}


def relevant(
    words: str, facts: Sequence[str], most: int, likeness: Likeness = ByLetters()
) -> tuple[str, ...]:
    """Those of the facts that the words are about, best first."""
    ahead = likeness.ahead(words, facts) if facts else {}
    least = max((AHEAD, *(value - BEHIND_BEST for value in ahead.values())))
    alike = sorted((fact for fact in set(ahead) if ahead[fact] >= least), key=lambda fact: -ahead[fact])
    return (*alike, *_sharing(words, [fact for fact in facts if fact not in ahead]))[:most]


def _sharing(words: str, facts: Sequence[str]) -> tuple[str, ...]:
    """Those that share most with the words, best first; none that shares nothing."""
    asked = _stems(words)
    shared = [(len(asked & _stems(fact)), number, fact) for number, fact in enumerate(facts)]
    return tuple(fact for _, _, fact in sorted((entry for entry in shared if entry[0]), reverse=True))


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
        if files.has(code, NAME)
        for word in plain_words(str(files.read(code, NAME).get("common", "")))
    )
    return frozenset(found)
