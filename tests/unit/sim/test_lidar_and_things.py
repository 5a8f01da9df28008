# SPDX-License-Identifier: Apache-2.0
"""The rovers' lidars and bumpers in the home, and things and people that are put in their way."""

import json
import math
import random
from pathlib import Path

import pytest

from tektra.common.robot_wire import Hello, Scan, Velocity, WireError, decode_reply, encode
from tektra.common.world import load_world
from tektra.sim.backends.mujoco_home import MujocoHome
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import REST_TICKS, Home
from tektra.sim.lidar import Lidar, LidarLimits
from tektra.sim.things import THINGS

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")


@pytest.fixture(scope="module")
def home() -> Home:
    made = Home(
        WORLD, MujocoHome(WORLD, RoverLimits(), ArmLimits()), RoverLimits(), ArmLimits(), seed=1, keys={}
    )
    for firmware in made.firmware.values():
        firmware.link_up(0.0)
        firmware.receive(encode(Hello("test")), 0.0)
    return made


def scan_after(home: Home, ticks: int = 25) -> Scan:
    for _ in range(ticks):
        home.tick()
    news = home.firmware["rover1"].news(home.now_s)
    return next(reply for reply in news if isinstance(reply, Scan))


def ahead(scan: Scan) -> float:
    near = [one for one in scan.ranges[86:95] if one is not None and one > 0.0]
    return min(near, default=math.inf)


def where(home: Home) -> dict:
    return json.loads(home.truth())["robots"]["rover1"]


def test_a_box_that_is_put_before_a_rover_is_seen_and_one_that_is_taken_is_not(home: Home) -> None:
    before = ahead(scan_after(home))
    here = where(home)
    home.obey(b'{"put":"box1","x":%f,"y":%f}' % (here["x"] + 1.0, here["y"]))
    scan = scan_after(home)
    assert ahead(scan) == pytest.approx(1.0 - 0.15, abs=0.05) and before > 1.5
    assert decode_reply(encode(scan)) == scan
    assert len(encode(scan)) < 4096
    home.obey(b'{"take":"box1"}')
    assert ahead(scan_after(home)) > 1.5


def test_the_legs_of_a_chair_and_of_a_person_are_seen(home: Home) -> None:
    here = where(home)
    for thing in ("chair1", "person1"):
        home.obey(b'{"put":"%s","x":%f,"y":%f}' % (thing.encode(), here["x"] + 0.9, here["y"]))
        near = [one for one in scan_after(home).ranges[75:106] if one is not None and 0.0 < one < 1.2]
        assert len(near) >= 2, thing
        home.obey(b'{"take":"%s"}' % thing.encode())


def test_a_bumper_tells_of_contact_and_not_of_the_floor(home: Home) -> None:
    assert not home.firmware["rover1"].state(home.now_s).bumper
    here = where(home)
    home.obey(b'{"put":"box1","x":%f,"y":%f}' % (here["x"] + 0.35, here["y"]))
    for _ in range(20):
        home.tick()
    assert home.firmware["rover1"].state(home.now_s).bumper
    home.obey(b'{"take":"box1"}')
    for _ in range(20):
        home.tick()
    assert not home.firmware["rover1"].state(home.now_s).bumper


def test_people_walk_where_they_are_told_to(home: Home) -> None:
    home.obey(b'{"put":"person2","x":7.0,"y":5.0}')
    home.obey(b'{"walk":"person2","x":8.0,"y":5.0,"speed":1.0}')
    for _ in range(100):
        home.tick()
    assert json.loads(home.truth())["things"]["person2"][0] == pytest.approx(7.5, abs=0.02)
    for _ in range(150):
        home.tick()
    assert json.loads(home.truth())["things"]["person2"][:2] == [8.0, 5.0]
    home.obey(b'{"take":"person2"}')


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'{"put":"sofa","x":1,"y":1}',
        b'{"put":"box1","x":1e9,"y":1}',
        b'{"put":"box1","x":NaN,"y":1}',
        b'{"walk":"box2","x":1,"y":1,"speed":1}',
        b'{"put":"box1","x":1,"y":1,"drive":1}',
        b'{"velocity":"rover1"}',
        b"[" * 3000,
    ],
)
def test_other_words_put_nothing_anywhere(home: Home, line: bytes) -> None:
    before = json.loads(home.truth())["things"]
    with pytest.raises(WireError):
        home.obey(line)
    assert THINGS and json.loads(home.truth())["things"].keys() >= before.keys()


def test_a_lidar_errs_drops_rays_and_sees_dust() -> None:
    lidar = Lidar(LidarLimits(dust=0.01), random.Random(1))
    rays = [ray for _ in range(50) for ray in lidar.measure(0.0, [4.0] * 150 + [-1.0] * 30).ranges]
    walls = [ray for ray in rays if ray is not None and ray > 3.0]
    assert 0.005 < (sum((ray - 4.0) ** 2 for ray in walls) / len(walls)) ** 0.5 < 0.015
    assert sum(ray == -1.0 for ray in rays) > 20
    assert sum(ray is not None and 0.0 < ray < 3.0 for ray in rays) > 20


def resting() -> tuple[Home, MujocoHome]:
    physics = MujocoHome(WORLD, RoverLimits(), ArmLimits())
    home = Home(WORLD, physics, RoverLimits(), ArmLimits(), seed=1, keys={})
    for firmware in home.firmware.values():
        firmware.link_up(0.0)
        firmware.receive(encode(Hello("test")), 0.0)
    for _ in range(2 * REST_TICKS):
        home.tick()
    return home, physics


def test_a_home_in_which_nothing_moves_costs_no_physics_and_still_measures() -> None:
    home, physics = resting()
    assert home.rests
    before_s, first, second = physics.now_s, scan_after(home), scan_after(home)
    assert physics.now_s == before_s and second.seq > first.seq and second.t > first.t
    assert first.ranges != second.ranges  # each scan errs in its own way


def test_a_home_at_rest_moves_with_the_first_command_and_rests_again_after_the_last() -> None:
    home, _ = resting()
    rover, before = home.firmware["rover1"], where(home)
    rover.receive(encode(Velocity(1, 0.3, 0.0, 0.2)), home.now_s)
    home.tick()
    assert not home.rests and where(home)["vx"] > 0.0
    for _ in range(300):
        home.tick()
    went = math.hypot(where(home)["x"] - before["x"], where(home)["y"] - before["y"])
    assert 0.01 < went < 0.1 and where(home)["vx"] == pytest.approx(0.0, abs=1e-4)
    assert rover.state(home.now_s).twist == pytest.approx((0.0, 0.0), abs=1e-4)
    for _ in range(REST_TICKS):
        home.tick()
    assert home.rests


def test_what_is_put_before_a_rover_at_rest_is_seen_by_the_next_scan() -> None:
    home, _ = resting()
    here = where(home)
    home.obey(b'{"put":"person1","x":%f,"y":%f}' % (here["x"] + 1.0, here["y"]))
    assert ahead(scan_after(home)) < 1.0
    home.obey(b'{"walk":"person1","x":%f,"y":%f,"speed":1.0}' % (here["x"] + 1.0, here["y"] + 2.0))
    for _ in range(3 * REST_TICKS):
        home.tick()
    assert ahead(scan_after(home)) > 1.5
