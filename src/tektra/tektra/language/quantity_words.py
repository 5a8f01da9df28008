# SPDX-License-Identifier: Apache-2.0
"""The words of quantities in one language, as config/language/<code>/quantities.yaml gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from tektra.common.errors import ConfigError
from tektra.language import files
from tektra.language.clock import ClockWords
from tektra.language.phrases import Phrases
from tektra.language.text import plain, words
from tektra.language.units import Kind, factor


@dataclass(frozen=True)
class Unit:
    """A unit as pint names it, and how many of the kind's own unit it is."""

    name: str
    kind: Kind
    factor: float


@dataclass(frozen=True)
class Words:
    """Tables by role; a word may have several."""

    units: Phrases[Unit]
    unknown: Phrases[str]
    articles: frozenset[str]
    bare: Phrases[str]
    per: Phrases[str]
    minus: Phrases[str]
    about: Phrases[str]
    of: Phrases[str]
    fractions: Phrases[float]
    tails: Phrases[float]
    counts: Phrases[float]
    whole: Phrases[tuple[Kind, float, str]]
    vague: Phrases[str]
    never: Phrases[str]
    ordinals: Phrases[float]
    homophones: Phrases[float]
    plurals: frozenset[str]
    point: Phrases[str]
    between: Phrases[str]
    joins: frozenset[str]
    ordinal_endings: frozenset[str]
    spelling: Mapping[str, str]
    short: Mapping[str, Unit]
    onward: Phrases[str]
    thousands: str
    clock: ClockWords
    mistaken: frozenset[float]


@cache
def quantity_words(code: str) -> Words:
    """The words of a language, read once. Raises ConfigError."""
    data = dict(files.read(code, "quantities"))
    where = f"config/language/{code}/quantities.yaml"
    units = dict(_units(_mapping(data, "units", where)))
    return Words(
        units=Phrases(units.items()),
        unknown=_phrases(data, "unknown", where),
        articles=frozenset(plain(word) for word in _list(data, "articles", where)),
        bare=_phrases(data, "bare", where),
        per=_phrases(data, "per", where),
        minus=_phrases(data, "minus", where),
        about=_phrases(data, "about", where),
        of=_phrases(data, "of", where),
        fractions=_values(data, "fractions", where),
        tails=_values(data, "tails", where),
        counts=_values(data, "counts", where),
        whole=Phrases(_wholes(_mapping(data, "whole", where), where)),
        vague=_phrases(data, "vague", where),
        never=_phrases(data, "not", where),
        ordinals=_values(data, "ordinals", where),
        plurals=frozenset(plain(word) for word in _list(data, "plurals", where)),
        homophones=_values(data, "homophones", where),
        point=_phrases(data, "point", where),
        between=_phrases(data, "between", where),
        joins=frozenset(plain(word) for word in _list(data, "and", where)),
        ordinal_endings=frozenset(plain(word) for word in _list(data, "ordinal_endings", where)),
        spelling={str(key): str(value) for key, value in _mapping(data, "spelling", where).items()},
        short={
            _unit_of(units, key, where).name: _unit_of(units, value, where)
            for key, value in _mapping(data, "short", where).items()
        },
        onward=_phrases(data, "onward", where),
        thousands=str(data.get("thousands", ",")),
        clock=_clock(_mapping(data, "clock", where), where),
        mistaken=_mistaken(_list(data, "mistaken", where), where),
    )


def _clock(data: Mapping[str, object], where: str) -> ClockWords:
    return ClockWords(
        before=_values(data, "before", where),
        sign=_values(data, "sign", where),
        behind=_values(data, "behind", where),
        led=frozenset(plain(word) for word in _list(data, "led", where)),
        hour=_values(data, "hour", where),
        half=_values(data, "half", where),
        minutes=frozenset(plain(word) for word in _list(data, "minutes", where)),
        twelve=str(data.get("twelve", "")).lower() in ("true", "yes"),
    )


def _mistaken(given: Iterable[str], where: str) -> frozenset[float]:
    try:
        return frozenset(float(number) for number in given)
    except ValueError as error:
        raise ConfigError(f"mistaken in {where}: {error}", "give a list of numbers") from error


def _units(given: Mapping[str, object]) -> Iterator[tuple[str, Unit]]:
    for kind_name, names in given.items():
        kind = Kind(kind_name)
        if not isinstance(names, dict):
            raise ConfigError(
                f"units of {kind_name} are {names!r}", "give pint's names with a list of words each"
            )
        for name, said in names.items():
            unit = Unit(str(name), kind, factor(str(name), kind))
            yield from ((str(word), unit) for word in said)


def _unit_of(units: Mapping[str, Unit], said: object, where: str) -> Unit:
    for unit in units.values():
        if unit.name == said:
            return unit
    raise ConfigError(f"{where} speaks of the unit {said!r}", "list it under units")


def _wholes(given: Mapping[str, object], where: str) -> Iterator[tuple[str, tuple[Kind, float, str]]]:
    named = {
        "share": (Kind.SHARE, "dimensionless"),
        "clock": (Kind.CLOCK, "hour"),
        "turn": (Kind.ANGLE, "turn"),
        "metre": (Kind.LENGTH, "metre"),
    }
    for phrase, value in given.items():
        number, _, unit = str(value).partition(" ")
        kind, name = named.get(unit, (Kind.DURATION, unit))
        yield phrase, (kind, _number(number, where) * factor(name, kind), name)


def _phrases(data: Mapping[str, object], key: str, where: str) -> Phrases[str]:
    return Phrases((word, " ".join(words(word))) for word in _list(data, key, where))


def _values(data: Mapping[str, object], key: str, where: str) -> Phrases[float]:
    given = _mapping(data, key, where)
    return Phrases((str(phrase), _number(value, where)) for phrase, value in given.items())


def _number(value: object, where: str) -> float:
    try:
        return float(Fraction(str(value)))
    except (ValueError, ZeroDivisionError) as error:
        raise ConfigError(f"{where} holds {value!r}", "write a number or a fraction such as 1/2") from error


def _list(data: Mapping[str, object], key: str, where: str) -> list[str]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(
            f"{key} in {where} is no list of words", "put words that YAML takes for values in quotes"
        )
    return value


def _mapping(data: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise ConfigError(f"{key} in {where} is no mapping", "write words with their values")
    return {str(word): meaning for word, meaning in value.items()}
