# SPDX-License-Identifier: Apache-2.0
"""An OpenAI-compatible endpoint that answers every chat with one sentence: the model's name is in it. Not of Tektra's making in
what it speaks: chat completions as server-sent events, as vLLM, Ollama and llama-server send them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: A model of this name is refused, as an endpoint does that does not serve it.
UNKNOWN = "unknown-model"
REFUSAL = "the model sesame does not exist; Traceback (most recent call last)"


class _Chat(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)  # type: ignore[attr-defined]
        if body["model"] == UNKNOWN:
            content = json.dumps({"error": {"message": REFUSAL}}).encode()
            self.send_response(404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        answer = json.dumps({"reply": f"Many people like {body['model']}.", "steps": []})
        for start in range(0, len(answer), 6):
            piece = {"choices": [{"delta": {"content": answer[start : start + 6]}}]}
            self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        return None


@contextmanager
def endpoint() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Its base_url, and what it was asked so far."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Chat)
    asked: list[dict[str, Any]] = []
    server.asked = asked  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
