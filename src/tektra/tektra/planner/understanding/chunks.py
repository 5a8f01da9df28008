# SPDX-License-Identifier: Apache-2.0
"""Cuts a sentence into chunks: the longest phrases that language, robots and world know. Fast; no meaning is chosen here.

A chunk keeps all that it may mean ("right" is a direction, "table" a place): the clause that it stands in decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tektra.language.quantities import Kind, Quantity, find
from tektra.language.quantity_words import quantity_words
from tektra.language.text import Shape, Token
from tektra.planner.understanding.at_rest import without_rest
from tektra.planner.understanding.clauses import INTROS
from tektra.planner.understanding.enclitics import pronoun
from tektra.planner.understanding.lexicon import Lexicon, SceneLexicon
from tektra.planner.understanding.match import may_number
from tektra.planner.understanding.mending import (
    denied_first,
    joined_repairs,
    mended,
    taken_back,
    wished,
    without_pauses,
)
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.narrowing import narrowed
from tektra.planner.understanding.nth import with_nth
from tektra.planner.understanding.numbered import numbered, with_ones
from tektra.planner.understanding.phrasebook import (
    COMMA,
    END,
    MARK,
    QUANTITY,
    QUOTE,
    UNKNOWN,
    Chunk,
    Meaning,
)
from tektra.planner.understanding.tokens import APOSTROPHES, ENDS, OPENING, spelling_only, tokens

#: Marks that say nothing.
_SILENT = frozenset("()[]{}*_~#¿¡")
#: A word of fewer letters is another one where it has an accent.
SHORTEST = 3
#: What stands behind a pronoun, and never behind an article.
_NO_NOUN = frozenset(
    (*INTROS, "fillers", "requests", "prepositions", "not", "except", "same_time", "able", "time", "instead")
)


def spelled(words: str, lexicon: Lexicon, scene: SceneLexicon) -> tuple[Token, ...]:
    """The tokens of a sentence; a word that nothing is called by in the spelling that the language knows: "buero", "büro"."""
    letters = lexicon.vocabulary.letters
    books = (lexicon.book, lexicon.runs, scene.book, scene.runs)
    found: list[Token] = []
    row = tokens(words)
    for at, token in enumerate(row):
        plain = token.plain
        if found and found[-1].text == "," and spelling_only(row[at:], lexicon.vocabulary.no_comma_before):
            found.pop()
        if found and token.plain == found[-1].plain and _stutters(found, token, row, at, lexicon):
            found.pop()
        for written, letter in letters.items():
            plain = plain.replace(written, letter)
        known = plain == token.plain or any(token.plain in book.words for book in books)
        fits = not known and any(plain in book.words for book in books)
        found.append(replace(token, plain=plain) if fits else token)
    return tuple(found)


def _stutters(found: Sequence[Token], token: Token, row: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """ "gira gira", "to the, the hall": a small word or a verb said twice in a row is said once, where both are no phrase."""
    small = token.plain in lexicon.vocabulary.articles or token.plain in lexicon.verbs
    pairs = (book.at(row, at - 1, {}, frozenset()) for book in (lexicon.book, lexicon.runs))
    joined = any(end >= at + 1 for matches in pairs for end, _ in matches)
    return small and token.shape is Shape.WORD and found[-1].end <= token.start and not joined


def cut(words: str, row: Sequence[Token], lexicon: Lexicon, scene: SceneLexicon) -> tuple[Chunk, ...]:
    """All chunks of a sentence with these tokens, in order; every token is in one, articles and silent marks aside."""
    quantities = _quantities(words, row, lexicon.vocabulary.language)
    numbers = {
        first: (last, str(int(quantity.value)))
        for first, (last, quantity) in quantities.items()
        if quantity.kind is Kind.COUNT and quantity.value.is_integer() and not quantity.ordinal
    }
    ones = quantity_words(lexicon.vocabulary.language).articles
    numbers |= {
        at: (at + 1, "1") for at, token in enumerate(row) if at not in numbers and token.plain in ones
    }
    numbers |= {at: (at + 1, said) for at, said in _heard_numbers(row, lexicon, scene) if at not in numbers}
    # "rover two turn left": "two turn" may as well be a robot's number and a verb.
    turns = {
        first: q for first, (last, q) in quantities.items() if _may_be_a_verb(q, row[first:last], lexicon)
    }
    numbers |= {first: (first + 1, str(int(quantity.number))) for first, quantity in turns.items()}
    measured = [
        (first, last)
        for first, (last, quantity) in quantities.items()
        if quantity.kind is not Kind.VAGUE and first not in turns
    ]
    found: list[Chunk] = []
    index = 0
    while index < len(row):
        end, meanings = _longest(words, row, index, lexicon, scene, quantities, numbers, measured)
        if meanings:
            start, stop = row[index].start, row[end - 1].end
            found.append(Chunk(index, end, start, stop, words[start:stop], meanings))
        index = end
    at_work = denied_first(without_rest(found, row, lexicon), row)
    mended_ = wished(mended(taken_back(without_pauses(joined_repairs(at_work, row, lexicon), row))))
    whole = [*with_nth([*narrowed(mended_, row, lexicon, scene)], row, lexicon)]
    return tuple(_choosing(numbered(with_ones(whole, row, ones), scene.stems), row, lexicon))


def _choosing(chunks: Iterable[Chunk], row: Sequence[Token], lexicon: Lexicon) -> Iterator[Chunk]:
    covered: set[int] = set()
    for index in range(len(row)):
        for end, _ in lexicon.choosing.at(row, index, {}, lexicon.vocabulary.articles):
            covered.update(range(index, end))
    for chunk in chunks:
        chooses = covered.issuperset(range(chunk.first, chunk.last))
        yield replace(chunk, chooses=True) if chooses else chunk


def _heard_numbers(row: Sequence[Token], lexicon: Lexicon, scene: SceneLexicon) -> Iterator[tuple[int, str]]:
    """ "rover won go ...": what sounds like a number behind what stands before robots' numbers; "the rover too" says "also"."""
    for at in range(1, len(row) - 1):
        stem, said = row[at - 1].plain, lexicon.sounds.get(row[at].plain)
        article = at > 1 and row[at - 2].plain in lexicon.vocabulary.articles
        if said is not None and stem in scene.stems and not article:
            yield at, said


