# SPDX-License-Identifier: Apache-2.0
"""One line of JSON at each place where a request is handed on (common/trace.py), into a node's log."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

from unique_identifier_msgs.msg import UUID

from tektra.common.timings import Timings
from tektra.common.trace import CURRENT, id_in, line, trace_of_speech
from tektra.ros.lateness import boot_s
from tektra_interfaces.msg import LiveSpeech, MotionPermit

#: Latencies beyond this come of chunks whose stamps are not the time of their capture, or of a clock that was set.
BELIEVABLE_S = 30.0


def tell(node: Any, did: str, whole_id: str, **more: str | int | float) -> None:
    """In the past tense; `more` has no words of a person."""
    node.get_logger().info(line(node.get_name(), did, whole_id, **more))


def goal_uuid(whole_id: str) -> UUID:
    """The id for a goal that is sent."""
    return UUID(uuid=list(uuid.UUID(whole_id).bytes))


def whole_id_of(goal_id: UUID) -> str:
    """The id in a goal that came: 32 hexadecimal digits."""
    return bytes(goal_id.uuid).hex()


def traced(node: Any, action: str) -> UUID:
    """The id of a goal to send, in the trace of whoever is served now; told."""
    whole_id = id_in(CURRENT.get())
    tell(node, "asked", whole_id, action=action)
    return goal_uuid(whole_id)


@contextlib.contextmanager
def goal_told(node: Any, handle: Any) -> Iterator[None]:
    """Around the carrying out of a skill: that it began, and how long it took."""
    whole_id, began_s = whole_id_of(handle.goal_id), boot_s()
    robot, skill = node.get_namespace().strip("/"), str(handle.request.skill)[:60]
    tell(node, "began", whole_id, robot=robot, skill=skill)
    try:
        yield
    finally:
        tell(node, "ended", whole_id, robot=robot, skill=skill, took_ms=(boot_s() - began_s) * 1000.0)


def heard(node: Any, stage: Timings, message: LiveSpeech, latency_s: float) -> None:
    """What was said is text now, so long after it was said."""
    if 0.0 <= latency_s < BELIEVABLE_S:
        stage.add(latency_s)
    stamp = message.header.stamp
    tell(node, "heard", trace_of_speech(stamp.sec, stamp.nanosec), latency_ms=latency_s * 1000.0)


class FirstPermits:
    """Tells of the first permit of each goal that has set the robot in motion; every one's latency goes to `stage`."""

    def __init__(self, node: Any, stage: Timings) -> None:
        self._node, self._stage = node, stage
        self._goal = ""

    def obeyed(self, message: MotionPermit, latency_s: float) -> None:
        """A permit's command is on the robot's socket, so long after the gate decided."""
        self._stage.add(latency_s)
        if message.goal_id != self._goal:
            self._goal = message.goal_id
            robot, skill = message.robot, message.skill[:60]
            tell(
                self._node, "moved", message.goal_id, robot=robot, skill=skill, latency_ms=latency_s * 1000.0
            )
