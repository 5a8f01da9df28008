# SPDX-License-Identifier: Apache-2.0
"""Robots, who holds them, safety, and the map."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from tektra.web.models.base import JsonObject, Key, Model, Name, Reason, RobotName, Seen, SentAt


class Point(Seen):
    """m, on the floor."""

    x: float
    y: float


class Pose(Seen):
    """m and rad, counter-clockwise, in the map."""

    x: float
    y: float
    z: float = 0.0
    yaw: float = 0.0


class Skill(Seen):
    """What a robot can be asked to do; `schema` is the JSON schema of its arguments."""

    name: str
    description: str
    arguments_schema: JsonObject


class Joint(Seen):
    """A joint in rad."""

    name: str
    position: float


class Lease(Seen):
    """Who holds a robot; `asked_by`: who would like to."""

    robot: str
    holder: str = ""
    holder_id: str = ""
    since_ms: int = 0
    asked_by: list[str] = []


class RobotStatus(Seen):
    """A robot as it is now."""

    robot: str
    kind: str = ""
    connected: bool
    moving: bool
    halted: bool
    halt_reason: str = ""
    stopped: bool
    stop_causes: list[str] = []
    localized: bool
    pose: Pose | None
    speed_m_s: float
    turn_rad_s: float
    battery: float | None
    joints: list[Joint] = []
    gripper_opening_m: float | None = None
    gripper_holding: bool = False
    altitude_m: float | None = None
    collision: bool = False
    fault: str = ""
    stamp_ms: int
    lease: Lease


class Robot(Seen):
    """A robot that announced itself."""

    robot: str
    kind: str
    skills: list[Skill]
    footprint: list[Point]
    linear_speed_m_s: float
    angular_speed_rad_s: float
    joint_names: list[str] = []
    status: RobotStatus | None = None


class Command(Model):
    """A skill of a robot with its arguments."""

    skill: Name
    arguments: JsonObject = {}
    sent_at_ms: SentAt = None


class CommandDone(Seen):
    """What became of it."""

    outcome: Literal["succeeded", "failed", "refused", "canceled"]
    message: str
    result: JsonObject = {}


class StopAsked(Model):
    """Why, in words, for the audit. A stop is a stop whatever else is said: nothing here is refused."""

    model_config = ConfigDict(extra="ignore")

    reason: Reason = ""


class ResetAsked(Model):
    """`robot` empty: all. `epoch`: that of the stop that the person sees (SafetyState's, or the robot's own); a newer one is
    not released. Without it that which is told when this comes is meant."""

    robot: RobotName | Literal[""] = ""
    epoch: Annotated[int, Field(ge=0, le=2**53)] | None = None
    sent_at_ms: SentAt = None


class LeaseAsked(Model):
    """take: hold it; ask: tell the holder; hand_over: give it to `to`; release: let it go."""

    action: Literal["take", "ask", "hand_over", "release"]
    to: Annotated[str, StringConstraints(max_length=64)] = ""


class RobotSafety(Seen):
    """A robot's own stop. `epoch`: of the newest stop or reset of it alone; 0: of none."""

    robot: str
    stopped: bool
    causes: list[str]
    epoch: int = 0


class SafetyState(Seen):
    """`fresh`: the gate was heard within its deadline; where it was not, nothing moves."""

    stopped: bool
    causes: list[str]
    pending: list[str]
    epoch: int
    robots: list[RobotSafety]
    fresh: bool
    stamp_ms: int


class AuditRecord(Seen):
    """Who asked for what, and what became of it."""

    stamp_ms: int
    who: str
    event: str
    robot: str = ""
    skill: str = ""
    detail: str = ""
    epoch: int = 0


class Area(Seen):
    """A room: its rectangle in m."""

    name: str
    x_min: float
    y_min: float
    x_max: float
    y_max: float


class Block(Seen):
    """A wall or a piece of furniture: a box that stands on the floor, in m and rad."""

    name: str
    x: float
    y: float
    yaw: float
    length: float
    width: float
    height: float
    color: list[float] = []


class Place(Seen):
    """A named place."""

    name: str
    pose: Pose


class Zone(Seen):
    """A polygon in which robots must stay, into which they must not come, or where they are no faster than `speed_m_s`.
    `robots` empty: all of them."""

    name: str
    kind: Literal["keep_in", "keep_out", "slow"]
    corners: list[Point]
    robots: list[str] = []
    speed_m_s: float | None = None


class WorldMap(Seen):
    """The home as it is known. `names`: by language, what its rooms and places are called; those without a word go by their name."""

    name: str
    frame: str
    wall_height: float
    rooms: list[Area]
    walls: list[Block]
    furniture: list[Block]
    places: list[Place]
    zones: list[Zone] = []
    names: dict[str, dict[str, str]] = Field(default_factory=dict)


class Person(Seen):
    """Somebody whom Tektra knows."""

    id: str
    name: str = ""
    role: str = ""
    consents: list[str] = []


class PersonExport(Seen):
    """Everything that is kept about a person."""

    id: str
    data: JsonObject


class PersonKey(Model):
    """Names a person."""

    id: Key


class Diagnostic(Seen):
    """How one node does."""

    name: str
    level: Literal["ok", "warn", "error", "stale"]
    message: str
    values: dict[str, str] = Field(default_factory=dict)


class Health(Seen):
    """The gateway answers; `graph`: it sees the safety gate."""

    status: Literal["ok"]
    graph: bool
    server_time_ms: int
