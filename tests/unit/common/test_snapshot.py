# SPDX-License-Identifier: Apache-2.0
"""What `tektra status` says, and when `tektra up` calls everything ready."""

import json
from dataclasses import replace

import pytest

from tektra.common.run_record import ProcessRecord, RunRecord
from tektra.common.snapshot import NodeStatus, RobotStatus, SafetyStatus, Snapshot
from tektra.common.unseen import unseen

PLANNER = NodeStatus("/tektra/planner", True, "active", "ok", "running", 0.4)
DRIVER = NodeStatus("/rover1/driver", level="ok", message="no permit", age_s=0.2)
ROVER = RobotStatus(
    "rover1", "rover", ["move", "turn"], connected=True, battery=0.97, x_m=1.0, y_m=2.0, age_s=0.02
)
CLEAR = SafetyStatus(False, 2, [], 0.01)
WELL = Snapshot([DRIVER, PLANNER], [ROVER], CLEAR)
EXPECTED = ["/rover1/driver", "/tektra/planner"]


def test_all_well_has_no_problems() -> None:
    assert WELL.problems(EXPECTED) == {}
    assert WELL.as_json()["ready"] is True


@pytest.mark.parametrize(
    ("snapshot", "name", "why"),
    [
        (replace(WELL, safety=None), "/safety", "no heartbeat"),
        (replace(WELL, safety=replace(CLEAR, age_s=2.0)), "/safety", "no heartbeat"),
        (replace(WELL, nodes=[DRIVER]), "/tektra/planner", "not there yet"),
        (
            replace(WELL, nodes=[DRIVER, replace(PLANNER, lifecycle="unconfigured", message="no model")]),
            "/tektra/planner",
            "unconfigured: no model",
        ),
        (
            replace(WELL, nodes=[DRIVER, replace(PLANNER, lifecycle=None, message="")]),
            "/tektra/planner",
            "busy",
        ),
        (replace(WELL, nodes=[replace(DRIVER, age_s=None), PLANNER]), "/rover1/driver", "silent"),
        (replace(WELL, nodes=[replace(DRIVER, age_s=9.0), PLANNER]), "/rover1/driver", "silent"),
        (replace(WELL, robots=[]), "/rover1/driver", "no link to the robot"),
        (
            replace(WELL, robots=[replace(ROVER, connected=False, fault="refused")]),
            "/rover1/driver",
            "no link to the robot: refused",
        ),
    ],
)
def test_what_is_missing_is_named_with_its_reason(snapshot: Snapshot, name: str, why: str) -> None:
    assert snapshot.problems(EXPECTED) == {name: why}


def test_a_look_ends_when_all_that_was_started_is_known_and_well() -> None:
    whole = replace(WELL, expected=frozenset(EXPECTED))
    assert whole.whole
    assert replace(whole, nodes=[*whole.nodes, NodeStatus("/rviz")]).whole
    unheard = replace(PLANNER, age_s=None, sign_s=0.1)  # the watchdog hears it, this command does not yet
    for lacking in (
        WELL,  # nobody says what there should be
        replace(whole, safety=None),
        replace(whole, robots=[]),
        replace(whole, nodes=[DRIVER]),
        replace(whole, nodes=[DRIVER, unheard]),
        replace(whole, nodes=[DRIVER, replace(PLANNER, lifecycle="unconfigured")]),
    ):
        assert not lacking.whole


def test_other_nodes_of_the_domain_are_shown_but_not_judged() -> None:
    other = NodeStatus("/rviz")
    assert Snapshot([other]).running is False
    seen = replace(WELL, nodes=[*WELL.nodes, other])
    assert seen.problems(EXPECTED) == {}
    assert "/rviz            not ours" in seen.as_text()


def test_nothing_runs_when_nothing_was_found() -> None:
    assert not Snapshot().running
    assert Snapshot().as_json()["ready"] is False


def test_json_can_be_written_and_has_every_part() -> None:
    read = json.loads(json.dumps(WELL.as_json()))
    assert [node["name"] for node in read["nodes"]] == ["/rover1/driver", "/tektra/planner"]
    assert read["nodes"][1]["lifecycle"] == "active"
    assert read["robots"][0]["skills"] == ["move", "turn"]
    assert read["safety"] == {
        "stopped": False,
        "epoch": 2,
        "causes": [],
        "age_s": 0.01,
        "pending": [],
        "alone": {},
    }


