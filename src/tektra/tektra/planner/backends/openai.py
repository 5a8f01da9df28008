# SPDX-License-Identifier: Apache-2.0
"""Any OpenAI-compatible endpoint (vLLM, llama-server, Ollama, a cloud): chat completions as server-sent events."""

from __future__ import annotations

import http.client
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from tektra.common.errors import BackendError
from tektra.planner.backends import LlmOptions, Message

#: A line of an event stream that is longer is no event.
LINE_MAX_BYTES = 1_000_000


class OpenAICompatible:
    """An Llm (see backends/__init__.py). `model` is sent as it is; `base_url`, key and timeout come from the options.

    The key is read from its environment variable at each request and appears in no message.
    """

    def __init__(self, model: str, options: LlmOptions) -> None:
        self._model = model
        self._options = options
        self._loaded = False

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
            form = {"name": "answer", "schema": dict(schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        return self._pieces(body, stop)

    def _pieces(self, body: Mapping[str, object], stop: threading.Event) -> Iterator[str]:
        url = urlsplit(self._options.base_url)
        secure = url.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        link = kind(url.hostname or "", url.port, timeout=self._options.timeout_s)
        try:
            link.request(
                "POST", f"{url.path.rstrip('/')}/chat/completions", json.dumps(body), self._headers()
            )
            response = link.getresponse()
            if response.status != 200:
                said = response.read(2000).decode(errors="replace").strip()
                raise self._failure(f"answered {response.status} {response.reason}: {said[:300]}")
            yield from self._events(response, stop)
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(f"failed ({type(error).__name__}: {error})") from error
        finally:
            link.close()

    def _events(self, response: http.client.HTTPResponse, stop: threading.Event) -> Iterator[str]:
        """The texts of the events; an event is a line `data: JSON`, the last one `data: [DONE]` (WHATWG HTML, 9.2)."""
        while not stop.is_set():
            line = response.readline(LINE_MAX_BYTES)
            if not line:
                raise self._failure("ended in the middle of its answer")
            if not line.startswith(b"data:"):
                continue
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            if text := self._text(data):
                yield text

    def _text(self, data: bytes) -> str:
        try:
            event = json.loads(data)
            if event.get("error"):
                raise self._failure(f"reported {str(event['error'])[:300]}")
            choices = event.get("choices") or [{}]
            return str(choices[0].get("delta", {}).get("content") or "")
        except (ValueError, AttributeError, TypeError, LookupError):
            raise self._failure(f"sent no event of a chat: {data[:100]!r}") from None

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        name = self._options.api_key_env
        if name:
            key = os.environ.get(name, "")
            if not key:
                raise BackendError(
                    f"the environment variable {name} holds no key", "set it, or leave api_key_env empty"
                )
            headers["Authorization"] = f"Bearer {key}"
        return headers

    def _failure(self, what: str) -> BackendError:
        return BackendError(
            f"the endpoint {self._options.base_url} {what}", "see that it runs and knows the model"
        )
