# SPDX-License-Identifier: Apache-2.0
"""Days and times that a word beside them tells from parts and numbers, as rules (see rules.py): "by 3/11", "alle 19.30", "a la 1"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tektra.speech_out.text import numbers
from tektra.speech_out.text.amounts import unit_pattern
from tektra.speech_out.text.dates import cased, date_words, hour_minute, time_words
from tektra.speech_out.text.lexicon import Lexicon
from tektra.speech_out.text.patterns import DASH, START, Say, alternatives

#: "3/4 to 1/2": parts that are as likely as a day, where no word tells a day from them.
_COMMON_PARTS = (2, 3, 4, 5, 6, 8)
#: "at 5 pm", "à 20h30": a time of day, after a day.
_AT_TIME = r",?\s(?:[^\W\d_]{1,4}\s){0,2}(?:[01]?\d|2[0-4])(?::[0-5]\d|h[0-5]?\d?(?!\w)|\s?[ap]\.?m\b)"


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    made: list[tuple[str, Say]] = []
    part_of = alternatives(lex.date.part_of)
    of_what = rf"(?:\s?(?:{part_of})(?![^\W\d_])|\s?{unit_pattern(lex)})"
    no_part = rf"(?!{of_what})"
    day, other = r"(?P<a>\d\d?)/(?P<b>\d\d?)(?![\w/])", r"(?P<c>\d\d?)/(?P<d>\d\d?)(?![\w/])"
    made.append((rf"{START}{day}\s?[{DASH}]\s?{other}{no_part}", _day_to_day))
    if lex.date.behind:
        named = [form for name in {*lex.days, *lex.days.values()} for form in (name, f"{name}.", f"{name},")]
        behind_day = _behind([*lex.date.behind, *named])
        joins = alternatives(lex.date.joins)
        made.append((rf"{behind_day}{day}\s(?P<join>{joins})\s{other}{no_part}", _day_and_day))
        parts = rf"\d/[{''.join(map(str, _COMMON_PARTS))}]\s(?:{joins})\s\d\d?/\d\d?{of_what}"  # "from 1/2 to 3/4 of it"
        made.append((rf"{behind_day}(?!{parts}){day}{no_part}", _day))
    following = alternatives(lex.following)
    made.append((rf"(?:(?<=\d)|(?<=\d\s))({following})\.(\s*$)?", _following))
    ahead = alternatives(lex.date.ahead)
    made.append((rf"{START}{day}(?={_AT_TIME}|,?\s(?:{ahead})(?!\w))", _day_before_time))
    if lex.clock.behind:
        behind = _behind(lex.clock.behind)
        made.append((rf"{behind}([01]?\d|2[0-4])\.([0-5]\d)(?!\w|[.,]\d|\s?[%€$°])()", _clock_behind))
        made.append((rf"{behind}([01]?\d|2[0-4])\s?h(?!\w)", _hour_behind))
    if lex.clock.one_behind:
        behind = _behind(lex.clock.one_behind)
        made.append((rf"{behind}1(?=[,;:!?)](?!\d)|\.(?=\s|$)|\s(?:y|e|de|en|del|di)\s|$)", _one_behind))
    if lex.year_behind:
        # "in 1500 pieces", "bis 1500 Leute": what is counted
        counted = r"\s[^\W\d_a-zß-öø-ÿ]" if lex.code == "de" else r"\s(?!this)[a-z]{3,}s(?!\w)"
        of_things = rf"(?:\s?{unit_pattern(lex)}|{counted})"
        made.append((rf"{_behind(lex.year_behind)}(?P<a>1[1-8]\d\d)(?!\w|[.,/:-]\d|{of_things})", _year))
    return made


def _following(match: re.Match[str], lex: Lexicon) -> str:
    """ "p. 12 ff."."""
    return lex.following[match.group(1)] + "." * (match.group(2) is not None)


def _year(match: re.Match[str], lex: Lexicon) -> str:
    """ "in 1789", of which no other language than these says more than the number."""
    return numbers.year(lex, int(match["a"]))


def _behind(words: Iterable[str]) -> str:
    """A place behind one of them: a place it is, as the word has been said."""
    parted = {rf"(?<=\b{re.escape(form)})" for word in words for form in _written(word)}
    return rf"(?:{'|'.join(sorted(parted))})"


def _written(word: str) -> tuple[str, str]:
    """With the space that stands behind it, unless it ends in an apostrophe."""
    whole = word if word.endswith("'") else word + " "
    return whole, whole[:1].upper() + whole[1:]


def _day(match: re.Match[str], lex: Lexicon, first: str = "a", second: str = "b") -> str | None:
    day, month = int(match[first]), int(match[second])
    if (lex.date.order == "mdy" and day <= 12) or month > 12:
        day, month = month, day
    said = date_words(lex, day, month, None)
    return cased(said, day, match, lex) if said else None


def _day_before_time(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "3/11 at 5 pm"; "mix 1/2 at 5 pm" is a part."""
    return None if _is_common_part(match["a"], match["b"]) else _day(match, lex)


def _day_to_day(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "3/11-3/15"."""
    if _is_common_part(match["a"], match["b"]) and _is_common_part(match["c"], match["d"]):
        return None
    return _two_days(match, lex, lex.to)


def _day_and_day(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "between 3/11 and 3/15"."""
    return _two_days(match, lex, match["join"])


def _two_days(match: re.Match[str], lex: Lexicon, between: str) -> str | None:
    first, last = _day(match, lex), _day(match, lex, "c", "d")
    return f"{first} {between} {last}" if first and last else None


def _is_common_part(top: str, bottom: str) -> bool:
    return int(top) < int(bottom) and int(bottom) in _COMMON_PARTS


def _clock_behind(match: re.Match[str], lex: Lexicon) -> str:
    return time_words(lex, match, of_day=False)


def _hour_behind(match: re.Match[str], lex: Lexicon) -> str:
    return hour_minute(lex, int(match.group(1)), 0, of_day=False)


def _one_behind(match: re.Match[str], lex: Lexicon) -> str:
    return lex.clock.one or numbers.cardinal(lex, 1, lex.clock.gender)
