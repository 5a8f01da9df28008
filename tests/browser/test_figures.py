# SPDX-License-Identifier: Apache-2.0
"""A figure of one's own in the page: brought, seen moving, worn, and what happens where it cannot be shown."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from tektra.avatar import arkit
from tektra.avatar.arm_gestures import pose_at
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.visemes import SHAPES
from tektra.common.graph import Message
from tektra.web.backends.fake_messages import face
from tests.browser.conftest import SIZES
from tests.browser.test_page import until
from tests.browser.test_screens import come_in, desk, room
from tests.peers.vrm_figure import Figure

#: Where pictures of the screens go, for people to look at.
PICTURES = os.environ.get("TEKTRA_TEST_PICTURES", "")
BEYOND = """() => [...document.querySelectorAll('.look form *')]
  .filter((one) => one.getBoundingClientRect().right > document.querySelector('.look').getBoundingClientRect().right + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""
WEIGHTS = {
    "at rest": EXPRESSIONS["neutral"],
    "saying a": SHAPES["aa"],
    "saying u": SHAPES["U"],
    "blinking": arkit.weights(arkit.both("eyeBlink", 1.0)),
    "happy": EXPRESSIONS["happy"],
    "angry": EXPRESSIONS["angry"],
}


class Told:
    """What the avatar tells of itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.weights, self.arms, self.yaw = WEIGHTS["at rest"], [], 0.0
        monkeypatch.setattr("tektra.web.backends.fake_graph.face", self.now)

    def now(self, at_s: float, stamp: Message, *, stopped: bool) -> Message:
        head = {"x": 0.0, "y": 0.0, "z": self.yaw}
        shown = {"weights": [float(w) for w in self.weights], "head": head, "arms": self.arms}
        return face(at_s, stamp, stopped=stopped) | shown


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    return Told(monkeypatch)


def bring(page: Page, name: str, data: bytes) -> None:
    page.locator(".look input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": data})


def seen(page: Page) -> NDArray[np.float64]:
    picture = Image.open(io.BytesIO(page.locator(".face canvas").screenshot())).convert("RGB")
    return np.asarray(picture.resize((96, 96), Image.Resampling.BOX), np.float64)


def settled(
    page: Page, differs_from: NDArray[np.float64] | None = None, by: float = 6.0
) -> NDArray[np.float64]:
    """The face once it stands still, and is another than it was."""
    last = [seen(page)]

    def still() -> bool:
        page.wait_for_timeout(250)
        now = seen(page)
        same = float(np.abs(now - last[-1]).max()) < 2.0
        last.append(now)
        return same and (differs_from is None or float(np.abs(now - differs_from).max()) > by)

    until(page, still)
    return last[-1]


def kept_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


@pytest.mark.parametrize("version", [0, 1])
def test_a_figure_is_brought_and_moves_as_the_avatar_does(
    visit: Any, home: Any, told: Told, version: int
) -> None:
    page = visit.sign_in()
    desk(page, "Look")
    page.locator(".face canvas").wait_for()
    own = settled(page)
    bring(page, "boxy.vrm", Figure(version).written())
    page.get_by_role("radio", name="boxy").wait_for()
    expect(page.get_by_role("radio", name="boxy")).to_be_checked()
    rest = settled(page, own, 40.0)
    moved = {}
    for name, weights in WEIGHTS.items():
        if name == "at rest":
            continue
        told.weights = weights
        moved[name] = settled(page, rest)
        kept_picture(page, f"figure{version}-{name}")
        told.weights = WEIGHTS["at rest"]
        until(page, lambda: float(np.abs(seen(page) - rest).max()) < 4.0)
    faces = list(moved.values())
    for at, one in enumerate(faces):
        for other in faces[at + 1 :]:
            assert np.abs(one - other).max() > 6.0
    told.arms = [float(angle) for angle in pose_at("wave", 1.06)]
    settled(page, rest, 20.0)
    kept_picture(page, f"figure{version}-waving")
    told.arms, told.yaw = [], 0.5
    settled(page, rest, 15.0)
    kept_picture(page, f"figure{version}-turned")


def test_it_is_worn_by_everybody_once_it_is_saved(visitor: Callable[..., Any], home: Any, told: Told) -> None:
    page = visitor().sign_in()
    other = visitor().sign_in("observer")
    other.locator(".face canvas").wait_for()
    before = settled(other)
    desk(page, "Look")
    bring(page, "boxy.vrm", Figure(1).written())
    expect(page.get_by_role("radio", name="boxy")).to_be_checked()
    page.get_by_text("What its author allows").click()
    expect(page.locator(".figure dl")).to_contain_text("everyone")
    assert np.abs(settled(other) - before).max() < 4.0
    page.get_by_role("button", name="Save").click()
    settled(other, before, 40.0)
    page.get_by_role("button", name="Delete boxy").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete boxy").click()
    expect(page.locator(".toasts")).to_contain_text("This figure is worn")


def test_what_is_no_figure_is_told_and_changes_nothing(visit: Any, told: Told) -> None:
    page = visit.sign_in()
    desk(page, "Look")
    bring(page, "boxy.vrm", Figure(1).written()[:-100])
    expect(page.locator(".toasts")).to_contain_text("This is no VRM file that can be shown")
    expect(page.get_by_role("radio", name="Tektra's own")).to_be_checked()
    expect(page.get_by_role("button", name="Save")).to_be_disabled()


def test_a_figure_that_cannot_be_shown_gives_way_to_tektras_own(visit: Any, home: Any, told: Told) -> None:
    page = visit.sign_in()
    page.locator(".face canvas").wait_for()
    own = settled(page)
    page.route(
        "**/api/v1/avatar/figures/*",
        lambda route: route.fulfill(status=200, body=b"nothing", content_type="model/gltf-binary"),
    )
    home.graph.look = '{"figure": "' + "0" * 32 + '"}'
    expect(page.locator(".toasts")).to_contain_text("This figure cannot be shown here")
    until(page, lambda: float(np.abs(seen(page) - own).max()) < 6.0)


def test_a_slider_of_the_body_is_seen_at_once_and_kept_when_it_is_saved(
    visit: Any, home: Any, told: Told
) -> None:
    page = visit.sign_in()
    desk(page, "Look")
    page.locator(".face canvas").wait_for()
    before = settled(page)
    slider = page.get_by_role("slider", name="head")
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    settled(page, before, 10.0)
    assert not any(name == "/tektra/avatar/customize" for name, _ in home.graph.calls)
    page.get_by_role("button", name="Save").click()
    until(page, lambda: '"head_size": -1' in home.graph.look)


@pytest.mark.parametrize("size", SIZES)
def test_the_look_is_edited_at_every_size(visitor: Callable[..., Any], told: Told, size: str) -> None:
    page = come_in(visitor(size=size, locale="de-DE").page)
    room(page, 2)
    page.locator(".operate nav button").get_by_text("Aussehen", exact=True).click()
    page.locator(".look fieldset").first.wait_for()
    bring(
        page,
        "Kasten mit einem sehr langen Namen der in keine Zeile geht.vrm",
        Figure(1, title="x" * 300).written(),
    )
    page.locator(".look .figure").wait_for()
    page.locator(".look details summary").click()
    # Nothing of it lies beyond the edge, where a phone cannot scroll to.
    wide = page.evaluate(BEYOND)
    assert wide == []
    page.locator(".face canvas").wait_for()
    page.wait_for_timeout(500)
    kept_picture(page, f"look-{size}")
    page.locator(".look input[type=range]").last.scroll_into_view_if_needed()
    kept_picture(page, f"look-{size}-below")


def test_that_a_stop_was_not_sent_stays_until_somebody_knows(visit: Any, told: Told) -> None:
    page = visit.sign_in()
    page.locator(".face canvas").wait_for()
    settled(page)
    page.route("**/api/v1/safety/stop", lambda route: route.abort())
    page.context.set_offline(True)
    page.clock.install()
    page.get_by_role("button", name="Stop everything").click()
    told = page.locator(".stop-unsent")
    told.wait_for()
    kept_picture(page, "stop-unsent")
    bar, writes = told.bounding_box(), page.locator(".composer").bounding_box()
    assert bar is not None and writes is not None
    assert writes["y"] + writes["height"] <= bar["y"] + 1, "whoever writes is not covered"
    assert bar["y"] + bar["height"] <= page.viewport_size["height"] + 1, "it is in sight"
    page.clock.fast_forward(60_000)  # news is gone after seven seconds
    expect(told).to_be_visible()
    page.get_by_role("button", name="I know").click()
    expect(told).to_have_count(0)
    page.context.set_offline(False)
