# SPDX-License-Identifier: Apache-2.0
"""Models by MLX and mlx-lm, for Apple's chips; MLX's Linux wheels compute on the CPU. llguidance holds them to a schema.

Optional: requirements/mlx.in. Nothing of it is imported before load().
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.planner.backends import LlmOptions, Message
from tektra.planner.backends.mlx_schema import SchemaMask
from tektra.planner.backends.mlx_weights import imported, loaded_weights

#: Prompt tokens that are worked on at once: only between two such lots is it seen that an answer is not wanted any more.
BATCH_TOKENS = 128


class Mlx:
    """An Llm (see backends/__init__.py). `model`: a name of config/models.lock, a GGUF file, or a folder as mlx-lm reads it.

    The state of the latest prompt is kept in memory, so one that begins like it is only worked on from where it differs.
    Weights are only ever read from safetensors or GGUF, and no code of a model's repository is run. Of the options,
    `threads` says nothing here: MLX takes the chip, or on Linux the cores, as it likes.
    """

    def __init__(self, model: str, options: LlmOptions) -> None:
        self._name = model
        self._options = options
        self._model: Any = None
        self._tokenizer: Any = None
        self._cutter: Any = None
        self._cache: list[Any] = []
        self._read: list[int] = []  # tokens that _cache has worked out, and perhaps some more

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def load(self) -> None:
        if self._model is not None:
            return
        imported("mlx_lm")
        path = Path(self._name)
        path = path if path.exists() else models.path(self._name)
        self._model, self._tokenizer = loaded_weights(path)

    def unload(self) -> None:
        if self._model is None:
            return
        self._model = self._tokenizer = self._cutter = None
        self._cache, self._read = [], []
        imported("mlx.core").clear_cache()

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
        prompt = self._prompt(messages)
        length = len(prompt) + max_tokens
        if length > self._options.context_tokens:
            raise BackendError(
                f"the request needs {length} tokens of context",
                f"shorten it to {self._options.context_tokens}",
            )
        mask = None if schema is None else self._mask(schema)
        return self._pieces(prompt, mask, max_tokens, temperature, stop)

    def tokens(self, text: str) -> int | None:
        return len(self._loaded_tokenizer().encode(text, add_special_tokens=False))

    def read(self, messages: Sequence[Message], *, lasting: bool, stop: threading.Event) -> None:
        """In memory alone, whatever `lasting` says."""
        for _ in self._pieces(self._prompt(messages), None, 1, 0.0, stop):
            pass

    def _loaded_tokenizer(self) -> Any:
        if self._tokenizer is None:
            raise BackendError(f"the model {self._name!r} is not loaded", "load it first")
        return self._tokenizer

    def _prompt(self, messages: Sequence[Message]) -> list[int]:
        chat = [{"role": message.role, "content": message.content} for message in messages]
        return list(
            self._loaded_tokenizer().apply_chat_template(
                chat, add_generation_prompt=True, tokenize=True, return_dict=False
            )
        )

    def _mask(self, schema: Mapping[str, object]) -> SchemaMask:
        if self._cutter is None:
            self._cutter = SchemaMask.cutter(self._tokenizer)
        return SchemaMask(self._cutter, schema)

    def _pieces(
        self,
        prompt: Sequence[int],
        mask: SchemaMask | None,
        max_tokens: int,
        temperature: float,
        stop: threading.Event,
    ) -> Iterator[str]:
        generate = imported("mlx_lm.generate")
        sampling = imported("mlx_lm.sample_utils")

        def look(done: int, total: int) -> None:
            if stop.is_set():
                raise _NotWanted

        known = self._in_common(prompt)
        self._read = list(prompt)
        try:
            answer = generate.stream_generate(
                self._model,
                self._tokenizer,
                list(prompt[known:]),
                max_tokens=max_tokens,
                sampler=sampling.make_sampler(temp=temperature),
                logits_processors=[mask] if mask is not None else None,
                prompt_cache=self._cache,
                prefill_step_size=BATCH_TOKENS,
                prompt_progress_callback=look,
            )
            for piece in answer:
                self._read.append(int(piece.token))
                if piece.text and not stop.is_set():
                    yield piece.text
                if stop.is_set():
                    answer.close()
                    return
        except _NotWanted:
            return
        except (RuntimeError, ValueError, TypeError, MemoryError) as error:
            self._cache, self._read = [], []
            told = f"MLX failed ({type(error).__name__})"
            raise BackendError(told, "see the log; load the model again") from error

    def _in_common(self, prompt: Sequence[int]) -> int:
        """How many of the prompt's tokens the state has worked out already; the state is cut back to them."""
        caches = imported("mlx_lm.models.cache")
        has = min(len(self._read), int(self._cache[0].offset)) if self._cache else 0
        known = 0
        for ours, theirs in zip(self._read[:has], prompt[:-1], strict=False):  # one token at least is asked
            if ours != theirs:
                break
            known += 1
        if self._cache and known and caches.can_trim_prompt_cache(self._cache):
            caches.trim_prompt_cache(self._cache, int(self._cache[0].offset) - known)
            return known
        self._cache = caches.make_prompt_cache(self._model)
        return 0


class _NotWanted(Exception):
    """The answer is not wanted any more: leaves the engine in the middle of a prompt."""
