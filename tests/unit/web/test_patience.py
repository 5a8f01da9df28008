# SPDX-License-Identifier: Apache-2.0
"""Whoever sends by the byte, sends without end, reads nothing or opens hundreds of connections takes nobody's place."""

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpx2 as httpx
import pytest

from tektra.web import door
from tektra.web.backends import patience
from tektra.web.socket import endpoint

SHORT_S = 0.3
HEAD = b"GET /api/v1/system/health HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def desk(make_desk: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    desk = make_desk()
    monkeypatch.setattr(patience, "HEAD_S", SHORT_S)
    monkeypatch.setattr(patience, "READ_S", SHORT_S)
    monkeypatch.setattr(door, "BODY_S", SHORT_S)
    return desk


def connection(desk: Any, source: str = "127.0.0.1") -> socket.socket:
    port = int(desk.url.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), timeout=20.0, source_address=(source, 0))


def is_ended(wire: socket.socket) -> bool:
    """True once the other side has closed it; waits for that."""
    try:
        while wire.recv(65536):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def test_a_connection_that_says_nothing_is_ended(desk: Any) -> None:
    with connection(desk) as wire:
        assert is_ended(wire)


def test_a_head_that_comes_by_the_byte_is_cut_off(desk: Any) -> None:
    with connection(desk) as wire:
        began_s = time.monotonic()
        with suppress(OSError):
            for letter in HEAD * 1000:
                wire.sendall(bytes([letter]))
                time.sleep(0.01)  # a slow sender is what is tried here
                assert time.monotonic() - began_s < 20.0, "it goes on for ever"
        assert is_ended(wire)


def test_a_head_without_end_is_cut_off(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 60.0)
    with connection(desk) as wire:
        wire.sendall(HEAD)
        sent = 0
        with suppress(OSError):
            while sent < 64_000_000:
                sent += wire.send(b"X-More: " + b"x" * 8000 + b"\r\n")
        assert sent < 64_000_000


