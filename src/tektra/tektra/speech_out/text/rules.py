# SPDX-License-Identifier: Apache-2.0
"""What stands in a text other than words, and how it is said: rules tried in order at each place, the first that fits.

A rule is a pattern and a function that gives the words, or None where it does not fit after all. Patterns are made for each
language out of its data, and none of them looks further than a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from tektra.speech_out.text import dates, numbers
from tektra.speech_out.text.lexicon import Lexicon, currency_signs, units
from tektra.speech_out.text.markdown import CODE_BLOCK
from tektra.speech_out.text.quantities import money, quantity, with_unit

Say = Callable[["re.Match[str]", Lexicon], "str | None"]


@dataclass(frozen=True)
class Rule:
    """`pattern` is matched at a place; `say` gives the words."""

    pattern: re.Pattern[str]
    say: Say


VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
MINUS = r"\-−"
DASH = r"\-–—−"
_START = r"(?<![\w.,/:])"


@cache
def rules(lex: Lexicon) -> tuple[Rule, ...]:
    """Of a language, the most special first."""
    made = [
        *_addresses(),
        *dates.rules_of(lex),
        *_rows_of_digits(),
        *_abbreviations(lex),
        *_money(lex),
        *_fractions(lex),
        *_quantities(lex),
        *_ordinals(lex),
        *_plain_numbers(lex),
        *_names_and_symbols(),
    ]
    return tuple(Rule(re.compile(pattern), say) for pattern, say in made)


def _number(lex: Lexicon) -> str:
    """A number with or without marks between its thousands; a plain space is one where the language has it so."""
    marks = r"[.,'’\u00a0\u202f" + (" ]" if lex.group == " " else "]")
    return rf"(?:\d{{1,3}}(?:{marks}\d{{3}})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,]\d+)?)"


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of them, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _addresses() -> list[tuple[str, Say]]:
    return [
        (r"(?:https?://|ftp://|www\.)[^\s<>\"'“”()\[\]{}]+", _web),
        (r"(?<![\w.])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", _mail),
        (CODE_BLOCK, lambda match, lex: f"{lex.code_block}."),
    ]


def _rows_of_digits() -> list[tuple[str, Say]]:
    """Versions, addresses of machines, telephone numbers."""
    return [
        (rf"{_START}[vV]?\d{{1,5}}(?:\.\d{{1,5}}){{2,4}}(?![\d.]\d)(?!\w)", _dotted),
        (r"(?<!\w)\+\d{1,3}(?:[ /.-]?\(?\d{2,8}\)?){1,5}(?!\w)", _telephone),
        (rf"{_START}(?:\d{{3}}[.-])?\d{{3}}-\d{{4}}(?![\w-])", _telephone),
    ]


def _telephone(match: re.Match[str], lex: Lexicon) -> str:
    plus = f"{lex.symbols.get('+', '+')} " if match.group().startswith("+") else ""
    groups = re.findall(r"\d+", match.group())
    return plus + ", ".join(numbers.digits(lex, group) for group in groups)


def _web(match: re.Match[str], lex: Lexicon) -> str:
    """The site's name: a whole address helps nobody who hears it."""
    host = re.sub(r"^(\w+://)?(www\.)?", "", match.group()).split("/")[0].split("?")[0]
    tail = re.search(r"[.,;:!?]+$", match.group())
    host = host.rstrip(".,;:!?").rsplit("@", 1)[-1]
    return _dots(host.split(":")[0], lex) + (tail.group()[:1] if tail else "")


def _mail(match: re.Match[str], lex: Lexicon) -> str:
    who, _, where = match.group().partition("@")
    return f"{_dots(who, lex)} {lex.symbols.get('@', '@')} {_dots(where, lex)}"


def _dots(name: str, lex: Lexicon) -> str:
    return f" {lex.dot} ".join(" ".join(_runs(part, lex)) for part in name.split(".") if part)


def _dotted(match: re.Match[str], lex: Lexicon) -> str | None:
    """A version or an address of four numbers; not a number with its thousands."""
    text = match.group()
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", text) and lex.group == ".":
        return None
    return f" {lex.dot} ".join(numbers.cardinal(lex, int(part)) for part in text.lstrip("vV").split("."))


def _runs(text: str, lex: Lexicon) -> list[str]:
    """ "rover1" is "rover", "one"."""
    found = []
    for run in re.findall(r"\d+|[^\W\d_]+", text):
        found.append(
            (numbers.plain(lex, run, unit="x" if len(run) < 5 else "") or run) if run.isdigit() else run
        )
    return [numbers.cardinal(lex, int(run)) if run.isdigit() else run for run in found]


