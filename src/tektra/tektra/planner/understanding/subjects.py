# SPDX-License-Identifier: Apache-2.0
"""Whom a corrected fact is about: "she comes on Saturday", said of "my sister Clara visits on Friday", is about Clara.

A fact is found again by its words, so one that only says "she" is never found: it takes the subject of the fact in whose place it
is put, where the words show which that is. Plain functions on words; data: `subjects` in config/language/<code>/control.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tektra.language import files
from tektra.language.text import Shape, Token
from tektra.planner.understanding.tokens import tokens

#: A subject has no more words.
LONGEST = 6


def with_subject(text: str, fact: str, language: str) -> str:
    """The text with the fact's subject in place of a pronoun that it begins with; as it is where either is not known."""
    row = [token for token in tokens(text) if token.shape is Shape.WORD]
    subject = subject_of(fact, language) if len(row) > 1 else ""
    if subject and row[0].plain in _subjects(language).get("pronouns", ()):
        return f"{subject}{text[row[0].end :]}"
    return f"{subject} {text}" if subject and row[0].plain in _subjects(language).get("verbs", ()) else text


def goes_on(text: str, fact: str, language: str) -> bool:
    """Whether the text says something of whom the fact is about: by a pronoun, by a verb alone, or by name."""
    row = [token.plain for token in tokens(text) if token.shape is Shape.WORD]
    subject = [token.plain for token in tokens(subject_of(fact, language)) if token.shape is Shape.WORD]
    known = _subjects(language)
    begins = bool(row) and row[0] in known.get("pronouns", frozenset()) | known.get("verbs", frozenset())
    return len(row) > 1 and bool(subject) and (begins or row[: len(subject)] == subject)


def subject_of(fact: str, language: str) -> str:
    """The words that a fact begins with, up to its verb or behind the first name in them; empty where neither is known.

    A name is known by its capital; in German that may be any noun, which serves as well.
    """
    row = [token for token in tokens(fact) if token.shape is Shape.WORD][: LONGEST + 1]
    verbs = _subjects(language).get("verbs", ())
    named = 0
    for index, token in enumerate(row):
        if token.plain in verbs:
            return _until(fact, row, index)
        if _is_large(fact, token) and index:
            named = index + 1
        elif named:
            return _until(fact, row, named)
    first = bool(row) and _is_large(fact, row[0]) and row[0].plain not in _subjects(language).get("small", ())
    return _until(fact, row, 1) if first and not named else ""


def _until(fact: str, row: list[Token], count: int) -> str:
    return fact[row[0].start : row[count - 1].end] if count else ""


def _is_large(fact: str, token: Token) -> bool:
    return fact[token.start : token.start + 1].isupper()


@cache
def _subjects(language: str) -> Mapping[str, frozenset[str]]:
    """By kind: pronouns, verbs that tell how something is, and small words that a sentence may begin with."""
    given = files.read(language, "control").get("subjects", {}) if files.has(language, "control") else {}
    known = given if isinstance(given, Mapping) else {}
    return {str(kind): frozenset(token.plain for token in tokens(str(said))) for kind, said in known.items()}
