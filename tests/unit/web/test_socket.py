# SPDX-License-Identifier: Apache-2.0
"""The socket: who opens it, when it ends, what it does, and what it takes without harm."""

import base64
import json
import random
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tektra.common.trace import CURRENT, trace_of_speech
from tektra.web.backends import server
from tektra.web.backends.fake_messages import PIXEL


@pytest.fixture
def socket(desk: Any) -> Iterator[Any]:
    socket = desk.socket()
    socket.until("welcome")
    yield socket
    socket.wire.close()


def ws(desk: Any) -> str:
    return str(desk.url.replace("http", "ws", 1) + "/api/v1/ws")


def ticket(desk: Any, role: str = "operator") -> str:
    return str(desk.post("/auth/ticket", None, role).json()["ticket"])


def closed(wire: Any) -> int:
    """The code with which a socket ends."""
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            wire.recv(timeout=20.0)
    return int(ended.value.rcvd.code) if ended.value.rcvd else 0


def test_what_may_be_answered_to_a_question_comes_with_it(desk: Any) -> None:
    desk.graph.options = ["rover1", "rover2"]
    socket = desk.socket("guest")
    socket.say(type="chat_message", id="q1", text="the rover shall dance")
    answer = socket.until("ai_response", last=True)
    assert socket.until("question", request_id=answer["request_id"])["options"] == ["rover1", "rover2"]
    desk.graph.options = []
    socket.told.clear()
    for said in (
        '{"options": "rover1"}',
        '{"options": 7}',
        "[1]",
        "no JSON",
        '{"options": []}',
        "{" * 10_000,
    ):
        desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/question", {"data": said})
    desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/question", {"data": '{"options": ["last"]}'})
    assert socket.until("question")["options"] == ["last"]
    socket.wire.close()


def test_who_comes_later_is_told_how_things_are(desk: Any) -> None:
    """A page that is loaded anew wore the look of the file until somebody changed it again."""
    first = desk.socket("guest")
    worn = first.until("avatar_action")
    first.wire.close()
    later = desk.socket("guest")
    told = later.until("avatar_action")
    assert [told[key] for key in ("expression", "mode", "look")] == [
        worn[key] for key in ("expression", "mode", "look")
    ]
    later.wire.close()


def test_a_planner_that_is_not_there_is_told_in_words(make_desk: Any) -> None:
    desk = make_desk()
    desk.graph.missing.add("/tektra/ask")
    socket = desk.socket("guest")
    socket.say(type="chat_message", id="q1", text="hello")
    end = socket.until("ai_response", last=True)
    assert end["outcome"] == "failed" and "Try again in a moment" in end["message"]
    socket.wire.close()


