# SPDX-License-Identifier: Apache-2.0
"""A stop is a stop whatever is said with it, and whatever waits; a reset is one of the stop that was meant, by name."""

import asyncio
import json
import socket
import time
from typing import Any

import pytest

GARBAGE = [
    b"",
    b"garbage",
    b"[]",
    b"7",
    b'"why"',
    b'{"reason": 7}',
    b'{"reason": "' + b"x" * 300 + b'"}',
    b'{"reason": "a\\u0000b"}',
    b'{"reason": "\\ud800"}',
    b'{"why": "x"}',
    b'{"reason": "' + b"x" * 100_000 + b'"}',
    b'{"a":' * 5000,
    b"\xff\xfe",
]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", ""])
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_sent_with_a_stop_keeps_it_from_nothing(desk: Any, body: bytes, kind: str) -> None:
    before = len(desk.graph.stops)
    headers = {**desk.headers("observer"), "content-type": kind}
    answer = desk.http.post("/safety/stop", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    (who, why) = desk.graph.stops[-1]
    assert len(desk.graph.stops) == before + 1
    assert who == "web:observer (observer)" and len(why) <= 200 and why.isprintable()
    one = desk.http.post("/robots/rover1/emergency", content=body, headers=headers)
    assert one.status_code == 200
    assert desk.graph.calls[-1][1]["robot"] == "rover1"


@pytest.mark.parametrize(
    "path",
    [
        "/robots/Rover1/emergency",
        "/robots/rover%201/emergency",
        "/robots/rover1%0A/emergency",
        "/robots/..;/emergency",
        f"/robots/{'r' * 500}/emergency",
        "/safety/stop/",
        "//safety//stop",
    ],
)
def test_a_stop_of_what_is_no_robot_or_with_a_slash_too_many_stops_everything(desk: Any, path: str) -> None:
    before = len(desk.graph.stops)
    answer = desk.http.post(f"{desk.url}/api/v1{path}", headers=desk.headers("observer"))
    assert answer.status_code == 200, answer.text
    assert len(desk.graph.stops) == before + 1


def test_a_stop_of_one_robot_with_a_slash_too_many_is_that(desk: Any) -> None:
    path = f"{desk.url}/api/v1//robots//rover1/emergency/"
    assert desk.http.post(path, headers=desk.headers("guest")).status_code == 200
    assert desk.graph.calls[-1][1]["robot"] == "rover1"
    assert desk.http.post(path).status_code == 401


def test_words_that_can_be_read_are_kept(desk: Any) -> None:
    desk.post("/safety/stop", {"reason": "the child\nis there", "more": 1}, "observer")
    assert desk.graph.stops[-1] == ("web:observer (observer)", "the child\nis there")


def test_a_stop_does_not_wait_for_words_that_do_not_come(desk: Any) -> None:
    port, before = int(desk.url.rpartition(":")[2]), len(desk.graph.stops)
    head = f"POST /api/v1/safety/stop HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {desk.token('guest')}\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=20.0) as wire:
        began_s = time.monotonic()
        wire.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        desk.until(lambda: len(desk.graph.stops) > before, "the stop")
        assert time.monotonic() - began_s < 10.0, "it waited for the body as others do"


@pytest.mark.parametrize(
    "said",
    [
        {"reason": 7},
        {"reason": "x" * 5000},
        {"robot": 7},
        {"robot": "../rover1"},
        {"robot": None, "reason": None},
        {"sent_at_ms": 1, "id": []},
    ],
)
def test_a_malformed_stop_on_the_socket_stops_everything(desk: Any, said: dict[str, Any]) -> None:
    before = len(desk.graph.stops)
    wire = desk.socket("observer")
    wire.say(type="stop", **said)
    wire.until("stop_sent")
    assert len(desk.graph.stops) == before + 1
    wire.wire.close()


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"stop","more":' + "[" * 500 + "]" * 500 + "}",
        '{"type":"stop","robot":"rover1"',
        '{"reason":"' + "x" * 100_000 + '","type" : "stop"}',
        '{"type":"stop","more":[' + "1," * 50_000 + "1]}",
        '{"type":"stop","n":' + "9" * 5_000 + "}",
        '{"type":"stop","reason":"\\ud800"}',
        '{"type":"stop","reason":NaN,}',
    ],
    ids=["deep", "cut off", "long", "many parts", "a long number", "half a letter", "no JSON"],
)
def test_a_stop_that_cannot_be_read_stops_everything(desk: Any, text: str) -> None:
    """Nested 500 deep, or cut off, it was answered with an error."""
    before = len(desk.graph.stops)
    socket = desk.socket("observer")
    socket.wire.send(text)
    socket.until("stop_sent")
    assert len(desk.graph.stops) == before + 1
    socket.wire.close()


def test_who_only_speaks_of_a_stop_stops_nothing(desk: Any) -> None:
    before = len(desk.graph.stops)
    socket = desk.socket("guest")
    socket.say(type="chat_message", id="a", text='what does {"type":"stop"} do', more=1)
    socket.until("error", id="a")
    assert len(desk.graph.stops) == before
    socket.wire.close()


