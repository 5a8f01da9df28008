# SPDX-License-Identifier: Apache-2.0
"""What the screens say and show where something is wrong, changed meanwhile, narrow, or in another language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tektra.common.skills import SKILLS
from tektra.web.backends import fake_graph, fake_messages
from tests.browser.conftest import CHROMIUM, FLAGS, PASSWORD, Visit
from tests.browser.test_page import until


def come_in(page: Page, role: str = "operator") -> Page:
    """Whatever the language."""
    page.locator("input[name=name]").fill(role)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.locator(".shell").wait_for()
    page.locator(".offline").wait_for(state="detached")
    return page


def room(page: Page, number: int) -> None:
    page.locator(".shell > header nav button").nth(number).click()


def desk(page: Page, name: str) -> None:
    room(page, 2)
    page.locator(".operate nav button").get_by_text(name, exact=True).click()


def test_what_is_wrong_is_told_in_the_readers_language(visitor: Callable[..., Any]) -> None:
    """The gateway's English words stood in every language's page."""
    page = visitor(locale="de-DE").page
    page.locator("input[name=name]").fill("operator")
    page.locator("input[name=password]").fill("something else")
    page.locator("button.primary").click()
    told = page.locator(".problem[role=alert]")
    expect(told).to_contain_text("Name oder Passwort ist falsch")
    for _ in range(12):  # until it is too often
        page.locator("button.primary:enabled").click()
        page.locator("button.primary:enabled").wait_for()
        if "Passwort" not in told.inner_text():
            break
    expect(told).to_contain_text(re.compile(r"Versuche es in \d+ s noch einmal"))


def test_who_is_signed_out_elsewhere_is_told_why_the_page_asks_again(visit: Any, home: Any) -> None:
    page = visit.sign_in("guest")
    body = {"name": "admin", "password": PASSWORD, "cookie": False}
    api = f"{home.url}/api/v1"
    token = httpx.post(f"{api}/auth/login", json=body).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    for session in httpx.get(f"{api}/auth/sessions", headers=headers).json():
        if session["account"] == "guest":
            httpx.delete(f"{api}/auth/sessions/{session['id']}", headers=headers)
    expect(page.locator(".sign-in")).to_contain_text("Your session has ended")
    visit.sign_in("guest").get_by_role("button", name="Sign out").click()
    page.locator("input[name=password]").wait_for()
    expect(page.locator(".sign-in .problem")).to_have_count(0)


def test_who_reloads_while_the_gateway_is_busy_is_not_shown_the_door(visit: Any) -> None:
    page = visit.sign_in()
    away = {"left": 2}

    def answer(route: Any) -> None:
        away["left"] -= 1
        if away["left"] >= 0:
            route.fulfill(status=503, json={"code": "busy", "message": "busy", "remedy": ""})
        else:
            route.fallback()

    page.route("**/api/v1/auth/refresh", answer)
    page.reload()
    expect(page.locator(".loading")).to_contain_text("No connection")
    page.locator(".shell").wait_for()
    expect(page.locator("input[name=password]")).to_have_count(0)


def test_a_look_that_is_being_chosen_is_not_undone_by_what_the_avatar_tells_meanwhile(
    visit: Any, home: Any
) -> None:
    page = visit.sign_in()
    desk(page, "Look")
    hair, save = page.get_by_label("hair", exact=True), page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    hair.fill("#803010")
    state = fake_messages.face(0.0, {"sec": 1, "nanosec": 0}, stopped=False)
    for mode in ("listening", "thinking"):
        told = {**state, "mode": mode, "look": json.dumps({"hair": "#000000"})}
        home.say("/tektra/avatar/state", told)
        page.wait_for_timeout(500)
    expect(hair).to_have_value("#803010")
    save.click()
    expect(page.locator(".toasts")).to_contain_text("Saved.")
    asked = [request for service, request in home.graph.calls if service == "/tektra/avatar/customize"]
    assert json.loads(asked[-1]["look"])["hair"] == "#803010"
    hair.fill("#00ff00")
    page.get_by_role("button", name="Discard").click()
    expect(hair).not_to_have_value("#00ff00")


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """Robots announce all that the catalogue has, as real ones do."""
    description = fake_messages.description

    def described(robot: str) -> Any:
        skills = [
            {"name": one.name, "description": one.sentence, "arguments_schema": one.schema} for one in SKILLS
        ]
        return {**description(robot), "skills": skills}

    monkeypatch.setattr(fake_graph, "description", described)


#: Behind it stands what is meant.
PLACE = re.compile("^place")


def asked_of(home: Any) -> list[tuple[str, Any]]:
    goals = [goal for action, goal in home.graph.goals if action == "/rover1/run_skill"]
    return [(goal["skill"], json.loads(goal["arguments"])) for goal in goals]


@pytest.mark.usefixtures("able")
def test_forms_ask_for_places_of_this_home_and_for_one_of_the_ways_to_say_where(
    visit: Any, home: Any
) -> None:
    """A place had to be typed by its inner name, x and y stood beside it, and several places could not be said at all."""
    page = visit.sign_in()
    room(page, 1)
    page.get_by_text("What it can do").click()

    def form(name: str) -> Any:
        found = page.locator("details.skill").filter(has=page.get_by_role("heading", name=name, exact=True))
        found.locator("summary").click()
        return found

    go = form("go to")
    expect(go.get_by_role("spinbutton", name="x, east")).to_have_count(0)
    go.get_by_role("button", name="Do it").click()
    assert asked_of(home) == [], "the place is missing, and the browser says so"
    go.get_by_role("combobox", name=PLACE).select_option("kitchen")
    go.get_by_role("button", name="Do it").click()
    until(page, lambda: len(asked_of(home)) == 1)
    go.get_by_role("combobox", name="Where to").select_option(label="x, east (m) and y, north (m)")
    expect(go.get_by_role("combobox", name=PLACE)).to_have_count(0)
    go.get_by_role("spinbutton", name="x, east").fill("1.5")
    go.get_by_role("spinbutton", name="y, north").fill("2")
    go.get_by_role("button", name="Do it").click()
    until(page, lambda: len(asked_of(home)) == 2)
    path = form("follow a path")
    for place in ("hall", "kitchen", "hall"):
        path.get_by_role("combobox", name="places, in order").select_option(place)
    path.get_by_role("button", name="1. hall").click()
    path.get_by_role("button", name="Do it").click()
    until(page, lambda: len(asked_of(home)) == 3)
    assert asked_of(home) == [
        ("navigate_to", {"place": "kitchen"}),
        ("navigate_to", {"x": 1.5, "y": 2}),
        ("follow_path", {"places": ["kitchen", "hall"]}),
    ]


@pytest.mark.usefixtures("able")
def test_forms_speak_german(visitor: Callable[..., Any]) -> None:
    page = come_in(visitor(locale="de-DE").page)
    room(page, 1)
    page.get_by_text("Was er kann").click()
    for skill in page.locator("details.skill > summary").all():
        skill.click()
    labels = page.locator("details.skill label").all_inner_texts()
    english = ("distance", "speed", "seconds", "place", "angle", "thing", "height", "tool")
    assert [label for label in labels if any(word in label.split("\n")[0].split() for word in english)] == []
    assert page.locator("details.skill p").count() == 0, "sentences in English"
    expect(page.get_by_role("combobox", name="Ort", exact=True).first).to_contain_text("Küche")
    expect(page.locator(".robot-card dl")).to_contain_text("0,00 m/s")


@pytest.mark.parametrize("name", ["Modelle", "Prüfpfad", "Diagnose", "Konten", "Gedächtnis"])
def test_nothing_of_a_list_lies_beyond_the_edge_of_a_phone(
    visitor: Callable[..., Any], home: Any, name: str
) -> None:
    """What became of a request, and the buttons of a model, stood where nobody saw that there was more."""
    page = come_in(visitor(size="phone", locale="de-DE").page, "admin")
    page.locator("button.stop").first.click()
    page.locator(".safety.stopped").wait_for()
    page.locator(".safety.stopped button:not(.stop)").click()
    page.locator(".safety.stopped").wait_for(state="detached")
    desk(page, name)
    page.locator(".operate progress").wait_for(state="detached")
    over = "(all => [...all].filter(one => one.scrollWidth > one.clientWidth + 1).length)"
    assert page.evaluate(f"{over}(document.querySelectorAll('.scroll, main, .operate .card'))") == 0


def test_what_was_said_last_stays_in_sight_when_the_stops_banner_comes(visitor: Callable[..., Any]) -> None:
    visit = visitor(size="phone")
    page = visit.sign_in()
    for words in ("hello " * 40, "hello again"):
        visit.say(words)
        expect(page.locator(".conversation .writing")).to_have_count(0)
        expect(page.locator(".conversation li.tektra").last).to_contain_text("stand-in for Tektra.")
    page.get_by_role("button", name="Stop everything").click()
    page.locator(".safety.stopped").wait_for()
    left = "(list => list.scrollHeight - list.clientHeight - list.scrollTop)(document.querySelector('.conversation ol'))"
    page.wait_for_function(f"() => {left} < 2")


def test_a_place_is_chosen_by_the_space_bar_and_is_no_button_for_who_may_not(
    visitor: Callable[..., Any], home: Any
) -> None:
    page = visitor().sign_in("operator")
    room(page, 1)
    page.get_by_role("button", name="rover1 to kitchen").press("Space")
    expect(page.locator(".toasts p")).to_contain_text("rover1")
    assert asked_of(home) == [("navigate_to", {"place": "kitchen"})]
    looks_on = visitor().sign_in("observer")
    room(looks_on, 1)
    looks_on.locator(".map svg").wait_for()
    expect(looks_on.locator(".map .place")).not_to_have_count(0)
    expect(looks_on.locator(".map .place[role=button]")).to_have_count(0)


@pytest.fixture
def plain_browser(chromium: Browser) -> Iterator[Browser]:
    """One that draws nothing in 3D, and has neither microphone nor camera."""
    plain = [flag for flag in FLAGS if not flag.startswith(("--use-", "--enable-unsafe"))]
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*plain, "--disable-3d-apis", "--disable-gpu"]
    )
    yield browser
    browser.close()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_without_webgl_and_microphone_the_page_says_so_and_goes_on(
    plain_browser: Browser, home: Any, size: str
) -> None:
    visit = Visit(plain_browser, home, size=size)
    page = visit.sign_in()
    told = page.locator(".face .problem")
    expect(told).to_contain_text("cannot draw in 3D")
    words, mode = told.bounding_box(), page.locator(".mode").bounding_box()
    assert words and mode and words["y"] >= mode["y"] + mode["height"], "it lay beneath the mode"
    page.get_by_role("button", name="Open microphone").click()
    expect(page.get_by_text("There is no microphone.")).to_be_visible()
    visit.say("hello")
    expect(page.locator(".conversation li.tektra")).to_contain_text("stand-in")
    room(page, 1)
    page.get_by_role("button", name="3D").click()
    expect(page.locator(".home3d .problem")).to_contain_text("cannot draw in 3D")
    page.get_by_role("button", name="2D").click()
    page.locator(".map svg").wait_for()
    visit.context.close()


def test_a_screen_that_fails_takes_neither_the_others_nor_the_stop_with_it(visit: Any, home: Any) -> None:
    """An answer that was none emptied the whole page."""
    page = visit.sign_in("admin")
    page.route("**/api/v1/ai/models", lambda route: route.fulfill(json=[None]))
    desk(page, "Models")
    expect(page.locator("main .problem")).to_contain_text("This screen failed")
    page.get_by_role("button", name="Stop everything").click()
    page.locator(".safety.stopped").wait_for()
    assert home.graph.stops
    desk(page, "Voices")
    expect(page.locator(".operate li b")).to_have_text("joe")


def test_focus_goes_on_where_it_was_when_what_had_it_is_gone(visitor: Callable[..., Any]) -> None:
    page = visitor(size="phone").sign_in("admin")
    page.locator("button.menu").click()
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Escape")
    expect(page.locator("button.menu")).to_be_focused()
    desk(page, "Memory")
    page.get_by_role("button", name="Correct Tea at four.").click()
    page.keyboard.press("Escape")
    until(
        page,
        lambda: page.evaluate(
            "document.activeElement !== document.body && document.activeElement.closest('main') !== null"
        ),
    )
