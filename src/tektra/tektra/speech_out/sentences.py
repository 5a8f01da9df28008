# SPDX-License-Identifier: Apache-2.0
"""Text into sentences, also while it is still being written. Plain code, no state but what is unfinished."""

from __future__ import annotations

import re

#: A dot behind one of these ends no sentence.
ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "etc",
        "approx",
        "no",
        "nr",
        "fig",
        "vol",
        "dept",
        "est",
        "inc",
        "ltd",
        "e.g",
        "i.e",
        "a.m",
        "p.m",
        "z.b",
        "bzw",
        "ca",
        "usw",
    ]
)
#: A possible end: closing marks, quotes and brackets behind them, then space or the end; or a line's end.
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]]*(?=\s|$))|(?:[。！？]+)|\n+")
#: Where a long first sentence may be begun: behind a comma, semicolon, colon or dash that stands before a space.
_CLAUSE = re.compile(r"[,;:—–](?=\s)")
_LAST_WORD = re.compile(r"(\S+)$")
#: A clause of fewer words would sound torn.
LEAST_CLAUSE_WORDS = 3


class SentenceSplitter:
    """Fed text as it comes, gives sentences as soon as they are certain to have ended."""

    def __init__(self) -> None:
        self._open = ""

    def feed(self, text: str) -> list[str]:
        """The sentences that this text completes. One at the very end of the text so far waits for what follows it."""
        self._open += text
        found, self._open = _split(self._open, at_end=False)
        return found

    def finish(self) -> list[str]:
        """What is left, as the text ends here."""
        found, rest = _split(self._open, at_end=True)
        self._open = ""
        return found + ([rest.strip()] if rest.strip() else [])


def sentences(text: str) -> list[str]:
    """All sentences of a text, without surrounding space; empty ones are left out."""
    splitter = SentenceSplitter()
    return splitter.feed(text) + splitter.finish()


def pieces(text: str, first_piece_chars: int) -> list[str]:
    """The sentences to synthesize one by one; a first one that is longer begins clause by clause, to sound sooner."""
    found = sentences(text)
    if not found or len(found[0]) <= first_piece_chars:
        return found
    return _clauses(found[0], first_piece_chars) + found[1:]


def is_speakable(text: str) -> bool:
    """Whether there is a letter or digit to say."""
    return any(letter.isalnum() for letter in text)


def _split(text: str, *, at_end: bool) -> tuple[list[str], str]:
    found = []
    begin = 0
    for end in _END.finditer(text):
        if end.end() == len(text) and not at_end and not end.group().endswith("\n"):
            break
        if not end.group().startswith("\n") and _is_abbreviation(text[begin : end.start()], end.group()):
            continue
        sentence = text[begin : end.end()].strip()
        begin = end.end()
        if sentence:
            found.append(sentence)
    return found, text[begin:]


def _is_abbreviation(before: str, mark: str) -> bool:
    """Whether the dot belongs to the word before it: "Dr.", "e.g.", an initial, a list's "1."."""
    word = _LAST_WORD.search(before)
    if mark != "." or word is None:
        return False
    bare = word.group(1).lstrip("\"'(“‘[").lower()
    is_list_number = bare.isdigit() and not before[: word.start()].strip()
    is_initial = len(bare) == 1 and bare.isalpha() and bare != "i"
    return bare in ABBREVIATIONS or is_initial or is_list_number


def _clauses(sentence: str, most_chars: int) -> list[str]:
    """The sentence as its opening clause, if it has one of fair length, and the rest."""
    for mark in _CLAUSE.finditer(sentence):
        head, rest = sentence[: mark.end()], sentence[mark.end() :].strip()
        if len(head) > most_chars:
            break
        if len(head.split()) >= LEAST_CLAUSE_WORDS and len(rest.split()) >= LEAST_CLAUSE_WORDS:
            return [head.strip(), rest]
    return [sentence]
