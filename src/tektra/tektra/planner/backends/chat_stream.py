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
#: Small models can fall into writing blanks until their tokens end; no answer needs so many in a row.
MOST_BLANKS = 200
#: More letters than that a token do not come: an endpoint that writes on has lost count.
MOST_CHARS_A_TOKEN = 32
#: Reasons to end that OpenAI's interface knows; another one is taken for an end, too.
WITHHELD = "content_filter"


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

    def words(self, said: str) -> EndpointWords:
        return EndpointWords(said.replace(self.key, "(key)") if self.key else said)


class EndpointWords(Exception):
    """What an endpoint itself said of a failure: the cause of a BackendError, for a log. It is never spoken or kept."""


class Rejected(BackendError):
    """The endpoint answered with an HTTP status other than 200."""

    def __init__(self, what: str, remedy: str, status: int) -> None:
        super().__init__(what, remedy)
        self.status = status


def chat(
    endpoint: Endpoint, body: Mapping[str, object], stop: threading.Event, *, max_tokens: int
) -> Iterator[str]:
    """The texts of the answer, as they come; blocks between them. It ends where the endpoint says so, or all is blank.

    Once `stop` is set the connection is cut, also while nothing comes, and the answer just ends. Raises BackendError,
    which is a Rejected when the endpoint did not take the request.
    """
    link = _link(endpoint)
    done = threading.Event()
    try:
        link.connect()
        threading.Thread(target=_cut, args=(link.sock, stop, done), daemon=True).start()
        path = f"{urlsplit(endpoint.base_url).path.rstrip('/')}/chat/completions"
        events = _events(endpoint, _answer(endpoint, link, path, body), stop)
        yield from _bounded(endpoint, events, max_tokens * MOST_CHARS_A_TOKEN)
    except (OSError, http.client.HTTPException) as error:
        if not stop.is_set():
            raise endpoint.failure(f"failed ({_reason(error)})") from error
    finally:
        done.set()
        link.close()


def post(endpoint: Endpoint, body: Mapping[str, object]) -> None:
    """Has the endpoint, whose `base_url` is the whole address, do something; waits for it. Raises BackendError."""
    link, url = _link(endpoint), urlsplit(endpoint.base_url)
    try:
        _answer(endpoint, link, f"{url.path}?{url.query}", body).read()
    except (OSError, http.client.HTTPException) as error:
        raise endpoint.failure(f"failed ({_reason(error)})") from error
    finally:
        link.close()


def fetch(endpoint: Endpoint, body: Mapping[str, object], most_bytes: int) -> object:
    """As post(), and what the endpoint answers, which is JSON. Raises BackendError."""
    link, url = _link(endpoint), urlsplit(endpoint.base_url)
    try:
        content = _answer(endpoint, link, url.path, body).read(most_bytes + 1)
    except (OSError, http.client.HTTPException) as error:
        raise endpoint.failure(f"failed ({_reason(error)})") from error
    finally:
        link.close()
    return _json(endpoint, content, most_bytes)


def get(endpoint: Endpoint, path: str, most_bytes: int) -> object:
    """The JSON at base_url + path; blocks for up to timeout_s. Raises BackendError."""
    link = _link(endpoint)
    try:
        link.request(
            "GET", f"{urlsplit(endpoint.base_url).path.rstrip('/')}{path}", headers=_headers(endpoint)
        )
        content = _taken(endpoint, link.getresponse()).read(most_bytes + 1)
    except (OSError, http.client.HTTPException) as error:
        raise endpoint.failure(f"failed ({_reason(error)})") from error
    finally:
        link.close()
    return _json(endpoint, content, most_bytes)


def _json(endpoint: Endpoint, content: bytes, most_bytes: int) -> object:
    try:
        if len(content) > most_bytes:
            raise ValueError("too long")
        return json.loads(content)
    except (ValueError, RecursionError):
        raise endpoint.failure("sent no JSON that can be read") from None


def _reason(error: Exception) -> str:
    """In the words of the system, not of the peer."""
    told = error.strerror if isinstance(error, OSError) else ""
    return told or type(error).__name__


def _link(endpoint: Endpoint) -> http.client.HTTPConnection:
    url = urlsplit(endpoint.base_url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    return kind(url.hostname or "", url.port, timeout=endpoint.timeout_s)


def _answer(
    endpoint: Endpoint, link: http.client.HTTPConnection, path: str, body: Mapping[str, object]
) -> http.client.HTTPResponse:
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream", **_headers(endpoint)}
    link.request("POST", path, json.dumps(body), headers)
    return _taken(endpoint, link.getresponse())


def _headers(endpoint: Endpoint) -> dict[str, str]:
    return {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}


def _taken(endpoint: Endpoint, response: http.client.HTTPResponse) -> http.client.HTTPResponse:
    """The response, if the endpoint took the request. Raises Rejected, whose cause has the endpoint's words."""
    if response.status == 200:
        return response
    said = endpoint.words(response.read(2000).decode(errors="replace").strip())
    known = http.client.responses.get(response.status, "")
    raise Rejected(
        f"{endpoint.name} answered {response.status} {known}".strip(), endpoint.remedy, response.status
    ) from said


def _cut(link: socket.socket, stop: threading.Event, done: threading.Event) -> None:
    """Ends the connection under a reader that waits, when the answer is not wanted any more."""
    while not done.wait(LOOK_S):
        if stop.is_set():
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            return


def _events(endpoint: Endpoint, response: http.client.HTTPResponse, stop: threading.Event) -> Iterator[str]:
    """An event is a line `data: JSON`, the last one `data: [DONE]` (WHATWG HTML, 9.2). Some servers leave that one out."""
    finished = ""
    while not stop.is_set():
        line = response.readline(LINE_MAX_BYTES)
        if not line:
            if stop.is_set() or finished:
                return
            raise endpoint.failure("ended in the middle of its answer")
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            return
        text, reason = _text(endpoint, data)
        finished = finished or reason
        if text and not stop.is_set():
            yield text
        if reason == WITHHELD:
            raise endpoint.failure("withheld its answer")


def _bounded(endpoint: Endpoint, texts: Iterator[str], most_chars: int) -> Iterator[str]:
    """Ends an answer that has become all blanks; one that never ends is a failure."""
    blanks = chars = 0
    for text in texts:
        shown = text.rstrip()
        blanks = len(text) - len(shown) if shown else blanks + len(text)
        if blanks > MOST_BLANKS:
            return
        chars += len(text)
        if chars > most_chars:
            raise endpoint.failure("wrote more than it was allowed to")
        yield text


def _text(endpoint: Endpoint, data: bytes) -> tuple[str, str]:
    """The text of an event, and why the answer ends with it, if it does."""
    try:
        event = json.loads(data)
        if event.get("error"):
            raise endpoint.failure("reported an error") from endpoint.words(str(event["error"])[:300])
        choices = event.get("choices") or [{}]
        delta = choices[0].get("delta") or {}
        return str(delta.get("content") or ""), str(choices[0].get("finish_reason") or "")
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError):
        raise endpoint.failure("sent no event of a chat") from endpoint.words(repr(data[:100]))
