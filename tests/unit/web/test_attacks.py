# SPDX-License-Identifier: Apache-2.0
"""What somebody with ill will, or with a broken program, sends: it is refused in the shape and words of every refusal, nothing fails, and
nothing is done."""

import asyncio
import base64
import json
import re
import socket
import struct
from pathlib import Path
from typing import Any, get_args

import httpx2 as httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tektra.web.access.limits import RATES, Kind, Rate
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions
from tektra.web.socket import from_client
from tektra.web.socket.handlers import MOST_STOPS
from tests.peers.vrm_figure import png

HEAD = struct.Struct("<BBHIQ")
#: A machine may be busy; it is no measure of speed.
PATIENCE_S = 60.0
PICTURE = base64.b64encode(png()).decode()


def said(
    desk: Any, head: str, body: bytes = b"", host: str = "localhost", wait_s: float = 5.0
) -> tuple[int, bytes]:
    """Status and body of what is sent as it stands."""
    wire = socket.create_connection(("127.0.0.1", int(desk.url.rpartition(":")[2])), timeout=wait_s)
    with wire:
        wire.sendall(
            f"{head}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1", "replace") + body
        )
        told = b""
        while piece := wire.recv(65536):
            told += piece
    assert told.count(b"HTTP/1.1 ") == 1, "one request has one answer"
    return int(told.split(b" ", 2)[1]), told.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    "host",
    ["localhost.", "127.0.0.1.", "127.1", "2130706433", "0x7f.0.0.1", "[::1", "evil.localhost", "localhost:99999",
     "localhost:-1", "127.0.0.1:1:2", "user@localhost", "localhost;x", "[fe80::1%25eth0]", "", "127.0.0.1,evil.example"],
)  # fmt: skip
def test_a_host_that_only_looks_like_ours_is_refused(desk: Any, host: str) -> None:
    assert said(desk, "GET /api/v1/system/health HTTP/1.1", host=host)[0] in (400, 403)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "{}/",
        "HTTP{}",
        "{}.evil.example",
        "file://",
        "chrome-extension://abc",
        "",
        "http://127.0.0.1",
        "https{}",
    ],
)
def test_a_page_that_only_looks_like_ours_is_refused(desk: Any, origin: str) -> None:
    own = desk.url if origin.startswith("{}") else desk.url.removeprefix("http")
    answer = desk.http.get("/system/health", headers={"origin": origin.format(own)})
    assert answer.status_code == 403 and answer.json()["remedy"]


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer  ", "Bearer \xff", "Bearer {} x", "Bearer {}\xff", "Bearer \xe9.\xe9.\xe9", "BEARER\t{}", "Basic YTpi",
     "Bearer " + "." * 2000, "Bearer a.b", "Token {}", "{}"],
)  # fmt: skip
def test_what_is_no_token_is_nobodys(desk: Any, shown: str) -> None:
    head = f"GET /api/v1/auth/me HTTP/1.1\r\nAuthorization: {shown.format(desk.token('admin'))}"
    status, body = said(desk, head)
    assert status == 401 and json.loads(body)["code"] == "not_signed_in"


def test_one_kind_of_secret_is_not_taken_for_another(desk: Any) -> None:
    signed_in = desk.sign_in("guest")
    headers = {"authorization": f"Bearer {signed_in['access_token']}"}
    ticket = desk.http.post("/auth/ticket", headers=headers).json()["ticket"]
    for other in (signed_in["refresh_token"], ticket):
        assert desk.http.get("/auth/me", headers={"authorization": f"Bearer {other}"}).status_code == 401
    for other in (signed_in["access_token"][:256], ticket):
        assert desk.http.post("/auth/refresh", json={"refresh_token": other}).status_code == 401
    assert (
        desk.http.post("/auth/refresh", json={"refresh_token": signed_in["refresh_token"]}).status_code == 200
    )


