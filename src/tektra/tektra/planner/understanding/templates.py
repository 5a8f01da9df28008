# SPDX-License-Identifier: Apache-2.0
"""Sentence templates in the syntax of hassil, written out: "(mow|cut) the lawn [for {minutes}]", "<go> {place}".

They are not matched word for word. A template gives the words that a clause must hold, in this order and each run of
them together, and the arguments that it may hold, anywhere: people put "in ten minutes" or a robot's name where they like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from hassil.errors import HassilError
from hassil.expression import (
    Alternative,
    Expression,
    Group,
    ListReference,
    Permutation,
    RuleReference,
    TextChunk,
)
from hassil.parse_expression import parse_sentence
from hassil.parser import ParseError

from tektra.common.errors import ConfigError
from tektra.language.text import plain
from tektra.planner.understanding.tokens import parts

#: A template that means more is written out in several; a robot's announcement may not fill the memory.
MAX_FORMS = 3000
#: Ways that come to the same are counted too: each takes its time.
MAX_WAYS = 100_000
MAX_CHARS = 1000
Phrase = tuple[str, ...]
_Item = str | tuple[str, ...]
SLOT = "{"
_NAMES = re.compile(r"(\{[^}]*\}|<[^>]*>)")
_JOINT = re.compile(r"(?<=\w)[-'’](?=\w)|(?<=\w)'(?!\w)")
#: "{_}" parts two runs of words and is no argument: "dreh {_} um".
GAP = "{_"


@dataclass(frozen=True)
class Form:
    """One way to say it: runs of words, and the names in braces, in order. `opens`: it begins with a run of words.

    `after`: for each name, the number of runs before it.
    """

    phrases: tuple[Phrase, ...]
    slots: tuple[str, ...]
    opens: bool = True
    after: tuple[int, ...] = ()


def forms(template: str, rules: Mapping[str, str] | None = None, *, most: int = 0) -> tuple[Form, ...]:
    """The ways to say a template, or the first `most` of them (0: all). `rules`: what <name> stands for.
    Raises ConfigError that shows the template."""
    if len(template) > MAX_CHARS:
        raise ConfigError(f"a template has {len(template)} characters", f"write it in {MAX_CHARS} or fewer")
    found: dict[Form, None] = {}
    try:
        written = _written_out(parse_sentence(_plain(template)).expression, rules or {}, depth=0)
        for ways, pieces in enumerate(written, start=1):
            found[_form(pieces)] = None
            if ways == most:
                break
            if ways > MAX_WAYS or len(found) > MAX_FORMS:  # "(a|a|a)(a|a|a)..." is one form in countless ways
                raise ConfigError(
                    f"the template {template[:80]!r} can be said in more than {MAX_FORMS} ways", "divide it"
                )
    except (HassilError, ParseError, ValueError, IndexError) as error:
        raise ConfigError(f"the template {template[:80]!r} cannot be read ({error})", "correct it") from None
    return tuple(found)


def phrases(template: str, rules: Mapping[str, str] | None = None) -> tuple[Phrase, ...]:
    """All ways to say a template without arguments, each as its words."""
    return tuple(tuple(word for phrase in form.phrases for word in phrase) for form in forms(template, rules))


def _plain(template: str) -> str:
    """The template with its words as they are compared, all names aside: once for all the ways to say it."""
    return "".join(
        piece if piece[:1] in ("{", "<") else _JOINT.sub(" ", plain(piece))
        for piece in _NAMES.split(template)
    )


def _form(pieces: Iterable[str]) -> Form:
    runs: list[Phrase] = []
    slots: list[str] = []
    after: list[int] = []
    text, opens = "", None
    for piece in (*pieces, SLOT):
        if not piece.startswith(SLOT):
            text += piece
            continue
        if words := parts(text):
            runs.append(words)
            opens = True if opens is None else opens
        text = ""
        if piece not in (SLOT, GAP):
            slots.append(piece[1:])
            after.append(len(runs))
            opens = False if opens is None else opens
    return Form(tuple(runs), tuple(slots), opens is not False, tuple(after))


def _written_out(
    expression: Expression, rules: Mapping[str, str], *, depth: int
) -> Iterator[tuple[str, ...]]:
    if depth > 20:
        raise ValueError("it refers to itself")
    if isinstance(expression, TextChunk):
        yield (expression.original_text,)
    elif isinstance(expression, ListReference):
        yield (SLOT + expression.slot_name,)
    elif isinstance(expression, RuleReference):
        if expression.rule_name not in rules:
            raise ValueError(f"<{expression.rule_name}> is not defined")
        inner = parse_sentence(_plain(rules[expression.rule_name])).expression
        yield from _written_out(inner, rules, depth=depth + 1)
    elif isinstance(expression, Alternative):
        for item in expression.items:
            yield from _written_out(item, rules, depth=depth + 1)
    elif isinstance(expression, Permutation):
        for order in permutations(expression.items):
            yield from _in_sequence(order, rules, depth=depth + 1)
    elif isinstance(expression, Group):
        yield from _in_sequence(tuple(expression.items), rules, depth=depth + 1)
    else:
        raise ValueError(f"{type(expression).__name__} is not supported")


def _in_sequence(
    items: tuple[Expression, ...], rules: Mapping[str, str], *, depth: int
) -> Iterator[tuple[str, ...]]:
    if not items:
        yield ()
        return
    for first in _written_out(items[0], rules, depth=depth):
        for rest in _in_sequence(items[1:], rules, depth=depth):
            yield (*first, *rest)
