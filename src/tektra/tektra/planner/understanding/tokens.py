# SPDX-License-Identifier: Apache-2.0
"""The tokens that the reader works on: those of tektra.language, with numbered names cut in two ("rover1": "rover", "1")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tektra.language.text import Shape, Token
from tektra.language.text import tokens as cut

_NUMBERED = re.compile(r"([^\W\d_]+)(\d+)")
#: What parts the words of a name as programs write it: "living_room".
_JOINT = re.compile(r"(?<=[^\W_])_(?=[^\W_])")
#: Points from who goes to where: "rover2 -> office". It parts words as a space does.
_ARROW = re.compile(r"[-=]+>|[→⇒➔➜]")
_SIMPLE = re.compile(r"[a-z ]*")
#: A mark that ends a sentence.
ENDS = frozenset(".!?;:…")
#: They may begin a quotation, behind a space.
APOSTROPHES = frozenset("'’‘`")
#: Words before which a comma is spelling are so many at most.
LONGEST_SPELLED = 4
OPENING = {'"': '"', "“": "”", "„": "“", "«": "»", "‘": "’", "`": "`", "'": "'"}


def tokens(words: str) -> tuple[Token, ...]:
    """The tokens of a text, each with the place where it stands."""
    found: list[Token] = []
    plain = _ARROW.sub(lambda arrow: " " * len(arrow[0]), _JOINT.sub(" ", words))
    for token in cut(plain):
        numbered = _NUMBERED.fullmatch(token.text) if token.shape is Shape.WORD else None
        if numbered is None:
            found.append(token)
            continue
        middle = token.start + len(numbered[1])
        name = replace(token, text=numbered[1], plain=token.plain[: -len(numbered[2])], end=middle)
        found += [name, Token(numbered[2], numbered[2], middle, token.end, Shape.NUMBER)]
    return tuple(found)


def parts(phrase: str) -> tuple[str, ...]:
    """The words and numbers of a phrase as they are compared."""
    if _SIMPLE.fullmatch(phrase):  # nearly all that templates hold, some ten thousand of them
        return tuple(phrase.split())
    return tuple(token.plain for token in tokens(phrase.replace("_", " ")) if token.shape is not Shape.MARK)


def spelling_only(row: Sequence[Token], no_comma_before: frozenset[str]) -> bool:
    """Whether a comma before these words parts nothing: "sorge dafür, dass ...", "bleib, wo du bist"."""
    said = [token.plain for token in row[:LONGEST_SPELLED]]
    return any(" ".join(said[:end]) in no_comma_before for end in range(1, len(said) + 1))
