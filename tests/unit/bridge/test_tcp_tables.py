# SPDX-License-Identifier: Apache-2.0
import os
import socket

import pytest

from tektra.bridge.backends.tcp_tables import End, account_of, plain, read_tables, under_way

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


HOME = "127.0.0.1"


def test_each_client_counts_with_both_ends_of_its_connection() -> None:
    assert under_way([TABLE], 8765) == {End(HOME, 0xAAAA): 0x100 + 0x10, End(HOME, 0xBBBB): 1}


@pytest.mark.parametrize(
    "tables", [[], [""], [HEADER], ["garbage\nmore garbage"], [HEADER + " 0: x:y z 01 a:b c d e"]]
)
def test_without_connections_nothing_is_under_way(tables: list[str]) -> None:
    assert under_way(tables, 8765) == {}


def test_an_ipv4_client_of_a_server_on_ipv6_is_found_in_both_tables() -> None:
    mapped = "0000000000000000FFFF00000100007F"
    server = f"   0: {mapped}:223D {mapped}:AAAA 01 00000007:00000000 00:00000000 00000000  1000 0 1 1 0"
    client = "   0: 0100007F:AAAA 0100007F:223D 01 00000000:00000003 00:00000000 00000000  1001 0 1 1 0"
    tables = [HEADER + client, HEADER + server]
    assert under_way(tables, 8765) == {End(HOME, 0xAAAA): 10}
    assert account_of(tables, End(HOME, 0xAAAA), End(HOME, 8765)) == 1001


def test_the_account_is_that_of_the_clients_end_and_of_no_other_connection() -> None:
    table = TABLE.replace("00000000     0        0 1 1 0", "00000000  1000        0 1 1 0", 3)
    assert account_of([table], End(HOME, 0xAAAA), End(HOME, 8765)) == 1000
    assert account_of([table], End(HOME, 0xBBBB), End(HOME, 8765)) is None
    assert account_of([table], End("10.0.0.5", 0xAAAA), End(HOME, 8765)) is None


def test_addresses_are_compared_in_their_plain_form() -> None:
    assert plain("::ffff:127.0.0.1") == HOME
    assert plain("fe80::1%eth0") == "fe80::1"


@pytest.mark.skipif(not read_tables(), reason="needs /proc/net/tcp")
def test_a_real_connection_shows_its_bytes_and_its_account() -> None:
    with socket.create_server((HOME, 0)) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection((HOME, port)) as client, listening.accept()[0] as ours:
            ours.sendall(b"x" * 10_000)
            end = End(*client.getsockname())
            assert under_way(read_tables(), port) == {end: 10_000}
            assert account_of(read_tables(), end, End(HOME, port)) == os.getuid()
