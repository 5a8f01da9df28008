# SPDX-License-Identifier: Apache-2.0
"""How a language reads aloud: config/language/<code>/speech.yaml, and the symbols that all languages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from tektra.common.errors import ConfigError
from tektra.language import files
from tektra.speech_out.text.tables import Clock, DateWords, Nouns, Parts, RomanWords, made

FALLBACK = "en"
#: A language's subtag has so many letters at most (BCP 47); and the one that says nothing.
LONGEST_CODE, UNDETERMINED = 8, "und"


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language. `code`: "en"; rule sets are those of CLDR's number spelling. `units`: symbols of its own, and which
    of symbols.yaml's each is; `by`: between lengths ("3 x 4 m"); `no_units`: symbols that are words; `unit_names`: one and several of units that CLDR has not, `prefixes`: those before units; `measures`: those that are units only before a word of `date.part_of`; `saints`: names by the
    form of "S." before them; `year_behind`: words before "1789"; `numbered`: those before "21A"; `versions`, `counted`: words before "3.12" and "3/5"; `ordinal_before`: nouns behind "3."."""

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
    year_behind: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
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
    not_large: tuple[str, ...] = ()
    fractions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: Parts = Parts()
    elisions: Mapping[str, str] = field(default_factory=dict)
    per: str = ""
    by: str = ""
    no_units: tuple[str, ...] = ()
    unit_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    out_of: str = ""
    decade: str = ""
    foot_and_inch: tuple[str, ...] = ()
    endings: Mapping[str, str] = field(default_factory=dict)
    fraction_and: str = ""
    fraction_over: str = "/"
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    before_numbers: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)
    following: Mapping[str, str] = field(default_factory=dict)
    behind_ordinals: Mapping[str, str] = field(default_factory=dict)
    before_names: Mapping[str, str] = field(default_factory=dict)
    saints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: Mapping[str, str] = field(default_factory=dict)
    may_end: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, str] = field(default_factory=dict)


@cache
def lexicon(language: str) -> Lexicon:
    """Of a BCP 47 tag. A language without data has numbers and months alone, as CLDR has them. Raises ConfigError."""
    code = language.lower().replace("_", "-").split("-")[0]
    code = code if len(code) <= LONGEST_CODE else UNDETERMINED  # it becomes the name of a file
    if not files.has(code, "speech"):
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
        "year_behind",
        "numbered",
        "no_units",
        "counted",
        "telephone",
        "emergency",
        "foot_and_inch",
        "not_large",
    ):
        given[key] = tuple(given.get(key, ()))
    for key in ("ordinal_after", "currencies", "fractions", "saints", "unit_names"):
        given[key] = {name: tuple(words) for name, words in given.get(key, {}).items()}
    given["large"] = {word: int(power) for word, power in given.get("large", {}).items()}
    given["feminine"] = frozenset(given.get("feminine", ()))
    given["ordinal_dot"] = given.get("ordinal_dot") == "yes"
    try:
        given["clock"] = made(Clock, given.get("clock", {}))
        given["date"] = made(DateWords, given.get("date", {}))
        given["roman"] = made(RomanWords, given.get("roman", {}))
        given["nouns"] = made(Nouns, given.get("nouns", {}))
        given["parts"] = made(Parts, given.get("parts", {}))
    except TypeError as error:
        raise ConfigError(
            f"{code}/speech.yaml: {error}", "correct clock, date, roman, nouns or parts"
        ) from error
    return Lexicon(code=code, months=_months(code), days=_days(code), **given)


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
            dots = ("",) if bare == str(wide[number]) else ("", ".")  # the dot behind "Mai" ends a sentence
            for spelling in (form + dot for form in (bare, bare.capitalize()) for dot in dots):
                found.setdefault(spelling, str(wide[number]))
    if code == "en":
        found["Sept"] = found["Sept."] = found["Sep"]
    return found