def test_a_robot_that_cannot_be_stopped_alone_is_stopped_with_all(desk: Any) -> None:
    desk.graph.missing = {"/safety/stop_robot"}
    try:
        before = len(desk.graph.stops)
        answer = desk.post("/robots/rover1/emergency", {"reason": "smoke"}, "guest")
        assert answer.status_code == 200 and "everything is stopped" in answer.json()["message"]
        assert len(desk.graph.stops) == before + 1
    finally:
        desk.graph.missing = set()


def test_a_stop_of_all_does_not_wait_behind_the_stop_of_one(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = desk.graph.call

    async def silent(service: str, *args: Any, **kwargs: Any) -> Any:
        if service == "/safety/stop_robot":
            while not desk.graph.stops or desk.graph.stops[-1][1] != "all of it":
                await asyncio.sleep(0.01)
        return await answered(service, *args, **kwargs)

    monkeypatch.setattr(desk.graph, "call", silent)
    wire = desk.socket("guest")
    wire.say(type="stop", robot="rover1")
    wire.say(type="stop", reason="all of it")
    wire.until("stop_sent", robot="rover1")
    assert [told["robot"] for told in wire.told if told["type"] == "stop_sent"] == ["", "rover1"]
    wire.wire.close()


def test_a_reset_tells_who_asked_for_it_and_which_stop_is_meant(desk: Any) -> None:
    desk.post("/safety/stop", None)
    desk.until(lambda: desk.get("/safety/state").json()["stopped"], "the stop is told")
    epoch = desk.get("/safety/state").json()["epoch"]
    assert desk.post("/safety/reset", {}).status_code == 200
    service, request = desk.graph.calls[-1]
    assert (service, request["source"], request["epoch"]) == (
        "/safety/reset_all",
        "web:operator (operator)",
        epoch,
    )
    assert abs(request["asked"]["sec"] - time.time()) < 60


def test_a_reset_releases_the_stop_that_was_seen_and_none_that_came_since(desk: Any) -> None:
    """Whatever stop was the newest when the request arrived was released, though somebody pressed it after the other looked."""
    desk.post("/safety/stop", {"reason": "seen"})
    desk.until(lambda: desk.get("/safety/state").json()["stopped"], "the stop is told")
    seen = desk.get("/safety/state").json()["epoch"]
    desk.post("/safety/stop", {"reason": "a hand is in the gripper"}, "observer")
    desk.until(lambda: desk.get("/safety/state").json()["epoch"] > seen, "the next stop is told")
    answer = desk.post("/safety/reset", {"epoch": seen})
    assert answer.status_code >= 400 and f"not {seen}" in answer.json()["message"]
    assert desk.get("/safety/state").json()["stopped"]


def test_a_reset_bears_the_time_at_which_it_was_asked_for(desk: Any) -> None:
    """What is long on its way is refused, and the gate compares the stop with when the person pressed."""
    sent_ms = int(time.time() * 1000) - 300
    assert desk.post("/safety/reset", {"epoch": 0, "sent_at_ms": sent_ms}).status_code == 200
    asked = desk.graph.calls[-1][1]["asked"]
    assert asked["sec"] * 1000 + asked["nanosec"] // 1_000_000 == sent_ms
    called = len(desk.graph.calls)
    for age_ms in (30_000, -30_000):
        answer = desk.post("/safety/reset", {"sent_at_ms": int(time.time() * 1000) - age_ms})
        assert (answer.status_code, answer.json()["code"]) == (409, "too_late")
    assert len(desk.graph.calls) == called


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/ai/chat", '{"text": "go\\u0000 to the kitchen"}'),
        ("/ai/chat", '{"text": "\\ud800"}'),
        ("/avatar/speak", '{"text": "a\\u0007b"}'),
        ("/vision/analyze", '{"image": "", "question": "\\u0000"}'),
        ("/avatar/look", '{"look": {"skin": {"\\u0000": 1}}}'),
        ("/robots/rover1/command", '{"skill": "move", "arguments": {"distance_m": NaN}}'),
        ("/robots/rover1/command", '{"skill": "move", "arguments": {"distance_m": 1e999}}'),
        ("/robots/rover1/command", '{"skill": "move", "arguments": {"distance_m": 99999999999999999999}}'),
        ("/robots/rover1/command", '{"skill": "move", "arguments": {"deep": [[{"a": ["\\ud800"]}]]}}'),
        ("/people", '{"name": "Ann", "consents": ["preferences"], "preferences": {"a": "b\\u0000"}}'),
    ],
)
def test_letters_and_numbers_that_others_read_differently_are_refused(
    desk: Any, path: str, body: str
) -> None:
    before = (len(desk.graph.goals), len(desk.graph.calls))
    headers = {**desk.headers("operator"), "content-type": "application/json"}
    answer = desk.http.post(path, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
    assert (len(desk.graph.goals), len(desk.graph.calls)) == before


def test_the_socket_refuses_them_as_well(desk: Any) -> None:
    before = len(desk.graph.goals)
    wire = desk.socket()
    for text in (
        '{"type": "chat_message", "id": "a", "text": "\\u0000"}',
        '{"type": "robot_command", "id": "b", "robot": "rover1", "skill": "move", "arguments": {"x": NaN}}',
        '{"type": "robot_command", "id": "c", "robot": "rover1", "skill": "move", "arguments": {"x": Infinity}}',
    ):
        wire.wire.send(text)
        assert wire.until("error", id=json.loads(text)["id"])["problem"]["code"] == "invalid"
    assert len(desk.graph.goals) == before
    wire.wire.close()
