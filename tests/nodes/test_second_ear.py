# SPDX-License-Identifier: Apache-2.0
"""A process that the watchdog's own participant does not hear is heard by a second one, and left alone."""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rclpy.node import Node

from tektra.launch.shared_memory import FOLDER, ports_of
from tektra.ros.lateness import boot_s
from tektra.ros.pulse import ANSWER, ASK, Pulse
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
    assert watchdog._second.asks, "nothing was lost"


def test_one_that_nobody_hears_is_ended_all_the_same(spinner, watchdog, others) -> None:
    lost, _ = others
    heard_all(spinner, watchdog, others)
    os.kill(lost.pid, signal.SIGSTOP)
    spinner.until(lambda: lost.poll() is not None, 60, "it is ended")


def test_one_that_hears_the_watchdog_and_no_newcomer_is_ended(spinner, watchdog, others, monkeypatch) -> None:
    """A gate answered the watchdog as before, and heard no stop of a client that had just come, for 99 s."""
    lost, known = others
    more = subprocess.Popen([sys.executable, "-c", WELL.format(name="well")], env=dict(os.environ))
    try:
        heard_all(spinner, watchdog, (*others, more))
        monkeypatch.setattr(
            watchdog._ports, "look", lambda pid, now_s: ""
        )  # it is to be found by what it hears
        for port in ports_of(lost.pid):
            (FOLDER / f"fastdds_port{port}").unlink(missing_ok=True)
        watchdog._tries_until_s = boot_s() + 60.0  # as after a pause
        spinner.until(lambda: lost.poll() is not None, 60, "it is ended")
        assert known.poll() is None and more.poll() is None
    finally:
        more.kill()
        more.wait()


@pytest.fixture
def ear(ros):
    ear = SecondEar()
    yield ear
    ear.close()


@pytest.fixture
def is_answered(spinner, ros, ear):
    """Waits for an answer of a node that is well."""
    node = Node("asked")
    Pulse(node, ["/asked"])
    spinner.add(node)
    numbers = itertools.count(7)

    def wait() -> None:
        number, heard = next(numbers), []

        def answered() -> bool:
            ear.ask(number)
            heard.extend(ear.take())
            return any(f'"number": "{number}"' in each for each in heard)

        spinner.until(answered, 30, "an answer")

    return wait


def test_it_hears_who_answers_and_takes_part_only_while_it_asks(spinner, ear, is_answered) -> None:
    node = Node("looks")
    spinner.add(node)
    spinner.during(2.0)
    assert node.count_publishers(ASK) == 0, "it takes part though nobody has asked"
    is_answered()
    assert node.count_publishers(ASK) == 1
    ear.rest()
    spinner.until(lambda: node.count_publishers(ASK) == 0, 20, "its publisher has gone")
    assert not ear.asks and ear.take() == []
    is_answered()


def test_one_that_was_killed_is_followed_by_another(ear, is_answered) -> None:
    is_answered()
    ear._process.kill()
    ear._process.wait()
    is_answered()


def test_one_that_stands_still_holds_nobody_up_and_ends_at_last(spinner, ear, is_answered) -> None:
    is_answered()
    still = ear._process
    os.kill(still.pid, signal.SIGSTOP)
    for number in range(100_000):  # more than a pipe holds
        ear.ask(number)
    ear.rest()
    is_answered()
    assert still.poll() is None
    ear.rest()
    spinner.until(lambda: ear.take() == [] and still.poll() is not None, 20, "it is ended")


def test_it_ends_with_the_process_that_asked(ros) -> None:
    asker = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time\nfrom tektra.ros.second_ear import SecondEar\near = SecondEar()\near.ask(1)\nprint(ear._process.pid, flush=True)\ntime.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert asker.stdout is not None
    ear = int(asker.stdout.readline())
    asker.kill()
    asker.wait()
    until_s = time.monotonic() + 30
    while Path(f"/proc/{ear}/stat").exists() and " Z " not in Path(f"/proc/{ear}/stat").read_text():
        assert time.monotonic() < until_s, "it is left"
        time.sleep(0.05)
