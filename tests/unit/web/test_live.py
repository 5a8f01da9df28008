# SPDX-License-Identifier: Apache-2.0
"""What the gateway listens to, and when: the present only while somebody looks, and never an old one for it."""

from __future__ import annotations

import asyncio

import pytest

from tektra.web.access.leases import Leases
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.live import LULL_MS, Live

PRESENT = {"/safety/state", "/*/state", "/diagnostics", "/tektra/avatar/state"}


class House:
    """A graph and what listens to it, with a clock of their own."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.graph = FakeGraph(lambda: self.now_s)
        self.live = Live(self.graph, Leases(), lambda stream, message, frame=None: None)
        self.live.start()
        self.say()

    def say(self) -> None:
        self.graph.say_robots()
        self.graph.say_safety()

    def pass_s(self, seconds: float, *, watched: bool = False) -> None:
        self.now_s += seconds
        self.live.tick(watched=watched)

    def lull(self) -> None:
        self.pass_s(LULL_MS / 1000.0 + 0.1)

    @property
    def listens_to(self) -> set[str]:
        return {pattern for pattern, _ in self.graph._heard}


@pytest.fixture
def house() -> House:
    return House()


def test_while_nobody_looks_nothing_is_listened_to_that_is_told_many_times_a_second(house: House) -> None:
    assert house.listens_to >= PRESENT
    house.lull()
    assert not house.listens_to & PRESENT
    assert {"/safety/audit", "/tektra/plan", "/*/description", "/tektra/reply"} <= house.listens_to


def test_a_socket_is_told_of_the_present_for_as_long_as_it_is_open(house: House) -> None:
    for _ in range(10):
        house.pass_s(LULL_MS / 1000.0, watched=True)
    assert house.listens_to >= PRESENT
    house.lull()
    assert not house.listens_to & PRESENT


def test_after_a_lull_nothing_old_is_told_as_the_present(house: House) -> None:
    house.lull()
    house.graph.stopped = True
    house.say()
    house.live.attend()
    assert house.live.safety().causes == ["gate_silent"]
    status = house.live.status("rover1")
    assert status is not None and not status.connected
    house.pass_s(0.1)
    house.say()
    assert house.live.safety().causes == ["operator"]
    status = house.live.status("rover1")
    assert status is not None and status.connected


def test_who_asks_after_a_lull_waits_until_gate_and_robots_were_heard(house: House) -> None:
    house.lull()

    async def ask() -> bool:
        asked = asyncio.create_task(house.live.fresh())
        await asyncio.sleep(0.05)
        early = asked.done()
        house.say()
        await asyncio.wait_for(asked, 10.0)
        return early

    assert asyncio.run(ask()) is False
    assert house.live.gate


def test_who_asks_where_no_gate_is_waits_for_a_second_and_hears_that_it_is_silent(house: House) -> None:
    house.lull()

    async def ask() -> None:
        asked = asyncio.create_task(house.live.fresh())
        await asyncio.sleep(0.05)
        assert not asked.done()
        house.now_s += 1.1
        await asyncio.wait_for(asked, 10.0)

    asyncio.run(ask())
    assert house.live.safety().stopped and not house.live.gate
