# SPDX-License-Identifier: Apache-2.0
"""Real rclpy in the test's own process, on a domain of its own."""

import itertools
import os
import random
import time
from collections.abc import Callable, Iterator

import pytest

#: What comes about soon on a quiet machine, on one whose cores are busy; whoever waits for longer than that waits in vain.
PATIENCE_S = 30.0
DOMAINS = itertools.cycle(random.sample(range(1, 200), k=199))


@pytest.fixture(scope="session", autouse=True)
def a_domain_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Before any node is made: nobody else hears these tests, and they keep nothing in the person's folders."""
    os.environ["ROS_DOMAIN_ID"] = str(next(DOMAINS))
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    os.environ.setdefault("TEKTRA_STATE", str(tmp_path_factory.mktemp("state")))
    os.environ.setdefault("ROS_LOG_DIR", str(tmp_path_factory.mktemp("ros_log")))


@pytest.fixture
def ros() -> Iterator[None]:
    """rclpy, started and ended around one test. What an earlier test has not let go of yet is in another domain: a goal sent
    to a server that is about to go would be lost."""
    import rclpy

    os.environ["ROS_DOMAIN_ID"] = str(next(DOMAINS))
    rclpy.init()
    yield
    rclpy.try_shutdown()


class Spinner:
    """Spins some nodes in the test's thread until a condition holds."""

    def __init__(self) -> None:
        from tektra.ros.executor import SteadyExecutor  # as the nodes' own processes have it

        self._executor = SteadyExecutor()
        self._nodes: list = []

    def add(self, *nodes) -> None:
        for node in nodes:
            self._nodes.append(node)
            self._executor.add_node(node)

    def remove(self, node) -> None:
        """Ends a node as the end of its process would."""
        self._nodes.remove(node)
        self._executor.remove_node(node)
        node.destroy_node()

    def until(self, condition: Callable[[], object], timeout_s: float = PATIENCE_S, what: str = "") -> object:
        """The condition's value once it is true; fails the test when that takes too long."""
        end = time.monotonic() + timeout_s
        while not (value := condition()):
            assert time.monotonic() < end, f"not within {timeout_s} s: {what or condition}"
            self._executor.spin_once(timeout_sec=0.02)
        return value

    def during(self, seconds: float) -> None:
        """Spins for a while: for what must not happen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._executor.spin_once(timeout_sec=0.02)

    def close(self) -> None:
        for node in list(self._nodes):
            self.remove(node)
        self._executor.shutdown()


@pytest.fixture
def spinner(ros: None) -> Iterator[Spinner]:
    made = Spinner()
    yield made
    made.close()


@pytest.fixture
def stranger(ros: None) -> Iterator:
    """A node in a participant of its own, as another process on the same domain has it."""
    import rclpy
    from rclpy.context import Context
    from rclpy.node import Node

    context = Context()
    rclpy.init(context=context, domain_id=int(os.environ["ROS_DOMAIN_ID"]))
    node = Node("stranger", context=context)
    yield node
    node.destroy_node()
    rclpy.shutdown(context=context)


@pytest.fixture
def matched(spinner: Spinner) -> Callable:
    """Waits until somebody hears this publisher: what it says from now on arrives."""
    return lambda publisher: spinner.until(publisher.get_subscription_count, what=publisher.topic_name)
