# SPDX-License-Identifier: Apache-2.0
"""Tables of a language's speech.yaml: times of day, days, Roman numerals, nouns and parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar


@dataclass(frozen=True)
class Clock:
    """Patterns with {h} and {m}: full hours, minutes, minutes below ten, before a.m.; `one` and `zero`: those hours.

    `behind`: words behind which "19.30" and "8h" are times; `one_behind`: those behind which "1" is one. `of_day_behind`: those
    behind which "1 h 45" is a time of day, where it is a duration elsewhere; `lasting`: words behind "2:05" that make it a duration.
    """

    whole: str = "{h}"
    minutes: str = "{h} {m}"
    few: str = "{h} {m}"
    of_day: str = ""
    one: str = ""
    one_minutes: str = ""
    zero: str = ""
    zero_minutes: str = ""
    gender: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    behind: tuple[str, ...] = ()
    one_behind: tuple[str, ...] = ()
    of_day_behind: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()


@dataclass(frozen=True)
class DateWords:
    """`order`: of the numbers in 1/2/2026. `day`: ordinal or cardinal; `first`: the word for the first of a month.

    `behind`: words behind which "3/11" is a day, `ahead`: those before which it is; `joins`: those that another day stands behind, if the first is one; `part_of`: words that make a part of it all the same ("3/4 of them").
    """

    order: str = "dmy"
    day: str = "cardinal"
    first: str = ""
    whole: str = "{day} {month} {year}"
    no_year: str = "{day} {month}"
    day_first: str = "{day} {month}"
    behind: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()


@dataclass(frozen=True)
class RomanWords:
    """`labels`: words that a numeral counts ("chapter IV"). `before`: nouns behind an ordinal one ("XX secolo"). `rulers`: names behind which
    it is said as `ruler`, up to `ordinals_to`; beyond, and behind other names, as a number; `titles`: words (in small letters) that make a
    ruler of any name behind them. `queens`: those names and titles that are a woman's, said as `queen` if it is given. `ordinal`: the rule set for them. `short`: short forms of labels and nouns, with their dots."""

    labels: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    rulers: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    queens: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    ruler: str = "{ordinal}"
    queen: str = ""
    ordinal: str = ""
    ordinals_to: int = 99


@dataclass(frozen=True)
class Nouns:
    """How a number agrees with a noun behind it. `one`, `many`, `feminine`: patterns of whole nouns (of one thing, of several, of that
    gender); `masculine`: exceptions; `neuter`: pattern of whole nouns that are neither; `ordinals`: the rule sets of an ordinal without article before a feminine and a neuter one; `counted_behind`: words behind which "1" counts ("hay 1
    taza", but not "robot 1 avanza"), as it does behind those of `dative_behind` and `accusative_behind`, where it is said as `dative` and
    `accusative` have it (masculine, feminine, neuter): "mit einem Roboter"."""

    one: str = ""
    many: str = ""
    feminine: str = ""
    masculine: frozenset[str] = frozenset()
    neuter: str = ""
    ordinals: Mapping[str, str] = field(default_factory=dict)
    counted_behind: frozenset[str] = frozenset()
    dative_behind: frozenset[str] = frozenset()
    accusative_behind: frozenset[str] = frozenset()
    dative: tuple[str, ...] = ()
    accusative: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parts:
    """How a part of a unit is said. `halves`, `halves_behind`: the half by gender (masculine, feminine, neuter), before the unit and behind a
    whole number of it; `halves_dative`, `halves_accusative`: those before the unit in other cases. `of`: any other part, with {part} and {unit} (in the singular). `mixed`: {quantity} and {part}. `mixed_half`: one and a half
    in one word, with {n}. `one`: what {n} is for one. `singular`: patterns that make one thing of several, and what they put there. `neuter`: units of that gender. `no_nouns`: words behind "1/2" that are no thing of which it is a half."""

    halves: tuple[str, ...] = ()
    halves_behind: tuple[str, ...] = ()
    halves_dative: tuple[str, ...] = ()
    halves_accusative: tuple[str, ...] = ()
    of: str = ""
    mixed: str = ""
    mixed_half: str = ""
    one: str = ""
    singular: Mapping[str, str] = field(default_factory=dict)
    neuter: frozenset[str] = frozenset()
    no_nouns: frozenset[str] = frozenset()


Table = TypeVar("Table", Clock, DateWords, RomanWords, Nouns, Parts)


def made(cls: type[Table], given: Mapping[str, Any]) -> Table:
    """A table of what a language's file says, where lists and numbers are lists and texts. Raises TypeError at unknown keys."""
    kinds: dict[str, Any] = {each.name: type(each.default) for each in fields(cls)}
    return cls(
        **{
            key: kinds[key](value) if kinds.get(key) in (tuple, frozenset, int) else value
            for key, value in given.items()
        }
    )
