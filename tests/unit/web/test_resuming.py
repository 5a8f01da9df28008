# SPDX-License-Identifier: Apache-2.0
"""A socket whose line breaks goes on by number: nothing is lost and nothing comes twice, here and at another gateway."""

import asyncio
import base64
import json
import os
import socket as sockets
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from tektra.web.socket.outbox import KEPT_LETTERS, Outbox


def numbers(box: Outbox) -> list[int]:
    taken = []
    while (message := box.take()) is not None:
        taken.append(json.loads(message)["seq"])
    return taken


def test_what_was_said_is_said_again_behind_a_number_with_the_numbers_that_it_had() -> None:
    box = Outbox()
    for number in range(5):
        box.event(f'{{"n":{number}}}')
    assert numbers(box) == [1, 2, 3, 4, 5]
    box.event('{"n":5}')
    assert box.rewind(3)
    box.state("safety", '{"n":6}')
    assert numbers(box) == [4, 5, 6, 7]


def test_a_number_that_was_never_said_or_is_kept_no_longer_is_refused() -> None:
    box = Outbox()
    box.event('{"n":1}')
    assert numbers(box) == [1]
    assert not box.rewind(2) and not box.rewind(-1)
    for _ in range(4):
        box.event('{"text":"' + "x" * (KEPT_LETTERS // 3) + '"}')
    numbers(box)
    assert not box.rewind(0) and box.rewind(4)


def test_what_was_heard_is_kept_no_longer() -> None:
    box = Outbox()
    for _ in range(4):
        box.event('{"n":1}')
    numbers(box)
    box.heard(3)
    assert not box.rewind(2)
    assert box.rewind(3)
    assert numbers(box) == [4]


def test_the_first_word_has_the_first_number_and_can_be_said_again() -> None:
    box = Outbox()
    assert json.loads(box.first('{"n":1}'))["seq"] == 1 and [number for number, _ in box.news] == [1]
    box.state("safety", '{"n":2}')
    assert numbers(box) == [2]
    assert box.rewind(0) and numbers(box) == [1, 2]


class Line:
    """A client that counts, and can be cut off."""

    def __init__(self, desk: Any, role: str = "operator", resume: str = "", seq: int = 0) -> None:
        address = desk.url.replace("http", "ws", 1) + "/api/v1/ws"
        query = f"?resume={resume}&seq={seq}" if resume else ""
        self.wire = connect(address + query, additional_headers=desk.headers(role), legacy=True)
        self.told: list[dict[str, Any]] = []
        self.welcome = self.next()
        assert self.welcome["type"] == "welcome"

    def next(self) -> dict[str, Any]:
        while not isinstance(text := self.wire.recv(timeout=20.0), str):
            pass
        self.told.append(json.loads(text))
        return self.told[-1]

    def until(self, type: str, **fields: Any) -> dict[str, Any]:
        while True:
            told = self.next()
            if told["type"] == type and all(told.get(key) == value for key, value in fields.items()):
                return told

    def cut(self) -> None:
        """As when a cable is pulled: nobody says goodbye, and what was on its way is lost."""
        self.wire.socket.shutdown(sockets.SHUT_RDWR)

    @property
    def seq(self) -> int:
        return int(self.told[-1]["seq"])


def test_nothing_is_lost_and_nothing_comes_twice_over_ten_breaks(make_desk: Any) -> None:
    desk = make_desk()
    desk.graph.reply, desk.graph.piece_s = [f"{number} " for number in range(60)], 0.05
    line = Line(desk)
    line.wire.send('{"type": "subscribe", "streams": ["safety", "robots", "plans", "actions"]}')
    line.wire.send('{"type": "chat_message", "id": "q1", "text": "count"}')
    heard: list[dict[str, Any]] = list(line.told)
    for _ in range(10):
        for _ in range(12):
            heard.append(line.next())
        line.cut()
        last = heard[-1]["seq"]
        line = Line(desk, resume=line.welcome["socket_id"], seq=last)
        assert line.welcome["resumed"] and line.welcome["seq"] == last
    while not (heard[-1]["type"] == "ai_response" and heard[-1]["last"]):
        heard.append(line.next())
    assert [told["seq"] for told in heard] == list(range(1, len(heard) + 1))
    pieces = [told["delta"] for told in heard if told["type"] == "ai_response" and told["delta"]]
    assert pieces == desk.graph.reply
    assert sum(action == "/tektra/ask" for action, _ in desk.graph.goals) == 1
    line.wire.close()


class Hasty(dict[str, Any]):
    """Open sockets, each of which is told a state of the safety node the moment it is known."""

    def __setitem__(self, key: str, one: Any) -> None:
        super().__setitem__(key, one)
        one.put('{"type":"safety_state"}', key="safety")


def test_the_greeting_comes_before_what_is_told_at_the_same_moment(make_desk: Any) -> None:
    desk = make_desk()
    desk.gateway._table.open = Hasty()
    line = Line(desk)
    assert line.welcome["seq"] == 1 and line.next()["type"] == "safety_state"
    line.wire.close()


def test_nothing_of_a_broken_line_goes_on_in_the_gateway(make_desk: Any) -> None:
    desk = make_desk()
    before = len(asyncio.all_tasks(desk.loop))
    for _ in range(5):
        line = Line(desk)
        line.cut()
    desk.until(lambda: len(asyncio.all_tasks(desk.loop)) <= before, "its tasks have ended")


def test_a_line_that_is_dead_though_nobody_said_so_is_taken_over(make_desk: Any) -> None:
    desk = make_desk()
    old = Line(desk)
    new = Line(desk, resume=old.welcome["socket_id"], seq=old.seq)
    assert new.welcome["resumed"]
    new.wire.send('{"type": "ping", "number": 3}')
    assert new.until("pong")["number"] == 3
    new.wire.close()


@pytest.mark.parametrize("seq", [999_999_999, 10**14])
def test_a_number_ahead_of_all_opens_a_new_socket(make_desk: Any, seq: int) -> None:
    desk = make_desk()
    old = Line(desk)
    old.cut()
    new = Line(desk, resume=old.welcome["socket_id"], seq=seq)
    assert not new.welcome["resumed"] and new.welcome["socket_id"] != old.welcome["socket_id"]
    new.wire.close()


@pytest.mark.parametrize("name", ["' OR 1=1", "../../x", "0" * 31, "g" * 32, "%00", "x" * 5000])
def test_a_name_that_is_none_opens_a_new_socket(make_desk: Any, name: str) -> None:
    desk = make_desk()
    new = Line(desk, resume=name.replace("'", "%27").replace(" ", "%20"))
    assert not new.welcome["resumed"]
    new.wire.close()


def test_nobody_goes_on_with_anothers_socket(make_desk: Any) -> None:
    desk = make_desk()
    mine = Line(desk, "operator")
    theirs = Line(desk, "admin", resume=mine.welcome["socket_id"], seq=0)
    assert not theirs.welcome["resumed"]
    mine.wire.send('{"type": "ping"}')
    assert mine.until("pong")  # and it was not ended by the attempt
    for line in (mine, theirs):
        line.wire.close()


def test_who_signed_out_meanwhile_does_not_go_on(make_desk: Any) -> None:
    desk = make_desk()
    signed_in = desk.sign_in("operator")
    desk._tokens["operator"] = signed_in["access_token"]
    old = Line(desk)
    old.cut()
    desk.http.post("/auth/logout", headers=desk.headers("operator"))
    desk._tokens.pop("operator")
    new = Line(desk, resume=old.welcome["socket_id"], seq=old.seq)
    assert not new.welcome["resumed"]
    new.wire.close()


def test_a_command_ends_with_the_line_and_is_not_carried_on(make_desk: Any) -> None:
    desk = make_desk()
    desk.graph.piece_s = 5.0  # it is still under way when the line breaks
    line = Line(desk)
    go = {"type": "robot_command", "id": "k", "robot": "rover1", "skill": "navigate_to"}
    line.wire.send(json.dumps({**go, "arguments": {"place": "kitchen"}}))
    desk.until(lambda: any(action == "/rover1/run_skill" for action, _ in desk.graph.goals), "the goal")
    line.cut()
    desk.until(lambda: "/rover1/run_skill" in desk.graph.canceled, "the command is cancelled")
    line = Line(desk, resume=line.welcome["socket_id"], seq=line.seq)
    assert line.welcome["resumed"]
    assert sum(action == "/rover1/run_skill" for action, _ in desk.graph.goals) == 1
    line.wire.close()


def test_a_killed_gateways_sockets_go_on_at_the_other(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Both hear the same graph; what the first said and nobody read, the second says, and what came in between."""
    monkeypatch.setenv("TEKTRA_GATEWAY_KEY", base64.b64encode(os.urandom(32)).decode())
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    one, two = make_desk(database=url), make_desk(database=url)
    line = Line(one)
    line.wire.send('{"type": "subscribe", "streams": ["replies"]}')
    line.wire.send('{"type": "ping"}')
    line.until("pong")

    def said(number: int) -> None:
        piece = {
            "request_id": "r1",
            "conversation_id": "c",
            "index": number,
            "text": f"{number} ",
            "last": False,
        }
        for desk in (one, two):
            if not desk.closed:
                desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/reply", piece)

    one.closed = two.closed = False
    for number in range(10):
        said(number)
    while (told := line.until("ai_response"))["index"] < 4:
        pass
    last = told["seq"]
    line.until("ai_response", index=9)  # said, and written down; the client is taken not to have read it
    one.gateway.close()
    one.closed = True
    for number in range(10, 15):
        said(number)
    line = Line(two, resume=line.welcome["socket_id"], seq=last)
    assert line.welcome["resumed"]
    indices = [line.until("ai_response")["index"] for _ in range(10)]
    said(15)
    assert indices == list(range(5, 15)) and line.until("ai_response")["index"] == 15
    seqs = [told["seq"] for told in line.told[1:]]
    assert seqs == sorted(set(seqs)) and seqs[0] > last
    line.wire.close()


def test_an_answer_that_a_killed_gateway_waited_for_ends_in_words(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEKTRA_GATEWAY_KEY", base64.b64encode(os.urandom(32)).decode())
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    one, two = make_desk(database=url), make_desk(database=url)
    one.graph.reply, one.graph.piece_s = ["a "] * 1000, 0.05
    line = Line(one, "guest")
    line.wire.send('{"type": "chat_message", "id": "q1", "text": "tell"}')
    line.until("ai_response")
    last = line.seq
    one.gateway.close()
    line = Line(two, "guest", resume=line.welcome["socket_id"], seq=last)
    end = line.until("ai_response", id="q1", last=True)
    assert end["outcome"] == "failed" and "gone" in end["message"]
    assert two.graph.goals == []  # it is not asked for a second time
    line.wire.close()
