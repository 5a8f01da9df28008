# SPDX-License-Identifier: Apache-2.0
"""Kinds of words (limbs, people, what hurts), so that sentences about other things of the same kind are like each other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tektra.language.clauses import plain_text

#: "squash*" begins with so many letters at least.
LEAST_BEGUN = 2


@dataclass(frozen=True)
class Kinds:
    """Of whole words, and of how words begin, which kinds they are."""

    whole: Mapping[str, frozenset[str]]
    begun: Mapping[str, frozenset[str]]

    def of(self, word: str) -> tuple[str, ...]:
        """The kinds of a plain word, in order; most words have none."""
        found = self.whole.get(word, frozenset())
        for end in range(LEAST_BEGUN, len(word) + 1):
            if (more := self.begun.get(word[:end])) is not None:
                found |= more
        return tuple(sorted(found))


NONE = Kinds({}, {})


def kinds_of(given: Iterable[Mapping[str, Iterable[str]]]) -> Kinds:
    """Of lists of words by their kinds, as in config/language/<code>/alarms.yaml, together; of several words none is known."""
    whole, begun = dict[str, frozenset[str]](), dict[str, frozenset[str]]()
    for lists in given:
        for kind, words in lists.items():
            for word in words:
                bare = plain_text(str(word).removesuffix("*")).strip()
                table = begun if str(word).endswith("*") else whole
                if len(bare) >= (LEAST_BEGUN if table is begun else 1) and " " not in bare:
                    table[bare] = table.get(bare, frozenset()) | {kind}
    return Kinds(whole, begun)


def written(kinds: Kinds) -> str:
    """As `read_kinds` reads it; the same for the same kinds."""
    lists: dict[str, list[str]] = {}
    for table, ending in ((kinds.whole, ""), (kinds.begun, "*")):
        for word, found in table.items():
            for kind in found:
                lists.setdefault(kind, []).append(word + ending)
    return json.dumps({kind: sorted(words) for kind, words in lists.items()}, sort_keys=True)


def read_kinds(text: str) -> Kinds:
    """Raises ValueError for what `written` did not write."""
    given = json.loads(text)
    if not isinstance(given, dict) or not all(isinstance(words, list) for words in given.values()):
        raise ValueError("no lists of words by their kinds")
    return kinds_of([given])
