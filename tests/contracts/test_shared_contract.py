# SPDX-License-Identifier: Apache-2.0
"""What gateways know in common, in a real Redis and in a database: no change is lost, and two gateways agree."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tektra.common.access import Role
from tektra.common.errors import BackendError
from tektra.web.access.leases import SILENT_S, Leases
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.access.shared import Common, Shared
from tektra.web.access.tickets import Tickets
from tektra.web.backends.redis_shared import RedisShared
from tektra.web.backends.sql_shared import SqlShared
from tektra.web.backends.sql_store import SqlStore
from tests.peers.redis_server import redis_server

ANN, BEN = (SignedInPerson(f"id-{name}", name, Role.OPERATOR, "s", 1e12) for name in ("ann", "ben"))


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis"), "--requirepass", "a secret") as url:
        yield url


@pytest.fixture(params=["redis", "database"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Makes one more gateway's way to what is shared."""
    stores: list[SqlStore] = []

    def made() -> Shared:
        if request.param == "redis":
            return RedisShared(request.getfixturevalue("redis_url"), {"REDIS_PASSWORD": "a secret"})
        stores.append(SqlStore("", tmp_path / "shared.sqlite"))
        stores[-1].connect()
        return SqlShared(stores[-1])

    yield made
    for store in stores:
        store.close()


async def stored(act: Any, *args: Any) -> Any:
    return await asyncio.to_thread(act, *args)


def test_a_text_is_replaced_by_whoever_read_the_newest(make: Any, request: pytest.FixtureRequest) -> None:
    name = f"texts {request.node.name}"[:32]
    one, two = make(), make()
    assert one.read(name) == (0, "")
    assert one.swap(name, 0, "first")
    assert not two.swap(name, 0, "also first")
    version, text = two.read(name)
    assert text == "first"
    assert two.swap(name, version, "second: ä \n 'x'")
    assert not one.swap(name, version, "lost")
    assert one.read(name)[1] == "second: ä \n 'x'"


def test_what_one_keeps_another_takes_once_and_in_time(make: Any) -> None:
    one, two, name = make(), make(), f"kept {os.urandom(4).hex()}"
    assert two.take(name) == ""
    one.keep(name, "old", time.time() + 60.0)
    one.keep(name, "new: ä 'x'", time.time() + 60.0)
    assert two.take(name) == "new: ä 'x'"
    assert one.take(name) == two.take(name) == ""
    one.keep(name, "gone", time.time() + 0.05)
    time.sleep(0.1)
    assert two.take(name) == ""


def test_no_change_is_lost_when_two_gateways_change_at_once(make: Any) -> None:
    class Count:
        value = 0

        def dump(self) -> str:
            return str(self.value)

        def load(self, text: str) -> None:
            self.value = int(text or 0)

        def more(self) -> int:
            self.value += 1
            return self.value

    name = f"count {os.urandom(4).hex()}"
    told: list[int] = []

    def gateway(shared: Shared) -> None:
        async def work() -> None:
            common, count = Common(shared, stored), Count()
            for _ in range(20):
                told.append(await common.change(name, count, count.more))

        asyncio.run(work())

    threads = [threading.Thread(target=gateway, args=(way,)) for way in (make(), make())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == list(range(1, 41))


def test_one_robot_has_one_holder_at_all_gateways(make: Any) -> None:
    async def work() -> None:
        one, two = Common(make(), stored), Common(make(), stored)
        here, there = Leases(), Leases()
        await one.change("leases", here, lambda: here.take("rover1", ANN, 100.0))
        await two.change("leases", there, lambda: there.ask("rover1", BEN, 101.0))
        with pytest.raises(ApiError, match="held by ann"):
            there.require("rover1", BEN)
        await one.change("leases", here, lambda: here.heard(ANN.account_id, 108.0))
        assert here.of("rover1").asked_by == ["ben"]
        assert await two.change("leases", there, lambda: there.expire(108.0 + SILENT_S)) == []
        # The gateway of the holder is killed: nobody hears of him any more.
        await two.change("leases", there, lambda: there.expire(109.0 + SILENT_S))
        there.require("rover1", BEN)
        await two.change("leases", there, lambda: there.take("rover1", BEN, 120.0))
        with pytest.raises(ApiError, match="held by ben"):
            await one.change("leases", here, lambda: here.hand_over("rover1", ANN, "x", "x", 121.0))
        await one.change("leases", here, lambda: here.release("rover1", BEN))

    asyncio.run(work())


def test_a_ticket_of_one_gateway_opens_one_socket_at_one_other(make: Any) -> None:
    async def work() -> None:
        one, two = Common(make(), stored), Common(make(), stored)
        here, there = Tickets(), Tickets()
        ticket = await one.change("tickets", here, lambda: here.make(ANN, 100.0))
        opened = await asyncio.gather(
            one.change("tickets", here, lambda: here.redeem(ticket, 101.0)),
            two.change("tickets", there, lambda: there.redeem(ticket, 101.0)),
            return_exceptions=True,
        )
        assert sorted(map(type, opened), key=str) == sorted((SignedInPerson, ApiError), key=str)
        assert ANN in opened

    asyncio.run(work())


def test_a_redis_that_is_gone_or_asks_for_another_password_is_told(redis_url: str, tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="REDIS_PASSWORD"):
        RedisShared(redis_url, {"REDIS_PASSWORD": "wrong"}).read("leases")
    with pytest.raises(BackendError, match="Redis failed"):
        RedisShared(f"unix://{tmp_path / 'nobody'}", {}).swap("leases", 0, "")
