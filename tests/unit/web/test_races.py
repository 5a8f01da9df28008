# SPDX-License-Identifier: Apache-2.0
"""Two who change the same at once: what an admin took away stays away, whatever was on its way."""

import base64
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tektra.web.access.passwords import Passwords
from tektra.web.backends.server import Gateway
from tektra.web.dev import QUICK

PASSWORD = "a long enough password"
NEW = "another long password"
PATIENCE_S = 20.0


class Held:
    """Work with passwords that waits in the middle: it takes tenths of a second, and an attacker begins it again and again."""

    def __init__(self, gateway: Gateway, method: str) -> None:
        self.begun, self._go = threading.Event(), threading.Event()
        passwords = gateway._passwords
        real = getattr(passwords, method)

        def held(*args: Any) -> Any:
            done = real(*args)
            if not self.begun.is_set():
                self.begun.set()
                assert self._go.wait(PATIENCE_S)
            return done

        setattr(passwords, method, held)

    def go(self) -> None:
        self._go.set()


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def change(desk: Any, who: str, body: Any, token: str = "") -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else desk.headers("admin")
    return desk.http.patch(f"/users/id-{who}", json=body, headers=headers)


def account(desk: Any, name: str) -> dict[str, Any]:
    return dict(next(one for one in desk.get("/users", "admin").json() if one["name"] == name))


def in_between(held: Held, work: Future[Any], act: Any) -> Any:
    """What `work` answers, while which `act` was done."""
    assert held.begun.wait(PATIENCE_S)
    act()
    held.go()
    return work.result(PATIENCE_S)


@pytest.mark.parametrize("taken", [{"role": "observer"}, {"disabled": True}])
def test_a_change_of_password_that_is_on_its_way_gives_nothing_back(
    make_desk: Any, aside: ThreadPoolExecutor, taken: dict[str, Any]
) -> None:
    desk = make_desk()
    desk.headers("operator"), desk.headers("admin")
    held = Held(desk.gateway, "hash")
    body = {"current": PASSWORD, "new": NEW}
    work = aside.submit(desk.post, "/auth/password", body, "operator")
    in_between(held, work, lambda: change(desk, "operator", taken))
    now = account(desk, "operator")
    assert {key: now[key] for key in taken} == taken


def test_a_password_that_an_admin_set_is_not_replaced_by_one_that_was_on_its_way(
    make_desk: Any, aside: ThreadPoolExecutor
) -> None:
    desk = make_desk()
    desk.headers("operator"), desk.headers("admin")
    held = Held(desk.gateway, "right")
    work = aside.submit(desk.post, "/auth/password", {"current": PASSWORD, "new": NEW}, "operator")
    answer = in_between(held, work, lambda: change(desk, "operator", {"password": "set by the admin"}))
    assert answer.json()["code"] == "changed_meanwhile"
    assert desk.sign_in("operator", "set by the admin")["account"]["must_change_password"]


@pytest.mark.parametrize(
    "taken", [{"disabled": True}, {"role": "observer"}, {"password": "set by the admin"}, None]
)
def test_who_signs_in_meanwhile_is_not_in_afterwards(
    make_desk: Any, aside: ThreadPoolExecutor, taken: dict[str, Any] | None
) -> None:
    desk = make_desk()
    desk.headers("admin")
    held = Held(desk.gateway, "right")
    body = {"name": "operator", "password": PASSWORD, "cookie": False}
    work = aside.submit(desk.http.post, "/auth/login", json=body)

    def take() -> None:
        if taken is None:
            desk.http.delete("/users/id-operator", headers=desk.headers("admin"))
        else:
            change(desk, "operator", taken)

    answer = in_between(held, work, take)
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_password")


def test_two_admins_who_dismiss_each_other_leave_one(make_desk: Any, aside: ThreadPoolExecutor) -> None:
    desk = make_desk()
    change(desk, "operator", {"role": "admin"})
    other = desk.sign_in("operator")["access_token"]
    held = Held(desk.gateway, "hash")
    work = aside.submit(change, desk, "operator", {"role": "guest", "password": NEW})
    answer = in_between(held, work, lambda: change(desk, "admin", {"role": "guest"}, other))
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


def test_an_account_that_is_gone_is_gone_after_a_new_start(make_desk: Any) -> None:
    desk = make_desk()
    token = desk.token("operator")
    assert desk.http.delete("/users/id-operator", headers=desk.headers("admin")).status_code == 200
    desk.gateway.close()
    again = Gateway(desk.gateway._options, desk.folder, page=None, world=None, passwords=Passwords(QUICK))
    again.open(desk._graph_on)
    try:
        headers = {"authorization": f"Bearer {token}"}
        answer = desk.http.get(f"{again.url}/api/v1/auth/me", headers=headers)
        assert (answer.status_code, answer.json()["message"]) == (401, "the session was ended")
    finally:
        again.close()


def test_an_account_that_is_gone_is_gone_at_every_gateway(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEKTRA_GATEWAY_KEY", base64.b64encode(os.urandom(32)).decode())
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    one, two = make_desk(database=url), make_desk(database=url)
    token = one.token("operator")
    socket = two.socket(token=token)
    socket.until("welcome")
    assert one.http.delete("/users/id-operator", headers=one.headers("admin")).status_code == 200
    headers = {"authorization": f"Bearer {token}"}
    two.until(
        lambda: two.http.get("/robots", headers=headers).status_code == 401, "the other gateway knows it"
    )
    two.until(lambda: two.gateway.count == 0, "its socket ended")