def test_people_read_one_line_each() -> None:
    text = WELL.as_text()
    assert "safety: clear" in text
    assert "/tektra/planner  active" in text
    assert "rover1 (rover): standing at (1.00, 2.00) m, battery 97%; skills: move, turn" in text


def test_a_robot_of_whose_driver_alone_something_is_known_is_not_said_to_be_nowhere() -> None:
    assert "\nrover1: unknown: " in replace(WELL, robots=[]).as_text()
    unheard = unseen(
        RunRecord([replace(process(), nodes=["/rover1/driver"])], {"/rover1/driver": 1.6}), set()
    )
    assert "\nrover1: unknown: " in Snapshot(unheard, [], CLEAR).as_text()
    assert "no robot has announced itself" in Snapshot([PLANNER], [], CLEAR).as_text()


def test_a_stop_and_its_way_out_are_told() -> None:
    text = replace(WELL, safety=replace(CLEAR, stopped=True, causes=["voice"])).as_text()
    assert "STOPPED (voice)" in text
    assert "tektra reset" in text


def test_a_silent_gate_is_never_shown_as_clear() -> None:
    assert "NO HEARTBEAT" in replace(WELL, safety=replace(CLEAR, age_s=0.6)).as_text()


def test_a_robot_that_is_stopped_alone_is_told_and_how_to_release_it() -> None:
    text = replace(WELL, safety=replace(CLEAR, alone={"rover1": ["collision"]})).as_text()
    assert "safety: clear" in text
    assert "rover1 is stopped alone (collision); `tektra reset rover1` ends it" in text


def test_what_a_reset_waits_for_is_told() -> None:
    stopped = SafetyStatus(True, 3, ["operator", "sensor"], 0.01, pending=["sensor"])
    text = replace(WELL, safety=stopped).as_text()
    assert "STOPPED (operator, sensor), epoch 3; `tektra reset` ends it, once this has ended: sensor" in text


def process(**fields) -> ProcessRecord:
    return ProcessRecord(
        "planner", ["/tektra/planner"], **{"phase": "running", "pid": 7, "starts": 1, **fields}
    )


@pytest.mark.parametrize(
    ("process", "sign_s", "why"),
    [
        (process(phase="ended", why_down="exit code 2: error: x"), None, "left down: exit code 2: error: x"),
        (process(phase="waiting"), None, "it has ended, and is being started again (start 2)"),
        (process(), 9.0, "its process (pid 7) runs, but gave no sign for 9 s: it is deaf or hangs"),
        (process(), None, "unknown: its process (pid 7) runs, but was not heard yet"),
    ],
)
def test_a_node_that_should_be_there_and_is_not_seen_is_told_with_its_remedy(
    process, sign_s, why: str
) -> None:
    record = RunRecord([process], {} if sign_s is None else {"/tektra/planner": sign_s})
    snapshot = replace(WELL, nodes=[DRIVER, *unseen(record, {"/rover1/driver"})])
    assert snapshot.problems() == {"/tektra/planner": why}
    assert why.removeprefix("unknown: ") in snapshot.as_text()
    assert ("NOT SEEN" in snapshot.as_text()) == (not why.startswith("unknown"))
    assert "remedy: " in snapshot.as_text()
    assert unseen(record, {"/tektra/planner"}) == []


def test_a_gate_that_does_not_confirm_a_stop_is_never_shown_as_clear() -> None:
    held = replace(ROVER, halt_reason="stop heard, which the gate does not confirm")
    snapshot = replace(WELL, robots=[held])
    assert "safety: DEAF: it does not confirm the stop that rover1 heard" in snapshot.as_text()
    assert snapshot.problems() == {"/safety": "does not confirm the stop that rover1 heard"}


def test_whom_the_watchdog_hears_is_well_though_this_command_does_not_see_it() -> None:
    record = RunRecord(
        [process(), ProcessRecord("safety", ["/safety"], "running", 8, 1)],
        {"/tektra/planner": 2.0, "/safety": 1.0},
    )
    snapshot = replace(WELL, nodes=[DRIVER, *unseen(record, {"/rover1/driver"})])
    assert snapshot.problems() == {}
    assert "/tektra/planner  unknown: it gave the watchdog a sign 2.0 s ago" in snapshot.as_text()
    assert snapshot.problems(EXPECTED) == {"/tektra/planner": "not there yet"}, (
        "that all is ready is for who sees it"
    )
    assert replace(snapshot, safety=None).as_text().startswith("safety: UNKNOWN")
