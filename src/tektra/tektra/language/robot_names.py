# SPDX-License-Identifier: Apache-2.0
"""Robots' names as people say them: "rover one", "Rover-1", "rovers one and two" for rover1 and rover2."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_PART = re.compile(r"[^\W\d_]+|\d+")
#: A mention of a robot that is here, and of one that is not.
MARK, UNKNOWN = "@", "@?"
_AND = frozenset("and und et y e".split())
_NUMBERS: Mapping[str, str] = {
    word: str(value)
    for row in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "null eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
        "zero un deux trois quatre cinq six sept huit neuf dix onze douze",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    )
    for value, word in enumerate(row.split())
} | {"to": "2", "too": "2", "zwo": "2", "fuenf": "5", "zwoelf": "12"}


class RobotNames:
    """Finds robots in rows of plain words (clauses.sentences). Immutable."""

    def __init__(self, names: Sequence[str]) -> None:
        self._whole: dict[tuple[str, ...], str] = {}
        bases: dict[str, list[str]] = {}
        for name in names:
            parts = tuple(_PART.findall(name.lower()))
            if parts:
                self._whole[parts] = name
                bases.setdefault(parts[0], []).append(name)
        self._numbered = frozenset(
            parts[0] for parts in self._whole if len(parts) == 2 and parts[1].isdecimal()
        )
        # "the arm" is arm1 where there is no other arm
        self._only = {base: found[0] for base, found in bases.items() if len(found) == 1}
        self._longest = max(map(len, self._whole), default=0)

    def mark(self, words: Sequence[str]) -> list[str]:
        """The row with each mention of a robot as one word: "@rover1", or "@?" for a rover that is not here."""
        if not self._whole:
            return list(words)
        marked: list[str] = []
        index = 0
        while index < len(words):
            index = self._mention(words, index, marked)
        return marked

    def _mention(self, words: Sequence[str], index: int, marked: list[str]) -> int:
        for length in range(min(self._longest, len(words) - index), 0, -1):
            name = self._whole.get(tuple(words[index : index + length]))
            if name is not None and not (length == 1 and words[index] in self._numbered):
                marked.append(MARK + name)
                return index + length
        base = words[index] if words[index] in self._numbered else words[index].removesuffix("s")
        if base in self._numbered:
            return self._counted(words, base, index, marked)
        marked.append(MARK + self._only[words[index]] if words[index] in self._only else words[index])
        return index + 1

    def _counted(self, words: Sequence[str], base: str, index: int, marked: list[str]) -> int:
        """ "rover one", "rovers 1, 2 and 3"; a rover without a number is the only one, or just any."""
        end = index + 1
        while True:
            at = end + 1 if end > index + 1 and words[end : end + 1] and words[end] in _AND else end
            number = _NUMBERS.get(words[at], words[at]) if at < len(words) else ""
            homophone = at < len(words) and words[at] in ("to", "too") and words[at + 1 : at + 2] != []
            if not number.isdecimal() or homophone:
                break
            marked.append(MARK + self._whole[base, number] if (base, number) in self._whole else UNKNOWN)
            end = at + 1
        if end == index + 1:
            marked.append(MARK + self._only[base] if base in self._only else words[index])
        return end
