# SPDX-License-Identifier: Apache-2.0
"""A driver and a robot that share a key, or do not, without sockets: who obeys whom, and what an eavesdropper can do."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tektra.common.robot_wire import (
    ErrorReply,
    Halt,
    Hello,
    Ping,
    RobotHello,
    State,
    Velocity,
    WireError,
    encode,
)
from tektra.common.robot_wire_seal import new_nonce, seals
from tektra.driver.commands import Drive, MoveGripper, StandStill
from tektra.driver.session import Session
from tektra.sim.firmware.firmware import Firmware
from tektra.sim.firmware.rover import RoverDrive, RoverLimits

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
AHEAD = Drive(0.3, 0.0, 0.0, 0.2)


class Air:
    """A driver and a robot that hear each other, and a clock. `heard`: all that ever went to the robot."""

    def __init__(self, driver_key=KEY, robot_key=KEY):
        self.now_s = 10.0
        self.drive = RoverDrive(RoverLimits(), random.Random(1))
        self.robot = Firmware("rover1", self.drive, silence_s=0.15, key=robot_key)
        self.driver = Session("rover1", driver_key)
        self.events, self.heard = [], []

    def to_robot(self, data):
        """The robot's answers, which the driver hears, too."""
        self.heard.append(data)
        replies = self.robot.receive(data, self.now_s)
        self.to_driver(replies)
        return replies

    def to_driver(self, replies):
        for reply in replies:
            event = self.driver.take(self.robot.pack(reply, self.now_s), self.now_s)
            self.events += [event] if event else []

    def meet(self):
        """As over TCP: the robot speaks first."""
        welcome = self.robot.link_up(self.now_s)
        hello = self.driver.open(self.now_s)
        self.to_driver(welcome)
        self.to_robot(hello)
        self.pass_time(0.05)
        return self

    def pass_time(self, seconds):
        for _ in range(round(seconds / 0.05)):
            if data := self.driver.due(self.now_s):
                self.to_robot(data)
            self.now_s += 0.05
            for _ in range(10):
                self.robot.tick(self.now_s, 0.005)
            if self.robot.greeted:
                self.to_driver([self.robot.state(self.now_s)])

    def tell(self, command):
        return self.to_robot(self.driver.command(command, self.now_s))

    @property
    def moves(self):
        return not self.robot.halted or self.drive.wheels_radps != (0.0, 0.0)


def test_two_that_share_a_key_meet_and_drive():
    air = Air().meet()
    assert air.driver.up(air.now_s)
    assert air.driver.fault == ""
    assert [type(event) for event in air.events] == [RobotHello, State]
    assert air.tell(AHEAD) == []
    air.pass_time(0.1)
    assert air.moves
    assert air.tell(StandStill(0)) == []
    assert not air.moves
    assert air.robot.rejected == 0


def test_the_same_key_without_a_word_is_still_the_old_protocol():
    air = Air(None, None).meet()
    assert air.driver.up(air.now_s)
    assert air.heard[0] == b'{"type":"hello","client":"tektra driver of rover1","protocol":1}'
    assert air.tell(AHEAD) == []
    air.pass_time(0.1)
    assert air.moves


@pytest.mark.parametrize(
    ("driver_key", "robot_key", "words"),
    [(None, KEY, "demands signed messages.*key_file"), (KEY, None, "takes unsigned messages.*key_file")],
)
def test_only_one_of_them_has_a_key_and_they_refuse_each_other_in_words(driver_key, robot_key, words):
    air = Air(driver_key, robot_key)
    with pytest.raises(WireError, match=words):
        air.to_driver(air.robot.link_up(air.now_s))
    assert not air.driver.greeted


def test_a_robot_with_a_key_refuses_an_old_driver_in_words():
    air = Air()
    air.robot.link_up(air.now_s)
    (reply,) = air.robot.receive(encode(Hello("old")), air.now_s)
    assert "protocol 1 is not spoken here; use 2" in reply.message
    assert "key_file" in reply.message
    assert not air.robot.greeted


def test_a_robot_of_a_later_version_is_refused_with_both_numbers():
    air = Air()
    later = encode(RobotHello("rover1", "rover", ("base",), protocol=3))
    with pytest.raises(WireError, match="protocol 3, this driver 2"):
        air.driver.take(later, air.now_s)
    (reply,) = air.robot.receive(b'{"type":"hello","protocol":3,"client":"x","colour":1}', air.now_s)
    assert "protocol 3 is not spoken here; use 2" in reply.message


def test_two_keys_that_differ_bring_no_session_and_both_say_so():
    air = Air(driver_key=OTHER).meet()
    assert not air.robot.greeted
    assert not air.driver.greeted
    assert "same key" in air.driver.fault
    assert air.robot.rejected == 1


def test_somebody_who_only_plays_the_robot_is_not_believed():
    driver, now_s = Session("rover1", KEY), 0.0
    driver.open(now_s)
    driver.take(encode(RobotHello("rover1", "rover", ("base",), 2, new_nonce())), now_s)
    assert driver.due(now_s) is not None
    _, fake = seals(OTHER, "rover1", now_s, driver_nonce=new_nonce(), robot_nonce=new_nonce())
    for line in (
        encode(RobotHello("rover1", "rover", ("base",), 2)),
        fake.wrap(encode(RobotHello("rover1", "rover", ("base",), 2)), now_s),
    ):
        assert driver.take(line, now_s) is None
    assert not driver.greeted
    assert driver.silent(now_s + 1.0)


