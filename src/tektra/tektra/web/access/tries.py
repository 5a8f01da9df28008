# SPDX-License-Identifier: Apache-2.0
"""Attempts to sign in, as all gateways count them together: who guesses at one after the other has no more tries than at one."""

from __future__ import annotations

import hashlib
import logging

from tektra.common.errors import BackendError
from tektra.web.access.limits import Attempts, require_none
from tektra.web.access.shared import SharedBuckets, Stored

LOG = logging.getLogger("tektra.web")


class Tries:
    """On the event loop. `shared` None: this gateway counts alone; so it does while the store fails: it lets nobody guess freely, and
    keeps nobody out. What is kept there names neither accounts nor addresses."""

    def __init__(self, attempts: Attempts, shared: SharedBuckets | None, stored: Stored) -> None:
        self._attempts = attempts
        self._shared = shared
        self._stored = stored

    async def begin(self, name: str, address: str, now_s: float) -> None:
        """Somebody tries. Raises ApiError 429."""
        if self._shared is not None:
            wanted = [
                (_name(key), rate.burst, rate.per_s) for key, rate in self._attempts.keys(name, address)
            ]
            try:
                waits_s = await self._stored(self._shared.take_each, wanted)
            except BackendError as error:
                LOG.warning("attempts to sign in are counted here alone: %s", error)
            else:
                require_none(waits_s)
                return
        self._attempts.begin(name, address, now_s)

    async def right(self, name: str, address: str) -> None:
        """The password was right: the attempt does not count."""
        self._attempts.right(name, address)
        if self._shared is not None:
            names = [_name(key) for key, _ in self._attempts.keys(name, address)]
            try:
                await self._stored(self._shared.give_each, names)
            except BackendError as error:
                LOG.warning("an attempt to sign in still counts: %s", error)


def _name(key: tuple[str, str]) -> str:
    return hashlib.sha256("\0".join(key).encode(errors="surrogatepass")).hexdigest()
