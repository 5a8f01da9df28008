# SPDX-License-Identifier: Apache-2.0
"""Two gateways as processes, of which one is killed (SIGKILL) while messages come: its sockets go on at the other, and who holds
a robot, who is signed in, and how much one may ask for is as it was."""

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.peers.redis_server import redis_server
from tests.peers.tcp_proxy import tcp_proxy

PASSWORD = "a long enough password"
PATIENCE_S = 30.0
#: Said while the first is killed, one each so often.
MESSAGES, EVERY_S, KILLED_AT = 120, 0.01, 60
PROCESS = Path(__file__).with_name("gateway_process.py")


class Gateway:
    """One process."""

    def __init__(self, folder: Path, database: str, redis: str, environment: dict[str, str]) -> None:
        told = {"folder": str(folder), "database": database, "redis": redis, "password": PASSWORD}
        self.process = subprocess.Popen(
            [sys.executable, str(PROCESS), json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._input = self.process.stdin
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http"), "the gateway did not start"

    def say(self, topic: str, message: dict[str, Any]) -> None:
        try:
            self._input.write(json.dumps({"topic": topic, "message": message}) + "\n")
            self._input.flush()
        except BrokenPipeError:
            pass  # it was killed

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def ask(self, method: str, path: str, token: str = "", body: Any = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.request(
            method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=PATIENCE_S
        )

    def sign_in(self, name: str) -> str:
        body = {"name": name, "password": PASSWORD, "cookie": False}
        return str(self.ask("POST", "/auth/login", body=body).json()["access_token"])

    def socket(self, token: str, resume: str = "", seq: int = 0) -> ClientConnection:
        query = f"?resume={resume}&seq={seq}" if resume else ""
        return connect(
            self.url.replace("http", "ws", 1) + "/api/v1/ws" + query,
            additional_headers={"authorization": f"Bearer {token}"},
            open_timeout=PATIENCE_S,
            legacy=True,
        )


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["database", "redis"])
def gateways(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Gateway]]:
    redis = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    environment = {
        "TEKTRA_GATEWAY_KEY": base64.b64encode(os.urandom(32)).decode(),
        "TEKTRA_HOME": str(tmp_path),
    }
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    found = [Gateway(tmp_path / name, url, redis, environment) for name in ("one", "two")]
    yield found
    for gateway in found:
        gateway.kill()


def reply(number: int) -> dict[str, Any]:
    return {"request_id": "r", "conversation_id": "c", "index": number, "text": f"{number} ", "last": False}


def say_all(gateways: list[Gateway], halfway: threading.Event) -> None:
    """To both, as one graph does."""
    for number in range(MESSAGES):
        if number == KILLED_AT:
            halfway.set()
        for gateway in gateways:
            gateway.say("/tektra/reply", reply(number))
        time.sleep(EVERY_S)


def heard_until(
    wire: ClientConnection, type: str, heard: list[dict[str, Any]], **fields: Any
) -> dict[str, Any]:
    while True:
        told = json.loads(wire.recv(timeout=PATIENCE_S))
        heard.append(told)
        if told["type"] == type and all(told.get(key) == value for key, value in fields.items()):
            return dict(told)


def test_one_is_killed_and_nothing_is_lost(gateways: list[Gateway]) -> None:
    one, two = gateways
    tokens = {name: one.sign_in(name) for name in ("operator", "admin", "guest")}
    heard: list[dict[str, Any]] = []
    wire = one.socket(tokens["operator"])
    welcome = heard_until(wire, "welcome", heard)
    wire.send('{"type": "subscribe", "streams": ["replies", "robots"]}')
    wire.send('{"type": "lease", "robot": "rover1", "action": "take"}')
    heard_until(wire, "lease_changed", heard)
    halfway = threading.Event()
    saying = threading.Thread(target=say_all, args=(gateways, halfway))
    saying.start()
    killing = threading.Thread(target=lambda: (halfway.wait(PATIENCE_S), one.kill()))
    killing.start()
    with pytest.raises(ConnectionClosed):
        while True:
            heard_until(wire, "ai_response", heard)
    killing.join()
    wire = two.socket(tokens["operator"], welcome["socket_id"], heard[-1]["seq"])
    assert heard_until(wire, "welcome", [])["resumed"]
    heard_until(wire, "ai_response", heard, index=MESSAGES - 1)
    saying.join()
    assert [told["index"] for told in heard if told["type"] == "ai_response"] == list(range(MESSAGES))
    numbers = [told["seq"] for told in heard]
    assert numbers == sorted(set(numbers))

    # The robot is still held, by whoever held it: others are refused, and the holder drives on.
    held = two.ask("POST", "/robots/rover1/command", tokens["admin"], {"skill": "move"})
    assert (held.status_code, held.json()["code"]) == (409, "held")
    drive = {"type": "drive", "robot": "rover1", "linear_m_s": 0.2, "angular_rad_s": 0.0}
    wire.send(json.dumps({**drive, "sent_at_ms": int(time.time() * 1000)}))
    wire.send('{"type": "ping", "number": 7}')
    seen: list[dict[str, Any]] = []
    heard_until(wire, "pong", seen, number=7)
    assert [told for told in seen if told["type"] == "error"] == []
    wire.close()

    # Limits and revocations are the other's own, and hold.
    answers = {
        two.ask("POST", "/avatar/gesture", tokens["guest"], {"gesture": "nod"}).status_code for _ in range(40)
    }
    assert answers == {200, 429}
    assert two.ask("POST", "/safety/stop", tokens["guest"]).status_code == 200
    assert two.ask("POST", "/auth/logout", tokens["operator"]).status_code == 200
    assert two.ask("GET", "/robots", tokens["operator"]).status_code == 401


def test_a_robot_of_whoever_does_not_come_back_is_free(gateways: list[Gateway]) -> None:
    one, two = gateways
    tokens = {name: one.sign_in(name) for name in ("operator", "admin")}
    wire = one.socket(tokens["operator"])
    wire.send('{"type": "lease", "robot": "rover1", "action": "take"}')
    heard_until(wire, "lease_changed", [])
    one.kill()
    move = {"skill": "move", "arguments": {}}
    assert two.ask("POST", "/robots/rover1/command", tokens["admin"], move).status_code == 409
    end_s = time.monotonic() + PATIENCE_S
    while two.ask("POST", "/robots/rover1/command", tokens["admin"], move).status_code == 409:
        assert time.monotonic() < end_s, "the robot is held for ever"
        time.sleep(0.6)  # commands are limited to two a second


def test_behind_a_proxy_one_address_goes_on_whichever_is_killed(gateways: list[Gateway]) -> None:
    """Whoever talks knows the proxy alone: signs in through it, holds its socket through it, and comes back through it."""
    with tcp_proxy([int(gateway.url.rpartition(":")[2]) for gateway in gateways]) as proxy:
        door = copy(gateways[0])
        door.url = f"http://127.0.0.1:{proxy.port}"
        token = door.sign_in("operator")
        wire, heard = door.socket(token), list[dict[str, Any]]()
        with_it = next(each for each in gateways if each.url.endswith(f":{proxy.last}"))
        welcome = heard_until(wire, "welcome", heard)
        wire.send('{"type": "subscribe", "streams": ["replies"]}')
        wire.send('{"type": "ping", "number": 1}')
        heard_until(wire, "pong", heard, number=1)
        said = threading.Thread(target=say_all, args=(gateways, threading.Event()))
        said.start()
        heard_until(wire, "ai_response", heard, index=KILLED_AT // 2)
        with_it.kill()
        with pytest.raises(ConnectionClosed):
            while True:
                heard_until(wire, "ai_response", heard)
        wire = door.socket(token, welcome["socket_id"], heard[-1]["seq"])
        assert heard_until(wire, "welcome", [])["resumed"]
        heard_until(wire, "ai_response", heard, index=MESSAGES - 1)
        said.join()
        assert [told["index"] for told in heard if told["type"] == "ai_response"] == list(range(MESSAGES))
        assert door.ask("POST", "/safety/stop", token).status_code == 200
        wire.close()
