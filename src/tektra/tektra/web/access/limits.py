# SPDX-License-Identifier: Apache-2.0
"""How often is too often: by account, role and kind of request; and wrong passwords by account and address."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import Enum

from tektra.common.access import Role
from tektra.web.access.people import ApiError

MOST_KEPT = 20_000


class Kind(Enum):
    """What a request costs."""

    STOP = "stop"
    READ = "read"
    WRITE = "write"
    CHAT = "chat"
    COMMAND = "command"
    DRIVE = "drive"
    MEDIA = "media"
    VOICE = "voice"
    PICTURE = "picture"
    LONG = "long"


@dataclass(frozen=True)
class Rate:
    """So many at once after a pause, and so many a second."""

    burst: float
    per_s: float


#: For an operator; guests and observers have half. A stop is never counted.
RATES = {
    Kind.READ: Rate(120, 30),
    Kind.WRITE: Rate(30, 3),
    Kind.CHAT: Rate(10, 0.5),
    Kind.COMMAND: Rate(20, 2),
    Kind.DRIVE: Rate(60, 40),
    Kind.MEDIA: Rate(10, 1),
    Kind.VOICE: Rate(200, 60),
    Kind.PICTURE: Rate(30, 15),
    Kind.LONG: Rate(30, 15),  # texts on the socket, before they are read
}


class Buckets:
    """Token buckets by key. One thread; `now_s` is any clock that only goes forward. Keeps the newest 20,000 keys."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take_each(self, wanted: Iterable[tuple[Hashable, Rate]], now_s: float) -> float:
        """One from each in turn, until one has none: what comes behind it stays as it is. 0 if it may, else how long to wait in s."""
        return next((wait_s for key, rate in wanted if (wait_s := self.take(key, rate, now_s))), 0.0)

    def take(self, key: Hashable, rate: Rate, now_s: float) -> float:
        """0 if it may, else how long to wait in s."""
        left, then_s = self._kept.pop(key, (rate.burst, now_s))
        left = min(rate.burst, left + max(0.0, now_s - then_s) * rate.per_s)
        wait_s = 0.0 if left >= 1.0 else (1.0 - left) / rate.per_s
        self._kept[key] = (left - 1.0 if wait_s == 0.0 else left, now_s)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return wait_s

    def left(self, key: Hashable, left: float) -> None:
        """So many are left of one that is kept, as others know."""
        if key in self._kept:
            self._kept[key] = (left, self._kept[key][1])

    def give(self, key: Hashable) -> None:
        """Puts one back."""
        if key in self._kept:
            left, then_s = self._kept[key]
            self._kept[key] = (left + 1.0, then_s)


class Limits:
    """Raises ApiError 429 for whoever asks too often. `spent` is told of each bucket that one was taken from."""

    def __init__(self) -> None:
        self.buckets = Buckets()
        self.spent: Callable[[Hashable, Rate], None] = lambda key, rate: None

    def count(self, account_id: str, role: Role, kind: Kind, now_s: float) -> None:
        """One more request."""
        if kind is Kind.STOP:
            return
        rate = RATES[kind]
        if role < Role.OPERATOR:
            rate = Rate(rate.burst / 2, rate.per_s / 2)
        key = (account_id, kind.value)
        wait_s = self.buckets.take(key, rate, now_s)
        if wait_s:
            raise too_often(f"more than {rate.per_s:g} {kind.value} requests a second", wait_s)
        self.spent(key, rate)


class Attempts:
    """Attempts to sign in. An address that guesses at an account waits soon; so does one that guesses at many, and an
    account that is guessed at from many. A right password gives back its own attempt and no other: a thief could
    alternate with an account of his own."""

    PAIR = Rate(5, 1 / 60)
    ACCOUNT = Rate(30, 1 / 10)
    ADDRESS = Rate(30, 1 / 10)

    def __init__(self) -> None:
        self._buckets = Buckets()

    def begin(self, name: str, address: str, now_s: float) -> None:
        """Somebody tries. Raises ApiError 429."""
        require_none([self._buckets.take_each(self.keys(name, address), now_s)])

    def right(self, name: str, address: str) -> None:
        """The password was right: the attempt does not count."""
        for key, _ in self.keys(name, address):
            self._buckets.give(key)

    def keys(self, name: str, address: str) -> list[tuple[tuple[str, str], Rate]]:
        """What an attempt counts for, and how often that may be. The account is last: whoever is refused for where they come from
        takes nothing from its owner."""
        who, address = name.casefold(), place_of(address)
        return [
            (("from", address), self.ADDRESS),
            ((f"pair {who}", address), self.PAIR),
            (("account", who), self.ACCOUNT),
        ]


def place_of(address: str) -> str:
    """Whence somebody comes: of an IPv6 address its network of 64 bits, since whoever has one address has all of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)


def require_none(waits_s: Iterable[float]) -> None:
    """Raises ApiError 429 where an attempt to sign in has to wait."""
    wait_s = max(waits_s)
    if wait_s:
        raise too_often("too many attempts to sign in", wait_s)


def too_often(what: str, wait_s: float) -> ApiError:
    """429."""
    return ApiError(429, "too_often", what, f"try again in {wait_s:.1f} s", wait_s)
