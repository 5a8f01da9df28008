# SPDX-License-Identifier: Apache-2.0
"""Figures of one's own by the gateway: who may bring one, what is kept of it, and what no upload gets done."""

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tektra.web.figures.folder import MOST, name_of
from tektra.web.figures.glb import MAX_BYTES
from tests.peers.vrm_figure import Figure

GLTF = "model/gltf-binary"
SOUND = Figure(1).written()


def bring(
    desk: Any,
    data: bytes = SOUND,
    role: str | None = "operator",
    name: str = "boxy.vrm",
    kind: str = GLTF,
    **headers: str,
) -> Any:
    told = {**desk.headers(role), "content-type": kind, **headers}
    return desk.http.post("/avatar/figures", params={"name": name}, content=data, headers=told)


def delete(desk: Any, id: str, role: str = "operator") -> Any:
    return desk.http.delete(f"/avatar/figures/{id}", headers=desk.headers(role))


def kept(desk: Any) -> list[str]:
    folder = desk.folder / "figures"
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_an_operator_brings_one_and_everybody_sees_it(make_desk: Any) -> None:
    desk = make_desk()
    assert desk.get("/avatar/figures", "observer").json() == []
    made = bring(desk)
    assert made.status_code == 200, made.text
    figure = made.json()
    assert (figure["name"], figure["version"], figure["by"]) == ("boxy", 1, "operator")
    assert figure["terms"]["who_may_wear_it"] == "everyone"
    assert bring(desk).json()["id"] == figure["id"]
    assert [one["id"] for one in desk.get("/avatar/figures", "observer").json()] == [figure["id"]]
    file = desk.get(f"/avatar/figures/{figure['id']}", "observer")
    assert (file.content, file.headers["content-type"]) == (SOUND, GLTF)
    assert file.headers["x-content-type-options"] == "nosniff"
    assert delete(desk, figure["id"]).status_code == 200
    assert kept(desk) == [] and delete(desk, figure["id"]).status_code == 404
    assert desk.get(f"/avatar/figures/{figure['id']}").status_code == 404


@pytest.mark.parametrize("role", ["observer", "guest", None])
def test_nobody_else_brings_or_deletes_one(make_desk: Any, role: str | None) -> None:
    desk = make_desk()
    assert bring(desk, role=role).status_code == (403 if role else 401)
    id = bring(desk).json()["id"]
    assert desk.http.delete(f"/avatar/figures/{id}", headers=desk.headers(role)).status_code in (401, 403)
    assert desk.http.get(f"/avatar/figures/{id}").status_code == 401
    assert len(kept(desk)) == 2


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ" + bytes(500), SOUND[:-40], Figure(picture=b"no picture").written()],
    ids=["empty", "a program", "cut short", "no picture"],
)
def test_what_is_no_sound_figure_leaves_nothing_behind(make_desk: Any, data: bytes) -> None:
    desk = make_desk()
    answer = bring(desk, data)
    assert answer.status_code == 400 and answer.json()["code"].startswith("figure_")
    assert kept(desk) == []


@pytest.mark.parametrize(
    "kind",
    ["application/json", "text/html", "multipart/form-data; boundary=x", "application/octet-stream", ""],
)
def test_a_file_of_another_kind_is_refused(desk: Any, kind: str) -> None:
    assert (bring(desk, kind=kind).status_code, kept(desk)) == (415, [])


def test_a_packed_body_is_refused(desk: Any) -> None:
    assert bring(desk, **{"content-encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini.vrm", "boot.ini"),
        ("/etc/cron.d/x.vrm", "x"),
        ("a\0b\u202e.vrm", "a b"),
        ("<img src=x onerror=alert(1)>.vrm", "<img src=x onerror=alert(1)>"),
        ("..", ".."),
        ("", "Boxy"),
        ("x" * 250, "x" * 80),
    ],
)
def test_a_name_is_only_shown_and_never_a_path(make_desk: Any, told: str, name: str) -> None:
    desk = make_desk()
    figure = bring(desk, name=told).json()
    assert figure["name"] == name
    assert kept(desk) == [f"{figure['id']}.json", f"{figure['id']}.vrm"]


@pytest.mark.parametrize(
    "id", ["..%2f..%2fweb%2fgateway.sqlite", "%2e%2e", "0" * 32, "x", "A" * 32, "0" * 31 + "%00"]
)
def test_no_other_file_is_reached_by_an_id(desk: Any, id: str) -> None:
    assert desk.get(f"/avatar/figures/{id}").status_code in (404, 422)
    assert delete(desk, id).status_code in (404, 422)


