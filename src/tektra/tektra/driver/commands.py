# SPDX-License-Identifier: Apache-2.0
"""What a driver may tell a robot. Each motion says for how long it holds; a halt holds until the next motion."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drive:
    """Velocity of the base in base_link, for ttl_s at most."""

    vx_mps: float
    vy_mps: float
    wz_radps: float
    ttl_s: float


@dataclass(frozen=True)
class MoveJoints:
    """Towards these joint positions, each at most at its speed, for ttl_s at most. Empty speeds: the robot's own."""

    names: tuple[str, ...]
    positions_rad: tuple[float, ...]
    speeds_radps: tuple[float, ...]
    ttl_s: float


@dataclass(frozen=True)
class MoveGripper:
    """Towards this opening, for ttl_s at most."""

    opening_m: float
    ttl_s: float


@dataclass(frozen=True)
class Tool:
    """A tool at a share of its full effect (0: off), for ttl_s at most; then it goes off."""

    name: str
    value: float
    ttl_s: float


@dataclass(frozen=True)
class TakeOff:
    """Upwards to this height above where it stands, for ttl_s at most; then it stays at the height that it has."""

    altitude_m: float
    ttl_s: float


@dataclass(frozen=True)
class Land:
    """Downwards to the ground where it is, for ttl_s at most; then it stays at the height that it has."""

    ttl_s: float


@dataclass(frozen=True)
class StandStill:
    """Both keep the power on (category 2 of IEC 60204-1): 0 brakes at once, 1 slows down within the robot's limit and then stands.

    Tools go off with it; what flies stays where it is, in the air.
    """

    category: int = 1


Rare = Tool | TakeOff | Land  # most links have no words for these, and refuse them
Motion = Drive | MoveJoints | MoveGripper | Rare
Command = Motion | StandStill
