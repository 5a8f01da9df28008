# SPDX-License-Identifier: Apache-2.0
"""Whom vision knows: faces before the cameras, voices that were heard, and who is enrolled by face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tektra.common.errors import InputError, TektraError
from tektra.common.known_people import KnownPeople, KnownPerson
from tektra.common.recognition import Roll, Wish
from tektra.vision.backends import FaceReader
from tektra.vision.eye import Eye
from tektra.vision.faces import Known
from tektra.vision.identity import Identity, enrol_face
from tektra.vision.looker import Look
from tektra.vision.persons_here import Person, PersonsHere


@dataclass(frozen=True)
class _Seen:
    """Who was recognised with the last look, and when (s)."""

    faces: Mapping[str, Known]
    at_s: float


#: Without a look for so long nobody is seen any more.
SEEN_S = 3.0


class People:
    """`named` is for the detector's thread, `enrol` for one of its own, all else for the executor's. Clocks: s since the epoch, and
    monotonic s."""

    def __init__(
        self,
        eyes: Mapping[str, Eye],
        known: KnownPeople,
        make_reader: Callable[[], FaceReader],
        model: str,
        now: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self._eyes = eyes
        self._known = known
        self._make_reader = make_reader
        self._now, self._steady = now, steady
        self._identity = Identity(known, make_reader, model)
        self._roll = Roll(known)
        self._here = PersonsHere()
        self._seen = _Seen({}, 0.0)
        self._unreadable = ""

    @property
    def trouble(self) -> str:
        """Why nobody is recognised though somebody is known; empty when all is well."""
        return self._identity.trouble or self._unreadable

    def named(self, look: Look) -> Look:
        """The look with who is recognised in it."""
        named = self._identity.named(look)
        self._eyes[look.eye].scene = named.scene
        return named

    def saw(self, look: Look) -> None:
        """A look was published."""
        self._seen = _Seen(look.recognised, self._steady())

    def heard(self, person_id: str, voice_id: str) -> None:
        """Somebody was recognised by voice."""
        self._here.heard(person_id, voice_id, self._steady())

    def here(self) -> tuple[list[Person], dict[str, float]]:
        """Everybody who is recognised now, and how surely by face id."""
        now_s = self._steady()
        faces = self._seen.faces if now_s - self._seen.at_s <= SEEN_S else {}
        try:
            people = self._roll.now()
            self._unreadable = ""
        except TektraError as error:
            people, self._unreadable = [], str(error)
        here = self._here.now(faces, people, now_s)
        return here, {track_id: who.confidence for track_id, who in faces.items()}

    def enrol(self, wish: Wish, wait: Callable[[float], bool]) -> KnownPerson:
        """Learns the face before a camera; as identity.enrol_face."""
        name = wish.source or next(iter(self._eyes))
        if name not in self._eyes:
            raise InputError(f"no camera is called {name[:64]!r}", f"use one of {', '.join(self._eyes)}")
        eye = self._eyes[name]
        if eye.blind():
            raise InputError(eye.blind(), "enrol when the camera gives pictures")
        return enrol_face(
            self._known, self._make_reader(), name=wish.name, role=wish.role, newest=lambda: eye.newest,
            wait=wait, steady=self._steady, now_s=self._now(),
        )  # fmt: skip

    def close(self) -> None:
        """Frees the reader. Twice is once."""
        self._identity.close()
