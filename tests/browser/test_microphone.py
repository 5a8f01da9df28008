# SPDX-License-Identifier: Apache-2.0
"""The page's microphone, into which somebody speaks who is recorded: what goes out of an open one, and of a button that is held."""

from __future__ import annotations

import re
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tektra.common import models
from tests.browser.conftest import CHROMIUM, FLAGS, Home, Visit
from tests.browser.test_page import until

RATE_HZ = 16000
#: Of the recording, which is played again and again: silence, a sentence, silence.
QUIET_S, REST_S = 1.5, 5.0
#: Sound from before a sentence, and from behind it, goes with it (soundGate.js).
PRE_ROLL_S, HANG_OVER_S = 0.5, 2.0


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody says a sentence of 3 s in a quiet room."""
    (said,) = sorted(models.path("librivox").glob("*-0880.wav"))
    with wave.open(str(said)) as read:
        assert read.getframerate() == RATE_HZ
        words = np.frombuffer(read.readframes(read.getnframes()), "<i2")
    room = np.random.default_rng(1).normal(0, 8, int((QUIET_S + REST_S) * RATE_HZ))
    before, behind = np.split(room.astype("<i2"), [int(QUIET_S * RATE_HZ)])
    made = tmp_path_factory.mktemp("sound") / "said.wav"
    with wave.open(str(made), "wb") as out:
        out.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        out.writeframes(np.concatenate([before, words, behind]).tobytes())
    return made


@pytest.fixture
def speaker(chromium: Browser, recording: Path) -> Iterator[Browser]:
    """A browser that hears the recording from the moment at which its microphone is opened."""
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={recording}"]
    browser = chromium.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    browser.close()


def pieces(home: Home) -> list[dict[str, Any]]:
    """Sound that reached the graph."""
    return [message for topic, message in list(home.graph.published) if topic.endswith("/audio")]


def seconds(sound: list[dict[str, Any]]) -> float:
    return sum(len(piece["data"]) / 2 / piece["sample_rate"] for piece in sound)


def loudness(data: bytes) -> float:
    samples = np.frombuffer(data, "<i2").astype(np.float64)
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


def test_an_open_microphone_sends_the_sentence_whole_and_no_silence(speaker: Browser, home: Home) -> None:
    visit = Visit(speaker, home)
    page = visit.sign_in("guest")
    page.get_by_role("button", name="Open microphone").click()
    expect(page.get_by_role("status").filter(has_text="Listening")).to_be_visible()
    until(page, lambda: pieces(home))
    expect(page.locator(".ear.sending")).to_be_visible()
    until(page, lambda: any(piece["last"] for piece in pieces(home)))
    expect(page.locator(".ear.sending")).to_have_count(0)
    sound = pieces(home)
    assert [piece["sequence"] for piece in sound] == list(range(len(sound)))
    first, rate = sound[0]["data"], sound[0]["sample_rate"]
    assert rate == RATE_HZ
    assert len(first) / 2 / rate >= PRE_ROLL_S - 0.1, "sound from before the first word goes with it"
    whole = b"".join(piece["data"] for piece in sound)
    assert loudness(first[: rate // 5]) < 0.1 * loudness(whole), "it begins before the first word"
    assert 3.0 <= seconds(sound) <= 3.0 + PRE_ROLL_S + HANG_OVER_S + 0.5
    page.get_by_role("button", name="Mute microphone").click()
    expect(page.get_by_role("status").filter(has_text="nothing is sent")).to_be_visible()
    until(page, lambda: pieces(home)[-1]["last"])  # on a slow machine the next sentence had begun
    came = len(pieces(home))
    page.wait_for_timeout(7000)
    assert len(pieces(home)) == came, "somebody spoke meanwhile"
    visit.close()


@pytest.mark.parametrize("by", ["F2", "Space", "finger", "mouse", "screen reader"])
def test_a_button_that_is_held_sends_all_and_ends_behind_who_lets_go(
    visitor: Callable[..., Any], home: Home, by: str
) -> None:
    page = visitor(size="phone" if by == "finger" else "desktop").sign_in("guest")
    button = page.get_by_role("button", name="Hold to talk")
    hold(page, by, down=True)
    expect(page.get_by_role("status").filter(has_text="then let go")).to_be_visible()
    until(page, lambda: seconds(pieces(home)) > 1.0)
    hold(page, by, down=False)
    until(page, lambda: pieces(home)[-1]["last"])
    expect(page.get_by_role("status").filter(has_text="nothing is sent")).to_be_visible()
    came = len(pieces(home))
    page.wait_for_timeout(500)
    assert len(pieces(home)) == came
    assert [piece["sequence"] for piece in pieces(home)] == list(range(came))
    expect(button).to_have_attribute("aria-pressed", "false")


def hold(page: Page, by: str, *, down: bool) -> None:
    button = page.get_by_role("button", name="Hold to talk")
    finger = {"pointerId": 7, "pointerType": "touch", "isPrimary": True, "bubbles": True, "button": 0}
    match by:
        case "F2":
            (page.keyboard.down if down else page.keyboard.up)("F2")
        case "Space":
            button.focus()
            (page.keyboard.down if down else page.keyboard.up)(" ")
        case "mouse":
            button.hover()
            (page.mouse.down if down else page.mouse.up)()
        case "screen reader":
            button.evaluate("button => button.click()")
        case _:
            # a finger that nobody lays on cannot be captured; the rest is as it is
            button.evaluate("button => { button.setPointerCapture = () => undefined }")
            button.dispatch_event("pointerdown" if down else "pointerup", finger)


def test_who_looks_elsewhere_while_the_key_is_held_is_heard_no_more(visit: Any, home: Home) -> None:
    page = visit.sign_in("guest")
    page.keyboard.down("F2")
    until(page, lambda: pieces(home))
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Robots").click()
    until(page, lambda: pieces(home)[-1]["last"])
    page.keyboard.up("F2")
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Talk").click()
    expect(page.get_by_role("status").filter(has_text="then let go")).to_have_count(0)


def test_without_a_line_nobody_is_told_that_they_are_heard(visit: Any) -> None:
    page = visit.page
    lines: list[Any] = []

    def carry(socket: Any) -> None:
        if lines:
            socket.close()
        else:
            socket.connect_to_server()
            lines.append(socket)

    page.route_web_socket(re.compile(r"/api/v1/ws"), carry)
    visit.sign_in("guest")
    page.get_by_role("button", name="Open microphone").click()
    expect(page.get_by_role("status").filter(has_text="Listening")).to_be_visible()
    lines[0].close()
    page.locator(".offline").wait_for()
    expect(page.locator(".hearing [role=status]")).to_contain_text("Not sent")
    expect(page.get_by_role("status").filter(has_text="Listening")).to_have_count(0)


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_an_operator_mutes_tektras_ears_and_everybody_sees_it(
    visitor: Callable[..., Any], home: Home, size: str
) -> None:
    operator, guest = visitor(size=size).sign_in("operator"), visitor(size=size).sign_in("guest")
    expect(guest.get_by_role("button", name="Mute Tektra's ears")).to_have_count(0)
    guest.get_by_role("button", name="Open microphone").click()
    button = operator.get_by_role("button", name="Mute Tektra's ears")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert home.graph.ears == "muted"
    for page in (operator, guest):
        expect(page.locator(".deafness")).to_contain_text("not even a spoken stop")
    expect(guest.locator(".composer [role=status]")).to_contain_text("Tektra hears nothing")
    box, mode = button.bounding_box(), operator.locator(".mode").bounding_box()
    assert box and mode and box["x"] >= mode["x"] + mode["width"], "one lies over the other"
    button.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(guest.locator(".deafness")).to_be_empty()
    expect(guest.get_by_role("status").filter(has_text="Listening")).to_be_visible()
