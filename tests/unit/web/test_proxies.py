# SPDX-License-Identifier: Apache-2.0
"""Behind a proxy: whose address counts, who comes in, and the key that several gateways share."""

import base64
from pathlib import Path
from typing import Any

import pytest

from tektra.common.errors import ConfigError, OptionError
from tektra.common.web_door import Refused
from tektra.web.access.proxies import Proxies
from tektra.web.access.tokens import load_key
from tektra.web.backends.tls import tls_of
from tektra.web.options import WebOptions


@pytest.mark.parametrize(
    ("peer", "forwarded", "asks"),
    [
        ("10.0.0.7", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", ["1.2.3.4, 203.0.113.9"], "203.0.113.9"),  # the first was written by whoever asks
        ("10.0.0.7", ["1.2.3.4", "203.0.113.9, 10.0.0.8"], "203.0.113.9"),
        ("::ffff:10.0.0.7", ["2001:db8::1"], "2001:db8::1"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.7", [], "10.0.0.7"),
        ("203.0.113.9", ["10.0.0.7"], "203.0.113.9"),
        # a new connection has a new port, and would be somebody new
        ("10.0.0.7", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.7", ["203.0.113.9:4712, 10.0.0.8:80"], "203.0.113.9"),
        ("10.0.0.7", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("10.0.0.7", ["[2001:db8::1]"], "2001:db8::1"),
    ],
)
def test_the_last_address_that_is_no_proxy_asks(peer: str, forwarded: list[str], asks: str) -> None:
    assert Proxies(["10.0.0.0/24"], only=False).client(peer, forwarded) == asks


def test_nobody_comes_past_a_proxy_that_does_tls() -> None:
    with pytest.raises(Refused):
        Proxies(["10.0.0.0/24"], only=True).client("203.0.113.9", ["10.0.0.7"])
    with pytest.raises(OptionError):
        Proxies(["everywhere"], only=True)
    with pytest.raises(OptionError, match="name the proxy"):
        tls_of(WebOptions(host="0.0.0.0", tls="proxy"), Path("nowhere"))
    assert not tls_of(WebOptions(host="0.0.0.0", tls="proxy", proxies=["10.0.0.7"]), Path("nowhere")).key


def test_behind_a_proxy_one_address_that_guesses_keeps_nobody_else_out(make_desk: Any) -> None:
    """All seemed to come from the proxy: five wrong passwords from anywhere, and the account's own person waited."""
    desk = make_desk(tls="proxy")

    def login(address: str, password: str) -> int:
        body = {"name": "operator", "password": password, "cookie": False}
        answer = desk.http.post("/auth/login", json=body, headers={"x-forwarded-for": address})
        return int(answer.status_code)

    assert [login("203.0.113.9", "guess") for _ in range(6)] == [401] * 5 + [429]
    assert login("198.51.100.4", "a long enough password") == 200
    sessions = desk.get("/auth/sessions", "admin").json()
    assert "198.51.100.4" in {session["address"] for session in sessions}


def test_gateways_of_one_database_share_a_key(tmp_path: Path) -> None:
    told = {"TEKTRA_GATEWAY_KEY": base64.b64encode(bytes(range(32))).decode()}
    assert load_key(tmp_path, told) == bytes(range(32))
    assert list(tmp_path.iterdir()) == []
    for wrong in ("x", "AAAA", base64.b64encode(bytes(33)).decode()):
        with pytest.raises(ConfigError, match="openssl rand"):
            load_key(tmp_path, {"TEKTRA_GATEWAY_KEY": wrong})
