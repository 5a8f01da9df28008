# SPDX-License-Identifier: Apache-2.0
"""Tokens for programs: they hold for days, can do no more than whoever made them, and end when they are told to."""

from typing import Any

import pytest

from tests.unit.web.conftest import PASSWORD

DAY_MS = 86_400_000


def made(desk: Any, role: str = "operator", **more: Any) -> dict[str, Any]:
    answer = desk.post("/auth/tokens", {"name": "thermostat", **more}, role)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def status(desk: Any, token: str, path: str = "/robots") -> int:
    return int(desk.http.get(path, headers={"authorization": f"Bearer {token}"}).status_code)


def test_a_program_comes_in_with_its_token_until_that_is_ended(make_desk: Any) -> None:
    desk = make_desk(access_s=5.0)
    token = made(desk, days=30)
    (listed,) = [one for one in desk.get("/auth/sessions").json() if one["program"]]
    assert (listed["id"], listed["client"]) == (token["id"], "thermostat")
    assert (
        listed["expires_ms"] - listed["created_ms"]
        == 30 * DAY_MS
        == token["expires_ms"] - listed["created_ms"]
    )
    assert status(desk, token["token"]) == 200
    socket = desk.socket(token=token["token"])
    socket.until("welcome")
    ended = desk.http.delete(f"/auth/sessions/{token['id']}", headers=desk.headers("operator"))
    assert ended.status_code == 200 and status(desk, token["token"]) == 401
    desk.until(lambda: desk.gateway.count == 0, "its socket ends")


def test_it_is_no_more_than_whoever_made_it_and_may_be_less(make_desk: Any) -> None:
    desk = make_desk()
    refused = desk.post("/auth/tokens", {"name": "x", "role": "admin"}, "operator")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    token = made(desk, role="admin")
    lesser = desk.post("/auth/tokens", {"name": "lamp", "role": "observer"}, "admin").json()["token"]
    assert status(desk, token["token"], "/users") == 200
    assert status(desk, lesser, "/users") == 403 and status(desk, lesser) == 200


def test_it_is_not_the_person_who_made_it(make_desk: Any) -> None:
    """A token that may only look, as for a screen on the wall, deleted its maker's account with all that was said, read
    their conversations, and signed them out in the middle of driving."""
    desk = make_desk()
    person = desk.post("/people", {"name": "Opal", "account": "operator"}, "admin")
    assert person.status_code == 201
    desk.post("/ai/chat", {"text": "a secret"}, "operator")
    mine = next(one["id"] for one in desk.get("/auth/sessions", "operator").json() if one["current"])
    for role in ("observer", "guest"):
        answer = desk.post("/auth/tokens", {"name": "wall", "role": role}, "operator").json()
        shown = {"authorization": f"Bearer {answer['token']}"}
        for method, path, body in (
            ("GET", "/people/me", None),
            ("GET", "/people/me/export", None),
            ("PATCH", "/people/me", {"name": "Someone"}),
            ("DELETE", "/people/me", None),
            ("DELETE", f"/auth/sessions/{mine}", None),
        ):
            tried = desk.http.request(method, path, json=body, headers=shown)
            assert tried.status_code == 404, (role, method, path)
        change = {"current": PASSWORD, "new": "another long password"}
        tried = desk.http.post("/auth/password", json=change, headers=shown)
        assert (tried.status_code, tried.json()["code"]) == (403, "a_program")
        listed = desk.http.get("/auth/sessions", headers=shown).json()
        assert [one["id"] for one in listed] == [answer["id"]]
        assert desk.http.delete(f"/auth/sessions/{answer['id']}", headers=shown).status_code == 200
    assert desk.get("/people/me", "operator").json()["name"] == "Opal"


def test_a_lesser_one_goes_on_with_no_socket_of_its_maker(make_desk: Any) -> None:
    """What is said again to a socket that comes back was said to somebody of a higher role."""
    desk = make_desk()
    own = desk.socket("operator")
    socket_id = own.until("welcome")["socket_id"]
    lesser = desk.post("/auth/tokens", {"name": "wall", "role": "observer"}, "operator").json()["token"]
    other = desk.socket(token=lesser, resume=socket_id)
    assert not other.until("welcome")["resumed"]
    own.say(type="ping", number=7)
    own.until("pong", number=7)


def test_it_makes_no_tokens_and_cannot_be_renewed(make_desk: Any) -> None:
    desk = make_desk()
    token = made(desk)
    again = desk.http.post(
        "/auth/tokens", json={"name": "more"}, headers={"authorization": f"Bearer {token['token']}"}
    )
    assert (again.status_code, again.json()["code"]) == (403, "a_program")
    for secret in ("program", "x"):
        tried = desk.http.post("/auth/refresh", json={"refresh_token": f"{token['id']}.{secret}"})
        assert tried.status_code == 401


@pytest.mark.parametrize("change", [{"role": "guest"}, {"disabled": True}, {"password": "set by the admin"}])
def test_it_ends_with_a_change_of_its_account(make_desk: Any, change: dict[str, Any]) -> None:
    desk = make_desk()
    token = made(desk)
    desk.http.patch("/users/id-operator", json=change, headers=desk.headers("admin"))
    assert status(desk, token["token"]) == 401


def test_one_account_makes_so_many_and_no_more(make_desk: Any) -> None:
    desk = make_desk()
    answers = [desk.post("/auth/tokens", {"name": f"n{number}"}).status_code for number in range(21)]
    assert answers == [201] * 20 + [409]


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x", "days": 0}, {"name": "x", "days": 366}, {"name": "a\nb"}]
)
def test_what_is_no_token_is_refused(desk: Any, body: Any) -> None:
    assert desk.post("/auth/tokens", body).status_code == 422
