# SPDX-License-Identifier: Apache-2.0
"""What is said about orders, memory and the conversation itself: "cancel the second one", "forget what I said about my car".

A sentence is one of the templates of config/language/<code>/control.yaml as a whole, or none of them: whoever deletes
or ends something says so and nothing else. Data alone; microseconds; no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from tektra.language import files
from tektra.language.text import Shape, Token
from tektra.planner.understanding.templates import Form, forms
from tektra.planner.understanding.tokens import parts, tokens

NAME = "control"
#: Nobody says more words at once of what is to be ended or forgotten.
MAX_WORDS = 60


class Control(StrEnum):
    """What is to be done. `end` and those about facts may have a text: what it is about."""

    END = "end"  # a lasting order, or what is under way
    END_WEAK = "end_weak"  # as END, but only where something of the kind lasts: "don't wave"
    END_ALL = "end_all"  # every lasting order
    KNOWN = "known"  # what is remembered of whoever asks, or of the text
    FORGET = "forget"  # what was said about the text
    FORGET_ALL = "forget_all"
    CORRECT = "correct"  # the fact that was spoken of last is the text
    CORRECT_WEAK = "correct_weak"  # as CORRECT, but only where the text goes on about whom that fact is about: "no, she ..."
    DELETE = "delete"  # this conversation
    BEGIN_ANEW = "begin_anew"
    YES = "yes"
    NO = "no"
    RESUME = "resume"  # what was ended before it was done
    FIRST_SAID = "first_said"
    LAST_SAID = "last_said"


@dataclass(frozen=True)
class Said:
    """`text`: the words in the braces, as they were said; empty where there were none. `rest`: what is said behind them."""

    control: Control
    language: str
    text: str = ""
    rest: str = ""


@dataclass(frozen=True)
class _Template:
    control: Control
    form: Form


class ControlReader:
    """Of the languages that have the file. Immutable once made."""

    def __init__(self, languages: Mapping[str, Mapping[str, object]]) -> None:
        self._idle = {code: _phrases(data.get("idle")) for code, data in languages.items()}
        self._joints = {code: _phrases(data.get("joints")) for code, data in languages.items()}
        self._ordinals = {code: _ordinals(data.get("ordinals")) for code, data in languages.items()}
        self._plain = {code: _phrases(data.get("orders")) for code, data in languages.items()}
        self._templates = {code: _templates(data) for code, data in languages.items()}

    def read(self, words: str, language: str = "") -> Said | None:
        """What the words say of that kind; None for everything else. `language`: looked at first."""
        said = [token for token in tokens(words) if token.shape is not Shape.MARK]
        if not said or len(said) > MAX_WORDS or _asks_of_quotes(words):
            return None
        for code in sorted(self._templates, key=lambda code: code != language):
            row = _without(said, self._idle[code]) or said  # "yes, please"
            for template in self._templates[code].get(row[0].plain if row else "", ()):
                if (found := self._of(template, code, row, words)) is not None:
                    return found
        return None

    def ordinal(self, text: str, language: str) -> int | None:
        """Which of several is meant by "the second one": from 0, or -1 for the last."""
        row = _without([t for t in tokens(text) if t.shape is not Shape.MARK], self._idle[language])
        return self._ordinals.get(language, {}).get(tuple(token.plain for token in row))

    def is_any(self, text: str, language: str) -> bool:
        """Whether it names no order in particular: "it", "the order"."""
        row = _without([t for t in tokens(text) if t.shape is not Shape.MARK], self._idle[language])
        return not row or tuple(token.plain for token in row) in self._plain[language]

    def _of(self, template: _Template, code: str, row: Sequence[Token], words: str) -> Said | None:
        runs, slots = template.form.phrases, template.form.slots
        first = len(runs[0])
        if tuple(token.plain for token in row[:first]) != runs[0]:
            return None
        if not slots:
            return Said(template.control, code) if len(row) == first and len(runs) == 1 else None
        last = runs[1] if len(runs) > 1 else ()
        end = len(row) - len(last)
        if end <= first or tuple(token.plain for token in row[end:]) != last:
            return None
        inner = row[first:end]
        cut = next((at for at in range(1, len(inner)) if self._joins(inner, at, code, words)), len(inner))
        text = words[inner[0].start : inner[cut - 1].end]
        rest = words[inner[cut - 1].end : inner[-1].end] if template.control is Control.END else ""
        if cut < len(inner) and template.control is not Control.END:
            text = words[inner[0].start : inner[-1].end]
        if cut < len(inner) and template.control is Control.END_WEAK:
            return None
        return Said(template.control, code, text.strip(), self._behind_joints(rest, code))

    def _behind_joints(self, rest: str, code: str) -> str:
        """ "and then go home" from its own first word on."""
        row = [token for token in tokens(rest) if token.shape is not Shape.MARK]
        while joint := next(
            (j for j in self._joints[code] if tuple(t.plain for t in row[: len(j)]) == j), ()
        ):
            row = row[len(joint) :]
        return rest[row[0].start :] if row else ""

    def _joins(self, row: Sequence[Token], at: int, code: str, words: str) -> bool:
        """Whether another clause begins there: behind a mark or a word that goes on."""
        if any(mark in words[row[at - 1].end : row[at].start] for mark in ",.;:!"):
            return True
        return any(tuple(t.plain for t in row[at : at + len(joint)]) == joint for joint in self._joints[code])


@cache
def make_control_reader() -> ControlReader:
    """Of all languages that have the file. Reads them once: half a second. Raises ConfigError."""
    codes = [code for code in files.languages() if files.has(code, NAME)]
    return ControlReader({code: files.read(code, NAME) for code in codes})


def _templates(data: Mapping[str, object]) -> dict[str, tuple[_Template, ...]]:
    """By their first word, those with the most words of their own first."""
    rules = data.get("rules")
    known = {str(name): str(text) for name, text in rules.items()} if isinstance(rules, Mapping) else {}
    found: dict[str, list[_Template]] = {}
    for control in Control:
        for text in _texts(data.get(control.value)):
            for form in forms(text, known):
                if form.phrases and form.opens:
                    found.setdefault(form.phrases[0][0], []).append(_Template(control, form))
    return {
        word: tuple(sorted(those, key=lambda each: (-sum(map(len, each.form.phrases)), len(each.form.slots))))
        for word, those in found.items()
    }


def _texts(given: object) -> Iterator[str]:
    yield from (str(text) for text in given) if isinstance(given, list) else ()


def _phrases(given: object) -> tuple[tuple[str, ...], ...]:
    found = (tuple(parts(phrase)) for text in _texts(given) for phrase in _written(text))
    return tuple(sorted({phrase for phrase in found if phrase}, key=len, reverse=True))


def _written(text: str) -> Iterator[str]:
    for form in forms(text):
        yield " ".join(word for run in form.phrases for word in run)


def _ordinals(given: object) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for value, said in given.items() if isinstance(given, Mapping) else ():
        for phrase in _phrases(said):
            found[phrase] = -1 if value == "last" else int(value) - 1
    return found


def _without(row: Sequence[Token], idle: Sequence[tuple[str, ...]]) -> list[Token]:
    """Without the words at both ends that say nothing: "please", "tektra", "then"."""
    left = list(row)
    while True:
        plain = tuple(token.plain for token in left)
        at = next((len(p) for p in idle if plain[: len(p)] == p), 0)
        behind = 0 if at else next((len(p) for p in idle if plain[-len(p) :] == p), 0)
        if not at and not behind:
            return left
        left = left[at : len(left) - behind]


def _asks_of_quotes(words: str) -> bool:
    """What is quoted is told of, and not said."""
    return any(mark in words for mark in '"“”„«»')
