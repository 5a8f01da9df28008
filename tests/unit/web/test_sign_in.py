# SPDX-License-Identifier: Apache-2.0
"""Signing in and out over HTTP."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tektra.web.access.passwords import Passwords


def test_a_wrong_password_and_a_name_that_is_none_are_told_alike(make_desk: Any) -> None:
    desk = make_desk()
    answers = [
        desk.http.post("/auth/login", json={"name": name, "password": "wrong"}).json()
        for name in ("operator", "nobody")
    ]
    assert answers[0] == answers[1]
    assert answers[0]["code"] == "wrong_password"


def test_guessing_is_slowed_down_and_told_how_long(make_desk: Any) -> None:
    desk = make_desk()
    answers = [
        desk.http.post("/auth/login", json={"name": "admin", "password": f"guess{n}"}) for n in range(12)
    ]
    assert [answer.status_code for answer in answers[:5]] == [401] * 5
    assert {answer.status_code for answer in answers[6:]} == {429}
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_pages_refresh_token_lies_in_a_cookie_that_other_pages_cannot_use(make_desk: Any) -> None:
    desk = make_desk()
    signed_in = desk.http.post("/auth/login", json={"name": "guest", "password": "a long enough password"})
    cookie = signed_in.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/api/v1/auth"))
    assert signed_in.json()["refresh_token"] == ""
    without = desk.http.post("/auth/refresh")
    assert (without.status_code, without.json()["code"]) == (403, "not_the_page")
    evil = desk.http.post("/auth/refresh", headers={"x-tektra": "1", "origin": "https://evil.example"})
    assert evil.status_code == 403
    renewed = desk.http.post("/auth/refresh", headers={"x-tektra": "1"})
    assert renewed.status_code == 200
    assert renewed.headers["set-cookie"].partition(";")[0] != cookie.partition(";")[0]


def test_a_refresh_token_that_is_used_twice_signs_everybody_of_the_session_out(make_desk: Any) -> None:
    desk = make_desk()
    first = desk.sign_in("operator")
    body = {"refresh_token": first["refresh_token"]}
    second = desk.http.post("/auth/refresh", json=body).json()
    assert desk.http.post("/auth/refresh", json=body).json()["code"] == "token_reused"
    for token in (first["access_token"], second["access_token"]):
        assert desk.http.get("/auth/me", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert desk.http.post("/auth/refresh", json={"refresh_token": second["refresh_token"]}).status_code == 401


def test_an_access_token_ends(make_desk: Any) -> None:
    desk = make_desk(access_s=5.0)
    token = desk.sign_in("operator")["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert desk.http.get("/auth/me", headers=headers).status_code == 200
    end = time.monotonic() + 20.0
    while desk.http.get("/auth/me", headers=headers).status_code != 401:
        assert time.monotonic() < end
        time.sleep(0.2)
    stop = desk.http.post("/safety/stop", headers=headers)
    assert (stop.status_code, stop.json()["code"]) == (401, "not_signed_in")


def test_signing_out_ends_the_session(make_desk: Any) -> None:
    desk = make_desk()
    signed_in = desk.sign_in("operator")
    headers = {"authorization": f"Bearer {signed_in['access_token']}"}
    assert desk.http.post("/auth/logout", headers=headers).status_code == 200
    assert desk.http.get("/auth/me", headers=headers).status_code == 401


def test_an_account_that_is_disabled_deleted_or_given_another_role_is_out_at_once(make_desk: Any) -> None:
    desk = make_desk()
    for change in ({"disabled": True}, {"role": "observer"}):
        token = desk.sign_in("guest")["access_token"]
        assert (
            desk.http.patch("/users/id-guest", json=change, headers=desk.headers("admin")).status_code == 200
        )
        assert desk.http.get("/auth/me", headers={"authorization": f"Bearer {token}"}).status_code == 401
        desk.http.patch(
            "/users/id-guest", json={"disabled": False, "role": "guest"}, headers=desk.headers("admin")
        )
    token = desk.sign_in("guest")["access_token"]
    assert desk.http.delete("/users/id-guest", headers=desk.headers("admin")).status_code == 200
    assert desk.http.get("/auth/me", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_the_last_admin_stays(make_desk: Any) -> None:
    desk = make_desk()
    for answer in (
        desk.http.patch("/users/id-admin", json={"role": "guest"}, headers=desk.headers("admin")),
        desk.http.patch("/users/id-admin", json={"disabled": True}, headers=desk.headers("admin")),
        desk.http.delete("/users/id-admin", headers=desk.headers("admin")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


def test_a_new_account_changes_its_password_before_anything_but_a_stop(make_desk: Any) -> None:
    desk = make_desk()
    new = {"name": "Ben", "role": "operator", "password": "given by the admin"}
    assert desk.post("/users", new, "admin").status_code == 201
    assert desk.post("/users", new, "admin").json()["code"] == "name_taken"
    token = desk.sign_in("ben", "given by the admin")["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert desk.http.get("/robots", headers=headers).json()["code"] == "password_change"
    assert desk.http.post("/auth/ticket", headers=headers).json()["code"] == "password_change"
    assert desk.http.post("/safety/stop", headers=headers).status_code == 200
    change = {"current": "given by the admin", "new": "Ben's own password"}
    assert desk.http.post("/auth/password", json=change, headers=headers).status_code == 200
    again = desk.sign_in("Ben", "Ben's own password")["access_token"]
    assert desk.http.get("/robots", headers={"authorization": f"Bearer {again}"}).status_code == 200


def test_one_sees_and_ends_ones_own_sessions_and_an_admin_everybodys(make_desk: Any) -> None:
    desk = make_desk()
    desk.token("operator")
    mine = desk.get("/auth/sessions", "guest").json()
    assert {entry["account"] for entry in mine} == {"guest"}
    everybodys = desk.get("/auth/sessions", "admin").json()
    assert {"operator", "guest", "admin"} <= {entry["account"] for entry in everybodys}
    theirs = next(entry["id"] for entry in everybodys if entry["account"] == "operator")
    assert desk.http.delete(f"/auth/sessions/{theirs}", headers=desk.headers("guest")).status_code == 404
    assert desk.http.delete(f"/auth/sessions/{theirs}", headers=desk.headers("admin")).status_code == 200
    assert desk.get("/auth/me", "operator").status_code == 401


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"name": "a"}, {"name": "operator", "password": 1}, {"name": "x" * 65, "password": "y"}]
    + [{"name": "operator", "password": "y" * 257}, {"name": "operator", "password": "a", "role": "admin"}]
    + [{"name": "' OR '1'='1", "password": "x"}, {"name": "operator\0", "password": "x"}],
)
def test_credentials_that_are_none_are_refused(desk: Any, body: Any) -> None:
    assert desk.http.post("/auth/login", json=body).status_code == 422


def test_what_was_sent_long_ago_or_by_a_clock_ahead_is_not_carried_out(desk: Any) -> None:
    now_ms = desk.get("/system/health").json()["server_time_ms"]
    goals = len(desk.graph.goals)
    for sent_at_ms in (now_ms - 60_000, now_ms + 60_000, 0):
        for path, body in (
            ("/ai/chat", {"text": "go"}),
            ("/robots/rover1/command", {"skill": "navigate_to", "arguments": {"place": "hall"}}),
        ):
            answer = desk.post(path, {**body, "sent_at_ms": sent_at_ms})
            assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert len(desk.graph.goals) == goals
    assert desk.post("/ai/chat", {"text": "go", "sent_at_ms": now_ms}).status_code == 200


def test_whoever_comes_while_too_many_passwords_are_checked_is_told_to_come_again(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk()
    desk.token("operator")
    may_go = threading.Event()
    checked: list[str] = []

    def slowly(self: Passwords, hashed: str | None, password: str) -> bool:
        checked.append(password)
        return not may_go.wait(20.0)

    monkeypatch.setattr(Passwords, "right", slowly)
    monkeypatch.setattr("tektra.web.parts.MOST_HASHES", 2)

    def sign_in(name: str) -> Any:
        return desk.http.post("/auth/login", json={"name": name, "password": name, "cookie": False})

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(sign_in, f"nobody{number}") for number in range(2)]
        desk.until(lambda: len(checked) == 2, "two passwords are checked")
        refused = sign_in("late")
        may_go.set()
        assert [answer.result().status_code for answer in asked] == [401] * 2
    assert refused.status_code == 503 and refused.json()["code"] == "busy" and refused.headers["retry-after"]
    assert len(checked) == 2
    assert sign_in("later").status_code == 401
