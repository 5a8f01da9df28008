# SPDX-License-Identifier: Apache-2.0
"""Options of the safety gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class SafetyOptions:
    """What the gate enforces over and above what each robot declares of itself."""

    FIXED: ClassVar[str] = "what the body goes by does not change under a robot that moves"

    rate_hz: float = option(25.0, "How often the heartbeat is published.", unit="Hz", low=20.0, high=200.0)
    permit_valid_s: float = option(
        0.11, "How long a driver may act on a permit, from its receipt.", unit="s", low=0.02, high=0.5
    )
    request_age_max_s: float = option(
        0.2, "A request whose stamp is older is refused.", unit="s", low=0.02, high=2.0
    )
    request_ahead_max_s: float = option(
        0.05, "A request whose stamp lies further in the future is refused.", unit="s", low=0.0, high=1.0
    )
    driver_timeout_s: float = option(
        0.5,
        "A robot whose driver has been silent for longer, or tells a state so old, gets no permit.",
        unit="s",
        low=0.1,
        high=5.0,
    )
    heartbeat_lost_s: float = option(
        1.0,
        "A gate whose own heartbeat paused for longer stops everything when it wakes up.",
        unit="s",
        low=0.1,
        high=10.0,
    )
    linear_speed_max: float = option(
        1.0, "No robot is permitted to drive faster, whatever it declares.", unit="m/s", low=0.01, high=20.0
    )
    angular_speed_max: float = option(
        2.0, "No robot is permitted to turn faster, whatever it declares.", unit="rad/s", low=0.01, high=20.0
    )
    joint_speed_max: float = option(
        2.0, "No joint is permitted to move faster, whatever it declares.", unit="rad/s", low=0.01, high=20.0
    )
    altitude_max: float = option(
        120.0,
        "No robot is permitted to fly higher above where it took off, whatever it declares.",
        unit="m",
        low=0.0,
        high=10000.0,
    )
    zones_file: str = option(
        "", "Where robots may be, and how fast; empty: safety.yaml of Tektra's config folder."
    )
    obstacles_file: str = option(
        "", "Which sensors see obstacles (its key `obstacles`); empty: the file of the zones."
    )
    state_file: str = option(
        "", "Where a stop is kept over a restart of the gate; empty: safety.json in Tektra's state folder."
    )
