# SPDX-License-Identifier: Apache-2.0
"""A name that does not resolve is looked up again, and keeps nobody waiting."""

import socket
import threading
import time

from tektra.driver.backends.address import Address
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.commands import StandStill

PATIENCE_S = 10.0


def until(condition):
    end_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end_s, "never came true"
        time.sleep(0.01)


def test_a_numeric_address_is_known_at_once():
    address = Address("127.0.0.1", 7101, socket.SOCK_STREAM)
    address.start()
    assert address.found == ("127.0.0.1", 7101)


def test_a_name_is_found_once_the_resolver_knows_it_and_nobody_waits_meanwhile(monkeypatch):
    known, asked, answer = threading.Event(), threading.Event(), threading.Event()

    def resolve(*_):
        asked.set()
        answer.wait(PATIENCE_S)  # as a resolver without a network does
        if not known.is_set():
            raise socket.gaierror("no such name")
        return [(0, 0, 0, "", ("192.0.2.7", 7101))]

    monkeypatch.setattr("tektra.driver.backends.address.socket.getaddrinfo", resolve)
    monkeypatch.setattr("tektra.driver.backends.address.RETRY_S", (0.01, 0.02))
    link = JsonTcpLink("rover1", "rover1.example", 7101)
    link.connect()
    link.connect()
    assert asked.wait(PATIENCE_S)
    assert link.poll(0.0) == []
    assert not link.send(StandStill(), 0.0)
    assert "rover1.example" in link.fault
    answer.set()
    until(lambda: "no such name" in link.fault)
    assert not link.up
    known.set()
    until(lambda: link._address.found == ("192.0.2.7", 7101))
    link.close()
    assert link._address.found is None
