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
_APART = str.maketrans(dict.fromkeys("'’ʼ`´-‐‑_", " "))
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
    silent = {ord(c): None for c in set(apart) if unicodedata.combining(c) or unicodedata.category(c) == "Cf"}
    return apart.translate({**_APART, **silent})


def sentences(text: str) -> list[list[list[str]]]:
    """The clauses of each sentence, each a row of plain words; digits and letters are words of their own, and
    letters that are drawn out count once: "stooop" is "stop"."""
    spelled = _SPELLED.sub(lambda match: _SPELLING_MARKS.sub("", match[0]), text)
    found = []
    plain = plain_text(spelled)
    for sentence in _SENTENCE.split(_DRAWN.sub(r"\1", plain) if _THRICE.search(plain) else plain):
        clauses = [words for clause in _CLAUSE.split(sentence) if (words := _words(clause))]
        if clauses:
            found.append(clauses)
    return found


def _words(clause: str) -> list[str]:
    if clause.replace(" ", "").isalpha():
        return clause.split()  # as the pattern finds them, sooner
    return WORD.findall(clause)
