# SPDX-License-Identifier: Apache-2.0
"""XML as elements that know their line, and refuse what nobody asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from tektra.common.errors import ConfigError
from tektra.launch.spec import Where

MAX_BYTES = 1_000_000


class Element:
    """A tag, its attributes and children, and where it stands."""

    def __init__(self, tag: str, attributes: dict[str, str], where: Where) -> None:
        self.tag = tag
        self.attributes = attributes
        self.where = where
        self.children: list[Element] = []

    def need(self, name: str) -> str:
        """The attribute. Raises ConfigError when it is not given."""
        if name not in self.attributes:
            self.refuse(f'<{self.tag}> has no attribute "{name}"', f'add {name}="..."')
        return self.attributes[name]

    def allow(self, attributes: tuple[str, ...], children: tuple[str, ...] = ()) -> None:
        """Raises ConfigError for an attribute or child that is not in these lists."""
        for name in self.attributes:
            if name not in attributes:
                known = ", ".join(attributes) or "none"
                self.refuse(f'attribute "{name}" of <{self.tag}> is not known here', f"use {known}")
        for child in self.children:
            if child.tag not in children:
                known = ", ".join(f"<{tag}>" for tag in children) or "nothing"
                child.refuse(f"<{child.tag}> inside <{self.tag}> is not known here", f"put {known} there")

    def refuse(self, what: str, remedy: str) -> NoReturn:
        """Raises ConfigError that names file and line."""
        raise ConfigError(f"{self.where}: {what}", remedy)


def read_xml(file: Path) -> Element:
    """The root element of an XML file. Raises ConfigError naming the file, and the line where there is one."""
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise ConfigError(
            f"{file}: cannot be read ({fault.strerror})", "give the path of a launch file"
        ) from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}: {len(data)} bytes", f"a launch file has at most {MAX_BYTES}")
    builder = _Builder(file)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as fault:
        reason = expat.ErrorString(fault.code)
        raise ConfigError(
            f"{file}:{fault.lineno}: not well-formed XML ({reason})", "mend that line"
        ) from None
    return builder.roots[0]


class _Builder:
    def __init__(self, file: Path) -> None:
        self.roots: list[Element] = []
        self._file = file
        self._open: list[Element] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity

    def _here(self) -> Where:
        return Where(self._file, self.parser.CurrentLineNumber)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        made = Element(tag, attributes, self._here())
        (self._open[-1].children if self._open else self.roots).append(made)
        self._open.append(made)

    def _end(self, tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if text.strip():
            raise ConfigError(
                f"{self._here()}: text {text.strip()[:40]!r}", "launch XML has tags and attributes only"
            )

    def _entity(self, name: str, *_: object) -> None:
        raise ConfigError(f"{self._here()}: entity {name!r}", "write the text itself")
