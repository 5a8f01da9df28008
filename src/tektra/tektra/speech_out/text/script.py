# SPDX-License-Identifier: Apache-2.0
"""A text as what is to be said: sentences of words, each with where it stands in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap

from tektra.language.sentences import sentences
from tektra.speech_out.text.lexicon import Lexicon, lexicon
from tektra.speech_out.text.markdown import plain
from tektra.speech_out.text.rules import rules

_WORD = re.compile(r"[^\W\d_²³¹⁰-⁹₀-₉](?:[^\W\d_²³¹⁰-⁹₀-₉]|[\u0300-\u036f]|['’](?=[^\W\d_]))*")
#: "l'USB 3.0", "l'art. 5": what stands behind it is looked at for itself.
_ARTICLE = re.compile(r"[^\W\d_]{1,5}['’]")
#: Characters that are pictures, or say how others look.
_UNSPOKEN = frozenset(["So", "Sk", "Cf", "Cn", "Co", "Cs", "Cc", "Me"])
_VARIATION = re.compile("[\ufe00-\ufe0f]")
#: Where a long sentence may be begun: behind a comma, semicolon, colon or dash.
_CLAUSE_END = re.compile(r"[,;:—–]$")
_OPENING = "\"'’“„«(¿¡-"
#: A clause of fewer words would sound torn.
LEAST_CLAUSE_WORDS = 3


@dataclass(frozen=True)
class Word:
    """`source[begin:end]` is how it is written, `spoken` how it is said: none, one or several words."""

    begin: int
    end: int
    spoken: str


@dataclass(frozen=True)
class Sentence:
    """A stretch to be said in one breath. `text`: as it is written, without markup."""

    text: str
    language: str
    words: tuple[Word, ...]

    @property
    def spoken(self) -> str:
        """What the synthesizer is given."""
        return " ".join(word.spoken for word in self.words if word.spoken)


def script(text: str, language: str) -> list[Sentence]:
    """All that `read` gives."""
    return list(read(text, language))


def read(text: str, language: str) -> Iterator[Sentence]:
    """The sentences of a text, Markdown or not, one by one; those with nothing to say are left out. `language`: BCP 47."""
    lex = lexicon(language)
    made = plain(text)
    at = 0
    for sentence in sentences(made.text):
        begin = made.text.index(sentence, at)
        at = begin + len(sentence)
        words = tuple(
            Word(made.begins[begin + word.begin], made.begins[begin + word.end - 1] + 1, word.spoken)
            for word in _words(sentence, lex)
        )
        made_sentence = Sentence(sentence, language, words)
        if any(letter.isalnum() for letter in made_sentence.spoken):
            yield made_sentence


def clauses(sentence: Sentence, most_chars: int) -> list[Sentence]:
    """A sentence that is longer, as its opening clause, if it has one of fair length, and the rest: to sound sooner."""
    if len(sentence.spoken) <= most_chars:
        return [sentence]
    length = 0
    for index, word in enumerate(sentence.words[:-LEAST_CLAUSE_WORDS], 1):
        length += len(word.spoken) + 1
        if length > most_chars + 1:
            break
        if index >= LEAST_CLAUSE_WORDS and _CLAUSE_END.search(word.spoken):
            return [_part(sentence, sentence.words[:index]), _part(sentence, sentence.words[index:])]
    return [sentence]


def breaths(sentence: Sentence, most_chars: int) -> list[Sentence]:
    """A sentence in stretches of at most so many spoken characters each: cut behind a clause where there is one of fair length, else
    between two words, and a word that is longer in itself wherever it must be."""
    words = [piece for word in sentence.words for piece in _cut(word, most_chars)]
    found: list[Sentence] = []
    while words:
        fits = _fitting(words, most_chars)
        ends = [at for at in range(LEAST_CLAUSE_WORDS, fits + 1) if _CLAUSE_END.search(words[at - 1].spoken)]
        cut = fits if fits == len(words) or not ends else ends[-1]
        found.append(_part(sentence, tuple(words[:cut])))
        del words[:cut]
    return [part for part in found if any(letter.isalnum() for letter in part.spoken)]


def _fitting(words: list[Word], most_chars: int) -> int:
    """How many of them fit; one at least."""
    length = -1
    for index, word in enumerate(words):
        length += len(word.spoken) + bool(word.spoken)
        if length > most_chars and index:
            return index
    return len(words)


def _cut(word: Word, most_chars: int) -> list[Word]:
    """As one or, where it is said in too many letters, as several that stand at the same place."""
    if len(word.spoken) <= most_chars:
        return [word]
    lines = wrap(word.spoken, most_chars, break_on_hyphens=False)
    return [Word(word.begin, word.end, line) for line in lines]


def _part(sentence: Sentence, words: tuple[Word, ...]) -> Sentence:
    shift = sentence.words[0].begin
    length = len(sentence.text)
    text = sentence.text[min(length, words[0].begin - shift) : min(length, words[-1].end - shift)]
    return Sentence(text, sentence.language, words)


def _words(text: str, lex: Lexicon) -> list[Word]:
    """Words of a sentence; begin and end count in it."""
    found: list[Word] = []
    at, begin, spoken = 0, 0, ""
    while at < len(text):
        if text[at].isspace():
            if at > begin:
                found.append(Word(begin, at, spoken.strip()))
            at, spoken = at + 1, ""
            begin = at
            continue
        end, said = _next(text, at, lex)
        spoken = _joined(spoken, said)
        at = end
    if at > begin:
        found.append(Word(begin, at, spoken.strip()))
    return _with_marks(found)


def _next(text: str, at: int, lex: Lexicon) -> tuple[int, str]:
    """What stands there: where it ends, and what is said."""
    if (made := _by_rule(text, at, lex)) is not None:
        return made
    if match := _WORD.match(text, at):
        article = _ARTICLE.match(match.group())
        if article is not None and _by_rule(text, at + article.end(), lex) is not None:
            return at + article.end(), article.group()
        return match.end(), match.group()
    mark = text[at]
    if unicodedata.category(mark) in _UNSPOKEN or _VARIATION.match(mark):
        return at + 1, ""
    return at + 1, mark


def _by_rule(text: str, at: int, lex: Lexicon) -> tuple[int, str] | None:
    for rule in rules(lex):
        match = rule.pattern.match(text, at)
        if match is not None and match.end() > at and (said := rule.say(match, lex)) is not None:
            return match.end(), f" {said} " if said else ""
    return None


def _joined(spoken: str, said: str) -> str:
    """Letters and digits that were one word are one word; marks follow what they stand behind."""
    if said and said[0] in "([{«":
        return spoken + said
    if said and not said[0].isalnum() and not said.startswith(" "):
        return spoken.rstrip() + said
    return spoken + (said.lstrip() if spoken and spoken[-1] in _OPENING else said)


def _with_marks(words: list[Word]) -> list[Word]:
    """Several spaces become one; a mark that was left alone goes to the word before it."""
    found: list[Word] = []
    for word in words:
        spoken = re.sub(r"\s+", " ", word.spoken)
        is_alone = bool(spoken) and not any(letter.isalnum() for letter in spoken)
        if is_alone and found and found[-1].spoken:
            before = found[-1]
            mark = "," if spoken[0] in "-–—" else spoken[0]
            glued = before.spoken if before.spoken[-1] in ".,;:!?" else before.spoken + mark
            found[-1] = Word(before.begin, before.end, glued)
            spoken = ""
        elif is_alone:
            spoken = ""
        found.append(Word(word.begin, word.end, spoken))
    return found
