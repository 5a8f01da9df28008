# SPDX-License-Identifier: Apache-2.0
"""Phrases with what they may mean, in one tree; and chunks, the words of a sentence that such a phrase covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tektra.language.quantities import Quantity
from tektra.language.text import Token
from tektra.planner.understanding.scene import Named
from tektra.planner.understanding.templates import Phrase

QUANTITY, QUOTE, END, COMMA, MARK, UNKNOWN, HEAD, VALUE, NO_ROBOT = (
    "quantity", "quote", "end", "comma", "mark", "unknown", "head", "value", "no_robot",
)  # fmt: skip

#: Beside NO_ROBOT: whoever stands there is meant, and nobody does; beside a group: one of those who are meant.
STANDING, THOSE = "standing", "those"


@dataclass(frozen=True)
class Meaning:
    """One thing that a chunk may be. `kind`: a kind of word of the vocabulary, or one of the names above."""

    kind: str
    value: str = ""
    named: tuple[Named, ...] = ()
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Chunk:
    """Some words of the sentence: from token `first` up to `last`, from character `start` up to `end`.

    `chooses`: they may belong to words with which one chooses ("go with", "I'd like").
    """

    first: int
    last: int
    start: int
    end: int
    text: str
    meanings: tuple[Meaning, ...]
    chooses: bool = False

    def get(self, kind: str) -> Meaning | None:
        for meaning in self.meanings:  # plain loops: these two are asked a thousand times for each sentence
            if meaning.kind == kind:
                return meaning
        return None

    @property
    def quantity(self) -> Quantity | None:
        meaning = self.get(QUANTITY)
        return meaning.quantity if meaning is not None else None

    def has(self, kind: str, value: str | None = None) -> bool:
        for meaning in self.meanings:
            if meaning.kind == kind and (value is None or meaning.value == value):
                return True
        return False


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
        self.words: set[str] = set()

    def add(self, phrase: Phrase, meaning: Meaning) -> None:
        self.words.update(phrase)
        node = self._root
        for word in phrase:
            if (further := node.next.get(word)) is None:
                further = node.next[word] = _Node()
            node = further
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
        self,
        chunks: Sequence[Chunk],
        index: int,
        row: Sequence[str],
        between: frozenset[str],
        *,
        light: frozenset[str],
    ) -> Iterator[tuple[Phrase, tuple[Chunk, ...]]]:
        """(phrase, its chunks) for each phrase that begins with the chunk at `index` and ends with a chunk.

        `between`: words that may stand between those of a phrase; `light`: those that may even end it: "schau mal" is "schau".
        """
        nodes = [self._root]
        taken: list[Chunk] = []
        for chunk in chunks[index:]:
            if taken and chunk.first > taken[-1].last and chunk.has(COMMA):
                return
            he = chunk.has("references", "he")  # "où est-il passé"
            reached = [(node, False) for node in nodes]
            for at, word in enumerate(row[chunk.first : chunk.last]):
                passed = reached if (taken and (he or word in between)) or (at and word in light) else []
                reached = [(node.next[word], True) for node, _ in reached if word in node.next] + passed
            if not reached:
                return
            taken.append(chunk)
            nodes = [node for node, _ in reached]
            for node, moved in reached:
                if moved and node.meanings:
                    yield tuple(node.meanings[0].value.split(" ")), tuple(taken)
