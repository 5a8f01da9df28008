# SPDX-License-Identifier: Apache-2.0
"""Servers that speak the protocols of two cloud voices, on the loopback: what they say is a tone as long as the text.

ElevenLabs: GET /v1/voices and POST /v1/text-to-speech/{id}/stream?output_format=pcm_24000, with xi-api-key. Edge: the list of voices by
HTTP, and a WebSocket that takes speech.config and ssml and sends audio (a header of which the first two bytes are the length, then MP3),
audio.metadata and turn.end.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

RATE_HZ, S_A_LETTER = 24000, 0.06
KEY = "a-key"
VOICES = {
    "voices": [
        {"voice_id": "id1", "name": "Rachel", "labels": {"gender": "female", "language": "en"}},
        {"voice_id": "id2", "name": "Rachel", "labels": {"gender": "female", "language": "de"}},
        {"voice_id": "../id3", "name": "Söhnke / Bass", "labels": {"gender": "MALE"}},
        {"name": "without an id"},
        "nothing",
    ]
}
EDGE_VOICES = [
    {"ShortName": "de-DE-KatjaNeural", "Locale": "de-DE", "Gender": "Female"},
    {"ShortName": "en-US-AriaNeural", "Locale": "en-US", "Gender": "Female"},
    {"ShortName": "zh-CN-liaoning-XiaobeiNeural", "Locale": "zh-CN-liaoning", "Gender": "Female"},
    {"Locale": "xx"},
]


def tone(text: str, speed: float = 1.0) -> np.ndarray:
    """int16, shape (n,), of RATE_HZ."""
    t = np.arange(int(len(text) * S_A_LETTER / speed * RATE_HZ)) / RATE_HZ
    return (8000 * np.sin(2 * np.pi * 220 * t)).astype(np.int16)


@dataclass
class Seen:
    """What came. `wrong`: how the server is to fail next."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    wrong: str = ""
    url: str = ""


@contextmanager
def elevenlabs() -> Iterator[Seen]:
    seen = Seen()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

        def do_GET(self) -> None:
            self._answer(json.dumps(VOICES).encode() if self.path == "/v1/voices" else None)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.asked.append({"path": self.path, **body})
            known = re.fullmatch(
                r"/v1/text-to-speech/(id1|id2|..%2Fid3)/stream\?output_format=pcm_24000", self.path
            )
            self._answer(tone(body["text"], body["voice_settings"]["speed"]).tobytes() if known else None)

        def _answer(self, content: bytes | None) -> None:
            status = 200 if content is not None else 404
            if self.headers["xi-api-key"] != KEY:
                status, content = 401, b'{"detail": "secret words of the service"}'
            if seen.wrong == "moved":
                status = 302
            if seen.wrong == "no json":
                content = b"<html>"
            if seen.wrong == "endless":
                content = b"\0" * 20_000_000
            self.send_response(status)
            if seen.wrong == "moved":
                self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            half = len(content or b"") // 2 if seen.wrong == "cut" else None
            try:
                self.wfile.write((content or b"")[:half])
            except OSError:
                pass  # it had enough

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def _mp3(samples: np.ndarray) -> bytes:
    import av

    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as made:
        stream = made.add_stream("libmp3lame", rate=RATE_HZ, layout="mono", options={"b": "48k"})
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16p", layout="mono")
        frame.sample_rate = RATE_HZ
        made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return file.getvalue()


@contextmanager
def edge() -> Iterator[Seen]:
    from aiohttp import web

    seen, loop, started = Seen(), asyncio.new_event_loop(), threading.Event()

    async def voices(_: Any) -> Any:
        return web.Response(text="<html>" if seen.wrong == "no json" else json.dumps(EDGE_VOICES))

    async def speak(request: Any) -> Any:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        config = await socket.receive_str()
        ssml = await socket.receive_str()
        found = re.search(r"<voice name='(.*?)'>.*?rate='(.*?)'.*?>(.*?)</prosody>", ssml, re.DOTALL)
        assert "Path:speech.config" in config and "audio-24khz-48kbitrate-mono-mp3" in config and found
        seen.asked.append({"voice": found[1], "rate": found[2], "text": found[3]})
        if seen.wrong == "gone":
            await socket.close()
            return socket
        await socket.send_str("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        sound = (
            _mp3(tone(found[3], 1 + int(found[2][:-1]) / 100)) if seen.wrong != "noise" else b"no sound" * 999
        )
        header = b"X-RequestId:1\r\nPath:audio\r\nContent-Type:audio/mpeg\r\n"
        for at in range(0, len(sound), 3000):
            await socket.send_bytes(len(header).to_bytes(2, "big") + header + sound[at : at + 3000])
        await socket.send_str("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")
        await socket.close()
        return socket

    async def serve() -> None:
        app = web.Application()
        app.add_routes([web.get("/voices", voices), web.get("/speak", speak)])
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        seen.url = f"127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    task = loop.create_task(serve())

    def run() -> None:
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10.0)
    try:
        yield seen
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10.0)
