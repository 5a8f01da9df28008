# SPDX-License-Identifier: Apache-2.0
"""Persons who are here now: recognised by face, by voice or by both, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tektra.common.known_people import KnownPerson
from tektra.vision.faces import Known

#: Whose voice was heard is here for so long.
HEARD_S = 10.0


@dataclass(frozen=True)
class Person:
    """`face_id`, `voice_id`: by which they are recognised now; empty where they are not."""

    id: str
    name: str
    face_id: str = ""
    voice_id: str = ""


class PersonsHere:
    """Joins what eyes and ears recognise. Not for several threads; times in s of one clock."""

    def __init__(self) -> None:
        self._voices: dict[str, tuple[str, float]] = {}

    def heard(self, person_id: str, voice_id: str, now_s: float) -> None:
        """That person spoke."""
        self._voices[person_id] = (voice_id, now_s)

    def now(self, faces: Mapping[str, Known], people: Sequence[KnownPerson], now_s: float) -> list[Person]:
        """All of them, by id. `faces` by track id; `people`: everybody who is known: others are not told of."""
        names = {person.id: person.name for person in people}
        self._voices = {
            id: heard
            for id, heard in self._voices.items()
            if id in names and 0.0 <= now_s - heard[1] <= HEARD_S
        }
        seen = {known.id: track_id for track_id, known in faces.items() if known.id in names}
        return [
            Person(id, names[id], seen.get(id, ""), self._voices.get(id, ("", 0.0))[0])
            for id in sorted(seen.keys() | self._voices.keys())
        ]
