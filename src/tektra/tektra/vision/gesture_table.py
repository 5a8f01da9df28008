# SPDX-License-Identifier: Apache-2.0
"""What gestures mean here: one YAML file, a gesture a line, read once and checked whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tektra.common.errors import ConfigError
from tektra.vision.settings_file import read_settings

#: What a hand can show: the recogniser's gestures, and what is told from where the hand and its fingers are.
WAVE, POINTING, POINT, STOP = "wave", "pointing", "point", "stop"
GESTURES = (
    "closed_fist",
    "i_love_you",
    "open_palm",
    POINTING,
    "pointing_up",
    "thumb_down",
    "thumb_up",
    "victory",
    WAVE,
)
#: `stop`: all robots; `quiet`: ends speech; `agree` and `refuse` answer the question that waits; `point`: "there" is where the
#: finger points; `greet`.
MEANINGS = ("agree", "greet", POINT, "quiet", "refuse", STOP)
ANSWERS = ("agree", "refuse")
ANYBODY, KNOWN, OPERATOR = WHO = ("anybody", "known", "operator")
MAX_BYTES = 20_000
HOW = "write one mapping a gesture, as in config/gestures.yaml"
_LIMITS = {"dwell_s": (0.0, 5.0), "score": (0.3, 1.0), "times": (1, 3)}


@dataclass(frozen=True)
class Sign:
    """A gesture that counts: shown for `dwell_s` at least with `score`, `times` times in a row, by whom."""

    gesture: str
    means: str
    dwell_s: float = 1.0
    score: float = 0.6
    times: int = 1
    by: str = ANYBODY


Table = Mapping[str, Sign]


def read_table(file: str) -> Table:
    """The signs by gesture; none where no file is named. Raises ConfigError naming file, gesture and value."""
    if not file:
        return {}
    path = Path(file).expanduser()
    told = read_settings(path, MAX_BYTES, holds="gestures", how=HOW, absent="name a file in gestures_file")
    return {str(gesture): _sign(path, gesture, values) for gesture, values in told.items()}


def _sign(path: Path, gesture: object, values: object) -> Sign:
    def wrong(what: str, known: str) -> ConfigError:
        return ConfigError(f"{path}: {str(gesture)[:40]}: {what}", known)

    if gesture not in GESTURES:
        raise wrong("is no gesture", f"use {', '.join(GESTURES)}")
    if not isinstance(values, dict) or "means" not in values:
        raise wrong("says nothing about what it means", HOW)
    for key, value in values.items():
        if (key == "means" and value in MEANINGS) or (key == "by" and value in WHO):
            continue
        known = {"means": MEANINGS, "by": WHO}.get(str(key))
        if known is not None:
            raise wrong(f"{key} is {str(value)[:40]!r}", f"use {', '.join(known)}")
        if key not in _LIMITS:
            raise wrong(f"has {str(key)[:40]!r}", f"use means, by, {', '.join(_LIMITS)}")
        _check_number(wrong, str(key), value)
    sign = Sign(str(gesture), **values)
    if sign.means == POINT and sign.gesture != POINTING:
        raise wrong("points nowhere", f"let {POINTING} mean point")
    if sign.means == STOP and (sign.by != ANYBODY or sign.times > 1):
        raise wrong("stops for some alone, or late", "anybody may stop, at once: leave out `by` and `times`")
    return sign


def _check_number(wrong: Any, key: str, value: object) -> None:
    low, high = _LIMITS[key]
    number = isinstance(value, int if key == "times" else (int, float)) and not isinstance(value, bool)
    if not number or not low <= value <= high:  # type: ignore[operator]
        raise wrong(f"{key} is {str(value)[:40]!r}", f"give {low:g} to {high:g}")
