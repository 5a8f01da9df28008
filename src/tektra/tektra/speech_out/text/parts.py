# SPDX-License-Identifier: Apache-2.0
"""Fractions, and parts of a unit: "half an hour", "tres cuartos de hora", "deux heures et demie"."""

from __future__ import annotations

import re
from decimal import Decimal

from tektra.speech_out.text import numbers
from tektra.speech_out.text.lexicon import Lexicon
from tektra.speech_out.text.quantities import quantity, unit_name, with_unit


def half(lex: Lexicon, unit: str, *, behind: bool = False) -> str:
    """The half of a unit or a thing; `behind`: after a whole number of it."""
    words = (lex.parts.halves_behind if behind else ()) or lex.parts.halves
    first = unit.split()[0] if unit else ""
    gender = ("masculine", "feminine", "neuter").index(numbers.gender(lex, first))
    return words[min(gender, len(words) - 1)] if gender < len(words) else words[0]


def cased(lex: Lexicon, said: str | None, match: re.Match[str]) -> str | None:
    """What is said of a half, as the word before the match wants it: "mit einem halben Liter"."""
    words, case = lex.parts, numbers.case_behind(lex, match)
    forms = {"dative": words.halves_dative, "accusative": words.halves_accusative}.get(case, ())
    for plain, wanted in zip(words.halves, forms, strict=False):
        if said and said.startswith(f"{plain} "):
            return wanted + said.removeprefix(plain)
    return said


def of_noun(lex: Lexicon, whole: int, noun: str) -> str | None:
    """ "media hora", "una hora y media"; None where the language says nothing else than a number before the noun."""
    if not whole:
        return numbers.elided(lex, f"{half(lex, noun)} {noun}")
    if not lex.parts.mixed:
        return None
    one = _singular(lex, noun)
    counted = one if whole == 1 else noun
    ruleset = lex.cardinal_feminine if _is_feminine(lex, one) else lex.cardinal_one
    count = numbers.elided(lex, f"{numbers.cardinal(lex, whole, ruleset)} {counted}")
    return lex.parts.mixed.format(quantity=count, part=half(lex, one, behind=True))


def said(lex: Lexicon, whole: int, top: int, bottom: int, symbol: str) -> str | None:
    """`symbol`: of a unit, or none. None where the language has no such unit."""
    words, is_half = lex.parts, (top, bottom) == (1, 2)
    if not symbol:
        return (
            _one_word(lex, whole)
            if is_half and whole and words.mixed_half
            else _bare(lex, whole, top, bottom)
        )
    unit = unit_name(lex, symbol)
    if unit is None:
        return None
    if whole and is_half and words.mixed_half:
        return with_unit(lex, _one_word(lex, whole), symbol, whole + 0.5)
    if whole and words.mixed:
        count = quantity(lex, str(whole), symbol, value=Decimal(whole))
        part = half(lex, unit, behind=True) if is_half else _bare(lex, 0, top, bottom)
        return words.mixed.format(quantity=count, part=part)
    if not whole and is_half and words.halves:
        return numbers.elided(lex, f"{half(lex, unit)} {unit}")
    if not whole and top < bottom and words.of:
        return numbers.elided(lex, words.of.format(part=_bare(lex, 0, top, bottom), unit=unit))
    return with_unit(lex, _bare(lex, whole, top, bottom), symbol, whole + top / bottom)


def _bare(lex: Lexicon, whole: int, top: int, bottom: int) -> str:
    return numbers.fraction(lex, top, bottom, whole)


def _one_word(lex: Lexicon, whole: int) -> str:
    """ "zweieinhalb"."""
    count = lex.parts.one if whole == 1 and lex.parts.one else numbers.cardinal(lex, whole)
    return lex.parts.mixed_half.format(n=count)


def _singular(lex: Lexicon, noun: str) -> str:
    for pattern, one in lex.parts.singular.items():
        if re.search(pattern, noun):
            return re.sub(pattern, one, noun)
    return noun


def _is_feminine(lex: Lexicon, word: str) -> bool:
    """The name of a unit, or a noun."""
    return word in lex.feminine or numbers.is_feminine(lex, word)
