# SPDX-License-Identifier: Apache-2.0
"""The bridge's server on a port: however many come, those who matter come in."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tektra.bridge.backends.sessions import Sessions
from tektra.bridge.backends.websocket_server import Place, WebSocketServer
from tektra.bridge.door import Door
from tektra.bridge.outbox import Room
from tektra.bridge.rights import Rights
from tektra.bridge.wire import SUBPROTOCOL
from tektra.common.access import Role, Tokens

CLIENTS = 8
TOKENS = {role: f"{role} token" for role in Role}


class Nobody:
    """A Listener that only notes who was refused."""

    def __init__(self) -> None:
        self.turned_away: list[str] = []

    def subscribed(self, client: int, topic: str) -> None:
        """Nothing."""

    def unsubscribed(self, client: int, topic: str) -> None:
        """Nothing."""

    def published(self, who: str, topic: str, type_name: str, data: bytes) -> None:
        """Nothing."""

    def called(self, service: str, request: bytes) -> bytes:
        return b""

    def asset(self, address: str) -> bytes:
        return b""

    def refused(self, peer: str, why: str) -> None:
        self.turned_away.append(why)


@pytest.fixture
def server() -> Iterator[WebSocketServer]:
    made = WebSocketServer(
        Place("127.0.0.1", 0, max_clients=CLIENTS),
        Door(Tokens(TOKENS), hosts=[], origins=[], own_role=None),
        Rights({}, [], []),
        Room(32_768, 1_500_000),
        Nobody(),
    )
    yield made
    made.close()


@pytest.fixture
def port(server: WebSocketServer) -> int:
    return server.open()


def come(stack: ExitStack, port: int, role: Role) -> ClientConnection:
    address = f"ws://127.0.0.1:{port}/?token={TOKENS[role].replace(' ', '+')}"
    client = stack.enter_context(connect(address, subprotocols=[SUBPROTOCOL], open_timeout=20))
    client.recv(timeout=20)
    return client


def test_who_comes_in_does_not_wait_for_hundreds_who_only_knock(port: int) -> None:
    """Connections that said nothing took every place for 5 s, and then the next ones did: nobody came in."""
    with ExitStack() as stack:
        for _ in range(10 * CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        come(stack, port, Role.OBSERVER)


def test_those_who_are_in_stay_in_while_hundreds_knock(port: int) -> None:
    with ExitStack() as stack:
        early = [come(stack, port, Role.OPERATOR) for _ in range(3)]
        for _ in range(10 * CLIENTS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        for client in early:
            client.ping().wait(20)


def test_what_nobody_could_take_holds_up_nothing_that_follows(
    server: WebSocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent before the server was open, or broke, was never taken, and nothing behind it."""
    taken, came = list[bytes](), threading.Event()

    def take(sessions: Sessions, topic: str, data: bytes) -> None:
        taken.append(data)
        if data == b"breaks":
            came.set()
            raise ValueError("breaks")
        if data == b"good":
            came.set()

    monkeypatch.setattr(Sessions, "send", take)
    for _ in range(2):
        server.send("/topic", b"too early")
        server.open()
        for data in (b"good", b"breaks", b"good"):
            came.clear()
            server.send("/topic", data)
            assert came.wait(20)
        server.close()
    assert taken == 2 * [b"good", b"breaks", b"good"]


def test_a_client_that_says_hundreds_of_things_at_once_lets_others_have_their_turn(
    server: WebSocketServer, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that had come in one piece was read before anybody else was served."""
    taken = most = seen = 0
    read = Sessions._read

    def counted(sessions: Sessions, *said: Any) -> None:
        nonlocal taken
        taken += 1
        read(sessions, *said)

    monkeypatch.setattr(Sessions, "_read", counted)
    done = threading.Event()

    def turn() -> None:
        nonlocal most, seen
        most, seen = max(most, taken - seen), taken
        if taken < 1000 and not done.is_set():
            loop.call_soon(turn)
        else:
            done.set()

    loop = server._loop
    assert loop is not None
    with ExitStack() as stack:
        client = come(stack, port, Role.OBSERVER)
        loop.call_soon_threadsafe(turn)
        # As a program writes it that does not wait: frames of two bytes, masked with zeros (RFC 6455).
        client.socket.sendall(b"\x82\x82\0\0\0\0\x07\x07" * 1000)
        assert done.wait(20.0)
        done.set()
    assert most <= 2


def test_observers_by_the_dozen_keep_no_operator_out(port: int) -> None:
    """64 connections of one observer's token were all that the bridge took."""
    with ExitStack() as stack:
        came = 0
        with pytest.raises(InvalidStatus) as refused:
            for _ in range(CLIENTS + 1):
                come(stack, port, Role.GUEST if came % 2 else Role.OBSERVER)
                came += 1
        assert refused.value.response.status_code == 503 and came == CLIENTS * 3 // 4
        come(stack, port, Role.OPERATOR)
        come(stack, port, Role.ADMIN)
        with pytest.raises(InvalidStatus):
            come(stack, port, Role.OPERATOR)
