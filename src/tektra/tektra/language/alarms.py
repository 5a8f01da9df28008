# SPDX-License-Identifier: Apache-2.0
"""Cries that name no stop and mean one: "you're on my foot!", "there's a child behind you". Plain text in, a number out; no state.

A second ear behind the rules of stop.py, asked only while something moves: a weighted sum over pieces of words (hashed n-grams of
letters and words, as in Joulin et al., "Bag of Tricks for Efficient Text Classification", 2017; and of kinds of words; logistic
regression). The weights are our own: scripts/train_alarms.py makes config/alarms.npz of config/language/<code>/alarms.yaml. A tenth
of a millisecond.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

from tektra.common.errors import ConfigError
from tektra.common.paths import share_dir
from tektra.language.clauses import sentences
from tektra.language.word_kinds import Kinds, read_kinds, written

#: Pieces are told apart by so many bits of their checksum.
BITS = 16
#: Of a sentence its end, of a text its last sentences: what is cried is short.
MOST_WORDS, MOST_SENTENCES = 30, 6
#: Pieces of letters, of words, and how much of a word's end is a piece beside its neighbours.
LETTERS, WORDS, ENDING = (2, 3, 4, 5), (1, 2, 3), 3
#: So many words by their kinds are a piece.
KINDS = (1, 2, 3, 4)
#: From this sum on it is an alarm. docs/decisions/alarms.md has what is missed and what is false by it.
LEAST = 0.75

#: Of a sentence by its clauses, whether others have judged it.
HeardBefore = Callable[[Iterable[list[str]]], bool]


@dataclass(frozen=True)
class Alarms:
    """`weights`: 2 ** BITS numbers of 8 bits, each a `scale`-th of a weight. `kinds`: of words, by which pieces are known, too."""

    weights: array[int]
    scale: float
    usual: float
    kinds: Kinds

    def of(self, text: str, heard_before: HeardBefore = lambda clauses: False) -> float:
        """How much the most alarmed of its sentences sounds so, about -5 to 5; of those that nobody has `heard_before`."""
        said = [clauses for clauses in sentences(text)[-MOST_SENTENCES:] if not heard_before(clauses)]
        return max((self._sum(row_of(clauses)) for clauses in said), default=-math.inf)

    def _sum(self, words: Sequence[str]) -> float:
        found = pieces(words, self.kinds)
        return self.usual + self.scale * sum(self.weights[piece] for piece in found) / math.sqrt(len(found))


def row_of(clauses: Iterable[list[str]]) -> list[str]:
    """The last plain words of a sentence."""
    return [*chain.from_iterable(clauses)][-MOST_WORDS:]


def pieces(words: Sequence[str], kinds: Kinds) -> set[int]:
    """What stands in a sentence, each piece as a number of BITS bits."""
    letters = f" {' '.join(words)} ".encode("ascii", "ignore")
    found = {crc32(letters[at : at + n]) for n in LETTERS for at in range(len(letters) - n + 1)}
    named = chain(_word_pieces(["^", *words, "$"]), _kind_pieces(words, [kinds.of(word) for word in words]))
    found.update(crc32(piece.encode()) for piece in named)
    return {piece & ((1 << BITS) - 1) for piece in found}


def _word_pieces(row: Sequence[str]) -> Iterator[str]:
    """Words together, and words around a gap, so that "you're squashing my" tells of "you're throttling my"."""
    for at, word in enumerate(row):
        yield from (f"w{' '.join(row[at : at + n])}" for n in WORDS if at + n <= len(row))
        rest = row[at + 1 : at + 4]
        if rest:
            yield f"v{word} {rest[0][-ENDING:]}"
        if len(rest) > 1:
            yield f"s{word} {rest[1]}"
            yield f"t{word} {rest[0][-ENDING:]} {rest[1]}"
        if len(rest) > 2:
            yield f"u{word} {rest[2]}"


def _kind_pieces(words: Sequence[str], kinds: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Words by their kinds, together, around a gap, and any two in their order: "my <limb>" tells of every limb."""
    row = ["^", *("/".join(of) or word for word, of in zip(words, kinds, strict=True)), "$"]
    for at, word in enumerate(row):
        yield from (f"k{' '.join(row[at : at + n])}" for n in KINDS if at + n <= len(row))
        if at + 2 < len(row):
            yield f"g{word} {row[at + 2]}"
    earlier: set[str] = set()
    for of in kinds:
        yield from (f"p{before}+{kind}" for kind in of for before in earlier)
        earlier.update(of)


def load(file: Path | None = None) -> Alarms:
    """That of config/alarms.npz, or of another file. Raises ConfigError, also where the weights are not those that were written."""
    import numpy as np

    file = file or share_dir() / "config" / "alarms.npz"
    try:
        with np.load(file, allow_pickle=False) as kept:
            weights = array("b", kept["weights"].astype(np.int8).tobytes())
            scale, usual, told = float(kept["scale"]), float(kept["usual"]), str(kept["sha256"])
            kinds = read_kinds(str(kept["kinds"]))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise ConfigError(
            f"{file} cannot be read ({error})", "make it anew: scripts/train_alarms.py"
        ) from error
    if len(weights) != 1 << BITS or digest(made := Alarms(weights, scale, usual, kinds)) != told:
        raise ConfigError(f"{file} does not hold what was written", "make it anew: scripts/train_alarms.py")
    return made


def digest(of: Alarms) -> str:
    """The sha256 of all that the sum is made of."""
    rest = repr((of.scale, of.usual)) + written(of.kinds)
    return hashlib.sha256(of.weights.tobytes() + rest.encode()).hexdigest()


@cache
def known() -> tuple[Alarms | None, str]:
    """The alarms, or why there are none: then the rules hear alone. Read once."""
    try:
        return load(), ""
    except ConfigError as error:
        return None, str(error)


def alarms(text: str, least: float, heard_before: HeardBefore = lambda clauses: False) -> bool:
    """Whether the words sound alarmed; never where the weights are missing."""
    heard = known()[0]
    return heard is not None and heard.of(text, heard_before) >= least
