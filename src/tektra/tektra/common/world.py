# SPDX-License-Identifier: Apache-2.0
"""The home: rooms, walls, furniture, named places and who lives there, read from one YAML file.

Everything is in the frame `map`: metres and radians (REP-103), origin at the south-west corner.
The file gives yaw in degrees, since people write it; this module gives radians.
Nothing here is mutable, so a `World` may be shared between threads.

    WorldError (a ConfigError)          any fault of a world file: names the file, the line, the key and what is wrong
    UnknownPlaceError (an InputError)   no place has that name; lists the names there are
"""

import math
from dataclasses import dataclass, field
from pathlib import Path

from tektra.common.errors import InputError
from tektra.common.world_yaml import Reader, WorldError, read_file

__all__ = [
    "Box", "Furniture", "Place", "Pose2", "RobotStart", "Room", "SmallObject", "UnknownPlaceError", "Wall",
    "World", "WorldError", "load_world",
]  # fmt: skip

VERSION = 1
Color = tuple[float, float, float]
GREY: Color = (0.6, 0.6, 0.6)
KINDS = ("rover", "arm")
LINKS = ("tcp", "udp")


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
    """A robot that lives here, and where it stands when the day begins."""

    name: str
    kind: str
    link: str
    pose: Pose2
    z_m: float = 0.0
    color: Color = GREY


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
        wanted = _plain(name)
        for place in self.places.values():
            if wanted in {
                _plain(place.name),
                *(_plain(alias) for alias in place.aliases),
            }:
                return place
        raise UnknownPlaceError(
            f"no place is called {name[:60]!r}",
            f"choose one of {', '.join(self.places)}",
        )


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


def load_world(path: Path | str) -> World:
    """Reads and checks a world file. Blocks on the disk. Raises WorldError."""
    top = read_file(Path(path))
    version = top.number("version")
    if version != VERSION:
        raise top.error("version", f"is {version:g}, but this Tektra reads version {VERSION}")
    bounds = _room("bounds", top.section("bounds"))
    world = World(
        name=top.text("name", default="home"),
        frame=top.text("frame", default="map"),
        bounds=bounds,
        wall_height_m=top.number("wall_height_m", low=0.1, high=5.0, default=1.2),
        rooms={name: _room(name, r) for name, r in top.sections("rooms")},
        walls={name: _wall(name, r) for name, r in top.sections("walls")},
        furniture={name: _furniture(name, r) for name, r in top.sections("furniture")},
        places={name: _place(name, r) for name, r in top.sections("places")},
        robots={name: _robot(name, r) for name, r in top.sections("robots")},
        objects={name: _object(name, r) for name, r in top.sections("objects")},
    )
    top.finish()
    _check_rooms(top, world)
    _check_places(top, world)
    return world


def _room(name: str, reader: Reader) -> Room:
    x_min, x_max = reader.span("x_m")
    y_min, y_max = reader.span("y_m")
    reader.finish()
    return Room(name, x_min, x_max, y_min, y_max)


def _wall(name: str, reader: Reader) -> Wall:
    start, end = reader.numbers("from_m", 2), reader.numbers("to_m", 2)
    wall = Wall(
        name,
        (start[0], start[1]),
        (end[0], end[1]),
        reader.number("thickness_m", low=0.01, high=1.0),
    )
    if wall.from_m == wall.to_m:
        raise reader.error("to_m", "is the same point as from_m; a wall needs a length")
    reader.finish()
    return wall


def _furniture(name: str, reader: Reader) -> Furniture:
    x, y = reader.numbers("center_m", 2)
    length, width, height = reader.numbers("size_m", 3, low=0.01)
    yaw = math.radians(reader.number("yaw_deg", default=0.0))
    color = _color(reader)
    reader.finish()
    return Furniture(Box(name, x, y, length, width, height, yaw), color)


def _pose(reader: Reader) -> Pose2:
    yaw = math.radians(reader.number("yaw_deg", default=0.0))
    return Pose2(reader.number("x_m"), reader.number("y_m"), yaw)


def _place(name: str, reader: Reader) -> Place:
    pose = _pose(reader)
    aliases = reader.texts("aliases")
    spots = []
    for spot in reader.items("spots"):
        spots.append(_pose(spot))
        spot.finish()
    reader.finish()
    return Place(name, pose, aliases, tuple(spots))


def _robot(name: str, reader: Reader) -> RobotStart:
    robot = RobotStart(
        name,
        reader.text("kind", among=KINDS),
        reader.text("link", among=LINKS),
        _pose(reader),
        reader.number("z_m", low=0.0, default=0.0),
        _color(reader),
    )
    reader.finish()
    return robot


def _object(name: str, reader: Reader) -> SmallObject:
    size = reader.numbers("size_m", 3, low=0.005)
    thing = SmallObject(
        name,
        reader.number("x_m"),
        reader.number("y_m"),
        reader.number("z_m", low=0.0),
        (size[0], size[1], size[2]),
        reader.number("mass_kg", low=0.001, high=50.0, default=0.1),
        _color(reader),
    )
    reader.finish()
    return thing


def _color(reader: Reader) -> Color:
    r, g, b = reader.numbers("color", 3, low=0.0, high=1.0, default=GREY)
    return r, g, b


def _check_rooms(top: Reader, world: World) -> None:
    rooms = list(world.rooms.values())
    for index, room in enumerate(rooms):
        for other in rooms[:index]:
            if room.overlaps(other):
                raise top.error(
                    f"rooms.{room.name}",
                    f"overlaps the room {other.name}; rooms may only touch",
                )


def _check_places(top: Reader, world: World) -> None:
    taken: dict[str, str] = {}
    for place in world.places.values():
        for name in (place.name, *place.aliases):
            owner = taken.setdefault(_plain(name), place.name)
            if owner != place.name:
                raise top.error(
                    f"places.{place.name}",
                    f"answers to {name!r}, which already means {owner}",
                )
        for pose in place.poses:
            _check_stand(top, world, f"places.{place.name}", pose)
    for robot in world.robots.values():
        if robot.kind == "rover":
            _check_stand(top, world, f"robots.{robot.name}", robot.pose)


def _check_stand(top: Reader, world: World, key: str, pose: Pose2) -> None:
    where = f"({pose.x_m:g}, {pose.y_m:g})"
    if not world.bounds.contains(pose.x_m, pose.y_m):
        raise top.error(key, f"{where} lies outside the bounds")
    if world.clearance_m(pose.x_m, pose.y_m) < 0.3:
        nearest = min(world.obstacles(), key=lambda box: box.distance_m(pose.x_m, pose.y_m))
        raise top.error(
            key,
            f"{where} is less than 0.3 m from {nearest.name}; a rover cannot stand there",
        )
