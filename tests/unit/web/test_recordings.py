# SPDX-License-Identifier: Apache-2.0
"""Recordings: listed, taken home and deleted by admins; no other file is reached by that way."""

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from tektra.web.recordings import MAGIC, Recordings
from tektra.web.routes import recordings as routes

WHOLE = MAGIC + b"chunks" * 100 + MAGIC


def kept(desk: Any, name: str, content: bytes = WHOLE, age_s: float = 100.0) -> Path:
    folder = desk.folder / "recordings"
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(content)
    changed_s = file.stat().st_mtime - age_s
    os.utime(file, (changed_s, changed_s))
    return Path(file)


def delete(desk: Any, name: str, role: str = "admin") -> Any:
    return desk.http.delete(f"/recordings/{name}", headers=desk.headers(role))


def test_an_admin_lists_takes_and_deletes_them(make_desk: Any) -> None:
    desk = make_desk()
    assert desk.get("/recordings", "admin").json() == []  # the folder is not there
    old, new = kept(desk, "old.mcap"), kept(desk, "new.mcap", WHOLE[:-3], age_s=20.0)
    listed = desk.get("/recordings", "admin").json()
    assert [(one["name"], one["size_bytes"], one["whole"], one["running"]) for one in listed] == [
        ("new.mcap", len(WHOLE) - 3, False, False),  # its recorder was killed
        ("old.mcap", len(WHOLE), True, False),
    ]
    answer = desk.get("/recordings/old.mcap", "admin")
    assert (answer.content, answer.headers["content-length"]) == (WHOLE, str(len(WHOLE)))
    assert answer.headers["content-disposition"] == 'attachment; filename="old.mcap"'
    assert delete(desk, "old.mcap").status_code == delete(desk, "new.mcap").status_code == 200
    assert not old.exists() and not new.exists()
    assert (
        delete(desk, "old.mcap").status_code == desk.get("/recordings/old.mcap", "admin").status_code == 404
    )


def test_what_is_being_recorded_is_not_deleted(make_desk: Any) -> None:
    desk = make_desk()
    file = kept(desk, "now.mcap", WHOLE[:-3], age_s=-600.0)
    assert desk.get("/recordings", "admin").json()[0]["running"]
    answer = delete(desk, "now.mcap")
    assert (answer.status_code, answer.json()["code"]) == (409, "being_recorded")
    assert file.exists()


def test_a_browser_takes_one_with_a_ticket_that_serves_once(make_desk: Any) -> None:
    desk = make_desk()
    kept(desk, "a.mcap")

    def take(ticket: str) -> int:
        return int(desk.http.get("/recordings/a.mcap", params={"ticket": ticket}).status_code)

    ticket = desk.post("/auth/ticket", {}, "admin").json()["ticket"]
    assert (take(ticket), take(ticket), take("made up"), take("")) == (200, 401, 401, 401)
    for role in ("observer", "guest", "operator"):
        assert take(desk.post("/auth/ticket", {}, role).json()["ticket"]) == 403
        assert desk.get("/recordings", role).status_code == 403
        assert delete(desk, "a.mcap", role).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        "..%2fsecret.mcap",
        "%2e%2e%2fsecret.mcap",
        "..",
        ".mcap",
        "-x.mcap",
        "a%00.mcap",
        "key",
        "a" * 200,
    ],
)
def test_no_name_leads_out_of_the_folder(make_desk: Any, name: str) -> None:
    desk = make_desk()
    kept(desk, "a.mcap")
    secret = desk.folder / "secret.mcap"
    secret.write_bytes(b"secret")
    assert desk.get(f"/recordings/{name}", "admin").status_code in (404, 422)
    assert delete(desk, name).status_code in (404, 405, 422)
    assert secret.exists()


def test_links_folders_and_pipes_are_no_recordings(make_desk: Any) -> None:
    desk = make_desk()
    folder = kept(desk, "a.mcap").parent
    secret = desk.folder / "secret"
    secret.write_bytes(WHOLE)
    (folder / "link.mcap").symlink_to(secret)
    (folder / "folder.mcap").mkdir()
    os.mkfifo(folder / "pipe.mcap")
    (folder / "note.txt").write_text("no")
    assert [one["name"] for one in desk.get("/recordings", "admin").json()] == ["a.mcap"]
    for name in ("link.mcap", "folder.mcap", "pipe.mcap"):
        assert desk.get(f"/recordings/{name}", "admin").status_code == 404
        assert delete(desk, name).status_code == 404
    assert secret.exists() and (folder / "link.mcap").is_symlink()


def test_what_grows_is_given_as_it_was_when_it_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a.mcap"
    file.write_bytes(b"begun")
    opened, size = Recordings(tmp_path).open("a.mcap")
    with file.open("ab") as more:
        more.write(b"more")

    async def pieces() -> bytes:
        return b"".join([piece async for piece in routes._pieces(opened, size, lambda: False)])

    import asyncio

    assert asyncio.run(pieces()) == b"begun"
    assert opened.closed


def test_a_download_ends_with_its_session(make_desk: Any) -> None:
    desk = make_desk()
    kept(desk, "large.mcap", bytes(64_000_000))
    token = desk.sign_in("admin")["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    ended = threading.Event()
    with desk.http.stream("GET", "/recordings/large.mcap", headers=headers) as answer:
        got = 0
        with pytest.raises(Exception, match="(?i)incomplete|closed|peer"):
            for piece in answer.iter_bytes(65_536):
                got += len(piece)
                if not ended.is_set():
                    assert desk.http.post("/auth/logout", headers=headers).status_code == 200
                    ended.set()
    assert 0 < got < 64_000_000
