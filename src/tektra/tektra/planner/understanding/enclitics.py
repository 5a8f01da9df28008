# SPDX-License-Identifier: Apache-2.0
"""Pronouns that a verb carries at its end: "cógelo" is "coge" and "lo"; and words without their apostrophe: "lets"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tektra.language.text import Shape, Token
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.phrasebook import Meaning

_HYPHENS = "-‐‑"
#: "dámelo": a verb carries two at most.
MOST = 2


def row_of(row: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    """The tokens of a sentence, with a verb and the pronouns that are written with it apart, and what lacks its apostrophe."""
    row = tuple(part for token in row for part in _typed(token, lexicon.unapostrophed))
    if not lexicon.enclitics:
        return row
    return tuple(part for token in row for part in _apart(token, lexicon))


def _typed(token: Token, known: Mapping[str, Sequence[str]]) -> Iterator[Token]:
    """ "lets" as "let's" would be cut."""
    made = known.get(token.plain) if len(token.plain) == len(token.text) else None
    at = token.start
    for plain in made or ():
        text = token.text[at - token.start : at - token.start + len(plain)]
        yield Token(text, plain, at, at + len(plain), Shape.WORD)
        at += len(plain)
    if not made:
        yield token


def pronoun(words: str, row: Sequence[Token], index: int, lexicon: Lexicon) -> Meaning | None:
    """What the token means as a pronoun at the end of the word before it; None where it stands by itself."""
    token = row[index]
    if not index or token.plain not in lexicon.enclitics:
        return None
    between = words[row[index - 1].end : token.start]
    tied = row[index - 1].shape is Shape.WORD and (not between or between in _HYPHENS)
    return lexicon.enclitics[token.plain] if tied else None


def _apart(token: Token, lexicon: Lexicon) -> Iterator[Token]:
    carried: list[Token] = []
    rest = token
    while (
        token.shape is Shape.WORD and len(token.plain) == len(token.text) and token.plain not in lexicon.known
    ):
        ending = _ending(rest, lexicon, final=len(carried) == MOST - 1)
        if not ending:
            break
        cut = rest.end - len(ending)
        carried.insert(0, Token(rest.text[-len(ending) :], ending, cut, rest.end, Shape.WORD))
        rest = replace(rest, text=rest.text[: -len(ending)], plain=rest.plain[: -len(ending)], end=cut)
        if rest.plain in lexicon.verbs:
            return iter((rest, *carried))
    return iter((token,))


def _ending(token: Token, lexicon: Lexicon, *, final: bool) -> str:
    """The pronoun that the word ends with: the longest that leaves a verb, else one that may stand before another."""
    endings = [e for e in lexicon.enclitics if token.plain.endswith(e) and len(e) < len(token.plain)]
    whole = [e for e in endings if token.plain[: -len(e)] in lexicon.verbs]
    if whole or final:
        return max(whole, key=len, default="")
    return max(endings, key=len, default="")
