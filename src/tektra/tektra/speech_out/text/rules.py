# SPDX-License-Identifier: Apache-2.0
"""What stands in a text other than words, and how it is said: rules tried in order at each place, the first that fits.

A rule is a pattern and a function that gives the words, or None where it does not fit after all. Patterns are made for each
language out of its data, and none of them looks further than a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from tektra.speech_out.text import amounts, behind, dates, formulas, numbers, roman, rows
from tektra.speech_out.text.lexicon import Lexicon
from tektra.speech_out.text.markdown import CODE_BLOCK
from tektra.speech_out.text.patterns import DASH, MINUS, START, Say, alternatives, number
from tektra.speech_out.text.quantities import with_unit

#: Signs that are written with two letters.
_WRITTEN = {"<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "->": "→", "=>": "→", "+-": "±", "+/-": "±"}


@dataclass(frozen=True)
class Rule:
    """`pattern` is matched at a place; `say` gives the words."""

    pattern: re.Pattern[str]
    say: Say


@cache
def rules(lex: Lexicon) -> tuple[Rule, ...]:
    """Of a language, the most special first."""
    made = [
        *_addresses(),
        *formulas.rules_of(lex),
        *dates.rules_of(lex),
        *behind.rules_of(lex),
        *roman.rules_of(lex),
        *rows.rules_of(lex),
        *_streets(lex),
        *_abbreviations(lex),
        *_degree_or_ordinal(lex),
        *amounts.rules_of(lex),
        *_ordinals(lex),
        *_powers_and_ratios(lex),
        *_plain_numbers(lex),
        *_names_and_symbols(),
    ]
    return tuple(Rule(re.compile(pattern), say) for pattern, say in made)


def _addresses() -> list[tuple[str, Say]]:
    return [
        (r"(?:https?://|ftp://|www\.)[^\s<>\"'“”()\[\]{}]+", _web),
        (r"(?<![\w.])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", _mail),
        (CODE_BLOCK, lambda match, lex: f"{lex.code_block}."),
    ]


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


def _runs(text: str, lex: Lexicon) -> list[str]:
    """ "rover1" is "rover", "one"."""
    found = []
    for run in re.findall(r"\d+|[^\W\d_]+", text):
        found.append(
            (numbers.plain(lex, run, unit="x" if len(run) < 5 else "") or run) if run.isdigit() else run
        )
    return [numbers.cardinal(lex, int(run)) if run.isdigit() else run for run in found]


def _streets(lex: Lexicon) -> list[tuple[str, Say]]:
    """ "Main St." is a street, "St. Mary" a saint."""
    made: list[tuple[str, Say]] = []
    if lex.street:
        made.append((rf"(?<!\w)({alternatives(lex.street)})\.(?=\s*$|[,;)]|\s[^A-Z])", _street))
    if lex.endings:
        made.append((rf"(?<!\w)([^\W\d_]{{2,30}}?)({alternatives(lex.endings)})\.(?=\s\d)", _ending))
    return made


def _ending(match: re.Match[str], lex: Lexicon) -> str:
    """ "Hauptstr. 5"; elsewhere the dot may end a sentence."""
    return match.group(1) + lex.endings[match.group(2)]


def _street(match: re.Match[str], lex: Lexicon) -> str | None:
    before = match.string[: match.start()].split()
    named = bool(before) and (before[-1][:1].isupper() or re.match(r"\d+[a-z]{2}$", before[-1]))  # "3rd St."
    return lex.street[match.group(1)] if named else None


def _powers_and_ratios(lex: Lexicon) -> list[tuple[str, Say]]:
    made: list[tuple[str, Say]] = []
    if lex.power:
        made += [
            (
                rf"{START}({number(lex)})[eE]([+-]?\d{{1,3}})(?:\s{amounts.unit_pattern(lex)})?(?!\w)",
                _scientific,
            ),
            (rf"{START}({number(lex)})(?:\^([+-]?\d{{1,3}})|([⁺⁻]?[⁰¹²³⁴-⁹]{{1,3}}))(?!\w)", _power),
        ]
    if lex.ratio:
        made.append((rf"{START}(\d{{1,4}}):(\d{{1,4}})(?![\w:]|\.\d)", _ratio))
    return made


def _scientific(match: re.Match[str], lex: Lexicon) -> str | None:
    times = lex.symbols.get("×", "×")
    words = f"{numbers.plain(lex, match.group(1), unit='x')} {times} {_raised(lex, '10', match.group(2))}"
    return with_unit(lex, words, amounts.canonical(match.group(3), lex), 10) if match.group(3) else words


def _power(match: re.Match[str], lex: Lexicon) -> str | None:
    return _raised(lex, match.group(1), match.group(2) or match.group(3).translate(formulas.RAISED))


def _raised(lex: Lexicon, base: str, exponent: str) -> str:
    return f"{numbers.plain(lex, base, unit='x')} {lex.power} {numbers.cardinal(lex, int(exponent))}"


def _ratio(match: re.Match[str], lex: Lexicon) -> str:
    return f" {lex.ratio} ".join(numbers.cardinal(lex, int(match.group(which))) for which in (1, 2))


def _abbreviations(lex: Lexicon) -> list[tuple[str, Say]]:
    said_before = {
        word[:1].upper() + word[1:]: said for word, said in lex.before_numbers.items() if len(word) > 1
    }
    said_before |= lex.before_numbers  # "Art. 3"
    dotted = alternatives(said_before)
    begun = {word[:1].upper() + word[1:]: said for word, said in lex.abbreviations.items() if len(word) > 1}
    short = begun | dict(lex.abbreviations)  # "Approx. 3 of them"
    dotless = alternatives(word for word in lex.before_numbers if not _could_be_a_word(word))
    return [
        (
            rf"(?<!\w)(?:({dotted})\.|({dotless}))\s?(?=\d)",
            lambda match, lex: said_before[match.group(1) or match.group(2)],
        ),
        (r"(?<![\w#])#\s?(?=\d)", lambda match, lex: lex.number),
        (r"(?<!\w)['’](?=\d\d(?!\d))", lambda match, lex: ""),
        (rf"(?<!\w)({alternatives(short)})\.(?=[\s,;:)]|$)", lambda match, lex: short[match.group(1)]),
        (rf"(?<!\w)({alternatives(lex.may_end)})\.(\s*$)?", _may_end),
        (rf"(?<!\w)(?:{alternatives(lex.words)})(?!\w)", lambda match, lex: lex.words[match.group()]),
    ]


def _could_be_a_word(text: str) -> bool:
    """ "no" and "fig" need their dot, "Nr" and "n°" do not."""
    return text.isalpha() and (len(text) == 1 or any(letter in "aeiouáéíóú" for letter in text.lower()))


def _may_end(match: re.Match[str], lex: Lexicon) -> str:
    return lex.may_end[match.group(1)] + "." * (match.group(2) is not None)


def _ordinals(lex: Lexicon) -> list[tuple[str, Say]]:
    made: list[tuple[str, Say]] = []
    if lex.ordinal_dot:
        words = {
            form
            for found in lex.ordinal_after.values()
            for word in found
            for form in (word, word.capitalize())
        }
        behind = "|".join(rf"(?<=\b{re.escape(word)}\s)" for word in sorted(words))
        made.append((rf"(?:{behind})(\d{{1,4}}|\d\.\d{{3}})\.(?=\s\w|[!?,;:)])", _as_wanted))
        made.append((rf"{START}(?<!^)(\d{{1,3}})\.(?=\s([^\W\d]+))", _ordinal_of_noun))
    for suffixes, ruleset in (
        (lex.ordinal_feminine_suffixes, lex.ordinal_feminine),
        (lex.ordinal_suffixes, lex.ordinal),
    ):
        if suffixes:
            made.append((rf"{START}(\d{{1,6}})(?:{alternatives(suffixes)})(?!\w)", _as_ordinal(ruleset)))
    return made


def _degree_or_ordinal(lex: Lexicon) -> list[tuple[str, Say]]:
    """ "il 1° piano": an ordinal written with the sign of degrees, behind an article and before a noun, or before a noun that is counted so."""
    made: list[tuple[str, Say]] = []
    if lex.degree_is_ordinal_behind:
        behind = rf"((?<!\w)(?i:{alternatives(lex.degree_is_ordinal_behind)})\s)"
        made.append((rf"{behind}(\d{{1,3}})°(?=\s[^\W\d_]{{2}})", _behind_article))
    if lex.degree_is_ordinal_before:
        nouns = alternatives(lex.degree_is_ordinal_before)
        made.append((rf"{START}(\d{{1,3}})°(?=\s(?:{nouns})(?!\w))", _as_ordinal(lex.ordinal)))
    if lex.behind_ordinals:
        made.append((rf"(?<=\d[°º.]\s)({alternatives(lex.behind_ordinals)})\.(\s*$)?", _behind_ordinal))
    return made


def _behind_article(match: re.Match[str], lex: Lexicon) -> str:
    said = numbers.ordinal(lex, int(match.group(2)), lex.ordinal)
    return match.group(1) + _before_noun(match, lex, said)


def _as_wanted(match: re.Match[str], lex: Lexicon) -> str:
    """ "am 3. Mai", "in der 90. Minute"."""
    ruleset = dates.ordinal_case(match.string[: match.start()], lex)
    return numbers.ordinal(lex, int(match.group(1).replace(".", "")), ruleset)


def _ordinal_of_noun(match: re.Match[str], lex: Lexicon) -> str:
    """ "2. und 3. Versuch" as the word before wants it; without one as the noun's gender does: "drittes OG", "dritte Etage"."""
    ruleset = dates.ordinal_case(match.string[: match.start()], lex)
    gender = lex.nouns.ordinals.get(numbers.gender(lex, match.group(2)), lex.ordinal)
    return numbers.ordinal(lex, int(match.group(1)), ruleset or gender)


