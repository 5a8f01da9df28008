# SPDX-License-Identifier: Apache-2.0
"""Why a figure's file is refused, and typed access to what it says. Everything in it comes from strangers."""

from __future__ import annotations

from typing import Any

from tektra.web.access.people import ApiError

Entry = dict[str, Any]


class BadFigure(ApiError):
    """A file that is no figure which the page can show. `code`: `figure_broken`, `figure_too_heavy` or `figure_lacks`."""


def broken(what: str) -> BadFigure:
    """It is not as the format wants it."""
    return BadFigure(
        400, "figure_broken", what, "export it anew as VRM 0.x or 1.0, with everything in the one file"
    )


def too_heavy(what: str) -> BadFigure:
    """It would take too much of the browser that shows it."""
    return BadFigure(400, "figure_too_heavy", what, "export it with fewer and smaller parts")


def lacks(what: str) -> BadFigure:
    """It has not what a figure needs to move and speak."""
    return BadFigure(400, "figure_lacks", what, "give it these, and export it anew")


def listed(entry: Entry, key: str, most: int) -> list[Entry]:
    """The list of objects under a key; empty where there is none. Raises BadFigure."""
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise broken(f"{key} is no list of objects")
    if len(found) > most:
        raise too_heavy(f"it has {len(found)} {key}; {most} may be")
    return found


def inner(entry: Entry, key: str) -> Entry:
    """The object under a key; empty where there is none. Raises BadFigure."""
    found = entry.get(key, {})
    if not isinstance(found, dict):
        raise broken(f"{key} is no object")
    return found


def number(entry: Entry, key: str, below: int, default: int | None = None, *, low: int = 0) -> int:
    """A whole number of `low` to `below` - 1. Raises BadFigure, also where it is missing without a default."""
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value < below:
        raise broken(f"{key} is {_short(value)}, not a whole number of {low} to {below - 1}")
    return value


def numbers(entry: Entry, key: str, count: int, most: float) -> list[float] | None:
    """So many numbers of -`most` to `most`; None where the key is missing. Raises BadFigure."""
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != count or not all(map(_is_number, value)):
        raise broken(f"{key} is {_short(value)}, not {count} numbers")
    if max(map(abs, value), default=0) > most:
        raise broken(f"{key} is beyond {most:g}")
    return [float(one) for one in value]


def some_numbers(entry: Entry, key: str, most: float) -> None:
    """A list of numbers of -`most` to `most`, at least one, where the key is there. Raises BadFigure."""
    if key in entry:
        value = entry[key]
        if not isinstance(value, list) or not value:
            raise broken(f"{key} is {_short(value)}, no numbers")
        numbers(entry, key, len(value), most)


def indices(entry: Entry, key: str, below: int, most: int) -> list[int]:
    """A list of whole numbers of 0 to `below` - 1, each once; empty where there is none. Raises BadFigure."""
    value = entry.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        raise broken(f"{key} is no list of at most {most} numbers")
    for one in value:
        if isinstance(one, bool) or not isinstance(one, int) or not 0 <= one < below:
            raise broken(f"{key} names {_short(one)}; there are {below}")
    if len(set(value)) != len(value):
        raise broken(f"{key} names one twice")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _short(value: object) -> str:
    return repr(value)[:60]
