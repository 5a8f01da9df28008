# SPDX-License-Identifier: Apache-2.0
"""GGUF models by llama.cpp in this process, through xllamacpp."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

# OpenMP reads this when the engine is loaded. Its threads wait for each other many times a token; by default they spin,
# and where other processes want the cores (2 cores, 2 threads, load 8) 60 tokens of a 0.5B model took 162 s so, 10 s without.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import xllamacpp

from tektra.common import models, paths
from tektra.common.errors import BackendError
from tektra.common.interrupts import INTERRUPTS
from tektra.common.scheduling import behind_everyone
from tektra.planner.backends import LlmOptions, Message
from tektra.planner.backends.chat_stream import Endpoint, chat, fetch, post
from tektra.planner.backends.kept_states import KeptStates

#: What every GGUF file begins with (ggml's docs/gguf.md).
GGUF = b"GGUF"
#: Compact JSON: white space would cost a third of the tokens of a plan.
COMPACT = {"x-guidance": {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}}
#: Prompt tokens that are worked on at once. Small: only between two such lots is it seen that an answer is not wanted any
#: more. 64, 256 and 512 took the same time of the cores for 960 tokens (27 to 29 s of two).
BATCH_TOKENS = 64
#: A prompt may be worked on for as long without a word.
SILENT_S = 600.0
#: Kept states of prompts, all together. One takes 28 kB a token (1.5B model): 27 MB for the planner's opening.
STATES_BYTES = 256_000_000


#: The engine's answer to how it cuts a text: some 7 characters a token.
TOKENS_MAX_BYTES = 1_000_000


class LlamaCpp:
    """An Llm (see backends/__init__.py). `model`: a name of config/models.lock, or the path of a GGUF file.

    One slot keeps the state of the latest prompt, so a prompt that begins like the one before (the system prompt,
    the conversation so far) is only worked on from where it differs. The engine opens an HTTP port on 127.0.0.1, which
    cannot be switched off. It is locked with a random key, and used by us too: an answer that is not wanted any more ends
    with its connection, even while the prompt is still being worked on, which the engine's call-backs cannot do.
    """

    def __init__(self, model: str, options: LlmOptions) -> None:
        self._model = model
        self._options = options
        self._key = secrets.token_urlsafe(32)
        self._states = KeptStates(paths.cache_dir() / "prompts", most_bytes=STATES_BYTES)
        self._server: Any = None

    @property
    def loaded(self) -> bool:
        return self._server is not None

    def load(self) -> None:
        if self._server is not None:
            return
        path = self._file()
        try:
            with INTERRUPTS.held():
                with ThreadPoolExecutor(
                    1, initializer=behind_everyone
                ) as loader:  # the engine's threads inherit
                    self._server = loader.submit(xllamacpp.Server, self._params(str(path))).result()
                # Its answer shows that the engine's loop runs: an engine that ends before that waits for its loop for ever.
                self._slot("erase", "")
        except (RuntimeError, ValueError, MemoryError) as error:
            raise BackendError(
                f"llama.cpp could not load {path} ({error})", "pull the model again, or free memory"
            ) from error

    def unload(self) -> None:
        self._server = None

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
        request: dict[str, object] = {
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
            "cache_prompt": True,
        }
        if schema is not None:
            # As a grammar: given as "json_schema" the chat endpoint uses an older converter that knows no bounds.
            request["grammar"] = xllamacpp.json_schema_to_grammar({**schema, **COMPACT})
        return chat(self._endpoint("/v1"), request, stop, max_tokens=max_tokens)

    def tokens(self, text: str) -> int | None:
        found = fetch(self._endpoint("/tokenize"), {"content": text}, TOKENS_MAX_BYTES)
        cut = found.get("tokens") if isinstance(found, dict) else None
        return len(cut) if isinstance(cut, list) else None

    def read(self, messages: Sequence[Message], *, lasting: bool, stop: threading.Event) -> None:
        key = self._state_key(messages) if lasting else ""
        kept = self._states.find(key) if key else None
        if kept is not None and self._slot("restore", kept.name):
            return
        for _ in self.stream(messages, schema=None, max_tokens=1, temperature=0.0, stop=stop):
            pass
        part = self._states.room() if key and not stop.is_set() else None
        if part is not None and self._slot("save", part.name):
            self._states.keep(part, key)

    def _file(self) -> Path:
        """Raises MissingModel, or BackendError for a file that is no GGUF: the engine would abort the process on some."""
        path = Path(self._model)
        if not path.is_file():
            return models.path(self._model)
        with path.open("rb") as file:
            if file.read(len(GGUF)) != GGUF:
                raise BackendError(f"{path} is no GGUF file", "give one that begins with the letters GGUF")
        return path

    def _endpoint(self, path: str) -> Endpoint:
        if self._server is None:
            raise BackendError(f"the model {self._model!r} is not loaded", "load it first")
        name, remedy = "llama.cpp", "shorten the request, or give more context_tokens; else see the log"
        return Endpoint(f"{self._server.listening_address}{path}", self._key, SILENT_S, name, remedy)

    def _slot(self, action: str, filename: str) -> bool:
        """Writes the state of the slot to a file (6 ms for 960 tokens), reads it from one (22 ms), or erases it."""
        try:
            post(self._endpoint(f"/slots/0?action={action}"), {"filename": filename})
        except BackendError:  # no room on the disk, or a file of another build: then the prompt is read
            return False
        return True

    def _state_key(self, messages: Sequence[Message]) -> str:
        """Whatever the state depends on: the engine, the model's file, the settings, and the text."""
        file = self._file().stat()
        shown = [(message.role, message.content) for message in messages]
        engine = (version("xllamacpp"), self._options.context_tokens)
        known = json.dumps([engine, self._model, file.st_size, file.st_mtime_ns, shown])
        return hashlib.sha256(known.encode()).hexdigest()

    def _params(self, path: str) -> Any:
        params = xllamacpp.CommonParams()
        params.model.path = path
        params.n_ctx = self._options.context_tokens
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = BATCH_TOKENS
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._options.threads
        params.cpuparams.poll = params.cpuparams_batch.poll = (
            0  # wait for work without spinning: others need the core
        )
        params.fit_params = False
        params.cache_ram_mib = 0  # the slot's own state is the cache
        params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
        params.slot_save_path = f"{self._states.folder}{os.sep}"
        params.api_keys = [self._key]
        params.verbosity = 0
        return params
