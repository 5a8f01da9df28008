# SPDX-License-Identifier: Apache-2.0
"""Where small objects are, as far as the skills of one robot know: the world's file, and what the robot itself did.

Nothing is seen: an object that somebody else moved is looked for where it was, and the gripper closes on nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tektra.common.errors import InputError
from tektra.common.world import World


@dataclass(frozen=True)
class Thing:
    """An object's centre on the map and its size along the map's axes, in m."""

    name: str
    x: float
    y: float
    z: float
    size: tuple[float, float, float]

    @property
    def bottom(self) -> float:
        return self.z - self.size[2] / 2.0


@dataclass(frozen=True)
class Held:
    """What the gripper holds. `above`: how high the finger tips are over its bottom; `closing`: their axis on the map."""

    thing: Thing
    above: float
    closing_rad: float


class Things:
    """One thread uses it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._where: dict[str, Thing] = {
            known.name: Thing(known.name, known.x_m, known.y_m, known.z_m, known.size_m)
            for known in world.objects.values()
        }
        self.held: Held | None = None

    def find(self, name: str) -> Thing:
        """The object and where it should be. Raises InputError for one that is unknown, or whose place is."""
        known = self._world.thing(name)
        thing = self._where.get(known.name)
        if thing is None:
            raise InputError(
                f"where the {known.name} is now is not known", "put it down by the skill `place`"
            )
        return thing

    def near(self, x: float, y: float, distance: float) -> Thing | None:
        """An object that lies near a point, but for the one that is held."""
        held = self.held.thing.name if self.held else ""
        others = (thing for thing in self._where.values() if thing.name != held)
        return next(
            (o for o in others if max(abs(o.x - x), abs(o.y - y)) < distance + max(o.size[:2]) / 2), None
        )

    def took(self, held: Held) -> None:
        """The gripper closed on it: it lies nowhere any more."""
        self._where.pop(held.thing.name, None)
        self.held = held

    def put(self, x: float, y: float, bottom: float) -> None:
        """What was held was put down there."""
        if self.held is not None:
            thing = self.held.thing
            self._where[thing.name] = replace(thing, x=x, y=y, z=bottom + thing.size[2] / 2.0)
            self.held = None

    def let_go(self) -> None:
        """The gripper opened somewhere: where the object fell is not known."""
        self.held = None
