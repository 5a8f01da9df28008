# SPDX-License-Identifier: Apache-2.0
"""A person's way in: the page in a headless Chromium, where there is one. Signs in for the first time, types a request, sees it
carried out and the face move while it speaks, and keeps pictures."""

from __future__ import annotations

import importlib.util
import re
import secrets
from contextlib import suppress
from pathlib import Path

from tektra.cli.demo.report import StepFailed
from tektra.common import system_packages

FIRST = re.compile(r"first start: sign in as (\S+) with the password (\S+)")
FLAGS = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
    "--use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader --autoplay-policy=no-user-gesture-required"
).split()
#: Small, since the face is drawn by the processor here.
WIDTH, HEIGHT = 900, 600
#: Of each step in the page. WebGL without a graphics card begins in some seconds.
PATIENCE_MS = 60_000
REQUEST = "rover1 turn left 90 degrees"
#: A step that has come to its end, however.
ENDED = ", ".join(f".steps li.{how}" for how in ("succeeded", "failed", "refused", "canceled"))
#: Pictures of the speaking face, and how often one is looked for.
FACES, LOOKS, EVERY_MS = 3, 40, 150


def missing(page: Path) -> str:
    """What keeps the page from being visited, and the remedy; empty: nothing. `page`: where set-up builds it."""
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed (pip install playwright)"
    if system_packages.chromium() is None:
        return "Chromium is not installed (apt-get install chromium)"
    if not (page / "index.html").is_file():
        return "the page is not built (make setup)"
    return ""


def first_account(log: str) -> tuple[str, str]:
    """Name and one-time password that the gateway told at its first start. Raises StepFailed."""
    found = FIRST.search(log)
    if found is None:
        raise StepFailed("the gateway told no first account in its log")
    return found[1], found[2]


def visit(url: str, account: tuple[str, str], out: Path) -> list[str]:
    """What was seen. Raises StepFailed."""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=system_packages.chromium(), args=FLAGS, timeout=PATIENCE_MS
            )
            try:
                page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, locale="en-GB")
                page.set_default_timeout(PATIENCE_MS)
                page.goto(url)
                _sign_in(page, *account)
                return _talk(page, out)
            finally:
                browser.close()
    except Error as error:
        lines = [line.strip(" -") for line in error.message.splitlines()]
        waited = [line for line in lines[1:] if line.startswith("waiting for")]
        raise StepFailed(" ".join([*lines[:1], *waited[:1]])) from None


def _sign_in(page, name: str, once: str) -> None:  # type: ignore[no-untyped-def]
    """The first time: the one-time password is replaced by one's own."""
    own = secrets.token_urlsafe(12)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(once)
    page.keyboard.press("Enter")
    for field in ("new", "repeated"):
        page.locator(f"input[name={field}]").fill(own)
    page.keyboard.press("Enter")
    page.locator(".shell").wait_for()
    page.locator(".offline").wait_for(state="detached")


def _talk(page, out: Path) -> list[str]:  # type: ignore[no-untyped-def]
    from playwright.sync_api import TimeoutError as WaitedInVain

    face = page.locator(".face canvas")
    face.wait_for()
    page.get_by_role("textbox", name="What shall be done?").fill(REQUEST)
    page.keyboard.press("Enter")
    answer = page.locator(".conversation li.tektra").last
    answer.locator("p").first.wait_for()
    page.locator(".mode.speaking").wait_for()
    different: list[bytes] = []
    for _ in range(LOOKS):
        picture = face.screenshot()
        if picture not in different:
            different.append(picture)
            (out / f"face{len(different)}.png").write_bytes(picture)
        if len(different) == FACES:
            break
        page.wait_for_timeout(EVERY_MS)
    else:
        raise StepFailed(f"the face was the same in {LOOKS} pictures")
    with suppress(WaitedInVain):  # what is refused in words has no steps
        page.locator(ENDED).first.wait_for()
    page.screenshot(path=out / "page.png")
    if not page.locator(".steps li.succeeded").count():
        raise StepFailed(f"“{REQUEST}” was not carried out: {answer.inner_text()}")
    return [f"{answer.locator('p').first.inner_text()!r}", f"page.png, face1.png to face{FACES}.png"]
