# SPDX-License-Identifier: Apache-2.0
"""What is told of the floor: ways, people, what lidars see that no map knows; each with its limits, and to whom it is told."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tektra.common import paths
from tektra.common.world import load_world
from tektra.web.access.leases import Leases
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.fake_messages import robot_state
from tektra.web.live import Live
from tektra.web.live_floor import MOST_CELLS, MOST_PEOPLE, MOST_POINTS, known_cells

STREAMS = ("ways", "people", "obstacles")
WORLD = load_world(paths.share_dir() / "config" / "world.yaml")


class House:
    """A graph and what listens to it, with a clock of their own; `told` by stream."""

    def __init__(self) -> None:
        self.now_s, self.wanted = 1000.0, set(STREAMS)
        self.told: list[tuple[str, Any]] = []
        self.graph = FakeGraph(lambda: self.now_s)
        self.live = Live(self.graph, Leases(), self._tell, lambda stream: stream in self.wanted)
        self.live.floor.known = known_cells(WORLD)
        self.live.start()
        self.live.tick()
        self.graph.say_robots()
        self.told.clear()

    def _tell(self, stream: str, message: Any, frame: Any = None) -> None:
        self.told.append((stream, message))

    def of(self, stream: str) -> list[Any]:
        return [message for name, message in self.told if name == stream]

    def pass_s(self, seconds: float) -> None:
        self.now_s += seconds
        self.live.tick()

    def claim(
        self, robot: str, points: list[tuple[float, float]], sec: int = 1000, frame: str = "map"
    ) -> None:
        poses = [{"pose": {"position": {"x": x, "y": y, "z": 0.0}}} for x, y in points]
        header = {"stamp": {"sec": sec, "nanosec": 0}, "frame_id": frame}
        self.graph.say(f"/{robot}/claim", {"header": header, "poses": poses})

    def people(self, places: list[tuple[float, float]], source: str = "camera", within: float = 0.2) -> None:
        people = [{"position": {"x": x, "y": y}, "uncertainty": within} for x, y in places]
        self.graph.say(
            "/humans/positions", {"header": {"frame_id": "map"}, "source": source, "people": people}
        )

    def scan(self, robot: str, ranges: list[float], frame: str = "") -> None:
        message = {
            "header": {"frame_id": frame or f"{robot}/base_link"},
            "angle_min": -math.pi,
            "angle_increment": 2 * math.pi / len(ranges),
            "range_min": 0.05,
            "range_max": 8.0,
            "ranges": ranges,
        }
        self.graph.say(f"/{robot}/scan", message)


@pytest.fixture
def house() -> House:
    return House()


def test_nothing_of_the_floor_is_listened_to_while_nobody_hears_it(house: House) -> None:
    patterns = {"/*/claim", "/humans/positions", "/*/scan"}
    assert {pattern for pattern, _ in house.graph._heard} >= patterns
    house.wanted.clear()
    house.pass_s(0.5)
    assert not {pattern for pattern, _ in house.graph._heard} & patterns


def test_a_claimed_way_is_told_and_that_it_is_given_up(house: House) -> None:
    house.claim("rover1", [(8.4, 5.6), (9.0, 5.6), (12.2, 1.9)])
    (way,) = house.of("ways")
    assert way.robot == "rover1" and [(at.x, at.y) for at in way.points] == [
        (8.4, 5.6),
        (9.0, 5.6),
        (12.2, 1.9),
    ]
    house.claim("rover1", [(12.2, 1.9)], sec=0)  # at once, though it was told just now
    assert house.of("ways")[-1].points == []


def test_a_way_is_told_again_to_who_came_in_between_and_often_only_as_it_is_now(house: House) -> None:
    for step in range(50):
        house.claim("rover1", [(8.4 + step / 100, 5.6), (12.2, 1.9)])
    assert len(house.of("ways")) == 1
    house.pass_s(0.5)
    assert house.of("ways")[-1].points[0].x == pytest.approx(8.89)


def test_a_way_without_end_is_told_by_some_of_its_points_and_garbage_is_left_out(house: House) -> None:
    house.claim("rover1", [(step / 1000, 5.6) for step in range(50_000)])
    points = house.of("ways")[-1].points
    assert len(points) <= MOST_POINTS and points[0].x == 0.0 and points[-1].x == pytest.approx(49.999)
    house.pass_s(0.5)
    house.claim("rover1", [(math.nan, 1.0), (1.0, math.inf), (2.0, 2.0)])
    assert [(at.x, at.y) for at in house.of("ways")[-1].points] == [(2.0, 2.0)]


@pytest.mark.parametrize(
    ("robot", "frame"), [("rover9", "map"), ("tektra", "map"), ("rover1", "rover1/odom")]
)
def test_ways_of_strangers_and_in_other_frames_are_none(house: House, robot: str, frame: str) -> None:
    house.claim(robot, [(1.0, 1.0), (2.0, 2.0)], frame=frame)
    assert house.of("ways") == []


def test_people_of_all_sensors_are_told_and_gone_when_nobody_sees_them(house: House) -> None:
    house.people([(3.0, 2.0)])
    house.pass_s(0.3)
    house.people([(7.0, 5.0), (math.nan, 1.0)], source="rover1", within=math.inf)
    house.pass_s(0.3)
    told = [(at.x, at.y, at.uncertainty_m) for at in house.of("people")[-1].people]
    assert told == [(3.0, 2.0, 0.2), (7.0, 5.0, 0.0)]
    house.pass_s(2.5)
    house.pass_s(0.5)
    assert house.of("people")[-1].people == []
    told_then = len(house.of("people"))
    house.pass_s(5.0)
    assert len(house.of("people")) == told_then, "nobody is said once"


def test_a_crowd_and_many_sensors_fill_no_memory(house: House) -> None:
    for number in range(1000):
        house.people([(1.0, 1.0)] * 1000, source=f"camera{number}")
    house.pass_s(0.3)
    assert len(house.of("people")[-1].people) == MOST_PEOPLE


def test_what_a_lidar_sees_that_no_map_knows_is_told_where_it_is_on_the_map(house: House) -> None:
    house.graph.rovers["rover1"].yaw = math.pi / 2
    house.graph.say_robots()
    ranges = [math.inf] * 360
    ranges[180] = 1.0  # ahead: to the north
    house.scan("rover1", ranges)
    (seen,) = house.of("obstacles")
    assert seen.robot == "rover1" and [(at.x, at.y) for at in seen.cells] == [(8.4, 6.6)]
    house.pass_s(2.5)
    assert house.of("obstacles")[-1].cells == [], "what nobody sees any more is gone"


def test_walls_furniture_and_other_robots_are_no_obstacles(house: House) -> None:
    wall = next(iter(WORLD.walls.values()))
    known = known_cells(WORLD)
    assert (round(wall.from_m[0] / 0.1), round(wall.from_m[1] / 0.1)) in known
    piece = next(iter(WORLD.furniture.values())).box
    assert (round(piece.x_m / 0.1), round(piece.y_m / 0.1)) in known
    ranges = [math.inf] * 360
    ranges[0] = 2.4  # behind: rover2
    house.scan("rover1", ranges)
    assert house.of("obstacles")[-1].cells == []


@pytest.mark.parametrize("why", ["frame", "stranger", "turning", "nan"])
def test_a_scan_that_cannot_be_laid_on_the_map_is_left(house: House, why: str) -> None:
    ranges = [1.0] * 360
    if why == "turning":
        state = dict(robot_state(house.graph.rovers["rover1"], {"sec": 1000, "nanosec": 0}, stopped=False))
        state["twist"] = {"linear": {"x": 0.0, "y": 0.0}, "angular": {"z": 1.5}}
        house.graph.say("/rover1/state", state)
    if why == "nan":
        ranges = [math.nan] * 360
    house.scan("rover9" if why == "stranger" else "rover1", ranges, frame="camera" if why == "frame" else "")
    assert [seen for seen in house.of("obstacles") if seen.cells] == []


def test_of_a_room_full_of_things_no_more_is_told_than_a_page_can_show(house: House) -> None:
    house.live.floor.known = None
    house.scan("rover1", [0.5 + 7.0 * (at % 97) / 97 for at in range(5000)])
    assert 0 < len(house.of("obstacles")[-1].cells) <= MOST_CELLS
    told = len(house.of("obstacles"))
    for _ in range(100):
        house.scan("rover1", [1.0] * 360)
    assert len(house.of("obstacles")) == told, "not more often than twice a second"


def test_ways_are_for_everybody_who_is_signed_in_and_where_people_stand_is_not(desk: Any) -> None:
    socket = desk.socket("observer")
    socket.say(type="subscribe", streams=["ways", "people", "obstacles"])
    socket.until("error")
    assert any("people" in told["problem"]["message"] for told in socket.told if told["type"] == "error")
    desk.graph.rovers["rover1"].goal = (12.2, 1.9)
    assert socket.until("robot_way", robot="rover1")["robot"] == "rover1"


def test_the_map_has_the_zones_of_the_gate(desk: Any) -> None:
    zones = {zone["name"]: zone for zone in desk.get("/world/map", "observer").json()["zones"]}
    assert zones["home"]["kind"] == "keep_in" and len(zones["home"]["corners"]) == 4
    assert zones["arm_reach"]["kind"] == "slow" and zones["arm_reach"]["speed_m_s"] == pytest.approx(0.3)
    assert zones["arm_reach"]["robots"] == ["rover1", "rover2"]