def test_a_body_that_comes_by_the_byte_is_refused(desk: Any) -> None:
    with connection(desk) as wire:
        wire.sendall(b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert b" 408 " in wire.recv(4096)[:20]
        assert is_ended(wire)


def test_who_reads_nothing_of_an_answer_is_let_go(desk: Any) -> None:
    with connection(desk) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.sendall(b"GET /api/v1/avatar/model.glb HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20)
        # The system keeps what was sent before; the end of it is told by the first write that fails.
        with suppress(ConnectionError):
            while True:
                wire.sendall(HEAD[:10])
                time.sleep(0.01)
                assert wire.gettimeout() == 20.0
    assert desk.get("/system/health").status_code == 200


def test_a_stop_comes_through_while_one_address_opens_a_thousand_connections(desk: Any) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard or soft >= patience.FILES, "a gateway lets its process open enough files"
    headers = desk.headers("observer")
    with ExitStack() as open_ones:
        for _ in range(1100):
            with suppress(OSError):
                open_ones.enter_context(connection(desk, "127.0.0.2"))
        # A connection of its own, which is taken in when all of the crowd's are.
        body = {"reason": "amid a crowd"}
        answer = httpx.post(f"{desk.url}/api/v1/safety/stop", json=body, headers=headers, timeout=20.0)
        assert answer.status_code == 200
    assert desk.graph.stops[-1] == ("web:observer (observer)", "amid a crowd")


def test_a_stop_comes_from_the_very_address_that_holds_hundreds_of_silent_connections(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """256 of them, and whoever else lived behind that address could not stop: their connection was broken off."""
    monkeypatch.setattr(patience, "HEAD_S", 60.0)
    monkeypatch.setattr(door, "BODY_S", 60.0)
    began = [b"", HEAD, b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"]
    headers = desk.headers("observer")
    with ExitStack() as open_ones:
        for number in range(patience.MOST_EACH + 50):
            with suppress(OSError):
                open_ones.enter_context(connection(desk)).sendall(began[number % 3])
        answer = httpx.post(f"{desk.url}/api/v1/safety/stop", headers=headers, timeout=20.0)
        assert answer.status_code == 200
    assert desk.graph.stops[-1][0] == "web:observer (observer)"


def test_a_stop_comes_through_whatever_a_dozen_addresses_hold(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,024 connections, said nothing on, and every request was answered 503."""
    monkeypatch.setattr(patience, "HEAD_S", 60.0)
    headers = desk.headers("observer")
    with ExitStack() as open_ones:
        for number in range(1300):
            with suppress(OSError):
                open_ones.enter_context(connection(desk, f"127.0.1.{number // 130}"))
        answer = httpx.post(f"{desk.url}/api/v1/safety/stop", headers=headers, timeout=20.0)
        assert answer.status_code == 200


UPGRADE = (
    b"GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)
NO_HANDSHAKES = {
    "with a body": b"Content-Length: 5\r\n\r\nhello",
    "in chunks": b"Transfer-Encoding: chunked\r\n\r\n",
    "of 200 fields": b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n",
    "of a long field": b"Sec-WebSocket-Protocol: " + b"a," * 10_000 + b"a\r\n\r\n",
}


@pytest.mark.parametrize("rest", NO_HANDSHAKES.values(), ids=NO_HANDSHAKES)
def test_a_handshake_that_is_none_holds_no_place(
    desk: Any, monkeypatch: pytest.MonkeyPatch, rest: bytes
) -> None:
    """Nobody answered or ended it: 256 of them, of somebody who was not signed in, and no stop came from that address."""
    monkeypatch.setattr(patience, "HEAD_S", 60.0)
    with ExitStack() as open_ones:
        for _ in range(patience.MOST_EACH + 10):
            wire = open_ones.enter_context(connection(desk))
            with suppress(OSError):
                wire.sendall(UPGRADE + rest)
        assert is_ended(wire)
        answer = httpx.post(f"{desk.url}/api/v1/safety/stop", headers=desk.headers("observer"), timeout=20.0)
        assert answer.status_code == 200


def test_a_handshake_that_is_not_answered_in_time_is_ended(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> None:
        await asyncio.sleep(60.0)

    monkeypatch.setattr(endpoint.Sockets, "_admit", never)
    with connection(desk) as wire:
        wire.sendall(UPGRADE + b"\r\n")
        assert is_ended(wire)


def test_who_is_waited_for_gives_way_and_what_is_under_way_does_not(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_S", 60.0)
    monkeypatch.setattr(patience, "MOST_EACH", 4)
    desk.graph.piece_s = 1.0
    sockets, headers = desk.socket("guest"), desk.headers("guest")
    answers: list[Any] = []
    asks = lambda: answers.append(  # noqa: E731
        httpx.post(f"{desk.url}/api/v1/ai/chat", json={"text": "hello"}, headers=headers, timeout=20.0)
    )
    asking = threading.Thread(target=asks)
    asking.start()
    desk.until(lambda: desk.graph.goals, "it is asked")
    with ExitStack() as open_ones:
        first, *_ = [open_ones.enter_context(connection(desk)) for _ in range(20)]
        assert is_ended(first)
        asking.join(20.0)
        assert answers[0].status_code == 200
        sockets.say(type="ping", number=3)
        assert sockets.until("pong", number=3)
    sockets.wire.close()


def test_who_waits_long_for_an_answer_or_between_two_requests_is_not_hurried(desk: Any) -> None:
    desk.graph.piece_s = SHORT_S
    sockets = desk.socket("guest")
    for _ in range(2):
        assert (
            desk.post("/ai/chat", {"text": "hello"}, "guest").status_code == 200
        )  # three pieces: 3 x SHORT_S
    sockets.say(type="ping", number=3)
    assert sockets.until("pong", number=3)
    sockets.wire.close()


def test_a_recording_in_one_piece_is_no_head_that_is_too_long(desk: Any) -> None:
    assert desk.post("/audio/transcribe", {"audio": "A" * 400_000}, "guest").status_code == 200


def frame(opcode: int, data: bytes = b"", *, last: bool = True) -> bytes:
    """A frame of a client (RFC 6455), masked with zeros; at most 125 bytes."""
    return bytes([opcode | 0x80 * last, 0x80 | len(data), 0, 0, 0, 0]) + data


def opened(desk: Any, role: str, receive_bytes: int = 4096) -> socket.socket:
    """A socket of which nothing is read."""
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    wire.settimeout(20.0)
    wire.connect(("127.0.0.1", int(desk.url.rpartition(":")[2])))
    head = "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    wire.sendall(f"{head}Authorization: Bearer {desk.token(role)}\r\n\r\n".encode())
    assert wire.recv(64).startswith(b"HTTP/1.1 101")
    return wire


@pytest.mark.parametrize(
    ("first", "then"),
    [(b"", frame(9, b"x" * 125) * 500), (frame(1, last=False), frame(0, last=False) * 5000)],
    ids=["pings whose answers nobody reads", "a message in empty pieces without end"],
)
def test_what_would_fill_the_memory_ends_its_socket(desk: Any, first: bytes, then: bytes) -> None:
    with opened(desk, "guest") as wire:
        sent = wire.send(first) if first else 0
        with pytest.raises(ConnectionError):
            while sent < 200_000_000:
                wire.sendall(then)
                sent += len(then)
    assert desk.get("/system/health").status_code == 200


def test_a_socket_that_reads_nothing_is_let_go(desk: Any) -> None:
    with opened(desk, "operator") as wire:
        wire.sendall(frame(1, b'{"type":"subscribe","streams":["voice"]}'))
        desk.until(lambda: any(p == "/tektra/speech_out/audio" for p, _ in desk.graph._heard), "it hears")
        fill(desk)
        desk.until(lambda: not desk.gateway.count, "it is gone")


def test_who_is_signed_out_does_nothing_more_though_nothing_is_read(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The goodbye of a socket that is not read cannot be sent: it was waited for, and commands were taken meanwhile."""
    monkeypatch.setattr(patience, "READ_S", 60.0)
    signed_in = desk.sign_in("operator")
    desk._tokens["thief"] = signed_in["access_token"]
    with opened(desk, "thief") as wire:
        wire.sendall(frame(1, b'{"type":"subscribe","streams":["voice"]}'))
        desk.until(lambda: any(p == "/tektra/speech_out/audio" for p, _ in desk.graph._heard), "it hears")
        fill(desk)
        desk.http.post("/auth/logout", headers={"authorization": f"Bearer {signed_in['access_token']}"})
        goals, published = len(desk.graph.goals), len(desk.published)
        command = b'{"type":"robot_command","id":"x","robot":"rover1","skill":"navigate_to"}'
        with suppress(OSError):
            for _ in range(20):
                wire.sendall(frame(1, command))
                time.sleep(0.05)  # how long a thief may go on is what is tried here
        desk.until(lambda: not desk.gateway.count, "it is gone")
        assert (len(desk.graph.goals), len(desk.published)) == (goals, published)


def test_a_socket_that_says_hundreds_of_things_at_once_lets_others_have_their_turn(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that had come in one piece was read before anybody else was served: a stop waited for all of it."""
    taken, most = 0, 0
    take = endpoint.Sockets._take

    async def counted(sockets: Any, one: Any, received: Any) -> None:
        nonlocal taken
        taken += 1
        await take(sockets, one, received)

    monkeypatch.setattr(endpoint.Sockets, "_take", counted)
    seen = 0

    def turn() -> None:
        nonlocal seen, most
        most, seen = max(most, taken - seen), taken
        if taken < 900:
            desk.loop.call_soon(turn)

    with opened(desk, "observer") as wire:
        desk.loop.call_soon_threadsafe(turn)
        wire.sendall(frame(1, b'{"type":"nothing"}') * 900)
        desk.until(lambda: taken >= 900, "all are read")
    assert most <= 2


def fill(desk: Any) -> None:
    """More than the system keeps for a socket that is not read."""
    chunk = {"stamp": {"sec": 1, "nanosec": 0}, "sequence": 1, "sample_rate": 16000, "channels": 1}
    chunk |= {"data": [0] * 50_000, "last": False}
    for _ in range(100):
        desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/speech_out/audio", chunk)
        time.sleep(0.005)  # what waits is bounded, too: the loop has to have taken it
