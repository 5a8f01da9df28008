# SPDX-License-Identifier: Apache-2.0
"""Recordings are taken home and deleted by an administrator, and are on nobody else's page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tektra.web.recordings import MAGIC

SIZES = ["phone", "tablet", "desktop"]
#: Where pictures of the screens go, for people to look at.
PICTURES = os.environ.get("TEKTRA_TEST_PICTURES", "")
CONTENT = MAGIC + b"chunks" * 300_000 + MAGIC


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "recordings"
    made.mkdir()
    (made / "tektra-20261129-031200.mcap").write_bytes(CONTENT)
    cut = made / "tektra-20261128-181500.mcap"
    cut.write_bytes(CONTENT[:-5])
    os.utime(cut, (1e9, 1e9))
    growing = made / "tektra-20261129-040000.mcap"
    growing.write_bytes(CONTENT[:-5])
    os.utime(
        growing, (4e9, 4e9)
    )  # a clock that is ahead: however slow the test is, it was written to just now
    return made


def operate(page: Page) -> None:
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()


@pytest.mark.parametrize("size", SIZES)
def test_a_recording_is_taken_home_and_deleted(visitor: Callable[..., Any], folder: Path, size: str) -> None:
    page = visitor(size=size).sign_in("admin")
    operate(page)
    page.get_by_role("navigation", name="Operate").get_by_role("button", name="Recordings").click()
    rows = page.locator(".plain > li")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="040000")).to_contain_text("is being recorded")
    expect(rows.filter(has_text="181500")).to_contain_text("cut off")
    expect(rows.filter(has_text="031200")).to_contain_text("1.8 MB")
    expect(page.get_by_role("button", name="Delete tektra-20261129-040000.mcap")).to_be_disabled()
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing is wider than the screen"
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/recordings-{size}.png")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download tektra-20261129-031200.mcap").click()
    assert taken.value.suggested_filename == "tektra-20261129-031200.mcap"
    assert Path(taken.value.path()).read_bytes() == CONTENT
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete tektra-20261128-181500.mcap").press("Enter")
    expect(rows).to_have_count(2)
    assert not (folder / "tektra-20261128-181500.mcap").exists()


def test_an_operator_has_no_such_screen(visitor: Callable[..., Any], folder: Path) -> None:
    page = visitor().sign_in("operator")
    operate(page)
    desks = page.get_by_role("navigation", name="Operate").get_by_role("button")
    expect(desks.filter(has_text="Audit")).to_be_visible()
    expect(desks.filter(has_text="Recordings")).to_have_count(0)
