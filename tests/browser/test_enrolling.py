# SPDX-License-Identifier: Apache-2.0
"""Somebody's face and voice are learnt from the page, once it is said that they agreed; and forgotten."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tektra.common.graph import Message
from tektra.common.known_people import KnownPeople
from tektra.common.sealing import sealer
from tektra.web.backends.fake_messages import PIXEL
from tests.browser.test_page import until

SIZES = ["phone", "tablet", "desktop"]
#: Where pictures of the screens go, for people to look at.
PICTURES = os.environ.get("TEKTRA_TEST_PICTURES", "")


@pytest.fixture
def learns(home: Any, tmp_path: Path) -> Any:
    """The nodes that learn: each waits until it may."""

    class Learns:
        known = KnownPeople(tmp_path / "people", partial(sealer, tmp_path / "access" / "people.keys", "NONE"))
        may = True
        call = home.graph.call

        def __init__(self) -> None:
            self.asked: list[Message] = []

        async def __call__(self, service: str, kind: str, request: Message, **more: Any) -> Message:
            if not service.endswith("/enrol"):
                return dict(await Learns.call(service, kind, request, **more))
            self.asked.append({**request, "service": service})
            while not self.may:
                await asyncio.sleep(0.02)
            what: Any = "face" if "vision" in service else "voice"
            vectors = [np.ones(4, np.float32)]
            person = self.known.enrol(str(request["name"]), "", what, vectors, model="m", now_s=1e9)
            return {"success": True, "message": "", "id": person.id}

    home.graph.call = learns = Learns()
    return learns


def people(page: Page, *names: str) -> None:
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    page.get_by_role("navigation", name="Operate").get_by_role("button", name="People").click()
    for name in names:
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Add").click()
        expect(page.locator(".plain > li").filter(has_text=name)).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_a_face_is_learnt_once_it_is_said_that_they_agreed(
    visitor: Callable[..., Any], home: Any, learns: Any, size: str
) -> None:
    page = visitor(size=size).sign_in()
    people(page, "Ada")
    page.get_by_role("button", name="Learn the face Ada").click()
    panel = page.get_by_role("group", name="Learn the face: Ada")
    stamp = {"stamp": {"sec": 1, "nanosec": 0}, "frame_id": "camera"}
    home.say("/camera/image_raw/compressed", {"header": stamp, "format": "png", "data": PIXEL})
    begin = panel.get_by_role("button", name="Begin")
    expect(begin).to_be_disabled()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/enrol-{size}.png")
    panel.get_by_role("checkbox").check()
    begin.click()
    row = page.locator(".plain > li").filter(has_text="Ada")
    expect(row.get_by_role("button", name="Learn the face Ada")).to_contain_text("known since")
    expect(row.get_by_label("face print")).to_be_checked()
    expect(panel).to_have_count(0)
    assert [(one["service"], one["name"], one["consent"]) for one in learns.asked] == [
        ("/tektra/vision/enrol", "Ada", True)
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "nothing is wider than the screen"
    row.get_by_label("face print").click()  # taken back
    expect(row.get_by_role("button", name="Learn the face Ada")).not_to_contain_text("known since")
    assert learns.known.all() == []


def test_a_voice_is_learnt_by_the_pages_microphone_which_is_closed_again(
    visitor: Callable[..., Any], learns: Any
) -> None:
    page = visitor().sign_in()
    people(page, "Ada")
    page.get_by_role("button", name="Learn the voice Ada").press("Enter")
    panel = page.get_by_role("group", name="Learn the voice: Ada")
    panel.get_by_role("checkbox").check()
    panel.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("button", name="Learn the voice Ada")).to_contain_text("known since")
    assert [(one["service"], one["source"]) for one in learns.asked] == [("/tektra/speech_in/enrol", "web1")]
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Talk").click()
    expect(page.get_by_role("button", name="Open microphone")).to_have_attribute("aria-pressed", "false")


def test_who_cancels_has_nothing_kept(visitor: Callable[..., Any], home: Any, learns: Any) -> None:
    learns.may = False
    page = visitor().sign_in()
    people(page, "Ada")
    page.get_by_role("button", name="Learn the face Ada").click()
    panel = page.get_by_role("group", name="Learn the face: Ada")
    panel.get_by_role("checkbox").check()
    panel.get_by_role("button", name="Begin").click()
    expect(panel.get_by_role("progressbar", name="Tektra is learning")).to_be_visible()
    until(page, lambda: learns.asked)
    panel.get_by_role("button", name="Cancel").click()
    expect(panel).to_have_count(0)
    until(page, lambda: not home.works_on("_Enrolment.run"))
    assert learns.known.all() == []
    learns.may = True
    until(page, lambda: not home.works_on("_Enrolment._learn"))
    assert learns.known.all() == []
    expect(page.locator(".plain > li").get_by_label("face print")).not_to_be_checked()
    expect(page.locator(".toasts .error")).to_have_count(0)


def test_who_is_known_without_a_record_is_seen_and_forgotten_by_an_admin(
    visitor: Callable[..., Any], learns: Any
) -> None:
    learns.known.enrol("Bob", "guest", "voice", [np.ones(4, np.float32)], model="m", now_s=1e9)
    page = visitor().sign_in("admin")
    people(page)
    row = page.locator(".plain > li").filter(has_text="Bob")
    expect(row).to_contain_text("voice print")
    page.on("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Forget Bob").click()
    expect(row).to_have_count(0)
    assert learns.known.all() == []


def test_who_cancels_while_the_browser_still_asks_for_the_microphone_is_not_learnt(
    visitor: Callable[..., Any], learns: Any
) -> None:
    page = visitor().sign_in()
    people(page, "Ada")
    page.evaluate(
        """() => {
            const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (what) => {
                await new Promise((allow) => { window.allow = allow });
                return (window.stream = await ask(what));
            };
        }"""
    )
    page.get_by_role("button", name="Learn the voice Ada").click()
    panel = page.get_by_role("group", name="Learn the voice: Ada")
    panel.get_by_role("checkbox").check()
    panel.get_by_role("button", name="Begin").click()
    until(page, lambda: page.evaluate("window.allow !== undefined"))
    panel.get_by_role("button", name="Cancel").click()
    page.evaluate("window.allow()")
    ended = (
        "window.stream !== undefined && window.stream.getTracks().every(one => one.readyState === 'ended')"
    )
    until(page, lambda: learns.asked or page.evaluate(ended))
    assert learns.asked == []