def _may_be_a_verb(quantity: Quantity, row: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether it is one turn, or its unit orders something, too ("turn", not "turns"), with a whole number alone before it."""
    whole = len(row) == 2 and float(quantity.number).is_integer()
    return quantity.unit == "turn" and (quantity.number == 1 or (whole and row[-1].plain in lexicon.verbs))


def _quantities(words: str, row: Sequence[Token], language: str) -> dict[int, tuple[int, Quantity]]:
    starts = {token.start: index for index, token in enumerate(row)}
    ends = {token.end: index + 1 for index, token in enumerate(row)}
    return {
        starts[quantity.start]: (ends[quantity.end], quantity)
        for quantity in find(words, language)
        if quantity.start in starts and quantity.end in ends
    }


def _longest(
    words: str,
    row: Sequence[Token],
    index: int,
    lexicon: Lexicon,
    scene: SceneLexicon,
    quantities: dict[int, tuple[int, Quantity]],
    numbers: dict[int, tuple[int, str]],
    measured: Sequence[tuple[int, int]],
) -> tuple[int, tuple[Meaning, ...]]:
    token = row[index]
    within = token.text in APOSTROPHES and token.start > 0 and words[token.start - 1].isalnum()  # "rover1's"
    if token.shape is Shape.MARK and token.text in OPENING and not within:
        last = next((at for at in range(index + 1, len(row)) if row[at].text == OPENING[token.text]), None)
        if last is not None and last > index + 1:
            return last + 1, (Meaning(QUOTE, words[token.end : row[last].start]),)
    if (carried := pronoun(words, row, index, lexicon)) is not None:
        favour = (Meaning("fillers", "me"),) if carried.value == "me" else ()  # "ouvre-moi la pince"
        return index + 1, (carried, *favour)
    best = index
    meanings: list[Meaning] = []
    matches = [
        *lexicon.book.at(row, index, numbers, lexicon.vocabulary.articles),
        *scene.book.at(row, index, numbers, lexicon.vocabulary.articles),
    ]
    for end, meant in matches:
        numbered_ = _before_number(row, end, scene, quantities) and end - index > 1  # no "first rover" 1
        if numbered_ or (index == 0 and _of_whom(row, end, scene, meant) and lexicon.says_when(row, 0, end)):
            continue  # "avísame cuando llegue rover1"
        if end < best or end == index or any(index <= first < end < last for first, last in measured):
            continue
        if end > best:
            best, meanings = end, []
        meanings += [meaning for meaning in meant if meaning not in meanings]
    if best == index + 1 and len(token.plain) < SHORTEST and token.text.casefold() != token.plain:
        meanings = [m for m in meanings if m.kind not in ("and", "or")]  # "è" is no "e", "où" no "ou"
    if best == index + 1 and len(token.plain) == 1 and not lexicon.before_pronoun(row, best):
        meanings = [meaning for meaning in meanings if meaning.kind != "if"]  # "s'ennuient" is no "s'il"
    if index in quantities:
        end, quantity = quantities[index]
        if end >= best:
            meanings = [
                *(meanings if end == best else []),
                Meaning(QUANTITY, quantity.kind.value, quantity=quantity),
                *lexicon.more_within(row, index, end),
            ]
            best = end
    if lexicon.enclitics and best == index + 1 and any(meaning.kind == "articles" for meaning in meanings):
        article = _before_noun(row, best, lexicon, scene, quantities, numbers)
        meanings = [meaning for meaning in meanings if (meaning.kind == "articles") == article] or meanings
    if any(meaning.kind == "articles" for meaning in meanings) and any(
        meaning.kind == NAME
        for _, meant in scene.book.at(row, best, numbers, lexicon.vocabulary.articles)
        for meaning in meant
    ):
        meanings = [meaning for meaning in meanings if meaning.kind != "references"]  # "that blue cube"
    if meanings:
        return best, () if all(meaning.kind == "articles" for meaning in meanings) else tuple(meanings)
    return index + 1, _mark(token)


def _of_whom(row: Sequence[Token], end: int, scene: SceneLexicon, meant: Sequence[Meaning]) -> bool:
    """Whether words that say nothing stand right before a robot's name."""
    behind = (meaning for _, found in scene.book.at(row, end, {}, frozenset()) for meaning in found)
    return all(meaning.kind == "fillers" for meaning in meant) and any(each.kind == ROBOT for each in behind)


def _before_number(
    row: Sequence[Token], end: int, scene: SceneLexicon, quantities: dict[int, tuple[int, Quantity]]
) -> bool:
    """Whether what ends there ends with what stands before robots' numbers, and such a number follows."""
    said = quantities[end][1] if end in quantities else None
    number = may_number(said)
    return end < len(row) and (number or row[end].plain.isdecimal()) and row[end - 1].plain in scene.stems


def _before_noun(
    row: Sequence[Token],
    index: int,
    lexicon: Lexicon,
    scene: SceneLexicon,
    quantities: dict[int, tuple[int, Quantity]],
    numbers: dict[int, tuple[int, str]],
) -> bool:
    """Whether what stands at `index` can be the noun of an article: "le" of "prends le cube", not of "prends-le vite"."""
    if index in quantities:
        return True
    if index >= len(row) or row[index].shape is Shape.MARK:
        return index < len(row) and row[index].text in OPENING
    kinds = {
        meaning.kind
        for book in (lexicon.book, scene.book)
        for _, meant in book.at(row, index, numbers, lexicon.vocabulary.articles)
        for meaning in meant
    }
    return not kinds <= _NO_NOUN if kinds else row[index].plain not in lexicon.verbs


def _mark(token: Token) -> tuple[Meaning, ...]:
    if token.shape is not Shape.MARK:
        return (Meaning(UNKNOWN, token.plain),)
    if token.text in ENDS:
        return (Meaning(END, token.text),)
    if token.text in ",、，—–-":
        return (Meaning(COMMA),)
    if token.text in "&+":
        return (Meaning("and", "and"),)
    return () if token.text in _SILENT or token.text in OPENING else (Meaning(MARK, token.text),)
