# SPDX-License-Identifier: Apache-2.0
"""Times of day and spans that English questions about the past name."""

from __future__ import annotations

import re
import time

NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
WORDS = {word: index + 1 for index, word in enumerate(NUMBERS)} | {
    "a": 1, "an": 1, "quarter": 15, "twenty": 20, "twenty five": 25, "fifteen": 15, "thirty": 30, "noon": 12, "midnight": 0,
}  # fmt: skip
NUMBER = rf"(\d+|twenty five|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
AGO = re.compile(rf"\b(?:{NUMBER}|half an) (second|minute|hour)s? ago\b")
PAST = re.compile(rf"\b(?:(half)|{NUMBER}(?: minutes?)?) (past|to) {NUMBER}\b")
AT = re.compile(
    rf"\b(?:at|by|around) (?:(\d{{1,2}}):(\d{{2}})|{NUMBER})(?: o ?clock)?(?: ?(am|pm|in the morning|in the evening|in the afternoon))?\b"
)
SPAN_S = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


def moment(words: str, now_s: float) -> float | None:
    """The moment (s since the epoch) that words in small letters name, before now; None when they name none.

    A clock time without morning or evening is the latest that has passed.
    """
    if ago := AGO.search(words):
        count = 0.5 if ago[1] is None else float(_number(ago[1]))
        return now_s - count * SPAN_S[ago[2]]
    if past := PAST.search(words):
        minutes = 30 if past[1] else _number(past[2])
        return _latest(_number(past[4]), minutes if past[3] == "past" else -minutes, "", now_s)
    if at := AT.search(words):
        hour = int(at[1]) if at[1] else _number(at[3])
        minute = int(at[2]) if at[2] else 0
        if hour > 24 or minute > 59:
            return None
        exact = "noon" in words or "midnight" in words or hour > 12
        return _latest(hour, minute, at[4] or ("24" if exact else ""), now_s)
    return None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else WORDS[word]


def _latest(hour: int, minutes: int, half: str, now_s: float) -> float:
    day = time.localtime(now_s)
    midnight_s = time.mktime((day.tm_year, day.tm_mon, day.tm_mday, 0, 0, 0, 0, 0, -1))
    if half in ("pm", "in the evening", "in the afternoon"):
        hours = [hour % 12 + 12]
    elif half in ("am", "in the morning"):
        hours = [hour % 12]
    else:
        hours = [hour % 24] if half else [hour % 12, hour % 12 + 12]
    told = [midnight_s + 3600.0 * each + 60.0 * minutes + days for each in hours for days in (0.0, -86400.0)]
    return max(moment_s for moment_s in told if moment_s <= now_s)
