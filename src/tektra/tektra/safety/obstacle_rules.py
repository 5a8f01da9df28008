# SPDX-License-Identifier: Apache-2.0
"""Which sensors see obstacles for which robot, and what the gate makes of them: `obstacles` of config/obstacles.yaml, or of
config/safety.yaml."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tektra.common.world_yaml import Reader, read_file

SCAN, CLOUD, RANGE, BUMPER = "scan", "cloud", "range", "bumper"
#: Where one of these is given, the file tells where a sensor sits.
SEATS = ("x_m", "y_m", "z_m", "roll_deg", "pitch_deg", "yaw_deg")
#: By REP-117 a range below the least is something too near; many a lidar says 0 where it measured nothing.
NEAR, UNMEASURED = "near", "unmeasured"
#: What a robot may do where none of its sensors look: drive as if nothing were there, slowly, or not at all.
OPEN, SLOWLY, SHUT = "open", "slow", "shut"


@dataclass(frozen=True)
class ObstacleSensor:
    """A sensor of one robot, where it sits in `base_link` (m, rad), and how old its word may be."""

    name: str
    kind: str
    topic: str
    timeout_s: float
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    roll: float = 0.0
    pitch: float = 0.0
    yaw: float = 0.0
    low: float = 0.05  # m above the floor: what of a cloud is lower is floor
    high: float = 2.0  # and what is higher is above the robot
    frame: str = ""  # of its messages' headers; empty: of the first
    zero: str = NEAR  # what a range of 0 is: something nearer than it can measure, or no measurement
    seated: bool = True  # where it sits is told by the numbers above; else by the frame of its messages
    mirrored: bool = False  # a scan that hangs upside down


@dataclass(frozen=True)
class Watched:
    """One robot's sensors, and what counts where none of them look."""

    sensors: tuple[ObstacleSensor, ...]
    unseen: str = OPEN
    base_frame: str = ""  # what its base is called on /tf; empty: NAME/base_link


@dataclass(frozen=True)
class ObstacleRules:
    """Distances and times. Units: m, s, m/s, rad/s^2."""

    reaction_s: float = 0.25  # from a permit until the robot brakes: permit, driver and robot together
    margin: float = 0.05  # kept between a footprint and what is seen, wherever the robot comes to stand
    #: Of what has moved since it was seen last (ISO 13855:2010, 5; of ISO 13855:2024: people_rules.py); 0: nothing is taken to move.
    moving_speed: float = 1.6
    turn_deceleration: float = 3.0  # how a base at least ends a turn
    slow_within: float = 0.0  # nearer to the footprint than this, no faster than `slow_speed`; 0: not watched
    slow_speed: float = 0.2
    robots: Mapping[str, Watched] = field(default_factory=dict)

    def sensors(self) -> Iterator[tuple[str, ObstacleSensor]]:
        """All of them, each with its robot."""
        return ((robot, sensor) for robot, watched in self.robots.items() for sensor in watched.sensors)


def load_obstacle_rules(path: Path, *, optional: bool = True) -> ObstacleRules:
    """Reads the key `obstacles` of a file; without it no sensor is named, where it is optional. Raises WorldError."""
    top = read_file(path)
    reader, known = top.section("obstacles", optional=optional), ObstacleRules()

    def number(key: str, low: float, high: float, default: float) -> float:
        return reader.number(key, low=low, high=high, default=default)

    rules = ObstacleRules(
        reaction_s=number("reaction_s", 0.02, 5.0, known.reaction_s),
        margin=number("margin_m", 0.0, 2.0, known.margin),
        moving_speed=number("moving_speed_mps", 0.0, 10.0, known.moving_speed),
        turn_deceleration=number("turn_deceleration_rps2", 0.1, 100.0, known.turn_deceleration),
        slow_within=number("slow_within_m", 0.0, 10.0, known.slow_within),
        slow_speed=number("slow_speed_mps", 0.01, 20.0, known.slow_speed),
        robots={name: _watched(robot) for name, robot in reader.sections("robots")},
    )
    reader.finish()
    return rules


def _watched(reader: Reader) -> Watched:
    sensors = tuple(_sensor(name, sensor) for name, sensor in reader.sections("sensors"))
    unseen = reader.text("unseen", among=(OPEN, SLOWLY, SHUT), default=OPEN)
    base_frame = reader.text("base_frame", default="").lstrip("/")
    reader.finish()
    if not sensors:
        raise reader.error("sensors", "names none: name one, or leave this robot out")
    return Watched(sensors, unseen, base_frame)


def _sensor(name: str, reader: Reader) -> ObstacleSensor:
    topic = reader.text("topic")
    if not topic.startswith("/"):
        raise reader.error("topic", "does not begin with /")
    known, told = ObstacleSensor("", "", "", 1.0), any(map(reader.has, SEATS))
    x, y, z = (reader.number(key, low=-10.0, high=10.0, default=0.0) for key in ("x_m", "y_m", "z_m"))
    roll, pitch, yaw = (
        math.radians(reader.number(key, low=-360.0, high=360.0, default=0.0))
        for key in ("roll_deg", "pitch_deg", "yaw_deg")
    )
    sensor = ObstacleSensor(
        name,
        reader.text("kind", among=(SCAN, CLOUD, RANGE, BUMPER)),
        topic,
        reader.number("timeout_s", low=0.02, high=10.0),
        *(x, y, z, roll, pitch, yaw),
        low=reader.number("low_m", low=-10.0, high=10.0, default=known.low),
        high=reader.number("high_m", low=-10.0, high=10.0, default=known.high),
        frame=reader.text("frame", default=""),
        zero=reader.text("zero", among=(NEAR, UNMEASURED), default=NEAR),
    )
    sensor = replace(sensor, seated=told or sensor.kind == BUMPER)
    if sensor.kind != CLOUD and (sensor.roll or sensor.pitch):
        raise reader.error("kind", f"is {sensor.kind}, which lies flat: roll_deg and pitch_deg are a cloud's")
    reader.finish()
    return sensor
