# SPDX-License-Identifier: Apache-2.0
"""Models of the Hugging Face formats (safetensors, or GGUF) by transformers and torch; xgrammar holds them to a schema.

Optional: `pip install torch==2.13.0 transformers xgrammar gguf accelerate`. Nothing of it is imported before load().
"""

from __future__ import annotations

import importlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.planner.backends import LlmOptions, Message


class Transformers:
    """An Llm (see backends/__init__.py). `model`: a name of config/models.lock, or a folder with safetensors.

    Weights are only ever read from safetensors or GGUF, and no code of a model's repository is run.
    """

    def __init__(self, model: str, options: LlmOptions) -> None:
        self._name = model
        self._options = options
        self._model: Any = None
        self._tokenizer: Any = None

    @property
    def loaded(self) -> bool:
        return self._model is not None

    def load(self) -> None:
        if self._model is not None:
            return
        transformers = _imported("transformers")
        torch = _imported("torch")
        torch.set_num_threads(self._options.threads)
        path = Path(self._name) if Path(self._name).is_dir() else models.path(self._name)
        folder, more = (path.parent, {"gguf_file": path.name}) if path.suffix == ".gguf" else (path, {})
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **more)
            self._model = transformers.AutoModelForCausalLM.from_pretrained(
                folder, torch_dtype="auto", use_safetensors=not more, trust_remote_code=False, **more
            )
            self._model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            self.unload()
            raise BackendError(
                f"transformers could not load {path} ({str(error)[:200]})",
                "pull the model again, or free memory",
            ) from error

    def unload(self) -> None:
        self._model = self._tokenizer = None

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
        if self._model is None:
            raise BackendError(f"the model {self._name!r} is not loaded", "load it first")
        transformers = _imported("transformers")
        chat = [{"role": message.role, "content": message.content} for message in messages]
        inputs = self._tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(self._model.device)
        length = inputs["input_ids"].shape[1] + max_tokens
        if length > self._options.context_tokens:
            raise BackendError(
                f"the request needs {length} tokens", f"shorten it to {self._options.context_tokens}"
            )
        settings: dict[str, Any] = {
            "max_new_tokens": max_tokens,
            "do_sample": temperature > 0.0,
        }
        if temperature > 0.0:
            settings["temperature"] = temperature
        if schema is not None:
            settings["logits_processor"] = [self._held_to(schema)]
        return self._pieces(transformers, {**inputs, **settings}, stop)

    def tokens(self, text: str) -> int | None:
        if self._tokenizer is None:
            raise BackendError(f"the model {self._name!r} is not loaded", "load it first")
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def read(self, messages: Sequence[Message], *, lasting: bool, stop: threading.Event) -> None:
        """Nothing: each answer reads its whole prompt anew."""

    def _pieces(self, transformers: Any, call: dict[str, Any], stop: threading.Event) -> Iterator[str]:
        """generate() hands its text to a streamer from a thread of its own."""
        streamer = transformers.TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True
        )
        failures: list[Exception] = []
        given_up = (
            threading.Event()
        )  # `stop` is the caller's: whoever set it would take an answer for unwanted
        criteria = transformers.StoppingCriteriaList([_Stopped(stop, given_up)])

        def work() -> None:
            try:
                self._model.generate(**call, stopping_criteria=criteria, streamer=streamer)
            except Exception as error:
                failures.append(error)
                streamer.end()

        thread = threading.Thread(target=work, name="transformers", daemon=True)
        thread.start()
        try:
            for text in streamer:
                if text:
                    yield text
        finally:
            given_up.set()
            thread.join()
        if failures:
            told = f"transformers failed ({type(failures[0]).__name__})"
            raise BackendError(told, "see the log; load the model again") from failures[0]

    def _held_to(self, schema: Mapping[str, object]) -> Any:
        xgrammar = _imported("xgrammar")
        vocabulary = xgrammar.TokenizerInfo.from_huggingface(
            self._tokenizer, vocab_size=self._model.config.vocab_size
        )
        compiler = xgrammar.GrammarCompiler(vocabulary)
        grammar = compiler.compile_json_schema(
            json.dumps(schema), any_whitespace=False, separators=(",", ":")
        )
        return xgrammar.contrib.hf.LogitsProcessor(grammar)


class _Stopped:
    """A stopping criterion of generate(): true once one of the events is set."""

    def __init__(self, *events: threading.Event) -> None:
        self._events = events

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        torch = _imported("torch")
        return torch.full(
            (input_ids.shape[0],),
            any(event.is_set() for event in self._events),
            dtype=torch.bool,
            device=input_ids.device,
        )


def _imported(name: str) -> Any:
    """The module, or a BackendError with its pip line."""

    try:
        module = importlib.import_module(name)
        if name == "xgrammar":
            importlib.import_module("xgrammar.contrib.hf")
        return module
    except ModuleNotFoundError as missing:
        raise BackendError(
            f"the llm back end 'transformers' needs the Python package {missing.name!r}",
            "pip install torch==2.13.0 transformers xgrammar gguf accelerate",
        ) from missing
