# SPDX-License-Identifier: Apache-2.0
"""Rows of digits, as rules (see rules.py): versions, addresses of machines, telephone numbers, and how far one is ("step 3/5")."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tektra.speech_out.text import numbers
from tektra.speech_out.text.amounts import unit_pattern
from tektra.speech_out.text.lexicon import Lexicon, versioned
from tektra.speech_out.text.patterns import START, Say, alternatives


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    behind = rf"((?<!\w)(?i:{alternatives(lex.telephone)})(?:\.?:?\s))"
    names = alternatives({*versioned(), *_either_case(lex.versions)})
    made: list[tuple[str, Say]] = [
        (
            rf"{behind}(\d{{2,8}}(?:[ /-]\d{{2,8}}){{1,5}}(?:-\d)?|\d{{5,15}}|{alternatives(lex.emergency)})(?![\w.,/-]?\d)(?!\w)",
            _called,
        ),
        (rf"{START}[vV]?\d{{1,5}}(?:\.\d{{1,5}}){{2,4}}(?![\d.]\d)(?!\w)", _dotted),
        (rf"(?<!\w)({names})[ -][vV]?(\d{{1,4}}\.\d{{1,4}})(?!\.?\d|\s?{unit_pattern(lex)})(?!\w)", _version),
        (rf"{START}[vV](\d{{1,4}}\.\d{{1,4}})(?!\.?\d)(?!\w)", _short_version),
        (
            r"(?<!\w)\+(?=(?:[ /.()-]{0,2}\d){7,15}(?!\d))\d{1,3}(?:[ /.-]?\(?\d{1,8}\)?){1,7}(?!\w)",
            _telephone,
        ),
        (r"(?<!\w)\+\d{1,3}(?:[ /.-]?\(?\d{2,8}\)?){1,5}(?!\w)", _telephone),
        (rf"{START}(?:1[ -])?(?:\(?\d{{3}}\)?[ .-]?)?\d{{3}}-\d{{4}}(?![\w-])", _telephone),
        (rf"{START}0 \d{{3}}(?: \d{{2,3}}){{2,3}}(?![\w.,/-]?\d)(?!\w)", _telephone),
        (
            rf"{START}0(?!\d[ /-](?:19|20)\d\d(?!\d))\d{{1,4}}[ /-]\d{{3,8}}(?:[ -]\d{{2,8}}){{0,4}}(?![\w.,/-]?\d)(?!\w)",
            _telephone,
        ),
    ]
    if lex.out_of and lex.counted:
        counted = alternatives(_either_case(lex.counted))
        made.append((rf"(?<!\w)({counted})\s(\d{{1,4}})/(\d{{1,4}})(?![\w/])", _so_far))
    return made


def _either_case(words: Iterable[str]) -> set[str]:
    return {form for word in words for form in (word, word[:1].upper() + word[1:])}


def _version(match: re.Match[str], lex: Lexicon) -> str:
    """ "Python 3.12", where the point parts two numbers and is no decimal one."""
    return f"{match.group(1)} {_parts(match.group(2), lex)}"


def _short_version(match: re.Match[str], lex: Lexicon) -> str:
    return _parts(match.group(1), lex)


def _parts(text: str, lex: Lexicon) -> str:
    said = (
        numbers.digits(lex, part)
        if part.startswith("0") and len(part) > 1
        else numbers.cardinal(lex, int(part))
        for part in text.split(".")
    )
    return f" {lex.dot} ".join(said)


def _so_far(match: re.Match[str], lex: Lexicon) -> str:
    """ "step 3/5"."""
    reached, most = (numbers.cardinal(lex, int(match.group(which))) for which in (2, 3))
    return f"{match.group(1)} {reached} {lex.out_of} {most}"


def _called(match: re.Match[str], lex: Lexicon) -> str:
    """ "Call 911", "tel. 030 12345"."""
    word = match.group(1).strip().rstrip(".:")
    return f"{lex.abbreviations.get(word, word)} {_groups(match.group(2), lex)}"


def _groups(text: str, lex: Lexicon) -> str:
    return ", ".join(numbers.digits(lex, group) for group in re.findall(r"\d+", text))


def _telephone(match: re.Match[str], lex: Lexicon) -> str:
    plus = f"{lex.symbols.get('+', '+')} " if match.group().startswith("+") else ""
    return plus + _groups(match.group(), lex)


def _dotted(match: re.Match[str], lex: Lexicon) -> str | None:
    text = match.group()  # a version or an address of four numbers; not a number with its thousands
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", text) and lex.group == ".":
        return None
    return f" {lex.dot} ".join(numbers.cardinal(lex, int(part)) for part in text.lstrip("vV").split("."))
