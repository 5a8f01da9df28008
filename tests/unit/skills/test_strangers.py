# SPDX-License-Identifier: Apache-2.0
"""What is on no map is seen as such, driven round, backed away from, and told of where there is no way."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import shapely
from shapely import LineString, Point, Polygon, box

from tektra.common.world import load_world
from tektra.skills.base import BaseLimits
from tektra.skills.navigate import Driver, NavigateTo
from tektra.skills.route import Floor
from tektra.skills.seen import Drive, End, Other, Outcome, Pose, Seen
from tektra.skills.strangers import Strangers

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
LIMITS = BaseLimits(speed=0.6, turn_rate=1.5, deceleration=6.0, turn_acceleration=3.0)
RADIUS, DT, RAYS = 0.3, 0.05, 120
ANGLES = np.linspace(-math.pi, math.pi, RAYS, endpoint=False)
FLOOR = Floor(WORLD, RADIUS + 0.07)
ROVER = Driver("rover1", RADIUS, LIMITS)


def walls() -> list[Polygon]:
    made = []
    for piece in WORLD.obstacles():
        c, s, a, b = (
            math.cos(piece.yaw_rad),
            math.sin(piece.yaw_rad),
            piece.length_m / 2.0,
            piece.width_m / 2.0,
        )
        corners = [(c * x - s * y, s * x + c * y) for x, y in ((a, b), (-a, b), (-a, -b), (a, -b))]
        made.append(Polygon([(piece.x_m + x, piece.y_m + y) for x, y in corners]))
    return made


HOME = shapely.union_all(walls())


def scan(pose: Pose, *things: Polygon) -> np.ndarray:
    ends = np.stack(
        (pose.x + 4.0 * np.cos(ANGLES + pose.yaw), pose.y + 4.0 * np.sin(ANGLES + pose.yaw)), axis=1
    )
    beams = shapely.linestrings(np.stack((np.tile((pose.x, pose.y), (RAYS, 1)), ends), axis=1))
    hits = shapely.intersection(beams, shapely.union_all([HOME, *things]))
    return np.where(shapely.is_empty(hits), np.inf, shapely.distance(Point(pose.x, pose.y), hits))


@dataclass
class Rover:
    """Follows velocities at once, and looks five times a second."""

    pose: Pose = Pose(3.0, 5.0, 0.0)
    now_s: float = 10.0
    strangers: Strangers = field(default_factory=lambda: Strangers(WORLD))
    wz: float = 0.0

    def seen(self) -> Seen:
        return Seen(self.now_s, self.pose, 0.0, self.wz, strangers=self.strangers.points(self.now_s))

    def obey(self, step: object) -> None:
        asked = step if isinstance(step, Drive) else Drive()
        yaw = self.pose.yaw + asked.wz * DT
        x, y = self.pose.x + asked.vx * DT * math.cos(yaw), self.pose.y + asked.vx * DT * math.sin(yaw)
        self.pose, self.wz, self.now_s = Pose(x, y, yaw), asked.wz, self.now_s + DT

    def look(self, *things: Polygon) -> None:
        self.strangers.scanned(ANGLES, scan(self.pose, *things), self.seen(), (), self.now_s)


def drive(rover: Rover, things, most_s: float = 60.0) -> tuple[End, float, list[Pose]]:
    """To the hall while `things(now_s)` are there; its end, the least distance from them, and its track."""
    skill, nearest, track = NavigateTo(ROVER, FLOOR, "hall", [Pose(7.2, 5.6, 0.0)]), math.inf, []
    for number in range(round(most_s / DT)):
        there = things(rover.now_s)
        if number % 4 == 0:
            rover.look(*there)
        step = skill.step(rover.seen())
        if isinstance(step, End):
            return step, nearest, track
        rover.obey(step)
        track.append(rover.pose)
        nearest = min([nearest, *(thing.distance(Point(rover.pose.x, rover.pose.y)) for thing in there)])
    raise AssertionError(f"not ended at {rover.pose}")


def test_walls_of_the_map_and_other_robots_are_no_strangers() -> None:
    rover = Rover()
    other = Other(4.0, 5.0, 0.3)
    for step in range(20):
        rover.pose = replace(rover.pose, x=3.0 + 0.1 * step)
        ranges = scan(rover.pose, Point(4.0, 5.0).buffer(0.2)) if step < 5 else scan(rover.pose)
        rover.strangers.scanned(ANGLES, ranges, rover.seen(), (other,), rover.now_s)
    assert rover.strangers.points(rover.now_s) == ()


def test_a_box_counts_from_the_second_scan_on_and_is_gone_when_it_is_not_seen() -> None:
    rover, thing = Rover(), box(4.0, 4.9, 4.3, 5.2)
    rover.look(thing)
    assert rover.strangers.points(rover.now_s) == ()
    rover.look(thing)
    found = rover.strangers.points(rover.now_s)
    assert found and all(thing.distance(Point(point)) < 0.02 for point in found)
    assert rover.strangers.points(rover.now_s + 2.0) == ()


def test_a_robot_that_has_nothing_to_do_looks_seldom_and_knows_at_once_what_stands_there_when_it_begins() -> (
    None
):
    idle, pose = Strangers(WORLD), Pose(3.0, 5.0, 0.0)
    seen, seen_by = Rover(pose).seen(), []
    ranges = scan(pose, box(4.0, 4.8, 4.3, 5.2))
    for tick in range(100):
        idle.scanned(ANGLES, ranges, seen, seen_by_others(seen_by, tick), tick * 0.1, busy=False)
        if tick > 10:
            assert idle.points(tick * 0.1)
    assert len(seen_by) == 20  # of a hundred


def seen_by_others(looks: list[int], tick: int) -> Iterator[Other]:
    """No other robot; notes that it was asked for."""
    looks.append(tick)
    yield from ()


def test_in_a_quick_turn_nothing_is_taken_for_a_stranger() -> None:
    rover = Rover(wz=1.0)
    for _ in range(5):
        rover.look(box(4.0, 4.9, 4.3, 5.2))
    assert rover.strangers.points(rover.now_s) == ()


def test_a_box_on_the_way_is_driven_round_and_the_place_is_reached() -> None:
    thing = box(4.8, 4.9, 5.2, 5.4)
    end, nearest, track = drive(Rover(), lambda now_s: [thing])
    assert end.outcome is Outcome.SUCCEEDED
    assert nearest > RADIUS + 0.05
    assert max(pose.y for pose in track) < 6.2 and abs(track[-1].x - 7.2) < 0.06


def test_somebody_who_stands_in_the_way_and_leaves_is_given_way_to() -> None:
    person = LineString([(5.0, 3.8), (5.0, 6.2)]).buffer(0.1)
    end, nearest, _ = drive(Rover(), lambda now_s: [person] if now_s < 18.0 else [])
    assert end.outcome is Outcome.SUCCEEDED
    assert nearest > RADIUS + 0.02


def test_a_hall_that_is_shut_is_told_in_words() -> None:
    barrier = LineString([(5.0, 3.8), (5.0, 6.2)]).buffer(0.1)
    end, nearest, _ = drive(Rover(), lambda now_s: [barrier])
    assert end.outcome is Outcome.FAILED and "on no map" in end.message
    assert nearest > RADIUS


def test_a_robot_that_cannot_turn_beside_what_came_near_backs_away_first() -> None:
    rover, thing = Rover(), box(3.27, 4.8, 3.6, 5.2)
    end, _, track = drive(rover, lambda now_s: [thing])
    assert end.outcome is Outcome.SUCCEEDED
    assert min(pose.x for pose in track[:100]) < 2.97
