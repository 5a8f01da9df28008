# SPDX-License-Identifier: Apache-2.0
"""The demo's visit to the page, before a stand-in for the graph: what it sees is seen, and what is not there is told."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tektra.cli.demo import page as demo_page
from tektra.cli.demo.report import StepFailed


@pytest.fixture
def account(home: Any) -> tuple[str, str]:
    """As the first start makes one: its password is to be changed."""
    api = f"{home.url}/api/v1"
    body = {"name": "admin", "password": "a long enough password", "cookie": False}
    token = httpx.post(f"{api}/auth/login", json=body).json()["access_token"]
    new = {"name": "nina", "password": "one time secret", "role": "admin"}
    assert (
        httpx.post(f"{api}/users", json=new, headers={"authorization": f"Bearer {token}"}).status_code == 201
    )
    return "nina", "one time secret"


def visited(url: str, account: tuple[str, str], out: Path) -> list[str]:
    """The visit, in a thread of its own: the other tests' browser keeps Playwright's loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(demo_page.visit, url, account, out).result()


def test_a_request_typed_there_is_carried_out_and_the_face_moves(
    home: Any, account: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_page, "REQUEST", "go to the kitchen")
    ended = threading.Event()

    def speak() -> None:
        number = 0
        while not ended.wait(0.05):
            home.speak(number)
            number += 1

    threading.Thread(target=speak, daemon=True).start()
    try:
        told = visited(home.url, account, tmp_path)
    finally:
        ended.set()
    assert "stand-in" in told[0]
    pictures = [(tmp_path / f"face{number}.png").read_bytes() for number in (1, 2, 3)]
    assert len(set(pictures)) == 3
    assert (tmp_path / "page.png").stat().st_size > 10_000


def test_what_does_not_come_is_told(
    home: Any, account: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what never comes is waited for briefly; to come in, a loaded machine has its time."""
    sign_in = demo_page._sign_in

    def then_impatient(page: Any, name: str, once: str) -> None:
        sign_in(page, name, once)
        page.locator(".face canvas").wait_for()
        page.set_default_timeout(3000)

    monkeypatch.setattr(demo_page, "_sign_in", then_impatient)
    home.graph.missing.add("/tektra/ask")
    with pytest.raises(StepFailed, match=r"Timeout 3000ms exceeded. waiting for \w+\("):
        visited(home.url, account, tmp_path)
