# SPDX-License-Identifier: Apache-2.0
"""Sentences and their clauses as rows of plain words, cut at the marks that people and recognisers set."""

from __future__ import annotations

import re
import unicodedata

_SENTENCE = re.compile(r"[.!?;…。！？\n\r]+(?!\d)|\.\.\.")
_CLAUSE = re.compile(r"[,:()\[\]{}\"“”„«»*|、，]+|\s[-–—]+\s|—")
WORD = re.compile(r"[^\W\d_]+|\d+")
#: Where a clause ends, be it with its sentence or not.
PART_END = re.compile(f"(?:{_SENTENCE.pattern})|(?:{_CLAUSE.pattern})")
_JOINTS = frozenset("'’ʼ`´-‐‑_")
_APART = str.maketrans(dict.fromkeys(_JOINTS, " "))
_MOST_KINDS = 32
#: All marks between clauses as one, where a plain text has no others.
_ONE_MARK = str.maketrans(dict.fromkeys(',:()[]{}"*|', "\0"))
#: "s t o p" and "S.T.O.P." are one word.
_SPELLED = re.compile(r"\b\w(?:[ .\-]+\w\b){2,}")
#: "stooop" and "arrêêête".
_DRAWN = re.compile(r"([^\W\d_])\1{2,}")
#: Sooner found than letters: most texts hold none.
_THRICE = re.compile(r"(.)\1\1")
_SPELLING_MARKS = re.compile(r"[ .\-]+")


def plain_text(text: str) -> str:
    """Lower case without accents, apostrophes, hyphens and invisible characters; "Arrête-toi" is "arrete toi"."""
    if text.isascii():
        return text.lower().translate(_APART)
    # "hält" (holds) is not "halt"
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ä", "ae").replace("a\u0308", "ae"))
    kinds = set(apart)
    silent = [c for c in kinds if unicodedata.combining(c) or unicodedata.category(c) == "Cf"]
    if len(silent) > _MOST_KINDS:
        return apart.translate({**_APART, **dict.fromkeys(map(ord, silent))})
    for mark in silent:  # few kinds: sooner than to look each character up
        apart = apart.replace(mark, "")
    for mark in kinds & _JOINTS:
        apart = apart.replace(mark, " ")
    return apart


def sentences(text: str) -> list[list[list[str]]]:
    """The clauses of each sentence, each a row of plain words; digits and letters are words of their own, and
    letters that are drawn out count once: "stooop" is "stop"."""
    spelled = _SPELLED.sub(lambda match: _SPELLING_MARKS.sub("", match[0]), text)
    found = []
    plain = plain_text(spelled)
    for sentence in _SENTENCE.split(_DRAWN.sub(r"\1", plain) if _THRICE.search(plain) else plain):
        parts = sentence.translate(_ONE_MARK).split("\0") if sentence.isascii() else _CLAUSE.split(sentence)
        clauses = [words for part in parts if part and (words := _words(part))]
        if clauses:
            found.append(clauses)
    return found


def _words(clause: str) -> list[str]:
    if clause.isalpha():
        return [clause]
    if clause.replace(" ", "").isalpha():
        return clause.split()  # as the pattern finds them, sooner
    return WORD.findall(clause)