@pytest.mark.parametrize(
    "cookie", [r'"\000.x"', r'"a\000b.secret"', "x.y", ".", "a" * 5000 + ".b", r'"\377.\377"']
)
def test_a_cookie_that_can_be_no_refresh_token_is_not_looked_for(
    desk: Any, monkeypatch: pytest.MonkeyPatch, cookie: str
) -> None:
    def looked_for(*_: object) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr("tektra.web.backends.sql_store.SqlStore.session", looked_for)
    answer = desk.http.post("/auth/refresh", headers={"cookie": f"tektra_refresh={cookie}", "x-tektra": "1"})
    assert answer.status_code == 401


NUMBERS = ("1" + "0" * 400, "1e400", "-1e400", "NaN", "-Infinity", "1" + "0" * 4500)


@pytest.mark.parametrize("number", NUMBERS, ids=[number[:6] for number in NUMBERS])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/avatar/expression", '{"expression":"happy","intensity":#}'),
        ("/robots/rover1/command", '{"skill":"wave","arguments":{"a":[{"b":#}]}}'),
        ("/ai/chat", '{"text":"hi","sent_at_ms":#}'),
        ("/safety/reset", '{"epoch":#}'),
    ],
)
def test_a_number_that_is_none_is_refused(desk: Any, path: str, body: str, number: str) -> None:
    before = len(desk.graph.calls) + len(desk.graph.goals)
    headers = desk.headers("operator") | {"content-type": "application/json"}
    answer = desk.http.post(path, content=body.replace("#", number).encode(), headers=headers)
    assert answer.status_code in (400, 422) and answer.json()["remedy"]
    assert len(desk.graph.calls) + len(desk.graph.goals) == before


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"text"', b'{"gesture":"nod"}x', b'{"gesture":"\\ud800"}', b'{"\\ud800":1}', b"\xff", b'{"gesture":"nod","__proto__":{}}',
     b'{"gesture":"nod","gesture":"x\\u0000"}', b"{" + b",".join(b'"k%d":1' % at for at in range(5000)) + b"}"],
)  # fmt: skip
def test_what_is_no_body_is_refused_with_a_remedy(desk: Any, body: bytes) -> None:
    headers = desk.headers("operator") | {"content-type": "application/json"}
    answer = desk.http.post("/avatar/gesture", content=body, headers=headers)
    assert answer.status_code in (400, 422) and answer.json()["remedy"]


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_json_that_is_not_called_json_is_refused_by_that_name(desk: Any, kind: str) -> None:
    headers = desk.headers("operator") | {"content-type": kind}
    answer = desk.http.post("/avatar/gesture", content=b'{"gesture":"nod"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")
    assert "application/json" in answer.json()["remedy"]


@pytest.mark.parametrize(
    "kind",
    ["application/json", "APPLICATION/JSON", "application/json; charset=x", "application/vnd.api+json"],
)
def test_json_by_any_of_its_names_is_taken(desk: Any, kind: str) -> None:
    headers = desk.headers("operator") | {"content-type": kind}
    assert desk.http.post("/avatar/gesture", content=b'{"gesture":"nod"}', headers=headers).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PUT", "OPTIONS", "PATCH"])
def test_another_method_is_refused_with_what_may_be(desk: Any, method: str) -> None:
    status, body = said(
        desk, f"{method} /api/v1/robots HTTP/1.1\r\nAuthorization: Bearer {desk.token('operator')}"
    )
    assert status == 405 and json.loads(body)["remedy"]


@pytest.mark.parametrize(
    "path",
    ["/api/v1/recordings/..%2f..%2fetc%2fpasswd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/API/V1/robots",
     "/api/v1/robots/%00", "/api/v1/robots/rover1%0a", "/api/v1/robots/ROVER1", "/api/v1/people/%ED%A0%80", "/api/v1/avatar/figures/../model.glb",
     "/api/v1/robots;x=1", "/api/v1/ai/models?kind=%0a", "/api/v1/safety/audit?limit=1e3", "/api/v1/safety/audit?limit=-1", "*",
     "/api/v1/conversations/c1/export?format=xml"],
)  # fmt: skip
def test_a_path_leads_nowhere_else(desk: Any, path: str) -> None:
    status, body = said(desk, f"GET {path} HTTP/1.1\r\nAuthorization: Bearer {desk.token('admin')}")
    assert status in (404, 422) and json.loads(body)["remedy"], (status, body)


def test_a_path_that_there_is_not_is_not_found_whatever_the_method(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html></html>")
    gateway = gateway_for(WebOptions(port=0), tmp_path / "data", "a long enough password", page=tmp_path)
    gateway.open(lambda _: FakeGraph())
    try:
        for method, path, status in (
            ("POST", "/api/v1/ai/chats", 404), ("PUT", "/api/v2/robots", 404), ("DELETE", "/nothing", 404),
            ("DELETE", "/api/v1/robots", 405), ("GET", "/api/v1/nothing", 404), ("GET", "/", 200),
        ):  # fmt: skip
            answer = httpx.request(method, gateway.url + path, timeout=PATIENCE_S)
            assert answer.status_code == status, path
            assert status == 200 or answer.json()["remedy"]
    finally:
        gateway.close()


def test_who_comes_too_often_is_told_to_wait_a_whole_second_at_least(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, Kind.WRITE, Rate(1, 20))
    desk = make_desk()
    answers = [desk.post("/avatar/gesture", {"gesture": "nod"}, "admin") for _ in range(9)]
    waits = [answer.headers["retry-after"] for answer in answers if answer.status_code == 429]
    assert waits and set(waits) == {"1"}


def test_what_is_not_there_is_not_found_and_no_bad_input(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = type(desk.graph)._answer
    no = {"success": False, "message": "there is no such conversation"}
    monkeypatch.setattr(
        type(desk.graph), "_answer",
        lambda self, name, asked: no if name.startswith("/tektra/conversations/") else before(self, name, asked),
    )  # fmt: skip
    for method, path in (
        ("GET", "/conversations/x"),
        ("DELETE", "/conversations/x"),
        ("GET", "/conversations/x/export"),
        ("DELETE", "/facts/x"),
    ):
        answer = desk.http.request(method, path, headers=desk.headers("operator"))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_slash_too_many_is_no_redirect_to_a_scheme_without_tls(desk: Any) -> None:
    plain, slashed = desk.get("/robots"), desk.get("/robots/")
    assert (slashed.status_code, len(slashed.json())) == (200, len(plain.json()))
    assert plain.json()


@pytest.mark.parametrize(
    "more",
    ["Content-Length: -1", "Content-Length: +5", "Content-Length: 5_0", "Content-Length: 0x5", "Content-Length: " + "9" * 25,
     "Content-Length: " + "9" * 5000, "Content-Length: 5, 5", "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 2\r\nTransfer-Encoding: chunked",
     "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked"],
)  # fmt: skip
def test_a_length_that_two_servers_would_read_differently_is_refused(desk: Any, more: str) -> None:
    head = f"POST /api/v1/avatar/gesture HTTP/1.1\r\nAuthorization: Bearer {desk.token('operator')}\r\n{more}"
    assert said(desk, head, b"2\r\n{}\r\n0\r\n\r\n")[0] in (400, 413)


@pytest.mark.parametrize("wanted", ["bytes=" + "0-0," * 3000 + "1-1", "bytes=0-" + ",0-" * 2000])
def test_a_file_in_thousands_of_pieces_is_one_file(desk: Any, wanted: str) -> None:
    assert len(desk.http.get("/avatar/model.glb", headers={"range": wanted}).content) < 3_000_000


#: What each message of a client needs at least. What is not here is declared nowhere: see the test.
ROLES: dict[str, tuple[str, dict[str, Any]]] = {
    "chat_message": ("guest", {"id": "a", "text": "hi"}),
    "cancel_chat": ("observer", {"id": "a"}),
    "voice_data": ("guest", {"audio": ""}),
    "camera_frame": ("guest", {"image": PICTURE}),
    "stop": ("observer", {}),
    "robot_command": ("operator", {"id": "b", "robot": "rover1", "skill": "wave"}),
    "cancel_command": ("observer", {"id": "b"}),
    "drive": ("operator", {"robot": "rover1", "linear_m_s": 0.0, "angular_rad_s": 0.0, "sent_at_ms": 0}),
    "lease": ("operator", {"robot": "rover1", "action": "ask"}),
    "subscribe": ("observer", {"streams": ["safety"]}),
    "renew": ("observer", {"ticket": "none"}),
    "ping": ("observer", {}),
}
KINDS = [
    get_args(model.model_fields["type"].annotation)[0]
    for model in get_args(get_args(from_client.FromClient)[0])
]


def test_every_message_of_a_client_has_a_role() -> None:
    assert set(KINDS) == set(ROLES)


@pytest.mark.parametrize("role", ["observer", "guest", "operator", "admin"])
def test_a_message_is_for_its_role_and_those_above(desk: Any, role: str) -> None:
    wire = desk.socket(role)
    wire.until("welcome")
    order = ("observer", "guest", "operator", "admin")
    for kind, (least, fields) in ROLES.items():
        wire.told.clear()
        wire.say(type=kind, **fields)
        wire.say(type="ping", number=7)
        wire.until("pong", number=7)
        codes = [told["problem"]["code"] for told in wire.told if told["type"] == "error"]
        assert ("not_allowed" in codes) == (order.index(role) < order.index(least)), (kind, codes)
    wire.wire.close()
    desk.post("/safety/reset", {})


@pytest.mark.parametrize(
    "frame",
    [
        b"", b"\1", HEAD.pack(1, 0, 16000, 1, 0)[:15],
        *(HEAD.pack(kind, 0, 16000, 1, 0) + bytes(2) for kind in (0, 3, 16, 17, 18, 19, 20, 127, 255)),
        *(HEAD.pack(1, 0, rate, 1, 0) + bytes(2) for rate in (0, 1, 7999, 48001, 65535)),
        *(HEAD.pack(1, 0, 16000, 1, when) + bytes(2) for when in (1, 2**53, 2**63, 2**64 - 1)),
        HEAD.pack(1, 0, 16000, 1, 0) + bytes(3), HEAD.pack(1, 0, 16000, 1, 0) + bytes(192_002),
        *(HEAD.pack(2, 0, 0, 1, 0) + data for data in (b"", png()[:40], png()[:-4], b"\xff\xd8\xff", b"GIF89a" + bytes(40))),
    ],
)  # fmt: skip
def test_bytes_with_a_wrong_head_or_content_reach_no_topic(desk: Any, frame: bytes) -> None:
    before = len(desk.published)
    wire = desk.socket("guest")
    wire.wire.send(frame)
    assert wire.until("error")["problem"]["remedy"]
    assert len(desk.published) == before
    wire.wire.close()


def test_a_picture_that_was_cut_off_reaches_nobody_by_any_way(desk: Any) -> None:
    cut = base64.b64encode(png()[:-8]).decode()
    before = len(desk.graph.calls)
    answer = desk.post("/vision/analyze", {"image": cut})
    assert (answer.status_code, len(desk.graph.calls)) == (400, before)
    assert "cut off" in answer.json()["message"]


@pytest.mark.parametrize(
    ("query", "resumed"),
    [
        ("seq=007", None),
        ("seq=-1", False),
        ("seq=999999999999999", False),
        ("seq=%E0%A5%A7", False),
        ("seq=1e1", False),
        ("", None),
    ],
)
def test_where_a_socket_is_to_go_on_is_a_number_and_its_answer_is_json(
    desk: Any, query: str, resumed: bool | None
) -> None:
    wire = desk.socket("guest")
    name = wire.until("welcome")["socket_id"]
    url = f"{desk.url.replace('http', 'ws', 1)}/api/v1/ws?resume={name}&{query}"
    headers = {"authorization": f"Bearer {desk.token('guest')}"}
    with connect(url, additional_headers=headers, legacy=True) as again:
        told = json.loads(again.recv(timeout=PATIENCE_S))
    assert told["type"] == "welcome"
    if resumed is not None:
        assert told["resumed"] is resumed
    wire.wire.close()


@pytest.mark.parametrize(
    "offered", [["tektra.ticket.x"], ["tektra.v1", "tektra.ticket."], ["tektra.ticket.a", "tektra.ticket.b"]]
)
def test_a_ticket_that_is_none_opens_nothing_though_a_token_stands_beside_it(
    desk: Any, offered: list[str]
) -> None:
    url = f"{desk.url.replace('http', 'ws', 1)}/api/v1/ws"
    headers = {"authorization": f"Bearer {desk.token('guest')}"}
    if len(offered) == 2 and offered[1] == "tektra.ticket.b":
        with pytest.raises(InvalidStatus), connect(url, subprotocols=offered, legacy=True):  # type: ignore[arg-type]
            pass
        return
    with (
        pytest.raises(InvalidStatus),
        connect(url, subprotocols=offered, additional_headers=headers, legacy=True),
    ):  # type: ignore[arg-type]
        pass


def test_a_flood_of_names_to_be_stopped_stops_everything_and_fills_nothing(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would wait for the gate by itself, for half a second."""
    waiting, before, answered = [], len(desk.graph.stops), asyncio.Event()

    async def stop_robot(_: object, robot: str, who: str) -> str:
        waiting.append(robot)
        await answered.wait()
        return who

    monkeypatch.setattr("tektra.web.client.Client.stop_robot", stop_robot)
    wire = desk.socket("observer")
    for at in range(500):
        wire.say(type="stop", robot=f"r{at}")
    wire.say(type="ping", number=3)
    wire.until("pong", number=3)
    assert len(waiting) == MOST_STOPS and len(desk.graph.stops) - before == 500 - MOST_STOPS
    desk.loop.call_soon_threadsafe(answered.set)
    wire.wire.close()
    desk.post("/safety/reset", {})


def test_tickets_are_guessed_at_no_more_often_than_anything_is_written(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, Kind.WRITE, Rate(4, 0.001))
    wire = make_desk().socket("admin")
    for at in range(12):
        wire.say(type="renew", ticket=f"none{at}")
    wire.say(type="ping", number=3)
    wire.until("pong", number=3)
    codes = [told["problem"]["code"] for told in wire.told if told["type"] == "error"]
    assert codes == ["not_signed_in"] * 4 + ["too_often"] * 8
    wire.wire.close()


SECRET = "that I love somebody"


@pytest.mark.parametrize(
    ("path", "service", "answer"),
    [("/ai/models", "/tektra/models/list", {"models": [{"name": SECRET}]}), ("/facts", "/tektra/facts/list", {"facts": [{"text": SECRET}]}),
     ("/conversations", "/tektra/conversations/list", {})],
)  # fmt: skip
def test_what_fails_inside_is_told_as_every_problem_is_and_logged_without_words(
    desk: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    service: str,
    answer: dict[str, Any],
) -> None:
    before = type(desk.graph)._answer
    strange = {"success": True, "message": ""} | answer
    monkeypatch.setattr(
        type(desk.graph),
        "_answer",
        lambda self, name, asked: strange if name == service else before(self, name, asked),
    )
    for _ in range(3):  # the connection goes on
        told = desk.get(path, "operator")
        assert (told.status_code, told.json()["code"]) == (500, "failed") and told.json()["remedy"]
    assert SECRET not in told.text and SECRET not in caplog.text
    assert re.search(r"a request failed: \w+ at \w+\.py:\d+", caplog.text)


def test_an_answer_that_fails_inside_ends_for_who_waits_and_is_logged_without_words(
    desk: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> Any:
        yield None
        raise ValueError(SECRET)

    monkeypatch.setattr("tektra.web.client.Client.ask", broken)
    wire = desk.socket("guest")
    wire.say(type="chat_message", id="q1", text=SECRET)
    assert wire.until("error", id="q1")["problem"]["code"] == "failed"
    assert SECRET not in caplog.text
    wire.wire.close()
