# SPDX-License-Identifier: Apache-2.0
"""What the routes and the socket share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from tektra.common.areas import Area, SlowArea
from tektra.common.graph import Graph
from tektra.common.lateness import LATE_S
from tektra.common.world import World
from tektra.web.access.commands import Commands
from tektra.web.access.leases import Leases
from tektra.web.access.limits import Attempts, Limits
from tektra.web.access.passwords import Passwords
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.access.rates import SharedRates
from tektra.web.access.sessions import Sessions, Store
from tektra.web.access.shared import Common, Shared, SharedBuckets
from tektra.web.access.tickets import Tickets
from tektra.web.access.tries import Tries
from tektra.web.client import Client
from tektra.web.ears import Ears
from tektra.web.facts import Facts
from tektra.web.figures.folder import Figures
from tektra.web.live import Live
from tektra.web.live_media import Tell
from tektra.web.metrics import Metrics
from tektra.web.models.robots import Lease
from tektra.web.options import WebOptions
from tektra.web.persons import Persons, PersonStore
from tektra.web.pulling import Pulls
from tektra.web.recordings import Recordings
from tektra.web.socket.messages import LeaseOut
from tektra.web.socket.voices import Voices

P = ParamSpec("P")
T = TypeVar("T")
#: Passwords that are checked or wait for it; two threads do it.
MOST_HASHES = 32
HOLDS, HOLDS_TYPE = "/tektra/robot_holds", "tektra_interfaces/msg/RobotHolds"


@dataclass
class Parts:
    """All on one event loop. `clock_s`: seconds since the epoch; `steady_s`: a clock that only goes forward."""

    options: WebOptions
    graph: Graph
    store: Store
    sessions: Sessions
    passwords: Passwords
    client: Client
    live: Live
    leases: Leases
    tickets: Tickets
    world: World | None
    persons: Persons
    people_store: PersonStore
    recordings: Recordings
    figures: Figures
    #: How Tektra speaks.
    manners_file: Path
    clock_s: Callable[[], float]
    steady_s: Callable[[], float]
    #: Says something to every socket that hears the stream.
    tell: Tell
    metrics: Metrics
    #: Opens /metrics; empty: nothing does but a role.
    metrics_token: str = ""
    #: True where the page is reached by https: by TLS here, or a proxy in front.
    secure: bool = False
    #: Where robots may be, and where slowly.
    zones: Sequence[Area | SlowArea] = ()
    limits: Limits = field(default_factory=Limits)
    attempts: Attempts = field(default_factory=Attempts)
    commands: Commands = field(default_factory=Commands)
    #: What gateways of one database, or one Redis, share; None: this one is alone.
    shared: Shared | None = None
    #: Where requests, and attempts to sign in, are counted together; None: here.
    buckets: SharedBuckets | None = None
    # The store has one thread, so that its calls come one at a time; passwords have their own.
    store_pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "web store"))
    password_pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "web password"))

    def __post_init__(self) -> None:
        self.common = Common(self.shared, self.stored)
        self.tries = Tries(self.attempts, self.buckets, self.stored)
        self._rates: SharedRates | None = None
        if self.buckets is not None:
            self._rates = SharedRates(self.limits.buckets, self.buckets, self.stored)
            self.limits.spent = self._rates.spent
        self.facts = Facts(self.graph)
        self.ears = Ears(self.graph)
        self.pulls = Pulls()
        self.voices = Voices(self.options.voices)
        self._hashes: set[Future[Any]] = set()
        self._told_holds = False
        self._told_leases: dict[str, Lease] = {}
        self.graph.offer(HOLDS, HOLDS_TYPE)

    async def redeem(self, ticket: str) -> SignedInPerson:
        """Whose ticket it is, which is used up. Raises ApiError."""
        now_s = self.clock_s()
        person = await self.common.change("tickets", self.tickets, lambda: self.tickets.redeem(ticket, now_s))
        return self.sessions.redeemed(person, now_s)

    async def stored(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a call of the store returns, without blocking the loop."""
        return await asyncio.get_running_loop().run_in_executor(
            self.store_pool, partial(act, *args, **kwargs)
        )

    async def hashed(self, act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for passwords. Raises ApiError where too many wait: each takes a tenth of a second and 64 MiB."""
        self._hashes = {waiting for waiting in self._hashes if not waiting.done()}
        if len(self._hashes) >= MOST_HASHES:
            raise ApiError(503, "busy", "too many sign in at once", "try again in some seconds", 3.0)
        made = self.password_pool.submit(partial(act, *args, **kwargs))
        self._hashes.add(made)
        return await asyncio.wrap_future(made)

    def tell_lease(self, lease: Lease) -> None:
        """All are told who holds a robot, and what others had it do ends."""
        self._told_leases[lease.robot] = lease
        self.commands.held(lease)
        self.tell("robots", LeaseOut(lease=lease))
        self.tell_holds()

    def tell_leases(self) -> None:
        """Of each robot of which something else was told last, also where the change came from another gateway, with whatever was
        asked here meanwhile."""
        after = self.leases.all()
        for robot in self._told_leases.keys() | after.keys():
            lease = self.leases.of(robot)
            if self._told_leases.get(robot, Lease(robot=robot)) != lease:
                self.tell_lease(lease)

    def tell_holds(self) -> None:
        """The planner is told who holds which robot: at each change, and again while somebody holds one."""
        held = self.leases.of_persons()
        if not held and not self._told_holds:
            return
        self._told_holds = bool(held)
        names = {"robots": list(held), "holders": [lease.holder for lease in held.values()]}
        self.graph.publish(HOLDS, HOLDS_TYPE, {"stamp": self.client.stamp(), **names})

    def in_time(self, sent_at_ms: int | None, *, moves: bool = False) -> None:
        """Raises ApiError for what was sent too long ago, or by a clock that is ahead: it is not carried out later. `moves`: a
        robot would, and then too long is LATE_S at most."""
        if sent_at_ms is None:
            return
        age_s = self.clock_s() - sent_at_ms / 1000.0
        late_s = min(self.options.late_s, LATE_S) if moves else self.options.late_s
        if not -LATE_S <= age_s <= late_s:
            when = f"{age_s:.1f} s ago" if age_s > 0 else f"{-age_s:.1f} s ahead of this clock"
            raise ApiError(409, "too_late", f"this was sent {when}", "say it again if it still holds")

    def close(self) -> None:
        """Ends the threads."""
        if self._rates is not None:
            self._rates.close()
        self.store_pool.shutdown(wait=False, cancel_futures=True)
        self.password_pool.shutdown(wait=False, cancel_futures=True)
