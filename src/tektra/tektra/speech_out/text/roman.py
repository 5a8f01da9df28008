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
    nouns = alternatives(words.before)
    name = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]+"
    return [
        (rf"(?<!\w)({_DIGITS})(?:e|ᵉ|ème)?(?=\s(?:{nouns})(?!\w))", _as_ordinal),
        (rf"(?<!\w)({labels})\s({_NUMERAL})", _counted),
        (
            rf"(?<!\w)({name})\s((?=[IVXL]{{2}}){_NUMERAL}|[IV](?={_END_OF_RULER}))(?!\s(?:{nouns})(?!\w))\.?(?=\s[a-zß-öø-ÿ]|[\s,;:!?)]|$)",
            _named,
        ),
    ]


def _labels(lex: Lexicon) -> set[str]:
    return {form for word in lex.roman.labels for form in (word, word.capitalize())}


def _shortened(lex: Lexicon) -> dict[str, str]:
    """ "Kap." of chapters, and the word itself."""
    known = _labels(lex)
    return {f"{short}.": word for short, word in lex.before_numbers.items() if word in known}


def value_of(numeral: str) -> int:
    """XIV is 14."""
    total = 0
    for letter, following in zip(numeral, numeral[1:] + " ", strict=True):
        value = VALUES[letter]
        total += -value if VALUES.get(following, 0) > value else value
    return total


def _as_ordinal(match: re.Match[str], lex: Lexicon) -> str:
    return numbers.ordinal(lex, value_of(match.group(1)))


def _counted(match: re.Match[str], lex: Lexicon) -> str:
    label = _shortened(lex).get(match.group(1), match.group(1))
    return f"{label} {numbers.cardinal(lex, value_of(match.group(2)))}"


def _named(match: re.Match[str], lex: Lexicon) -> str | None:
    words, value = lex.roman, value_of(match.group(2))
    if len(match.group(2)) == 1 and match.group(1) not in words.rulers:
        return None
    if match.group(1) not in words.rulers or value > words.ordinals_to:
        said = numbers.cardinal(lex, value)
    else:
        said = words.ruler.format(ordinal=numbers.ordinal(lex, value, words.ordinal))
    return f"{match.group(1)} {said}"
