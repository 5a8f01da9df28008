# SPDX-License-Identifier: Apache-2.0
"""What somebody had begun ends when they are signed out, when they leave, and when somebody else takes the robot."""

import base64
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

RUN, ASK, SAY = "/rover1/run_skill", "/tektra/ask", "/tektra/say"
MOVE = {"skill": "move", "arguments": {}}
#: Each takes far longer than the test.
LONG_S = 60.0
WORK = [
    ("/robots/rover1/command", MOVE, RUN),
    ("/ai/chat", {"text": "hello"}, ASK),
    ("/avatar/speak", {"text": "a long story"}, SAY),
]


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def begun(desk: Any, action: str) -> None:
    desk.until(lambda: any(known == action for known, _ in desk.graph.goals), f"{action} is under way")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("path", "body", "action"), WORK)
def test_what_a_request_began_ends_with_its_session(
    make_desk: Any, aside: ThreadPoolExecutor, path: str, body: Any, action: str
) -> None:
    desk = make_desk()
    desk.graph.piece_s = LONG_S
    stolen = desk.sign_in("operator")["access_token"]
    work = aside.submit(desk.http.post, path, json=body, headers=bearer(stolen))
    begun(desk, action)
    desk.http.patch("/users/id-operator", json={"disabled": True}, headers=desk.headers("admin"))
    assert (work.result(20.0).status_code, work.result().json()["code"]) == (401, "not_signed_in")
    desk.until(lambda: action in desk.graph.canceled, "it is cancelled")


@pytest.mark.parametrize(("path", "body", "action"), WORK)
def test_what_a_request_began_ends_with_its_connection(
    make_desk: Any, path: str, body: Any, action: str
) -> None:
    desk = make_desk()
    desk.graph.piece_s = LONG_S
    line = http.client.HTTPConnection(urlsplit(desk.url).netloc, timeout=20.0)
    headers = {**desk.headers("operator"), "content-type": "application/json"}
    line.request("POST", f"/api/v1{path}", json.dumps(body), headers)
    begun(desk, action)
    line.close()
    desk.until(lambda: action in desk.graph.canceled, "it is cancelled")


@pytest.mark.parametrize("parted", [False, True])
def test_an_answer_that_moves_robots_ends_with_its_session(make_desk: Any, parted: bool) -> None:
    desk = make_desk()
    desk.graph.piece_s = LONG_S
    token = desk.sign_in("operator")["access_token"]
    socket = desk.socket(token=token)
    socket.say(type="chat_message", id="q1", text="drive to the kitchen")
    begun(desk, ASK)
    if parted:
        socket.wire.socket.close()
        desk.until(lambda: desk.gateway.count == 0, "the line is lost")
        assert ASK not in desk.graph.canceled  # an answer goes on for whoever comes back
    desk.http.post("/auth/logout", headers=bearer(token))
    desk.until(lambda: ASK in desk.graph.canceled, "it is cancelled")


def test_who_takes_a_robot_ends_what_others_had_it_do(make_desk: Any, aside: ThreadPoolExecutor) -> None:
    desk = make_desk()
    desk.graph.piece_s = LONG_S
    socket = desk.socket("operator")
    socket.say(type="robot_command", id="k1", robot="rover1", **MOVE)
    begun(desk, RUN)
    work = aside.submit(desk.post, "/robots/rover1/command", MOVE, "operator")
    desk.until(lambda: len(desk.graph.goals) == 2, "both are under way")
    socket.say(type="robot_command", id="k2", robot="rover2", **MOVE)
    begun(desk, "/rover2/run_skill")
    assert desk.post("/robots/rover1/lease", {"action": "take"}, "admin").json()["holder"] == "admin"
    assert socket.until("command_result", id="k1")["outcome"] == "canceled"
    assert (work.result(20.0).status_code, work.result().json()["code"]) == (409, "canceled")
    desk.until(lambda: desk.graph.canceled == [RUN, RUN], "both are cancelled, and the other robot's is not")
    socket.wire.close()


