# SPDX-License-Identifier: Apache-2.0
"""Velocities from outside are as old as their stamp or the middleware says, whichever is further from now."""

import time
from types import SimpleNamespace

import pytest
from geometry_msgs.msg import Twist, TwistStamped

from tektra.ros.clock import time_msg
from tektra.ros.velocity_topics import VelocityTopics


class Stub:
    """A node that hears nothing by itself."""

    def create_subscription(self, _: object, topic: str, *__: object) -> SimpleNamespace:
        return SimpleNamespace(topic_name=f"/rover1/{topic}")

    def create_timer(self, *_: object) -> None: ...

    def count_publishers(self, _: str) -> int:
        return 0

    def get_publishers_info_by_topic(self, *_: object, **__: object) -> list[object]:
        return []

    def get_clock(self) -> SimpleNamespace:
        return SimpleNamespace(now=lambda: SimpleNamespace(nanoseconds=time.time_ns()))


@pytest.fixture
def ages() -> list[float]:
    return []


@pytest.fixture
def topics(ages: list[float]) -> VelocityTopics:
    return VelocityTopics(Stub(), lambda _, __, *, age_s, **___: ages.append(age_s))


def sent(ago_s: float) -> dict[str, int]:
    """What the middleware tells; nothing for an infinite time."""
    told = 0 if ago_s == float("inf") else time.time_ns() - round(ago_s * 1e9)
    return {"source_timestamp": told, "publication_sequence_number": 1}


def test_one_without_a_stamp_is_as_old_as_the_middleware_says(topics, ages) -> None:
    topics._on_plain(Twist(), sent(13.0))
    topics._on_plain(Twist(), sent(float("inf")))
    assert ages == [pytest.approx(13.0, abs=1.0), 0.0]


@pytest.mark.parametrize(
    ("stamped_s", "sent_s", "counts_s"), [(0.0, 13.0, 13.0), (13.0, 0.0, 13.0), (-5.0, 0.0, -5.0)]
)
def test_one_with_a_stamp_is_no_younger_than_either(topics, ages, stamped_s, sent_s, counts_s) -> None:
    message = TwistStamped()
    message.header.stamp = time_msg(time.time() - stamped_s)
    topics._on_stamped(message, sent(sent_s))
    assert ages == [pytest.approx(counts_s, abs=1.0)]