def test_a_name_of_a_file_is_its_last_part() -> None:
    assert name_of("C:\\figures\\Anna.vrm") == "Anna"


class Line:
    """A connection by hand."""

    def __init__(self, desk: Any, head: str, token: str) -> None:
        self.wire = socket.create_connection(("127.0.0.1", int(desk.url.rpartition(":")[2])), timeout=20.0)
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        start = f"POST /api/v1/avatar/figures HTTP/1.1\r\nHost: localhost\r\nContent-Type: {GLTF}\r\n{bearer}{head}\r\n\r\n"
        self.wire.sendall(start.encode())

    @property
    def status(self) -> int:
        return int(self.wire.recv(4096).split()[1])

    def pour(self, most: int) -> int:
        """How much of an endless body in pieces is taken."""
        sent, piece = 0, b"A" * 65_536
        try:
            while sent < most:
                self.wire.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                sent += len(piece)
        except OSError:
            pass
        return sent


def test_too_much_is_refused_by_what_is_said_and_by_what_comes(make_desk: Any) -> None:
    desk = make_desk()
    said = Line(desk, f"Content-Length: {MAX_BYTES + 1}", desk.token("operator"))
    assert said.status == 413
    endless = Line(desk, "Transfer-Encoding: chunked", desk.token("operator"))
    endless.pour(MAX_BYTES + 4_000_000)
    assert endless.status == 413
    assert kept(desk) == []


@pytest.mark.parametrize("token", ["", "x.y.z"])
def test_nobody_pours_a_file_in(desk: Any, token: str) -> None:
    line = Line(desk, f"Content-Length: {MAX_BYTES}", token)
    assert line.status == 401
    assert line.pour(MAX_BYTES) < MAX_BYTES


def test_who_breaks_off_leaves_nothing_and_the_stop_goes_on(make_desk: Any) -> None:
    desk = make_desk()
    lines = [Line(desk, f"Content-Length: {MAX_BYTES}", desk.token(role)) for role in ("operator", "admin")]
    for line in lines:
        line.wire.sendall(SOUND[:1000])
    assert desk.post("/safety/stop").status_code == 200
    for line in lines:
        line.wire.close()
    desk.until(lambda: bring(desk).status_code == 200, "whoever broke off has left the place")
    assert len(kept(desk)) == 2


def test_so_many_are_kept_and_no_more(make_desk: Any) -> None:
    desk = make_desk()
    figures = desk.gateway.parts(desk.graph).figures
    made = [figures.add(Figure(1, title=f"n{at}").written(), "", "operator", 0) for at in range(MOST)]
    answer = bring(desk, Figure(0).written())
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_figures")
    assert delete(desk, made[0].id).status_code == 200
    assert bring(desk, Figure(0).written()).status_code == 200


def test_the_same_file_brought_twice_at_once_is_one_figure(make_desk: Any) -> None:
    desk = make_desk()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: bring(desk).status_code, range(2)))
    assert answers == [200, 200] and len(kept(desk)) == 2


def test_half_of_one_is_none(make_desk: Any) -> None:
    desk = make_desk()
    id = bring(desk).json()["id"]
    (desk.folder / "figures" / f"{id}.json").write_text("{")
    assert desk.get("/avatar/figures").json() == []
    assert desk.get(f"/avatar/figures/{id}").status_code == 404
    assert bring(desk).status_code == 200 and len(desk.get("/avatar/figures").json()) == 1


def test_only_a_figure_that_was_brought_is_worn_and_a_worn_one_is_not_deleted(make_desk: Any) -> None:
    desk = make_desk()
    assert desk.post("/avatar/look", {"look": {"figure": "0" * 32}}).status_code == 404
    assert desk.post("/avatar/look", {"look": {"figure": "../x"}}).status_code == 404
    id = bring(desk).json()["id"]
    assert desk.post("/avatar/look", {"look": {"figure": id, "build": 0.5}}).json()["look"]["figure"] == id
    desk.until(lambda: desk.get("/avatar/status").json()["look"].get("figure") == id, "it is worn")
    answer = delete(desk, id)
    assert (answer.status_code, answer.json()["code"]) == (409, "figure_worn")


def test_the_look_says_what_it_is_made_of(desk: Any) -> None:
    fields = {field["name"]: field for field in desk.get("/avatar/look", "observer").json()}
    assert fields["build"] == {
        "name": "build", "kind": "slider", "default": 0.0, "choices": [], "low": -1.0, "high": 1.0,
    }  # fmt: skip
    assert fields["hair_style"]["choices"] and fields["skin"]["kind"] == "colour"
