# SPDX-License-Identifier: Apache-2.0
"""Where the sensors sit whose place the file does not tell: in the base itself, by the frame that their messages name, or where
/tf_static and /tf have that frame. Units: m, rad, s by the clock of the messages."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from tektra.common.rotations import Place, roll_pitch_yaw, turned
from tektra.safety.frames import Edge, Frames
from tektra.safety.obstacle_rules import CLOUD, SCAN, ObstacleSensor

#: No sensor sits farther from its robot's base (m).
REACH_M = 10.0
#: What measures in a plane is tilted by no more than this (rad): its ranges are shorter on the floor by a thousandth.
TILT_RAD = 0.05
#: The base itself, also with the robot's name before it; so is a frame that is not named.
BASE, OWN = "base_link", ("base_link", "base_footprint")
#: A sensor that was put elsewhere (m, rad) looks at other places with the same rays.
PUT_M, PUT_RAD = 0.005, 0.005


class Seats:
    """Of all robots. One thread uses it."""

    def __init__(self, bases: Mapping[str, str]) -> None:
        """`bases`: by robot what its base is called on /tf; empty: as ever."""
        #: Called when transforms are needed for a robot, each time; it tells what keeps them from being heard.
        self.want: Callable[[str], str] = lambda robot: ""
        self._bases = bases
        self._everywhere, self._own = Frames(), {robot: Frames() for robot in bases}

    def frames(self, robot: str) -> Frames:
        """What is told in this robot's namespace; empty: on the topics of all."""
        return self._own.setdefault(robot, Frames()) if robot else self._everywhere

    def take(self, robot: str, edges: Iterable[Edge], *, static: bool, teller: str) -> str:
        """Transforms that were told there. Why some of them are not believed; empty when all are."""
        return self.frames(robot).take(edges, static=static, teller=teller)

    def left(self, robot: str, tellers: Collection[str]) -> None:
        """Who tells transforms there."""
        self.frames(robot).left(tellers)

    def of(self, robot: str, name: str, frame: str, at_s: float) -> tuple[Place, float]:
        """Where that frame was then in the robot's base, and how old the word of that is. Raises ValueError, with the remedy."""
        base, plain = self._bases.get(robot, ""), frame.lstrip("/")
        if plain in {"", base or f"{robot}/{BASE}", *OWN, *(f"{robot}/{own}" for own in OWN)}:
            return Place(), 0.0
        where = f"tell x_m, y_m, yaw_deg of {robot}/{name} in obstacles.yaml"
        missing = self.want(robot)
        here, all_over = ({base} if base else {BASE, f"{robot}/{BASE}"}), {base or f"{robot}/{BASE}"}
        found = self.frames(robot).seat(plain, here, at_s) or self._everywhere.seat(plain, all_over, at_s)
        if found is None:
            publish = missing or f"publish it on /tf_static below {base or f'{robot}/{BASE}'}"
            raise ValueError(f"nothing tells where its frame {plain[:40]!r} sits: {where}, or {publish}")
        return found


def put(sensor: ObstacleSensor, place: Place) -> ObstacleSensor:
    """The same sensor, there. Raises ValueError where one that measures in a plane does not lie in it."""
    (x, y, z), rotation = place.at, place.rotation
    roll, pitch, yaw = roll_pitch_yaw(rotation)
    if not math.hypot(x, y, z) <= REACH_M:
        raise ValueError(f"it sits {math.hypot(x, y, z):.1f} m from its robot's base")
    if sensor.kind == CLOUD:
        return replace(sensor, x=x, y=y, z=z, roll=roll, pitch=pitch, yaw=yaw)
    # Of a scan its axis is upright, one way or the other; of a cone its middle is level.
    up = turned(rotation, (0.0, 0.0, 1.0))[2]
    tilt = math.acos(min(abs(up), 1.0)) if sensor.kind == SCAN else abs(pitch)
    if tilt > TILT_RAD:
        raise ValueError(f"it is tilted by {math.degrees(tilt):.0f} degrees, and measures in a plane")
    return replace(sensor, x=x, y=y, z=z, yaw=yaw, mirrored=sensor.kind == SCAN and up < 0.0)


def moved(one: ObstacleSensor, other: ObstacleSensor) -> bool:
    """It sits elsewhere than before."""
    way = math.dist((one.x, one.y, one.z), (other.x, other.y, other.z))
    pairs = ((one.roll, other.roll), (one.pitch, other.pitch), (one.yaw, other.yaw))
    turns = max(abs(math.remainder(a - b, math.tau)) for a, b in pairs)
    return way > PUT_M or turns > PUT_RAD or one.mirrored is not other.mirrored
