# SPDX-License-Identifier: Apache-2.0
"""Which language a sentence is in: by the words that the languages of config/language know, and by its letters.

A word that few languages have says more than one that many have; names say nothing, as a robot is called the same in all.
The letters (py3langid's n-grams, trained on 97 languages) settle what words leave open, and tell a language that is not here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tektra.language import files
from tektra.language.text import Shape, plain, tokens

#: What a word says for a language, by how many languages have it.
_WEIGHTS = (0.0, 1.0, 0.5, 0.25)
#: Of languages that are as likely, this one comes first: "hi" is said in several.
COMMON = "en"
#: What the letters of the sentence, and the language spoken before, say beside words.
LETTERS, BEFORE = 1.0, 0.6
#: Words that say less than this leave it to the letters of the whole text, names among them.
LEAST = 0.5
#: A language whose score is that far behind the best one's may still be meant.
MARGIN = 1.0
#: A sentence of another language: that many words at least, and that share of them known at most; as sure the letters.
_FOREIGN_WORDS, _FOREIGN_SHARE, _FOREIGN_SURE = 3, 0.4, 0.5
#: Keys of a mapping that are words of the language, as its values are elsewhere.
_SPOKEN_KEYS = frozenset({"fractions", "tails", "counts", "whole"})
#: Text whose words are its runs of letters; what is long is cut off, and what stands beside a digit or mark may be no word.
_EASY, _LETTERS = re.compile(r"[a-z ()|\[\]]{0,4000}"), re.compile("[a-z]+")
Rank = Callable[[str], Sequence[tuple[str, float]]]


@dataclass(frozen=True)
class Detected:
    """`likely`: the languages that it may be in, likeliest first; empty where the words are of none of them.

    `foreign`: code of the language that it is in, where that is not here ("xx" when nobody knows which).
    """

    likely: tuple[str, ...]
    scores: Mapping[str, float]
    foreign: str = ""

    @property
    def language(self) -> str:
        return self.likely[0] if self.likely else ""


class Detector:
    """`words`: plain words by language. `rank`: languages with the logarithm of their likelihood, of a text. Immutable."""

    def __init__(self, words: Mapping[str, Collection[str]], rank: Rank | None = None) -> None:
        self._words = {language: frozenset(own) for language, own in words.items()}
        self._rank = rank

    def detect(self, text: str, *, names: Collection[str] = (), before: str = "") -> Detected:
        """`names`: plain words that say nothing. `before`: the language spoken before. Fast; never raises."""
        said = [t.plain for t in tokens(text) if t.shape is Shape.WORD and t.plain not in names]
        letters = self._letters(" ".join(said)) if said and self._rank is not None else {}
        scores = dict.fromkeys(self._words, 0.0)
        known = dict.fromkeys(self._words, 0)
        for word in said:
            owners = [language for language, own in self._words.items() if word in own]
            for language in owners:
                scores[language] += _WEIGHTS[len(owners)] if len(owners) < len(_WEIGHTS) else 0.0
                known[language] += 1
        if foreign := self._foreign(said, max(known.values(), default=0), letters):
            return Detected((), scores, foreign)
        if max(scores.values(), default=0.0) < LEAST and text.strip() and self._rank is not None:
            letters = self._letters(text.casefold())  # "rover2 goto office": then names may say it
        here = sum(letters.get(language, 0.0) for language in scores) or 1.0
        for language in scores:
            scores[language] += LETTERS * letters.get(language, 0.0) / here
            scores[language] += BEFORE * (language == before)
        best = max(scores.values(), default=0.0)
        order = sorted(scores, key=lambda language: (-scores[language], language != COMMON, language))
        return Detected(tuple(lang for lang in order if scores[lang] >= best - MARGIN), scores)

    def _letters(self, text: str) -> dict[str, float]:
        """How likely each language is by the letters alone; flatter for short texts."""
        assert self._rank is not None
        ranked = self._rank(text)
        best = max((score for _, score in ranked), default=0.0)
        shares = {lang: math.exp((score - best) / math.sqrt(len(text.encode()))) for lang, score in ranked}
        whole = sum(shares.values()) or 1.0
        return {language: share / whole for language, share in shares.items()}

    def _foreign(self, said: Sequence[str], known: int, letters: Mapping[str, float]) -> str:
        if not said:
            return ""
        script = [c for word in said for c in word if c.isalpha()]
        latin = sum("LATIN" in unicodedata.name(c, "") for c in script)
        best = max(letters, key=lambda language: letters[language], default="")
        if latin < len(script) / 2:
            return best if best and best not in self._words else "xx"
        few = len(said) >= _FOREIGN_WORDS and known <= _FOREIGN_SHARE * len(said)
        here = sum(letters.get(language, 0.0) for language in self._words)
        if few and best and best not in self._words and 1.0 - here >= _FOREIGN_SURE:
            return best
        return ""


@cache
def detector() -> Detector:
    """One for all languages of config/language. Blocks for a second or two the first time. Raises ConfigError."""
    return Detector({code: words_of(code) for code in files.languages()}, _rank())


def words_of(code: str) -> frozenset[str]:
    """All plain words in the files of a language, those of its templates too."""
    folder = files.home(code)
    found: set[str] = set()
    for file in (*folder.glob("*.yaml"), *folder.glob("sentences/*.yaml")):
        for text in _texts(files.read_file(file, text_only=True)):
            found |= _plain_words(text)
    return frozenset(found)


def _plain_words(text: str) -> set[str]:
    if _EASY.fullmatch(
        text
    ):  # most of some ten thousand: cutting them as sentences takes half a second of a core
        return set(_LETTERS.findall(text))
    return {token.plain for token in tokens(text) if token.shape is Shape.WORD}


def _texts(content: object, spoken: bool = False) -> Iterator[str]:
    if isinstance(content, str):
        yield from _outside(content)
    elif isinstance(content, Mapping):
        for key, value in content.items():
            if spoken:
                yield str(key)
            else:
                yield from _texts(value, key in _SPOKEN_KEYS)
    elif isinstance(content, Sequence):
        for value in content:
            yield from _texts(value)


def _outside(text: str) -> Iterator[str]:
    """A template without the names of its arguments and rules."""
    for part in text.replace("<", "{").replace("}", ">").split("{"):
        yield part.rpartition(">")[2]


def _rank() -> Rank | None:
    try:
        import py3langid
    except ImportError:  # words alone do, then
        return None
    rank: Rank = py3langid.rank
    return rank


def plain_words(names: Collection[str]) -> frozenset[str]:
    """The plain words of names, to be left out."""
    return frozenset(plain(word) for name in names for word in name.replace("_", " ").split())
