# SPDX-License-Identifier: Apache-2.0
"""What a person's own words name: robots, places, numbers. Plain text in, plain facts out; no model, no state.

A model asked for a place that does not exist likes to pick one that does. So a plan may only send a robot to places,
and only move robots, that the person's words bear out; text that was seen or remembered does not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_NUMBERS = {word: value for value, word in enumerate([*_UNITS, "seventeen", "eighteen", "nineteen"])}
_NUMBERS |= {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty".split(), start=2)
}
#: After a number: it counts something, and is not the end of a robot's name ("the rover two metres ahead").
_MEASURES = frozenset(
    "m cm mm km s min meter meters metre metres centimeter centimeters centimetre centimetres foot feet inch inches step "
    "steps degree degrees deg radian radians second seconds minute minutes time times percent more".split()
)
#: They speak of robots without naming each.
_GROUP = frozenset(
    "all both each every everybody everyone everything other others another second first rest robots rovers arms they "
    "them together team fleet".split()
)
_GENERIC = "robot"
#: Words before a name that is called, and words before a comma that are no name.
_ATTENTION = frozenset("hey hello hi ok okay dear please now well so and then yes no the you".split())
_NOBODY = frozenset(
    "tektra tectra robot thanks sorry great good fine right left first next finally later afterwards again also "
    "straight forward forwards back backwards quickly slowly carefully".split()
)
#: They put one thing after another, and they put things side by side.
_IN_ORDER = frozenset("then once after afterwards before when until finally subsequently".split())
_SIDE_BY_SIDE = frozenset("while meanwhile simultaneously concurrently parallel together same".split())
_LONGEST_NAME = 5  # tokens


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers without accents; "rover1" and "Rover one" both give ("rover", "1")."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(str(_NUMBERS[word]) if word in _NUMBERS else word for word in _TOKEN.findall(plain))


@dataclass(frozen=True)
class RobotMentions:
    """`named`: live robots that the words name. `unknown`: names that look like a robot's and are none. `group`: "both" ..."""

    named: frozenset[str]
    unknown: tuple[str, ...]
    group: bool


def mentioned_robots(text: str, robots: Iterable[str]) -> RobotMentions:
    """Which robots a sentence speaks of."""
    words = tuple(word for word in tokens(text) if word != "number")
    live = {_joined(tokens(robot)): robot for robot in robots}
    stems = {tokens(robot)[0] for robot in live.values() if _numbered(tokens(robot))} | {_GENERIC}
    named = {live[gram] for gram in _grams(words) if gram in live}
    unknown = []
    for stem, number, following in zip(words, words[1:], [*words[2:], ""], strict=False):
        if stem not in stems or not number.isdigit() or following in _MEASURES:
            continue
        if stem == _GENERIC and _GENERIC + number not in live:
            ending = [robot for robot in live.values() if tokens(robot)[-1] == number]
            if len(ending) == 1:
                named.add(ending[0])
                continue
        if stem + number not in live:
            unknown.append(f"{stem}{number}")
    unknown += _called(text, stems)
    measured = _measured(words, live)
    return RobotMentions(frozenset(named - measured), tuple(unknown), not _GROUP.isdisjoint(words))


def _called(text: str, stems: Iterable[str]) -> list[str]:
    """Whom a sentence calls by name before its first comma, as in "Optimus, go ..."; nobody where that is no lone name."""
    if "," not in text:
        return []
    before = [word for word in tokens(text.split(",")[0]) if word not in _ATTENTION]
    lone = len(before) == 1 and not before[0].isdigit()
    return before if lone and before[0] not in _GROUP and before[0] not in {*stems, *_NOBODY} else []


def names_place(text: str, names: Iterable[str]) -> bool:
    """True when the text speaks of the place with these names: any of them, whole, spaces aside; or "dock" for dock1."""
    grams = _grams(tokens(text))
    for name in names:
        parts = tokens(name)
        if _joined(parts) in grams or (_numbered(parts) and _joined(parts[:-1]) in grams):
            return True
    return False


def puts_in_order(text: str) -> bool:
    """True when the words order things one after the other, and say nothing of doing them at once."""
    words = frozenset(tokens(text))
    return not words.isdisjoint(_IN_ORDER) and words.isdisjoint(_SIDE_BY_SIDE)


def puts_side_by_side(text: str) -> bool:
    """True when the words want things done at once, and order nothing."""
    words = frozenset(tokens(text))
    return not words.isdisjoint(_SIDE_BY_SIDE | {"both"}) and words.isdisjoint(_IN_ORDER)


def numbers(text: str) -> frozenset[float]:
    """The numbers that a text holds, as digits or as words up to ninety-nine; signs aside."""
    found = {float(word) for word in tokens(text) if word[0].isdigit()}
    words = tokens(text)
    for tens, ones in zip(words, words[1:], strict=False):
        if tens.isdigit() and ones.isdigit() and int(tens) % 10 == 0 and 0 < int(ones) < 10 <= int(tens):
            found.add(float(int(tens) + int(ones)))
    return frozenset(found)


def _numbered(parts: Sequence[str]) -> bool:
    return len(parts) == 2 and parts[1].isdigit()


def _joined(parts: Sequence[str]) -> str:
    return "".join(parts)


def _grams(words: Sequence[str]) -> frozenset[str]:
    return frozenset(
        _joined(words[start : start + length])
        for length in range(1, _LONGEST_NAME + 1)
        for start in range(len(words) - length + 1)
    )


def _measured(words: Sequence[str], live: dict[str, str]) -> set[str]:
    """Robots whose only mention is a stem before a measure: "the rover two metres ahead" does not name rover2."""
    counted: set[str] = set()
    plain: set[str] = set()
    for stem, number, following in zip(words, words[1:], [*words[2:], ""], strict=False):
        robot = live.get(stem + number)
        if robot is not None:
            (counted if following in _MEASURES else plain).add(robot)
    return counted - plain
