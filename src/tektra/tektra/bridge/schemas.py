# SPDX-License-Identifier: Apache-2.0
"""Definitions of messages and services as `ros2msg` schemas, from the .msg and .srv files that packages
install.

Format: https://mcap.dev/spec/registry#ros2msg . The definition itself, then for each type that it uses a line
of 80 equal signs, `MSG: package/Name`, and that definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from tektra.common.errors import InputError

SEPARATOR = "=" * 80
NAME = re.compile(r"^([a-z][a-z0-9_]*)/(msg|srv|action)/([A-Za-z][A-Za-z0-9_]*)$")
FIELD = re.compile(
    r"^\s*(?:([a-z][a-z0-9_]*)/(?:msg/)?)?([A-Za-z][A-Za-z0-9_]*)(?:<=\d+)?(?:\[[<=\d]*\])?\s+[A-Za-z]\w*"
)
BUILT_IN = frozenset(
    "bool byte char string wstring float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64".split()
)


class UnknownType(InputError):
    """No installed package defines the type."""


class Schemas:
    """Reads definitions below `prefixes` (AMENT_PREFIX_PATH), and keeps them. Reads files; for one thread."""

    def __init__(self, prefixes: Sequence[Path]) -> None:
        self._prefixes = list(prefixes)
        self._whole: dict[str, str] = {}

    def message(self, type_name: str) -> str:
        """The schema of `package/msg/Name`. Raises UnknownType, also where a type inside it is not
        installed."""
        if type_name not in self._whole:
            self._whole[type_name] = self._assemble(self._read(type_name), _package(type_name))
        return self._whole[type_name]

    def service(self, type_name: str) -> tuple[str, str]:
        """The schemas of request and response of `package/srv/Name`. Raises UnknownType."""
        request, line, response = self._read(type_name).partition("\n---")
        if not line:  # an empty request: the file begins with the line
            request, _, response = ("\n" + request).partition("\n---")
        package = _package(type_name)
        return self._assemble(request, package), self._assemble(response.partition("\n")[2], package)

    def _assemble(self, text: str, package: str) -> str:
        parts = [text.strip("\n")]
        known: set[str] = set()
        waiting = list(_used(text, package))
        while waiting:
            used = waiting.pop(0)
            if used in known:
                continue
            known.add(used)
            inner = self._read(used)
            inside = _package(used)
            parts += [SEPARATOR, f"MSG: {inside}/{used.rpartition('/')[2]}", inner.strip("\n")]
            waiting += _used(inner, inside)
        return "\n".join(parts) + "\n"

    def _read(self, type_name: str) -> str:
        match = NAME.match(type_name)
        if match is None:
            raise UnknownType(f"{type_name!r} is no type name", "a type reads package/msg/Name")
        package, kind, name = match.groups()
        for prefix in self._prefixes:
            file = prefix / "share" / package / kind / f"{name}.{kind}"
            if file.is_file():
                return file.read_text(encoding="utf-8", errors="replace")
        raise UnknownType(
            f"type {type_name} is not installed here", f"install or source the package {package}"
        )


def _package(type_name: str) -> str:
    return type_name.partition("/")[0]


def _used(text: str, package: str) -> Iterator[str]:
    """Full names of the types that the fields of a definition have, in order, with repeats."""
    for line in text.splitlines():
        match = FIELD.match(line.partition("#")[0])
        if match is None:
            continue
        owner, name = match.groups()
        if owner is None and name in BUILT_IN:
            continue
        yield f"{owner or package}/msg/{name}"
