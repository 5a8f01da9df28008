# SPDX-License-Identifier: Apache-2.0
"""Network cameras that stream JPEG over HTTP (multipart/x-mixed-replace), as most do beside RTSP."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import threading
import time
from functools import partial
from urllib.parse import unquote, urlsplit

from tektra.common.errors import BackendError
from tektra.vision.backends import Frame
from tektra.vision.backends.pictures import decode_picture
from tektra.vision.mailbox import Mailbox

#: Without a byte for so long the camera is lost.
SILENT_S = 10.0
#: Lines between two pictures, bytes of each, and bytes of a picture: at most so many.
MAX_LINES, MAX_LINE, MAX_BYTES = 30, 1000, 8_000_000


class MjpegCamera:
    """A Camera (see backends/__init__.py). `source` is an http or https address, with a name and password where the camera wants
    them (http://NAME:PASSWORD@HOST/PATH); size, rate and loop are the camera's own.

    A thread takes in what comes, so that nothing waits in the network, and the newest wins. A picture was taken when its
    head says (X-Timestamp, s since the epoch, as mjpg-streamer writes it), else when it came: for how long it lay in such a
    camera before, nobody knows.
    """

    def __init__(
        self, source: str, *, width: int = 640, height: int = 480, rate_hz: float = 30.0, loop: bool = True
    ) -> None:
        self._source = source
        self._name = source.rpartition("@")[2]  # without a password
        self._stream: http.client.HTTPResponse | None = None
        self._box = Mailbox()
        self._lost = ""

    def open(self) -> None:
        if self._stream is not None:
            return
        try:
            link, stream = _ask(self._source)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise BackendError(
                f"camera {self._name} does not answer ({error})", "look at its address, power and network"
            ) from error
        kind = stream.headers.get_content_type()
        if stream.status != 200 or not kind.startswith("multipart/"):
            _end(link, stream)
            raise BackendError(
                f"{self._name} answers {stream.status} {kind}", "give the address of its MJPEG stream"
            )
        self._link = link
        self._stream, self._lost = stream, ""
        threading.Thread(target=self._take_in, args=(stream,), name="mjpeg", daemon=True).start()

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            _end(self._link, stream)
            self._box.close()

    def read(self, timeout_s: float) -> Frame | None:
        if self._stream is None:
            raise BackendError(f"camera {self._name} is not open", "open it first")
        frame = self._box.read(timeout_s)
        if frame is None and self._lost:
            raise BackendError(f"camera {self._name} broke off ({self._lost})", "it is looked for again")
        return frame

    def _take_in(self, stream: http.client.HTTPResponse) -> None:
        """In a thread of its own, until the stream ends or is closed."""
        try:
            while self._stream is stream:
                data, stamp_s = _part(stream)
                self._box.put(partial(decode_picture, data), stamp_s)
        except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
            if self._stream is stream:
                self._lost = str(error) or type(error).__name__


def _ask(source: str) -> tuple[socket.socket, http.client.HTTPResponse]:
    """The open connection and the answer on it. Raises ValueError for what is no such address."""
    asked = urlsplit(source)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if asked.scheme not in kinds or not asked.hostname:
        raise ValueError("it is no http://HOST/PATH")
    connection = kinds[asked.scheme](asked.hostname, asked.port, timeout=SILENT_S)
    connection.connect()
    link: socket.socket = connection.sock
    headers = {"Connection": "close"}
    if asked.username is not None:
        secret = f"{unquote(asked.username)}:{unquote(asked.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(secret).decode()}"
    query = f"?{asked.query}" if asked.query else ""
    connection.request("GET", f"{asked.path or '/'}{query}", headers=headers)
    return link, connection.getresponse()


def _end(link: socket.socket, stream: http.client.HTTPResponse) -> None:
    """Whoever reads wakes up first: closing waits for the read under way."""
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    stream.close()


def _part(stream: http.client.HTTPResponse) -> tuple[bytes, float]:
    """One picture and when it was taken. Raises ValueError for what is none."""
    length, stamp_s = 0, 0.0
    for _ in range(MAX_LINES):
        line = stream.readline(MAX_LINE)
        if not line:
            raise ValueError("it ended")
        name, _, value = line.decode("latin-1").partition(":")
        match name.strip().lower():
            case "content-length":
                length = int(value)
            case "x-timestamp":
                stamp_s = float(value)
            case "" if length:
                break
    if not 0 < length <= MAX_BYTES:
        raise ValueError(f"a picture of {length} bytes")
    data = stream.read(length)
    if len(data) < length:
        raise ValueError("it ended in the middle of a picture")
    return data, stamp_s or time.time()
