# SPDX-License-Identifier: Apache-2.0
"""Where a robot is: a name is looked up in a thread of its own, again and again until it is found."""

from __future__ import annotations

import socket
import threading

RETRY_S = (0.5, 30.0)  # first and longest pause before another attempt


class Address:
    """One robot's address. A resolver may take half a minute; whoever polls this waits for nothing.

    `start` and `stop` may be called twice. For one thread; its own only looks the name up.
    """

    def __init__(self, host: str, port: int, sort: socket.SocketKind) -> None:
        self.fault = ""  # why it is not known, for people
        self.found: tuple[str, int] | None = None
        self._host, self._port, self._sort = host, port, sort
        self._end: threading.Event | None = None

    def start(self) -> None:
        """Begins to look it up. A numeric address is known at once."""
        if self.found is not None or self._end is not None:
            return
        try:
            socket.inet_aton(self._host)
            self.found = (self._host, self._port)
        except OSError:
            self.fault = f"looking up {self._host}"
            self._end = threading.Event()
            threading.Thread(target=self._look_up, args=(self._end,), name="address", daemon=True).start()

    def stop(self) -> None:
        """Looks for it no more, and forgets it."""
        if self._end is not None:
            self._end.set()
        self._end, self.found = None, None

    def _look_up(self, end: threading.Event) -> None:
        pause_s = RETRY_S[0]
        while not end.is_set():
            try:
                found = socket.getaddrinfo(self._host, self._port, socket.AF_INET, self._sort)
            except (OSError, UnicodeError) as fault:
                self.fault = f"no address for {self._host} ({fault}); correct the parameter host"
            else:
                if not end.is_set():
                    self.found = (str(found[0][4][0]), self._port)
                return
            end.wait(pause_s)
            pause_s = min(2.0 * pause_s, RETRY_S[1])
