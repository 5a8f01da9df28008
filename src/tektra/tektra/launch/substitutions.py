# SPDX-License-Identifier: Apache-2.0
"""`$(var name)`, `$(env NAME default)`, `$(find-pkg-share package)` and `$(dirname)`, by the grammar of ROS 2 launch.

Arguments are parted by single spaces, may be quoted, and may hold substitutions. A backslash takes the meaning off
the next character.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path


class SubstitutionError(ValueError):
    """What is wrong with a text; the caller adds file and line."""


@dataclass
class Context:
    """What substitutions look at. `share` gives a package's share folder, or None."""

    variables: dict[str, str]
    environment: dict[str, str]
    directory: Path
    share: Callable[[str], Path | None]

    def scoped(self) -> Context:
        """A copy whose changes end with the scope."""
        return Context(dict(self.variables), dict(self.environment), self.directory, self.share)


def expand(text: str, context: Context) -> str:
    """The text with every substitution performed. Raises SubstitutionError."""
    return _Cursor(text).run(context, until="")


def expand_command(text: str, context: Context) -> list[str]:
    """A command line as arguments: only its literal text is cut at spaces, as launch does it, never what a
    substitution gave. Raises SubstitutionError."""
    arguments: list[str] = []
    current: str | None = None
    for literal, part in _Cursor(text).parts(context, until=""):
        words = split_words(part) if literal else [part]
        for number, word in enumerate(words):
            if current is not None and (number > 0 or (literal and part[0].isspace())):
                arguments.append(current)
                current = None
            current = (current or "") + word
        if current is not None and literal and part[-1].isspace():
            arguments.append(current)
            current = None
    return arguments if current is None else [*arguments, current]


def truth(text: str) -> bool:
    """The value of a condition, as launch reads it. Raises SubstitutionError."""
    word = text.strip().lower()
    if word not in ("true", "1", "false", "0"):
        raise SubstitutionError(f"condition {text!r} is neither true, 1, false nor 0")
    return word in ("true", "1")


class _Cursor:
    """Reads a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def run(self, context: Context, *, until: str) -> str:
        """Expands up to one of the characters `until` (not taken), or to the end."""
        return "".join(part for _, part in self.parts(context, until=until))

    def parts(self, context: Context, *, until: str) -> list[tuple[bool, str]]:
        """The same in pieces, none empty but those of substitutions: (whether it is literal text, the text)."""
        parts: list[tuple[bool, str]] = []
        literal = ""
        while self._at < len(self._text) and self._text[self._at] not in until:
            if self._text.startswith("$(", self._at):
                parts += [(True, literal)] if literal else []
                literal = ""
                self._at += 2
                parts.append((False, self._substitution(context)))
                continue
            if self._text[self._at] == "\\" and self._at + 1 < len(self._text):
                self._at += 1
            literal += self._text[self._at]
            self._at += 1
        return parts + ([(True, literal)] if literal else [])

    def _substitution(self, context: Context) -> str:
        words = [self._word(context)]
        while self._take(" "):
            words.append(self._word(context))
        if not self._take(")"):
            raise SubstitutionError(f"{self._text!r} lacks the closing bracket of a substitution")
        name, *arguments = words
        if name not in _KINDS:
            known = ", ".join(f"$({kind})" for kind in _KINDS)
            raise SubstitutionError(f"$({name}) is not known here; use {known}")
        least, most, perform = _KINDS[name]
        if not least <= len(arguments) <= most:
            raise SubstitutionError(f"$({name}) with {len(arguments)} arguments; give {least} to {most}")
        return perform(context, arguments)

    def _word(self, context: Context) -> str:
        for quote in "'\"":
            if self._take(quote):
                word = self.run(context, until=quote)
                if not self._take(quote):
                    raise SubstitutionError(f"{self._text!r} lacks a closing quote")
                return word
        return self.run(context, until=" )")

    def _take(self, character: str) -> bool:
        found = self._text.startswith(character, self._at)
        self._at += found
        return found


def split_words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as fault:
        raise SubstitutionError(f"{text!r}: {fault}; a quote may not reach over a substitution") from None


def _look_up(values: Mapping[str, str], kind: str, arguments: list[str]) -> str:
    name = arguments[0]
    if name in values:
        return values[name]
    if len(arguments) == 2:
        return arguments[1]
    raise SubstitutionError(f"{kind} {name!r} is not set")


def _share(context: Context, arguments: list[str]) -> str:
    found = context.share(arguments[0])
    if found is None:
        raise SubstitutionError(f"package {arguments[0]!r} is not in AMENT_PREFIX_PATH")
    return str(found)


_KINDS: dict[str, tuple[int, int, Callable[[Context, list[str]], str]]] = {
    "var": (1, 2, lambda context, arguments: _look_up(context.variables, "launch argument", arguments)),
    "env": (
        1,
        2,
        lambda context, arguments: _look_up(context.environment, "environment variable", arguments),
    ),
    "find-pkg-share": (1, 1, _share),
    "dirname": (0, 0, lambda context, arguments: str(context.directory)),
}
