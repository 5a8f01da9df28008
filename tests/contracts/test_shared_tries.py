# SPDX-License-Identifier: Apache-2.0
"""Attempts to sign in, counted by several gateways in a real Redis, and by each alone while it is away."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tektra.web.access.limits import Attempts, Buckets, Rate
from tektra.web.access.people import ApiError
from tektra.web.access.tries import Tries
from tektra.web.backends.redis_shared import RedisShared
from tests.peers.redis_server import redis_server

#: Nothing comes back within a test, however slow it is.
SLOW = Rate(5, 1e-6)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_server(tmp_path_factory.mktemp("redis"), "--requirepass", "a secret") as url:
        yield url


@pytest.fixture
def shared(redis_url: str) -> RedisShared:
    made = RedisShared(redis_url, {"REDIS_PASSWORD": "a secret"})
    made._redis.flushall()
    return made


@pytest.fixture(autouse=True)
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, rate in (("PAIR", SLOW), ("ACCOUNT", Rate(30, 1e-6)), ("ADDRESS", Rate(30, 1e-6))):
        monkeypatch.setattr(Attempts, name, rate)


async def stored(act: Any, *args: Any) -> Any:
    return await asyncio.to_thread(act, *args)


def gateways(shared: RedisShared, number: int = 2) -> list[Tries]:
    return [Tries(Attempts(), shared, stored) for _ in range(number)]


def begin(tries: Tries, name: str = "ann", address: str = "10.0.0.1") -> bool:
    try:
        asyncio.run(tries.begin(name, address, 0.0))
    except ApiError as error:
        if error.status != 429 or error.retry_after_s <= 0.0:
            raise
        return False
    return True


def test_who_guesses_at_one_gateway_after_the_other_has_no_more_tries(shared: RedisShared) -> None:
    one, two = gateways(shared)
    assert [begin(tries) for tries in (one, two, one, two, one)] == [True] * 5
    assert not begin(one) and not begin(two) and not begin(two, "ANN")
    assert begin(two, address="10.0.0.2") and begin(one, "ben")


def test_a_right_password_gives_its_own_attempt_back_everywhere(shared: RedisShared) -> None:
    one, two = gateways(shared)
    for _ in range(20):
        assert begin(one)
        asyncio.run(two.right("ann", "10.0.0.1"))
    assert [begin(two) for _ in range(6)] == [True] * 5 + [False]


def test_an_account_and_an_address_are_guarded_across_gateways(shared: RedisShared) -> None:
    both = gateways(shared)
    assert all(begin(both[n % 2], "ann", f"10.1.0.{n}") for n in range(30))
    assert not begin(both[0], "ann", "10.2.0.1")
    assert all(begin(both[n % 2], f"name{n}", "10.3.0.1") for n in range(30))
    assert not begin(both[1], "another", "10.3.0.1")


def test_one_address_keeps_nobody_out_across_gateways(shared: RedisShared) -> None:
    both = gateways(shared)
    assert sum(begin(both[n % 2], "ann", "10.1.0.1") for n in range(100)) == 5
    assert begin(both[0], "ann", "10.2.0.1")


def test_no_try_is_lost_when_gateways_count_at_once(shared: RedisShared) -> None:
    wanted = [("raced", 50.0, 1e-6)]

    async def race() -> list[list[float]]:
        return await asyncio.gather(*(stored(shared.take_each, wanted) for _ in range(80)))

    assert sum(waits == [0.0] for waits in asyncio.run(race())) == 50


def test_redis_counts_as_memory_does(shared: RedisShared) -> None:
    kept = Buckets()
    for _ in range(4):
        (told,) = shared.take_each([("same", 3.0, 1e-6)])
        assert told == pytest.approx(kept.take("same", Rate(3.0, 1e-6), 0.0), rel=1e-3)
    shared.give_each(["same", "never seen"])
    assert shared.take_each([("same", 3.0, 1e-6), ("never seen", 3.0, 1e-6)]) == [0.0, 0.0]


def test_what_is_full_again_is_forgotten_and_nobodys_name_is_kept(shared: RedisShared) -> None:
    begin(gateways(shared, 1)[0], "ann lovelace", "10.9.9.9")
    keys = shared._redis.keys("*")
    assert len(keys) == 3 and not any("ann" in key or "10.9" in key for key in keys)
    assert all(shared._redis.pttl(key) > 0 for key in keys)
    shared.take_each([("soon", 2.0, 1000.0)])
    assert 0 < shared._redis.pttl("tektra:bucket:soon") <= 1002


def test_while_redis_is_away_each_counts_for_itself() -> None:
    away = RedisShared("redis://127.0.0.1:1/0", {})
    one, two = gateways(away)
    assert [begin(one) for _ in range(6)] == [True] * 5 + [False]
    assert begin(two)
    asyncio.run(two.right("ann", "10.0.0.1"))
