# SPDX-License-Identifier: Apache-2.0
"""What stands before every request: host, origin, size, headers; and the page's files."""

import base64
import gzip
import hashlib
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tektra.web.backends.fake_messages import PIXEL
from tektra.web.door import too_deep
from tektra.web.static import Page


def raw(desk: Any, request: bytes) -> bytes:
    port = int(desk.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20.0) as wire:
        wire.sendall(request)
        answer = b""
        while part := wire.recv(65536):
            answer += part
            if b"\r\n\r\n" in answer:
                break
    return answer


@pytest.mark.parametrize(
    "host", ["evil.localhost", "rebound.example:8443", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_a_name_bent_to_our_address_is_refused(desk: Any, host: str) -> None:
    answer = desk.http.get("/system/health", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_here")


def test_a_request_without_or_with_two_hosts_is_refused(desk: Any) -> None:
    assert b" 400 " in raw(desk, b"GET /api/v1/system/health HTTP/1.0\r\n\r\n")[:20]
    assert b" 400 " in raw(desk, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")[:20]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://evil.localhost:1", "file://", ""])
def test_another_page_is_refused_even_with_a_good_token(desk: Any, origin: str) -> None:
    headers = {**desk.headers("admin"), "origin": origin}
    assert desk.http.get("/robots", headers=headers).status_code == 403
    assert desk.http.post("/safety/stop", headers=headers).status_code == 403
    assert "access-control-allow-origin" not in desk.http.get("/robots", headers=headers).headers


def test_the_own_page_and_listed_ones_come_in(desk: Any, make_desk: Any) -> None:
    assert desk.http.get("/system/health", headers={"origin": desk.url}).status_code == 200
    other = make_desk(origins=["https://panel.example"])
    assert other.http.get("/system/health", headers={"origin": "https://panel.example"}).status_code == 200


def test_every_answer_carries_the_headers_that_browsers_are_told_by(desk: Any) -> None:
    for path in ("/system/health", "/robots", "/nowhere"):
        headers = desk.http.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self' 'wasm-unsafe-eval'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert "unsafe-eval" not in policy.replace("wasm-unsafe-eval", "")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_a_body_that_is_too_large_is_refused_before_it_is_read(desk: Any) -> None:
    answer = desk.post("/ai/chat", {"text": "x" * 70_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    claimed = b"POST /api/v1/ai/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999999\r\n\r\n"
    assert b" 413 " in raw(desk, claimed)[:20]


def test_a_body_in_pieces_without_end_is_cut_off(desk: Any) -> None:
    port = int(desk.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20.0) as wire:
        wire.sendall(
            b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        try:
            for _ in range(10_000):
                wire.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        except OSError:
            pass
        try:
            assert b" 413 " in wire.recv(4096)[:20]
        except ConnectionError:
            pass
    assert desk.http.get("/system/health").status_code == 200


def test_what_comes_behind_a_body_in_pieces_is_no_head(desk: Any) -> None:
    """A field there was taken for one of the head, past whatever a proxy let through: it signed its sender in."""
    token = desk.token("operator").encode()
    for signed, behind in ((b"", b"Authorization: Bearer " + token), (token, b"Host: evil.example")):
        head = b"Authorization: Bearer " + signed + b"\r\n" if signed else b""
        answer = raw(
            desk,
            b"POST /api/v1/robots/rover1/lease HTTP/1.1\r\nHost: localhost\r\n"
            + head
            + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b'14\r\n{"action":"release"}\r\n0\r\n'
            + behind
            + b"\r\n\r\n",
        )
        assert answer.split(b" ")[1] == (b"200" if signed else b"401"), answer


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, gzip", "GZIP"])
def test_a_body_that_is_compressed_is_refused_and_never_unpacked(desk: Any, coding: str) -> None:
    headers = {**desk.headers("operator"), "content-encoding": coding, "content-type": "application/json"}
    bomb = gzip.compress(b'{"text": "' + b"x" * 10_000_000 + b'"}')
    for body in (bomb, b'{"action": "release"}'):
        answer = desk.http.post("/robots/rover1/lease", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "coded")
    assert desk.http.post("/safety/stop", content=bomb, headers=headers).is_success
    plain = {**headers, "content-encoding": "identity"}
    assert desk.http.post("/robots/rover1/lease", content=b'{"action": "release"}', headers=plain).is_success


def test_head_is_told_what_get_would_be(make_desk: Any) -> None:
    desk = make_desk()
    for path, role in (
        ("/system/health", None),
        ("/robots", "observer"),
        ("/robots", None),
        ("/nowhere", None),
    ):
        got = desk.get(path, role)
        head = desk.http.head(path, headers=desk.headers(role))
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
    assert desk.http.head("/safety/stop", headers=desk.headers("operator")).status_code == 405
    assert desk.graph.stops == []
    assert desk.http.head("/users", headers=desk.headers("guest")).status_code == 403
    metrics = desk.http.get(f"{desk.url}/metrics", headers=desk.headers("operator")).text
    assert 'method="HEAD",route="/robots",status="200"' in metrics


def test_head_of_an_answer_without_end_has_ended(desk: Any) -> None:
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(desk.http.head, "/camera/stream", headers=desk.headers("operator"))
        stamp = {"stamp": {"sec": 1, "nanosec": 0}, "frame_id": "camera"}
        message = {"header": stamp, "format": "png", "data": PIXEL}

        def seen() -> bool:
            desk.loop.call_soon_threadsafe(desk.graph.say, "/camera/image_raw/compressed", message)
            return asked.done()

        desk.until(seen, "the head is told")
        assert asked.result().status_code == 200


def test_what_is_no_request_leaves_no_line_in_the_log(desk: Any, caplog: Any) -> None:
    """Whoever could reach the port filled the disk with them, without an account."""
    for nonsense in (b"\x16\x03\x01\x02\x00" * 20, b"GET / HTTP/9.9\r\n\r\n", b"FOO / HTTP/1.1\r\n\r\n"):
        assert b" 400 " in raw(desk, nonsense + b"\r\n\r\n")[:20]
    assert [record for record in caplog.records if record.name.startswith("uvicorn")] == []


@pytest.mark.parametrize("letter", ["[", '{"a":'])
def test_json_nested_deep_is_refused(desk: Any, letter: str) -> None:
    headers = {**desk.headers("operator"), "content-type": "application/json"}
    body = '{"text": "x", "more": ' + letter * 5000
    for path in ("/ai/chat", "/audio/transcribe", "/auth/login"):
        answer = desk.http.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "too_deep")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_no_other_encoding_hides_depth(desk: Any, encoding: str) -> None:
    """Half of a letter was taken for the quote at which a string begins, and 900 brackets behind it were not counted: a
    robot was sent for."""
    headers = {**desk.headers("operator"), "content-type": "application/json"}
    for arguments in ('{"place": "kitchen"}', '{"\u2200": ' + "[" * 300 + "]" * 300 + "}"):
        body = f'{{"skill": "navigate_to", "arguments": {arguments}}}'.encode(encoding)
        answer = desk.http.post("/robots/rover1/command", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "not_utf8")
    assert desk.graph.goals == []
    assert desk.http.post(
        "/safety/stop", content='{"reason": "x"}'.encode(encoding), headers=headers
    ).is_success
    assert desk.graph.stops


def test_the_socket_counts_depth_as_well_and_a_stop_is_one_however_deep(desk: Any) -> None:
    socket = desk.socket("operator")
    deep: Any = []
    for _ in range(60):
        deep = [deep]
    socket.say(type="robot_command", id="c", robot="rover1", skill="navigate_to", arguments={"place": deep})
    assert socket.until("error", id="c")["problem"]["code"] == "too_deep"
    assert desk.graph.goals == []
    socket.say(type="stop", more=deep)
    socket.until("stop_sent")


def test_depth_is_counted_outside_of_strings() -> None:
    assert not too_deep(b"[" * 32 + b"]" * 32)
    assert too_deep(b"[" * 33)
    assert not too_deep(json.dumps({"text": "[" * 1000 + '\\"' + "{" * 1000}).encode())
    assert not too_deep(b"[]" * 100)


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/....//....//etc/passwd",
        "/secret.txt",
        "/link.txt",
        "/a.html/../../secret.txt",
        "/\\..\\secret.txt",
        "/a.html%00.txt",
    ],
)
def test_no_path_leads_out_of_the_pages_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "a.html").write_text("page")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    found = Page(folder).find(path)
    assert found is None


def test_scripts_in_the_page_are_known_by_their_hash(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<script src="/a.js"></script><script>self.x=1</script>')
    digest = base64.b64encode(hashlib.sha256(b"self.x=1").digest()).decode()
    assert Page(tmp_path).script_hashes == [f"sha256-{digest}"]


def test_an_address_without_its_ending_finds_the_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("home")
    (tmp_path / "robots.html").write_text("robots")
    page = Page(tmp_path)
    assert page.find("/") == tmp_path / "index.html"
    assert page.find("/robots") == page.find("/robots/") == tmp_path / "robots.html"
