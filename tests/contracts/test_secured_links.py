# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates that do not fit: no link comes up, and its fault says what is wrong and what to do."""

import contextlib
import os
import socket
import time

import pytest

from tektra.common.errors import OptionError
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.backends.json_udp import JsonUdpLink
from tektra.driver.backends.link_options import JsonTcpOptions, JsonUdpOptions
from tektra.driver.commands import Drive
from tektra.sim.client import SimProcess

PATIENCE_S = 20.0
OTHER_KEY = "77" * 8 + "0123456789abcdef" * 3


def fault_of(link, words):
    """Polls until the fault says so; the link must never have been up, and must not have sent anything."""
    link.connect()
    end = time.monotonic() + PATIENCE_S
    while words not in link.fault and time.monotonic() < end:
        link.poll(time.monotonic())
        assert not link.up
        assert not link.send(Drive(0.1, 0.0, 0.0, 0.1), time.monotonic())
        time.sleep(0.01)
    fault = link.fault
    link.close()
    return fault


def tcp(sim, **options):
    return JsonTcpLink("rover1", "127.0.0.1", sim.ports["rover1"], JsonTcpOptions(**options))


def udp(sim, **options):
    return JsonUdpLink("rover2", "127.0.0.1", sim.ports["rover2"], JsonUdpOptions(**options))


@pytest.fixture(scope="module")
def plain():
    with SimProcess() as sim:
        yield sim


@pytest.fixture(scope="module")
def signed(make_key):
    with SimProcess(["--key-files", f"rover1={make_key()},rover2={make_key()}"]) as sim:
        yield sim


@pytest.fixture(scope="module")
def secured(authority):
    certificate, key = authority.issue("robot")
    with SimProcess(["--tls-certificate", certificate, "--tls-key", key]) as sim:
        yield sim


@pytest.mark.parametrize("make", [tcp, udp])
def test_a_robot_that_demands_a_key_tells_a_driver_that_has_none(signed, make):
    assert "key_file" in fault_of(make(signed), "key_file")


@pytest.mark.parametrize("make", [tcp, udp])
def test_a_driver_that_has_a_key_drives_no_robot_without(plain, make, make_key):
    fault = fault_of(make(plain, key_file=make_key()), "protocol ")
    assert "protocol 2 is not spoken here; use 1" in fault or "takes unsigned messages" in fault


@pytest.mark.parametrize("make", [tcp, udp])
def test_a_wrong_key_is_told(signed, make, make_key):
    assert "same key" in fault_of(make(signed, key_file=make_key(OTHER_KEY)), "same key")


@pytest.mark.parametrize("make", [tcp, udp])
def test_a_key_that_others_can_read_is_refused_before_anything_is_sent(signed, make, make_key):
    link = make(signed, key_file=make_key(mode=0o644))
    with pytest.raises(OptionError, match="chmod 600"):
        link.connect()
    assert link.poll(time.monotonic()) == []
    assert not link.up


def test_a_certificate_of_another_ca_is_refused(secured, make_authority):
    fault = fault_of(tcp(secured, ca_file=make_authority().file), "certificate is refused")
    assert "signed by the CA of ca_file" in fault


def test_a_certificate_for_another_name_is_refused(secured, authority):
    link = tcp(secured, ca_file=authority.file, server_name="rover9.example")
    assert "server_name" in fault_of(link, "certificate is refused")


def test_an_expired_certificate_is_refused(authority):
    certificate, key = authority.issue("expired", until="20210101000000Z")
    with SimProcess(["--tls-certificate", certificate, "--tls-key", key]) as sim:
        fault = fault_of(tcp(sim, ca_file=authority.file), "certificate is refused")
    assert "expired" in fault
    assert "renew it" in fault


def test_a_driver_without_a_certificate_is_refused_where_one_is_asked_for(authority):
    certificate, key = authority.issue("strict")
    arguments = ["--tls-certificate", certificate, "--tls-key", key, "--tls-client-ca", authority.file]
    with SimProcess(arguments) as sim:
        assert "certificate_file" in fault_of(tcp(sim, ca_file=authority.file), "certificate_file")


def test_tls_on_one_side_alone_is_told(plain, secured, authority):
    assert "json_tcp.ca_file" in fault_of(tcp(secured), "json_tcp.ca_file")
    assert "ca_file" in fault_of(tcp(plain, ca_file=authority.file), "ca_file")


def test_strangers_who_shake_no_hands_keep_no_driver_from_a_robot_with_tls(secured, authority):
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", secured.ports["rover1"])))
            idle.send(os.urandom(3))
        link = tcp(secured, ca_file=authority.file)
        link.connect()
        end = time.monotonic() + PATIENCE_S
        while not link.up and time.monotonic() < end:
            link.poll(time.monotonic())
            time.sleep(0.01)
        assert link.up
        link.close()


def test_a_stranger_who_says_no_hello_gives_way_to_a_driver(plain):
    with socket.create_connection(("127.0.0.1", plain.ports["rover1"])) as idle:
        time.sleep(0.3)  # it may take so long to say hello
        link = tcp(plain)
        link.connect()
        end = time.monotonic() + PATIENCE_S
        while not link.up and "another" not in link.fault and time.monotonic() < end:
            link.poll(time.monotonic())
            time.sleep(0.01)
        assert link.up
        assert b"you have not said hello" in idle.recv(10_000)
        link.close()


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"ca_file": "missing.pem"}, "json_tcp.ca_file missing.pem"),
        ({"ca_file": "CA", "certificate_file": "CERT"}, "json_tcp.certificate_key_file"),
        ({"ca_file": "CA", "certificate_file": "CA", "certificate_key_file": "KEY"}, "its own private key"),
        ({"ca_file": "CA", "certificate_file": "CERT", "certificate_key_file": "OPEN"}, "chmod 600"),
    ],
)
def test_files_that_do_not_fit_together_are_refused_by_name(authority, plain, options, named, tmp_path):
    certificate, key = authority.issue("fits")
    readable = tmp_path / "readable.key"
    readable.write_text("x")
    readable.chmod(0o644)
    files = {"CA": authority.file, "CERT": certificate, "KEY": key, "OPEN": str(readable)}
    link = tcp(plain, **{name: files.get(path, path) for name, path in options.items()})
    with pytest.raises(OptionError, match=named):
        link.connect()
