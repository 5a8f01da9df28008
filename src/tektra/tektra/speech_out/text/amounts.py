# SPDX-License-Identifier: Apache-2.0
"""Fractions, quantities and ranges, as rules (see rules.py)."""

from __future__ import annotations

import re

from tektra.speech_out.text import numbers, parts, prices
from tektra.speech_out.text.lexicon import Lexicon, currency_signs, units
from tektra.speech_out.text.patterns import DASH, MINUS, START, Say, alternatives
from tektra.speech_out.text.patterns import number as number_of
from tektra.speech_out.text.quantities import known_units, quantity, unit_name

VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip


#: Of what stands before a dash, so much is looked at for a number with its unit.
LONGEST_UNIT = 14
#: "20 min. by bus", "1 Std. 20 Min.": the dot of a short form, as the sentence goes on.
_DOT = r"(?:(?<=[a-z])\.(?=\s[a-zà-ÿ]|[,;:)]|\s\d{1,2}\s[^\W\d_]{1,4}\.))?"
#: Units of which something is so much each: "4 € per kg".
_MEASURED = "kg g mg l ml cl km m cm mm m² m³ m2 m3 km² kWh MB GB h ha".split()
_LENGTHS = "m cm mm km dm ft in".split()
#: What so many are counted of is a score where nothing follows: "8/10".
_MARKS_OF = (10, 20, 100)


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    return [
        *_ranges_with_units(lex),
        *_rates(lex),
        *_feet_and_inches(lex),
        *prices.rules_of(lex),
        *_fractions(lex),
        *_quantities(lex),
    ]


def _ranges_with_units(lex: Lexicon) -> list[tuple[str, Say]]:
    """ "5 kg-10 kg", "10 €–20 €", where the first number has its unit, too: what stands there is the dash."""
    signs = alternatives(currency_signs())
    return [
        (rf"(?<=[^\W_])[{DASH}](?=(?:{signs})?\d)|(?<=[^\w\s])[{DASH}](?=\d)|(?<=\S\s)[–—]\s(?=\d)", _from_to)
    ]


def _from_to(match: re.Match[str], lex: Lexicon) -> str | None:
    return f" {lex.to} " if ends_in_amount(match.string[: match.start()]) else None


def ends_in_amount(before: str) -> bool:
    """Whether a number with a unit or a currency ends there."""
    signs = alternatives(currency_signs())
    ends = rf"(?:\d\s?(?:(?:{alternatives([*units(), *_spellings()])})|{signs})|(?:{signs})\s?\d+(?:[.,]\d+)?)\s?$"
    return re.search(ends, before[-LONGEST_UNIT:]) is not None


def ends_in_length(before: str) -> bool:
    return re.search(rf"\d\s?(?:{alternatives(_LENGTHS)})\s?$", before[-LONGEST_UNIT:]) is not None


def _rates(lex: Lexicon) -> list[tuple[str, Say]]:
    """ "20 €/h", "2 l/day": what stands there is the stroke, and what follows it."""
    if not lex.per:
        return []
    return [
        (rf"(?<=[^\s/])/({alternatives(lex.rates)})(?![\w/])", _per_short),
        (rf"(?<=[^\s/])\s?/\s?()(\d{{1,4}})\s?{unit_pattern(lex)}", _per_amount),
        (rf"(?<=[^\s/])/(?:{unit_pattern(lex)}|([^\W\d_]{{3,}}))(?![\w/])", _per),
        (rf"(?<=\b{re.escape(lex.per)}\s)({alternatives(_MEASURED)})(?=[\s.,;:!?)]|$)", _per_unit),
    ]


def _per(match: re.Match[str], lex: Lexicon) -> str | None:
    if not ends_in_amount(match.string[: match.start()]):
        return None
    unit = unit_name(lex, canonical(match.group(1), lex)) if match.group(1) else match.group(2)
    return f"{lex.per} {unit}" if unit else None


