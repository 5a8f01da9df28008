# SPDX-License-Identifier: Apache-2.0
"""Pieces of patterns that several rules are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tektra.speech_out.text.lexicon import Lexicon

#: Gives the words of a match, or None where the rule does not fit after all.
Say = Callable[["re.Match[str]", Lexicon], "str | None"]
MINUS = r"\-−"
DASH = r"\-–—−"
START = r"(?<![\w.,/:])"


def number(lex: Lexicon) -> str:
    """A number with or without marks between its thousands; a plain space is one where the language has it so."""
    marks = r"[.,'’\u00a0\u202f" + (" ]" if lex.group == " " else "]")
    return rf"(?:\d{{1,3}}(?:{marks}\d{{3}})+(?:[.,]\d+)?(?![\d])|\d{{1,3}}(?: 000)+(?!\d|[.,]\d)|\d+(?:[.,]\d+)?)"


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of them, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"
