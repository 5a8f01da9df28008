# SPDX-License-Identifier: Apache-2.0
"""Questions for vision in other languages, and its answers: vision reads and speaks English alone.

`config/language/<code>/sight.yaml` holds how people ask, and the sentences in which vision answers. What a question names is put into English
by the names of `common/sight_skills.py`. An answer of which one sentence is not known stays English as a whole: half of it might
say something else. What is quoted from a sign stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache

from tektra.common.sight_skills import shape_called, shape_in, thing_called, thing_in
from tektra.language import files
from tektra.planner.conversation.reasons import filled

ENGLISH, NAME = "en", "sight"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
#: Plurals that do not end in s, as vision/words.py makes them.
PLURALS = {"people": "person", "sheep": "sheep", "knives": "knife", "mice": "mouse", "skis": "skis", "scissors": "scissors"}  # fmt: skip
#: What each kind of question is in English.
_ENGLISH = {
    "colour": "what colour is the {thing}?", "left": "what is left of the {thing}?", "right": "what is right of the {thing}?",
    "last": "where did you last see the {thing}?", "changed": "what has changed?", "written": "what does the sign say?",
    "mood": "is the person {mood}?", "side": "is the {thing} on the {side}?", "which_side": "on which side is the {thing}?",
    "number": "are there {number} {thing}?", "count": "how many {thing} are there?", "seen": "is there a {thing}?",
}  # fmt: skip
#: Of these English, too, is asked by vision's own name of the thing, as a mug is a cup.
NAMING = ("count", "seen")
#: In these a thing may be named by its shape alone.
SHAPES = ("colour", "left", "right")
_QUOTED = re.compile(r"\u201c[^\u201d]*\u201d")
_THING = re.compile(r"(an?|\w+) (.+?)(?: (?:on the|in the) (left|centre|right))?(?: \(perhaps (\w+) more\))?")
_BRACE = re.compile(r"\{([a-z]+)\}")
#: What a brace of these names holds; any other holds anything.
_HELD = {
    "clock": r"\d+:\d+", "where": r"(?:on|in|near) .+?", "colour": "[a-z]+", "mood": "[a-z]+",
    "when": r"(?:just now|\d+ (?:seconds|minutes) ago(?:, at \d+:\d+)?|at \d+:\d+)",
}  # fmt: skip
_AGO = re.compile(
    r"(?P<now>just now)|(?P<n>\d+) (?P<unit>seconds|minutes) ago(?:, at (?P<at>\S+))?|at (?P<clock>\S+)"
)
_IN_PICTURE = re.compile(r"(?:on the|in the) (left|middle|right) in the picture(?: of the camera (.+))?")
_ON = re.compile(r"on the (.+?)(?: in the (.+))?")
_CHANGE = (
    ("moved", re.compile(r"(?P<things>.+) that was (?P<before>.+) is (?P<where>.+) now")),
    ("gone", re.compile(r"I no longer see (?P<things>.+?) (?P<where>(?:on|in|near) .+)")),
    ("new", re.compile(r"(?P<things>.+) is new (?P<where>.+)")),
)


class Untold(Exception):
    """There are no words for it in that language."""


class SightWords:
    """Those of one language. `at`: where a room is in it ("in der Küche"). Immutable once made."""

    def __init__(self, language: str, data: Mapping[str, object], at: Callable[[str], str]) -> None:
        self._language, self._at, self._data = language, at, data
        self._articles = frozenset(_texts(data, "articles"))
        self._moods = {
            word: mood for mood in _mapping(data, "moods") for word in _texts(_mapping(data, "moods"), mood)
        }
        groups = {
            "thing": r"(?P<thing>.+?)",
            "mood": f"(?P<mood>{'|'.join(map(_folded, self._moods))})",
            "number": f"(?P<number>\\d+|{'|'.join(_texts(data, 'numbers')[2:] or NUMBERS[2:])})",
        }
        self._asked: list[tuple[str, re.Pattern[str]]] = []
        for kind, patterns in _mapping(data, "asked").items():
            for pattern in patterns if isinstance(patterns, list) else ():
                told = re.sub(r"<([a-z]+)>", lambda brace: groups[brace[1]], str(pattern))
                self._asked.append((kind, re.compile(told)))
        self._told = [(_template(english), str(said)) for english, said in _mapping(data, "told").items()]

    def english(self, words: str) -> str:
        """The question in English; empty where it is none that vision answers. In English the words are as they were said."""
        plain = " ".join(re.findall(r"[a-z0-9]+", _folded(words)))
        for kind, pattern in self._asked:
            if (found := pattern.fullmatch(plain)) is None:
                continue
            if self._language == ENGLISH and kind not in NAMING:
                return words
            values = self._values(kind, found)
            if kind in _ENGLISH and all(values.values()):
                return filled(_ENGLISH[kind], values | {"side": self._side(plain)})
        return ""

    def told(self, answer: str) -> str:
        """Vision's answer in the language, or as it is."""
        quotes = _QUOTED.findall(answer)
        bare = _QUOTED.sub("\u201c\u201d", answer)
        try:
            return " ".join(self._sentence(sentence, quotes) for sentence in re.split(r"(?<=\.) ", bare))
        except Untold:
            return answer

    def _side(self, plain: str) -> str:
        sides = _mapping(self._data, "sides")
        return next((side for side in sides for word in _texts(sides, side) if word in plain), "")

    # -- inside ------------------------------------------------------------------------------------------------

    def _values(self, kind: str, found: re.Match[str]) -> dict[str, str]:
        values = {}
        for name, value in found.groupdict().items():
            if name == "thing" and value is not None:
                values[name] = self._thing(value, shapes=kind in SHAPES)
            elif name == "mood" and value is not None:
                values[name] = next(
                    (mood for word, mood in self._moods.items() if _folded(word) == value), ""
                )
            elif name == "number" and value is not None:
                rows = _texts(self._data, "numbers")
                values[name] = (
                    value
                    if value.isdigit()
                    else str(next(n for n, row in enumerate(rows) if re.fullmatch(row, value)))
                )
        return values

    def _thing(self, words: str, *, shapes: bool) -> str:
        """What the words name, without their articles, by vision's name for it; empty where nobody knows. `shapes`: also a cube of
        any colour."""
        said = [word for word in words.split() if word not in self._articles]
        text = " ".join(said)
        return (shape_called(self._language, text) if shapes else "") or thing_called(self._language, text)

    def _sentence(self, sentence: str, quotes: Sequence[str]) -> str:
        bare = sentence.removesuffix(".")
        for pattern, said in self._told:
            found = pattern.fullmatch(bare)
            if found is None:
                continue
            with suppress(Untold):  # another template may say it
                values = {name: self._value(name, value, quotes) for name, value in found.groupdict().items()}
                text = filled(said, values)
                return text if text.endswith(".") else f"{text}."
        raise Untold

    def _value(self, name: str, value: str, quotes: Sequence[str]) -> str:
        if name == "rest":
            return self._sentence(value, quotes)
        if name == "quote":
            return ", ".join(quotes) + (" \u2026" if value.endswith("and more") else "")
        if name in ("things", "others", "places"):
            one = self._thing_where if name == "places" else self._thing_told
            return ", ".join(one(part) for part in re.split(r", | and | or ", value))
        if name == "thing":
            return self._noun(value)
        if name in ("colour", "colours"):
            colours = re.sub(r", and one whose colour I cannot tell$", "", value)
            if colours != value:
                raise Untold
            return ", ".join(self._of("colours", part) for part in re.split(r", | and ", colours))
        if name == "mood":
            return self._of("faces", value)
        if name == "when":
            return self._when(value)
        if name == "where":
            return self._where(value)
        if name == "changes":
            return "; ".join(self._change(part) for part in value.split("; "))
        return value

    def _thing_told(self, text: str) -> str:
        """ "two cups", "a person on the left", "a cup (perhaps one more)"."""
        found = _THING.fullmatch(text)
        if found is None:
            raise Untold
        number = 1 if found[1] in ("a", "an") else NUMBERS.index(found[1]) if found[1] in NUMBERS else -1
        number = int(found[1]) if found[1].isdigit() else number
        if number < 0:
            raise Untold
        beside = [self._of("in_picture", found[3])] if found[3] else []
        beside += [str(number)] if number != 1 else []
        if found[4]:
            more = NUMBERS.index(found[4]) if found[4] in NUMBERS else found[4]
            beside.append(filled(str(self._data.get("perhaps", "")), {"n": str(more)}))
        noun = self._noun(found[2])
        return f"{noun} ({', '.join(beside)})" if beside else noun

    def _thing_where(self, text: str) -> str:
        found = re.fullmatch(r"(an? .+?) ((?:on|in|near) .+)", text)
        if found is None:
            raise Untold
        return f"{self._thing_told(found[1])} ({self._where(found[2])})"

    def _noun(self, english: str) -> str:
        one = PLURALS.get(english, english)
        if told := shape_in(self._language, one.removesuffix("s")):
            return told
        for name in (one, one.removesuffix("s"), one.removesuffix("es"), re.sub("ies$", "y", one)):
            if told := thing_in(self._language, name):
                return told
        raise Untold

    def _when(self, text: str) -> str:
        found, when = _AGO.fullmatch(text), _mapping(self._data, "when")
        if found is None:
            raise Untold
        clock = found["at"] or found["clock"] or ""
        key = "now" if found["now"] else "clock" if found["clock"] else found["unit"]
        return filled(str(when[key]), {"n": found["n"] or "", "clock": clock})

    def _where(self, text: str) -> str:
        if found := _IN_PICTURE.fullmatch(text):
            side = self._of("in_picture", {"middle": "centre"}.get(found[1], found[1]))
            name = filled(str(self._data.get("camera", "")), {"name": found[2]}) if found[2] else ""
            return f"{side}{name}"
        if found := _ON.fullmatch(text):
            what = filled(str(self._data.get("on", "")), {"what": self._of("furniture", found[1])})
            return f"{what}, {self._at(found[2].replace(' ', '_'))}" if found[2] else what
        if found := re.fullmatch(r"in the (.+)", text):
            return self._at(found[1].replace(" ", "_"))
        raise Untold

    def _change(self, text: str) -> str:
        sentences = _mapping(self._data, "changes")
        for key, pattern in _CHANGE:
            if found := pattern.fullmatch(text):
                values = {
                    n: self._thing_told(v) if n == "things" else self._where(v)
                    for n, v in found.groupdict().items()
                }
                return filled(str(sentences[key]), values)
        raise Untold

    def _of(self, key: str, english: str) -> str:
        told = _mapping(self._data, key).get(english)
        if told is None:
            raise Untold
        return str(told)


def _template(english: str) -> re.Pattern[str]:
    pieces = _BRACE.split(english)
    held = [f"(?P<{name}>{_HELD.get(name, '.+?')})" for name in pieces[1::2]]
    return re.compile(
        "".join(re.escape(text) + brace for text, brace in zip(pieces[::2], [*held, ""], strict=True))
    )


def _folded(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _mapping(data: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = data.get(key, {})
    return found if isinstance(found, Mapping) else {}


def _texts(data: Mapping[str, object], key: str) -> list[str]:
    found = data.get(key, [])
    return [str(each) for each in found] if isinstance(found, list) else []


@cache
def sight_words(language: str, at: Callable[[str], str]) -> SightWords:
    """Those of a language; of one without a file, none. Reads the file once. Raises ConfigError."""
    known = files.has(language, NAME)
    return SightWords(language, files.read(language, NAME) if known else {}, at)
