# SPDX-License-Identifier: Apache-2.0
"""A gateway as it runs, on a free port, before a stand-in for the graph."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.server import Gateway
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions

PASSWORD = "a long enough password"
#: A condition that has not come about within this is a failure; it is no measure of speed.
PATIENCE_S = 20.0


class Desk:
    """The gateway with what a test needs around it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.folder = folder
        self.gateway: Gateway = gateway_for(WebOptions(port=0, **options), folder, PASSWORD)
        self.graph = FakeGraph()
        self.graph.piece_s = 0.01
        self.gateway.open(self._graph_on)
        self.url = self.gateway.url
        self.http = httpx.Client(base_url=f"{self.url}/api/v1", timeout=PATIENCE_S, verify=self._trust())
        self._tokens: dict[str, str] = {}
        until(lambda: len(self.get("/robots", "observer").json()) == 2, "the robots are known")

    def _trust(self) -> Any:
        own = self.folder / "access" / "gateway.crt"
        return ssl.create_default_context(cafile=str(own)) if own.is_file() else True

    def _graph_on(self, loop: asyncio.AbstractEventLoop) -> FakeGraph:
        self.loop = loop
        loop.call_soon(self.graph.start)
        return self.graph

    @property
    def published(self) -> list[tuple[str, Any]]:
        """What the graph was told, but for who holds which robot: that is said again and again, by the clock."""
        return [told for told in list(self.graph.published) if told[0] != "/tektra/robot_holds"]

    def close(self) -> None:
        self.http.close()
        self.gateway.close()

    def sign_in(self, name: str, password: str = PASSWORD) -> dict[str, Any]:
        answer = self.http.post("/auth/login", json={"name": name, "password": password, "cookie": False})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def token(self, role: str) -> str:
        if role not in self._tokens:
            self._tokens[role] = self.sign_in(role)["access_token"]
        return self._tokens[role]

    def headers(self, role: str | None) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(role)}"} if role else {}

    def get(self, path: str, role: str | None = "operator", **more: Any) -> httpx.Response:
        return self.http.get(path, headers=self.headers(role), **more)

    def post(self, path: str, body: Any = None, role: str | None = "operator") -> httpx.Response:
        return self.http.post(path, json=body, headers=self.headers(role))

    def until(self, holds: Callable[[], Any], what: str) -> None:
        until(holds, what)

    def socket(self, role: str = "operator", token: str = "", resume: str = "") -> Socket:
        return Socket(self.url.replace("http", "ws", 1), token or self.token(role), resume)


class Socket:
    """A socket that keeps what it was told."""

    def __init__(self, url: str, token: str, resume: str = "") -> None:
        self.wire: ClientConnection = connect(
            f"{url}/api/v1/ws{f'?resume={resume}&seq=0' if resume else ''}",
            additional_headers={"authorization": f"Bearer {token}"},
            max_size=None,
            legacy=True,
        )
        self.told: list[dict[str, Any]] = []
        self.frames: list[bytes] = []

    def say(self, **message: Any) -> None:
        self.wire.send(json.dumps(message))

    def read(self) -> None:
        with suppress(TimeoutError):
            while True:
                message = self.wire.recv(timeout=0.01)
                if isinstance(message, str):
                    self.told.append(json.loads(message))
                else:
                    self.frames.append(message)

    def until(self, type: str, **fields: Any) -> dict[str, Any]:
        """The first message of a type with these fields, told already or to come."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            self.read()
            found[:] = [
                told
                for told in self.told
                if told["type"] == type and all(told.get(key) == value for key, value in fields.items())
            ]
            return bool(found)

        until(look, f"{type} {fields}")
        return found[0]


def until(holds: Callable[[], Any], what: str) -> None:
    """Asked ever more seldom: on a slow machine a hundred times a second is more than the gateway lets anybody ask."""
    end, rests_s = time.monotonic() + PATIENCE_S, 0.01
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(rests_s)
        rests_s = min(1.3 * rests_s, 0.25)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("gateway"))
    yield desk
    desk.close()


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Desks with options of their own, closed at the end."""
    made: list[Desk] = []

    def make(**options: Any) -> Desk:
        made.append(Desk(tmp_path / f"gateway{len(made)}", **options))
        return made[-1]

    yield make
    for desk in made:
        desk.close()
