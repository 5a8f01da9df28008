# SPDX-License-Identifier: Apache-2.0
"""The gateway's rooms, from outside."""

from socket import IPPROTO_TCP, TCP_NODELAY, create_connection
from typing import Any

import pytest

from tektra.web.backends.server import _listen
from tektra.web.options import WebOptions


def test_chat_answers_when_all_is_done(desk: Any) -> None:
    answer = desk.post("/ai/chat", {"text": "hello"}, "guest").json()
    assert (answer["reply"], answer["outcome"]) == ("This is a stand-in for Tektra.", "answered")
    assert desk.graph.goals[-1][1]["source"] == "web:guest (guest)"


@pytest.mark.parametrize(
    ("role", "told"), [("guest", "guest"), ("operator", "operator"), ("admin", "operator")]
)
def test_the_planner_is_told_whose_words_they_are_so_that_a_guest_moves_no_robot(
    desk: Any, role: str, told: str
) -> None:
    desk.post("/ai/chat", {"text": "rover1, go to the kitchen"}, role)
    by_rest = desk.graph.goals[-1][1]
    socket = desk.socket(role)
    socket.say(type="chat_message", id="q1", text="rover1, go to the kitchen")
    socket.until("ai_response", id="q1", last=True)
    for goal in (by_rest, desk.graph.goals[-1][1]):
        assert (goal["person"], goal["role"], goal["channel"]) == (role, told, "web")
        assert goal["stamp"]["sec"] > 0
    socket.wire.close()


@pytest.mark.parametrize(
    "path",
    [
        "/ai/models",
        "/audio/voices",
        "/avatar/status",
        "/robots",
        "/robots/rover1",
        "/robots/rover1/status",
        "/safety/state",
        "/safety/audit",
        "/world/map",
        "/plans",
        "/conversations",
        "/conversations/c1",
        "/conversations/c1/export",
        "/system/diagnostics",
        "/auth/me",
        "/auth/sessions",
    ],
)
def test_what_can_be_asked_for_is_there(desk: Any, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 200, answer.text


def test_the_map_says_what_people_of_each_language_call_its_rooms(desk: Any) -> None:
    told = desk.get("/world/map").json()
    assert told["names"]["de"]["living_room"] == "Wohnzimmer" and told["names"]["fr"]["kitchen"] == "cuisine"
    known = {entry["name"] for entry in [*told["rooms"], *told["places"]]}
    assert all(names.keys() <= known for names in told["names"].values())


def test_a_stop_reaches_the_graph_with_the_persons_name(desk: Any) -> None:
    assert desk.post("/safety/stop", {"reason": "a child"}, "observer").status_code == 200
    assert desk.graph.stops[-1] == ("web:observer (observer)", "a child")
    desk.until(lambda: desk.get("/safety/state").json()["stopped"], "the gate says so")
    assert desk.post("/safety/reset", {}, "operator").status_code == 200


def test_the_socket_streams_an_answer_in_pieces(desk: Any) -> None:
    socket = desk.socket("guest")
    assert socket.until("welcome")["account"]["role"] == "guest"
    socket.say(type="chat_message", id="q1", text="hello")
    last = socket.until("ai_response", id="q1", last=True)
    pieces = [told["delta"] for told in socket.told if told["type"] == "ai_response" and not told["last"]]
    assert "".join(pieces) == last["reply"] == "This is a stand-in for Tektra."
    numbers = [told["seq"] for told in socket.told]
    assert numbers == list(range(1, len(numbers) + 1))
    socket.wire.close()


def test_a_small_message_waits_for_no_acknowledgement_of_the_one_before() -> None:
    """A stop was acknowledged on the socket after 44 ms in the middle, of which 43 were spent waiting to be sent."""
    with _listen(WebOptions(host="127.0.0.1", port=0)) as listening:
        with create_connection(listening.getsockname()[:2]):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(IPPROTO_TCP, TCP_NODELAY)
