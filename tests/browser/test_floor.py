# SPDX-License-Identifier: Apache-2.0
"""The map of the home: ways, zones, people and obstacles on it, from above and as a model; plots with their scales; why all stands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

SIZES = ["phone", "tablet", "desktop"]
ARM = """<robot name='r'><link name='base'><visual><geometry><cylinder radius='0.2' length='0.3'/></geometry></visual></link>
<link name='upper'><visual><origin xyz='0 0 0.4'/><geometry><box size='0.1 0.1 0.8'/></geometry></visual></link>
<joint name='lift' type='revolute'><parent link='base'/><child link='upper'/><origin xyz='0 0 0.2'/><axis xyz='0 1 0'/></joint></robot>"""


def robots_room(visit: Any, role: str = "operator") -> Page:
    page: Page = visit.sign_in(role)
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Robots").click()
    page.locator(".map svg").wait_for()
    return page


def stand_there(home: Any) -> None:
    """Somebody at the table, and a box ahead of rover1 that no map knows; said again and again by whoever sees them."""
    people = [{"position": {"x": 5.0, "y": 5.0}, "uncertainty": 0.6}]
    home.say("/humans/positions", {"header": {"frame_id": "map"}, "source": "camera", "people": people})
    ranges = [1.0 if 175 <= ray <= 185 else math.inf for ray in range(360)]
    scan = {
        "header": {"frame_id": "rover1/base_link"},
        "angle_min": -math.pi,
        "angle_increment": math.pi / 180,
    }
    home.say("/rover1/scan", scan | {"range_min": 0.05, "range_max": 8.0, "ranges": ranges})


def until_seen(page: Page, home: Any, holds: Callable[[], bool]) -> None:
    for _ in range(200):
        stand_there(home)
        page.wait_for_timeout(150)
        if holds():
            return
    raise AssertionError("it was not seen within 30 s")


def test_the_map_shows_ways_zones_people_and_what_no_map_knows_and_each_can_be_hidden(
    visit: Any, home: Any
) -> None:
    page = robots_room(visit)
    drawing = page.locator(".map svg")
    expect(drawing.locator(".zone.keep_in title")).to_have_text("robots stay inside: home")
    expect(drawing.locator(".zone.slow title")).to_have_text("at most 0.3 m/s: arm reach")
    until_seen(
        page,
        home,
        lambda: drawing.locator(".person").count() == 1 and drawing.locator(".obstacle").count() > 0,
    )
    home.graph.rovers["rover1"].goal = (12.2, 1.9)
    expect(drawing.locator(".way[data-robot=rover1] polyline")).to_have_count(1)
    for name, what in (
        ("ways", ".way"),
        ("zones", ".zone"),
        ("people", ".person"),
        ("obstacles", ".obstacle"),
    ):
        page.get_by_role("checkbox", name=name).uncheck()
        expect(drawing.locator(what)).to_have_count(0)
    expect(page.locator(".robot")).to_have_count(2)
    expect(page.get_by_role("checkbox", name="ways")).to_be_visible()


def test_who_only_looks_on_is_not_told_where_people_stand(visit: Any, home: Any) -> None:
    page = robots_room(visit, "observer")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    for _ in range(5):
        stand_there(home)
        page.wait_for_timeout(200)
    expect(page.locator(".person, .obstacle")).to_have_count(0)


@pytest.mark.parametrize("size", SIZES)
def test_the_home_is_seen_as_a_model_that_turns_by_mouse_and_keys(
    visitor: Callable[..., Any], home: Any, size: str
) -> None:
    page = robots_room(visitor(size=size))
    home.say("/rover1/robot_description", {"data": ARM})
    page.get_by_role("button", name="3D").click()
    canvas = page.locator(".home3d canvas")
    canvas.wait_for()
    page.wait_for_timeout(1500)
    first = canvas.screenshot()
    page.locator(".home3d").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.wait_for_timeout(1000)
    turned = canvas.screenshot()
    assert turned != first
    page.keyboard.press("Tab")
    expect(page.locator(".home3d")).not_to_be_focused()
    box, view = page.locator(".home3d").bounding_box(), page.viewport_size
    assert box and view and box["width"] <= view["width"]
    page.get_by_role("button", name="2D").click()
    expect(page.locator(".map svg")).to_be_visible()


def test_speed_and_battery_of_the_last_minutes_stand_over_a_scale_with_units_and_times(
    visit: Any, home: Any
) -> None:
    page = robots_room(visit)
    home.graph.rovers["rover1"].goal = (12.2, 1.9)
    speed = page.get_by_role("img", name="Speed, the last minutes: now")
    expect(speed.locator("polyline")).not_to_have_count(0)
    expect(speed.locator(".times")).to_have_text("1 min ago30 s agonow")
    expect(speed.locator(".values span").first).to_have_text("0.0 m/s")
    expect(speed.locator(".values span").last).to_have_text("1.0 m/s")
    expect(
        page.get_by_role("img", name="Battery, the last minutes: now 80 %, between 80 % and 80 %")
    ).to_be_visible()


def test_why_everything_stands_is_said_in_the_language_of_the_page(
    visitor: Callable[..., Any], home: Any
) -> None:
    page = visitor(locale="de-DE").page
    page.locator("input[name=name]").fill("operator")
    page.locator("input[name=password]").fill("a long enough password")
    page.locator("button.primary").click()
    page.locator(".shell").wait_for()
    page.locator("button.stop").first.click()
    expect(page.locator(".safety.stopped")).to_contain_text("angehalten: jemand hat angehalten")
    page.get_by_role("button", name="Roboter").click()
    expect(page.locator(".robot-card .why")).to_contain_text("jemand hat angehalten")