def _behind_ordinal(match: re.Match[str], lex: Lexicon) -> str:
    """ "al 2° p.": the floor."""
    return lex.behind_ordinals[match.group(1)] + "." * (match.group(2) is not None)


def _as_ordinal(ruleset: str) -> Say:
    return lambda match, lex: _before_noun(
        match, lex, numbers.ordinal(lex, int(match.group(1).replace(".", "")), ruleset)
    )


def _before_noun(match: re.Match[str], lex: Lexicon, said: str) -> str:
    """ "1.º piso" is "primer piso"."""
    follows = re.match(r"\s([^\W\d_]{2,})", match.string[match.end() :])
    if not follows or follows.group(1) in {**lex.abbreviations, **lex.may_end}:  # "3.º izda." is the floor
        return said
    *first, last = said.split()  # "vigésimo primer día"
    return " ".join([*first, lex.short_ordinals.get(last, last)])


def _plain_numbers(lex: Lexicon) -> list[tuple[str, Say]]:
    return [
        (rf"(?<=[\d%°])\s?[{DASH}]\s?(?=\d)", _between),
        (r"(?<![\w+.,/)])\+(?=\d)", lambda match, lex: lex.symbols.get("+", "")),
        (rf"(?<![\w.,/)])([{MINUS}])(?=\d)", lambda match, lex: lex.minus),
        (rf"(?:(?<=\d\s)|(?<=[=(]\s)|(?<=[=(]))([{MINUS}])\s?(?=\d)", lambda match, lex: lex.minus),
        (rf"{START}({number(lex)})(?=\s([^\W\d_]+))", numbers.before_noun),
        (r"(?<![\w.])(\d+\.\d+)(?=[^\W\d])", lambda match, lex: numbers.plain(lex, match.group(1), unit="x")),
        (rf"{START}({number(lex)})(?!\w)", lambda match, lex: numbers.plain(lex, match.group(1))),
        (r"(?<![\w.])(\d+(?:[.,]\d+)?)(?!\w)", lambda match, lex: numbers.plain(lex, match.group(1))),
        (r"\d+", _id_number),
    ]


