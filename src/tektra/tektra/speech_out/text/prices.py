# SPDX-License-Identifier: Apache-2.0
"""Sums of money, as rules (see rules.py)."""

from __future__ import annotations

import re
from decimal import Decimal

from tektra.speech_out.text import numbers
from tektra.speech_out.text.lexicon import Lexicon, currency_signs, units
from tektra.speech_out.text.patterns import DASH, MINUS, START, Say, alternatives
from tektra.speech_out.text.patterns import number as number_of
from tektra.speech_out.text.quantities import money, unit_name


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    signs = alternatives(currency_signs())
    large, number = alternatives(lex.large), number_of(lex)
    shortened = [word for word in lex.large if word.endswith(".")]
    shortened += [word.rstrip(".") for word in shortened]
    letters = [word for word in lex.large if len(word) == 1 and word not in units()]
    of = re.escape(lex.large_of) or r"(?!)"
    codes = r"USD|EUR|GBP|CHF|JPY|CAD|AUD|CNY|INR"
    return [
        (rf"({signs})({number})\s?[{DASH}]\s?({number})(?![\w.,]\d)(?!\w)", _money_range),
        (rf"([{MINUS}])?({signs})\s?({number})(?:\s?({large})(?!\w))?(?![\w])", _money_after),
        (
            rf"(?<![\w.,/])([{MINUS}])?({number})(?:,[{DASH}]{{1,2}})?\s?(?:({large})\s?)?({signs}|(?:{codes})(?!\w))",
            _money_before,
        ),
        (rf"{START}(\d{{1,4}})\s?¢", _cents),
        (rf"{START}({number})\s?({alternatives(shortened)})(?!\w)", _enlarged),
        (
            rf"{START}({number})({alternatives(letters)})(?![\w²³°/-])(?!\s(?:{alternatives(lex.not_large)})(?!\w))",
            _enlarged,
        ),
        (rf"{START}({number})\s({alternatives(letters)})(?=\s(?:{of})\s|\sd['’])", _enlarged),
        (rf"{START}({number})\s(k)(?=\s[^\W\d_]{{4}})", _enlarged),
        (rf"(?:(?<=\s)|(?<=^)|(?<=\())({signs}|%)(?=[\s.,;:!?)]|$)", _sign_alone),
    ]


def _enlarged(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "1 Mio. Euro"."""
    value, power = numbers.parse(lex, match.group(1)), lex.large.get(match.group(2), 0)
    return numbers.enlarged(lex, value, power) if value is not None and power else None


def _sign_alone(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "in €", "the share in %"."""
    sign = match.group(1)
    if sign == "%":
        return unit_name(lex, sign)
    return money(lex, Decimal(2), currency_signs()[sign]).split(maxsplit=1)[-1]


def _cents(match: re.Match[str], lex: Lexicon) -> str | None:
    return money(lex, Decimal(match.group(1)) / 100, "USD") if int(match.group(1)) < 100 else None


def _money_range(match: re.Match[str], lex: Lexicon) -> str | None:
    low = numbers.parse(lex, match.group(2))
    last = _money_words(lex, None, match.group(3), match.group(1), None)
    return f"{numbers.cardinal(lex, low)} {lex.to} {last}" if low is not None and last else None


def _money_after(match: re.Match[str], lex: Lexicon) -> str | None:
    return _money_words(lex, match.group(1), match.group(3), match.group(2), match.group(4))


def _money_before(match: re.Match[str], lex: Lexicon) -> str | None:
    said = _money_words(lex, match.group(1), match.group(2), match.group(4), match.group(3))
    return numbers.cased_one(lex, said, "".join(said.split()[1:2]), match) if said else None


def _money_words(lex: Lexicon, minus: str | None, number: str, sign: str, large: str | None) -> str | None:
    value = numbers.parse(lex, number)
    if value is None:
        return None
    words = money(lex, value, currency_signs().get(sign, sign), lex.large.get(large or "", 0))
    return f"{lex.minus} {words}" if minus else words
