# SPDX-License-Identifier: Apache-2.0
"""How a language reads aloud: config/language/<code>/speech.yaml, and the symbols that all languages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from tektra.common.errors import ConfigError
from tektra.language import files

FALLBACK = "en"


@dataclass(frozen=True)
class Clock:
    """Patterns with {h} and {m}: full hours, minutes, minutes below ten, before a.m.; `one` and `zero`: those hours.

    `behind`: words behind which "19.30" and "8h" are times; `one_behind`: those behind which "1" is one.
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


@dataclass(frozen=True)
class DateWords:
    """`order`: of the numbers in 1/2/2026. `day`: ordinal or cardinal; `first`: the word for the first of a month.

    `behind`: words behind which "3/11" is a day; `part_of`: words that make a part of it all the same ("3/4 of them").
    """

    order: str = "dmy"
    day: str = "cardinal"
    first: str = ""
    whole: str = "{day} {month} {year}"
    no_year: str = "{day} {month}"
    day_first: str = "{day} {month}"
    behind: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class RomanWords:
    """`labels`: words that a numeral counts ("chapter IV"). `before`: nouns behind an ordinal one ("XX secolo"). `rulers`: names behind which
    it is said as `ruler`, up to `ordinals_to`; beyond, and behind other names, as a number; `titles`: words (in small letters) that make a
    ruler of any name behind them. `ordinal`: the rule set for them. `short`: short forms of labels and nouns, with their dots."""

    labels: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    rulers: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    short: Mapping[str, str] = field(default_factory=dict)
    ruler: str = "{ordinal}"
    ordinal: str = ""
    ordinals_to: int = 99


@dataclass(frozen=True)
class Nouns:
    """How a number agrees with a noun behind it. `one`, `many`, `feminine`: patterns of whole nouns (of one thing, of several, of that
    gender); `masculine`: exceptions; `counted_behind`: words behind which "1" counts ("hay 1 taza", but not "robot 1 avanza")."""

    one: str = ""
    many: str = ""
    feminine: str = ""
    masculine: frozenset[str] = frozenset()
    counted_behind: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Parts:
    """How a part of a unit is said. `halves`, `halves_behind`: the half by gender (masculine, feminine, neuter), before the unit and behind a
    whole number of it. `of`: any other part, with {part} and {unit} (in the singular). `mixed`: {quantity} and {part}. `mixed_half`: one and a half
    in one word, with {n}. `one`: what {n} is for one. `singular`: patterns that make one thing of several, and what they put there. `neuter`: units of that gender. `no_nouns`: words behind "1/2" that are no thing of which it is a half."""

    halves: tuple[str, ...] = ()
    halves_behind: tuple[str, ...] = ()
    of: str = ""
    mixed: str = ""
    mixed_half: str = ""
    one: str = ""
    singular: Mapping[str, str] = field(default_factory=dict)
    neuter: frozenset[str] = frozenset()
    no_nouns: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language. `code`: "en"; rule sets are those of CLDR's number spelling. `units`: symbols of its own, and which
    of symbols.yaml's each is; `versions`, `counted`: words before "3.12" and "3/5"; `ordinal_before`: nouns behind "3."."""

    code: str
    decimal: str = "."
    group: str = ","
    decimals: str = "digits"
    point: str = ""
    minus: str = "-"
    to: str = "-"
    dot: str = "."
    number: str = ""
    code_block: str = ""
    ordinal: str = ""
    ordinal_feminine: str = ""
    ordinal_suffixes: tuple[str, ...] = ()
    ordinal_feminine_suffixes: tuple[str, ...] = ()
    ordinal_dot: bool = False
    degree_is_ordinal_behind: tuple[str, ...] = ()
    degree_is_ordinal_before: tuple[str, ...] = ()
    ordinal_before: tuple[str, ...] = ()
    ordinal_after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cardinal_one: str = ""
    cardinal_feminine: str = ""
    feminine: frozenset[str] = frozenset()
    symbols: Mapping[str, str] = field(default_factory=dict)
    roman: RomanWords = RomanWords()
    nouns: Nouns = Nouns()
    power: str = ""
    ratio: str = ""
    fold: str = ""
    telephone: tuple[str, ...] = ()
    emergency: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    short_ordinals: Mapping[str, str] = field(default_factory=dict)
    street: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = Clock()
    date: DateWords = DateWords()
    currencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    money: str = "{whole} {unit} {cents}"
    large: Mapping[str, int] = field(default_factory=dict)
    large_of: str = ""
    fractions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Parts = Parts()
    elisions: Mapping[str, str] = field(default_factory=dict)
    per: str = ""
    out_of: str = ""
    decade: str = ""
    foot_and_inch: tuple[str, ...] = ()
    endings: Mapping[str, str] = field(default_factory=dict)
    fraction_and: str = ""
    fraction_over: str = "/"
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    before_numbers: Mapping[str, str] = field(default_factory=dict)
    before_names: Mapping[str, str] = field(default_factory=dict)
    may_end: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)