def _between(match: re.Match[str], lex: Lexicon) -> str:
    """ "5-10"; within a name such as "XR5-2000" nothing is counted."""
    before = match.string[max(0, match.start() - 10) : match.start()]
    return " " if match.group() == "-" and re.search(r"[^\W\d_]\d{1,8}$", before) else lex.to


def _id_number(match: re.Match[str], lex: Lexicon) -> str:
    long = len(match.group()) > 4
    return numbers.digits(lex, match.group()) if long else numbers.cardinal(lex, Decimal(match.group()))


def _names_and_symbols() -> list[tuple[str, Say]]:
    return [
        (rf"(?<=[\s\d])({alternatives(_WRITTEN)})(?=\s|\d)", _written),
        (r"(?<=[\w.])–(?=\w)", lambda match, lex: lex.to),
        (r"(?<=[^\W\d])-(?=\d)", lambda match, lex: " "),
        (r"(?<=\w)\.(?=[^\W\d]\w)", lambda match, lex: lex.dot),
        (r"(?<=\w)[/_](?=\w)", lambda match, lex: " "),
        (
            r"(?:(?<=\s)|^)[~/](?=\w)",
            lambda match, lex: "" if match.group() == "/" else lex.symbols.get("~", ""),
        ),
        (r"(?:(?<=\s)|^)(?:[:;]-?[()DPpO|/]|\^\^|<3)(?=\s|$|[.,!?])", lambda match, lex: ""),
        (r"[*_`#|\\^{}<>\[\]~](?:[*_`#|\\^{}\[\]~]+)", lambda match, lex: ""),
        (r"(?<=\s)[&+=<>×*÷±≈≠≤≥→](?=\s)", _symbol),
        (r"[&@=×÷±≈≠≤≥→§°²³√∛∞∑]|(?<=\w)\+(?=\w)|(?<=\d)\+(?=[\s,;:)]|$)|[<>](?=\s?\d)", _symbol),
        (r"[*_`#|\\^{}\[\]<>~/•·…]", lambda match, lex: "..." * (match.group() == "…")),
    ]


def _written(match: re.Match[str], lex: Lexicon) -> str:
    return lex.symbols.get(_WRITTEN[match.group()], "")


def _symbol(match: re.Match[str], lex: Lexicon) -> str:
    return lex.symbols.get(match.group(), "")