def _per_short(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "$99/mo"."""
    ends = ends_in_amount(match.string[: match.start()])
    return f"{lex.per} {lex.rates[match.group(1)]}" if ends else None


def _per_amount(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "6.2 l/100 km"."""
    if not ends_in_amount(match.string[: match.start()]):
        return None
    return f"{lex.per} {_quantity(match, lex)}"


def _per_unit(match: re.Match[str], lex: Lexicon) -> str | None:
    return unit_name(lex, canonical(match.group(1), lex))


def _feet_and_inches(lex: Lexicon) -> list[tuple[str, Say]]:
    if not lex.foot_and_inch:
        return []
    quote = '["″”]'
    return [
        (rf"{START}(\d{{1,3}})['’′]\s?(\d{{1,2}}(?:[.,]\d+)?){quote}", _feet),
        (rf"{START}(\d{{1,3}})\s?ft\.?,?\s(\d{{1,2}}(?:[.,]\d+)?)\s?in(?!\w)", _feet),
        (rf"{START}(\d{{1,4}}(?:[.,]\d+)?){quote}(?!\w)", _inches),
    ]


def _feet(match: re.Match[str], lex: Lexicon) -> str | None:
    feet, inches = numbers.parse(lex, match.group(1)), _length(lex, match.group(2), "inch")
    return f"{_length(lex, match.group(1), 'foot')} {inches}" if feet is not None and inches else None


def _inches(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "a 12" pipe"; behind an opening quote it is the closing one."""
    if re.search(r"(?:^|[\s(\[])[\"“„][^\"“”„]*$", match.string[: match.start()]):
        return None
    return _length(lex, match.group(1), "inch")


def _length(lex: Lexicon, number: str, unit: str) -> str | None:
    one, many = lex.foot_and_inch[:2] if unit == "foot" else lex.foot_and_inch[2:]
    value = numbers.parse(lex, number)
    words = numbers.plain(lex, number, unit=one)
    return f"{words} {one if value == 1 else many}" if words and value is not None else None


def unit_pattern(lex: Lexicon) -> str:
    """A symbol of a unit, as the first group; one that is a word, too ("alle 4 mi chiama"), only before what is measured, or a mark."""
    known = [*known_units(lex), *_spellings(), *lex.units]
    symbols = alternatives([symbol for symbol in known if symbol not in lex.no_units])
    if lex.no_units:
        before = rf"(?=\s?(?:[.,;:!?)]|$)|\s(?:{alternatives(lex.date.part_of)})(?!\w))"
        symbols = rf"(?:{symbols}|(?:{alternatives(lex.no_units)}){before})"
    per = rf"/(?![^\W\d_]{{3,}}(?!\w)|(?:\d{{1,4}}\s?)?(?:{symbols})(?![\w/²³^]))"
    return rf"({symbols})(?![\w²³^°%·]|['’][^\W\d_]|{per})"


def _fractions(lex: Lexicon) -> list[tuple[str, Say]]:
    unit = rf"(?:\s?{unit_pattern(lex)}{_DOT})?"
    of_nouns: list[tuple[str, Say]] = []
    if lex.nouns.feminine and lex.parts.halves:
        whole, noun = r"(?:(\d{1,4})\s?)?", r"\s(?P<noun>[^\W\d_]{2,})(?!\w)"
        of_nouns = [
            (rf"{START}(?:(\d{{1,4}})\s+)?1[/⁄]2(?!\s?{unit_pattern(lex)}){noun}", _half_of_noun),
            (rf"(?<![\w.,]){whole}½(?!\s?{unit_pattern(lex)}){noun}", _half_of_noun),
        ]
    return [
        (
            rf"{START}(?:(\d{{1,4}})\s+)?(\d{{1,3}})[/⁄](\d{{1,4}})\s?({alternatives(lex.measures)}){_of(lex)}",
            _fraction,
        ),
        *of_nouns,
        (rf"{START}(\d{{1,4}}[.,]\d{{1,2}})/(\d{{1,4}})(?![\w/])", _out_of),
        (rf"{START}(?:(\d{{1,4}})\s+)?(\d{{1,3}})[/⁄](\d{{1,4}})(?![\w/]){unit}", _fraction),
        (rf"(?:(?<![\w.,])(\d{{1,4}})\s?)?([{''.join(VULGAR)}]){unit}", _vulgar),
    ]


def _fraction(match: re.Match[str], lex: Lexicon) -> str | None:
    whole, top, bottom = int(match.group(1) or 0), int(match.group(2)), int(match.group(3))
    if not bottom or (whole and top >= bottom):
        return None
    if not match.group(4) and not whole and _is_score(match, top, bottom):
        return f"{numbers.cardinal(lex, top)} {lex.out_of} {numbers.cardinal(lex, bottom)}"
    if top == bottom and not match.group(4):  # shares: "fifty fifty"
        return " ".join([numbers.cardinal(lex, top)] * 2)
    if bottom == 1 < top and not whole and not match.group(4) and lex.ratio:  # odds: "ten to one"
        return f"{numbers.cardinal(lex, top)} {lex.ratio} {numbers.cardinal(lex, 1)}"
    symbol = match.group(4)
    said = parts.said(lex, whole, top, bottom, canonical(symbol, lex) if symbol else "")
    return parts.cased(lex, said, match)


def _is_score(match: re.Match[str], top: int, bottom: int) -> bool:
    """ "8/10."; "3/10 of them" and "1/10 mile" are parts."""
    ends = re.match(r"\s*(?:[.,;:!?)]|$)", match.string[match.end() :]) is not None
    return bottom in _MARKS_OF and (ends or top >= bottom)


def _vulgar(match: re.Match[str], lex: Lexicon) -> str | None:
    (top, bottom), whole = VULGAR[match.group(2)], int(match.group(1) or 0)
    symbol = match.group(3)
    said = parts.said(lex, whole, top, bottom, canonical(symbol, lex) if symbol else "")
    return parts.cased(lex, said, match)


def _out_of(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "9.5/10"."""
    reached, most = (numbers.plain(lex, match.group(which), unit="x") for which in (1, 2))
    return f"{reached} {lex.out_of} {most}" if lex.out_of and reached and most else None


def _half_of_noun(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "1/2 hora", "1 1/2 horas", where the noun decides the gender of the half."""
    whole, noun = int(match.group(1) or 0), match.group("noun")
    if noun.lower() in lex.parts.no_nouns or (lex.nouns.one and not re.fullmatch(lex.nouns.one, noun)):
        return None
    return parts.cased(lex, parts.of_noun(lex, whole, noun), match)


def _of(lex: Lexicon) -> str:
    return rf"(?=\s(?:{alternatives(lex.date.part_of)}))"


def _quantities(lex: Lexicon) -> list[tuple[str, Say]]:
    number, unit = number_of(lex), unit_pattern(lex)
    return [
        (rf"{START}()({number})\s?({alternatives(lex.measures)}){_of(lex)}", _quantity),
        (rf"{START}({number})\s?[{DASH}]\s?({number})\s?{unit}{_DOT}", _range_of),
        (
            rf"(?:{START}(?<!(?<!\d)(?<!\d\s)[A-Z]-)|(?<=\d[xX×*]))([{MINUS}])?({number})\s?{unit}{_DOT}",
            _quantity,
        ),
        (
            rf"{START}({number})(?:\s[xX]\s|\s?×\s?)(?={number}\s?(?:[xX×]\s?{number}\s?)?(?:{alternatives(_LENGTHS)})(?!\w))",
            _by,
        ),
        (rf"{START}({number})\s?([xX×*])\s?(?={number})", _times),
        (rf"{START}({number})\s?[{DASH}]\s?({number})\s?[x×](?=\s[^\W\d]|[,.;:!?)]|$)", _fold_range),
        (rf"{START}({number})\s?[x×](?=\s[^\W\d]|[,.;:!?)]|$)", _fold),
        (rf"{START}({number})\s?[{DASH}]\s?({number})(?![\w{DASH}/:])", _range),
    ]


def _spellings() -> dict[str, str]:
    """m2, m^2 for m²; "in." for an inch, which without its dot is a word."""
    found = {}
    for symbol in units():
        for sign, digit in (("²", "2"), ("³", "3")):
            if sign in symbol:
                found[symbol.replace(sign, digit)] = found[symbol.replace(sign, "^" + digit)] = symbol
    return found


def canonical(symbol: str, lex: Lexicon) -> str:
    """The symbol that CLDR's unit is known by."""
    return lex.units.get(symbol) or lex.measures.get(symbol) or _spellings().get(symbol, symbol)


def _range_of(match: re.Match[str], lex: Lexicon) -> str | None:
    low, high = (numbers.parse(lex, match.group(which)) for which in (1, 2))
    last = quantity(lex, match.group(2), canonical(match.group(3), lex), value=high)
    if low is None or last is None:
        return None
    return f"{numbers.cardinal(lex, low)} {lex.to} {last}"


def _quantity(match: re.Match[str], lex: Lexicon) -> str | None:
    if match.group()[-2].isdigit() and match.group()[-1].isupper() and _is_name(match, lex):
        return None
    value = numbers.parse(lex, match.group(2))
    said = quantity(
        lex, match.group(2), canonical(match.group(3), lex), below_zero=bool(match.group(1)), value=value
    )
    return numbers.cased_one(lex, said, "".join(said.split()[1:2]), match) if said and value == 1 else said


def _is_name(match: re.Match[str], lex: Lexicon) -> bool:
    """ "flat 12B" and "10K", as bytes and kelvins stand apart from their number; "exit 21A"."""
    before = re.search(r"([^\W\d_]+)\s$", match.string[: match.start()])
    return match.group()[-1] in "BK" or (before is not None and before.group(1).lower() in lex.numbered)


def _times(match: re.Match[str], lex: Lexicon) -> str | None:
    words = numbers.plain(lex, match.group(1), unit="x")
    return f"{words} {lex.symbols.get('×', 'x')}" if words else None


def _by(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "3 x 4 m"."""
    words = numbers.plain(lex, match.group(1), unit="x")
    return f"{words} {lex.by}" if words and lex.by else None


def _fold(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "5x faster"."""
    words = numbers.plain(lex, match.group(1), unit=lex.fold)
    return f"{words} {lex.fold}" if words and lex.fold else None


def _fold_range(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "2-3x per week"."""
    low, high = (numbers.plain(lex, match.group(which), unit=lex.fold) for which in (1, 2))
    return f"{low} {lex.to} {high} {lex.fold}" if low and high and lex.fold else None


def _range(match: re.Match[str], lex: Lexicon) -> str | None:
    low, high = (numbers.plain(lex, match.group(which)) for which in (1, 2))
    return f"{low} {lex.to} {high}" if low and high else None
