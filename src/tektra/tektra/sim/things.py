# SPDX-License-Identifier: Apache-2.0
"""Things and people that are on no map: put in the way, walked about and taken away by whoever holds the truth port."""

import json
import math
from dataclasses import dataclass

from tektra.common.robot_wire_fields import Fields, WireError

#: What there is of each, hidden below the floor until it is put somewhere.
BOXES, CHAIRS, PEOPLE = ("box1", "box2", "box3"), ("chair1", "chair2"), ("person1", "person2")
THINGS = (*BOXES, *CHAIRS, *PEOPLE)
HIDDEN_M = -5.0
BOX_M, SEAT_M, LEG_M, SHIN_M = 0.30, 0.40, 0.015, 0.06
SPEED_MAX_MPS = 3.0


def things_mjcf() -> str:
    """Their bodies: they push, and nothing pushes them."""
    return "".join(_body(name, _shape(name)) for name in THINGS)


def _body(name: str, shape: str) -> str:
    return f'<body name="{name}" mocap="true" pos="0 0 {HIDDEN_M}">{shape}</body>'


def _shape(name: str) -> str:
    if name in BOXES:
        half = BOX_M / 2.0
        return f'<geom type="box" pos="0 0 0.2" size="{half} {half} 0.2" rgba="0.72 0.53 0.35 1"/>'
    legs, radius, height = (
        ([(a * SEAT_M / 2.0, b * SEAT_M / 2.0) for a in (-1, 1) for b in (-1, 1)], LEG_M, 0.45)
        if name in CHAIRS
        else ([(0.0, 0.11), (0.0, -0.11)], SHIN_M, 0.8)
    )
    feet = "".join(
        f'<geom type="cylinder" pos="{x:g} {y:g} {height / 2.0:g}" size="{radius} {height / 2.0:g}" rgba="0.3 0.3 0.4 1"/>'
        for x, y in legs
    )
    top = f'<geom type="box" pos="0 0 {height:g}" size="0.2 0.2 0.02" rgba="0.45 0.32 0.2 1"/>'
    if name in PEOPLE:
        top = f'<geom type="capsule" fromto="0 0 {height:g} 0 0 1.5" size="0.18" rgba="0.7 0.4 0.3 1"/>'
    return feet + top


@dataclass
class Thing:
    """Where one is, and where it walks to (m, rad, m/s); speed 0: it stands."""

    x_m: float
    y_m: float
    yaw_rad: float = 0.0
    to_m: tuple[float, float] = (0.0, 0.0)
    speed_mps: float = 0.0

    def step(self, dt_s: float) -> None:
        """Walks on, and stands where it wanted to."""
        dx, dy = self.to_m[0] - self.x_m, self.to_m[1] - self.y_m
        left, way = math.hypot(dx, dy), self.speed_mps * dt_s
        if way >= left:
            self.x_m, self.y_m, self.speed_mps = *self.to_m, 0.0
            return
        self.x_m, self.y_m = self.x_m + way * dx / left, self.y_m + way * dy / left
        self.yaw_rad = math.atan2(dy, dx)


class Things:
    """Those that are in the home. One thread."""

    def __init__(self) -> None:
        self.there: dict[str, Thing] = {}

    def obey(self, line: bytes) -> str:
        """One line of JSON: {"put": NAME, "x", "y", "yaw"}, {"walk": NAME, "x", "y", "speed"} or {"take": NAME}. The name.

        Raises WireError for anything else.
        """
        try:
            content = json.loads(line)
        except (ValueError, RecursionError):
            raise WireError("not one JSON object") from None
        if not isinstance(content, dict):
            raise WireError("not one JSON object")
        fields = Fields(content)
        verb = next((verb for verb in ("put", "walk", "take") if verb in content), "")
        name = fields.text(verb or "put")
        if name not in THINGS:
            raise WireError(f"{name[:40]!r} is none of {', '.join(THINGS)}")
        if verb == "take":
            self.there.pop(name, None)
        elif verb == "put":
            self.there[name] = Thing(*_place(fields), fields.number("yaw", default=0.0))
        else:
            self._walk(name, fields)
        fields.finish()
        return name

    def _walk(self, name: str, fields: Fields) -> None:
        thing, speed = self.there.get(name), fields.number("speed")
        if thing is None:
            raise WireError(f"{name} is nowhere: put it somewhere first")
        if not 0.0 <= speed <= SPEED_MAX_MPS:
            raise WireError(f"speed is {speed:g} m/s; give 0 to {SPEED_MAX_MPS}")
        thing.to_m, thing.speed_mps = _place(fields), speed

    def step(self, dt_s: float) -> list[str]:
        """Whoever walks goes on; who moved."""
        walking = [name for name, thing in self.there.items() if thing.speed_mps]
        for name in walking:
            self.there[name].step(dt_s)
        return walking


def _place(fields: Fields) -> tuple[float, float]:
    x, y = fields.number("x"), fields.number("y")
    if max(abs(x), abs(y)) > 1e3:
        raise WireError(f"({x:g}, {y:g}) m is far from home")
    return x, y
