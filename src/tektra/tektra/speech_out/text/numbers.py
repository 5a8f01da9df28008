# SPDX-License-Identifier: Apache-2.0
"""Numbers into words, by CLDR's rule-based number formats (unicode-rbnf, MIT)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache

from unicode_rbnf import RbnfEngine

from tektra.speech_out.text.lexicon import FALLBACK, Lexicon

#: A longer row of digits is a telephone or serial number: read digit by digit.
MOST_DIGITS = 15
YEARS = range(1100, 2100)


@cache
def _engine(code: str) -> RbnfEngine:
    try:
        return RbnfEngine.for_language(code)
    except ValueError:
        return RbnfEngine.for_language(FALLBACK)


def _spelled(lex: Lexicon, value: int, ruleset: str) -> str:
    engine = _engine(lex.code)
    names = [name for name in (ruleset, "spellout-numbering", "spellout-cardinal-masculine") if name]
    chosen = next((name for name in names if name in engine.rulesets), None)
    text = engine.format_number(value, ruleset_names=[chosen] if chosen else None).text
    return text.replace("\u00ad", "")


def parse(lex: Lexicon, text: str) -> Decimal | None:
    """A number as it is written in that language; where its marks do not fit, as a machine writes it."""
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    group, decimal = (re.escape(lex.group.strip()), re.escape(lex.decimal))
    if group and re.fullmatch(rf"\d{{1,3}}({group}\d{{3}})+({decimal}\d+)?", bare):
        bare = bare.replace(lex.group, "").replace(lex.decimal, ".")
    elif re.fullmatch(r"\d{1,3}(,\d{3}){2,}(\.\d+)?", bare):
        bare = bare.replace(",", "")
    else:
        bare = bare.replace(",", ".")
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None


def cardinal(lex: Lexicon, value: Decimal | int, ruleset: str = "") -> str:
    """ "two point five". `ruleset`: CLDR's, for its gender; the language's counting without."""
    value = Decimal(value)
    if value < 0:
        return f"{lex.minus} {cardinal(lex, -value, ruleset)}"
    whole, _, rest = format(value, "f").partition(".")
    words = (
        _spelled(lex, int(whole), ruleset if not rest else "")
        if len(whole) <= MOST_DIGITS
        else digits(lex, whole)
    )
    if not rest:
        return words
    return f"{words} {lex.point or lex.decimal} {_decimals(lex, rest)}"


def _decimals(lex: Lexicon, rest: str) -> str:
    if lex.decimals == "number" and len(rest) <= 2 and rest[0] != "0":
        return _spelled(lex, int(rest), "")
    return digits(lex, rest)


def enlarged(lex: Lexicon, value: Decimal, power: int) -> str:
    """ "2.5" and 6: "two point five million"."""
    whole = value * 10**power
    if value == int(value) and whole < 10**MOST_DIGITS:
        return cardinal(lex, int(whole))
    return f"{cardinal(lex, value)} {_spelled(lex, 2 * 10**power, '').split()[-1]}"


def digits(lex: Lexicon, text: str) -> str:
    """Digit by digit."""
    return " ".join(_spelled(lex, int(digit), "") for digit in text if digit.isdigit())


def year(lex: Lexicon, value: int) -> str:
    """ "twenty twenty-six"."""
    return _spelled(lex, value, "spellout-numbering-year")


def ordinal(lex: Lexicon, value: int, ruleset: str = "") -> str:
    """ "third"; `ruleset`: CLDR's, for case and gender."""
    return _spelled(lex, value, ruleset or lex.ordinal)


def plain(lex: Lexicon, text: str, *, unit: str = "") -> str | None:
    """A number that stands by itself or before `unit` (a word, for its gender). None when it is none."""
    bare = text.replace(" ", "")
    if re.fullmatch(r"0\d+", bare) or (bare.isdigit() and len(bare) > 9):
        return digits(lex, bare)
    value = parse(lex, text)
    if value is None:
        return None
    if not unit and re.fullmatch(r"(19|20)\d\d", bare):
        return year(lex, int(bare))
    ruleset = ""
    if unit:
        ruleset = lex.cardinal_feminine if unit.split()[0] in lex.feminine else lex.cardinal_one
    return cardinal(lex, value, ruleset)