def test_whoever_holds_a_robot_keeps_what_it_does(make_desk: Any) -> None:
    desk = make_desk()
    desk.graph.piece_s = LONG_S
    socket = desk.socket("operator")
    socket.say(type="robot_command", id="k1", robot="rover1", **MOVE)
    begun(desk, RUN)
    for action in ("take", "release", "take"):
        assert desk.post("/robots/rover1/lease", {"action": action}).status_code == 200
    assert desk.graph.canceled == []
    socket.say(type="cancel_command", id="k1")
    assert socket.until("command_result", id="k1")["outcome"] == "canceled"
    socket.wire.close()


def test_the_planner_is_told_who_holds_which_robot(make_desk: Any) -> None:
    desk = make_desk()
    assert desk.graph.holds == [], "nobody holds any"
    desk.post("/robots/rover1/lease", {"action": "take"}, "admin")
    desk.until(lambda: len(desk.graph.holds) > 2, "it is said again and again")
    assert {(tuple(m["robots"]), tuple(m["holders"])) for m in desk.graph.holds} == {
        (("rover1",), ("admin",))
    }
    assert all(m["stamp"]["sec"] > 0 for m in desk.graph.holds)
    desk.post("/robots/rover1/lease", {"action": "release"}, "admin")
    desk.until(lambda: desk.graph.holds[-1]["robots"] == [], "and that nobody does any more")


def test_what_is_asked_by_request_bears_the_time_when_it_was_sent(desk: Any) -> None:
    """So that planner and robot can tell for themselves that it comes too late."""
    for path, body in (("/ai/chat", {"text": "hello"}), ("/robots/rover1/command", MOVE)):
        sent_ms = int(time.time() * 1000) - 50
        assert desk.post(path, {**body, "sent_at_ms": sent_ms}).status_code == 200
        stamp = desk.graph.goals[-1][1]["stamp"]
        assert stamp["sec"] * 1000 + stamp["nanosec"] // 1_000_000 == sent_ms


def test_no_gateway_lets_a_command_pass_that_is_late_for_a_robot(make_desk: Any) -> None:
    """Words may be older where a gateway is told so; what moves may not."""
    desk = make_desk(late_s=60.0)
    sent_ms = int(time.time() * 1000) - 10_000
    answer = desk.post("/robots/rover1/command", {**MOVE, "sent_at_ms": sent_ms})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")


def test_words_that_were_sent_too_long_ago_are_not_asked(desk: Any) -> None:
    sent_ms = int(time.time() * 1000) - 60_000
    answer = desk.post("/ai/chat", {"text": "go to the kitchen", "sent_at_ms": sent_ms})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_late")


def test_who_takes_a_robot_at_another_gateway_is_told_here_and_ends_what_it_does_whatever_is_asked_meanwhile(
    make_desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command for another robot read who holds what, from the other gateway, too, and then nothing looked new any more: nobody
    here was told, and the robot went on for whoever had it before."""
    monkeypatch.setenv("TEKTRA_GATEWAY_KEY", base64.b64encode(bytes(32)).decode())
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    one, two = make_desk(database=url), make_desk(database=url)
    one.graph.piece_s = LONG_S
    socket = one.socket("operator")
    socket.say(type="robot_command", id="k1", robot="rover1", **MOVE)
    begun(one, RUN)
    socket.say(type="lease", robot="rover2", action="take")
    socket.until("lease_changed")
    assert two.post("/robots/rover1/lease", {"action": "take"}, "admin").json()["holder"] == "admin"
    socket.say(type="lease", robot="rover2", action="release")  # within a look after leases
    told = socket.until("command_result", id="k1")
    assert told["outcome"] == "canceled"
    assert any(m["type"] == "lease_changed" and m["lease"]["holder"] == "admin" for m in socket.told)
    socket.wire.close()
