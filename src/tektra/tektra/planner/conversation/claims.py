# SPDX-License-Identifier: Apache-2.0
"""Keeps a model's talk from claiming what is not done: "I am driving to the kitchen" is not said where no plan says so.

A claim is somebody who can act (Tektra, a robot) and a verb of doing, with nothing between but helping words. Words are
given out as they come, but for those with which a claim may begin. Data: `claims` in config/language/<code>/replies.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tektra.language.text import plain

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.!?:;\n]")


@dataclass(frozen=True)
class ClaimWords:
    """`who`: words for those who act. `helpers`: may stand between. `deeds`: beginnings of verbs. `alone`: a claim without who.

    `habits`: those of `who` with whom a bare verb tells what they do at all ("I drive robots"), and not what they do now.
    """

    who: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()
    deeds: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    habits: frozenset[str] = frozenset()


def read_claims(data: Mapping[str, object]) -> ClaimWords:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(plain(word) for word in str(data.get(key, "")).split())

    phrases = data.get("alone", [])
    alone = tuple(plain(str(phrase)) for phrase in phrases) if isinstance(phrases, list) else ()
    return ClaimWords(
        frozenset(texts("who")),
        frozenset(texts("helpers")),
        texts("deeds"),
        alone,
        frozenset(texts("habits")),
    )


class ClaimFilter:
    """`feed` pieces of a reply; it returns what may be said. After a claim nothing more may, and `claimed` is true."""

    def __init__(self, words: ClaimWords, robots: Iterable[str]) -> None:
        self._words = words
        self._who = words.who | {plain(robot) for robot in robots}
        self._held = ""
        self.claimed = False

    def feed(self, text: str) -> str:
        if self.claimed:
            return ""
        self._held += text
        cut = self._safe_until(
            len(self._held) if not self._held or not self._held[-1].isalnum() else self._last()
        )
        free, self._held = self._held[:cut], self._held[cut:]
        return "" if self.claimed else free

    def rest(self) -> str:
        """What was held back, when nothing more comes."""
        self._safe_until(len(self._held))
        free, self._held = self._held, ""
        return "" if self.claimed else free

    def _last(self) -> int:
        """Where the last word, that may not be whole yet, begins."""
        words = list(_WORD.finditer(self._held))
        return words[-1].start() if words else len(self._held)

    def _safe_until(self, end: int) -> int:
        """Up to where the held text may be said: to its end, or to where a claim may begin. Sets `claimed`."""
        begins, before = -1, ""
        for match in _WORD.finditer(self._held, 0, end):
            word = plain(match[0]).replace("’", "'")
            rest = plain(self._held[match.start() :])
            if any(_begins(rest, phrase) for phrase in self._words.alone):
                self.claimed = True
                return match.start() if begins < 0 else begins
            if any(phrase.startswith(rest) for phrase in self._words.alone):
                return match.start() if begins < 0 else begins  # it may become one
            if word in self._who or word.split("'")[0] in self._who:
                begins = match.start() if begins < 0 else begins
            elif begins >= 0 and word not in self._words.helpers:
                if word.startswith(self._words.deeds) and before not in self._words.habits:
                    self.claimed = True
                    return begins
                begins = -1
            before = word
        return end if begins < 0 else begins


def _begins(text: str, phrase: str) -> bool:
    """Whether the text begins with the phrase, and its last word ends there."""
    return text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum()