def _abbreviations(lex: Lexicon) -> list[tuple[str, Say]]:
    number = alternatives(lex.before_numbers)
    dotless = alternatives(word for word in lex.before_numbers if not _could_be_a_word(word))
    return [
        (rf"(?<!\w)(?:{alternatives(lex.words)})(?!\w)", lambda match, lex: lex.words[match.group()]),
        (
            rf"(?<!\w)(?:({number})\.|({dotless}))\s?(?=\d)",
            lambda match, lex: lex.before_numbers[match.group(1) or match.group(2)],
        ),
        (r"(?<![\w#])#\s?(?=\d)", lambda match, lex: lex.number),
        (
            rf"(?<!\w)({alternatives(lex.abbreviations)})\.(?=[\s,;:)]|$)",
            lambda match, lex: lex.abbreviations[match.group(1)],
        ),
        (rf"(?<!\w)({alternatives(lex.may_end)})\.(\s*$)?", _may_end),
    ]


def _could_be_a_word(text: str) -> bool:
    """ "no" and "fig" need their dot, "Nr" and "n°" do not."""
    return text.isalpha() and (len(text) == 1 or any(letter in "aeiouáéíóú" for letter in text.lower()))


def _may_end(match: re.Match[str], lex: Lexicon) -> str:
    return lex.may_end[match.group(1)] + ("." if match.group(2) is not None else "")


def _money(lex: Lexicon) -> list[tuple[str, Say]]:
    signs = alternatives(currency_signs())
    large, number = alternatives(lex.large), _number(lex)
    codes = r"USD|EUR|GBP|CHF|JPY|CAD|AUD|CNY|INR"
    return [
        (rf"({signs})({number})\s?[{DASH}]\s?({number})(?![\w.,]\d)(?!\w)", _money_range),
        (rf"([{MINUS}])?({signs})\s?({number})(?:\s?({large})(?!\w))?(?![\w])", _money_after),
        (rf"(?<![\w.,/])([{MINUS}])?({number})\s?(?:({large})\s)?({signs}|(?:{codes})(?!\w))", _money_before),
    ]


def _money_range(match: re.Match[str], lex: Lexicon) -> str | None:
    low = numbers.parse(lex, match.group(2))
    last = _money_words(lex, None, match.group(3), match.group(1), None)
    return f"{numbers.cardinal(lex, low)} {lex.to} {last}" if low is not None and last else None


def _money_after(match: re.Match[str], lex: Lexicon) -> str | None:
    return _money_words(lex, match.group(1), match.group(3), match.group(2), match.group(4))


def _money_before(match: re.Match[str], lex: Lexicon) -> str | None:
    return _money_words(lex, match.group(1), match.group(2), match.group(4), match.group(3))


def _money_words(lex: Lexicon, minus: str | None, number: str, sign: str, large: str | None) -> str | None:
    value = numbers.parse(lex, number)
    if value is None:
        return None
    words = money(lex, value, currency_signs().get(sign, sign), lex.large.get(large or "", 0))
    return f"{lex.minus} {words}" if minus else words


def _unit() -> str:
    symbols = alternatives([*units(), *_spellings()])
    return rf"({symbols})(?![\w²³^/°%·])"


def _fractions(lex: Lexicon) -> list[tuple[str, Say]]:
    unit = rf"(?:\s?{_unit()})?"
    return [
        (rf"{_START}(?:(\d{{1,4}})\s+)?(\d{{1,3}})[/⁄](\d{{1,4}})(?![\w/]){unit}", _fraction),
        (rf"(?:(?<![\w.,])(\d{{1,4}})\s?)?([{''.join(VULGAR)}]){unit}", _vulgar),
    ]


def _fraction(match: re.Match[str], lex: Lexicon) -> str | None:
    whole, top, bottom = int(match.group(1) or 0), int(match.group(2)), int(match.group(3))
    if not bottom or (whole and top >= bottom):
        return None
    return _share_of(numbers.fraction(lex, top, bottom, whole), whole + top / bottom, match.group(4), lex)


def _vulgar(match: re.Match[str], lex: Lexicon) -> str | None:
    (top, bottom), whole = VULGAR[match.group(2)], int(match.group(1) or 0)
    return _share_of(numbers.fraction(lex, top, bottom, whole), whole + top / bottom, match.group(3), lex)


def _share_of(words: str, value: float, symbol: str | None, lex: Lexicon) -> str | None:
    return with_unit(lex, words, _canonical(symbol), value) if symbol else words


def _quantities(lex: Lexicon) -> list[tuple[str, Say]]:
    number, unit = _number(lex), _unit()
    return [
        (rf"{_START}({number})\s?[{DASH}]\s?({number})\s?{unit}", _range_of),
        (rf"{_START}([{MINUS}])?({number})\s?{unit}", _quantity),
        (rf"{_START}({number})\s?([xX×*])\s?(?={number})", _times),
        (rf"{_START}({number})\s?[{DASH}]\s?({number})(?![\w{DASH}/:])", _range),
    ]


def _spellings() -> dict[str, str]:
    """m2, m^2 for m²; "in." for an inch, which without its dot is a word."""
    found = {}
    for symbol in units():
        for sign, digit in (("²", "2"), ("³", "3")):
            if sign in symbol:
                found[symbol.replace(sign, digit)] = found[symbol.replace(sign, "^" + digit)] = symbol
    return found


