# SPDX-License-Identifier: Apache-2.0
"""Options of the navigator nav2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class Nav2Options:
    """Where Nav2 of this robot is found. Names are relative to the robot's namespace."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    action: str = option("navigate_to_pose", "Nav2's action NavigateToPose.")
    cmd_vel_topic: str = option(
        "cmd_vel_nav2",
        "Where Nav2 publishes its velocities: remap its last node (the collision monitor, say) to this topic, and never to the base's own.",
    )
    stamped: bool = option(True, "Nav2 publishes TwistStamped (its enable_stamped_cmd_vel), not Twist.")
