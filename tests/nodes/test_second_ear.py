# SPDX-License-Identifier: Apache-2.0
"""A process that the watchdog's own participant does not hear is heard by a second one, and left alone."""

import os
import signal
import subprocess
import sys

import pytest
from diagnostic_msgs.msg import KeyValue
from rclpy.node import Node

from tektra.ros.pulse import ANSWER, ASK, Pulse
from tektra.ros.qos import RELIABLE
from tektra.ros.second_ear import SecondEar

WELL = """
from rclpy.node import Node
from tektra.ros import process
process.run_body(lambda: Node({name!r}), priority=0)
"""


@pytest.fixture
def others(ros):
    """Two processes that are well."""
    made = [
        subprocess.Popen([sys.executable, "-c", WELL.format(name=name)], env=dict(os.environ))
        for name in ("lost", "known")
    ]
    yield made
    for process in made:
        process.kill()
        process.wait()


@pytest.fixture
def watchdog(spinner, tmp_path, monkeypatch):
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path))
    from tektra.watchdog.node import WatchdogNode

    node = WatchdogNode()
    spinner.add(node)
    return node


def heard_all(spinner, watchdog, others) -> None:
    for process in others:
        spinner.until(lambda process=process: process.pid in watchdog._witness.pids, 60, "it is heard")


def test_one_that_only_the_second_participant_hears_is_not_ended(
    spinner, watchdog, others, monkeypatch
) -> None:
    """After a pause of the machine the gate was ended, though it heard and was heard by everybody else."""
    lost, known = others
    heard_all(spinner, watchdog, others)
    own = f'"pid": {lost.pid},'
    subscription = next(each for each in watchdog.subscriptions if each.topic_name.endswith(ANSWER))
    monkeypatch.setattr(
        subscription,
        "callback",
        lambda answer: None if own in answer.value else watchdog._on_answer(answer),
    )
    spinner.during(14.0)
    assert lost.poll() is None, "it was ended, though it is well"
    assert known.poll() is None
    assert watchdog._second is not None, "nothing was lost"


def test_one_that_nobody_hears_is_ended_all_the_same(spinner, watchdog, others) -> None:
    lost, _ = others
    heard_all(spinner, watchdog, others)
    os.kill(lost.pid, signal.SIGSTOP)
    spinner.until(lambda: lost.poll() is not None, 60, "it is ended")


def test_it_hears_who_answers_and_closes_at_once(spinner, ros) -> None:
    node = Node("asked")
    Pulse(node, ["/asked"])
    spinner.add(node)
    ear, heard = SecondEar(), []

    def answered() -> bool:
        ear.ask(7)
        heard.extend(ear.take())
        return any('"number": "7"' in each for each in heard)

    spinner.until(answered, 20, "an answer")
    ear.close()
    publisher = node.create_publisher(KeyValue, ASK, RELIABLE)
    spinner.until(lambda: node.count_publishers(ASK) == 1, 20, "its publisher has gone")
    node.destroy_publisher(publisher)
