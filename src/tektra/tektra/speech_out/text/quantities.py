# SPDX-License-Identifier: Apache-2.0
"""Numbers with a unit or a currency into words. The units' names are CLDR's (Babel, BSD-3-Clause)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import UnknownCurrencyError, get_currency_name
from babel.units import UnknownUnitError, format_compound_unit, format_unit

from tektra.speech_out.text.lexicon import FALLBACK, Lexicon, units
from tektra.speech_out.text.numbers import cardinal, elided, enlarged, plain

#: Stands for the number in CLDR's pattern, which is asked for by a number of the same plural.
_MARK = "\ue000"
#: Units that may have a prefix, beside those that CLDR has with it.
PREFIXED = ("N", "V", "Ω", "A", "W", "F", "Wh", "Ah", "Pa", "J")
#: From here on round numbers are nouns in some languages: "un million d'euros".
MILLION = 10**6


@cache
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK)


def known_units(lex: Lexicon) -> list[str]:
    """Symbols that CLDR has, those that the language names itself, and those with a prefix before either: "kN", "mAh"."""
    based = [prefix + base for prefix in lex.prefixes for base in PREFIXED]
    return list(dict.fromkeys([*units(), *lex.unit_names, *based]))


def _pattern(lex: Lexicon, symbol: str, value: float) -> str | None:
    """The unit's name in the plural of that number, with _MARK for it; None when nobody has such a unit."""
    if names := lex.unit_names.get(symbol):
        return f"{_MARK} {names[0] if value == 1 else names[-1]}"
    if symbol not in units():
        return _prefixed(lex, symbol, value)
    top, _, bottom = units()[symbol].partition(" / ")
    locale = _locale(lex.code)
    quoted = f"'{_MARK}'"
    try:
        if bottom:
            made = format_compound_unit(
                value, top, denominator_unit=bottom, length="long", format=quoted, locale=locale
            )
        else:
            made = format_unit(value, top, length="long", format=quoted, locale=locale)
    except (UnknownUnitError, ValueError):
        return None
    return made if made and _MARK in made else None


def _prefixed(lex: Lexicon, symbol: str, value: float) -> str | None:
    """ "kN": CLDR has the newton and no kilonewton."""
    prefix = lex.prefixes.get(symbol[:1])
    base = _pattern(lex, symbol[1:], value) if prefix and symbol[1:] in PREFIXED else None
    if not prefix or base is None:
        return None
    number, name = base.split(maxsplit=1)
    whole = prefix + name.lower()
    return f"{number} {whole.capitalize() if name[:1].isupper() else whole}"


def quantity(
    lex: Lexicon, number: str, symbol: str, *, below_zero: bool = False, value: Decimal | None
) -> str | None:
    """ "3.5", "km/h" as words; None where the unit or the number is not known."""
    if value is None or (pattern := _pattern(lex, symbol, float(value))) is None:
        return None
    unit = pattern.replace(_MARK, "").replace("'", "").split()
    words = plain(lex, number, unit=unit[0] if unit else "x")
    if words is None:
        return None
    said = elided(lex, _filled(pattern, words))
    return f"{lex.minus} {said}" if below_zero else said


def with_unit(lex: Lexicon, words: str, symbol: str, value: float) -> str | None:
    """A number that is in words already, with its unit in the plural of `value`."""
    pattern = _pattern(lex, symbol, value)
    return elided(lex, _filled(pattern, words)) if pattern else None


def unit_name(lex: Lexicon, symbol: str) -> str | None:
    """Of one: "kilometer per hour"."""
    pattern = _pattern(lex, symbol, 1.0)
    return _filled(pattern, "").strip() if pattern else None


def _filled(pattern: str, words: str) -> str:
    return pattern.replace(_MARK, words).replace("'", "")


def money(lex: Lexicon, value: Decimal, currency: str, power: int = 0) -> str:
    """ "three dollars and fifty cents". `power`: of ten, by which the value is meant larger ("million")."""
    names = lex.currencies.get(currency)
    if names is None:
        try:
            one = get_currency_name(currency, count=1, locale=_locale(lex.code))
            many = get_currency_name(currency, count=2, locale=_locale(lex.code))
        except UnknownCurrencyError:
            one = many = currency
        names = (one, many)
    if power:
        of = f" {lex.large_of}" if lex.large_of and power >= 6 else ""
        return elided(lex, f"{enlarged(lex, value, power)}{of} {names[1]}")
    if lex.large_of and value >= MILLION and not value % MILLION:
        return elided(lex, f"{cardinal(lex, value.to_integral_value())} {lex.large_of} {names[1]}")
    whole, cents = int(value), int(value * 100) % 100
    unit = names[0] if whole == 1 else names[1]
    count = cardinal(lex, whole, _gender(lex, unit))
    if not cents and value == whole:
        return f"{count} {unit}"
    if len(names) < 4 or value * 100 != int(value * 100):
        return f"{cardinal(lex, value)} {names[1]}"
    subunit = names[2] if cents == 1 else names[3]
    if not whole:
        return f"{cardinal(lex, cents, _gender(lex, subunit))} {subunit}"
    return lex.money.format(whole=count, unit=unit, cents=cardinal(lex, cents), subunit=subunit)


def _gender(lex: Lexicon, unit: str) -> str:
    return lex.cardinal_feminine if unit in lex.feminine else lex.cardinal_one
