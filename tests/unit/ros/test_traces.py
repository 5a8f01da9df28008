# SPDX-License-Identifier: Apache-2.0
"""Every hand that a request goes through writes one line with the same digits, and none with what was said."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from builtin_interfaces.msg import Time

from tektra.common.timings import Timings
from tektra.common.trace import CURRENT, id_in, new_id, trace_of, trace_of_speech
from tektra.planner.interface.intake import Intake
from tektra.ros.traces import FirstPermits, goal_told, goal_uuid, heard, traced, whole_id_of
from tektra.web.metrics import Counted
from tektra_interfaces.msg import LiveSpeech, MotionPermit


class Node:
    """Its log, line by line."""

    def __init__(self, name: str = "skills") -> None:
        self.lines: list[dict[str, Any]] = []
        self.get_name = lambda: name
        self.get_namespace = lambda: "/rover1"
        self.get_logger = lambda: SimpleNamespace(info=lambda text: self.lines.append(json.loads(text)))


def permit(goal_id: str) -> MotionPermit:
    return MotionPermit(robot="rover1", skill="drive_to", goal_id=goal_id)


def test_the_first_permit_of_each_goal_is_told_and_the_latency_of_all_counted() -> None:
    node, stage, goals = Node("driver"), Timings(), (new_id(), new_id())
    first = FirstPermits(node, stage)
    for goal in (*[goals[0]] * 50, *[goals[1]] * 50):
        first.obeyed(permit(goal), 0.002)
    assert [line["trace"] for line in node.lines] == [trace_of(goal) for goal in goals]
    assert node.lines[0] == {
        "trace": trace_of(goals[0]), "at": "driver", "did": "moved", "robot": "rover1", "skill": "drive_to", "latency_ms": 2.0,
    }  # fmt: skip
    assert stage.count == 100


def test_a_skill_is_told_from_its_beginning_to_its_end_also_when_it_fails() -> None:
    node, whole = Node(), new_id()
    handle = SimpleNamespace(goal_id=goal_uuid(whole), request=SimpleNamespace(skill="drive_to"))
    assert whole_id_of(handle.goal_id) == whole
    with pytest.raises(RuntimeError), goal_told(node, handle):
        raise RuntimeError
    assert [line["did"] for line in node.lines] == ["began", "ended"]
    assert {line["trace"] for line in node.lines} == {trace_of(whole)} and node.lines[1]["took_ms"] >= 0.0


def test_what_was_heard_and_what_the_planner_took_have_one_trace_and_no_words() -> None:
    node, asked = Node("speech_in"), []
    message = LiveSpeech(final="my secret errand", person="Ada")
    message.header.stamp = Time(sec=17, nanosec=250)
    heard(node, Timings(), message, 0.4)
    dialogue = SimpleNamespace(
        ask=lambda request, now_s: asked.append(request),
        safety=SimpleNamespace(epoch=1),
        catalogue=SimpleNamespace(robots=()),
    )
    talk = SimpleNamespace(conversation_for=lambda *_, **__: "c", earlier_words=lambda _: ())
    intake = Intake(
        dialogue, SimpleNamespace(begin=lambda _: None), talk, now_s=lambda: 1.0, active=lambda: True
    )  # type: ignore[arg-type]
    intake.heard("my secret errand", "voice", "", "Ada", "", 1.0, 0.0, trace_of_speech(17, 250))
    assert trace_of(asked[0].request_id) == node.lines[0]["trace"]
    assert "secret" not in str(node.lines) and "Ada" not in str(node.lines)


@pytest.mark.parametrize("latency_s", [-5.0, 1e9])
def test_a_latency_of_a_clock_that_was_set_is_not_counted(latency_s: float) -> None:
    stage = Timings()
    heard(Node(), stage, LiveSpeech(), latency_s)
    assert stage.count == 0


def test_what_is_asked_for_by_http_has_the_trace_that_its_answer_names() -> None:
    node, sent = Node("web"), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent.append(whole_id_of(traced(node, "/tektra/ask")))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def served() -> str:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        counted = Counted(
            app, SimpleNamespace(answered=lambda *_: None), steady_s=lambda: 0.0, clock_s=lambda: 0.0
        )  # type: ignore[arg-type]
        await counted({"type": "http", "method": "GET", "headers": []}, None, send)  # type: ignore[arg-type]
        return dict(told[0]["headers"])[b"x-trace-id"].decode()

    assert trace_of(asyncio.run(served())) == trace_of(sent[0]) == node.lines[0]["trace"]
    assert CURRENT.get() == ""


def test_steps_of_one_plan_are_goals_of_their_own_in_one_trace() -> None:
    request = new_id()
    goals = [id_in(request) for _ in range(20)]
    assert len(set(goals)) == 20 and {trace_of(goal) for goal in goals} == {trace_of(request)}
