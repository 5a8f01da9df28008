# SPDX-License-Identifier: Apache-2.0
"""A service whose answers take long: it refuses when its places are taken, and whoever leaves frees theirs."""

import threading

import pytest
from rclpy.node import Node
from std_srvs.srv import Trigger

from tektra.common.errors import InputError
from tektra.ros.calls import serve, service_client
from tektra.ros.places import Places

NAME = "/tektra/slow"


class Slow(Node):
    """Answers when `go` is set; notes who was no longer wanted."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.go = threading.Event()
        self.begun: list[str] = []
        self.unwanted: list[bool] = []
        self.places = Places(self, NAME, 2)
        serve(self, Trigger, NAME, self._on_call)

    async def _on_call(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        def act(wanted) -> str:
            self.begun.append("one")
            while wanted() and not self.go.wait(0.02):
                pass
            self.unwanted.append(not wanted())
            return "done"

        try:
            response.message, response.success = await self.places.work(act), True
        except InputError as error:
            response.message = str(error)
        return response


@pytest.fixture
def slow(spinner) -> Slow:
    made = Slow()
    spinner.add(made)
    yield made
    made.go.set()


def caller(spinner, name: str):
    """A caller of its own, and what it is answered."""
    node = Node(name)
    spinner.add(node)
    client = service_client(node, Trigger, NAME)
    spinner.until(client.service_is_ready)
    return node, client.call_async(Trigger.Request())


def test_one_more_than_there_are_places_is_refused_at_once(spinner, slow: Slow) -> None:
    (_, first), (_, second) = caller(spinner, "first"), caller(spinner, "second")
    _, third = caller(spinner, "third")
    spinner.until(third.done)
    assert (third.result().success, third.result().message) == (
        False,
        "2 wait for this already: try again when one is done",
    )
    slow.go.set()
    spinner.until(lambda: first.done() and second.done())
    assert first.result().success and second.result().success


def test_whoever_leaves_frees_the_place_also_of_work_that_is_under_way(spinner, slow: Slow) -> None:
    goes, _ = caller(spinner, "goes")
    spinner.until(lambda: slow.begun)
    _, stays = caller(spinner, "stays")
    spinner.remove(goes)
    spinner.until(lambda: len(slow.begun) == 2, 10, "the next one's turn")
    assert slow.unwanted == [True]
    slow.go.set()
    spinner.until(stays.done)
    assert stays.result().success
    assert slow.unwanted == [True, False]


def test_who_waits_and_leaves_is_never_begun(spinner, slow: Slow) -> None:
    _, first = caller(spinner, "first")
    spinner.until(lambda: slow.begun)
    goes, _ = caller(spinner, "goes")
    spinner.until(lambda: len(slow.places._taken) == 2)
    spinner.remove(goes)
    spinner.until(lambda: len(slow.places._taken) == 1, 10, "its place is free")
    _, third = caller(spinner, "third")
    spinner.until(lambda: len(slow.places._taken) == 2)
    slow.go.set()
    spinner.until(lambda: first.done() and third.done())
    assert third.result().success
    assert len(slow.begun) == 2
