# SPDX-License-Identifier: Apache-2.0
"""An operator has Tektra speak otherwise, from the page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tektra.common.manners import Manner, read_manners

SIZES = ["phone", "tablet", "desktop"]
#: Where pictures of the screens go, for people to look at.
PICTURES = os.environ.get("TEKTRA_TEST_PICTURES", "")


@pytest.mark.parametrize("size", SIZES)
def test_a_manner_is_chosen_edited_and_kept(visitor: Callable[..., Any], tmp_path: Path, size: str) -> None:
    page = visitor(size=size).sign_in()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    desks = page.get_by_role("navigation", name="Operate")
    desks.get_by_role("button", name="Manner").click()
    everybody = page.get_by_role("group", name="Everybody")
    everybody.get_by_role("button", name="formal").click()
    style = everybody.get_by_label("In a few words")
    expect(style).to_have_value("formal and polite, no jokes")
    style.press("End")
    style.press_sequentially(", ever")
    page.get_by_label("A manner of their own for").fill("anna")
    page.get_by_role("button", name="Add").press("Enter")
    anna = page.get_by_role("group", name="anna")
    anna.get_by_role("button", name="playful").press("Enter")
    anna.get_by_role("checkbox").uncheck()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/manners-{size}.png")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toasts")).to_contain_text("Saved.")
    kept = read_manners(str(tmp_path / "manners.yaml"))
    assert kept.everybody == Manner("formal and polite, no jokes, ever")
    assert kept.of("anna") == Manner("playful, with light humour", expressive=False)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing is wider than the screen"
    page.reload()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    desks.get_by_role("button", name="Manner").click()
    expect(style).to_have_value("formal and polite, no jokes, ever")
    page.get_by_role("button", name="Remove anna").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    assert read_manners(str(tmp_path / "manners.yaml")).people == {}
