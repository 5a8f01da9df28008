# SPDX-License-Identifier: Apache-2.0
import socket

import pytest

from tektra.bridge.backends.send_queues import bytes_under_way, read_tables

HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
#: Port 8765 is 223D. Two clients: one with 256 bytes queued here and 16 unread there, one with 1 byte; and
#: strangers.
TABLE = HEADER + "\n".join(
    [
        "   0: 0100007F:223D 00000000:0000 0A 00000000:00000005 00:00000000 00000000     0        0 1 1 0",
        "   1: 0100007F:223D 0100007F:AAAA 01 00000100:00000000 00:00000000 00000000     0        0 1 1 0",
        "   2: 0100007F:AAAA 0100007F:223D 01 00000000:00000010 00:00000000 00000000     0        0 1 1 0",
        "   3: 0100007F:223D 0100007F:BBBB 01 00000001:00000000 00:00000000 00000000     0        0 1 1 0",
        "   4: 0100007F:1111 0100007F:2222 01 00FFFFFF:00FFFFFF 00:00000000 00000000     0        0 1 1 0",
    ]
)


def test_the_client_that_lags_most_counts_with_both_ends_of_its_connection() -> None:
    assert bytes_under_way([TABLE], 8765) == 0x100 + 0x10


@pytest.mark.parametrize("tables", [[], [""], [HEADER], ["garbage\nmore garbage"]])
def test_without_connections_nothing_is_under_way(tables: list[str]) -> None:
    assert bytes_under_way(tables, 8765) == 0


@pytest.mark.skipif(not read_tables(), reason="needs /proc/net/tcp")
def test_a_real_connection_that_is_not_read_shows_its_bytes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listening.accept()[0] as ours:
            ours.sendall(b"x" * 10_000)
            assert bytes_under_way(read_tables(), port) == 10_000
