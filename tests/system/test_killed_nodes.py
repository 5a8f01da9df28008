# SPDX-License-Identifier: Apache-2.0
"""Any process may be killed at any moment: what moves stands, the process comes back, and the next request works.

One stack is shared; each test kills one process while rover1 drives, by the simulator's own pose and clock. The planner
is real but for its model, whose answers are given: what is tried here is not how well a small model reads.
"""

import json
import math
import os
import signal

import pytest

#: The rover stands within this after its node was killed, by the simulator's clock.
STANDING_S = 0.3
PLACES = {"living_room": (5.7, 2.0), "bedroom": (3.9, 8.0)}
MOVES_ROVER1 = ("safety", "rover1/driver", "rover1/skills")
OTHERS = (
    "rover2/driver",
    "rover2/skills",
    "arm1/driver",
    "arm1/skills",
    "planner",
    "speech_in",
    "speech_out",
    "vision",
    "avatar",
    "bridge",
    "web",
)


@pytest.fixture(scope="module")
def running(start_for_all, model_that_says, plan):
    script = [["turn left 40", plan("It turns.", ("rover1", "turn", {"angle_deg": 40}))]]
    script += [[place, plan("It goes.", ("rover1", "navigate_to", {"place": place}))] for place in PLACES]
    return start_for_all(*model_that_says(script), "camera:=opencv", "camera_source:=clip-carphone")


@pytest.fixture(scope="module")
def person(running, meet):
    return meet(running)


@pytest.fixture
def driving(person):
    """rover1 on a long way; the result of the request that sent it."""
    here = person.truth.body("rover1")
    far = max(PLACES, key=lambda name: here.distance_m(*PLACES[name]))
    result = person.begin(f"rover1 go to {far}")
    person.under_way()
    return result


def kill(running, name: str) -> None:
    os.kill(running.pids[name], signal.SIGKILL)


def comes_back(running, person, name: str, starts: int) -> None:
    """The process was started again, and everything is as it should be."""
    person.until(lambda: running.starts(name) > starts, f"{name} started again")

    def ready() -> bool:
        status = running.cli("status", "--json")
        return status.returncode == 0 and json.loads(status.stdout)["ready"]

    person.until(ready, f"all ready after {name} was killed")


def works_again(person) -> None:
    before = person.truth.body("rover1").yaw_rad
    answer = person.ask("rover1 turn left 40 degrees")
    assert answer.outcome == answer.OUTCOME_DONE, answer.message
    turned = math.remainder(person.truth.body("rover1").yaw_rad - before, math.tau)
    assert math.degrees(turned) == pytest.approx(40.0, abs=5.0)


@pytest.mark.parametrize("name", MOVES_ROVER1)
def test_a_killed_node_of_the_body_leaves_the_rover_standing_and_comes_back(
    name, running, person, driving
) -> None:
    starts, t_s = running.starts(name), person.truth.now.t_s
    kill(running, name)
    assert person.stopping_time_s("rover1", t_s) <= STANDING_S
    answer = person.end_of(driving)
    # The planner gives up what the gate does not watch over: canceled, when it is quicker than the skill's own end.
    assert answer.outcome in (answer.OUTCOME_FAILED, answer.OUTCOME_CANCELED) and answer.message, answer
    comes_back(running, person, name, starts)
    person.nothing_moves_for(0.5)
    works_again(person)


@pytest.mark.parametrize("name", OTHERS)
def test_a_killed_node_that_moves_nothing_comes_back_and_the_next_request_works(
    name, running, person, driving
) -> None:
    starts = running.starts(name)
    kill(running, name)
    if name == "planner":
        # Whoever asked hears nothing more; the goal it had sent ends by itself, at its place.
        person.until(lambda: person.truth.body("rover1").standing, "the rover at its place")
    else:
        answer = person.end_of(driving)
        assert answer.outcome == answer.OUTCOME_DONE, answer.message
    comes_back(running, person, name, starts)
    works_again(person)


def test_a_killed_simulator_is_a_lost_robot_that_comes_back(running, person, driving, meet) -> None:
    starts = running.starts("sim")
    kill(running, "sim")
    answer = person.end_of(driving)
    assert answer.outcome == answer.OUTCOME_FAILED and answer.message
    comes_back(running, person, "sim", starts)
    works_again(meet(running))


def test_a_frozen_gate_leaves_the_rover_standing(running, person, driving, meet) -> None:
    somebody = meet(running)
    somebody.under_way()
    t_s, gate = somebody.truth.now.t_s, running.pids["safety"]
    os.kill(gate, signal.SIGSTOP)
    try:
        assert somebody.stopping_time_s("rover1", t_s) <= STANDING_S
        assert person.end_of(driving).outcome == "failed"
    finally:
        os.kill(gate, signal.SIGCONT)
    somebody.until(
        lambda: "heartbeat" in running.cli("status", "--json").stdout, "a gate that knows that it hung"
    )
    somebody.until(
        lambda: running.cli("reset").returncode == 0, "a reset, once its heartbeat is in time again"
    )
    comes_back(running, somebody, "safety", running.starts("safety") - 1)
    somebody.nothing_moves_for(1.0)
    works_again(somebody)
