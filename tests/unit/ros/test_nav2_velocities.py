# SPDX-License-Identifier: Apache-2.0
"""Which velocities of a navigator are driven by."""

import math
import sys
import time
from types import ModuleType, SimpleNamespace

import pytest
from geometry_msgs.msg import TwistStamped

from tektra.ros.clock import time_msg
from tektra.ros.lateness import boot_s


@pytest.fixture
def client(monkeypatch):
    """A client on as much of a node as it needs; nav2_msgs is no part of the wheels."""
    package, actions = ModuleType("nav2_msgs"), ModuleType("nav2_msgs.action")
    actions.NavigateToPose = SimpleNamespace(Goal=object)
    monkeypatch.setitem(sys.modules, "nav2_msgs", package)
    monkeypatch.setitem(sys.modules, "nav2_msgs.action", actions)
    monkeypatch.delitem(sys.modules, "tektra.ros.nav2_client", raising=False)
    from tektra.ros import nav2_client

    monkeypatch.setattr(nav2_client, "action_client", lambda *_: None)
    now = SimpleNamespace(nanoseconds=time.time_ns())
    node = SimpleNamespace(
        create_subscription=lambda *_: None,
        create_timer=lambda *_: None,
        resolve_service_name=lambda name: f"/{name}",
        get_clock=lambda: SimpleNamespace(now=lambda: now),
    )
    yield nav2_client.Nav2Client(node, action="navigate_to_pose", cmd_vel="cmd_vel", stamped=True)
    monkeypatch.undo()
    sys.modules.pop("tektra.ros.nav2_client", None)


def sent(age_s=0.0):
    """What the middleware tells of a message."""
    return {"source_timestamp": time.time_ns() - round(age_s * 1e9)}


def velocity(frame="base_link", speed=0.4, age_s=0.0):
    message = TwistStamped()
    message.header.frame_id, message.header.stamp = frame, time_msg(time.time() - age_s)
    message.twist.linear.x = speed
    return message


@pytest.mark.parametrize("frame", ["", "base_link", "rover1/base_link", "base_footprint"])
def test_one_of_the_robots_own_frame_is(client, frame) -> None:
    client._on_stamped(velocity(frame), sent())
    assert client.velocity == (0.4, 0.0, 0.0)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"frame": frame} for frame in ("map", "odom", "rover1/odom")),
        *({"speed": speed} for speed in (math.nan, math.inf)),
        *({"age_s": age_s} for age_s in (1.0, -1.0)),
    ],
)
def test_one_of_another_frame_or_time_or_of_no_number_is_not(client, wrong) -> None:
    client._on_stamped(velocity(**wrong), sent())
    assert client.velocity_s == -math.inf


def test_one_that_was_long_on_its_way_is_not_whatever_its_stamp_and_also_without_one(client) -> None:
    client._on_stamped(velocity(), sent(13.0))
    client._on_twist(velocity().twist, sent(13.0))
    assert client.velocity_s == -math.inf


def test_the_time_under_way_counts_against_it(client) -> None:
    client._on_twist(velocity().twist, sent(0.2))
    assert 0.2 <= boot_s() - client.velocity_s < 0.3
