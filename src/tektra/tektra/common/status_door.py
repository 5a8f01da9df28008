# SPDX-License-Identifier: Apache-2.0
"""A door in the state folder at which this account's processes are told how all stands: a Unix socket, one for each ROS domain.

Whoever connects gets one answer, and the connection ends. A path may be longer than a socket's name: it is reached through an open
folder (/proc/self/fd), which Linux has; elsewhere there is no door.
"""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: So many wait at once for an answer; who comes then is sent away.
WAITING_MAX = 8
#: A robot is told of in half a kilobyte.
ANSWER_MAX_BYTES = 4_000_000
#: Of an answer on its way, to somebody who does not take it.
SEND_MAX_S = 0.2


class Door:
    """Listens in a thread of its own. `knocked(visitor)` is called there; `answer` belongs to any one thread."""

    def __init__(self, folder: Path, knocked: Callable[[socket.socket], None]) -> None:
        """Raises OSError where there can be no door."""
        self._folder, self._knocked = folder, knocked
        self._open: set[socket.socket] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _reached(folder) as path:
            with suppress(FileNotFoundError):
                os.unlink(path)  # of one that was killed
            self._listener.bind(path)
            os.chmod(path, 0o600)
        self._listener.listen(WAITING_MAX)
        threading.Thread(target=self._listen, name="status_door", daemon=True).start()

    def answer(self, visitor: socket.socket, data: bytes) -> None:
        """Tells it, and ends the connection. Takes SEND_MAX_S at most."""
        self._open.discard(visitor)
        with suppress(OSError), visitor:
            visitor.settimeout(SEND_MAX_S)
            visitor.sendall(data)

    def close(self) -> None:
        """Nobody is told any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for visitor in list(self._open):
            visitor.close()

    def _listen(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            if len(self._open) >= WAITING_MAX or not _is_ours(visitor):
                visitor.close()
                continue
            self._open.add(visitor)
            self._knocked(visitor)


def ask(folder: Path, timeout_s: float) -> bytes | None:
    """What is told at the door; None when nobody is there, or says nothing within the time."""
    heard = bytearray()
    with (
        suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door,
        _reached(folder) as path,
    ):
        door.settimeout(timeout_s)
        door.connect(path)
        while len(heard) < ANSWER_MAX_BYTES:
            if not (part := door.recv(65536)):
                return bytes(heard) or None
            heard += part
    return None


@contextmanager
def _reached(folder: Path) -> Iterator[str]:
    """The door's path, short enough for a socket's name."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}/status-{os.environ.get('ROS_DOMAIN_ID', '') or '0'}.sock"
    finally:
        os.close(opened)


def _is_ours(visitor: socket.socket) -> bool:
    """Of this account, or root's."""
    told = visitor.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", told)[1] in (os.getuid(), 0)
