# SPDX-License-Identifier: Apache-2.0
"""Sentences that hide what they say: letter by letter, in look-alike letters, in base64, or in signs.

A person may read them all the same, so each is judged by what it says in plain letters.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator

from tektra.language.text import plain

#: "R o v e r": that many single letters or digits in a row.
_SPELLED = re.compile(r"(?<!\w)(?:\w[ .\-_*]){3,}\w(?!\w)")
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{12,}={0,2}(?![\w+/=])")
#: Letters of other scripts that look like Latin ones: Cyrillic, Greek (Unicode Technical Standard 39, those of small letters).
_ALIKE = str.maketrans("аеорсухіјѕԁԛԝһνοραικτυ", "aeopcyxijsdqwhvopaiktu")
#: What robots are called in languages that are not here, and the signs that stand for them.
_ROBOTS = re.compile(
    r"ro[bv]o|rover|r[oó]b[oó]t|рове?р|робот|ρομπ[οό]τ|ロボット|ロボ|机器人|機器人|로봇|روبوت|ربات|רובוט|रोबोट|หุ่นยนต์|[🤖🦾🦿🚗🚙🛻🏎🚜🛞]"
)
#: Signs of a deed that is done or under way.
_DEEDS = re.compile(r"[✅✔☑➡→⇒⏩▶🏁💨⬅⬆⬇↗↘]")
#: What stands for a deed's sign when a sentence is judged.
_DONE = {"✅": " done: ", "✔": " done: ", "☑": " done: "}


def readings(sentence: str) -> Iterator[str]:
    """The sentence, and what else it says when it is spelled out, decoded or written in plain letters."""
    yield sentence
    shown = "".join(_DONE.get(c, c) for c in sentence)
    if shown != sentence:
        yield shown
    if (alike := _latin(sentence)) != sentence:
        yield alike
    if _SPELLED.search(sentence):
        yield _SPELLED.sub(lambda found: re.sub(r"[ .\-_*]", "", found[0]), sentence)
    for found in _BASE64.finditer(sentence):
        if (text := _decoded(found[0])) and text != sentence:
            yield text


def speaks_of_robots(sentence: str, robots: Iterable[str]) -> bool:
    """Whether words or signs, in whatever language, speak of robots, or of a deed in signs alone."""
    said = unicodedata.normalize("NFKC", sentence).casefold()
    named = any(plain(robot) in plain(sentence) for robot in robots)
    return bool(named or _ROBOTS.search(said) or _DEEDS.search(sentence))


def _latin(sentence: str) -> str:
    """Words in which letters of two scripts are mixed, in Latin letters; a word of one script is what it is."""
    return re.sub(r"\w+", lambda found: _unmixed(found[0]), sentence)


def _unmixed(word: str) -> str:
    latin = any("LATIN" in unicodedata.name(c, "") for c in word)
    return unicodedata.normalize("NFKC", word).translate(_ALIKE) if latin else word


def _decoded(text: str) -> str:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return found if found.isprintable() and " " in found else ""
