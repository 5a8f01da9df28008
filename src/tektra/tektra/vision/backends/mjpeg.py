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
from tektra.vision.backends.opening import Opening, name_of
from tektra.vision.backends.pictures import decode_picture
from tektra.vision.mailbox import Mailbox

#: Without a whole picture for so long the camera is lost: a byte a second is no sign of life.
SILENT_S = 10.0
#: Lines between two pictures, bytes of each, and bytes of a picture: at most so many.
MAX_LINES, MAX_LINE, MAX_BYTES = 30, 1000, 8_000_000

#: An open connection, and the answer on it.
Link = tuple[socket.socket, http.client.HTTPResponse]


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
        self._name = name_of(source)
        self._opening: Opening[Link] = Opening(self._connect, lambda link: _end(*link))
        self._link: Link | None = None
        self._box = Mailbox()
        self._lost, self._came_s = "", 0.0

    def open(self) -> None:
        if self._link is not None:
            return
        try:
            self._link = link = self._opening.get(SILENT_S)
        except TimeoutError:
            raise self._silent(f"nothing within {SILENT_S:.0f} s") from None
        self._lost, self._came_s = "", time.monotonic()
        threading.Thread(target=self._take_in, args=(link,), name="mjpeg", daemon=True).start()

    def close(self) -> None:
        self._opening.give_up()
        link, self._link = self._link, None
        if link is not None:
            _end(*link)
            self._box.close()

    def read(self, timeout_s: float) -> Frame | None:
        if self._link is None:
            raise BackendError(f"camera {self._name} is not open", "open it first")
        frame = self._box.read(timeout_s)
        if frame is None and self._lost:
            raise BackendError(f"camera {self._name} broke off ({self._lost})", "it is looked for again")
        if frame is None and time.monotonic() - self._came_s > SILENT_S:
            raise BackendError(f"camera {self._name} sends no picture", "look at its power and network")
        return frame

    def _silent(self, why: str) -> BackendError:
        return BackendError(
            f"camera {self._name} does not answer ({why})", "look at its address, power and network"
        )

    def _connect(self) -> Link:
        try:
            link = _ask(self._source)
        except http.client.InvalidURL:
            raise self._silent("it is no http://HOST/PATH") from None  # whose words hold the password
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise self._silent(str(error) or type(error).__name__) from None
        stream = link[1]
        kind = stream.headers.get_content_type()
        if stream.status != 200 or not kind.startswith("multipart/"):
            _end(*link)
            raise BackendError(
                f"{self._name} answers {stream.status} {kind[:40]}", "give the address of its MJPEG stream"
            )
        return link

    def _take_in(self, link: Link) -> None:
        """In a thread of its own, until the stream ends or is closed."""
        try:
            while self._link is link:
                data, stamp_s = _part(link[1])
                if self._link is link:
                    self._came_s = time.monotonic()
                    self._box.put(partial(decode_picture, data), stamp_s)
        except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
            if self._link is link:
                self._lost = str(error) or type(error).__name__


def _ask(source: str) -> Link:
    """Raises ValueError for what is no such address."""
    try:
        asked = urlsplit(source)
        _ = asked.port
    except ValueError:
        raise ValueError("it is no http://HOST/PATH") from None  # whose words hold a part of it
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
    late = threading.Event()
    # Whoever answers a byte at a time is within every limit of a socket.
    cut = threading.Timer(SILENT_S, _cut, (link, late))
    cut.daemon = True
    cut.start()
    try:
        connection.request("GET", f"{asked.path or '/'}{query}", headers=headers)
        stream = connection.getresponse()
        if late.is_set():  # a head that was cut off reads like a whole one
            raise TimeoutError(f"no whole answer within {SILENT_S:.0f} s")
        return link, stream
    except BaseException:
        connection.close()
        raise
    finally:
        cut.cancel()


def _cut(link: socket.socket, late: threading.Event | None = None) -> None:
    """Whoever reads from it wakes up."""
    if late is not None:
        late.set()
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)


def _end(link: socket.socket, stream: http.client.HTTPResponse) -> None:
    """Whoever reads wakes up first: closing waits for the read under way."""
    _cut(link)
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
