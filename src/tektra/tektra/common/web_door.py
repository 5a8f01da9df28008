# SPDX-License-Identifier: Apache-2.0
"""Whom a server on a port lets in: names under which it may be called (Host), and pages that may call it (Origin).

A browser sends any page's requests to any address, also to this machine's own. It says which page asked (Origin), and
under which name it found the address (Host): a name that is not ours means that somebody bent theirs to our address
(DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

#: What a proxy adds. Behind one, the machine's own address is no sign of the machine's own people.
PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Refused(Exception):
    """Somebody is not let in. `status` is HTTP's; `why` may be shown to whoever knocked: it tells no secret."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(f"{status} {why}")
        self.status = status
        self.why = why


def check_host(values: Sequence[str], known: Iterable[str]) -> str:
    """The name or address that a request was sent to, from its Host headers. Raises Refused.

    Addresses are fine, since nobody else's name stands for them; of names only `localhost` and those in `known`,
    letter for letter: `evil.localhost` also leads to this machine.
    """
    if len(values) != 1:
        raise Refused(400, "exactly one Host header is needed")
    name = host_name(values[0])
    if name is None:
        raise Refused(400, "the Host header is none")
    if name == "localhost" or is_address(name) or name in {entry.lower() for entry in known}:
        return name
    raise Refused(403, "this server is not called that; add the name to the parameter `hosts` if it is yours")


def check_origin(values: Sequence[str], known: Iterable[str]) -> str | None:
    """The page that asks; None when it is no page (a program sends no Origin). Raises Refused."""
    if not values:
        return None
    if len(values) != 1:
        raise Refused(400, "more than one Origin header")
    if values[0] and values[0] in set(known):
        return values[0]
    raise Refused(
        403, "this page may not come here; add its origin to the parameter `origins` if it is yours"
    )


def host_name(value: str) -> str | None:
    """The host of a Host header in small letters, without port and brackets; None for what is none."""
    if not value or any(letter.isspace() or letter in "/@?#\\,%" for letter in value):
        return None
    try:
        parts = urlsplit(f"//{value}")
        if parts.port is not None and not 0 < parts.port < 65536:
            return None
    except ValueError:
        return None
    return parts.hostname or None


def is_address(name: str) -> bool:
    """True for an IPv4 or IPv6 address in its ordinary form."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """True for an address that only this machine reaches."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
