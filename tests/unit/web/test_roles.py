# SPDX-License-Identifier: Apache-2.0
"""Every route with every role, and with none: what a route declares is what is asked of whoever comes."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter

from tektra.common.access import Role
from tektra.common.errors import ConfigError
from tektra.web import app as web_app
from tektra.web.app import create_api
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions
from tektra.web.schema import openapi
from tektra.web.socket.endpoint import Sockets
from tektra.web.socket.sockets import SocketTable

#: What may be asked for without signing in. A change of this list is a change of who may do what.
OPEN = {
    ("post", "/api/v1/auth/login"),
    ("post", "/api/v1/auth/refresh"),
    ("get", "/api/v1/avatar/blendshapes"),
    ("get", "/api/v1/avatar/model.glb"),
    ("get", "/api/v1/system/health"),
}
#: What an observer may do besides looking: stop, and see to the own account.
OBSERVERS_WRITE = {
    "/api/v1/auth/logout",
    "/api/v1/auth/ticket",
    "/api/v1/auth/password",
    "/api/v1/auth/sessions/{id}",
    "/api/v1/safety/stop",
    "/api/v1/robots/{id}/emergency",
    "/api/v1/people/{id}",  # of oneself
}


def described() -> dict[str, Any]:
    gateway = gateway_for(WebOptions(), Path(tempfile.mkdtemp()), "not used at all")
    found = openapi(gateway.parts(FakeGraph()))
    gateway.close()
    return found


ROUTES = [
    (method, path, route["x-role"])
    for path, methods in described()["paths"].items()
    for method, route in methods.items()
]


def test_there_is_something_to_check() -> None:
    assert len(ROUTES) > 45


def test_only_these_routes_are_open_to_all() -> None:
    assert {(method, path) for method, path, role in ROUTES if role == "everybody"} == OPEN


def test_observers_only_look_and_stop() -> None:
    found = {path for method, path, role in ROUTES if role == "observer" and method != "get"}
    assert found == OBSERVERS_WRITE


def test_what_moves_robots_or_resets_a_stop_needs_an_operator() -> None:
    roles = {(method, path): role for method, path, role in ROUTES}
    for path in ("/api/v1/robots/{id}/command", "/api/v1/robots/{id}/lease", "/api/v1/safety/reset"):
        assert roles["post", path] == "operator"
    assert {role for method, path, role in ROUTES if path.startswith("/api/v1/users")} == {"admin"}


@pytest.mark.parametrize(("method", "path", "role"), ROUTES, ids=[f"{m} {p}" for m, p, _ in ROUTES])
def test_who_is_not_signed_in_is_refused(desk: Any, method: str, path: str, role: str) -> None:
    for headers in ({}, {"authorization": "Bearer x.y.z"}, {"authorization": "Basic YTpi"}):
        answer = desk.http.request(method, f"{desk.url}{path.replace('{id}', 'rover9')}", headers=headers)
        if role == "everybody":
            assert answer.status_code in (200, 401, 422)
            assert path.endswith("refresh") or answer.status_code != 401
        else:
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


GUARDED = [(method, path, role) for method, path, role in ROUTES if role != "everybody"]


@pytest.mark.parametrize(("method", "path", "role"), GUARDED, ids=[f"{m} {p}" for m, p, _ in GUARDED])
def test_who_has_too_small_a_role_is_refused_before_anything_else(
    desk: Any, method: str, path: str, role: str
) -> None:
    before = (len(desk.graph.calls), len(desk.graph.goals), len(desk.graph.stops))
    for smaller in (known for known in Role if known < Role.named(role)):
        url = f"{desk.url}{path.replace('{id}', 'rover9')}"
        answer = desk.http.request(method, url, headers=desk.headers(str(smaller)))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (len(desk.graph.calls), len(desk.graph.goals), len(desk.graph.stops)) == before


def test_a_route_that_declares_no_role_keeps_the_app_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(parts: Any, guard: Any) -> APIRouter:
        router = APIRouter()
        router.get("/careless")(lambda: "open")
        return router

    monkeypatch.setattr(web_app, "ROOMS", (*web_app.ROOMS, careless))
    gateway = gateway_for(WebOptions(), tmp_path, "not used at all")
    parts = gateway.parts(FakeGraph())
    with pytest.raises(ConfigError, match="/careless declares 0 roles"):
        create_api(parts, Sockets(parts, SocketTable(parts.clock_s)))
    gateway.close()
