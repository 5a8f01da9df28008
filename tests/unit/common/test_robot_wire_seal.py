# SPDX-License-Identifier: Apache-2.0
"""Signed messages: what is altered, repeated, late, cut off, or another's is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common.robot_wire import MAX_BYTES, Ping, WireError, decode_command, encode
from tektra.common.robot_wire_seal import is_nonce, is_signed, new_nonce, seals

KEY = bytes(range(32))
OURS, THEIRS = "ab" * 16, "cd" * 16


def session(key=KEY, robot="rover1", ours=OURS, theirs=THEIRS):
    """The driver's and the robot's side."""
    return seals(key, robot, 0.0, driver_nonce=ours, robot_nonce=theirs)


def ping(seq=1):
    return encode(Ping(seq))


def test_a_signed_message_is_still_one_json_object_and_gives_its_inside_back():
    driver, robot = session()
    line = driver.wrap(ping(), 0.0)
    content = json.loads(line)
    assert list(content) == ["type", "seq", "n", "seen", "mac"]
    assert is_signed(line)
    assert robot.unwrap(line, 0.0) == ping()
    assert decode_command(ping()) == Ping(1)


def test_the_signature_is_the_one_that_openssl_makes_by_the_protocols_text():
    driver, _ = session(key=bytes(32), robot="rover1", ours="0" * 32, theirs="1" * 32)
    assert driver.wrap(b'{"type":"ping","seq":1}', 0.0) == (
        b'{"type":"ping","seq":1,"n":1,"seen":0,'
        b'"mac":"6ddb01a28dd6d7d3a56a822f77d45c7f30f183b449fa903021ca1f6076355249"}'
    )


@given(st.data())
def test_no_message_that_differs_in_one_bit_is_believed(data):
    driver, robot = session()
    line = bytearray(driver.wrap(ping(), 0.0))
    index = data.draw(st.integers(0, len(line) - 1))
    line[index] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(WireError):
        robot.unwrap(bytes(line), 0.0)


@given(st.integers(0, 200))
def test_no_message_that_is_cut_off_is_believed(length):
    driver, robot = session()
    line = driver.wrap(ping(), 0.0)
    if length < len(line):
        for part in {line[:length], line[length + 1 :], line[:length] + b'"}'} - {line}:
            with pytest.raises(WireError):
                robot.unwrap(part, 0.0)


def test_a_copy_and_what_was_overtaken_are_refused_and_gaps_are_not():
    driver, robot = session()
    first, second, third, fourth = (driver.wrap(ping(seq), 0.0) for seq in (1, 2, 3, 4))
    robot.unwrap(first, 0.0)
    robot.unwrap(third, 0.0)
    for late in (first, second, third):
        with pytest.raises(WireError, match="copy, or late"):
            robot.unwrap(late, 0.0)
    robot.unwrap(fourth, 0.0)


@pytest.mark.parametrize(
    "other",
    [
        {"key": bytes(32)},
        {"robot": "rover2"},
        {"ours": "ef" * 16},
        {"theirs": "ef" * 16},
        {"ours": THEIRS, "theirs": OURS},
    ],
)
def test_a_message_of_another_key_robot_or_session_is_refused(other):
    _, robot = session()
    stranger, _ = session(**other)
    with pytest.raises(WireError, match="same key"):
        robot.unwrap(stranger.wrap(ping(), 0.0), 0.0)


def test_what_one_side_said_does_not_fool_it_when_it_comes_back():
    driver, robot = session()
    with pytest.raises(WireError):
        driver.unwrap(driver.wrap(ping(), 0.0), 0.0)
    with pytest.raises(WireError):
        robot.unwrap(robot.wrap(ping(), 0.0), 0.0)


def test_a_text_that_looks_like_a_signature_does_not_end_a_message():
    driver, robot = session()
    inside = (
        b'{"type":"hello","protocol":2,"client":",\\"n\\":1,\\"seen\\":0,\\"mac\\":\\"'
        + b"0" * 64
        + b'\\"}"}'
    )
    assert robot.unwrap(driver.wrap(inside, 0.0), 0.0) == inside


def test_unsigned_and_oversized_messages_are_refused_with_words():
    _, robot = session()
    with pytest.raises(WireError, match="not signed"):
        robot.unwrap(ping(), 0.0)
    with pytest.raises(WireError, match="at most 4096"):
        robot.unwrap(b"{" + b" " * MAX_BYTES + b"}", 0.0)


def test_the_age_of_a_message_is_how_long_ago_its_sender_had_heard_from_us():
    driver, robot = session()
    robot.unwrap(driver.wrap(ping(), 0.3), 0.3)
    assert robot.age_s == pytest.approx(0.3)  # it had heard nothing yet
    driver.unwrap(robot.wrap(ping(), 1.0), 1.0)
    robot.wrap(ping(), 1.5)  # lost
    robot.unwrap(driver.wrap(ping(), 1.6), 1.7)
    assert robot.age_s == pytest.approx(0.7)


def test_the_age_of_a_message_that_saw_what_was_never_said_is_infinite():
    driver, robot = session()
    _, impostor = session()
    for _ in range(9):
        driver.unwrap(impostor.wrap(ping(), 0.0), 0.0)
    robot.unwrap(driver.wrap(ping(), 0.0), 0.0)
    assert robot.age_s == float("inf")


def test_what_is_remembered_of_a_long_session_is_bounded():
    driver, robot = session()
    for number in range(5000):
        robot.wrap(ping(), number * 0.01)
    assert len(robot._times_s) <= 1024
    robot.unwrap(driver.wrap(ping(), 50.0), 50.0)
    assert robot.age_s == float("inf")


def test_nonces_are_new_each_time():
    made = {new_nonce() for _ in range(100)}
    assert len(made) == 100
    assert all(map(is_nonce, made))
    assert not is_nonce("")
    assert not is_nonce("g" * 32)