def test_unsigned_words_to_a_driver_with_a_session_change_nothing():
    air = Air().meet()
    heard_s = air.now_s
    air.now_s += 0.7
    state = air.robot.state(air.now_s)
    for line in (encode(state), encode(RobotHello("rover1", "rover", ("base",))), b'{"type":"pong","seq":1}'):
        assert air.driver.take(line, air.now_s) is None
    assert air.driver.garbage == 3
    assert not air.driver.up(air.now_s)
    assert air.driver.silent(heard_s + 0.9)


@pytest.mark.parametrize(
    "line",
    [
        encode(Velocity(900, 0.3, 0.0, 0.5)),
        encode(Halt(900, 0)),
        encode(Ping(900)),
        encode(Hello("me", 2, "ab" * 16)),
        encode(Hello("me", 2)),
        encode(Hello("me")),
        encode(Velocity(900, 0.3, 0.0, 0.5))[:-1] + b',"n":900,"seen":1,"mac":"' + b"0" * 64 + b'"}',
    ],
)
def test_an_unsigned_or_wrongly_signed_message_in_a_session_is_counted_and_changes_nothing(line):
    air = Air().meet()
    air.tell(AHEAD)
    before, reason = air.robot.state(air.now_s), air.robot.halt_reason
    (reply,) = air.robot.receive(line, air.now_s)
    assert isinstance(reply, ErrorReply)
    after = air.robot.state(air.now_s)
    assert (after.ack, after.halted, air.robot.halt_reason) == (before.ack, False, reason)
    assert after.rejected == before.rejected + 1
    air.now_s += 0.16
    air.robot.receive(line, air.now_s)
    air.robot.tick(air.now_s, 0.005)
    assert air.robot.halt_reason == "silence"  # it did not count as a word of the driver


def test_a_recorded_session_moves_nothing_when_it_is_played_again():
    air = Air().meet()
    for _ in range(10):
        air.tell(AHEAD)
        air.pass_time(0.05)
    recorded = list(air.heard)
    air.robot.link_down()
    air.pass_time(0.2)
    air.robot.link_up(air.now_s)
    for line in recorded:
        air.robot.receive(line, air.now_s)
        air.robot.tick(air.now_s, 0.005)
        assert not air.moves
    assert not air.robot.greeted
    assert air.robot.session_over(air.now_s + 1.01)


def test_a_copy_within_the_session_keeps_nothing_alive():
    air = Air().meet()
    air.tell(AHEAD)
    copy = air.heard[-1]
    for _ in range(6):
        air.now_s += 0.05
        assert isinstance(air.robot.receive(copy, air.now_s)[0], ErrorReply)
        air.robot.tick(air.now_s, 0.05)
    assert air.robot.halted
    assert air.robot.session_over(air.now_s + 0.75)


def test_a_command_that_was_held_back_on_its_way_is_not_obeyed():
    air = Air().meet()
    held = air.driver.command(AHEAD, air.now_s)
    air.now_s += 0.6
    (reply,) = air.robot.receive(held, air.now_s)
    assert "late" in reply.message
    assert not air.moves


def test_nothing_that_was_held_back_keeps_a_session_alive():
    air = Air().meet()
    held = [
        air.driver.command(StandStill(1), air.now_s),
        air.driver._sealed(encode(Hello("me", 2)), air.now_s),
    ]
    for line in held:
        air.now_s += 0.6
        air.robot.receive(line, air.now_s)
    assert air.robot.session_over(air.now_s)


def test_a_halt_is_obeyed_however_long_it_was_held_back():
    air = Air().meet()
    air.tell(AHEAD)
    held = air.driver.command(StandStill(0), air.now_s)
    air.now_s += 0.6
    assert air.robot.receive(held, air.now_s) == []
    assert not air.moves


def test_a_challenge_serves_once():
    air = Air().meet()
    (signed_hello,) = [line for line in air.heard if b'"nonce"' in line]
    air.robot.link_down()
    air.robot.link_up(air.now_s)
    assert isinstance(air.robot.receive(signed_hello, air.now_s)[0], ErrorReply)
    assert not air.robot.greeted


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_an_eavesdropper_does_to_the_lines_the_robot_obeys_only_what_was_said_in_order(data):
    """Lines are dropped, doubled, swapped, kept for later and altered."""
    air = Air().meet()
    said = [air.driver.command(Drive(0.01 * number, 0.0, 0.0, 0.2), air.now_s) for number in range(1, 13)]
    played = data.draw(st.lists(st.integers(0, len(said) - 1), max_size=30))
    flipped = data.draw(st.sets(st.integers(0, 29)))
    newest = -1
    for step, number in enumerate(played):
        line = bytearray(said[number])
        if step in flipped:
            line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        replies = air.robot.receive(bytes(line), air.now_s)
        believed = step not in flipped and number > newest
        assert (replies == []) == believed
        newest = number if believed else newest
        assert air.drive._aim[0] == pytest.approx(0.01 * (newest + 1))


def test_what_the_protocol_has_no_words_for_is_not_said_and_is_no_halt():
    class TakeOff:
        ttl_s = 0.1

    session = Session("rover1")
    session.open(0.0)
    assert session.command(TakeOff(), 0.0) is None
    assert session.command(Drive(float("nan"), 0.0, 0.0, 0.1), 0.0) is None
    assert session.command(MoveGripper(float("inf"), 0.1), 0.0) is None
    assert b'"halt"' in session.command(StandStill(), 0.0)
