# SPDX-License-Identifier: Apache-2.0
"""A stop reaches whoever is found shortly after it was said, and is said again by nobody else and for no longer."""

import pytest

from tektra.common.lateness import LEASE_S
from tektra.ros.said_again import AGAIN_S, LASTS_S, LOOK_S, SaidAgain


class Graph:
    """Node, publisher and clock in one. `listeners`: who listens now; `known_by`: who of them has found us."""

    def __init__(self) -> None:
        self.now_s, self.listeners, self.known_by = 100.0, 0, 0
        self.said: list[tuple[str, float]] = []
        self.heard = 0
        self.again = SaidAgain(self, self, lambda: self.now_s)

    def create_timer(self, *_: object) -> None:
        pass

    def get_subscription_count(self) -> int:
        return self.listeners

    def publish(self, message: str) -> None:
        self.said.append((message, self.now_s))
        self.heard += self.known_by

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / LOOK_S)):
            self.now_s += LOOK_S
            self.again.look()


@pytest.fixture
def graph() -> Graph:
    return Graph()


def test_a_stop_to_those_who_listen_is_said_once(graph: Graph) -> None:
    graph.listeners = graph.known_by = 5
    graph.run(20.0)
    graph.again.publish("stop")
    graph.run(30.0)
    assert [message for message, _ in graph.said] == ["stop"]


def test_whoever_is_found_shortly_after_hears_it(graph: Graph) -> None:
    graph.run(20.0)
    graph.again.publish("stop")
    graph.run(1.0)
    graph.listeners = graph.known_by = 1
    graph.run(1.0)
    graph.listeners = graph.known_by = 3
    graph.run(30.0)
    assert len(graph.said) == 3
    assert graph.heard == 4


def test_whoever_comes_much_later_is_not_stopped_by_an_old_one(graph: Graph) -> None:
    graph.run(20.0)
    graph.again.publish("stop")
    graph.run(LASTS_S + 1.0)
    graph.listeners = graph.known_by = 1
    graph.run(30.0)
    assert graph.heard == 0


@pytest.mark.parametrize("looked_before", [True, False], ids=["and looked since", "and says it at once"])
def test_who_stood_still_says_it_until_others_have_found_it_again(graph: Graph, looked_before: bool) -> None:
    """Others had lost the bridge, which had not lost them: what it said once was heard by nobody."""
    graph.listeners = graph.known_by = 5
    graph.run(20.0)
    graph.now_s += LEASE_S + 1.0
    graph.known_by = 0
    if looked_before:
        graph.again.look()
    graph.again.publish("stop")
    graph.run(2.0)
    assert graph.heard == 0
    graph.known_by = 5
    graph.run(30.0)
    assert graph.heard > 0
    assert len(graph.said) <= 1 + LASTS_S / AGAIN_S
    assert graph.said[-1][1] - graph.said[0][1] <= LASTS_S


def test_one_that_went_and_came_back_hears_it_again(graph: Graph) -> None:
    graph.listeners = graph.known_by = 5
    graph.run(20.0)
    graph.again.publish("stop")
    graph.listeners = 4
    graph.run(1.0)
    graph.listeners = 5
    graph.run(1.0)
    assert len(graph.said) == 2


def test_nothing_is_said_that_nobody_said(graph: Graph) -> None:
    graph.run(5.0)
    graph.now_s += 60.0
    graph.listeners = 9
    graph.run(30.0)
    assert graph.said == []
