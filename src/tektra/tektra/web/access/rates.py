# SPDX-License-Identifier: Apache-2.0
"""Requests, as all gateways count them together. Each judges at once by what it knows, so that nothing waits for the store, and
tells behind that what was spent; the answer says what is left everywhere."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Hashable

from tektra.common.errors import BackendError
from tektra.web.access.limits import Buckets, Rate
from tektra.web.access.shared import SharedBuckets, Stored

LOG = logging.getLogger("tektra.web")
#: How often, at most, gateways tell each other: what is asked elsewhere within this is not known here yet.
TELL_S = 0.05
#: So long each counts alone after the store failed.
ALONE_S = 5.0
#: Buckets told at once.
MOST_TOLD = 500


class SharedRates:
    """On the event loop. What is kept in the store names no account."""

    def __init__(self, buckets: Buckets, shared: SharedBuckets, stored: Stored) -> None:
        self._buckets = buckets
        self._shared = shared
        self._stored = stored
        self._spent: dict[Hashable, tuple[Rate, float]] = {}
        self._telling: asyncio.Task[None] | None = None

    def spent(self, key: Hashable, rate: Rate) -> None:
        """One was taken here."""
        self._spent[key] = (rate, self._spent.get(key, (rate, 0.0))[1] + 1.0)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    def close(self) -> None:
        """Tells nothing more."""
        self._spent.clear()
        if self._telling is not None:
            self._telling.cancel()

    async def _tell(self) -> None:
        while self._spent:
            told = [(key, *self._spent.pop(key)) for key in list(self._spent)[:MOST_TOLD]]
            try:
                left = await self._stored(
                    self._shared.spend_each,
                    [(_name(key), rate.burst, rate.per_s, n) for key, rate, n in told],
                )
            except BackendError as error:
                LOG.warning("requests are counted here alone: %s", error)
                await asyncio.sleep(ALONE_S)
                self._spent.clear()
                continue
            for (key, _, _), remains in zip(told, left, strict=True):
                self._buckets.left(key, remains - self._spent.get(key, (None, 0.0))[1])
            await asyncio.sleep(TELL_S)


def _name(key: Hashable) -> str:
    return hashlib.sha256(repr(key).encode(errors="surrogatepass")).hexdigest()
