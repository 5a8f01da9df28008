# SPDX-License-Identifier: Apache-2.0
"""Dates and times of day, as rules (see rules.py)."""

from __future__ import annotations

import re
from decimal import Decimal

from tektra.speech_out.text import numbers
from tektra.speech_out.text.lexicon import Lexicon
from tektra.speech_out.text.patterns import DASH, START, Say, alternatives
from tektra.speech_out.text.quantities import quantity

#: Years of two digits from here on are of the last century, as POSIX has it (strptime, %y).
_LAST_CENTURY = 69
#: "2. und", "2.,", at the end of what goes before.
_OTHER_ORDINALS = re.compile(r"(?:\d{1,3}\.(?:,\s?|\s?[-–/]\s?|\s(?:und|oder|sowie|bis)\s))+$")


def rules_of(lex: Lexicon) -> list[tuple[str, Say]]:
    """Of a language, the most special first."""
    months, marks = alternatives(lex.months), alternatives(lex.clock.marks)
    year = r"(?:,?\s(?:de\s)?(\d{4}))"
    dot = r"\." if lex.ordinal_dot else r"\.(?=\s[^\W\d_])"  # "on Jan. 4." ends a sentence elsewhere
    suffix = rf"(?:st|nd|rd|th|er|{dot}|\s?de(?=\s))?"
    hours = r"(?:[01]?\d|2[0-4])"
    days = alternatives(lex.days)
    return [
        (rf"(?<!\w)({days})\.?\s?[{DASH}]\s?({days})\.?(?!\w)", _days),
        (rf"(?<!\w)({days})\.(?=,|\s[a-zà-ÿ\d]|,?\s(?:{months})(?!\w))", _day),
        (
            rf"(?<!\w)({days})(?=,?\s(?:(?:\d{{1,2}}{suffix}\s)?(?:{months})(?!\w)|\d{{1,2}}:\d\d|\d\d?/\d\d?(?![\w/])|\d{{1,2}}\s?[ap]\.?m))",
            _day,
        ),
        (rf"(?<!\w)({days})(?=\.\s*$)", _last_day),
        (rf"{START}(\d{{1,3}}):([0-5]\d)\s(?:{alternatives(lex.clock.lasting)})(?!\w)", _lasting_words),
        (rf"{START}({hours})\s?[{DASH}]\s?({hours})\s?({marks})(?!\w)", _hours),
        (rf"{START}(\d{{1,3}}0)er(?!\w)", _decade_word),
        (rf"{START}(1[1-9]|20)(\d)0s(?!\w)", _decade),
        (r"(?<!\w)['’`]?([2-9])0s(?!\w)", _short_decade),
        (
            rf"{START}(\d{{4}})-(\d\d)-(\d\d)(?:[T ]([0-2]\d):([0-5]\d)(?::[0-5]\d(?:[.,]\d{{1,9}})?)?(Z|[+-]\d\d:?\d\d)?(?!\w)|T(?=\d)|(?![\w-]))",
            _iso,
        ),
        (rf"{START}(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}})(?!\w)", _numbers),
        (rf"{START}(\d\d?)(/)(\d\d?)\2(\d\d)(?![\w/])", _short_numbers),
        (rf"{START}(\d\d?)(\.)(\d\d?)\2(\d\d)(?!\w|\.\d)", _short_numbers),
        (rf"{START}(\d{{1,2}})\.(\d{{1,2}})\.(?=[\s,;:!?)]|$)", _dotted_day),
        (rf"(?<!\w)({months})\s(\d{{1,2}}){suffix}{year}?(?![\w.:/]\d)(?!\w)", _month_day),
        (rf"{START}(\d{{1,2}}){suffix}\s(?:of\s)?({months}){year}?(?!\w)", _day_month),
        (rf"(?<!\w)({months}),?\s(?:de\s)?(\d{{4}})(?!\w)", _month_year),
        (rf"{START}({hours})[:.hH]([0-5]\d)(?::([0-5]\d))?\s?(?:({marks})(?!\w))", _clock_marked),
        (rf"{START}(\d{{1,3}})\s?[hH]\s?([0-5]?\d)(?:\s?m(?:in)?)?(?!\w|[:.]\d)", _lasting),
        (rf"{START}({hours})[:hH]([0-5]\d)(?::([0-5]\d))?(?!\w|:\d)", _clock),
        (rf"{START}({hours})\sh\s([0-5]\d)()(?![\w:.,]?\d)(?!\s?m(?:in|n)?(?!\w))(?!\w)", _clock_apart),
        (rf"{START}(0?\d|1\d|2[0-4])\s?({marks})(?!\w)", _hour_marked),
    ]


def _days(match: re.Match[str], lex: Lexicon) -> str:
    return f"{lex.days[match.group(1)]} {lex.to} {lex.days[match.group(2)]}"


