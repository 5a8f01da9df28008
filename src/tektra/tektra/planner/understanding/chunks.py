# SPDX-License-Identifier: Apache-2.0
"""Cuts a sentence into chunks: the longest phrases that language, robots and world know. Fast; no meaning is chosen here.

A chunk keeps all that it may mean ("right" is a direction, "table" a place): the clause that it stands in decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tektra.language.quantities import Kind, Quantity, find
from tektra.language.text import Shape, Token
from tektra.planner.understanding.names import NAME, ROBOT, named_phrases, robot_phrases, stems
from tektra.planner.understanding.scene import KnownRobot, Named, Scene
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import ENDS, OPENING, tokens
from tektra.planner.understanding.vocabulary import Frame, Use, Vocabulary, frames_of

QUANTITY, QUOTE, END, COMMA, MARK, UNKNOWN, HEAD, VALUE, NO_ROBOT = (
    "quantity", "quote", "end", "comma", "mark", "unknown", "head", "value", "no_robot",
)  # fmt: skip
#: Marks that say nothing.
_SILENT = frozenset("()[]{}*_~#")


@dataclass(frozen=True)
class Meaning:
    """One thing that a chunk may be. `kind`: a kind of word of the vocabulary, or one of the names above."""

    kind: str
    value: str = ""
    named: tuple[Named, ...] = ()
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Chunk:
    """Some words of the sentence: from token `first` up to `last`, from character `start` up to `end`."""

    first: int
    last: int
    start: int
    end: int
    text: str
    meanings: tuple[Meaning, ...]

    def get(self, kind: str) -> Meaning | None:
        return next((meaning for meaning in self.meanings if meaning.kind == kind), None)

    def has(self, kind: str, value: str | None = None) -> bool:
        return any(m.kind == kind and (value is None or m.value == value) for m in self.meanings)


class _Node:
    """One word of a phrase in the tree of all phrases."""

    __slots__ = ("meanings", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.meanings: list[Meaning] = []


class Phrasebook:
    """A tree of phrases with what they mean. Filled once, then only read."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, phrase: Phrase, meaning: Meaning) -> None:
        node = self._root
        for word in phrase:
            node = node.next.setdefault(word, _Node())
        if meaning not in node.meanings:
            node.meanings.append(meaning)

    def at(
        self, row: Sequence[Token], index: int, numbers: dict[int, tuple[int, str]], articles: frozenset[str]
    ) -> Iterator[tuple[int, list[Meaning]]]:
        """(token after it, meanings) for each phrase that begins here. `numbers`: by first token, (token after, digits)."""
        open_: list[tuple[_Node, int, bool]] = [(self._root, index, False)]
        while open_:
            node, at, skipped = open_.pop()
            if node.meanings and not skipped:
                yield at, node.meanings
            if at >= len(row):
                continue
            if (following := node.next.get(row[at].plain)) is not None:
                open_.append((following, at + 1, False))
            if at in numbers and (numbered := node.next.get(numbers[at][1])) is not None:
                open_.append((numbered, numbers[at][0], False))
            if at > index and row[at].plain in articles and node.next:
                open_.append((node, at + 1, True))

    def over(
        self, chunks: Sequence[Chunk], index: int, row: Sequence[str], articles: frozenset[str]
    ) -> Iterator[tuple[Phrase, tuple[Chunk, ...]]]:
        """(phrase, its chunks) for each phrase that begins with the chunk at `index` and ends with a chunk."""
        node = self._root
        taken: list[Chunk] = []
        for chunk in chunks[index:]:
            if taken and chunk.first > taken[-1].last and chunk.has(COMMA):
                return
            for word in row[chunk.first : chunk.last]:
                following = node.next.get(word)
                if following is None and not (taken and word in articles):
                    return
                node = following or node
            taken.append(chunk)
            if node.meanings:
                yield tuple(node.meanings[0].value.split(" ")), tuple(taken)


