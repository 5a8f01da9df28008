# SPDX-License-Identifier: Apache-2.0
"""A proxy in front of several servers, as a load balancer in TCP mode is: each connection goes to the next one that accepts."""

import itertools
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

ACCEPTS_S = 1.0


@dataclass
class Proxy:
    """`port`: its own. `last`: of the server that has the newest connection."""

    port: int
    last: int = 0


@contextmanager
def tcp_proxy(ports: Sequence[int]) -> Iterator[Proxy]:
    """On the loopback. A connection ends at both ends when either does."""
    turns = itertools.cycle(range(len(ports)))
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(int(listener.getsockname()[1]))

    def pump(source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                to.sendall(data)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            first = next(turns)
            for port in (*ports[first:], *ports[:first]):
                with suppress(OSError):
                    server = socket.create_connection(("127.0.0.1", port), ACCEPTS_S)
                    server.settimeout(None)
                    proxy.last = port
                    for pair in ((client, server), (server, client)):
                        threading.Thread(target=pump, args=pair, daemon=True).start()
                    break
            else:
                client.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield proxy
    finally:
        listener.close()