@cache
def lexicon(language: str) -> Lexicon:
    """Of a BCP 47 tag. A language without data has numbers and months alone, as CLDR has them. Raises ConfigError."""
    code = language.lower().replace("_", "-").split("-")[0]
    if code not in files.languages() or not (files.folder() / code / "speech.yaml").is_file():
        return Lexicon(code=code, months=_months(code))
    given: dict[str, Any] = dict(files.read(code, "speech"))
    given["code_block"] = given.pop("code", "")
    known = {entry.name for entry in fields(Lexicon)}
    if unknown := set(given) - known:
        raise ConfigError(
            f"{code}/speech.yaml has unknown keys: {', '.join(sorted(unknown))}", "correct them"
        )
    for key in (
        "ordinal_suffixes",
        "ordinal_feminine_suffixes",
        "degree_is_ordinal_behind",
        "degree_is_ordinal_before",
        "ordinal_before",
        "versions",
        "counted",
        "telephone",
        "emergency",
        "foot_and_inch",
    ):
        given[key] = tuple(given.get(key, ()))
    for key in ("ordinal_after", "currencies", "fractions"):
        given[key] = {name: tuple(words) for name, words in given.get(key, {}).items()}
    given["large"] = {word: int(power) for word, power in given.get("large", {}).items()}
    given["feminine"] = frozenset(given.get("feminine", ()))
    given["ordinal_dot"] = given.get("ordinal_dot") == "yes"
    try:
        given["clock"], given["date"] = _clock(**given.get("clock", {})), _date(**given.get("date", {}))
        given["roman"] = _roman(**given.get("roman", {}))
        given["nouns"] = _nouns(**given.get("nouns", {}))
        given["parts"] = _parts(**given.get("parts", {}))
    except TypeError as error:
        raise ConfigError(
            f"{code}/speech.yaml: {error}", "correct clock, date, roman, nouns or parts"
        ) from error
    return Lexicon(code=code, months=_months(code), days=_days(code), **given)


def _clock(behind: Sequence[str] = (), one_behind: Sequence[str] = (), **given: Any) -> Clock:
    return Clock(behind=tuple(behind), one_behind=tuple(one_behind), **given)


def _date(behind: Sequence[str] = (), part_of: Sequence[str] = (), **given: Any) -> DateWords:
    return DateWords(behind=tuple(behind), part_of=tuple(part_of), **given)


def _roman(
    labels: Sequence[str] = (),
    before: Sequence[str] = (),
    rulers: Sequence[str] = (),
    titles: Sequence[str] = (),
    **given: Any,
) -> RomanWords:
    most = int(given.pop("ordinals_to", RomanWords.ordinals_to))
    return RomanWords(
        tuple(labels), tuple(before), frozenset(rulers), frozenset(titles), ordinals_to=most, **given
    )


def _nouns(masculine: Sequence[str] = (), counted_behind: Sequence[str] = (), **given: Any) -> Nouns:
    return Nouns(masculine=frozenset(masculine), counted_behind=frozenset(counted_behind), **given)


def _parts(
    halves: Sequence[str] = (),
    halves_behind: Sequence[str] = (),
    neuter: Sequence[str] = (),
    no_nouns: Sequence[str] = (),
    **given: Any,
) -> Parts:
    return Parts(
        tuple(halves), tuple(halves_behind), neuter=frozenset(neuter), no_nouns=frozenset(no_nouns), **given
    )


@cache
def units() -> Mapping[str, str]:
    """Symbols of units, and the unit that CLDR knows."""
    return _symbols("units")


@cache
def currency_signs() -> Mapping[str, str]:
    """Signs of currencies, and their ISO 4217 code."""
    return _symbols("currencies")


@cache
def versioned() -> tuple[str, ...]:
    """Names behind which a number with a point is a version."""
    given = files.read_file(files.folder() / "symbols.yaml").get("versioned")
    if not isinstance(given, list):
        raise ConfigError("symbols.yaml has no versioned", "restore it")
    return tuple(str(name) for name in given)


def _symbols(kind: str) -> Mapping[str, str]:
    given = files.read_file(files.folder() / "symbols.yaml").get(kind)
    if not isinstance(given, dict):
        raise ConfigError(f"symbols.yaml has no {kind}", "restore it")
    return {str(symbol): str(name) for symbol, name in given.items()}


def _days(code: str) -> dict[str, str]:
    """Short names of the days, and the whole name of each."""
    locale = Locale.parse(code)
    wide = get_day_names("wide", locale=locale)
    short = get_day_names("abbreviated", locale=locale)
    found = {str(short[day]).rstrip("."): str(wide[day]) for day in wide}
    return {short.capitalize(): day for short, day in found.items()} | found


def _months(code: str) -> dict[str, str]:
    """Names of months, and their short forms with and without a dot, and the whole name of each."""
    try:
        locale = Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(FALLBACK)
    wide = get_month_names("wide", locale=locale)
    found = {str(name): str(name) for name in wide.values()}
    for form in ("format", "stand-alone"):
        for number, short in get_month_names("abbreviated", context=form, locale=locale).items():
            bare = str(short).rstrip(".")
            for spelling in (bare, bare + ".", bare.capitalize(), bare.capitalize() + "."):
                found.setdefault(spelling, str(wide[number]))
    if code == "en":
        found["Sept"] = found["Sept."] = found["Sep"]
    return found
