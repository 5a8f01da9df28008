# SPDX-License-Identifier: Apache-2.0
"""Phrases with what they mean, found in a row of words by the longest that begins there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from tektra.language.text import words

Meaning = TypeVar("Meaning")


class Phrases(Generic[Meaning]):
    """A table of phrases, compared as plain words. One thread fills it; any may look."""

    def __init__(self, given: Iterable[tuple[str, Meaning]] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
        for phrase, meaning in given:
            parts = words(phrase)
            if parts:
                self._by_first.setdefault(parts[0], []).append((parts, meaning))
        for found in self._by_first.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def at(self, row: Sequence[str], index: int) -> tuple[int, Meaning] | None:
        """How many words the longest phrase at `index` has, and what it means; None when there is none."""
        if index >= len(row):
            return None
        for parts, meaning in self._by_first.get(row[index], ()):
            if tuple(row[index : index + len(parts)]) == parts:
                return len(parts), meaning
        return None

    def single_words(self) -> dict[str, Meaning]:
        """The phrases of one word."""
        return {
            first: meaning
            for first, found in self._by_first.items()
            for parts, meaning in found
            if len(parts) == 1
        }
