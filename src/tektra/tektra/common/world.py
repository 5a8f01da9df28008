# SPDX-License-Identifier: Apache-2.0
"""The home: rooms, walls, furniture, named places and who lives there, read from one YAML file.

Everything is in the frame `map`: metres and radians (REP-103), origin at the south-west corner.
The file gives yaw in degrees, since people write it; this module gives radians.
Nothing here is mutable, so a `World` may be shared between threads.

    WorldError (a ConfigError)          any fault of a world file: names file, line, key and what is wrong
    UnknownPlaceError (an InputError)   no place has that name; lists the names there are
"""

import math
from pathlib import Path

from tektra.common.map_yaml import WALL_HEIGHT_M, read_map
from tektra.common.world_parts import (
    GREY,
    Box,
    Color,
    Furniture,
    Place,
    Pose2,
    RobotStart,
    Room,
    SmallObject,
    TableSpot,
    UnknownPlaceError,
    Wall,
    World,
    plain_name,
)
from tektra.common.world_yaml import Reader, WorldError, read_file

__all__ = [
    "Box",
    "Color",
    "Furniture",
    "Place",
    "Pose2",
    "RobotStart",
    "Room",
    "SmallObject",
    "TableSpot",
    "UnknownPlaceError",
    "Wall",
    "World",
    "WorldError",
    "load_world",
]

VERSION = 1
KINDS = ("rover", "mecanum", "legged", "arm")
LINKS = ("tcp", "udp")


def load_world(path: Path | str) -> World:
    """Reads and checks a world file, or a map as map_server has it, with its places beside it (`office.yaml`, and
    `office.places.yaml` with the other keys of a world file). Blocks on the disk. Raises WorldError."""
    top = read_file(Path(path))
    if top.has("image"):
        return _load_map(top, Path(path))
    _check_version(top)
    return _world(
        top,
        bounds=_room("bounds", top.section("bounds")),
        walls={name: _wall(name, r) for name, r in top.sections("walls")},
        furniture={name: _furniture(name, r) for name, r in top.sections("furniture")},
    )


def _load_map(top: Reader, path: Path) -> World:
    bounds, walls = read_map(top, path)
    beside = path.with_name(f"{path.stem}.places.yaml")
    if not beside.exists():
        return World(path.stem, "map", bounds, WALL_HEIGHT_M, furniture=walls)
    places = read_file(beside)
    _check_version(places)
    return _world(places, bounds=bounds, walls={}, furniture=walls)


def _check_version(top: Reader) -> None:
    version = top.number("version")
    if version != VERSION:
        raise top.error("version", f"is {version:g}, but this Tektra reads version {VERSION}")


def _world(top: Reader, *, bounds: Room, walls: dict[str, Wall], furniture: dict[str, Furniture]) -> World:
    world = World(
        name=top.text("name", default="home"),
        frame=top.text("frame", default="map"),
        bounds=bounds,
        wall_height_m=top.number("wall_height_m", low=0.1, high=5.0, default=WALL_HEIGHT_M),
        rooms={name: _room(name, r) for name, r in top.sections("rooms")},
        walls=walls,
        furniture=furniture,
        places={name: _place(name, r) for name, r in top.sections("places")},
        robots={name: _robot(name, r) for name, r in top.sections("robots")},
        objects={name: _object(name, r) for name, r in top.sections("objects")},
        table_spots={name: _table_spot(name, r) for name, r in top.sections("table_spots")},
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
        reader.text("dock", default=""),
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


def _table_spot(name: str, reader: Reader) -> TableSpot:
    x, y, z = reader.number("x_m"), reader.number("y_m"), reader.number("z_m", low=0.0)
    spot = TableSpot(name, x, y, z, reader.texts("aliases"))
    reader.finish()
    return spot


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
            owner = taken.setdefault(plain_name(name), place.name)
            if owner != place.name:
                raise top.error(
                    f"places.{place.name}",
                    f"answers to {name!r}, which already means {owner}",
                )
        for pose in place.poses:
            _check_stand(top, world, f"places.{place.name}", pose)
    for robot in world.robots.values():
        if robot.dock and robot.dock not in world.places:
            raise top.error(
                f"robots.{robot.name}",
                f"has the dock {robot.dock!r}, which is no place; places: {', '.join(world.places)}",
            )
        if robot.kind != "arm":
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
