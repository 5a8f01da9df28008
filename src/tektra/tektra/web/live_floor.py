# SPDX-License-Identifier: Apache-2.0
"""The newest of what is on the floor: the ways that robots claimed, people, and what lidars see that no map knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from tektra.common.graph import Graph, Message
from tektra.common.robot_place import MAP_FRAMES
from tektra.common.world import Box, World
from tektra.web import reading
from tektra.web.live_media import Tell
from tektra.web.models.floor import PersonAt, RobotShape
from tektra.web.models.robots import Point, RobotStatus
from tektra.web.shapes import shape_of
from tektra.web.socket import messages as out

#: What is told of at most: points of a way, people, sensors that see people, cells where a lidar sees something, robots'
#: shapes.
MOST_POINTS, MOST_PEOPLE, MOST_SENSORS, MOST_CELLS, MOST_SHAPES = 100, 50, 16, 200, 100
#: Rays of a lidar that are looked at, evenly chosen.
MOST_RAYS = 360
#: Each is told again this often at most.
WAY_EVERY_MS, PEOPLE_EVERY_MS, SCAN_EVERY_MS = 200, 200, 500
#: What was said longer ago is no more.
OLD_MS = 2000
#: Side of a cell (m). What is nearer to the home's walls and furniture than this is theirs; nearer to a robot, the robot.
CELL_M, KNOWN_M, ROBOT_M = 0.1, 0.2, 0.5
#: A robot that turns faster (rad/s) is elsewhere by the time that its scan is read: what it sees would be smeared over the map.
STEADY_RAD_S = 0.4
#: A home of 2000 m2.
MOST_KNOWN = 200_000
Cell = tuple[int, int]


class LiveFloor:
    """On the graph's event loop. Listened to is only what somebody hears (`hears(stream)`). `status_of(robot)`: how one is;
    `robots()`: the names of all."""

    def __init__(
        self,
        graph: Graph,
        tell: Tell,
        hears: Callable[[str], bool],
        status_of: Callable[[str], RobotStatus | None],
        robots: Callable[[], Iterable[str]],
    ) -> None:
        #: Where the home's walls and furniture are, and all that is outside (known_cells); None: no map is known.
        self.known: frozenset[Cell] | None = None
        self._graph, self._tell, self._hears = graph, tell, hears
        self._status_of, self._robots = status_of, robots
        self._on_demand: dict[str, Callable[[], None]] = {}
        self._ways: dict[str, tuple[int, out.RobotWay]] = {}
        self._people: dict[str, tuple[int, list[PersonAt]]] = {}
        self._people_told_ms = 0
        self._scans: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._shapes: dict[str, RobotShape] = {}

    def heard_shape(self, topic: str, message: Message) -> None:
        """A robot's URDF."""
        robot = topic.split("/")[1]
        if robot in self._shapes or len(self._shapes) < MOST_SHAPES:
            self._shapes[robot] = shape_of(str(message["data"]))

    def shape(self, robot: str) -> RobotShape:
        """What of a robot can be drawn; empty where it told nothing of it."""
        return self._shapes.get(robot, RobotShape())

    def tick(self) -> None:
        """Some times a second: is there still, or newly, somebody who hears? And what has grown old?"""
        for stream, topic, type_name, heard in (
            ("ways", "/*/claim", "nav_msgs/msg/Path", self._heard_claim),
            ("people", "/humans/positions", "tektra_interfaces/msg/PeoplePositions", self._heard_people),
            ("obstacles", "/*/scan", "sensor_msgs/msg/LaserScan", self._heard_scan),
        ):
            if self._hears(stream) and stream not in self._on_demand:
                self._on_demand[stream] = self._graph.watch(topic, type_name, heard)
            elif not self._hears(stream) and stream in self._on_demand:
                self._on_demand.pop(stream)()
        self._tell_again()

    def stop(self) -> None:
        """Listens no more. May be called twice."""
        while self._on_demand:
            self._on_demand.popitem()[1]()

    def _tell_again(self) -> None:
        """Who came in between hears of the ways as they are; what nobody sees any more is gone."""
        now_ms, known = self._graph.now_ms(), set(self._robots())
        for robot, (_, way) in list(self._ways.items()):
            if robot not in known:
                del self._ways[robot]
                self._tell("ways", out.RobotWay(robot=robot, points=[]))
            elif way.points and "ways" in self._on_demand:
                self._tell("ways", way)
        for robot, seen_ms in list(self._seen.items()):
            if now_ms - seen_ms > OLD_MS or robot not in known:
                del self._seen[robot]
                self._tell("obstacles", out.ObstaclesSeen(robot=robot, cells=[]))
        if self._people and now_ms - self._people_told_ms >= PEOPLE_EVERY_MS:
            self._tell_people(now_ms)

    def _heard_claim(self, topic: str, message: Message) -> None:
        robot, now_ms = topic.split("/")[1], self._graph.now_ms()
        if robot not in self._robots() or message["header"]["frame_id"] not in MAP_FRAMES:
            return
        claimed = reading.ms(message["header"]["stamp"]) > 0
        points = _points(message["poses"]) if claimed else []
        sent_ms, before = self._ways.get(robot, (0, out.RobotWay(robot=robot, points=[])))
        way = out.RobotWay(robot=robot, points=points)
        soon = now_ms - sent_ms < WAY_EVERY_MS
        self._ways[robot] = (sent_ms if soon else now_ms, way)
        if way != before and (not soon or bool(points) != bool(before.points)):
            self._tell("ways", way)

    def _heard_people(self, _: str, message: Message) -> None:
        source, now_ms = str(message["source"])[:64], self._graph.now_ms()
        if message["header"]["frame_id"] not in MAP_FRAMES:
            return
        if source not in self._people and len(self._people) >= MOST_SENSORS:
            return
        found = []
        for person in message["people"][:MOST_PEOPLE]:
            at = [reading.number(person["position"][axis]) for axis in "xy"]
            within = reading.number(person["uncertainty"])
            if at[0] is not None and at[1] is not None:
                found.append(PersonAt(x=at[0], y=at[1], uncertainty_m=min(max(within or 0.0, 0.0), 10.0)))
        self._people[source] = (now_ms, found)
        if now_ms - self._people_told_ms >= PEOPLE_EVERY_MS:
            self._tell_people(now_ms)

    def _tell_people(self, now_ms: int) -> None:
        self._people = {
            source: entry for source, entry in self._people.items() if now_ms - entry[0] <= OLD_MS
        }
        seen = [person for _, people in self._people.values() for person in people]
        self._people_told_ms = now_ms
        self._tell("people", out.PeopleSeen(people=seen[:MOST_PEOPLE], stamp_ms=now_ms))

    def _heard_scan(self, topic: str, message: Message) -> None:
        """A lidar in the middle of a robot that knows where it is; another sensor's place nobody tells the gateway."""
        robot, now_ms = topic.split("/")[1], self._graph.now_ms()
        status = self._status_of(robot) if robot in self._robots() else None
        if now_ms - self._scans.get(robot, 0) < SCAN_EVERY_MS or status is None or status.pose is None:
            return
        if message["header"]["frame_id"] not in (f"{robot}/base_link", "base_link"):
            return
        if abs(status.turn_rad_s) > STEADY_RAD_S or not status.connected:
            return
        self._scans[robot] = self._seen[robot] = now_ms
        here, known = status.pose, self.known or frozenset()
        cells: dict[Cell, None] = {}
        for bearing, far in _rays(message):
            angle = here.yaw + bearing
            cells[_cell(here.x + far * math.cos(angle), here.y + far * math.sin(angle))] = None
        robots = [pose for name in self._robots() if (pose := self._pose_of(name)) is not None]
        seen = (
            Point(x=round(x * CELL_M, 2), y=round(y * CELL_M, 2))
            for x, y in cells
            if (x, y) not in known
            and all(math.hypot(x * CELL_M - ox, y * CELL_M - oy) > ROBOT_M for ox, oy in robots)
        )
        self._tell("obstacles", out.ObstaclesSeen(robot=robot, cells=list(islice(seen, MOST_CELLS))))

    def _pose_of(self, robot: str) -> tuple[float, float] | None:
        status = self._status_of(robot)
        return None if status is None or status.pose is None else (status.pose.x, status.pose.y)


