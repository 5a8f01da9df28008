# SPDX-License-Identifier: Apache-2.0
"""Sentence templates in the syntax of hassil, written out: "(mow|cut) the lawn [for {minutes}]", "<go> {place}".

They are not matched word for word. A template gives the words that a clause must hold, in this order and each run of
them together, and the arguments that it may hold, anywhere: people put "in ten minutes" or a robot's name where they like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice, permutations

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
SLOT, END = "{", "\0"
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
        written = _written_out(_parsed(_plain(template)), rules or {}, most or MAX_WAYS + 1, depth=0)
        for way in dict.fromkeys(written):
            found[_form(way)] = None
        # "(a|a|a)(a|a|a)..." is one form in countless ways.
        if not most and (len(written) > MAX_WAYS or len(found) > MAX_FORMS):
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
        for piece in _NAMES.split(template.replace(END, " "))
    )


def _form(way: str) -> Form:
    runs: list[Phrase] = []
    slots: list[str] = []
    after: list[int] = []
    opens: bool | None = None
    for piece in way.split(END):
        if not piece.startswith(SLOT):
            if words := parts(piece):
                runs.append(words)
                opens = True if opens is None else opens
        elif piece != GAP:
            slots.append(piece[1:])
            after.append(len(runs))
            opens = False if opens is None else opens
    return Form(tuple(runs), tuple(slots), opens is not False, tuple(after))


@lru_cache(maxsize=1024)
def _parsed(template: str) -> Expression:
    return parse_sentence(template).expression


def _written_out(expression: Expression, rules: Mapping[str, str], most: int, *, depth: int) -> list[str]:
    """The first `most` ways to say it, each name in them as "{name" between two ends (END)."""
    if depth > 20:
        raise ValueError("it refers to itself")
    if isinstance(expression, TextChunk):
        return [expression.original_text]
    if isinstance(expression, ListReference):
        return [f"{END}{SLOT}{expression.slot_name}{END}"]
    if isinstance(expression, RuleReference):
        if expression.rule_name not in rules:
            raise ValueError(f"<{expression.rule_name}> is not defined")
        inner = _parsed(_plain(rules[expression.rule_name]))
        return _written_out(inner, rules, most, depth=depth + 1)
    if isinstance(expression, Alternative):
        choices = (_written_out(item, rules, most, depth=depth + 1) for item in expression.items)
        return list(islice(chain.from_iterable(choices), most))
    if isinstance(expression, Permutation):
        orders = permutations(expression.items)
        sequences = (_in_sequence(order, rules, most, depth=depth + 1) for order in orders)
        return list(islice(chain.from_iterable(sequences), most))
    if isinstance(expression, Group):
        return _in_sequence(tuple(expression.items), rules, most, depth=depth + 1)
    raise ValueError(f"{type(expression).__name__} is not supported")


def _in_sequence(
    items: tuple[Expression, ...], rules: Mapping[str, str], most: int, *, depth: int
) -> list[str]:
    ways = [""]
    for item in items:
        more = _written_out(item, rules, most, depth=depth)
        ways = list(islice((way + further for way in ways for further in more), most))
    return ways