def test_a_ticket_opens_one_socket_once_by_address_or_subprotocol(desk: Any) -> None:
    used = ticket(desk)
    with connect(f"{ws(desk)}?ticket={used}") as wire:
        assert json.loads(wire.recv(timeout=20.0))["type"] == "welcome"
    for address, protocols in (
        (f"{ws(desk)}?ticket={used}", None),
        (ws(desk), None),
        (f"{ws(desk)}?ticket=", None),
        (f"{ws(desk)}?ticket={ticket(desk)}&ticket={ticket(desk)}", None),
        (ws(desk), ["tektra.v1", f"tektra.ticket.{used}"]),
    ):
        with pytest.raises(InvalidStatus):
            connect(address, subprotocols=protocols, legacy=True)
    with connect(ws(desk), subprotocols=["tektra.v1", f"tektra.ticket.{ticket(desk)}"]) as wire:
        assert wire.subprotocol == "tektra.v1"


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "rebound.example"}]
)
def test_another_page_opens_none_even_with_a_ticket(desk: Any, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{ws(desk)}?ticket={ticket(desk)}", additional_headers=headers, legacy=True)
    assert refused.value.response.status_code in (400, 403)


def test_a_socket_ends_with_a_revocation_long_before_its_token_does(desk: Any) -> None:
    signed_in = desk.sign_in("operator")
    headers = {"authorization": f"Bearer {signed_in['access_token']}"}
    socket = desk.socket(token=signed_in["access_token"])
    socket.until("welcome")
    desk.http.post("/auth/logout", headers=headers)
    assert closed(socket.wire) == 4401


def test_a_socket_ends_with_its_token_unless_it_is_renewed(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway's clock is moved on, so that no slow machine lets the renewed token end, too."""
    ahead_s = [0.0]
    clock = SimpleNamespace(time=lambda: time.time() + ahead_s[0], monotonic=time.monotonic)
    monkeypatch.setattr(server, "time", clock)
    desk = make_desk(access_s=3600.0)
    signed_in = desk.sign_in("operator")
    short, long = (desk.socket(token=signed_in["access_token"]) for _ in range(2))
    short.until("welcome"), long.until("welcome")
    ahead_s[0] = 1800.0
    renewed = desk.http.post("/auth/refresh", json={"refresh_token": signed_in["refresh_token"]}).json()
    bearer = {"authorization": f"Bearer {renewed['access_token']}"}
    new = desk.http.post("/auth/ticket", headers=bearer).json()["ticket"]
    long.say(type="renew", ticket=new)
    assert long.until("renewed")["ends_at_ms"] > long.until("welcome")["ends_at_ms"]
    ahead_s[0] = 3601.0
    assert closed(short.wire) == 4401
    long.say(type="ping", number=7)
    assert long.until("pong", number=7)
    stolen = desk.post("/auth/ticket", None, "guest").json()["ticket"]
    long.say(type="renew", ticket=stolen)
    assert long.until("error")["problem"]["code"] == "not_allowed"
    ahead_s[0] = 1800.0 + 3601.0
    assert closed(long.wire) == 4401


def test_every_role_stops_and_guests_do_no_more_than_talk(desk: Any) -> None:
    for role in ("observer", "guest"):
        socket = desk.socket(role)
        before = len(desk.published)
        socket.say(type="stop", reason="me")
        socket.until("stop_sent")
        assert desk.graph.stops[-1] == (f"web:{role} ({role})", "me")
        now_ms = socket.until("welcome")["server_time_ms"]
        socket.say(type="robot_command", id="c1", robot="rover1", skill="navigate_to")
        socket.until("error", id="c1")
        socket.say(type="drive", robot="rover1", linear_m_s=0.1, angular_rad_s=0.0, sent_at_ms=now_ms)
        socket.say(type="lease", robot="rover1", action="take")
        socket.say(type="subscribe", streams=["camera", "replies", "safety"])
        desk.until(
            lambda s=socket: s.read() or len([t for t in s.told if t["type"] == "error"]) == 4,
            "four refusals",
        )
        codes = {told["problem"]["code"] for told in socket.told if told["type"] == "error"}
        assert codes == {"not_allowed"}
        assert len(desk.published) == before
        socket.wire.close()
    desk.post("/safety/reset", {})


def test_a_command_runs_reports_and_ends_with_its_socket(desk: Any, socket: Any) -> None:
    desk.post("/safety/reset", {})
    socket.say(
        type="robot_command", id="c1", robot="rover1", skill="navigate_to", arguments={"place": "hall"}
    )
    assert socket.until("command_result", id="c1")["outcome"] == "succeeded"
    assert socket.until("command_progress", id="c1")["progress"] > 0
    desk.graph.piece_s = 5.0
    try:
        canceled, before = len(desk.graph.canceled), len(desk.graph.goals)
        other = desk.socket()
        other.say(
            type="robot_command", id="c2", robot="rover1", skill="navigate_to", arguments={"place": "hall"}
        )
        desk.until(lambda: len(desk.graph.goals) > before, "the goal")
        other.wire.close()
        desk.until(lambda: len(desk.graph.canceled) > canceled, "the goal is cancelled: its page is gone")
    finally:
        desk.graph.piece_s = 0.01


def test_a_node_that_drives_a_robot_is_shown_and_an_operator_takes_it_over(desk: Any, socket: Any) -> None:
    stamp = {"sec": 0, "nanosec": 0}

    def tell(holder: str) -> None:
        message = {"stamp": stamp, "robots": ["rover2"], "holders": [holder]}
        desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/velocity_holds", message)

    tell("/teleop")
    shown = socket.until("lease_changed")["lease"]
    assert (shown["robot"], shown["holder"]) == ("rover2", "/teleop")
    assert desk.get("/robots/rover2/status").json()["lease"]["holder"] == "/teleop"
    answer = desk.post("/robots/rover2/command", {"skill": "turn", "arguments": {"angle_deg": 5}})
    assert answer.status_code == 409 and "/teleop" in answer.text
    assert desk.graph.holds == [], "the page tells of persons alone"
    tell("/teleop")
    socket.say(type="lease", robot="rover2", action="take")
    desk.until(lambda: desk.get("/robots/rover2/status").json()["lease"]["holder"] == "operator", "taken")
    desk.until(lambda: desk.graph.holds and desk.graph.holds[-1]["holders"] == ["operator"], "told")
    tell("")
    socket.say(type="lease", robot="rover2", action="release")
    desk.until(lambda: desk.get("/robots/rover2/status").json()["lease"]["holder"] == "", "let go")


def test_a_robot_is_driven_only_by_who_holds_it(desk: Any, socket: Any) -> None:
    def drive(one: Any) -> None:
        now_ms = int(time.time() * 1000)
        one.say(type="drive", robot="rover2", linear_m_s=0.2, angular_rad_s=0.1, sent_at_ms=now_ms)

    drive(socket)
    assert socket.until("error")["problem"]["code"] == "not_held"
    socket.say(type="lease", robot="rover2", action="take")
    assert socket.until("lease_changed")["lease"]["holder"] == "operator"
    desk.until(
        lambda: (
            drive(socket)  # one that comes late is dropped, as it has to be
            or (desk.published and desk.published[-1][0] == "/rover2/cmd_vel_request")
        ),
        "the velocity",
    )
    admin = desk.socket("admin")
    drive(admin)
    assert admin.until("error")["problem"]["code"] == "held"
    admin.say(type="lease", robot="rover2", action="ask")
    desk.until(
        lambda: (
            socket.read()
            or any(t["type"] == "lease_changed" and t["lease"]["asked_by"] == ["admin"] for t in socket.told)
        ),
        "the holder is asked",
    )
    socket.say(type="lease", robot="rover2", action="hand_over", to="admin")
    desk.until(lambda: desk.get("/robots/rover2/status").json()["lease"]["holder"] == "admin", "handed over")
    admin.wire.close()
    desk.until(lambda: desk.get("/robots/rover2/status").json()["lease"]["holder"] == "", "its page is gone")


def test_a_screen_that_only_looks_on_keeps_no_robot_when_the_page_that_drove_it_is_gone(
    make_desk: Any,
) -> None:
    """It kept the robot from everybody for as long as it was open."""
    desk = make_desk()
    token = desk.post("/auth/tokens", {"name": "screen", "role": "observer"}).json()["token"]
    screen, page = desk.socket(token=token), desk.socket()
    screen.until("welcome")
    page.say(type="lease", robot="rover2", action="take")
    page.until("lease_changed")
    page.wire.close()
    assert screen.until("lease_changed", lease=screen_lease("rover2"))


def screen_lease(robot: str) -> dict[str, Any]:
    return {"robot": robot, "holder": "", "holder_id": "", "since_ms": 0, "asked_by": []}


def test_who_drives_no_more_keeps_no_robot_either(make_desk: Any) -> None:
    """By REST a robot is held without a page: made a guest meanwhile, the holder kept it by looking on."""
    desk = make_desk()
    assert desk.post("/robots/rover2/lease", {"action": "take"}).json()["holder"] == "operator"
    (row,) = [one for one in desk.get("/users", "admin").json() if one["name"] == "operator"]
    changed = desk.http.patch(f"/users/{row['id']}", json={"role": "guest"}, headers=desk.headers("admin"))
    assert changed.status_code == 200, changed.text
    again = desk.socket(token=desk.sign_in("operator")["access_token"])
    assert again.until("lease_changed", lease=screen_lease("rover2"))


def test_late_messages_are_refused_and_nothing_moves(desk: Any, socket: Any) -> None:
    before = (len(desk.graph.goals), len(desk.published))
    old = int(time.time() * 1000) - 60_000
    socket.say(type="lease", robot="rover1", action="take")
    socket.say(type="chat_message", id="q", text="go", sent_at_ms=old)
    assert socket.until("error", id="q")["problem"]["code"] == "too_late"
    socket.say(type="robot_command", id="c", robot="rover1", skill="navigate_to", sent_at_ms=old)
    assert socket.until("error", id="c")["problem"]["code"] == "too_late"
    socket.say(type="drive", robot="rover1", linear_m_s=0.2, angular_rad_s=0.1, sent_at_ms=old)
    pcm = base64.b64encode(bytes(320)).decode()
    socket.say(type="voice_data", audio=pcm, sent_at_ms=old)
    socket.wire.send(struct.pack("<BBHIQ", 1, 0, 16000, 0, old) + bytes(320))
    socket.say(type="lease", robot="rover1", action="release")
    socket.say(type="ping", number=1)
    socket.until("pong", number=1)
    assert (len(desk.graph.goals), len(desk.published)) == before


def test_sound_and_pictures_reach_their_topics_in_both_forms(desk: Any, socket: Any) -> None:
    del desk.graph.published[:]
    pcm = struct.pack("<2h", 1, -1)
    socket.say(type="voice_data", audio=base64.b64encode(pcm).decode(), sample_rate=16000, sequence=3)
    socket.wire.send(struct.pack("<BBHIQ", 1, 1, 48000, 4, 0) + pcm)
    picture = PIXEL
    socket.say(type="camera_frame", image=base64.b64encode(picture).decode())
    socket.wire.send(struct.pack("<BBHIQ", 2, 0, 1, 5, 0) + picture)
    desk.until(lambda: len(desk.published) == 4, "two of each")
    (first, sound), (second, last), (topic, image), _ = desk.published
    assert first == second and first.startswith("/humans/voices/web") and first.endswith("/audio")
    assert (sound["data"], sound["sample_rate"], sound["sequence"], sound["last"]) == (pcm, 16000, 3, False)
    assert (last["sample_rate"], last["last"]) == (48000, True)
    assert (topic, image["data"], image["format"]) == ("/camera/web/compressed", picture, "png")


def heard(text: str, *, age_s: float = 0.5, confidence: float = 0.9) -> dict[str, Any]:
    at_s = time.time() - age_s
    stamp = {"sec": int(at_s), "nanosec": int(at_s % 1 * 1e9)}
    header = {"stamp": stamp, "frame_id": ""}
    return {"header": header, "incremental": "", "final": text, "confidence": confidence}


def test_what_is_said_into_a_page_s_microphone_is_asked_in_that_person_s_name(desk: Any, socket: Any) -> None:
    del desk.graph.published[:]
    goals = len(desk.graph.goals)
    pcm = base64.b64encode(bytes(4)).decode()
    socket.say(type="voice_data", audio=pcm, sample_rate=16000, last=True)
    desk.until(lambda: desk.published, "the sound is published")
    voice = desk.published[0][0].removesuffix("/audio")
    say = desk.loop.call_soon_threadsafe
    say(desk.graph.say, "/humans/voices/default/speech", heard("The kitchen is not mine"))
    say(desk.graph.say, f"{voice}/speech", heard("Go there, said long ago", age_s=30.0))
    assert socket.until("error")["problem"]["code"] == "too_late"
    say(desk.graph.say, f"{voice}/speech", heard("Rover one, go to the kitchen."))
    desk.until(lambda: len(desk.graph.goals) > goals, "it is asked")
    (asked,) = desk.graph.goals[goals:]
    assert "Rover one, go to the kitchen." in str(asked)
    assert "operator" in str(asked)
    del socket.told[:]
    say(desk.graph.say, f"{voice}/speech", heard("Rover one, go to the hall.", confidence=0.4))
    assert socket.until("error")["problem"]["code"] == "hardly_heard"
    say(desk.graph.say, f"{voice}/speech", heard("Yes.", confidence=0.4))
    desk.until(lambda: len(desk.graph.goals) > goals + 1, "an answer is asked")
    assert desk.graph.goals[-1][1]["text"] == "Yes."


def test_what_is_said_into_a_page_s_microphone_is_asked_in_the_trace_that_the_ear_told(
    desk: Any, socket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, traces = desk.graph.run, list[str]()

    def noted(*asked: Any) -> Any:
        traces.append(CURRENT.get())
        return run(*asked)

    monkeypatch.setattr(desk.graph, "run", noted)
    del desk.graph.published[:]
    socket.say(type="voice_data", audio=base64.b64encode(bytes(4)).decode(), sample_rate=16000, last=True)
    desk.until(lambda: desk.published, "the sound is published")
    said = heard("What time is it?")
    stamp, voice = said["header"]["stamp"], desk.published[0][0].removesuffix("/audio")
    desk.loop.call_soon_threadsafe(desk.graph.say, f"{voice}/speech", said)
    desk.until(lambda: traces, "it is asked")
    assert traces == [trace_of_speech(stamp["sec"], stamp["nanosec"])]


def test_the_next_microphone_gets_another_voice_than_the_last(desk: Any) -> None:
    """The words of the one before are still to come."""
    del desk.graph.published[:]
    sockets = [desk.socket(), desk.socket()]
    for index, socket in enumerate(sockets):
        socket.until("welcome")
        socket.say(type="voice_data", audio=base64.b64encode(bytes(4)).decode(), sample_rate=16000, last=True)
        desk.until(lambda index=index: len(desk.published) > index, "its sound")
    first, second = (topic for topic, _ in desk.published)
    assert first != second
    for socket in sockets:
        socket.wire.close()


def bomb(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + bytes(20)


@pytest.mark.parametrize(
    "data",
    [bomb(100_000, 100_000), bomb(0, 5), bomb(4097, 1), b"GIF89a", b"\xff\xd8\xff\xda" + bytes(50), b""],
)
def test_a_picture_that_is_none_or_too_large_is_refused_before_it_is_decoded(
    desk: Any, socket: Any, data: bytes
) -> None:
    before = len(desk.published)
    socket.wire.send(struct.pack("<BBHIQ", 2, 0, 1, 5, 0) + data)
    assert socket.until("error")["problem"]["code"] == "bad_input"
    image = base64.b64encode(data).decode() or "AA=="
    answer = desk.post("/vision/analyze", {"image": image})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert len(desk.published) == before


def test_the_avatar_comes_as_numbers_and_as_bytes(desk: Any, socket: Any) -> None:
    socket.say(type="subscribe", streams=["avatar", "avatar_binary"])
    state = socket.until("avatar_state")["state"]
    desk.until(lambda: socket.read() or socket.frames, "bytes")
    frame = socket.frames[0]
    assert len(state["weights"]) == 52
    assert (frame[0], len(frame)) == (19, 264)


def test_tektras_voice_and_the_camera_are_heard_in_both_forms_and_only_on_demand(desk: Any) -> None:
    socket = desk.socket()
    sound = {"stamp": {"sec": 5, "nanosec": 0}, "sequence": 2, "sample_rate": 22050, "channels": 2}
    sound |= {"data": [1, 9, -1, 9], "last": True}
    picture = {"header": {"stamp": {"sec": 5, "nanosec": 0}}, "format": "png", "data": PIXEL}

    def watched(topic: str) -> bool:
        return any(pattern == topic for pattern, _ in desk.graph._heard)

    def say() -> None:
        desk.graph.say("/tektra/speech_out/audio", sound)
        desk.graph.say("/camera/image_raw/compressed", picture)

    assert not watched("/camera/image_raw/compressed")
    socket.say(type="subscribe", streams=["voice", "voice_binary", "camera", "camera_binary"])
    desk.until(
        lambda: watched("/tektra/speech_out/audio") and watched("/camera/image_raw/compressed"), "demand"
    )
    desk.loop.call_soon_threadsafe(say)
    voice = socket.until("voice_out")
    assert base64.b64decode(voice["audio"]) == struct.pack("<2h", 1, -1)
    assert (voice["at_ms"], voice["last"]) == (5000.0, True)
    assert socket.until("camera_picture")["picture"]["width"] == 1
    desk.until(lambda: socket.read() or len(socket.frames) == 2, "bytes of both")
    assert sorted(frame[0] for frame in socket.frames) == [17, 18]
    socket.wire.close()
    desk.until(lambda: not watched("/camera/image_raw/compressed"), "nobody hears it any more")


def test_a_frame_that_is_too_large_ends_its_socket_alone(desk: Any, socket: Any) -> None:
    other = desk.socket()
    with suppress(ConnectionClosed):
        other.wire.send(b"\1" * 3_000_000)
    assert closed(other.wire) in (0, 1009)  # 0: the end came while it still sent
    socket.say(type="ping", number=2)
    assert socket.until("pong", number=2)


def test_one_account_has_so_many_sockets_and_no_more(make_desk: Any) -> None:
    desk = make_desk(max_sockets_each=3)
    mine = [desk.socket() for _ in range(3)]
    with pytest.raises(InvalidStatus):
        desk.socket()
    desk.socket("admin").wire.close()
    for one in mine:
        one.wire.close()


def test_a_flood_is_slowed_down_and_a_stop_passes_it(desk: Any) -> None:
    flood = desk.socket("guest")
    for number in range(300):
        flood.say(type="chat_message", id=f"q{number}", text="again")
    stops = len(desk.graph.stops)
    flood.say(type="stop", reason="amid a flood")
    flood.until("stop_sent")
    assert desk.graph.stops[stops:] == [("web:guest (guest)", "amid a flood")]
    assert {t["problem"]["code"] for t in flood.told if t["type"] == "error"} <= {
        "too_often",
        "too_many_chats",
    }
    flood.wire.close()
    desk.post("/safety/reset", {})


def malformed(dice: random.Random) -> str | bytes:
    """A message of a client with something wrong in it."""
    good = dice.choice(
        [
            {"type": "chat_message", "id": "x", "text": "go to the kitchen"},
            {"type": "robot_command", "id": "x", "robot": "rover1", "skill": "navigate_to", "arguments": {}},
            {"type": "drive", "robot": "rover1", "linear_m_s": 0.5, "angular_rad_s": 0.0, "sent_at_ms": 1},
            {"type": "lease", "robot": "rover1", "action": "take"},
            {"type": "voice_data", "audio": "AAAA", "sample_rate": 16000},
        ]
    )
    kind = dice.randrange(6)
    if kind == 0:
        return dice.randbytes(dice.randrange(40))
    if kind == 1:
        return struct.pack("<BBHIQ", dice.randrange(256), 0, dice.randrange(8000), 0, 1) + dice.randbytes(
            dice.randrange(64)
        )
    text = json.dumps(good)
    if kind == 2:
        return text[: dice.randrange(len(text))]
    key = dice.choice([key for key in good if key != "arguments"])
    wrong: Any = dice.choice([None, [], {}, "\0", "x" * 5001, -1, 1e308, True, [[[[]]]], {"a": {"b": 1}}])
    if kind == 3:
        return json.dumps({**good, key: wrong})
    if kind == 4:
        return json.dumps({**good, "type": dice.choice(["stopp", "", "Stop", None, 7]), "robot": wrong})
    return json.dumps({**good, f"{key}_": wrong})


def test_messages_of_many_parts_are_refused_unread(desk: Any) -> None:
    """Of 120,000 members one took 0.6 s to be read, in which no stop of anybody was heard."""
    socket = desk.socket("observer")
    socket.until("welcome")
    many = {f"k{number}": number for number in range(50_000)}
    socket.say(type="robot_command", id="m", robot="rover1", skill="move", arguments=many)
    assert socket.until("error")["problem"]["code"] == "too_large"
    few = {f"k{number}": number for number in range(200)}
    socket.say(type="robot_command", id="f", robot="rover1", skill="move", arguments=few)
    assert socket.until("error", id="f")["problem"]["code"] == "not_allowed"
    socket.wire.close()


def test_long_texts_are_counted_before_they_are_read(desk: Any) -> None:
    socket = desk.socket("guest")
    socket.until("welcome")
    for _ in range(40):
        socket.say(type="ping", number="9" * 100_000)
    codes: list[str] = []

    def answered() -> bool:
        socket.read()
        codes[:] = [told["problem"]["code"] for told in socket.told if told["type"] == "error"]
        return len(codes) == 40

    desk.until(answered, "40 errors")
    assert codes[0] == "invalid" and codes[-1] == "too_often"
    socket.wire.close()


def test_a_hundred_thousand_malformed_messages_move_nothing_and_harm_nobody(desk: Any) -> None:
    dice = random.Random(7)
    published, goals, stops = len(desk.published), len(desk.graph.goals), len(desk.graph.stops)
    sent = 0
    while sent < 100_000:
        wire = connect(ws(desk), additional_headers=desk.headers("operator"), legacy=True)
        with suppress(ConnectionClosed):
            while sent < 100_000:
                wire.send(malformed(dice))
                sent += 1
        wire.close()
    assert (len(desk.published), len(desk.graph.goals), len(desk.graph.stops)) == (
        published,
        goals,
        stops,
    )
    assert desk.get("/system/health").json()["status"] == "ok"
    assert desk.post("/ai/chat", {"text": "still there?"}, "guest").status_code == 200


def test_that_an_operator_mutes_tektras_ears_is_told_to_all_and_to_who_comes_later(desk: Any) -> None:
    looks_on = desk.socket("observer")
    looks_on.until("ears", state="listening")
    assert desk.post("/audio/mute", {"muted": True}, "guest").status_code == 403
    assert desk.get("/audio/ears", "observer").json() == {"state": "listening"}
    assert desk.post("/audio/mute", {"muted": True}).status_code == 200
    looks_on.until("ears", state="muted")
    later = desk.socket("guest")
    assert later.until("ears")["state"] == "muted"
    looks_on.told.clear()
    desk.post("/audio/mute", {"muted": False})
    for one in (looks_on, later):
        one.until("ears", state="listening")
    desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/speech_in/state", {"data": "a newer word"})
    looks_on.until("ears", state="")
    looks_on.wire.close()
    later.wire.close()
