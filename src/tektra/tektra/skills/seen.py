# SPDX-License-Identifier: Apache-2.0
"""What a skill sees of its robot, what it asks for, and how it ends. Units: m, s, rad, and their quotients."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from tektra.skills.sight import Sight

Point = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """Where something is on the map."""

    x: float
    y: float
    yaw: float = 0.0

    def distance(self, x: float, y: float) -> float:
        return math.hypot(self.x - x, self.y - y)

    def bearing(self, x: float, y: float) -> float:
        """Direction of a point as seen from here, against the map's x axis."""
        return math.atan2(y - self.y, x - self.x)


#: When a way was claimed (ns of the ROS clock), and by whom: in this order robots give way.
Ticket = tuple[int, str]


@dataclass(frozen=True)
class Other:
    """Another robot. `route`: the way that it claimed, from where it is to where it will stand; without a `ticket` it stands."""

    x: float
    y: float
    radius: float = 0.3
    ticket: Ticket | None = None
    route: tuple[Point, ...] = ()

    def distance(self, x: float, y: float) -> float:
        return math.hypot(self.x - x, self.y - y)

    @property
    def stand(self) -> Point:
        """Where it stands, or will."""
        return self.route[-1] if self.ticket and self.route else (self.x, self.y)


@dataclass(frozen=True)
class Seen:
    """A robot at one moment, as its driver tells it. `pose` is None while it does not know where it is.

    `barred`: what the safety gate says is in the way, for a moment. `strangers`: where its lidar sees something that is
    on no map. `stamp_ns`: the ROS clock, 0 where there is none. `sight`: what vision tells, for skills that look (Looking). `altitude`: m above where it
    stood; not finite where it does not fly.
    """

    now_s: float
    pose: Pose | None
    speed: float = 0.0
    turn_rate: float = 0.0
    joints: Mapping[str, float] = field(default_factory=dict)
    altitude: float = math.nan
    gripper_opening: float = math.nan
    gripper_holding: bool = False
    others: Mapping[str, Other] = field(default_factory=dict)
    barred: str = ""
    strangers: tuple[Point, ...] = ()
    stamp_ns: int = 0
    sight: Sight = field(default_factory=Sight)


@dataclass(frozen=True)
class Drive:
    """Velocities of the base for the next moment; `vy` to the left, for a base that can."""

    vx: float = 0.0
    wz: float = 0.0
    vy: float = 0.0


@dataclass(frozen=True)
class Joints:
    """Where the joints are to be after the next moment."""

    positions: Mapping[str, float]


@dataclass(frozen=True)
class Grip:
    """How far the fingers are to be apart."""

    opening: float


@dataclass(frozen=True)
class Rise:
    """Upwards or downwards to this height above where it took off (m)."""

    altitude: float


@dataclass(frozen=True)
class Descend:
    """Down to the ground, where it is."""


@dataclass(frozen=True)
class Use:
    """A tool at a share of its full effect."""

    tool: str
    value: float


@dataclass(frozen=True)
class Hold:
    """Nothing to ask for at this moment."""


class Outcome(Enum):
    """How a skill ended, as in RunSkill."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELED = "canceled"


@dataclass(frozen=True)
class End:
    """The end of a skill: `message` in words that a person understands, `result` as plain JSON values."""

    outcome: Outcome
    message: str
    result: Mapping[str, object] = field(default_factory=dict)


Command = Drive | Joints | Grip | Rise | Descend | Use | Hold


class Skill(Protocol):
    """One run of a skill. `step` comes at a steady rate and never blocks for long; it raises nothing."""

    @property
    def progress(self) -> float:
        """0..1; negative when unknown."""

    def step(self, seen: Seen) -> Command | End: ...


def wrapped(angle: float) -> float:
    """The same angle within -pi..pi."""
    return math.remainder(angle, 2 * math.pi)


def clipped(value: float, most: float) -> float:
    """The value, its size held to `most`."""
    return max(-most, min(most, value))