@dataclass(frozen=True)
class Lexicon:
    """A vocabulary with its tree of phrases, and its frames by their first run of words. Made once for a language."""

    vocabulary: Vocabulary
    book: Phrasebook
    runs: Phrasebook
    frames: dict[Phrase, list[Frame]]


@dataclass(frozen=True)
class SceneLexicon:
    """What a scene adds to a language: names, and the sentences that robots bring. Made once for a scene."""

    book: Phrasebook
    runs: Phrasebook
    frames: dict[Phrase, list[Frame]]
    stems: frozenset[str] = field(default_factory=frozenset)


def make_lexicon(vocabulary: Vocabulary) -> Lexicon:
    book, runs = Phrasebook(), Phrasebook()
    frames: dict[Phrase, list[Frame]] = {}
    for kind, value, phrase in vocabulary.words:
        book.add(phrase, Meaning(kind, value))
    for argument, table in vocabulary.values.items():
        for value, said in table.items():
            for phrase in said:
                book.add(phrase, Meaning(VALUE, f"{argument}={value}"))
    _add_frames(vocabulary.frames, vocabulary, runs, frames)
    return Lexicon(vocabulary, book, runs, frames)


def make_scene_lexicon(scene: Scene, vocabulary: Vocabulary) -> SceneLexicon:
    book, runs = Phrasebook(), Phrasebook()
    frames: dict[Phrase, list[Frame]] = {}
    for name, phrase in robot_phrases(scene.robots, vocabulary):
        book.add(phrase, Meaning(ROBOT, name))
    for named, phrase in named_phrases(scene, vocabulary):
        book.add(phrase, Meaning(NAME, " ".join(phrase), named=named))
    for robot in scene.robots:
        _add_frames(_own_frames(robot, vocabulary.language), vocabulary, runs, frames)
        for argument, value, phrase in _own_values(robot, vocabulary):
            book.add(phrase, Meaning(VALUE, f"{argument}={value}"))
    return SceneLexicon(book, runs, frames, stems(scene.robots))


def _own_frames(robot: KnownRobot, language: str) -> Iterator[Frame]:
    for skill in robot.skills:
        said = (*skill.sentences.get(language, ()), *skill.sentences.get("", ()))
        yield from frames_of(Use.SKILL, skill.name, said, {}, robot=robot.name)


def _own_values(robot: KnownRobot, vocabulary: Vocabulary) -> Iterator[tuple[str, str, Phrase]]:
    """Values of enums: their own words, and those that the schema gives for the language."""
    from tektra.planner.understanding.arguments import properties

    for skill in robot.skills:
        for argument, schema in properties(skill).items():
            values = schema.get("enum")
            words = schema.get("x-tektra-words")
            said = words.get(vocabulary.language) if isinstance(words, dict) else None
            for value in values if isinstance(values, list) else []:
                if isinstance(value, str):
                    more = said.get(value, []) if isinstance(said, dict) else []
                    for text in (value, *(more if isinstance(more, list) else [])):
                        if phrase := tuple(token.plain for token in tokens(str(text).replace("_", " "))):
                            yield argument, value, phrase


def _add_frames(
    frames: Iterable[Frame], vocabulary: Vocabulary, runs: Phrasebook, found: dict[Phrase, list[Frame]]
) -> None:
    articles = vocabulary.articles
    prepositions = {phrase for kind, _, phrase in vocabulary.words if kind == "prepositions"}
    for frame in frames:
        found_runs: list[Phrase] = []
        for run in frame.phrases:
            bare = tuple(word for word in run if word not in articles)
            if len(bare) > 1 and bare[-1:] in prepositions and frame.robot:
                found_runs += [bare[:-1], bare[-1:]]
            elif bare:
                found_runs.append(bare)
        if not found_runs:
            continue
        made = replace(frame, phrases=tuple(found_runs))
        entries = found.setdefault(found_runs[0], [])
        if made not in entries:
            entries.append(made)
        for run in found_runs:
            runs.add(run, Meaning(HEAD, " ".join(run)))


