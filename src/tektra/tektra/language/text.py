# SPDX-License-Identifier: Apache-2.0
"""Text cut into tokens that know where they stood, and words made plain enough to be compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

#: Nobody says or types an order longer than this; what follows is not read.
MAX_CHARACTERS = 4000
#: Letters, then letters and digits ("rover1"), but no "½"; a number ("1,000.5", "10:30"); space; any other character.
_TOKEN = re.compile(
    r"((?![¼-¾⅐-⅟])[^\W\d_](?:[^\W_]|[\u0300-\u036f])*)|(\d+(?:[.,:]\d+)*)|(\s+)|(.)", re.DOTALL
)
_LETTERS = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
_APOSTROPHES = "'’ʼ`´"
_HYPHENS = "-‐‑"


class Shape(Enum):
    """What a token is made of."""

    WORD = "word"
    NUMBER = "number"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark. `text[start:end]` of the whole is `text`; `plain` is what comparisons use."""

    text: str
    plain: str
    start: int
    end: int
    shape: Shape


def plain(text: str) -> str:
    """Lower case without accents: "Arrête" is "arrete", "Größe" is "grosse"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def tokens(text: str) -> list[Token]:
    """Words, numbers and marks of the first MAX_CHARACTERS, in order.

    A hyphen or apostrophe within a word is left out, so that "twenty-one" is two words and "l'heure" is "l", "heure";
    letters right behind a number are a word of their own: "1m50" is "1", "m", "50".
    """
    text = text[:MAX_CHARACTERS]
    found: list[Token] = []
    at = 0
    while match := _TOKEN.match(text, at):
        at = match.end()
        if match.group(3):
            continue
        after_number = bool(found) and found[-1].shape is Shape.NUMBER and found[-1].end == match.start()
        if match.group(1):
            if after_number and (letters := _LETTERS.match(text, match.start())):
                at = letters.end()
            shape = Shape.WORD
        elif match.group(2):
            shape = Shape.NUMBER
        elif _joins(text, match.start()):
            continue
        else:
            shape = Shape.MARK
        part = text[match.start() : at]
        found.append(Token(part, plain(part), match.start(), at, shape))
    return found


def words(text: str) -> tuple[str, ...]:
    """The plain words, numbers and marks of a phrase, as `tokens` cuts it."""
    return tuple(token.plain for token in tokens(text))


def _joins(text: str, at: int) -> bool:
    """Whether this mark stands within a word."""
    if text[at] not in _APOSTROPHES and text[at] not in _HYPHENS:
        return False
    return text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
