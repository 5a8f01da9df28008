# SPDX-License-Identifier: Apache-2.0
"""What a process of the mind tells the watchdog while its own thread loads, or hangs."""

import json
import os
import signal
import subprocess
import sys

import pytest
from diagnostic_msgs.msg import KeyValue
from rclpy.node import Node
from std_msgs.msg import Empty

from tektra.common.lateness import LEASE_S
from tektra.ros.known_again import KnownAgain
from tektra.ros.lateness import boot_s
from tektra.ros.pulse import ANSWER, ASK, Pulse, found
from tektra.ros.qos import RELIABLE, SIGNS

#: Once it is told to, it loads for 2 s with the interpreter held, as llama.cpp does, and hangs thereafter.
LOADS_AND_HANGS = """
import ctypes, time
from std_msgs.msg import Empty
from tektra.ros import process
from tektra.ros.mind import MindNode

class Loads(MindNode):
    def __init__(self):
        super().__init__("loads")

    def activated(self):
        self.create_subscription(Empty, "/load", self.load, 10)

    def load(self, _):
        with self.loading():
            print("loads", flush=True)
            ctypes.PyDLL(None).usleep(2_000_000)
        print("hangs", flush=True)
        time.sleep(600.0)

process.run_mind(Loads)
"""


@pytest.fixture
def loads(ros):
    process = subprocess.Popen(
        [sys.executable, "-c", LOADS_AND_HANGS], stdout=subprocess.PIPE, env=dict(os.environ)
    )
    yield process
    process.kill()
    process.communicate()


def test_it_tells_that_it_loads_before_it_falls_silent_and_that_time_is_no_idleness(spinner, loads) -> None:
    node, told = Node("asks"), []
    asks = node.create_publisher(KeyValue, ASK, RELIABLE)
    node.create_subscription(KeyValue, ANSWER, lambda answer: told.append(json.loads(answer.value)), SIGNS)
    number = iter(range(1, 1000))
    node.create_timer(0.2, lambda: asks.publish(KeyValue(key="watchdog", value=str(next(number)))))
    spinner.add(node)
    load = node.create_publisher(Empty, "/load", 10)
    spinner.until(lambda: told and not told[-1]["starting"], 60, "it runs")
    spinner.until(load.get_subscription_count, 20, "it hears what it is told")
    before = len(told)
    load.publish(Empty())
    loading = lambda: [sign for sign in told[before:] if sign["starting"]]  # noqa: E731
    spinner.until(loading, 20, "it tells that it loads")
    assert loading()[0]["idle_s"] < 1.0
    spinner.until(lambda: told[-1]["idle_s"] > 0.0 and not told[-1]["starting"], 30, "it hangs")
    assert told[-1]["idle_s"] < 1.9, "the time of the loading counted"
    spinner.until(lambda: told[-1]["idle_s"] > 2.5, 20, "it is idle")
    assert not told[-1]["starting"]


def test_each_tells_whom_it_has_found_on_the_graph(spinner, loads) -> None:
    node, told = Node("asks"), []
    asks = node.create_publisher(KeyValue, ASK, RELIABLE)
    node.create_subscription(KeyValue, ANSWER, lambda answer: told.append(json.loads(answer.value)), SIGNS)
    node.create_timer(0.2, lambda: asks.publish(KeyValue(key="watchdog", value="1")))
    Pulse(node, ["/asks"])
    spinner.add(node)
    spinner.until(lambda: any(sign["pid"] == loads.pid for sign in told), 60, "it answers")
    spinner.during(1.0)
    (theirs, *_) = [sign for sign in reversed(told) if sign["pid"] == loads.pid]
    own, others = found(node)
    assert own and theirs["mark"] and own != theirs["mark"]
    assert {own, theirs["mark"]} == set(theirs["found"]) == others
    loads.kill()
    loads.wait()
    spinner.until(lambda: found(node)[1] == {own}, 30, "who is gone is not found")


class Graph:
    """Counts what is made and taken away."""

    def __init__(self) -> None:
        self.made, self.gone = 0, 0

    def create_timer(self, *_: object) -> None:
        pass

    def create_publisher(self, *_: object) -> object:
        self.made += 1
        return object()

    def destroy_publisher(self, _: object) -> None:
        self.gone += 1


def test_after_a_pause_and_only_then_the_graph_is_told_twice_whose_node_it_is() -> None:
    graph = Graph()
    known = KnownAgain(graph)
    now_s = boot_s()
    for step in range(400):
        known.look(now_s + 0.5 * step)
    assert (graph.made, graph.gone) == (0, 0)
    now_s += 0.5 * 400 + LEASE_S + 1.0  # stood still
    for step in range(60):
        known.look(now_s + 0.5 * step)
        assert (graph.made, graph.gone) == (int(step >= 6), int(step >= 16))


PAUSED = """
from rclpy.node import Node
from tektra.ros import process
process.run_body(lambda: Node({name!r}), priority=0)
"""


def test_after_a_pause_of_all_each_is_known_by_name_again(spinner, ros) -> None:
    """Of twelve processes each had lost up to eleven names, for ever."""
    names = [f"paused{number}" for number in range(4)]
    made = [
        subprocess.Popen([sys.executable, "-c", PAUSED.format(name=name)], env=dict(os.environ))
        for name in names
    ]
    node = Node("looks")
    spinner.add(node)
    spinner.until(lambda: {*names} <= {*node.get_node_names()}, 60, "all are known")
    try:
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for process in made:
                process.send_signal(number)
            spinner.during(LEASE_S + 4.0 if number == signal.SIGSTOP else 4.0)
        spinner.until(lambda: {*names} <= {*node.get_node_names()}, 30, "all are known again")
        infos = lambda: node.get_publishers_info_by_topic(ANSWER)  # noqa: E731
        spinner.until(
            lambda: {*names} <= {info.node_name for info in infos()}, 30, "whose publisher is whose"
        )
    finally:
        for process in made:
            process.kill()
            process.wait()
