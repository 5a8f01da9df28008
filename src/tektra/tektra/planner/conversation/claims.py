# SPDX-License-Identifier: Apache-2.0
"""Which sentences of a model claim a deed of robots: "I am driving to the kitchen" is not said where no plan says so.

A claim is somebody who can act (Tektra, a robot) and a verb of doing, with nothing between but helping words. Plain functions
on words; data: `claims` in config/language/<code>/replies.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tektra.language.text import plain

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[.!?:;\n]")


@dataclass(frozen=True)
class ClaimWords:
    """`who`: words for those who act. `helpers`: may stand between. `deeds`: beginnings of verbs. `alone`: a claim without who.

    `idioms`: beginnings that are no deed ("go with"). `hypothetical`: who only would ("i'd"). `habits`: those of `who` with whom a bare verb tells what they do at all ("I drive robots"), and not what they do now.
    """

    who: frozenset[str] = frozenset()
    helpers: frozenset[str] = frozenset()
    deeds: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    habits: frozenset[str] = frozenset()
    idioms: tuple[str, ...] = ()
    hypothetical: frozenset[str] = frozenset()


def read_claims(data: Mapping[str, object]) -> ClaimWords:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(plain(word) for word in str(data.get(key, "")).split())

    def phrases(key: str) -> tuple[str, ...]:
        given = data.get(key, [])
        return tuple(plain(str(phrase)) for phrase in given) if isinstance(given, list) else ()

    return ClaimWords(
        frozenset(texts("who")),
        frozenset(texts("helpers")),
        texts("deeds"),
        phrases("alone"),
        frozenset(texts("habits")),
        phrases("idioms"),
        frozenset(texts("hypothetical")),
    )


def says_done(sentence: str, words: ClaimWords) -> bool:
    """Whether a phrase stands in the sentence that is said of deeds alone ("on my way")."""
    text = _plain(sentence)
    return any(
        _begins(text[match.start() :], phrase) for match in _WORD.finditer(text) for phrase in words.alone
    )


def claims_deed(sentence: str, words: ClaimWords, robots: Iterable[str]) -> bool:
    """Whether a sentence, that is no question, says that somebody does, did or will do something."""
    who, text = _who(words, robots), _plain(sentence)
    acts, before = False, ""
    for match in _WORD.finditer(text):
        word = match[0]
        if word in who or (word.split("'")[0] in who and word not in words.hypothetical):
            acts = True
        elif acts and word not in words.helpers:
            if word.startswith(words.deeds) and before not in words.habits:
                return not any(_begins(text[match.start() :], idiom) for idiom in words.idioms)
            acts = False
        before = word
    return False


def may_claim_deed(begun: str, words: ClaimWords, robots: Iterable[str]) -> bool:
    """Whether a sentence that begins so may come to be one of these: it is not given out before its end."""
    who, text = _who(words, robots), _plain(begun)
    for match in _WORD.finditer(text):
        rest = text[match.start() :].rstrip()
        if match[0] in who or match[0].split("'")[0] in who or match[0].startswith(words.deeds):
            return True
        if any(phrase.startswith(rest) or _begins(rest, phrase) for phrase in words.alone):
            return True
    return False


def _who(words: ClaimWords, robots: Iterable[str]) -> frozenset[str]:
    return words.who | {plain(robot) for robot in robots}


def _plain(text: str) -> str:
    return plain(text).replace("’", "'")


def _begins(text: str, phrase: str) -> bool:
    """Whether the text begins with the phrase, and its last word ends there."""
    return text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalnum()
