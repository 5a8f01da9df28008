# SPDX-License-Identifier: Apache-2.0
"""An OpenAI-compatible endpoint that is shown pictures, well and badly behaved. Not of Tektra's making in what it speaks: chat
completions whose user message holds a text and an `image_url` that is a data URL, as vLLM and llama-server take them."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "sk-secret-7b1"
#: What an endpoint says of a failure; none of it may be spoken.
REFUSAL = f"Traceback: invalid api key {SECRET}; internal host 10.3.4.5"


@dataclass
class Shown:
    """What one request held."""

    model: str
    question: str
    jpeg: bytes
    authorization: str
    body: dict[str, Any]


@dataclass
class Endpoint:
    """`answer`: what the model says, or the whole body of the response (bytes). `status` other than 200 refuses. `hold_s`: so long nothing
    comes, or with `drip` a byte at a time. `unknown`: parts of a request that are refused by name."""

    answer: str | list[dict[str, str]] | bytes = "A man in a red shirt reads a book."
    status: int = 200
    hold_s: float = 0.0
    drip: bool = False
    unknown: tuple[str, ...] = ()
    shown: list[Shown] = field(default_factory=list)
    url: str = ""

    def content(self) -> bytes:
        if isinstance(self.answer, bytes):
            return self.answer
        message = {"role": "assistant", "content": self.answer}
        return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


class _Chat(BaseHTTPRequestHandler):
    endpoint: Endpoint

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/chat/completions"
        parts = {part["type"]: part for part in body["messages"][-1]["content"]}
        kind, _, data = parts["image_url"]["image_url"]["url"].partition(";base64,")
        assert kind == "data:image/jpeg"
        self.endpoint.shown.append(
            Shown(
                body["model"],
                parts["text"]["text"],
                base64.b64decode(data, validate=True),
                self.headers.get("Authorization", ""),
                body,
            )
        )
        status, content = self.endpoint.status, self.endpoint.content()
        if refused := [part for part in self.endpoint.unknown if part in body]:
            hint = {"max_tokens": "Use 'max_completion_tokens' instead"}.get(refused[0], refused[0])
            status, content = 400, json.dumps({"error": {"message": f"Unsupported: {hint}"}}).encode()
        elif status != 200:
            content = json.dumps({"error": {"message": REFUSAL}}).encode()
        if not self.endpoint.drip:
            time.sleep(self.endpoint.hold_s)
        self.send_response(status, REFUSAL if status not in (200, 400) else None)
        if status in (301, 302, 307):
            self.send_header("Location", f"{self.endpoint.url}/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        end_s = time.monotonic() + (self.endpoint.hold_s if self.endpoint.drip else 0.0)
        for index in range(len(content)):
            if time.monotonic() >= end_s:
                self.wfile.write(content[index:])
                return
            self.wfile.write(content[index : index + 1])
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        return None


@contextmanager
def endpoint(**behaviour: Any) -> Iterator[Endpoint]:
    """One that runs; its `url` is the base_url, `shown` what it was asked so far."""
    made = Endpoint(**behaviour)

    class Chat(_Chat):
        endpoint = made

    server = ThreadingHTTPServer(("127.0.0.1", 0), Chat)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # whoever asked went away
    server.daemon_threads, server.block_on_close = True, False
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
