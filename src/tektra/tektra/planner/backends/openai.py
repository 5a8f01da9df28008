# SPDX-License-Identifier: Apache-2.0
"""Any OpenAI-compatible endpoint (vLLM, llama-server, Ollama, a cloud): chat completions as server-sent events."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from tektra.common.chat_refusal import unknown_part
from tektra.common.errors import BackendError
from tektra.planner.backends import LlmOptions, Message
from tektra.planner.backends.chat_stream import Endpoint, Rejected, chat


class OpenAICompatible:
    """An Llm (see backends/__init__.py). `model` is sent as it is; `base_url`, key and timeout come from the options.

    The key is read from its environment variable at each request and appears in no message.
    """

    def __init__(self, model: str, options: LlmOptions) -> None:
        self._model = model
        self._options = options
        self._loaded = False
        self._changes: list[str] = []  # parts of a request that this endpoint wants otherwise

    @property
    def loaded(self) -> bool:
        return self._loaded

    def load(self) -> None:
        """Checks the address; the endpoint itself is first asked by a request."""
        url = urlsplit(self._options.base_url)
        if url.scheme not in ("http", "https") or not url.hostname:
            raise BackendError(
                f"base_url {self._options.base_url!r} is no address",
                "give something like http://127.0.0.1:8000/v1",
            )
        self._loaded = True

    def unload(self) -> None:
        self._loaded = False

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
        if not self._loaded:
            raise BackendError(f"the endpoint for {self._model!r} is not loaded", "load it first")
        body: dict[str, object] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
        }
        if schema is not None:
            form = {"name": "answer", "schema": dict(schema), "strict": _is_strict(schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return self._asked(body, stop, max_tokens)

    def _asked(self, body: Mapping[str, object], stop: threading.Event, max_tokens: int) -> Iterator[str]:
        """A refused request is put in the next form that the endpoint may know; nothing was answered by then."""
        while True:
            try:
                yield from chat(self._endpoint(), self._in_its_form(body), stop, max_tokens=max_tokens)
                return
            except Rejected as rejected:
                change = _unknown_part(str(rejected.__cause__)) if rejected.status in (400, 422) else ""
                if not change or change in self._changes:
                    raise
                self._changes.append(change)

    def _in_its_form(self, body: Mapping[str, object]) -> dict[str, object]:
        form = dict(body)
        if "response_format" in self._changes:
            form.pop("response_format", None)
        if "temperature" in self._changes:
            form.pop("temperature", None)
        if "max_tokens" in self._changes:
            form["max_completion_tokens"] = form.pop("max_tokens")
        return form

    def tokens(self, text: str) -> int | None:
        """None: OpenAI's interface has no word for it."""
        return None

    def read(self, messages: Sequence[Message], *, lasting: bool, stop: threading.Event) -> None:
        """Nothing: an endpoint bills for what it reads, and keeps it as it likes."""

    def _endpoint(self) -> Endpoint:
        name = self._options.api_key_env
        key = os.environ.get(name, "") if name else ""
        if name and not key:
            raise BackendError(
                f"the environment variable {name} holds no key", "set it, or leave api_key_env empty"
            )
        url = self._options.base_url
        told, remedy = f"the endpoint {url}", "see that it runs and knows the model"
        return Endpoint(url, key, self._options.timeout_s, told, remedy)


def _unknown_part(said: str) -> str:
    """Newer models of OpenAI know no temperature, older servers no schema."""
    found = unknown_part(said, ("temperature", "response_format", "json_schema"))
    return found.replace("json_schema", "response_format")


def _is_strict(schema: object) -> bool:
    """Whether every object in it requires all that it may hold: a cloud refuses the word "strict" for any other.

    Engines that decode within a schema (vLLM, llama-server, Ollama) do so whatever that word says.
    """
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    known = set(properties) if isinstance(properties, Mapping) else set()
    return known <= set(schema.get("required", ())) and all(map(_is_strict, schema.values()))
