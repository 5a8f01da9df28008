# SPDX-License-Identifier: Apache-2.0
"""Reasons that robots, the gate and the checks give in English, in another language: matched with templates, as data.

`config/language/<code>/reasons.yaml` maps English templates to their sentences: "found no way to {name}: {why}". What a brace
holds is put into the language itself. A text that no template fits stays as it is: it is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

#: A reason may hold another; a longer text is not looked at.
MAX_DEPTH, MAX_CHARS = 3, 600
_BRACE = re.compile(r"\{([a-z]+)\}")
_DECIMAL = re.compile(r"-?\d+\.\d+")
#: Between reasons that stand in one text.
_JOINTS = (". ", "; ", ": ", ", ")
_LIST = re.compile(r", | and | or ")


@dataclass(frozen=True)
class _Template:
    literals: tuple[str, ...]
    names: tuple[str, ...]
    sentence: str

    @property
    def said(self) -> int:
        return sum(map(len, self.literals))

    def values(self, text: str) -> dict[str, str] | None:
        """What the braces hold, each as short as can be; None where the text is another. One pass over the text."""
        first, *rest = self.literals
        if not text.startswith(first) or not text.endswith(self.literals[-1]):
            return None
        if not rest:
            return {} if text == first else None
        end = len(text) - len(rest[-1])
        at, found = len(first), {}
        for name, literal in zip(self.names, [*rest[:-1], ""], strict=True):
            until = text.find(literal, at + 1, end) if literal else end
            if until <= at:
                return None
            found[name] = text[at:until]
            at = until + len(literal)
        return found


class Reasons:
    """Those of one language. `name`, `skill`: how things and skills are called there; `listed`: how names are joined."""

    def __init__(
        self, sentences: Mapping[str, object], *, name: Callable[[str], str], skill: Callable[[str], str],
        listed: Callable[[list[str]], str], decimal: str,
    ) -> None:  # fmt: skip
        made = [_template(english, str(sentence)) for english, sentence in sentences.items()]
        self._templates = sorted(made, key=lambda template: -template.said)
        self._name, self._skill, self._listed, self._decimal = name, skill, listed, decimal

    def told(self, text: str, depth: int = 0) -> str:
        """The text in the language, as far as it is known: whole, or sentence by sentence, or part by part."""
        if not self._templates or len(text) > MAX_CHARS or depth > MAX_DEPTH:
            return text
        bare = text.strip()
        stop = "." if bare.endswith(".") else ""
        bare = bare.removesuffix(".")
        sentences = bare.split(". ")
        told = [self._of_template(sentence, depth) for sentence in sentences]
        if None not in told:
            return ". ".join(str(each).removesuffix(".") for each in told) + stop
        if (whole := self._of_template(bare, depth)) is not None:
            return whole + stop
        for joint in _JOINTS:
            head, found, rest = bare.partition(joint)
            parts = (self.told(head, depth + 1), self.told(rest, depth + 1)) if found else (head, rest)
            if parts != (head, rest):
                return joint.join(parts) + stop
        return text

    def _of_template(self, text: str, depth: int) -> str | None:
        for template in self._templates:
            if (values := template.values(text)) is not None:
                said = {name: self._value(name, value, depth) for name, value in values.items()}
                return filled(template.sentence, said)
        return None

    def _value(self, name: str, value: str, depth: int) -> str:
        if name == "skill":
            return self._skill(value.strip("'").replace(" ", "_"))
        if _DECIMAL.fullmatch(value):
            return value.replace(".", self._decimal)
        if (told := self.told(value, depth + 1)) != value:
            return told
        each = [self._name(_bare(part)) for part in _LIST.split(value)]
        return self._listed(each) if len(each) > 1 and name != "why" else self._named(value)

    def _named(self, value: str) -> str:
        named = self._name(_bare(value))
        return value if named == _bare(value).replace("_", " ") else named


def _bare(value: str) -> str:
    """ "the red_cube" and "living room" by their own names."""
    return value.removeprefix("the ").strip("'").replace(" ", "_")


def _template(english: str, sentence: str) -> _Template:
    pieces = _BRACE.split(english)
    return _Template(tuple(pieces[::2]), tuple(pieces[1::2]), sentence)


def filled(template: str, values: Mapping[str, str]) -> str:
    """In one pass, so that braces within a value stay what they are."""
    out, rest = [], template
    while (start := rest.find("{")) >= 0 and (end := rest.find("}", start)) > 0:
        out += [rest[:start], values.get(rest[start + 1 : end], rest[start : end + 1])]
        rest = rest[end + 1 :]
    return "".join([*out, rest])
