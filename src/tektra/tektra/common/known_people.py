# SPDX-License-Identifier: Apache-2.0
"""Whom Tektra knows again by face or voice: prints by consent, sealed (AES-256-GCM), one file a person.

A print is what a model makes of a face or voice, never a picture or sound. The files are all there is: who deletes one has
deleted the person, whether the nodes that see and hear run or not; they look again when the folder changes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tektra.common import paths, whole_file
from tektra.common.errors import ConfigError, InputError
from tektra.common.person_names import same_name
from tektra.common.sealing import Sealer, SealError, sealer

FOLDER = "people"
KEYS = Path("access") / "people.keys"
#: Holds the keys instead of the file, where it is set.
VARIABLE = "TEKTRA_PEOPLE_KEYS"
ROLES = ("operator", "guest", "observer")
MAX_NAME, MAX_PEOPLE, MAX_VECTORS, MAX_NUMBERS = 64, 200, 20, 1024
_SUFFIX = ".person"

What = Literal["face", "voice"]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Print:
    """How a model sees or hears a person: unit vectors, shape (n, size). `since_s` (s since the epoch): when they agreed."""

    model: str
    vectors: Vectors
    since_s: float


@dataclass(frozen=True)
class KnownPerson:
    """`id` is a part of topic names; `name` is no other's."""

    id: str
    name: str
    role: str
    prints: Mapping[str, Print]


class KnownPeople:
    """The folder. Each call stands for itself: any thread, any process; what is written appears whole. Blocks on the disk."""

    def __init__(self, folder: Path, keys: Callable[[], Sealer]) -> None:
        """`keys` is asked when there is something to read or write, so that no key is made for nobody."""
        self._folder = folder
        self._keys = keys

    def stamp(self) -> int:
        """Changes with the folder: look again then. 0: nobody was ever enrolled."""
        try:
            return self._folder.stat().st_mtime_ns
        except OSError:
            return 0

    def all(self) -> list[KnownPerson]:
        """By name. Raises ConfigError for a file that cannot be read."""
        files = sorted(self._folder.glob(f"*{_SUFFIX}"))
        keys = self._keys() if files else None
        found = [self._read(file, keys) for file in files if keys is not None]
        return sorted(
            (one for one in found if one is not None), key=lambda one: (one.name.casefold(), one.id)
        )

    def find(self, name: str) -> KnownPerson | None:
        """By name or id; case does not count."""
        wanted, id = same_name(name), _plain(name).casefold()
        return next((one for one in self.all() if wanted == same_name(one.name) or id == one.id), None)

    def enrol(
        self, name: str, role: str, what: What, vectors: Sequence[Vectors], *, model: str, now_s: float
    ) -> KnownPerson:
        """Keeps a print, in the place of an older one. `role`: "" leaves it as it is; guest for somebody new.

        The caller has the person's consent. Raises InputError for what is no name, role or print, ConfigError when the disk
        fails.
        """
        require_name(name, role)
        known = self.find(name)
        if known is None and len(self.all()) >= MAX_PEOPLE:
            raise InputError(f"{MAX_PEOPLE} people are known already", "forget somebody first")
        made = Print(model, _unit(vectors), now_s)
        before = known or KnownPerson(f"p{secrets.token_hex(4)}", _plain(name), "guest", {})
        person = replace(before, role=role or before.role, prints={**before.prints, what: made})
        self._write(person)
        return person

    def change_role(self, id: str, role: str) -> None:
        """Raises InputError for a role that there is not, or nobody of that id."""
        person = self._known(id)
        require_name(person.name, role)
        self._write(replace(person, role=role))

    def rename(self, id: str, name: str) -> None:
        """Raises InputError for what is no name, or another's; or nobody of that id."""
        person = self._known(id)
        require_name(name, "")
        other = self.find(name)
        if other is not None and other.id != id:
            raise InputError(f"the name {name[:MAX_NAME]!r} is another's", "give another name")
        self._write(replace(person, name=_plain(name)))

    def withdraw(self, id: str, what: What) -> None:
        """A consent is taken back: that print is gone, and the person with the last one. Raises InputError for an unknown id."""
        person = self._known(id)
        prints = {kind: print for kind, print in person.prints.items() if kind != what}
        if prints:
            self._write(replace(person, prints=prints))
        else:
            self.forget(id)

    def forget(self, id: str) -> bool:
        """Nothing of that person is left here; whether there was something. Raises ConfigError when the disk fails."""
        file = self._file(id)
        try:
            return whole_file.remove(file)
        except OSError as error:
            raise ConfigError(f"{file} cannot be deleted ({error.strerror})", "delete it by hand") from None

    def _known(self, id: str) -> KnownPerson:
        person = self.find(id)
        if person is None:
            raise InputError(f"nobody is known as {id[:MAX_NAME]!r}", "`tektra people list` tells who is")
        return person

    def _file(self, id: str) -> Path:
        if not (id.isascii() and id.isalnum() and len(id) <= MAX_NAME):
            raise InputError(f"{id[:MAX_NAME]!r} is no id of a person", "`tektra people list` tells them")
        return self._folder / f"{id}{_SUFFIX}"

    @staticmethod
    def _read(file: Path, keys: Sealer) -> KnownPerson | None:
        try:
            return _person(json.loads(keys.open(file.read_bytes(), _place(file.stem))))
        except FileNotFoundError:
            return None  # deleted meanwhile
        except (OSError, SealError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{file} cannot be read ({error})",
                f"bring back the keys that sealed it ({KEYS}), or delete it",
            ) from None

    def _write(self, person: KnownPerson) -> None:
        file = self._file(person.id)
        sealed = self._keys().seal(json.dumps(exported(person)), _place(person.id))
        try:
            whole_file.write(file, sealed)
        except OSError as error:
            raise ConfigError(f"{file} cannot be written ({error.strerror})", "free some space") from None