def _canonical(symbol: str) -> str:
    return _spellings().get(symbol, symbol)


def _range_of(match: re.Match[str], lex: Lexicon) -> str | None:
    low, high = (numbers.parse(lex, match.group(which)) for which in (1, 2))
    last = quantity(lex, match.group(2), _canonical(match.group(3)), value=high)
    if low is None or last is None:
        return None
    return f"{numbers.cardinal(lex, low)} {lex.to} {last}"


def _quantity(match: re.Match[str], lex: Lexicon) -> str | None:
    value = numbers.parse(lex, match.group(2))
    return quantity(
        lex, match.group(2), _canonical(match.group(3)), below_zero=bool(match.group(1)), value=value
    )


def _times(match: re.Match[str], lex: Lexicon) -> str | None:
    words = numbers.plain(lex, match.group(1), unit="x")
    return f"{words} {lex.symbols.get('×', 'x')}" if words else None


def _range(match: re.Match[str], lex: Lexicon) -> str | None:
    low, high = (numbers.plain(lex, match.group(which)) for which in (1, 2))
    return f"{low} {lex.to} {high}" if low and high else None


def _ordinals(lex: Lexicon) -> list[tuple[str, Say]]:
    made: list[tuple[str, Say]] = []
    if lex.ordinal_dot:
        before = {word: ruleset for ruleset, words in lex.ordinal_after.items() for word in words}
        for word, ruleset in before.items():
            made.append((rf"(?<=\b{word}\s)(\d{{1,4}})\.(?=\s\w)", _as_ordinal(ruleset)))
            made.append((rf"(?<=\b{word.capitalize()}\s)(\d{{1,4}})\.(?=\s\w)", _as_ordinal(ruleset)))
        made.append((rf"{_START}(?<!^)(\d{{1,3}})\.(?=\s[^\W\d])", _as_ordinal(lex.ordinal)))
    for suffixes, ruleset in (
        (lex.ordinal_feminine_suffixes, lex.ordinal_feminine),
        (lex.ordinal_suffixes, lex.ordinal),
    ):
        if suffixes:
            made.append((rf"{_START}(\d{{1,6}})(?:{alternatives(suffixes)})(?!\w)", _as_ordinal(ruleset)))
    return made


def _as_ordinal(ruleset: str) -> Say:
    return lambda match, lex: numbers.ordinal(lex, int(match.group(1)), ruleset)


def _plain_numbers(lex: Lexicon) -> list[tuple[str, Say]]:
    return [
        (rf"(?<=[\d%°])\s?[{DASH}]\s?(?=\d)", lambda match, lex: lex.to),
        (rf"(?<![\w.,/)])(?<![\w.,/)]\s)([{MINUS}])(?=\d)", lambda match, lex: lex.minus),
        (rf"(?:(?<=\d\s)|(?<=[=(]\s)|(?<=[=(]))([{MINUS}])\s?(?=\d)", lambda match, lex: lex.minus),
        (rf"{_START}({_number(lex)})(?!\w)", lambda match, lex: numbers.plain(lex, match.group(1))),
        (r"(?<![\w.])(\d+(?:[.,]\d+)?)(?!\w)", lambda match, lex: numbers.plain(lex, match.group(1))),
        (r"\d+", _id_number),
    ]


def _id_number(match: re.Match[str], lex: Lexicon) -> str:
    text = match.group()
    return numbers.digits(lex, text) if len(text) > 4 else numbers.cardinal(lex, Decimal(text))


def _names_and_symbols() -> list[tuple[str, Say]]:
    return [
        (r"(?<=\w)\.(?=[^\W\d]\w)", lambda match, lex: lex.dot),
        (r"(?<=\w)[/_](?=\w)", lambda match, lex: " "),
        (
            r"(?:(?<=\s)|^)[~/](?=\w)",
            lambda match, lex: "" if match.group() == "/" else lex.symbols.get("~", ""),
        ),
        (r"(?:(?<=\s)|^)(?:[:;]-?[()DPpO|/]|\^\^|<3)(?=\s|$|[.,!?])", lambda match, lex: ""),
        (r"[*_`#|\\^{}<>\[\]~](?:[*_`#|\\^{}\[\]~]+)", lambda match, lex: ""),
        (r"(?<=\s)[&+=<>×*÷±≈≠≤≥→](?=\s)", _symbol),
        (r"[&@=×÷±≈≠≤≥→§°²³]|(?<=\w)\+(?=\w)|[<>](?=\s?\d)", _symbol),
        (r"[*_`#|\\^{}\[\]<>~/•·…]", _silent_symbol),
    ]


def _symbol(match: re.Match[str], lex: Lexicon) -> str:
    return lex.symbols.get(match.group(), "")


def _silent_symbol(match: re.Match[str], lex: Lexicon) -> str:
    return "..." if match.group() == "…" else ""
