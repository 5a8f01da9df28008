# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates over real sockets: who gets through, and what the others are told.

The robot is the firmware on its port, without physics, in the test's own thread.
"""

import contextlib
import os
import random
import selectors
import socket
import struct
import time

import pytest

from tektra.common.errors import OptionError
from tektra.common.robot_key import load_key
from tektra.common.robot_tls import server_context
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.backends.json_udp import JsonUdpLink
from tektra.driver.backends.link_options import JsonTcpOptions, JsonUdpOptions
from tektra.driver.commands import Drive, StandStill
from tektra.sim.firmware.firmware import Firmware
from tektra.sim.firmware.rover import RoverDrive, RoverLimits
from tektra.sim.ports import UdpPort
from tektra.sim.tcp_port import TcpPort

PATIENCE_S = 10.0
STEP_S = 0.005
OTHER_KEY = "77" * 8 + "0123456789abcdef" * 3
AHEAD = Drive(0.3, 0.0, 0.0, 0.2)
LINKS = {"tcp": (JsonTcpLink, JsonTcpOptions), "udp": (JsonUdpLink, JsonUdpOptions)}


class Robot:
    """rover1 on a free port of 127.0.0.1."""

    def __init__(self, kind, key_file="", tls=None):
        self.kind, self.selector = kind, selectors.DefaultSelector()
        self.drive = RoverDrive(RoverLimits(), random.Random(1))
        key = load_key("key", key_file) if key_file else None
        self.firmware = Firmware("rover1", self.drive, silence_s=0.15 if kind == "udp" else None, key=key)
        more = (tls,) if kind == "tcp" else ()
        make = TcpPort if kind == "tcp" else UdpPort
        self.port = make(self.firmware, "127.0.0.1", 0, self.selector, *more)
        self.now_s, self._told_s = 1000.0, 0.0

    def link(self, **options):
        make, make_options = LINKS[self.kind]
        return make("rover1", "127.0.0.1", self.port.port, make_options(**options))

    def step(self):
        """Robot and link go by a clock that stands while the machine holds up both: a pause of the test is no silence of a link."""
        time.sleep(STEP_S)
        self.now_s += STEP_S
        now_s = self.now_s
        self.port.poll(now_s)
        self.firmware.tick(now_s, STEP_S)
        if now_s - self._told_s >= 0.05:
            self._told_s = now_s
            self.port.send_state(now_s)

    def until(self, link, condition, sending=None):
        """Both go on until the condition holds; all that the link brought."""
        events, end = [], time.monotonic() + PATIENCE_S
        while not condition() and time.monotonic() < end:
            self.step()
            events += link.poll(self.now_s)
            if sending is not None:
                link.send(sending, self.now_s)
        assert condition(), link.fault or "up"
        return events

    def refuses(self, link, words):
        """The fault when it says so. Meanwhile the link never was up, and sent nothing."""
        link.connect()

        def told():
            assert not link.up
            assert not link.send(AHEAD, self.now_s)
            return words in link.fault

        self.until(link, told)
        fault = link.fault
        link.close()
        assert self.firmware.halted
        return fault

    def close(self):
        self.port.close()
        self.selector.close()


@pytest.fixture
def robot():
    with contextlib.ExitStack() as stack:

        def make(*arguments, **more):
            made = Robot(*arguments, **more)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def tls(authority):
    return server_context(*authority.issue("robot"), "")


def drives_and_halts(robot, link):
    link.connect()
    robot.until(link, lambda: link.up)
    robot.until(link, lambda: robot.drive.busy, sending=AHEAD)
    robot.until(link, lambda: robot.firmware.halted and not robot.drive.busy, sending=StandStill(0))
    assert link.up
    link.close()


@pytest.mark.parametrize("kind", LINKS)
def test_two_with_the_same_key_drive_and_halt(robot, make_key, kind):
    made = robot(kind, key_file=make_key())
    drives_and_halts(made, made.link(key_file=make_key()))
    assert made.firmware.rejected == 0


def test_over_tls_a_robot_drives_and_halts(robot, tls, authority):
    made = robot("tcp", tls=tls)
    drives_and_halts(made, made.link(ca_file=authority.file))


def test_over_tls_both_may_show_certificates_and_sign_besides(robot, authority, make_key):
    own, own_key = authority.issue("driver")
    made = robot("tcp", key_file=make_key(), tls=server_context(*authority.issue("robot"), authority.file))
    options = {"ca_file": authority.file, "certificate_file": own, "certificate_key_file": own_key}
    drives_and_halts(made, made.link(key_file=make_key(), **options))


def test_a_signed_link_heals_when_its_session_was_lost(robot, make_key):
    made = robot("tcp", key_file=make_key())
    link = made.link(key_file=make_key())
    link.connect()
    made.until(link, lambda: link.up)
    made.port._drop()
    made.until(link, lambda: not link.up)
    made.until(link, lambda: link.up)
    made.until(link, lambda: made.drive.busy, sending=AHEAD)
    link.close()


@pytest.mark.parametrize("kind", LINKS)
def test_a_robot_that_demands_a_key_tells_a_driver_that_has_none(robot, make_key, kind):
    made = robot(kind, key_file=make_key())
    assert "signed messages" in made.refuses(made.link(), "key_file")


@pytest.mark.parametrize("kind", LINKS)
def test_a_driver_that_has_a_key_drives_no_robot_without(robot, make_key, kind):
    made = robot(kind)
    fault = made.refuses(made.link(key_file=make_key()), "protocol ")
    assert "give the robot the key" in fault or "protocol 2 is not spoken here; use 1" in fault


@pytest.mark.parametrize("kind", LINKS)
def test_a_wrong_key_is_told(robot, make_key, kind):
    made = robot(kind, key_file=make_key())
    made.refuses(made.link(key_file=make_key(OTHER_KEY)), "give driver and robot the same key")
    assert made.firmware.rejected > 0


@pytest.mark.parametrize("kind", LINKS)
def test_a_key_that_others_can_read_is_refused_before_anything_is_sent(robot, make_key, kind):
    link = robot(kind).link(key_file=make_key(mode=0o644))
    with pytest.raises(OptionError, match=f"json_{kind}.key_file .*chmod 600"):
        link.connect()
    assert link.poll(0.0) == []
    assert not link.up


def test_a_certificate_of_another_ca_is_refused(robot, tls, make_authority):
    made = robot("tcp", tls=tls)
    fault = made.refuses(made.link(ca_file=make_authority().file), "certificate is refused")
    assert "signed by the CA of ca_file" in fault


def test_a_certificate_for_another_name_is_refused(robot, tls, authority):
    made = robot("tcp", tls=tls)
    link = made.link(ca_file=authority.file, server_name="rover9.example")
    assert "server_name" in made.refuses(link, "certificate is refused")


def test_an_expired_certificate_is_refused(robot, authority):
    made = robot("tcp", tls=server_context(*authority.issue("expired", until="20210101000000Z"), ""))
    fault = made.refuses(made.link(ca_file=authority.file), "certificate is refused")
    assert "expired" in fault
    assert "renew it" in fault


def test_a_driver_without_a_certificate_is_refused_where_one_is_asked_for(robot, authority):
    made = robot("tcp", tls=server_context(*authority.issue("strict"), authority.file))
    made.refuses(made.link(ca_file=authority.file), "certificate_file")


def test_tls_on_one_side_alone_is_told(robot, tls, authority):
    made = robot("tcp", tls=tls)
    made.refuses(made.link(), "give this driver the CA by json_tcp.ca_file")
    made = robot("tcp")
    made.refuses(made.link(ca_file=authority.file), "leave ca_file empty")


def test_a_second_driver_over_tls_is_told_that_it_is_the_second(robot, tls, authority):
    made = robot("tcp", tls=tls)
    first, second = made.link(ca_file=authority.file), made.link(ca_file=authority.file)
    first.connect()
    made.until(first, lambda: first.up)
    second.connect()
    made.until(first, lambda: second.poll(made.now_s) is None or "one at a time" in second.fault)
    assert first.up
    first.close()
    second.close()


def test_strangers_who_shake_no_hands_keep_no_driver_from_a_robot_with_tls(robot, tls, authority):
    made = robot("tcp", tls=tls)
    with contextlib.ExitStack() as stack:
        for number in range(3):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", made.port.port)))
            idle.send(os.urandom(number) if number else b"\x16")
        link = made.link(ca_file=authority.file)
        link.connect()
        made.until(link, lambda: link.up)
        link.close()


def test_a_stranger_who_says_no_hello_gives_way_to_a_driver(robot):
    made = robot("tcp")
    with socket.create_connection(("127.0.0.1", made.port.port)) as idle:
        link, end = made.link(), made.now_s + 0.4
        while made.now_s < end:  # so long it may take to say hello
            made.step()
        link.connect()
        made.until(link, lambda: link.up)
        assert b"you have not said hello" in idle.recv(10_000)
        link.close()


@pytest.mark.parametrize("kind", LINKS)
def test_a_robot_with_a_key_tells_a_stranger_nothing_but_who_it_is(robot, make_key, kind):
    made = robot(kind, key_file=make_key())
    sort = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    with socket.socket(socket.AF_INET, sort) as stranger:
        stranger.connect(("127.0.0.1", made.port.port))
        stranger.send(b'{"type":"hello","protocol":2,"client":"me"}\n')
        for _ in range(40):
            made.step()
        stranger.setblocking(False)
        heard = stranger.recv(100_000)
    assert b'"hello"' in heard
    assert b'"state"' not in heard


def test_garbage_in_place_of_a_handshake_harms_neither_robot_nor_driver(robot, tls, authority):
    chance, made = random.Random(3), robot("tcp", tls=tls)
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    for _ in range(60):
        with socket.create_connection(("127.0.0.1", made.port.port)) as stranger:
            stranger.sendall(chance.choice((hello, b"\x16", b"\x15\x03\x03", b"")) + chance.randbytes(600))
            made.step()
    drives_and_halts(made, made.link(ca_file=authority.file))

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        link = JsonTcpLink("rover1", *server.getsockname(), JsonTcpOptions(ca_file=authority.file))
        link.connect()
        accepted, now_s, end = 0, 0.0, time.monotonic() + PATIENCE_S
        while accepted < 20 and time.monotonic() < end:
            now_s += 0.5  # it need not wait before it tries again
            assert link.poll(now_s) == []
            assert not link.up
            with contextlib.suppress(BlockingIOError):
                client, _ = server.accept()
                accepted += 1
                with client, contextlib.suppress(ConnectionError):
                    client.sendall(
                        chance.choice((hello, b"\x15\x03\x03\x00\x02", b"")) + chance.randbytes(300)
                    )
                    link.poll(now_s)
        assert accepted == 20
        link.close()


def test_a_driver_that_breaks_off_amid_its_garbage_leaves_the_robot_well_and_nothing_to_the_next(robot):
    made = robot("tcp")
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", made.port.port)) as rude:
            made.step()
            rude.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )  # closes with a reset
            rude.sendall(b"garbage\n" * 200 + b"x" * 5000 + b"\n")
        for _ in range(10):
            made.step()
    with socket.create_connection(("127.0.0.1", made.port.port)) as driver:
        driver.settimeout(PATIENCE_S)
        made.step()
        assert driver.recv(10_000).startswith(b'{"type":"hello"')


def test_nobody_takes_the_place_of_a_driver_who_said_hello(robot):
    made = robot("tcp")
    link = made.link()
    link.connect()
    made.until(link, lambda: link.up)
    end = made.now_s + 0.6
    while made.now_s < end:
        with socket.create_connection(("127.0.0.1", made.port.port)) as stranger:
            made.step()
            link.poll(made.now_s)
            assert link.up
            assert b"one at a time" in stranger.recv(10_000)
    link.close()


@pytest.mark.parametrize("kind", LINKS)
def test_challenges_that_strangers_ask_for_do_not_use_up_the_drivers(robot, make_key, kind):
    made = robot(kind, key_file=make_key())
    ask = b'{"type":"hello","protocol":2,"client":"me"}\n'
    sort = socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
    for _ in range(10):
        with socket.socket(socket.AF_INET, sort) as stranger:
            stranger.connect(("127.0.0.1", made.port.port))
            stranger.send(ask)
            made.step()
    drives_and_halts(made, made.link(key_file=make_key()))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"ca_file": "missing.pem"}, "json_tcp.ca_file missing.pem"),
        ({"ca_file": "CA", "certificate_file": "CERT"}, "json_tcp.certificate_key_file"),
        ({"ca_file": "CA", "certificate_file": "CA", "certificate_key_file": "KEY"}, "its own private key"),
        ({"ca_file": "CA", "certificate_file": "CERT", "certificate_key_file": "OPEN"}, "chmod 600"),
    ],
)
def test_files_that_do_not_fit_together_are_refused_by_name(authority, options, named, tmp_path):
    certificate, key = authority.issue("fits")
    readable = tmp_path / "readable.key"
    readable.write_text("x")
    readable.chmod(0o644)
    files = {"CA": authority.file, "CERT": certificate, "KEY": key, "OPEN": str(readable)}
    options = JsonTcpOptions(**{name: files.get(path, path) for name, path in options.items()})
    with pytest.raises(OptionError, match=named):
        JsonTcpLink("rover1", "127.0.0.1", 7101, options).connect()
