# SPDX-License-Identifier: Apache-2.0
"""Options of the skills node of one robot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option
from tektra.skills.backends.nav2_options import Nav2Options as Nav2Options


@dataclass(frozen=True)
class SkillsOptions:
    """How one robot carries out its skills."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    rate_hz: float = option(
        20.0, "How often the next moment's motion is requested.", unit="Hz", low=10.0, high=100.0
    )
    world_file: str = option("", "The map and its named places; empty: world.yaml of Tektra's config folder.")
    zones_file: str = option(
        "",
        "Where robots may be, so that ways are planned within it; empty: safety.yaml of Tektra's config folder.",
    )
    velocity_timeout_s: float = option(
        0.3,
        "Dead man's time of cmd_vel_request: without a velocity for so long the robot is released; an older one is refused.",
        unit="s",
        low=0.05,
        high=1.0,
    )
    navigator: str = option(
        "own",
        "Who plans and steers navigate_to: own, or a back end (nav2) whose velocities go through the gate.",
    )
