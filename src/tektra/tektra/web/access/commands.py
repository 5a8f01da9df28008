# SPDX-License-Identifier: Apache-2.0
"""Commands under way: who takes a robot does not find it still moving for whoever had it before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tektra.web.access.people import SignedInPerson
from tektra.web.models.robots import Lease


class Commands:
    """On the event loop."""

    def __init__(self) -> None:
        self._running: dict[asyncio.Task[object], tuple[str, str]] = {}

    @contextmanager
    def under_way(self, robot: str, person: SignedInPerson) -> Iterator[None]:
        """This task carries out a command of that person."""
        task = asyncio.current_task()
        assert task is not None
        self._running[task] = robot, person.account_id
        try:
            yield
        finally:
            del self._running[task]

    def held(self, lease: Lease) -> None:
        """Somebody holds a robot: what others had it do is cancelled."""
        for task, (robot, account_id) in self._running.items():
            if robot == lease.robot and lease.holder_id not in ("", account_id):
                task.cancel()
