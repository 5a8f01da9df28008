# SPDX-License-Identifier: Apache-2.0
"""What gateways of one household know in common: who holds which robot, and tickets that are not used yet.

It is kept as a text with a version, which is replaced only by whoever read the newest: of two that change it at once, one
reads again. What the graph says needs no such thing: each gateway hears it itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from tektra.common.graph import Unavailable

T = TypeVar("T")
#: Gateways that change the same at the same moment; each of them is done after so many attempts.
ATTEMPTS = 50
Stored = Callable[..., Awaitable[Any]]


class Shared(Protocol):
    """Texts by name. Any thread, one at a time; blocks. Raises BackendError."""

    def read(self, name: str) -> tuple[int, str]:
        """Its version and text; 0 and nothing before the first."""

    def swap(self, name: str, version: int, text: str) -> bool:
        """Replaces the text if its version is still this one."""

    def keep(self, name: str, text: str, until_s: float) -> None:
        """Keeps a text until that time (seconds since the epoch), in place of the one of that name."""

    def take(self, name: str) -> str:
        """The text that is kept, which is then no longer; empty: none is."""


class SharedBuckets(Protocol):
    """Token buckets that gateways have in common, by the store's own clock. Any thread, one at a time; blocks. Raises BackendError."""

    def take_each(self, wanted: Sequence[tuple[str, float, float]]) -> list[float]:
        """One from each bucket of a name, burst and rate per s, in turn, until one has none: 0 where it may, else how long to wait
        in s. What comes behind that one stays as it is, and says 0."""

    def give_each(self, names: Sequence[str]) -> None:
        """Puts one back into each."""

    def spend_each(self, spent: Sequence[tuple[str, float, float, float]]) -> list[float]:
        """So many were taken from each bucket of a name, burst, rate per s and number, whether or not they were there: what is left,
        less than nothing where more was taken; never more than one burst less."""


class Part(Protocol):
    """Something that is known in common, as one gateway has it."""

    def dump(self) -> str:
        """As text."""

    def load(self, text: str) -> None:
        """As it was dumped; empty: nothing yet."""


class Common:
    """Changes parts as all gateways have them. On the event loop. `stored` runs what blocks; without `shared` there is one
    gateway, and what it has is all."""

    def __init__(self, shared: Shared | None, stored: Stored) -> None:
        self._shared = shared
        self._stored = stored
        self._locks: dict[str, asyncio.Lock] = {}

    @property
    def alone(self) -> bool:
        """True where there is one gateway."""
        return self._shared is None

    async def keep(self, name: str, text: str, until_s: float) -> None:
        """Keeps a text for other gateways; nothing where there are none. Raises BackendError."""
        if self._shared is not None:
            await self._stored(self._shared.keep, name, text, until_s)

    async def take(self, name: str) -> str:
        """What another gateway kept, once; empty: nothing. Raises BackendError."""
        return "" if self._shared is None else str(await self._stored(self._shared.take, name))

    async def change(self, name: str, part: Part, act: Callable[[], T]) -> T:
        """What `act` returns, which looks at the part or changes it. Whatever it raises changes nothing. Raises Unavailable."""
        if self._shared is None:
            return act()
        async with self._locks.setdefault(name, asyncio.Lock()):
            for _ in range(ATTEMPTS):
                version, text = await self._stored(self._shared.read, name)
                part.load(text)
                done = act()
                after = part.dump()
                if after == text or await self._stored(self._shared.swap, name, version, after):
                    return done
        raise Unavailable(f"the {name} of all gateways change too fast", "try again")
