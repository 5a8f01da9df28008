# SPDX-License-Identifier: Apache-2.0
"""Roman numerals, as rules (see rules.py): of rulers, of chapters and wars, of centuries.

A numeral of several letters stands behind a name or a word that is counted by it; a single letter only behind such a word, as "I", "V"
and "X" are words of their own.
"""

from __future__ import annotations

import re

from tektra.speech_out.text import numbers
from tektra.speech_out.text.lexicon import Lexicon
from tektra.speech_out.text.patterns import Say, alternatives

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
#: As far as names and chapters are counted: 1 to 89. C, D and M make words ("CD", "MIX").
_DIGITS = r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_NUMERAL = rf"{_DIGITS}(?![\w'’])"
#: "Elizabeth I was": a single letter is a number behind a ruler's name alone.
_END_OF_RULER = r"(?:[.,;:!?)]|\s[a-zß-öø-ÿ]|$)"


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    words = lex.roman
    labels = alternatives({*_labels(lex), *_shortened(lex)})
    short = {form for form, word in words.short.items() if word in words.before}
    nouns = alternatives(words.before)
    name = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]+"
    # German writes one behind an ordinal; elsewhere it ends the sentence
    dot = r"\.?" if lex.ordinal_dot else r"(?:\.(?=[\s,;:!?)]))?"
    return [
        (rf"(?<!\w)({_DIGITS})(?:e|ᵉ|ème|\.)?(?=\s(?:{nouns})(?!\w))", _as_ordinal),
        (rf"(?<!\w)({_DIGITS})(?:e|ᵉ|ème)?\s({alternatives(short)})(?!\w)", _as_ordinal_of),
        (rf"(?<!\w)({labels})\s({_NUMERAL})", _counted),
        (
            rf"(?<!\w)({name})\s((?=[IVXL]{{2}}){_NUMERAL}|[IVX](?={_END_OF_RULER}))(?!\.?\s(?:{nouns}|{alternatives(short)})(?!\w)){dot}(?=[\s,;:!?)]|\.?$)",
            _named,
        ),
    ]


def _labels(lex: Lexicon) -> set[str]:
    return {form for word in lex.roman.labels for form in (word, word.capitalize())}


def _shortened(lex: Lexicon) -> dict[str, str]:
    """ "Kap." of chapters, and the word itself."""
    known = _labels(lex)
    shortened = {f"{short}.": word for short, word in lex.before_numbers.items() if word in known}
    return shortened | {short: word for short, word in lex.roman.short.items() if word in known}


def value_of(numeral: str) -> int:
    """XIV is 14."""
    total = 0
    for letter, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = VALUES[letter]
        total += -value if VALUES.get(following, 0) > value else value
    return total


def _as_ordinal(match: re.Match[str], lex: Lexicon) -> str:
    """ "XX secolo", "II Guerra Mundial"."""
    noun = re.match(r"\s(\w+)", match.string[match.end() :])
    is_feminine = noun is not None and numbers.is_feminine(lex, noun.group(1).lower())
    before = match.string[: match.start()].lower().split()
    by_article = (rules for rules, words in lex.ordinal_after.items() if before and before[-1] in words)
    ruleset = next(by_article, lex.ordinal_feminine if is_feminine else "")
    said = numbers.ordinal(lex, value_of(match.group(1)), ruleset)
    return lex.short_ordinals.get(said, said) if noun is not None else said


def _as_ordinal_of(match: re.Match[str], lex: Lexicon) -> str:
    """ "XIX sec."; the dot may end the sentence, too."""
    end = "." if match.group().endswith(".") and match.end() == len(match.string.rstrip()) else ""
    return f"{_as_ordinal(match, lex)} {lex.roman.short[match.group(2)]}{end}"


def _counted(match: re.Match[str], lex: Lexicon) -> str:
    label = _shortened(lex).get(match.group(1), match.group(1))
    return f"{label} {numbers.cardinal(lex, value_of(match.group(2)))}"


def _named(match: re.Match[str], lex: Lexicon) -> str | None:
    words, value = lex.roman, value_of(match.group(2))
    before = match.string[: match.start()].lower().split()
    rules = match.group(1) in words.rulers | words.queens or (bool(before) and before[-1] in words.titles)
    if len(match.group(2)) == 1 and not rules:
        return None
    if not rules or value > words.ordinals_to:
        said = numbers.cardinal(lex, value)
    else:
        is_queen = not words.queens.isdisjoint((match.group(1), *before[-1:]))
        ruleset = (is_queen and lex.ordinal_feminine) or words.ordinal
        pattern = (is_queen and words.queen) or words.ruler
        said = pattern.format(ordinal=numbers.ordinal(lex, value, ruleset))
    return f"{match.group(1)} {said}"
