# SPDX-License-Identifier: Apache-2.0
from tektra.bridge.flow import Flow
from tektra.bridge.replay import KEEP, Replay

LARGE = 100


def test_a_large_message_waits_while_much_is_under_way() -> None:
    flow = Flow(LARGE, backlog_bytes=1000)
    flow.offer("/image", b"1" * LARGE)
    assert flow.take(1000) is None
    assert flow.take(999) == ("/image", b"1" * LARGE)
    assert flow.take(0) is None


def test_only_the_newest_of_a_topic_waits_and_the_older_are_counted() -> None:
    flow = Flow(LARGE, backlog_bytes=1000)
    for number in (b"1", b"2", b"3"):
        flow.offer("/image", number)
    assert flow.take(0) == ("/image", b"3")
    assert flow.dropped == 2


def test_topics_take_turns_so_that_a_fast_one_does_not_starve_a_slow_one() -> None:
    flow = Flow(LARGE, backlog_bytes=1000)
    taken = []
    flow.offer("/slow", b"s")
    for _ in range(4):
        flow.offer("/fast", b"f")
        taken.append(flow.take(0)[0])  # type: ignore[index]
    assert "/slow" in taken[:2]


def test_small_and_large_are_told_apart_at_the_limit() -> None:
    flow = Flow(LARGE, backlog_bytes=1000)
    assert not flow.is_large(b"x" * (LARGE - 1))
    assert flow.is_large(b"x" * LARGE)


def test_what_nobody_watches_any_more_is_forgotten() -> None:
    flow = Flow(LARGE, backlog_bytes=1000)
    flow.offer("/image", b"x")
    flow.forget("/image")
    assert flow.waiting == 0 and flow.take(0) is None


def test_a_latched_topic_keeps_one_message_of_each_publisher() -> None:
    replay = Replay()
    replay.latch("/description", publishers=2)
    for data in (b"1", b"2", b"3"):
        replay.add("/description", data)
    assert replay.last("/description") == (b"2", b"3")


def test_more_publishers_keep_what_was_said_before() -> None:
    replay = Replay()
    replay.latch("/d", 1)
    replay.add("/d", b"1")
    replay.latch("/d", 2)
    replay.add("/d", b"2")
    assert replay.last("/d") == (b"1", b"2")


def test_no_number_of_publishers_makes_it_grow_without_end() -> None:
    replay = Replay()
    replay.latch("/d", 10_000)
    for number in range(1000):
        replay.add("/d", str(number).encode())
    assert len(replay.last("/d")) == KEEP


def test_a_topic_that_is_not_latched_is_not_kept() -> None:
    replay = Replay()
    replay.add("/chat", b"1")
    assert replay.last("/chat") == ()
    replay.latch("/chat", 1)
    replay.add("/chat", b"2")
    replay.forget("/chat")
    assert replay.last("/chat") == ()