def cut(words: str, lexicon: Lexicon, scene: SceneLexicon) -> tuple[Chunk, ...]:
    """All chunks of a sentence, in order; every token is in one of them, articles and silent marks aside."""
    row = tokens(words)
    quantities = _quantities(words, row, lexicon.vocabulary.language)
    numbers = {
        first: (last, str(int(quantity.value)))
        for first, (last, quantity) in quantities.items()
        if quantity.kind is Kind.COUNT and quantity.value.is_integer() and not quantity.ordinal
    }
    measured = [
        (first, last) for first, (last, quantity) in quantities.items() if quantity.kind is not Kind.VAGUE
    ]
    found: list[Chunk] = []
    index = 0
    while index < len(row):
        end, meanings = _longest(words, row, index, lexicon, scene, quantities, numbers, measured)
        if meanings:
            found.append(
                Chunk(
                    index,
                    end,
                    row[index].start,
                    row[end - 1].end,
                    words[row[index].start : row[end - 1].end],
                    meanings,
                )
            )
        index = end
    return tuple(_numbered(found, scene.stems))


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
    if token.shape is Shape.MARK and token.text in OPENING:
        closing = OPENING[token.text]
        last = next((at for at in range(index + 1, len(row)) if row[at].text == closing), None)
        if last is not None and last > index + 1:
            return last + 1, (Meaning(QUOTE, words[token.end : row[last].start]),)
    best = index
    meanings: list[Meaning] = []
    matches = [
        *lexicon.book.at(row, index, numbers, lexicon.vocabulary.articles),
        *scene.book.at(row, index, numbers, lexicon.vocabulary.articles),
    ]
    for end, meant in matches:
        if end < best or end == index or any(index <= first < end < last for first, last in measured):
            continue
        if end > best:
            best, meanings = end, []
        meanings += [meaning for meaning in meant if meaning not in meanings]
    if index in quantities:
        end, quantity = quantities[index]
        if end >= best:
            meanings = [
                *(meanings if end == best else []),
                Meaning(QUANTITY, quantity.kind.value, quantity=quantity),
            ]
            best = end
    if meanings:
        return best, () if all(meaning.kind == "articles" for meaning in meanings) else tuple(meanings)
    return index + 1, _mark(token)


def _mark(token: Token) -> tuple[Meaning, ...]:
    if token.shape is not Shape.MARK:
        return (Meaning(UNKNOWN, token.plain),)
    if token.text in ENDS:
        return (Meaning(END, token.text),)
    if token.text in ",、，—–-":
        return (Meaning(COMMA),)
    return () if token.text in _SILENT or token.text in OPENING else (Meaning(MARK, token.text),)


def _numbered(chunks: Sequence[Chunk], stems_: frozenset[str]) -> Iterator[Chunk]:
    """ "rover" and a bare number behind it are one robot's name, which nobody here has: those that are were found before."""
    rest = iter([*chunks[1:], None])
    skip = False
    for chunk in chunks:
        following = next(rest)
        if skip:
            skip = False
            continue
        number = _bare_number(following) if following is not None else ""
        if following is None or not number or chunk.text.casefold() not in stems_:
            yield chunk
            continue
        skip = True
        name = chunk.text.casefold() + number
        yield Chunk(chunk.first, following.last, chunk.start, following.end, name, (Meaning(NO_ROBOT, name),))


def _bare_number(chunk: Chunk) -> str:
    if chunk.text.isdecimal() and not chunk.has(QUANTITY):
        return chunk.text
    meaning = chunk.get(QUANTITY)
    quantity = meaning.quantity if meaning is not None else None
    if (
        quantity is None
        or quantity.kind is not Kind.COUNT
        or quantity.ordinal
        or not quantity.value.is_integer()
    ):
        return ""
    return str(int(quantity.value))
