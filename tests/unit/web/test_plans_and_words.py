# SPDX-License-Identifier: Apache-2.0
"""Who watches robots sees what they do, and does not read what people said."""

from typing import Any

import pytest

NONE_STAMP = {"sec": 0, "nanosec": 0}

SAID = "tell Ben that I am ill, and send rover1 to the kitchen"


def step(number: int, who: str, skill: str, arguments: str) -> dict[str, Any]:
    times = {"started": NONE_STAMP, "ended": NONE_STAMP}
    told = {
        "id": number,
        "who": who,
        "skill": skill,
        "arguments": arguments,
        "after": [],
        "status": 1,
        "message": "",
    }
    return told | times


def plan() -> dict[str, Any]:
    steps = [
        step(1, "tektra", "say", '{"text": "She is ill."}'),
        step(2, "rover1", "navigate_to", '{"place": "kitchen"}'),
    ]
    ids = {"plan_id": "p1", "request_id": "r1", "conversation_id": "c1"}
    return ids | {"text": SAID, "status": 1, "message": "", "steps": steps, "stamp": NONE_STAMP}


def told_over_rest(desk: Any, role: str) -> list[dict[str, Any]]:
    desk.until(lambda: desk.get("/plans", role).json(), "the plan is known")
    (listed,) = desk.get("/plans", role).json()
    return [listed, desk.get("/plans/p1", role).json()]


def told_over_sockets(desk: Any, role: str) -> list[dict[str, Any]]:
    """To one that is there when it changes, and to one that comes later."""
    there = desk.socket(role)
    there.until("robot_status")
    desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/plan", plan())
    told = [there.until("plan")["plan"]]
    there.wire.close()
    later = desk.socket(role)
    told.append(later.until("plan")["plan"])
    later.wire.close()
    return told


@pytest.mark.parametrize("told_over", [told_over_rest, told_over_sockets])
@pytest.mark.parametrize(
    ("role", "reads"), [("observer", False), ("guest", False), ("operator", True), ("admin", True)]
)
def test_words_are_for_those_who_may_hear_them(
    make_desk: Any, told_over: Any, role: str, reads: bool
) -> None:
    desk = make_desk()
    desk.loop.call_soon_threadsafe(desk.graph.say, "/tektra/plan", plan())
    for told in told_over(desk, role):
        assert told["text"] == (SAID if reads else "")
        own, robots = told["steps"]
        assert own["arguments"] == ({"text": "She is ill."} if reads else {})
        assert (robots["who"], robots["arguments"]) == ("rover1", {"place": "kitchen"})
