# SPDX-License-Identifier: Apache-2.0
"""Where a RobotState says that its robot is. Reads a message only."""

from __future__ import annotations

from tektra.common.robot_place import place_on_map
from tektra_interfaces.msg import RobotState


def place_of(state: RobotState) -> tuple[float, float, float] | None:
    """x m, y m, yaw rad in `map`; None where its words tell no place (tektra.common.robot_place)."""
    at, turned = state.pose.position, state.pose.orientation
    rotation = (turned.x, turned.y, turned.z, turned.w)
    return place_on_map(at.x, at.y, rotation, localized=state.localized, frame=state.header.frame_id)