def before_noun(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "21 personas" is "veintiuna personas". `match`: a number, and the word behind it. None where that may be no noun."""
    nouns, noun = lex.nouns, match.group(2)
    text = match.group(1)
    if lex.group == "." and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", text):
        text = text.replace(".", "")
    if (
        not text.isdigit()
        or text.startswith("0")
        or len(text) > MOST_DIGITS
        or not (nouns.feminine or nouns.many)
    ):
        return None
    before = match.string[: match.start()].split()
    if int(text) == 1:
        last = before[-1].lower().strip('¿¡(«"') if before else ","
        counts = last[-1:] in ",;:" or any(
            last in words for words in (nouns.counted_behind, nouns.dative_behind, nouns.accusative_behind)
        )
        fits = counts and bool(re.fullmatch(nouns.one, noun))
    else:
        fits = bool(nouns.many and re.fullmatch(nouns.many, noun))
    if not fits:
        return None
    said = cardinal(lex, int(text), lex.cardinal_feminine if is_feminine(lex, noun) else lex.cardinal_one)
    if int(text) == 1:
        said = cased_one(lex, said, noun, match)
    return elided(lex, f"{said} {noun}").removesuffix(noun).rstrip()


def cased_one(lex: Lexicon, said: str, noun: str, match: re.Match[str]) -> str:
    """What is said of one of that noun, with its "one" as the word before the match wants it: "mit einem Roboter"."""
    forms = {"dative": lex.nouns.dative, "accusative": lex.nouns.accusative}.get(case_behind(lex, match))
    if not forms:
        return said
    of = gender(lex, noun)
    one, *rest = said.split(" ", 1)
    plain_one = cardinal(lex, 1, lex.cardinal_feminine if of == "feminine" else lex.cardinal_one)
    form = forms[("masculine", "feminine", "neuter").index(of)]
    return " ".join([form, *rest]) if one == plain_one else said


def case_behind(lex: Lexicon, match: re.Match[str]) -> str:
    """ "dative" or "accusative", as the word before the match wants; "" where it wants none."""
    before = match.string[: match.start()].split()
    last = [word.lower() for word in before[-2:]]
    for phrase in (" ".join(last), last[-1] if last else ""):  # "warte auf", "auf"
        if phrase in lex.nouns.dative_behind:
            return "dative"
        if phrase in lex.nouns.accusative_behind:
            return "accusative"
    return ""


def gender(lex: Lexicon, noun: str) -> str:
    """ "masculine", "feminine" or "neuter", as far as the noun's form tells."""
    if noun in lex.parts.neuter or (lex.nouns.neuter and re.fullmatch(lex.nouns.neuter, noun)):
        return "neuter"
    return "feminine" if noun in lex.feminine or is_feminine(lex, noun) else "masculine"


def is_feminine(lex: Lexicon, noun: str) -> bool:
    """Whether a noun is taken for feminine, by its form."""
    nouns = lex.nouns
    return bool(nouns.feminine and re.fullmatch(nouns.feminine, noun)) and noun not in nouns.masculine


def elided(lex: Lexicon, words: str) -> str:
    """Words as they are joined in speech: "di ora" is "d'ora"."""
    for pattern, joined in lex.elisions.items():
        words = re.sub(pattern, joined, words)
    return words


def fraction(lex: Lexicon, top: int, bottom: int, whole: int = 0) -> str:
    """ "two and three quarters"."""
    names = lex.fractions.get(str(bottom))
    if names is not None:
        one, many = names[0], names[-1]
    elif lex.code == "en" and 2 < bottom <= 1000:
        one = ordinal(lex, bottom)
        many = one + "s"
    else:
        one = many = ""
    count = cardinal(lex, top, lex.cardinal_one)
    part = (
        f"{count} {one if top == 1 else many}"
        if one
        else f"{cardinal(lex, top)} {lex.fraction_over} {cardinal(lex, bottom)}"
    )
    if not whole:
        return part
    return (
        f"{cardinal(lex, whole)} {lex.fraction_and} {'a ' + one if lex.code == 'en' and top == 1 else part}"
    )
