# SPDX-License-Identifier: Apache-2.0
"""A chat completion as server-sent events over HTTP, as OpenAI's interface has it; with a way out at any moment."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tektra.common.errors import BackendError

#: A line of an event stream that is longer is no event.
LINE_MAX_BYTES = 1_000_000
#: How soon a stop is noticed while nothing comes.
LOOK_S = 0.05


@dataclass(frozen=True)
class Endpoint:
    """Where to ask: `base_url` up to and with /v1. `key`: bearer token, or empty. `name`: in messages of errors."""

    base_url: str
    key: str
    timeout_s: float
    name: str
    remedy: str

    def failure(self, what: str) -> BackendError:
        return BackendError(f"{self.name} {what}", self.remedy)


def chat(endpoint: Endpoint, body: Mapping[str, object], stop: threading.Event) -> Iterator[str]:
    """The texts of the answer, as they come; blocks between them.

    Once `stop` is set the connection is cut, also while nothing comes, and the answer just ends. Raises BackendError.
    """
    link = _link(endpoint)
    done = threading.Event()
    try:
        link.connect()
        threading.Thread(target=_cut, args=(link.sock, stop, done), daemon=True).start()
        path = f"{urlsplit(endpoint.base_url).path.rstrip('/')}/chat/completions"
        yield from _events(endpoint, _answer(endpoint, link, path, body), stop)
    except (OSError, http.client.HTTPException) as error:
        if not stop.is_set():
            raise endpoint.failure(f"failed ({type(error).__name__}: {error})") from error
    finally:
        done.set()
        link.close()


def post(endpoint: Endpoint, body: Mapping[str, object]) -> None:
    """Has the endpoint, whose `base_url` is the whole address, do something; waits for it. Raises BackendError."""
    link, url = _link(endpoint), urlsplit(endpoint.base_url)
    try:
        _answer(endpoint, link, f"{url.path}?{url.query}", body).read()
    except (OSError, http.client.HTTPException) as error:
        raise endpoint.failure(f"failed ({type(error).__name__}: {error})") from error
    finally:
        link.close()


def _link(endpoint: Endpoint) -> http.client.HTTPConnection:
    url = urlsplit(endpoint.base_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=endpoint.timeout_s)


def _answer(
    endpoint: Endpoint, link: http.client.HTTPConnection, path: str, body: Mapping[str, object]
) -> http.client.HTTPResponse:
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    link.request("POST", path, json.dumps(body), headers)
    response = link.getresponse()
    if response.status != 200:
        said = response.read(2000).decode(errors="replace").strip()
        raise endpoint.failure(f"answered {response.status} {response.reason}: {said[:300]}")
    return response


def _cut(link: socket.socket, stop: threading.Event, done: threading.Event) -> None:
    """Ends the connection under a reader that waits, when the answer is not wanted any more."""
    while not done.wait(LOOK_S):
        if stop.is_set():
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            return


def _events(endpoint: Endpoint, response: http.client.HTTPResponse, stop: threading.Event) -> Iterator[str]:
    """An event is a line `data: JSON`, the last one `data: [DONE]` (WHATWG HTML, 9.2)."""
    while not stop.is_set():
        line = response.readline(LINE_MAX_BYTES)
        if not line:
            if stop.is_set():
                return
            raise endpoint.failure("ended in the middle of its answer")
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            return
        if (text := _text(endpoint, data)) and not stop.is_set():
            yield text


def _text(endpoint: Endpoint, data: bytes) -> str:
    try:
        event = json.loads(data)
        if event.get("error"):
            raise endpoint.failure(f"reported {str(event['error'])[:300]}")
        choices = event.get("choices") or [{}]
        return str(choices[0].get("delta", {}).get("content") or "")
    except (ValueError, AttributeError, TypeError, LookupError):
        raise endpoint.failure(f"sent no event of a chat: {data[:100]!r}") from None
