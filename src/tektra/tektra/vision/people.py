# SPDX-License-Identifier: Apache-2.0
"""Whom vision knows: faces before the cameras, voices that were heard, and who is enrolled by face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tektra.common.errors import InputError, TektraError
from tektra.common.known_people import MAX_PEOPLE, KnownPeople, KnownPerson
from tektra.common.recognition import Roll, Wish
from tektra.vision.backends import FaceReader
from tektra.vision.eye import Eye
from tektra.vision.faces import Known
from tektra.vision.gestures import NOBODY, Shower
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
#: Whose face is seen has the rights of their role for so long after their voice was recognised: a face alone has none.
SPOKE_S = 30.0
GUEST = "guest"


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
        self._spoke_s: dict[str, float] = {}
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
        if len(self._spoke_s) > MAX_PEOPLE:
            self._spoke_s.clear()
        self._spoke_s[person_id] = self._steady()

    def shower(self, face_id: str) -> Shower:
        """Whose gestures are made beside this face ("": none is near). As with words: once any voice is known, who is not
        known is a guest; and so is a face whose voice was not heard, as a photograph has a face, too."""
        people = self._everybody()
        if self._unreadable:
            return Shower(role=GUEST)
        if not any("voice" in person.prints for person in people):
            return NOBODY
        known = self._faces().get(face_id)
        sure = known is not None and known.confirmed
        person = next((p for p in people if sure and known is not None and p.id == known.id), None)
        if person is None:
            return Shower(role=GUEST)
        spoke = 0.0 <= self._steady() - self._spoke_s.get(person.id, float("-inf")) <= SPOKE_S
        return Shower(person.name, person.role if spoke else GUEST)

    def here(self) -> tuple[list[Person], dict[str, float]]:
        """Everybody who is recognised now, and how surely by face id."""
        faces = self._faces()
        here = self._here.now(faces, self._everybody(), self._steady())
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

    def _faces(self) -> Mapping[str, Known]:
        return self._seen.faces if self._steady() - self._seen.at_s <= SEEN_S else {}

    def _everybody(self) -> list[KnownPerson]:
        try:
            people = self._roll.now()
            self._unreadable = ""
        except TektraError as error:
            people, self._unreadable = [], str(error)
        return people

    def close(self) -> None:
        """Frees the reader. Twice is once."""
        self._identity.close()
