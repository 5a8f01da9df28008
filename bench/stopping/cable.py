# SPDX-License-Identifier: Apache-2.0
"""A cable that can be cut, between drivers and robots: `python -m stopping.cable tcp=PORT udp=PORT ...`, in bench/.

The first line printed is {"ports": [...]}, where to connect instead. Then a word on standard input: `cut`, and nothing goes either way
while all connections stay open, as when a plug is pulled; `break`, and they are closed or refused; `mend`, and new ones go through.
"""

from __future__ import annotations

import selectors
import socket
import sys
from contextlib import suppress

from stopping.robots import tell
from tektra.common.scheduling import before_everyone

PRIORITY = 30  # a cable needs no processor
READ_BYTES = 65_536
HOST = "127.0.0.1"


class Tcp:
    """One TCP port. Without a driver there is no connection to the robot either."""

    def __init__(self, robot_port: int, selector: selectors.BaseSelector) -> None:
        self._robot_port, self._selector = robot_port, selector
        self._pair: tuple[socket.socket, socket.socket] | None = None
        self._whole = True
        self.port = 0
        self._listener = self._listen()

    def cut(self) -> None:
        """Nobody reads any more; what is written waits, and is lost with the connection."""
        self._whole = False
        self._selector.unregister(self._listener)
        for end in self._pair or ():
            self._selector.unregister(end)

    def sever(self) -> None:
        """Both connections are closed, and nobody listens."""
        self._whole = False
        self._selector.unregister(self._listener)
        self._listener.close()
        self._close()

    def mend(self) -> None:
        """Whole again, for new connections alone."""
        if self._whole:
            return
        self._whole = True
        for end in self._pair or ():
            end.close()
        self._pair = None
        self._listener.close()
        self._listener = self._listen()

    def _listen(self) -> socket.socket:
        listener = socket.create_server((HOST, self.port))
        self.port = int(listener.getsockname()[1])
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        return listener

    def _accept(self) -> None:
        driver, _ = self._listener.accept()
        if self._pair is not None:
            self._close()
        try:
            robot = socket.create_connection((HOST, self._robot_port))
        except OSError:
            driver.close()
            return
        self._pair = (driver, robot)
        for end, other in ((driver, robot), (robot, driver)):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(
                end, selectors.EVENT_READ, lambda end=end, other=other: self._pass_on(end, other)
            )

    def _pass_on(self, end: socket.socket, other: socket.socket) -> None:
        if end.fileno() < 0:
            return
        try:
            data = end.recv(READ_BYTES)
            if data:
                other.sendall(data)
                return
        except OSError:
            pass
        self._close()

    def _close(self) -> None:
        pair, self._pair = self._pair or (), None
        for end in pair:
            with suppress(KeyError, ValueError):
                self._selector.unregister(end)
            end.close()


class Udp:
    """One UDP port; the driver is whoever wrote last."""

    def __init__(self, robot_port: int, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._driver: tuple[str, int] | None = None
        self._robot = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._robot.connect((HOST, robot_port))
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.bind((HOST, 0))
        self.port = int(self._near.getsockname()[1])
        self._whole = True
        selector.register(self._near, selectors.EVENT_READ, self._from_driver)
        selector.register(self._robot, selectors.EVENT_READ, self._from_robot)

    def cut(self) -> None:
        """Datagrams are lost."""
        self._whole = False

    sever = cut

    def mend(self) -> None:
        self._whole = True

    def _from_driver(self) -> None:
        data, self._driver = self._near.recvfrom(READ_BYTES)
        if self._whole:
            with suppress(OSError):
                self._robot.send(data)

    def _from_robot(self) -> None:
        with suppress(OSError):
            data = self._robot.recv(READ_BYTES)
            if self._whole and self._driver:
                self._near.sendto(data, self._driver)


def main() -> None:
    before_everyone(PRIORITY)
    selector = selectors.DefaultSelector()
    kinds = {"tcp": Tcp, "udp": Udp}
    strands = [
        kinds[kind](int(port), selector) for kind, _, port in (word.partition("=") for word in sys.argv[1:])
    ]
    tell({"ports": [strand.port for strand in strands]})
    ended: list[bool] = []

    def obey() -> None:
        word = sys.stdin.readline().strip()
        for strand in strands:
            {"cut": strand.cut, "break": strand.sever, "mend": strand.mend}.get(word, lambda: None)()
        ended.append(not word)

    selector.register(sys.stdin, selectors.EVENT_READ, obey)
    while not any(ended):
        for key, _ in selector.select():
            key.data()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
