# SPDX-License-Identifier: Apache-2.0
"""The page as set-up built it, served by a real gateway before a stand-in for the graph, in the system's Chromium."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tektra.common import system_packages
from tektra.common.graph import Message
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.server import Gateway
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src" / "tektra_web"
BUILT = WEB / "out"
PASSWORD = "a long enough password"
CHROMIUM = system_packages.chromium()
FLAGS = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--disable-dev-shm-usage "  # containers have little of it
    "--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --autoplay-policy=no-user-gesture-required "
    "--use-fake-ui-for-media-stream --use-fake-device-for-media-stream"
).split()
#: What does not come about within this is not coming; WebGL runs in software here.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip(f"Chromium is not installed: {system_packages.install_line(system_packages.for_tests())}")
    assert (BUILT / "index.html").is_file(), "the page is not built: make setup"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Home:
    """The gateway, and the stand-in behind it."""

    def __init__(self, folder: Path) -> None:
        self.gateway: Gateway = gateway_for(WebOptions(port=0), folder, PASSWORD, page=BUILT)
        self.graph = FakeGraph()
        self.graph.piece_s = 0.01
        self.gateway.open(self._graph_on)
        self.url = self.gateway.url

    def say(self, topic: str, message: Message) -> None:
        """Somebody of the graph says something."""
        self._loop.call_soon_threadsafe(self.graph.say, topic, message)

    def speak(self, number: int) -> None:
        """Tektra says 50 ms of a tone, to be heard now."""
        samples = (0.5 * 32767 * np.sin(np.arange(800) * 0.2)).astype("<i2")
        seconds, rest = divmod(time.time_ns(), 1_000_000_000)
        chunk = {
            "stamp": {"sec": seconds, "nanosec": rest},
            "sequence": number,
            "sample_rate": 16000,
            "channels": 1,
            "data": samples.tobytes(),
            "last": False,
        }
        self.say("/tektra/speech_out/audio", chunk)

    def works_on(self, name: str) -> bool:
        """Whether the gateway is at work on a coroutine of that qualified name."""
        tasks = asyncio.all_tasks(self._loop)
        return any(getattr(task.get_coro(), "__qualname__", "") == name for task in tasks)

    def _graph_on(self, loop: asyncio.AbstractEventLoop) -> FakeGraph:
        self._loop = loop
        loop.call_soon(self.graph.start)
        return self.graph


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.gateway.close()


class Visit:
    """One person's browser window."""

    def __init__(self, browser: Browser, home: Home, size: str = "desktop", locale: str = "en-GB") -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, reduced_motion="no-preference"
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda said: self.errors.append(said.text) if "Content Security" in said.text else None
        )
        self.home = home
        self.page.goto(home.url)

    def sign_in(self, role: str = "operator") -> Page:
        self.page.locator("input[name=name]").fill(role)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.locator(".shell").wait_for()
        self.page.locator(".offline").wait_for(state="detached")
        return self.page

    def say(self, words: str) -> None:
        self.page.get_by_role("textbox", name="What shall be done?").fill(words)
        self.page.get_by_role("button", name="Send").click()

    def close(self) -> None:
        self.context.close()
        assert self.errors == []


@pytest.fixture
def visitor(chromium: Browser, home: Home) -> Iterator[Callable[..., Visit]]:
    """Opens a window: visitor(size="phone", locale="de-DE")."""
    made: list[Visit] = []

    def come(**how: str) -> Visit:
        made.append(Visit(chromium, home, **how))
        return made[-1]

    yield come
    for one in made:
        one.close()


@pytest.fixture
def visit(visitor: Callable[..., Visit]) -> Visit:
    return visitor()
