# SPDX-License-Identifier: Apache-2.0
"""Recordings and pictures lie in memory until they are answered: who may send them, and how many at a time."""

import socket
from typing import Any

import pytest

from tektra.web import large
from tektra.web.large import MOST, MOST_EACH

PATHS = ("/api/v1/audio/transcribe", "/api/v1/vision/analyze")
LENGTH = 10_000_000


class Line:
    """A connection that begins with a large body and does not end it."""

    def __init__(self, desk: Any, path: str, token: str = "") -> None:
        port = int(desk.url.rpartition(":")[2])
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=20.0)
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LENGTH}\r\n{bearer}\r\n"
        self.wire.sendall(head.encode() + b'{"audio": "')

    def send_all(self) -> int:
        """How much of it is taken."""
        sent, piece = 0, b"A" * 100_000
        try:
            while sent < LENGTH:
                self.wire.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        return sent

    @property
    def status(self) -> int:
        return int(self.wire.recv(4096).split()[1])

    def close(self) -> None:
        self.wire.close()


@pytest.mark.parametrize("path", PATHS)
def test_nobody_who_is_not_signed_in_fills_the_memory(desk: Any, path: str) -> None:
    """256 connections of one address would have held 3 GB for a minute."""
    for token in ("", "x.y.z"):
        line = Line(desk, path, token)
        assert line.status == 401
        assert line.send_all() < LENGTH
        line.close()


def test_a_small_body_of_nobody_is_told_that_it_is_nobodys(desk: Any) -> None:
    for path in PATHS:
        answer = desk.http.post(desk.url + path, json={"audio": "AAAA"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_one_account_sends_so_many_at_a_time_and_others_still_come(make_desk: Any) -> None:
    desk = make_desk()
    lines = [Line(desk, PATHS[0], desk.token("guest")) for _ in range(MOST_EACH + 1)]
    assert lines[-1].status == 429
    assert desk.post("/vision/analyze", {"image": ""}).status_code == 200
    for line in lines:
        line.close()
    desk.until(
        lambda: desk.post("/audio/transcribe", {"audio": "UklGRg=="}, "guest").status_code == 200,
        "whoever broke off has left the place",
    )


def test_all_together_send_so_many_at_a_time(make_desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "MOST_EACH", 100)
    monkeypatch.setattr(large, "WAIT_S", 0.2)
    desk = make_desk()
    lines = [Line(desk, PATHS[0], desk.token("guest")) for _ in range(MOST + 1)]
    assert lines[-1].status == 503
    assert desk.post("/safety/stop").status_code == 200
    assert desk.post("/audio/transcribe", {"audio": "UklGRg=="}).status_code == 503
    for line in lines:
        line.close()
