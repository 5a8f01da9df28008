# SPDX-License-Identifier: Apache-2.0
"""Requests, counted by several gateways in a real Redis, and by each alone while it is away."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2 as httpx
import pytest

from tektra.common.access import Role
from tektra.web.access import limits as rates_of
from tektra.web.access import rates
from tektra.web.access.limits import Kind, Limits, Rate
from tektra.web.access.people import ApiError
from tektra.web.access.rates import SharedRates
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.redis_shared import RedisShared
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions
from tests.peers.redis_server import redis_server

#: Nothing comes back within a test, however slow it is.
SLOW = Rate(10, 1e-6)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def shared(redis_url: str) -> RedisShared:
    made = RedisShared(redis_url, {})
    made._redis.flushall()
    return made


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates_of, "RATES", dict.fromkeys(Kind, SLOW))
    monkeypatch.setattr(rates, "TELL_S", 0.0)


class Gateway:
    """The limits of one, and what it has not told yet."""

    def __init__(self, shared: RedisShared) -> None:
        self._limits = Limits()
        self._rates = SharedRates(self._limits.buckets, shared, stored)
        self._limits.spent = self._rates.spent

    def ask(self, account: str = "ann", kind: Kind = Kind.CHAT) -> bool:
        try:
            self._limits.count(account, Role.OPERATOR, kind, 0.0)
        except ApiError as error:
            if error.status != 429 or error.retry_after_s <= 0.0:
                raise
            return False
        return True

    async def told(self) -> None:
        """Once all is told that was spent here."""
        if self._rates._telling is not None:
            await self._rates._telling


async def stored(act: Any, *args: Any) -> Any:
    return await asyncio.to_thread(act, *args)


def alive(story: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await asyncio.wait_for(story(), 30.0)

    asyncio.run(run())


def test_who_asks_one_gateway_after_the_other_may_no_more_than_at_one(shared: RedisShared) -> None:
    async def story() -> None:
        both = Gateway(shared), Gateway(shared)
        asked = []
        for number in range(30):
            asked.append(both[number % 2].ask())
            await both[number % 2].told()
        # The second learns what the first gave out with the answer to what it tells itself: one too many at most.
        assert 10 <= sum(asked) <= 11
        assert not any(asked[12:])
        assert both[0].ask("ben") and both[1].ask(kind=Kind.READ)

    alive(story)


def test_what_all_gave_out_at_once_is_owed_by_all(shared: RedisShared) -> None:
    """A burst at each of four, before any could tell: afterwards none gives out more until that is made up for."""

    async def story() -> None:
        four = [Gateway(shared) for _ in range(4)]
        given = sum(one.ask() for _ in range(10) for one in four)
        for one in four:
            await one.told()
        assert given == 40
        assert not any(one.ask() for one in four)
        (left,) = shared._redis.hvals(shared._redis.keys("*")[0])[:1]
        assert float(left) == pytest.approx(-10, abs=0.01), "no more than one burst is ever owed"

    alive(story)


def test_what_is_spent_while_it_is_told_counts(shared: RedisShared) -> None:
    async def story() -> None:
        asked = asyncio.Event()
        answer = asyncio.Event()

        async def slowly(act: Any, *args: Any) -> Any:
            got = await stored(act, *args)
            asked.set()
            await answer.wait()
            return got

        one = Gateway(shared)
        one._rates._stored = slowly
        assert one.ask()
        await asked.wait()
        given = [one.ask() for _ in range(12)]
        answer.set()
        await one.told()
        assert given == [True] * 9 + [False] * 3
        assert not one.ask()

    alive(story)


def test_no_account_is_named_and_what_is_full_again_is_forgotten(
    shared: RedisShared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates_of, "RATES", dict.fromkeys(Kind, Rate(10, 100)))

    async def story() -> None:
        one = Gateway(shared)
        one.ask("ann lovelace")
        await one.told()
        (key,) = shared._redis.keys("*")
        assert "ann" not in key and "chat" not in key
        assert 0 < shared._redis.pttl(key) <= 1020

    alive(story)


def test_a_stop_is_counted_nowhere(shared: RedisShared) -> None:
    async def story() -> None:
        one = Gateway(shared)
        assert all(one.ask(kind=Kind.STOP) for _ in range(100))
        await one.told()
        assert shared._redis.keys("*") == []

    alive(story)


def test_while_redis_is_away_each_counts_for_itself_and_asks_it_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rates, "ALONE_S", 0.0)
    tries = []

    async def story() -> None:
        one = Gateway(RedisShared("redis://127.0.0.1:1/0", {}))
        through = one._rates._stored

        async def counted(act: Any, *args: Any) -> Any:
            tries.append(act)
            return await through(act, *args)

        one._rates._stored = counted
        assert [one.ask() for _ in range(11)] == [True] * 10 + [False]
        await one.told()
        assert len(tries) == 1

    alive(story)


def test_two_real_gateways_refuse_together(
    redis_url: str, shared: RedisShared, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """By their own doors: what one account asked at the first is known at the second."""
    made = []
    for name in ("one", "two"):
        folder = tmp_path_factory.mktemp(name)
        made.append(gateway_for(WebOptions(port=0, redis=redis_url), folder, "a long enough password"))
    try:
        for one in made:
            one.open(lambda loop: FakeGraph())
        headers = [signed_in(one.url) for one in made]
        asked = [status(made[0].url, headers[0]) for _ in range(12)]
        assert asked == [200] * 10 + [429] * 2
        assert 429 in [status(made[1].url, headers[1]) for _ in range(8)]
    finally:
        for one in made:
            one.close()


def signed_in(url: str) -> dict[str, str]:
    told = {"name": "operator", "password": "a long enough password", "cookie": False}
    answer = httpx.post(f"{url}/api/v1/auth/login", json=told)
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def status(url: str, headers: dict[str, str]) -> int:
    return httpx.get(f"{url}/api/v1/robots", headers=headers).status_code
