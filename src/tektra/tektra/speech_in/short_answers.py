# SPDX-License-Identifier: Apache-2.0
"""Whose a word is that is too short to tell its voice: "yes", said to a question by the one person whom the camera sees.

Four things must agree: a question waits that was put to a person by name; the voice of that person was recognised lately; theirs is the
only face in view; and the little that was heard is not unlike their voice. Each alone is weak, and what fails one of them stays a
guest's (docs/decisions/short-answers.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

#: An answer comes within this of its question, from somebody whose voice was recognised within the second.
ANSWER_S, SPOKE_S = 20.0, 45.0
#: It has no more words than this, and its sound is as like the person's voice by this cosine: of pieces of 0.5 s, repeated, 84 % of
#: the person's own (n 293) and 1.0 % of nine others' (n 2,637) were (ten readers of LibriSpeech).
MOST_WORDS, LIKE = 3, 0.65


class InView(Protocol):
    """What eyes tell. Any thread asks."""

    def alone(self, person_id: str) -> bool:
        """Whether that person is recognised by face now, and no other face is seen."""


class Unseen:
    """Where nothing sees, nobody is alone in view."""

    def alone(self, person_id: str) -> bool:
        return False


@dataclass(frozen=True)
class Asked:
    """Whom a question was put to, and when (monotonic s)."""

    name: str
    at_s: float


class ShortAnswers:
    """`asked` may be called by another thread; the rest is for the recogniser's. Times are monotonic s."""

    def __init__(self, view: InView) -> None:
        self._view = view
        self._asked: Asked | None = None
        self._spoke: tuple[str, str, float] = ("", "", float("-inf"))

    def asked(self, name: str, now_s: float) -> None:
        """A question was put to that person; "": to nobody by name, so none is waiting."""
        self._asked = Asked(name, now_s) if name else None

    def recognised(self, person_id: str, name: str, now_s: float) -> None:
        """That person spoke, and long enough to be known."""
        self._spoke = (person_id, name, now_s)

    @property
    def expects(self) -> str:
        """The id of the person whose answer is waited for; empty: nobody's that is known by voice."""
        asked, (person_id, name, _) = self._asked, self._spoke
        return person_id if asked is not None and asked.name.casefold() == name.casefold() else ""

    def whose(self, words: str, like: Callable[[str], float], now_s: float) -> str:
        """The id of the person whose answer these words are; empty: nobody's that is known. `like` tells how like a person's
        print the sound is (cosine). An answer is given once."""
        asked, (person_id, name, spoke_s) = self._asked, self._spoke
        if asked is None or not 0.0 <= now_s - asked.at_s <= ANSWER_S:
            return ""
        if name.casefold() != asked.name.casefold() or not 0.0 <= now_s - spoke_s <= SPOKE_S:
            return ""
        if (
            not 1 <= len(words.split()) <= MOST_WORDS
            or not self._view.alone(person_id)
            or like(person_id) < LIKE
        ):
            return ""
        return person_id

    def answered(self) -> None:
        """No question waits any more."""
        self._asked = None