def _day(match: re.Match[str], lex: Lexicon) -> str:
    return lex.days[match.group(1)]


def _last_day(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "du lun. au ven.": behind another day."""
    named = alternatives({*lex.days, *lex.days.values()})
    behind = re.search(rf"(?<!\w)(?:{named})(?!\w)", match.string[: match.start()])
    return lex.days[match.group(1)] if behind else None


def _decade_word(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "die 1990er Jahre"."""
    if not lex.decade:
        return None
    value = int(match.group(1))
    said = numbers.year(lex, value) if value in numbers.YEARS else numbers.cardinal(lex, value)
    return lex.decade.format(n=said)


def _hours(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "3-5 pm"; of a duration the unit tells."""
    if match.group(3) in ("h", "heures"):
        return None
    first, last = (numbers.cardinal(lex, int(match.group(which)), lex.clock.gender) for which in (1, 2))
    return f"{first} {lex.to} {last} {lex.clock.marks[match.group(3)] or match.group(3)}{_end(match)}"


def _decade(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "the 1990s", which only English writes so."""
    if lex.code != "en":
        return None
    year = numbers.year(lex, int(match.group(1)) * 100 + int(match.group(2)) * 10)
    return f"{year[:-1]}ies" if year.endswith("y") else f"{year}s"


def _short_decade(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "the '90s", and "the 90s" behind an article; of seconds the unit tells."""
    before = match.string[: match.start()].lower().split()
    if lex.code != "en" or (match.group()[0].isdigit() and before[-1:] not in (["the"], ["early"], ["late"])):
        return None
    return f"{numbers.cardinal(lex, int(match.group(1)) * 10)[:-1]}ies"


def date_words(
    lex: Lexicon, day: int, month: int, year: int | None, *, day_first: bool = False
) -> str | None:
    wide = list(dict.fromkeys(lex.months.values()))
    if not (1 <= month <= 12 and 1 <= day <= 31) or len(wide) < 12:
        return None
    words = lex.date
    if words.first and day == 1:
        said = words.first
    elif words.day == "ordinal":
        said = numbers.ordinal(lex, day)
    else:
        said = numbers.cardinal(lex, day)
    pattern = (words.day_first if day_first else words.no_year) if year is None else words.whole
    return pattern.format(day=said, month=wide[month - 1], year=numbers.year(lex, year) if year else "")


def _month_number(lex: Lexicon, name: str) -> int:
    return list(dict.fromkeys(lex.months.values())).index(lex.months[name]) + 1


def _iso(match: re.Match[str], lex: Lexicon) -> str | None:
    """A day, or a day and a time as machines write them: to the minute, with UTC where they name it."""
    said = date_words(lex, int(match.group(3)), int(match.group(2)), int(match.group(1)))
    if not said:
        return None
    said = cased(said, int(match.group(3)), match, lex)
    if match.group(4) is None:
        return said
    zone = " UTC" if match.group(6) in ("Z", "+00:00", "+0000") else ""
    return f"{said}, {hour_minute(lex, int(match.group(4)), int(match.group(5)), of_day=False)}{zone}"


def cased(said: str, day: int, match: re.Match[str], lex: Lexicon) -> str:
    """German ordinals end as the word before them wants: "am dritten Mai"."""
    ruleset = ordinal_case(match.string[: match.start()], lex)
    return said.replace(numbers.ordinal(lex, day), numbers.ordinal(lex, day, ruleset), 1) if ruleset else said


def ordinal_case(before: str, lex: Lexicon) -> str:
    """The rule set that the word before wants, over other ordinals: "am 2. und 3. Mai"; "" where none does."""
    last = _OTHER_ORDINALS.sub("", before).lower().split()[-2:]
    for phrase in (" ".join(last), last[-1] if last else ""):  # "in der", "der"
        for ruleset, words in lex.ordinal_after.items():
            if phrase in words:
                return ruleset
    return ""


def _short_numbers(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "24/12/26"; with dots where dates are written so."""
    before = match.string[: match.start()].lower().split()
    days = {word for words in lex.ordinal_after.values() for word in words}
    is_date = len(match.group()) == len("01.02.99") or (bool(before) and before[-1] in days)
    if match.group(2) == "." and not (lex.ordinal_dot and is_date):
        return None  # "1.2.34" is a version elsewhere
    return _numbers(match, lex, century=1900 if int(match.group(4)) >= _LAST_CENTURY else 2000)


def _numbers(match: re.Match[str], lex: Lexicon, century: int = 0) -> str | None:
    first, second = int(match.group(1)), int(match.group(3))
    month_first = lex.date.order == "mdy" and match.group(2) != "."
    if (month_first and first <= 12) or second > 12:
        first, second = second, first
    said = date_words(lex, first, second, century + int(match.group(4)))
    return cased(said, first, match, lex) if said else None


def _dotted_day(match: re.Match[str], lex: Lexicon) -> str | None:
    if not lex.ordinal_dot:
        return None
    said = date_words(lex, int(match.group(1)), int(match.group(2)), None)
    return cased(said, int(match.group(1)), match, lex) if said else None


def _month_day(match: re.Match[str], lex: Lexicon) -> str | None:
    if lex.date.order != "mdy":
        return None
    year = int(match.group(3)) if match.group(3) else None
    return date_words(lex, int(match.group(2)), _month_number(lex, match.group(1)), year)


def _day_month(match: re.Match[str], lex: Lexicon) -> str | None:
    day, year = int(match.group(1)), int(match.group(3)) if match.group(3) else None
    month = _month_number(lex, match.group(2))
    if lex.date.order == "mdy":
        said = date_words(lex, day, month, None, day_first=True)
        before = match.string[: match.start()].lower().split()
        if said and before[-1:] == ["the"]:
            said = said.removeprefix("the ")
        return f"{said}, {numbers.year(lex, year)}" if said and year else said
    said = date_words(lex, day, month, year)
    return cased(said, day, match, lex) if said else None


def _month_year(match: re.Match[str], lex: Lexicon) -> str | None:
    year = int(match.group(2))
    if year not in numbers.YEARS:
        return None
    between = " de " if " de " in match.group() else " "
    return f"{lex.months[match.group(1)]}{between}{numbers.year(lex, year)}"


def _clock_marked(match: re.Match[str], lex: Lexicon) -> str | None:
    mark = lex.clock.marks[match.group(4)]
    said = time_words(lex, match, of_day=bool(mark))
    return f"{said} {mark}".strip() + _end(match) if said else None


def _clock(match: re.Match[str], lex: Lexicon) -> str | None:
    return time_words(lex, match, of_day=False)


def _lasting(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "2h30", where no time of day is written so."""
    clock = lex.clock
    if not clock.marks or ("h" in clock.marks and _is_of_day(match, lex)):
        return None
    return _lasting_words(match, lex)


def _lasting_words(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "2:05 hours"."""
    hours, minutes = (
        quantity(lex, str(int(match.group(which))), unit, value=Decimal(match.group(which)))
        for which, unit in ((1, "h"), (2, "min"))
    )
    return f"{hours} {minutes}" if hours and minutes else None


def _is_of_day(match: re.Match[str], lex: Lexicon) -> bool:
    """ "um 8h15" and "8h15: tea"; where no words are known behind which it is one, it always is."""
    before = match.string[: match.start()].rstrip()
    last = re.search(r"[^\W\d_]+['’]?$", before)
    behind = lex.clock.of_day_behind
    begins = not before and " " not in match.group()
    return not behind or begins or (last is not None and last.group().lower() in behind)


def _clock_apart(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "13 h 05", where "h" is how hours of the day are written."""
    return time_words(lex, match, of_day=False) if "h" in lex.clock.marks else None


def time_words(lex: Lexicon, match: re.Match[str], *, of_day: bool) -> str:
    said = hour_minute(lex, int(match.group(1)), int(match.group(2)), of_day=of_day)
    if not match.group(3) or not int(match.group(3)):
        return said
    seconds = quantity(lex, match.group(3).lstrip("0") or "0", "s", value=Decimal(match.group(3)))
    return f"{said} {lex.fraction_and} {seconds}"


def hour_minute(lex: Lexicon, hour: int, minute: int, *, of_day: bool) -> str:
    clock = lex.clock
    h, m = numbers.cardinal(lex, hour, clock.gender), numbers.cardinal(lex, minute)
    if not minute:
        special = {1: clock.one, 0: clock.zero}.get(hour, "")
        return (clock.of_day if of_day and clock.of_day else special or clock.whole).format(h=h)
    if hour in (0, 1) and (special := clock.one_minutes if hour else clock.zero_minutes):
        return special.format(m=m)
    if hour == 1 and clock.one:
        return f"{clock.one} {m}"
    return (clock.few if minute < 10 else clock.minutes).format(h=h, m=m)


def _hour_marked(match: re.Match[str], lex: Lexicon) -> str | None:
    """ "5 pm", "14 Uhr"; "3 h" is a duration elsewhere."""
    mark = match.group(2)
    if mark in ("h", "heures"):
        return None
    said = hour_minute(lex, int(match.group(1)), 0, of_day=bool(lex.clock.marks[mark]))
    return f"{said} {lex.clock.marks[mark]}".strip() + _end(match)


def _end(match: re.Match[str]) -> str:
    """The dot of "p.m." ends the sentence, too."""
    return "." * (match.group().endswith(".") and match.end() == len(match.string.rstrip()))
