# SPDX-License-Identifier: Apache-2.0
"""Messages that are larger than any that is meant: making Python objects of one takes as long as nobody may wait for a stop.

A SafetyState of 20,000 robots (1 MB) takes 0.1 s to be read; its bytes are looked at in microseconds. Types of which every part is
of a fixed size, or a text, are not bounded here: they are quickly read however large they are.
"""

from __future__ import annotations

from typing import Any

from nav_msgs.msg import Path
from rclpy.subscription import Subscription
from sensor_msgs.msg import JointState

from tektra.common.errors import InputError
from tektra.ros.cdr import read_cdr
from tektra_interfaces.msg import (
    MotionPermit,
    MotionRequest,
    PeoplePositions,
    RobotDescription,
    RobotState,
    SafetyState,
)

#: Bytes on the wire. A thousand robots, people, joints or corners fit; skills come with schemas and sentences.
MOST_BYTES: dict[type, int] = {
    SafetyState: 131_072,
    PeoplePositions: 131_072,
    RobotDescription: 131_072,
    RobotState: 65_536,
    MotionRequest: 65_536,
    MotionPermit: 65_536,
    JointState: 65_536,
    Path: 262_144,
}


def take(subscription: Subscription[Any]) -> tuple[Any, Any] | None:
    """The next message of a subscription and what the middleware tells of it; None for none, for one that is larger than its type
    may be, and for one whose bytes are none. The caller holds the subscription's handle."""
    kind = subscription.msg_type
    most = None if subscription.raw else MOST_BYTES.get(kind)
    taken = subscription.handle.take_message(kind, subscription.raw or most is not None)
    if taken is None or most is None:
        return taken  # type: ignore[no-any-return]
    message = read_bounded(kind, taken[0])
    return None if message is None else (message, taken[1])


def read_bounded(kind: type, data: bytes) -> Any:
    """The message of that type in its bytes (CDR); None for bytes that are none, and for more than its type may have."""
    if len(data) > MOST_BYTES[kind]:
        return None
    try:
        return read_cdr(kind, data)
    except InputError:
        return None
