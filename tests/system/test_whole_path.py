# SPDX-License-Identifier: Apache-2.0
"""The whole path: spoken words move a robot, a stop stops everything, and the end leaves nothing behind."""

import json
import math
import os
from array import array
from pathlib import Path

import pytest

from tektra.cli.demo.stack import left_in_shm, shared_memory
from tektra.cli.demo.truth import moved_together_s
from tektra.common import models


@pytest.fixture(scope="module")
def running(start_for_all):
    return start_for_all("camera:=opencv", "camera_source:=clip-bikes")


@pytest.fixture(scope="module")
def person(running, meet):
    return meet(running)


def test_a_recording_of_a_person_moves_rover1_ten_metres(person) -> None:
    from tektra.ros.qos import AUDIO, LATCHED
    from tektra_interfaces.msg import AudioChunk, Plan

    samples = array("h")
    samples.frombytes(models.path("goforward").read_bytes())
    samples += array("h", bytes(2 * 2 * 16_000))
    plans: list[Plan] = []
    person.node.create_subscription(Plan, "/tektra/plan", plans.append, LATCHED)
    microphone = person.node.create_publisher(AudioChunk, "/humans/voices/default/audio", AUDIO)
    person.until(microphone.get_subscription_count, "somebody who listens")
    before = person.truth.body("rover1")
    for index, start in enumerate(range(0, len(samples), 512)):
        chunk = AudioChunk(sequence=index, sample_rate=16_000, channels=1, data=samples[start : start + 512])
        chunk.stamp = person.node.get_clock().now().to_msg()
        microphone.publish(chunk)
        person.until(lambda: True, "")
    person.until(lambda: plans and plans[-1].status == Plan.SUCCEEDED, "a plan that succeeded", 120.0)
    assert [(step.who, step.skill) for step in plans[-1].steps] == [("rover1", "move")]
    assert person.truth.body("rover1").distance_m(before.x_m, before.y_m) == pytest.approx(10.0, abs=0.15)


def test_one_request_moves_both_rovers_at_once(person) -> None:
    t_s = person.truth.now.t_s
    answer = person.ask("rover1 go to the kitchen while rover2 goes to the hall")
    assert answer.outcome == answer.OUTCOME_DONE, answer.message
    assert moved_together_s(person.truth.since(t_s), ("rover1", "rover2")) > 1.0
    assert person.truth.body("rover1").distance_m(12.2, 1.9) < 0.25
    assert person.truth.body("rover2").distance_m(7.2, 5.6) < 0.25


@pytest.mark.parametrize(
    "text, named",
    [("rover9 go to the kitchen", "rover9"), ("rover1 go to the swimming pool", "swimming pool")],
)
def test_what_is_not_there_is_refused_by_its_name(text: str, named: str, person) -> None:
    answer = person.ask(text)
    # The model may say itself that it knows no such thing; otherwise the checks do.
    assert answer.outcome in (answer.OUTCOME_REFUSED, answer.OUTCOME_ANSWERED), answer
    assert named in answer.message.lower() + answer.reply.lower()


def test_what_is_seen_can_be_asked_for(person) -> None:
    from tektra.ros.qos import LATCHED
    from tektra_interfaces.msg import Scene

    scenes: list[Scene] = []
    person.node.create_subscription(Scene, "/tektra/vision/scene", scenes.append, LATCHED)
    person.until(lambda: scenes and scenes[-1].objects, "something seen")
    answer = person.ask("what do you see?")
    names = {entry.class_id for scene in scenes for entry in scene.objects}
    assert any(name in answer.reply for name in names), (answer.reply, names)


def test_a_stop_stops_both_is_told_and_its_reset_starts_nothing(person) -> None:
    from std_msgs.msg import Empty

    result = person.begin("rover1 go to the bedroom while rover2 goes to the kitchen")
    person.under_way("rover1")
    person.under_way("rover2")
    person.stop.publish(Empty())
    person.until(
        lambda: all(person.truth.body(robot).standing for robot in ("rover1", "rover2")), "a stand", 5.0
    )
    assert person.end_of(result).outcome in ("failed", "canceled")
    refused = person.ask("rover1 go to the bedroom")
    assert refused.outcome == refused.OUTCOME_REFUSED and "stop" in refused.message.lower()
    person.until(lambda: person.reset().success, "a reset: their drivers tell that they stand, too", 5.0)
    person.nothing_moves_for(2.0)
    assert person.ask("rover1 turn right 30 degrees").outcome == "done"


def test_a_spoken_stop_needs_no_model(person) -> None:
    result = person.begin("rover1 go to the bedroom")
    person.under_way()
    answer = person.ask("stop!")
    person.until(lambda: person.truth.body("rover1").standing, "a stand", 5.0)
    assert person.end_of(result).outcome in ("failed", "canceled"), answer
    assert person.safety[-1].stopped
    person.until(lambda: person.reset().success, "a reset: its driver tells that it stands, too", 5.0)


def test_status_lists_nodes_robots_and_safety(running) -> None:
    done = running.cli("status", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    status = json.loads(done.stdout)
    lifecycles = {node["name"]: node["lifecycle"] for node in status["nodes"]}
    for name in ("planner", "speech_in", "speech_out", "vision", "avatar", "bridge"):
        assert lifecycles[f"/tektra/{name}"] == "active"
    assert {robot["name"] for robot in status["robots"]} == {"rover1", "rover2", "arm1"}
    assert status["safety"]["stopped"] is False and math.isfinite(status["safety"]["epoch"])


def test_ctrl_c_leaves_no_process_and_no_shared_memory(running, person) -> None:
    pids = list(running.pids.values())
    # Not what this test's own process holds: whoever talks to it maps that, too.
    shared = set().union(*(shared_memory(pid) for pid in pids)) - shared_memory(os.getpid())
    assert running.end(60.0) == 0, running.log[-3000:]
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert "SIGKILL" not in running.log
    assert not left_in_shm(shared)
