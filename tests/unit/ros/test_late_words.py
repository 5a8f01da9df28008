# SPDX-License-Identifier: Apache-2.0
"""Words that come late say so, on every way in: typed, spoken, or by a sign; by their stamp, or as the middleware knows."""

import time
from types import SimpleNamespace

import pytest
from std_msgs.msg import String

from tektra.common.lateness import LATE_S, SPOKEN_LATE_S
from tektra.ros.clock import time_msg
from tektra.ros.words import Words
from tektra_interfaces.msg import LiveSpeech


@pytest.fixture
def heard() -> list[tuple]:
    return []


@pytest.fixture
def words(heard: list[tuple]) -> Words:
    node = SimpleNamespace(create_subscription=lambda *_: None)
    return Words(node, "default", lambda *told: heard.append(told))


def sent(ago_s: float) -> dict[str, int]:
    return {"source_timestamp": time.time_ns() - round(ago_s * 1e9)}


def speech(ago_s: float) -> LiveSpeech:
    message = LiveSpeech(final="rover1 one metre ahead")
    message.header.stamp = time_msg(time.time() - ago_s)
    return message


def test_a_command_is_as_old_as_the_middleware_says(words, heard) -> None:
    words._on_command(String(data="go"), sent(0.0))
    words._on_command(String(data="go"), sent(LATE_S + 1.0))
    (now, late) = (told[2] for told in heard)
    assert now == "" and "it was asked" in late


@pytest.mark.parametrize("way", ["_on_speech", "_on_sign"])
@pytest.mark.parametrize(
    ("stamped_s", "sent_s", "late"),
    [
        (0.5, 0.0, False),
        (SPOKEN_LATE_S + 1.0, 0.0, True),
        (0.5, LATE_S + 1.0, True),
        (-LATE_S - 9.0, 0.0, True),
    ],
)
def test_what_is_said_or_shown_is_no_younger_than_either(words, heard, way, stamped_s, sent_s, late) -> None:
    getattr(words, way)(speech(stamped_s), sent(sent_s))
    ((_, __, why, *___),) = heard
    assert bool(why) is late