def known_people() -> KnownPeople:
    """Those of this account."""
    home = paths.data_dir()
    return KnownPeople(home / FOLDER, lambda: sealer(home / KEYS, VARIABLE))


def exported(person: KnownPerson) -> dict[str, Any]:
    """Everything that is kept of a person, as JSON has it."""
    prints = {
        what: {"model": p.model, "agreed_s": p.since_s, "vectors": np.round(p.vectors, 6).tolist()}
        for what, p in person.prints.items()
    }
    return {"id": person.id, "name": person.name, "role": person.role, "prints": prints}


def require_name(name: str, role: str) -> None:
    """Raises InputError for a name that cannot be kept, or a role that there is not."""
    plain = _plain(name)
    if not 1 <= len(plain) <= MAX_NAME or not plain.isprintable():
        raise InputError(f"the name {name[:MAX_NAME]!r}", f"give 1 to {MAX_NAME} printable characters")
    if role and role not in ROLES:
        raise InputError(f"the role {role[:MAX_NAME]!r}", f"give one of {', '.join(ROLES)}")


def _person(read: Mapping[str, Any]) -> KnownPerson:
    prints = {
        str(what): Print(str(p["model"]), _unit([np.array(p["vectors"], np.float32)]), float(p["agreed_s"]))
        for what, p in read["prints"].items()
    }
    return KnownPerson(str(read["id"]), str(read["name"]), str(read["role"]), prints)


def _unit(vectors: Sequence[Vectors]) -> Vectors:
    """One vector a row, each of length one. Raises InputError."""
    rows = (
        np.vstack([np.atleast_2d(v) for v in vectors]).astype(np.float32)
        if len(vectors)
        else np.zeros((0, 0))
    )
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    sound = 1 <= len(rows) <= MAX_VECTORS and rows.shape[1] <= MAX_NUMBERS and np.isfinite(rows).all()
    if not sound or not (lengths > 1e-6).all():
        raise InputError(f"a print of shape {rows.shape}", f"give 1 to {MAX_VECTORS} finite vectors")
    return np.asarray(rows / lengths, np.float32)


def _plain(name: str) -> str:
    return " ".join(name.split())


def _place(id: str) -> str:
    return f"known person {id}"
