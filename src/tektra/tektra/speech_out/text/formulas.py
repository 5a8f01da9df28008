# SPDX-License-Identifier: Apache-2.0
"""Points, powers of letters, and numbers as machines write them, as rules (see rules.py)."""

from __future__ import annotations

import re

from tektra.speech_out.text import amounts, numbers
from tektra.speech_out.text.lexicon import Lexicon
from tektra.speech_out.text.patterns import DASH, MINUS, START, Say, alternatives, number
from tektra.speech_out.text.quantities import with_unit

#: Between a short form and the name behind it.
ARTICLES = "de|del|della|dello|dei|degli|delle|di|da|du|des|la|las|los|le|les"
#: What stands before a closing bracket is looked at this far back.
LONGEST_POINT = 80
#: Digits and signs above and below the line are letters to Python's \w, and no part of a word that is said.
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    made: list[tuple[str, Say]] = [
        (rf"{START}0([xX])([0-9a-fA-F]{{1,16}})(?!\w)", _by_sign),
        (rf"{START}0([bB])([01]{{1,64}})(?!\w)", _by_sign),
        (r"[₀-₉]+", lambda match, lex: numbers.cardinal(lex, int(match.group().translate(LOWERED)))),
        (rf"(?:(?<=\d[)\]])|(?<=\d[)\]]\s)){amounts.unit_pattern(lex)}", _unit_of_point),
        (rf"(?<=\s)[x×](?=\s{number(lex)}\s?{amounts.unit_pattern(lex)})", _sides),
    ]
    if lex.decimal == ".":
        made.append((rf"(?<=[(\[])[{MINUS}]?\d+(?:,[{MINUS}]?\d+)+(?=[)\]])", _row))
    if lex.power:
        made.append((r"(?<=[^\W\d_])(?:\^([+-]?\d{1,3})(?!\w)|([⁺⁻]?[⁰¹²³⁴-⁹]{1,3}))", _raised))
    if lex.before_names:
        made.append(
            (
                rf"(?<!\w)({alternatives(lex.before_names)})\s?(?=(?:(?:{ARTICLES})\s|[dl]['’])*[^\W\d_a-zà-ÿ])",
                _before_name,
            )
        )
    if lex.saints:
        saints = alternatives(name for names in lex.saints.values() for name in names)
        made.append((rf"(?<!\w)S\.\s?({saints})(?!\w)", _saint))
    return made


def _by_sign(match: re.Match[str], lex: Lexicon) -> str:
    """ "0x1F" is "zero x one F"."""
    said = (numbers.cardinal(lex, int(sign)) if sign.isdigit() else sign.upper() for sign in match.group(2))
    return " ".join([numbers.cardinal(lex, 0), match.group(1), *said])


def _unit_of_point(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "(2.35, -1.10) m": a unit behind a row of numbers in brackets."""
    before = match.string[max(0, match.start() - LONGEST_POINT) : match.start()]
    if not re.search(rf"[(\[]\s?[{DASH}]?\d[\d.,]*\s?[,;][\s\d.,;{DASH}]*[)\]]\s?$", before):
        return None
    said = with_unit(lex, "", amounts.canonical(match.group(1), lex), 10)
    return said.strip() if said else None


def _row(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "(0,0)" is a point; "(1,234)" has its thousands."""
    text = match.group()
    if re.fullmatch(rf"[{MINUS}]?[1-9]\d{{0,2}}(?:,\d{{3}})+", text):
        return None
    said = (
        f"{lex.minus} {numbers.cardinal(lex, int(one[1:]))}"
        if one[0] in "-−"
        else numbers.cardinal(lex, int(one))
        for one in text.split(",")
    )
    return ", ".join(said)


def _sides(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "2 m x 3 m": what stands between two lengths."""
    before = match.string[: match.start()]
    if not amounts.ends_in_amount(before):
        return None
    return lex.by if lex.by and amounts.ends_in_length(before) else lex.symbols.get("×")


def _raised(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "y²", "x^3"; behind a unit the rules of quantities have had it."""
    exponent = match.group(1) or match.group(2).translate(RAISED)
    if not exponent.lstrip("+-"):
        return None
    square_or_cube = lex.symbols.get({"2": "²", "3": "³"}.get(exponent, ""), "")
    return square_or_cube or f"{lex.power} {numbers.cardinal(lex, int(exponent))}"


def _before_name(match: re.Match[str], lex: Lexicon) -> str:
    """ "C/ Mayor", "V.le Europa": streets and the like, where a name follows."""
    return lex.before_names[match.group(1)]


def _saint(match: re.Match[str], lex: Lexicon) -> str:
    """ "S. Pietro"; an apostrophe is written to its name: "Sant'Anna"."""
    form = next(form for form, names in lex.saints.items() if match.group(1) in names)
    return f"{form}{'' if form.endswith(chr(39)) else ' '}{match.group(1)}"
