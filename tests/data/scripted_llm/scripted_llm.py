# SPDX-License-Identifier: Apache-2.0
"""A language model for tests: it answers from a JSON file, [[regular expression, output], ...], first match first.

The file is the model's name. It is matched against the last line of the last message, where the person's words are.
An output "sleep" stands for a model that is at work until it is stopped, "clock" for one whose reply is the time at which
it gave each piece. Put this folder on PYTHONPATH: its
dist-info makes it the back end `scripted` of the kind llm, as any package could.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tektra.common.errors import BackendError
from tektra.planner.backends import LlmOptions, Message

PIECE_CHARS = 5
DEFAULT = '{"reply":"I do not know.","steps":[]}'


class Scripted:
    """An Llm (see tektra/planner/backends/__init__.py)."""

    def __init__(self, model: str, options: LlmOptions) -> None:
        self._path = Path(model)
        self._lines: list[tuple[str, str]] | None = None

    @property
    def loaded(self) -> bool:
        return self._lines is not None

    def load(self) -> None:
        try:
            self._lines = [(pattern, output) for pattern, output in json.loads(self._path.read_text())]
        except (OSError, ValueError) as error:
            raise BackendError(
                f"{self._path} is no script ({error})", "give the path of a JSON file"
            ) from error

    def unload(self) -> None:
        self._lines = None

    def close(self) -> None:
        self.unload()

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None,
        max_tokens: int,
        temperature: float,
        stop: threading.Event,
    ) -> Iterator[str]:
        if self._lines is None:
            raise BackendError("the script is not loaded", "load it first")
        words = messages[-1].content.splitlines()[-1]
        found = (output for pattern, output in self._lines if re.search(pattern, words, re.IGNORECASE))
        return self._pieces(next(found, DEFAULT), max_tokens, stop)

    def tokens(self, text: str) -> int | None:
        return len(text.split())

    def read(self, messages: Sequence[Message], *, lasting: bool, stop: threading.Event) -> None:
        """Nothing: a script answers at once."""

    def _pieces(self, output: str, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        if output == "sleep":
            stop.wait()
            return
        if output == "clock":
            yield '{"reply":"'
            for _ in range(20):
                stop.wait(0.05)
                yield f"{time.monotonic()} "
            yield '","steps":[]}'
            return
        for start in range(0, min(len(output), max_tokens * PIECE_CHARS), PIECE_CHARS):
            if stop.is_set():
                return
            yield output[start : start + PIECE_CHARS]
