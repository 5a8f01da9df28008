# SPDX-License-Identifier: Apache-2.0
"""How Tektra speaks, for everybody and for single persons: a file of the house, which the page writes, too.

everybody: {style: "warm and short, a little dry"}       # what the model is told of its manner in talk
people:
  anna: {style: "formal, no jokes", expressive: false}   # without emotions and gestures
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import yaml

from tektra.common import paths, whole_file
from tektra.common.errors import ConfigError
from tektra.common.world_yaml import Reader, read_file

#: A longer style would push the conversation out of the prompt.
STYLE_MAX = 200
#: In Tektra's data folder, where no other file is named.
FILE = "manners.yaml"


@dataclass(frozen=True)
class Manner:
    """`style`: in a few words, for the model; empty: its own. `expressive`: whether emotions and gestures are shown."""

    style: str = ""
    expressive: bool = True


@dataclass(frozen=True)
class Manners:
    """`people`: by the name that requests carry."""

    everybody: Manner = Manner()
    people: Mapping[str, Manner] = field(default_factory=dict)

    def of(self, person: str) -> Manner:
        return self.people.get(person, self.everybody)


class Mannered(Protocol):
    """Manners as they are now."""

    @property
    def everybody(self) -> Manner: ...
    def of(self, person: str) -> Manner: ...


class HouseManners:
    """As the file has them now: it is read again when it changed. For one thread; a look at the file's date blocks it for microseconds."""

    def __init__(self, path: str, report: Callable[[str], object]) -> None:
        """Raises ConfigError naming what is wrong with the file. `path`: "" for the house's own, which need not be there. What is wrong
        with it later changes nothing, and is reported once."""
        self._file = manners_file(path)
        self._must = bool(path)
        self._report = report
        self._stamp = _stamp(self._file)
        self._manners = self._read()

    @property
    def everybody(self) -> Manner:
        return self._now().everybody

    def of(self, person: str) -> Manner:
        return self._now().of(person)

    def _now(self) -> Manners:
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._manners = self._read()
            except ConfigError as error:
                self._report(str(error))
        return self._manners

    def _read(self) -> Manners:
        return read_manners(str(self._file)) if self._must or self._stamp else Manners()


def manners_file(path: str) -> Path:
    """The file of that name; "" for the house's own."""
    return Path(path).expanduser() if path else paths.data_dir() / FILE


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Whoever else holds it, in this process or another, waits meanwhile: what is read, changed and written here loses nothing of
    theirs. Blocks. Raises ConfigError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(file.with_name(f".{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(file, error) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def revision(file: Path) -> str:
    """Another one after each change of the file; empty where it is not there. Blocks on the disk."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def write_manners(file: Path, manners: Manners) -> None:
    """Replaces the file, whole. Blocks on the disk. Raises ConfigError."""
    people = {name: _told(manner) for name, manner in manners.people.items()}
    text = yaml.safe_dump({"everybody": _told(manners.everybody), "people": people}, allow_unicode=True)
    try:
        whole_file.write(file, text.encode())
    except OSError as error:
        raise _unwritable(file, error) from None


def read_manners(path: str) -> Manners:
    """Reads the file; "" for none. Blocks on the disk. Raises ConfigError naming what is wrong."""
    if not path:
        return Manners()
    top = read_file(Path(path).expanduser())
    usual = _manner(top.section("everybody", optional=True), Manner())
    people = {name: _manner(section, usual) for name, section in top.sections("people")}
    top.finish()
    return Manners(usual, people)


def _manner(section: Reader, usual: Manner) -> Manner:
    style = " ".join(section.text("style", default=usual.style).split())
    told = section.text("expressive", among=("true", "false"), default=str(usual.expressive).lower())
    section.finish()
    if len(style) > STYLE_MAX:
        raise section.error("style", f"has {len(style)} characters: say it in {STYLE_MAX}")
    return Manner(style, expressive=told == "true")


def _told(manner: Manner) -> dict[str, str | bool]:
    expressive: dict[str, str | bool] = {"expressive": manner.expressive}
    return expressive | ({"style": manner.style} if manner.style else {})


def _unwritable(file: Path, error: OSError) -> ConfigError:
    return ConfigError(f"{file} cannot be written ({error.strerror})", "see whose file it is")


def _stamp(file: Path) -> tuple[int, int] | None:
    """Changes with the file; None: it is not there."""
    try:
        about = file.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_ino
