# SPDX-License-Identifier: Apache-2.0
from tektra.bridge.outbox import Outbox, Room

ROOM = Room(large_bytes=100, backlog_bytes=1000, buffer_bytes=500, small_count=3, small_bytes=200)


def test_a_small_message_goes_past_the_box_while_the_client_reads() -> None:
    box = Outbox(ROOM)
    assert box.passes(b"x" * 99, 499)
    assert not box.passes(b"x" * 99, 500)
    assert not box.passes(b"x" * 100, 0)


def test_none_overtakes_one_that_waits() -> None:
    box = Outbox(ROOM)
    box.put("/a", b"1")
    assert not box.passes(b"2", 0)
    assert box.take_small(500) is None
    assert box.take_small(499) == ("/a", b"1")
    assert box.passes(b"2", 0)


def test_the_oldest_small_ones_are_dropped_by_number_and_by_bytes() -> None:
    box = Outbox(ROOM)
    for number in b"12345":
        box.put("/a", bytes([number]))
    assert (box.take_small(0), box.dropped) == (("/a", b"3"), 2)
    box.put("/a", b"x" * 99)
    box.put("/a", b"y" * 99)
    box.put("/a", b"z" * 99)
    assert box.take_small(0) == ("/a", b"y" * 99)


def test_large_ones_wait_for_small_ones_and_for_the_client() -> None:
    box = Outbox(ROOM)
    box.put("/image", b"1" * 100)
    box.put("/image", b"2" * 100)
    box.put("/a", b"small")
    assert box.take_large(0) is None
    box.take_small(0)
    assert box.take_large(1000) is None
    assert box.take_large(0) == ("/image", b"2" * 100)
    assert (box.empty, box.dropped) == (True, 1)


def test_what_the_client_watches_no_more_is_forgotten() -> None:
    box = Outbox(ROOM)
    box.put("/image", b"1" * 100)
    box.forget("/image")
    assert box.empty
