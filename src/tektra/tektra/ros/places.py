# SPDX-License-Identifier: Apache-2.0
"""The places of a service whose answers take long: one more is refused, and whoever leaves frees theirs."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from rclpy.node import Node

from tektra.common.errors import InputError
from tektra.ros.offload import awaited

T = TypeVar("T")
#: How often it is looked whether those who wait are still there.
LOOK_S = 0.25
GONE = InputError("whoever asked is gone", "ask again")


@dataclass
class _Place:
    """`caller`: the endpoint that waits for the answer; empty where that is not known, and then nobody is taken for gone."""

    caller: bytes
    seen: bool = False
    gone: threading.Event = field(default_factory=threading.Event)


class Places:
    """On the executor's thread; the work is done in a thread of its own, one after the other."""

    def __init__(self, node: Node, service: str, most: int) -> None:
        """`service`: its full name. `most`: that are worked on or wait."""
        self._node = node
        self._replies = f"rr{service}Reply"  # as every rmw of ROS 2 calls the topic of the answers
        self._most = most
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=service.rpartition("/")[2])
        self._taken: dict[concurrent.futures.Future[object], _Place] = {}
        self._timer = node.create_timer(LOOK_S, self._look)

    async def work(self, act: Callable[[Callable[[], bool]], T]) -> T:
        """What `act(wanted)` gives, or raises; it should ask `wanted()` now and then. Raises InputError where no place is left, or when the
        caller went. To be called before anything else is awaited: it takes the request that is being answered for its own."""
        caller: bytes = getattr(self._node.executor, "request_from", b"")
        if len(self._taken) >= self._most:
            raise InputError(f"{self._most} wait for this already", "try again when one is done")
        place = _Place(caller, seen=caller in self._there())
        job: concurrent.futures.Future[T] = self._pool.submit(act, lambda: not place.gone.is_set())
        self._taken[job] = place  # type: ignore[index]
        try:
            return await awaited(self._node, job)
        except concurrent.futures.CancelledError:
            raise GONE from None
        finally:
            del self._taken[job]  # type: ignore[arg-type]

    def _look(self) -> None:
        if not self._taken:
            return
        there = self._there()
        for job, place in list(self._taken.items()):
            place.seen |= place.caller in there
            if place.seen and place.caller not in there:
                place.gone.set()
                job.cancel()  # one that waits; what is under way asks whether it is wanted

    def _there(self) -> frozenset[bytes]:
        found = self._node.get_subscriptions_info_by_topic(self._replies, no_mangle=True)
        return frozenset(bytes(known.endpoint_gid) for known in found)
