# SPDX-License-Identifier: Apache-2.0
"""Where a robot's state says that it is, for whoever reads one: the gate, skills, planner and vision believe the same."""

from __future__ import annotations

import math

from tektra.common.quaternion import yaw_of

#: A quaternion whose length is farther from 1 than this turns nothing.
UNIT_OFF = 0.01
#: No place on a map is so far from its origin (m).
BEYOND_MAP_M = 1e6
#: What RobotState promises, and a frame that is not told.
MAP_FRAMES = ("", "map")
#: Frames in which a velocity is one of the robot's own, by the last part of their names: its base, or the stick in a hand.
OWN_FRAMES = frozenset({"", "base_link", "base_footprint", "base", "teleop_twist_joy", "joy"})

Rotation = tuple[float, float, float, float]


def is_own_frame(frame: str) -> bool:
    """Whether a velocity that names this frame counts ahead and left of the robot; of the map's north it would go ahead."""
    return frame.rpartition("/")[2] in OWN_FRAMES


def place_on_map(
    x: float, y: float, rotation: Rotation, *, localized: bool, frame: str
) -> tuple[float, float, float] | None:
    """x m, y m, yaw rad in `map`. None for what says that it does not know, is in another frame, is turned by no rotation
    (x, y, z, w), or is not finite, or beyond all maps."""
    if not localized or frame not in MAP_FRAMES:
        return None
    if not abs(math.hypot(*rotation) - 1.0) <= UNIT_OFF:  # also for NaN
        return None
    pose = (x, y, yaw_of(*rotation))
    return pose if all(abs(value) <= BEYOND_MAP_M for value in pose) else None  # not for NaN