def known_cells(world: World) -> frozenset[Cell]:
    """Where the map has something, or is at its end. Once: up to MOST_KNOWN cells; of a home that is larger, none."""
    ground = world.bounds
    if (ground.x_max_m - ground.x_min_m) * (ground.y_max_m - ground.y_min_m) > MOST_KNOWN * CELL_M**2:
        return frozenset()
    low, high = _cell(ground.x_min_m, ground.y_min_m), _cell(ground.x_max_m, ground.y_max_m)
    edge = math.ceil(KNOWN_M / CELL_M)
    found = {
        (x, y)
        for x in range(low[0] - edge, high[0] + edge + 1)
        for y in range(low[1] - edge, high[1] + edge + 1)
        if not (low[0] + edge < x < high[0] - edge and low[1] + edge < y < high[1] - edge)
    }
    walls = (wall.box(world.wall_height_m) for wall in world.walls.values())
    for box in (*walls, *(piece.box for piece in world.furniture.values())):
        found.update(_covered(box))
    return frozenset(found)


def _covered(box: Box) -> set[Cell]:
    """The cells of a box and of KNOWN_M around it."""
    cos, sin = math.cos(box.yaw_rad), math.sin(box.yaw_rad)
    half, across = box.length_m / 2 + KNOWN_M, box.width_m / 2 + KNOWN_M
    reach = math.hypot(half, across)
    low = _cell(box.x_m - reach, box.y_m - reach)
    high = _cell(box.x_m + reach, box.y_m + reach)
    found = set()
    for x in range(low[0], high[0] + 1):
        for y in range(low[1], high[1] + 1):
            dx, dy = x * CELL_M - box.x_m, y * CELL_M - box.y_m
            if abs(dx * cos + dy * sin) <= half and abs(dy * cos - dx * sin) <= across:
                found.add((x, y))
    return found


def _cell(x: float, y: float) -> Cell:
    return round(x / CELL_M), round(y / CELL_M)


def _points(poses: Sequence[Any]) -> list[Point]:
    """Some of them, evenly chosen, and the last."""
    step = max(1, math.ceil(len(poses) / (MOST_POINTS - 1)))
    chosen = [*poses[:-1:step], *poses[-1:]]
    found = []
    for pose in chosen[:MOST_POINTS]:
        x, y = (reading.number(pose["pose"]["position"][axis]) for axis in "xy")
        if x is not None and y is not None:
            found.append(Point(x=round(x, 3), y=round(y, 3)))
    return found


def _rays(message: Message) -> list[tuple[float, float]]:
    """Bearing (rad) and distance (m) of what was measured, by REP-117."""
    ranges, begin = message["ranges"], reading.finite(message["angle_min"])
    step, low, high = (reading.finite(message[key]) for key in ("angle_increment", "range_min", "range_max"))
    every = max(1, math.ceil(len(ranges) / MOST_RAYS))
    return [
        (begin + step * at, float(ranges[at]))
        for at in range(0, len(ranges), every)
        if math.isfinite(ranges[at]) and low <= ranges[at] <= high
    ]
