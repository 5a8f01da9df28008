# SPDX-License-Identifier: Apache-2.0
"""Times of day in words: "15:30", "half past three", "ten to four", "3 pm". Plain functions; a language without the words has
times in figures only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tektra.language.phrases import Phrases
from tektra.language.text import Shape

if TYPE_CHECKING:
    from tektra.language.amounts import Amounts

#: The unit of a time that is said by a clock of twelve hours: it comes round twice a day.
TWELVE = "twelve"
HOUR_S, MINUTE_S, HALF_DAY_S, DAY_S = 3600.0, 60.0, 43200.0, 86400.0


@dataclass(frozen=True)
class ClockWords:
    """`before`: minutes that words before an hour add ("half past": 30). `sign`: +1 or -1 between minutes and an hour ("past",
    "to"), `behind`: minutes that words behind one add ("y media": 30). `led`: without one of these before it "ten to four" is no
    time. `half`: 0 for "am", 12 for "pm". `twelve`: hours are counted to twelve where nothing else is said; of a time with such
    words they always are."""

    before: Phrases[float]
    sign: Phrases[float]
    behind: Phrases[float]
    led: frozenset[str]
    hour: Phrases[float]
    half: Phrases[float]
    minutes: frozenset[str]
    twelve: bool


def clock(amounts: Amounts, index: int, words: ClockWords) -> tuple[int, float, str] | None:
    """The time of day that begins at `index`: where it ends, in seconds after midnight, and TWELVE or "". None for none."""
    found = _figures(amounts, index, words) or _said(amounts, index, words)
    if found is None:
        return None
    end, seconds, to_twelve = found
    hour = seconds / HOUR_S
    half = _half(amounts.row, end, words)
    if half is not None and (HOUR_S <= seconds < 13 * HOUR_S or to_twelve):
        return half[0], seconds % HALF_DAY_S + half[1] * HOUR_S, ""
    return end, seconds % DAY_S, TWELVE if to_twelve and hour < 13 else ""


def _figures(amounts: Amounts, index: int, words: ClockWords) -> tuple[int, float, bool] | None:
    token = amounts.tokens[index]
    hour, colon, minute = token.text.partition(":")
    if not colon or token.shape is not Shape.NUMBER or not (hour.isdecimal() and minute.isdecimal()):
        return None
    if not (int(hour[:3]) < 24 and len(minute) == 2 and int(minute) < 60):
        return None
    to_twelve = words.twelve and 0 < int(hour) <= 12 and not hour.startswith("0")
    return index + 1, int(hour) * HOUR_S + int(minute) * MINUTE_S, to_twelve


def _said(amounts: Amounts, index: int, words: ClockWords) -> tuple[int, float, bool] | None:
    row = amounts.row
    if (before := words.before.at(row, index)) is not None:
        hour = _hour(amounts, index + before[0], words)
        return None if hour is None else (hour[0], hour[1] * HOUR_S + before[1] * MINUTE_S, hour[1] <= 12)
    first = _whole(amounts, index)
    if first is None:
        return None
    end, number = first
    behind = words.behind.at(row, end)
    if behind is not None and 1 <= number <= 24 and index and row[index - 1] in words.led:
        return end + behind[0], number * HOUR_S + behind[1] * MINUTE_S, number <= 12
    if 1 <= number <= 24 and (hour := _hour(amounts, index, words)) is not None and hour[0] > end:
        return hour[0], number * HOUR_S, words.twelve and number <= 12
    if 1 <= number <= 12 and _half(row, end, words) is not None:
        return end, number * HOUR_S, True
    minutes = end + 1 if end < len(row) and row[end] in words.minutes else end
    sign = words.sign.at(row, minutes)
    hour = _hour(amounts, minutes + sign[0], words) if sign is not None and 1 <= number <= 59 else None
    if sign is None or hour is None or index == 0 or row[index - 1] not in words.led:
        return None
    return hour[0], hour[1] * HOUR_S + sign[1] * number * MINUTE_S, hour[1] <= 12


def _half(row: Sequence[str], end: int, words: ClockWords) -> tuple[int, float] | None:
    """Where "pm" or "p.m." behind an hour ends, and the hours that it adds."""
    if (found := words.half.at(row, end)) is not None:
        return end + found[0], found[1]
    dotted = [word for word in row[end : end + 4] if word != "."]
    if tuple(row[end + 1 : end + 4 : 2]) == (".", ".") and (found := words.half.at(dotted, 0)) is not None:
        return end + 4, found[1]
    return None


def _hour(amounts: Amounts, index: int, words: ClockWords) -> tuple[int, float] | None:
    found = _whole(amounts, index)
    if found is None or not 1 <= found[1] <= 24:
        return None
    end, number = found
    said = words.hour.at(amounts.row, end)
    return (end + said[0] if said is not None else end), number


def _whole(amounts: Amounts, index: int) -> tuple[int, float] | None:
    number = amounts.number(index) if index < len(amounts.row) else None
    if number is None or number.ordinal or not float(number.value).is_integer():
        return None
    return number.end, number.value
