# SPDX-License-Identifier: Apache-2.0
"""Who asks, where a proxy stands between: the address that the last proxy of one's own saw (X-Forwarded-For)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from tektra.common.errors import OptionError
from tektra.common.web_door import Refused, is_loopback

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Proxies:
    """Addresses and networks of one's own proxies; this machine is always one of them. `only`: nobody comes past them.
    Raises OptionError."""

    def __init__(self, known: Iterable[str], *, only: bool) -> None:
        self._only = only
        try:
            self._networks: list[Network] = [ipaddress.ip_network(entry, strict=False) for entry in known]
        except ValueError as error:
            raise OptionError(f"proxies: {error}", "list addresses or networks, as 10.0.0.0/8") from None

    def client(self, peer: str, forwarded: Sequence[str]) -> str:
        """The address of whoever asks. Of X-Forwarded-For the last entry that is no proxy of ours counts: what stands
        before it the asker wrote. Raises Refused for a peer that is no proxy of ours, where nobody else may come."""
        if not self._knows(peer):
            if self._only:
                raise Refused(403, "come through the proxy")
            return peer
        for entry in reversed([_address(part) for value in forwarded for part in value.split(",")]):
            if not self._knows(entry):
                return entry[:64]
        return peer

    def _knows(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return is_loopback(text) or any(mapped in network for network in self._networks)


def _address(entry: str) -> str:
    """An entry without the port that some proxies write behind the address: the asker chooses it anew each time."""
    entry = entry.strip()
    if entry.startswith("["):
        return entry[1:].partition("]")[0]
    address, colon, port = entry.partition(":")
    return address if colon and port.isdigit() else entry
