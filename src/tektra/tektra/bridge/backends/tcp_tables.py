# SPDX-License-Identifier: Apache-2.0
"""What the kernel knows of TCP connections: how far a client lags behind, and whose process a client is.

Formats: Documentation/networking/proc_net_tcp.rst of Linux. Columns: sl, local, remote, state, tx_queue:rx_queue,
tr:tm->when, retrnsmt, uid, ...
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
ESTABLISHED = "01"


class End(NamedTuple):
    """An address and a port."""

    address: str
    port: int


class Row(NamedTuple):
    """One end of an established connection: `sent` bytes wait to leave it, `received` to be read by its process."""

    local: End
    remote: End
    sent: int
    received: int
    uid: int


def rows(tables: list[str]) -> Iterator[Row]:
    """The established connections; lines that are none are passed over."""
    for table in tables:
        for line in table.splitlines()[1:]:
            columns = line.split()
            if len(columns) < 8 or columns[3] != ESTABLISHED:
                continue
            sent, _, received = columns[4].partition(":")
            try:
                yield Row(
                    _end(columns[1]), _end(columns[2]), int(sent, 16), int(received, 16), int(columns[7])
                )
            except ValueError:
                continue


def under_way(tables: list[str], port: int) -> dict[End, int]:
    """For each client of our `port` the bytes that we queued and, where it is on this machine, those it has not read."""
    sums: dict[End, int] = {}
    for row in rows(tables):
        if row.local.port == port:
            sums[row.remote] = sums.get(row.remote, 0) + row.sent
        if row.remote.port == port:
            sums[row.local] = sums.get(row.local, 0) + row.received
    return sums


def account_of(tables: list[str], client: End, server: End) -> int | None:
    """The user whose process holds the client's end of a connection; None when it is not on this machine."""
    for row in rows(tables):
        if row.local == client and row.remote == server:
            return row.uid
    return None


def plain(address: str) -> str:
    """An address without its scope, and an IPv4 one as such where it came as IPv6."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def read_tables() -> list[str]:
    """The kernel's tables of TCP connections; empty where there are none (not Linux). About 0.2 ms."""
    tables = []
    for path in TABLES:
        try:
            tables.append(path.read_text(encoding="ascii"))
        except OSError:
            continue
    return tables


def _end(column: str) -> End:
    """`0100007F:223D` and its long form: words of four bytes, each in the machine's order (little-endian here)."""
    digits, _, port = column.partition(":")
    words = [bytes.fromhex(digits[at : at + 8])[::-1] for at in range(0, len(digits), 8)]
    return End(plain(str(ipaddress.ip_address(b"".join(words)))), int(port, 16))
