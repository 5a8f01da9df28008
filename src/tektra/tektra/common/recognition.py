# SPDX-License-Identifier: Apache-2.0
"""Whose print a face or voice is like: an open set, so most are nobody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tektra.common.known_people import KnownPeople, KnownPerson, What


@dataclass(frozen=True)
class Wish:
    """Who is to be enrolled, as what, and by which voice or camera; an empty source: the microphone's, the first camera."""

    name: str
    role: str
    source: str


@dataclass(frozen=True)
class Match:
    """A person, and how alike the prints are: the cosine, up to 1."""

    person: KnownPerson
    score: float


class Gallery:
    """The prints of one kind and model. Immutable, for any thread; microseconds a person.

    A face or voice is somebody's whose mean print it is like by `threshold` at least, and by `margin` more than anybody else's:
    what is like two is nobody's.
    """

    def __init__(
        self, people: Sequence[KnownPerson], what: What, model: str, *, threshold: float, margin: float = 0.0
    ) -> None:
        theirs = [(p, p.prints[what]) for p in people if what in p.prints and p.prints[what].model == model]
        self.people = tuple(person for person, _ in theirs)
        self._threshold, self._margin = threshold, margin
        self._means = [mean(print.vectors) for _, print in theirs]

    def match(self, vector: NDArray[np.float32]) -> Match | None:
        """Whose it is; None: nobody's that is known. `vector` is of length one, and of the gallery's model."""
        scores = sorted(((float(m @ vector), n) for n, m in enumerate(self._means)), reverse=True)
        if not scores or scores[0][0] < self._threshold:
            return None
        if len(scores) > 1 and scores[0][0] - scores[1][0] < self._margin:
            return None
        return Match(self.people[scores[0][1]], scores[0][0])

    def likeness(self, id: str, vector: NDArray[np.float32]) -> float:
        """The cosine to that person's mean print; -1 for somebody who is not here."""
        known = (
            float(m @ vector) for person, m in zip(self.people, self._means, strict=True) if person.id == id
        )
        return next(known, -1.0)


class Roll:
    """Everybody who is known, read again when the folder changed. For one thread."""

    def __init__(self, known: KnownPeople) -> None:
        self._known = known
        self._stamp = -1
        self._people: list[KnownPerson] = []

    def now(self) -> list[KnownPerson]:
        """The same list while nothing changed. Raises ConfigError where a file cannot be read; then nobody is known."""
        stamp = self._known.stamp()
        if stamp != self._stamp:
            self._people = []
            self._people = self._known.all() if stamp else []
            self._stamp = stamp
        return self._people


class Galleries:
    """The gallery of those who are known now: with nobody in it, nothing need be looked for. For one thread."""

    def __init__(self, known: KnownPeople, make: Callable[[list[KnownPerson]], Gallery]) -> None:
        self._roll = Roll(known)
        self._make = make
        self._of: list[KnownPerson] = []
        self._gallery = make(self._of)

    def now(self) -> Gallery:
        """Raises ConfigError as Roll.now."""
        people = self._roll.now()
        if people is not self._of:
            self._of, self._gallery = people, self._make(people)
        return self._gallery


def mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of unit vectors, shape (n, size), as a unit vector."""
    middle = vectors.mean(axis=0)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), np.float32)
