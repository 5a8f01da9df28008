# SPDX-License-Identifier: Apache-2.0
"""The parts of a home as plain data: metres, radians, frame `map`. Immutable; share them between threads."""

import math
from dataclasses import dataclass, field

from tektra.common.errors import InputError

Color = tuple[float, float, float]
GREY: Color = (0.6, 0.6, 0.6)


class UnknownPlaceError(InputError):
    """A place that the world does not have."""


@dataclass(frozen=True)
class Pose2:
    """A pose on the floor: metres, and radians counter-clockwise from +x."""

    x_m: float
    y_m: float
    yaw_rad: float = 0.0


@dataclass(frozen=True)
class Box:
    """A rectangle on the floor that may be turned, seen from above: what a robot must not touch."""

    name: str
    x_m: float
    y_m: float
    length_m: float
    width_m: float
    height_m: float
    yaw_rad: float = 0.0

    def corners(self) -> tuple[tuple[float, float], ...]:
        """The four corners, counter-clockwise."""
        c, s = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        half_l, half_w = self.length_m / 2.0, self.width_m / 2.0
        signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))
        return tuple(
            (
                self.x_m + c * i * half_l - s * j * half_w,
                self.y_m + s * i * half_l + c * j * half_w,
            )
            for i, j in signs
        )

    def distance_m(self, x_m: float, y_m: float) -> float:
        """How far the point is from the box; 0 on it or in it."""
        c, s = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        dx, dy = x_m - self.x_m, y_m - self.y_m
        out_l = max(abs(c * dx + s * dy) - self.length_m / 2.0, 0.0)
        out_w = max(abs(-s * dx + c * dy) - self.width_m / 2.0, 0.0)
        return math.hypot(out_l, out_w)


@dataclass(frozen=True)
class Room:
    """A rectangle of floor."""

    name: str
    x_min_m: float
    x_max_m: float
    y_min_m: float
    y_max_m: float

    def contains(self, x_m: float, y_m: float) -> bool:
        return self.x_min_m <= x_m <= self.x_max_m and self.y_min_m <= y_m <= self.y_max_m

    @property
    def center_m(self) -> tuple[float, float]:
        return (self.x_min_m + self.x_max_m) / 2.0, (self.y_min_m + self.y_max_m) / 2.0

    def overlaps(self, other: "Room") -> bool:
        """True where the two share floor, more than an edge."""
        return (
            min(self.x_max_m, other.x_max_m) - max(self.x_min_m, other.x_min_m) > 1e-9
            and min(self.y_max_m, other.y_max_m) - max(self.y_min_m, other.y_min_m) > 1e-9
        )


@dataclass(frozen=True)
class Wall:
    """A straight piece of wall, by its centre line."""

    name: str
    from_m: tuple[float, float]
    to_m: tuple[float, float]
    thickness_m: float

    def box(self, height_m: float) -> Box:
        """The wall as a box; longer than its line by its thickness, so that corners close."""
        dx, dy = self.to_m[0] - self.from_m[0], self.to_m[1] - self.from_m[1]
        return Box(
            self.name,
            (self.from_m[0] + self.to_m[0]) / 2.0,
            (self.from_m[1] + self.to_m[1]) / 2.0,
            math.hypot(dx, dy) + self.thickness_m,
            self.thickness_m,
            height_m,
            math.atan2(dy, dx),
        )


@dataclass(frozen=True)
class Furniture:
    """A box that stands on the floor."""

    box: Box
    color: Color = GREY

    @property
    def name(self) -> str:
        return self.box.name


@dataclass(frozen=True)
class Place:
    """A pose with a name. `spots` are further poses of the same place, for when the first is taken."""

    name: str
    pose: Pose2
    aliases: tuple[str, ...] = ()
    spots: tuple[Pose2, ...] = ()

    @property
    def poses(self) -> tuple[Pose2, ...]:
        """All poses of this place, the best first."""
        return (self.pose, *self.spots)


@dataclass(frozen=True)
class RobotStart:
    """A robot that lives here, and where it stands when the day begins. `dock`: the place that is its dock; empty: none."""

    name: str
    kind: str
    link: str
    pose: Pose2
    z_m: float = 0.0
    color: Color = GREY
    dock: str = ""


@dataclass(frozen=True)
class SmallObject:
    """Something that can be picked up: its centre, and its full size on each axis."""

    name: str
    x_m: float
    y_m: float
    z_m: float
    size_m: tuple[float, float, float]
    mass_kg: float
    color: Color = GREY


@dataclass(frozen=True)
class TableSpot:
    """A point with a name on which an arm may put things down; `z_m` is the height of what lies under it."""

    name: str
    x_m: float
    y_m: float
    z_m: float
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class World:
    """The whole home."""

    name: str
    frame: str
    bounds: Room
    wall_height_m: float
    rooms: dict[str, Room] = field(default_factory=dict)
    walls: dict[str, Wall] = field(default_factory=dict)
    furniture: dict[str, Furniture] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    robots: dict[str, RobotStart] = field(default_factory=dict)
    objects: dict[str, SmallObject] = field(default_factory=dict)
    table_spots: dict[str, TableSpot] = field(default_factory=dict)

    def obstacles(self) -> tuple[Box, ...]:
        """Everything a rover must not touch: walls, then furniture."""
        walls = tuple(wall.box(self.wall_height_m) for wall in self.walls.values())
        return walls + tuple(piece.box for piece in self.furniture.values())

    def clearance_m(self, x_m: float, y_m: float) -> float:
        """Distance from the point to the nearest wall or piece of furniture; 0 inside one."""
        return min((box.distance_m(x_m, y_m) for box in self.obstacles()), default=math.inf)

    def room_at(self, x_m: float, y_m: float) -> Room | None:
        return next((room for room in self.rooms.values() if room.contains(x_m, y_m)), None)

    def place(self, name: str) -> Place:
        """The place of that name or alias, whatever its case, spaces or underscores.

        Raises UnknownPlaceError, which lists the names there are.
        """
        wanted = plain_name(name)
        for place in self.places.values():
            if wanted in {
                plain_name(place.name),
                *(plain_name(alias) for alias in place.aliases),
            }:
                return place
        raise UnknownPlaceError(
            f"no place is called {name[:60]!r}",
            f"choose one of {', '.join(self.places)}",
        )

    def thing(self, name: str) -> SmallObject:
        """The object of that name. Raises InputError, which lists the names there are."""
        for known in self.objects.values():
            if plain_name(known.name) == plain_name(name):
                return known
        raise InputError(f"no object is called {name[:60]!r}", f"choose one of {', '.join(self.objects)}")

    def table_spot(self, name: str) -> TableSpot:
        """The spot of that name or alias. Raises InputError, which lists the names there are."""
        for spot in self.table_spots.values():
            if plain_name(name) in map(plain_name, (spot.name, *spot.aliases)):
                return spot
        raise InputError(f"no spot is called {name[:60]!r}", f"choose one of {', '.join(self.table_spots)}")

    def table_height_m(self, x_m: float, y_m: float) -> float | None:
        """How high the furniture at the point is; None where there is only floor."""
        tops = [piece.box.height_m for piece in self.furniture.values() if not piece.box.distance_m(x_m, y_m)]
        return max(tops, default=None)


def plain_name(name: str) -> str:
    """A name without what people write differently: case, spaces, underscores."""
    return " ".join(name.lower().replace("_", " ").split())
