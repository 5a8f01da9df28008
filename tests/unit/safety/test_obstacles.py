# SPDX-License-Identifier: Apache-2.0
"""What sensors see is kept off: driving, turning, reversing, late, noisy and dead."""

import dataclasses
import math
from array import array
from pathlib import Path

import numpy as np
import pytest
import shapely
from rclpy.serialization import serialize_message
from sensor_msgs.msg import PointCloud2, PointField
from shapely import Polygon, affinity
from shapely.geometry import LineString, Point

from tektra.common.errors import ConfigError
from tektra.ros.sensor_cdr import read_cloud
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.obstacle_rules import (
    BUMPER,
    CLOUD,
    OPEN,
    RANGE,
    SCAN,
    SHUT,
    SLOWLY,
    ObstacleRules,
    ObstacleSensor,
    Watched,
    load_obstacle_rules,
)
from tektra.safety.obstacles import Obstacles
from tektra.safety.sight import CELL_M, Scan, see_cloud
from tektra.safety.zones import Rules

CORNERS = ((0.22, 0.20), (-0.22, 0.20), (-0.22, -0.20), (0.22, -0.20))
HULL = Polygon(CORNERS)
LIDAR = ObstacleSensor("scan", SCAN, "/rover1/scan", 0.4)
RAYS = 360
ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
FAR = 8.0


def rules(*sensors: ObstacleSensor, unseen: str = OPEN, **more: float) -> ObstacleRules:
    return ObstacleRules(robots={"rover1": Watched(sensors or (LIDAR,), unseen)}, **more)


def made(*sensors: ObstacleSensor, **more) -> Obstacles:
    obstacles = Obstacles(rules(*sensors, **more))
    obstacles.shaped("rover1", CORNERS, math.hypot(0.22, 0.20))
    return obstacles


def scan_of(*things, pose=(0.0, 0.0, 0.0), width: float = math.tau) -> Scan:
    """What a lidar in the middle of the base sees of shapes, by intersection of its rays with them."""
    step = width / RAYS if width == math.tau else width / (RAYS - 1)
    x, y, yaw = pose
    angles = yaw - width / 2.0 + step * np.arange(RAYS)
    ends = np.stack((x + FAR * np.cos(angles), y + FAR * np.sin(angles)), axis=1)
    beams = shapely.linestrings(np.stack((np.tile((x, y), (RAYS, 1)), ends), axis=1))
    hits = shapely.intersection(beams, shapely.union_all(things) if things else Polygon())
    ranges = np.where(shapely.is_empty(hits), np.inf, shapely.distance(Point(x, y), hits))
    return Scan(-width / 2.0, step, 0.05, FAR, ranges)


def box_at(x: float, y: float, size: float = 0.3) -> Polygon:
    return Point(x, y).buffer(size / 2.0, cap_style="square")


def factor(obstacles: Obstacles, twist: Twist, now_s: float = 10.0, deceleration: float = 1.0) -> float:
    return obstacles.judge("rover1", twist, deceleration, now_s=now_s).factor


def look(obstacles: Obstacles, *things, now_s: float = 10.0, age_s: float = 0.0, **how) -> None:
    obstacles.scanned("rover1", "scan", scan_of(*things, **how), now_s, age_s)


AHEAD, BACK, LEFT_TURN = Twist(0.6), Twist(-0.6), Twist(wz=1.0)


@pytest.mark.parametrize(
    ("thing", "twist"),
    [
        (box_at(0.5, 0.0), AHEAD),
        (box_at(-0.5, 0.0), BACK),
        (box_at(0.5, 0.18, 0.03), AHEAD),  # a chair's leg before one corner
        (box_at(0.18, 0.3, 0.12), Twist(wz=1.0)),  # a corner swings into it
        (box_at(0.55, 0.3), Twist(0.6, 0.0, 1.0)),
        (box_at(0.0, 0.5), Twist(0.0, 0.6)),
    ],
    ids=["ahead", "behind", "leg", "turning", "bend", "sideways"],
)
def test_what_lies_on_the_way_slows_or_stops(thing: Polygon, twist: Twist) -> None:
    obstacles = made()
    look(obstacles, thing)
    assert factor(obstacles, twist) < 0.9
    away = Twist(-twist.vx, -twist.vy, -twist.wz)
    if twist.wz == 0.0:
        assert factor(obstacles, away) == 1.0


def test_what_lies_beside_the_way_does_not() -> None:
    obstacles = made()
    look(obstacles, box_at(0.6, 0.45), box_at(0.6, -0.45), box_at(3.0, 0.0))
    assert factor(obstacles, AHEAD) == 1.0


@pytest.mark.parametrize("deceleration", [0.5, 1.0, 6.0])
@pytest.mark.parametrize("twist", [AHEAD, BACK, Twist(0.4, 0.0, 0.8), LEFT_TURN], ids=str)
def test_it_stands_before_it_touches_whatever_way_it_goes(twist: Twist, deceleration: float) -> None:
    """Drives at boxes all round, by a body that brakes evenly after the whole reaction time."""
    things = [box_at(0.9 * math.cos(a), 0.9 * math.sin(a), 0.1) for a in np.linspace(0.0, 6.0, 9)]
    things.append(box_at(0.0, 0.30, 0.06))
    obstacles, pose, pace = made(), [0.0, 0.0, 0.0], 0.0
    commands = [0.0] * 25
    for step in range(600):
        now_s = 10.0 + 0.01 * step
        if step % 10 == 0:
            look(obstacles, *things, now_s=now_s, pose=tuple(pose))
        if step % 5 == 0:
            told = Twist(twist.vx * pace, 0.0, twist.wz * pace)
            obstacles.moves("rover1", told, now_s)
            share = factor(obstacles, twist, now_s, deceleration)
            obstacles.granted("rover1", twist.scaled(share), now_s)
            commands += [share] * 5
        aim = commands[step]
        rate = deceleration / abs(twist.vx) if twist.vx else 3.0 / abs(twist.wz)
        pace = max(aim, pace - rate * 0.01)
        pose[2] += twist.wz * pace * 0.005
        pose[0] += twist.vx * pace * 0.01 * math.cos(pose[2])
        pose[1] += twist.vx * pace * 0.01 * math.sin(pose[2])
        pose[2] += twist.wz * pace * 0.005
        body = affinity.translate(affinity.rotate(HULL, pose[2], (0, 0), use_radians=True), pose[0], pose[1])
        assert min(body.distance(thing) for thing in things) > 0.005, step
    assert math.hypot(pose[0], pose[1]) > 0.2 or abs(pose[2]) > 0.1, "a gate that never moves touches nothing"


def test_who_is_too_near_may_leave_slowly_and_come_no_nearer() -> None:
    obstacles = made()
    look(obstacles, box_at(0.28, 0.0, 0.06))
    assert factor(obstacles, Twist(0.1)) == 0.0
    assert factor(obstacles, Twist(-0.5)) == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("age_s", [0.0, 0.2, 0.35])
def test_an_older_scan_counts_the_way_since_then(age_s: float) -> None:
    obstacles = made()
    obstacles.moves("rover1", AHEAD, 9.0)
    look(obstacles, box_at(1.05, 0.0), now_s=10.0, age_s=age_s)
    room = 0.9 - 0.22 - 0.05 - 0.6 * age_s
    speed = 0.6 * factor(obstacles, AHEAD)
    assert 0.6 * 0.25 + speed**2 / 2.0 <= room + 0.001 or speed == 0.0


def test_a_sensor_that_is_named_is_never_optional() -> None:
    obstacles = made()
    assert "silence" in obstacles.judge("rover1", AHEAD, 1.0, now_s=10.0).cause
    look(obstacles)
    assert factor(obstacles, AHEAD) == 1.0
    assert factor(obstacles, AHEAD, 10.5) == 0.0
    look(obstacles, now_s=11.0, age_s=0.5)  # late
    assert factor(obstacles, AHEAD, 11.0) == 0.0
    look(obstacles, now_s=11.0, age_s=-1.0)  # from the future
    assert factor(obstacles, AHEAD, 11.0) == 0.0
    assert obstacles.judge("rover2", AHEAD, 1.0, now_s=10.0).factor == 1.0


@pytest.mark.parametrize(("unseen", "back"), [(OPEN, 1.0), (SLOWLY, 0.1 / 0.6), (SHUT, 0.0)])
def test_unseen_sides_count_as_configured(unseen: str, back: float) -> None:
    obstacles = made(unseen=unseen)
    obstacles.scanned("rover1", "scan", scan_of(width=math.pi), 10.0, 0.0)
    assert factor(obstacles, AHEAD) == 1.0
    assert factor(obstacles, BACK) == pytest.approx(back, abs=0.1 if unseen == SHUT else 0.001)


def test_rays_that_measured_nothing_have_not_looked() -> None:
    obstacles, blind = made(unseen=SHUT), scan_of()
    blind.ranges[150:210] = np.nan
    obstacles.scanned("rover1", "scan", blind, 10.0, 0.0)
    assert factor(obstacles, AHEAD) < 0.6
    assert factor(obstacles, BACK) == 1.0


def test_dust_is_alone_and_a_thin_leg_is_there_at_second_sight() -> None:
    obstacles, dusty = made(), scan_of()
    look(obstacles, now_s=9.9)
    dusty.ranges[180] = 0.35
    obstacles.scanned("rover1", "scan", dusty, 10.0, 0.0)
    assert factor(obstacles, AHEAD) == 1.0
    for now_s in (10.1, 10.2, 10.3, 10.4):
        obstacles.scanned("rover1", "scan", dusty, now_s, 0.0)
    assert factor(obstacles, AHEAD, 10.4) < 1.0


def test_what_moves_may_come_on_until_the_robot_stands() -> None:
    still, moving = made(), made()
    for step in range(6):
        look(still, box_at(1.1, 0.0), now_s=9.5 + 0.1 * step)
        look(moving, box_at(1.1, 1.5 - 0.3 * step), now_s=9.5 + 0.1 * step)
    assert factor(moving, AHEAD) < factor(still, AHEAD) == 1.0


def test_walls_that_come_into_sight_while_it_turns_do_not_move() -> None:
    obstacles = made()
    walls = [
        box_at(0.0, 2.0, 0.2),
        LineString([(-3.0, 1.0), (3.0, 1.0)]),
        LineString([(1.5, -3.0), (1.5, 0.5)]),
    ]
    for step in range(10):
        now_s, yaw = 9.1 + 0.1 * step, 0.1 * step
        obstacles.moves("rover1", Twist(wz=1.0), now_s)
        look(obstacles, *walls, now_s=now_s, pose=(0.0, 0.0, yaw))
    eye = obstacles._robots["rover1"].eyes["scan"]
    assert len(eye.sight.points) > 100 and not eye.sight.moving.any()


def test_range_and_cloud_are_kept_off_as_well() -> None:
    sonar = ObstacleSensor("front", RANGE, "/r", 0.4, x=0.22)
    obstacles = made(sonar)
    obstacles.ranged("rover1", "front", (0.3, 0.02, 2.0), 0.2, now_s=10.0, age_s=0.0)
    assert factor(obstacles, AHEAD) < 0.6 and factor(obstacles, BACK) == 1.0
    obstacles.ranged("rover1", "front", (0.3, 0.02, 2.0), math.inf, now_s=10.1, age_s=0.0)
    assert factor(obstacles, AHEAD, 10.1) == 1.0
    camera = ObstacleSensor("depth", CLOUD, "/c", 0.4, z=0.3, pitch=math.radians(90.0))
    obstacles = made(camera)
    below = np.array([[0.2, 0.0, 0.5], [math.nan, 0.0, 0.0], [0.31, 0.0, 0.3]])  # x looks down, z ahead
    obstacles.clouded("rover1", "depth", below, 10.0, 0.0)
    assert factor(obstacles, AHEAD) < 1.0, "0.5 m ahead, 0.1 m above the floor"
    obstacles.clouded("rover1", "depth", below[1:], 10.1, 0.0)
    assert factor(obstacles, AHEAD, 10.1) == 1.0, "the floor is no obstacle"


@pytest.mark.parametrize(
    "scan",
    [
        Scan(0.0, 0.0, 0.1, 8.0, np.ones(5)),
        Scan(math.nan, 0.1, 0.1, 8.0, np.ones(5)),
        Scan(0.0, 0.1, 0.1, math.inf, np.ones(5)),
        Scan(0.0, 0.1, 0.1, 8.0, np.empty(0)),
    ],
)
def test_nonsense_is_not_believed(scan: Scan) -> None:
    obstacles = made()
    with pytest.raises(ValueError, match="scan"):
        obstacles.scanned("rover1", "scan", scan, 10.0, 0.0)
    assert factor(obstacles, AHEAD) == 0.0


def test_an_upside_down_lidar_sees_the_same() -> None:
    one, other = made(), made()
    scan = scan_of(box_at(0.5, 0.1))
    flipped = Scan(
        scan.angle_min + scan.step * (RAYS - 1), -scan.step, scan.near, scan.far, scan.ranges[::-1]
    )
    one.scanned("rover1", "scan", scan, 10.0, 0.0)
    other.scanned("rover1", "scan", flipped, 10.0, 0.0)
    assert factor(one, AHEAD) == pytest.approx(factor(other, AHEAD), abs=0.01) != 1.0


def test_slow_within_a_distance() -> None:
    obstacles = made(slow_within=0.5, slow_speed=0.15)
    look(obstacles, box_at(0.0, 0.7))
    assert factor(obstacles, AHEAD) == pytest.approx(0.25)


def test_the_gate_judges_by_what_is_seen(ready_with) -> None:
    world = ready_with(obstacles=rules())
    ahead = Motion(Kind.VELOCITY, twist=Twist(0.05))
    assert not world.permitted(world.ask(motion=ahead))
    assert "silence of its sensor scan" in world.last_reason()
    world.run(1.2, "rover1", "rover2")  # until it says no more that it is barred
    world.gate.described("rover1", "driver-2", ROVER, 0.3, CORNERS)
    look(world.gate.obstacles, box_at(2.0, 0.0), now_s=world.now_s)
    assert world.permitted(world.ask(goal="g2", motion=ahead))
    look(world.gate.obstacles, box_at(0.41, 0.0), now_s=world.now_s + 0.01)
    assert not world.permitted(world.ask(goal="g2", motion=ahead))
    assert "scan sees is in the way" in world.last_reason()


def test_rules_are_read_and_what_is_wrong_is_named(tmp_path) -> None:
    file = tmp_path / "safety.yaml"
    text = "obstacles:\n  margin_m: 0.1\n  robots:\n    rover1:\n      unseen: slow\n      sensors:\n        scan: {kind: scan, topic: /rover1/scan, timeout_s: 0.4, yaw_deg: 90.0}\n"
    file.write_text(text)
    found = load_obstacle_rules(file)
    assert found.margin == 0.1 and found.robots["rover1"].unseen == SLOWLY
    assert found.robots["rover1"].sensors[0].yaw == pytest.approx(math.pi / 2.0)
    for wrong, named in (
        ("kind: scan", "kind: sonar"),
        ("timeout_s: 0.4", "timeout_s: 0"),
        ("topic: /", "topic: "),
    ):
        file.write_text(text.replace(wrong, named))
        with pytest.raises(Exception, match=named.split(":")[0]):
            load_obstacle_rules(file)
    file.write_text(text.replace("{kind: scan", "{kind: bumper"))
    assert load_obstacle_rules(file).robots["rover1"].sensors[0].kind == BUMPER


def test_the_demo_names_its_lidars_and_a_file_that_names_none_is_an_error(tmp_path) -> None:
    shipped = load_obstacle_rules(Path(__file__).parents[3] / "config" / "obstacles.yaml", optional=False)
    assert {name: watched.sensors[0].topic for name, watched in shipped.robots.items()} == {
        "rover1": "/rover1/scan",
        "rover2": "/rover2/scan",
    }
    file = tmp_path / "misspelt.yaml"
    file.write_text("obstacle: {}\n")
    with pytest.raises(ConfigError, match="obstacles"):
        load_obstacle_rules(file, optional=False)


def test_a_scan_that_measured_nothing_at_all_is_no_word_of_its_sensor() -> None:
    obstacles = made()
    look(obstacles)
    blind = Scan(-math.pi, math.tau / RAYS, 0.05, FAR, np.full(RAYS, math.nan))
    with pytest.raises(ValueError, match="blind"):
        obstacles.scanned("rover1", "scan", blind, 10.3, 0.0)
    assert factor(obstacles, AHEAD, now_s=10.5) == 0.0


@pytest.mark.parametrize(
    ("angle_min", "step", "angle_max", "rays"),
    [
        (-math.pi, math.tau / 360, math.pi, 180),
        (math.pi, math.tau / 360, -math.pi, 360),
        (-1.0, 0.01, 3.0, 100),
    ],
    ids=["half of its rays are missing", "the other way round", "wider than it is"],
)
def test_a_scan_that_contradicts_its_own_angles_is_none(angle_min, step, angle_max, rays) -> None:
    odd = Scan(angle_min, step, 0.05, FAR, np.full(rays, math.inf), angle_max)
    with pytest.raises(ValueError, match="wide"):
        made().scanned("rover1", "scan", odd, 10.0, 0.0)


@pytest.mark.parametrize(
    ("angle_min", "step", "angle_max"), [(-math.pi, math.tau / 360, math.pi), (0.0, math.tau / 360, math.tau),
    (math.pi, -math.tau / 360, -math.pi), (0.0, 0.017501, 6.28319)]
)  # fmt: skip
def test_scans_as_lidars_really_tell_them_are_believed(angle_min, step, angle_max) -> None:
    obstacles = made()
    obstacles.scanned(
        "rover1", "scan", Scan(angle_min, step, 0.05, FAR, np.full(360, math.inf), angle_max), 10.0, 0.0
    )
    assert factor(obstacles, AHEAD) == 1.0


def test_a_cloud_without_one_finite_point_is_no_word_of_its_sensor() -> None:
    obstacles = made(ObstacleSensor("depth", CLOUD, "/depth", 0.4))
    with pytest.raises(ValueError, match="blind"):
        obstacles.clouded("rover1", "depth", np.full((100, 3), math.nan), 10.0, 0.0)
    obstacles.clouded("rover1", "depth", np.empty((0, 3)), 10.0, 0.0)  # filtered to nothing: the way is free
    assert factor(obstacles, AHEAD) == 1.0


def depth_camera(pole_px: int) -> np.ndarray:
    """What a camera of 640 by 480 sees of a room: floor, a wall, and a pole this many pixels wide, 0.9 m ahead."""
    rows, columns = np.mgrid[0:480, 0:640]
    far = np.where(rows > 240, np.minimum(0.4 * 525.0 / np.maximum(rows - 240, 1e-3), 3.0), 3.0)
    far[(columns >= 323) & (columns < 323 + pole_px)] = 0.9
    points = np.stack(((columns - 320) * far / 525.0, (rows - 240) * far / 525.0, far), axis=-1)
    points = points.reshape(-1, 3).astype(np.float32)
    points[::97] = np.nan
    return points


def cloud_bytes(points: np.ndarray, height: int, width: int) -> bytes:
    field = lambda name, offset: PointField(name=name, offset=offset, datatype=PointField.FLOAT32, count=1)  # noqa: E731
    message = PointCloud2(height=height, width=width, point_step=16, row_step=16 * width)
    message.fields = [field("x", 0), field("y", 4), field("z", 8)]
    padded = np.zeros((len(points), 4), np.float32)
    padded[:, :3] = points
    message.data = array("B", padded.tobytes())
    return serialize_message(message)


CAMERA = ObstacleSensor("camera", CLOUD, "/c", 0.5, x=0.2, z=0.4, roll=-math.pi / 2, yaw=-math.pi / 2)


@pytest.mark.parametrize("pole_px", [1, 4, 12])
def test_a_thin_pole_before_a_depth_camera_is_seen_however_many_points_there_are(pole_px: int) -> None:
    """Of a large cloud each sixteenth column counted: what stood between two of them was not there."""
    _, points = read_cloud(cloud_bytes(depth_camera(pole_px), 480, 640))
    seen = see_cloud(CAMERA, points).points
    assert len(points) == 307_200
    assert (np.hypot(seen[:, 0] - 1.1, seen[:, 1]) < 0.06).any()
    assert len(seen) < 2_000, "a wall is no more points than it has places"


def test_of_each_cell_of_a_cloud_a_point_stays_and_few_stay_twice() -> None:
    chance = np.random.default_rng(4)
    points = chance.uniform((-8.0, -8.0, -1.0), (8.0, 8.0, 3.0), (200_000, 3))
    points[chance.random(len(points)) < 0.1] = np.nan
    points[chance.random(len(points)) < 0.01, 1] = np.inf
    flat = ObstacleSensor("top", CLOUD, "/c", 0.5)
    high = points[np.isfinite(points).all(axis=1) & (points[:, 2] >= flat.low) & (points[:, 2] <= flat.high)]
    cells = lambda places: set(map(tuple, np.floor(places[:, :2] / CELL_M).astype(int)))  # noqa: E731
    seen = see_cloud(flat, points).points
    assert cells(seen) == cells(high)
    assert len(seen) <= 1.5 * len(cells(seen))


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
def test_a_cloud_without_one_point_that_is_one_is_blind(nothing: float) -> None:
    with pytest.raises(ValueError, match="blind"):
        see_cloud(CAMERA, np.full((50, 3), nothing, np.float32))


def test_a_sensor_that_looks_seldom_is_told_all_of_the_way_since_it_looked() -> None:
    """It drove first and stood then, for longer than the look that a scan is compared with is kept."""
    seldom = dataclasses.replace(LIDAR, timeout_s=6.0)
    obstacles = made(seldom)
    look(obstacles, box_at(2.0, 0.0))
    for step in range(100):
        obstacles.moves("rover1", Twist(0.5 if step < 50 else 0.0), 10.0 + 0.05 * step)
    assert 0.3 < factor(obstacles, AHEAD, 15.0) < 0.8, "0.6 m before it, give or take a tenth of the way"


@pytest.mark.parametrize(("age_s", "least", "most"), [(0.0, 0.9, 1.0), (0.35, 0.0, 0.3)])
def test_floor_is_unseen_by_where_the_base_was_when_its_sensor_looked(age_s, least, most) -> None:
    """It has driven on since: what its sensor saw ahead lies nearer by now."""
    short = made(unseen=SHUT)
    short.moves("rover1", AHEAD, 9.0)
    scan = dataclasses.replace(scan_of(), far=0.6, ranges=np.full(RAYS, np.inf))
    short.scanned("rover1", "scan", scan, 10.0, age_s)
    assert least <= factor(short, AHEAD) <= most


@pytest.mark.parametrize("period_s", [0.1, 1.0])
def test_who_comes_on_is_seen_to_move_by_a_sensor_that_looks_seldom_too(period_s: float) -> None:
    lidar = dataclasses.replace(LIDAR, timeout_s=2.0)
    stands, comes = made(lidar), made(lidar)
    for obstacles, pace in ((stands, 0.0), (comes, 1.0)):
        for look_s in np.arange(0.0, 2.01, period_s):
            look(obstacles, box_at(2.0 + pace * (2.0 - look_s), 0.0), now_s=8.0 + look_s)
    assert factor(stands, AHEAD) == 1.0 and factor(comes, AHEAD) < 0.8


@pytest.mark.parametrize("separation", [0.05, 0.0])
def test_a_robot_that_is_not_kept_apart_is_a_stranger_who_may_come_on(ready_with, separation: float) -> None:
    """What a lidar sees of one that is kept apart is told by that one itself."""
    world = ready_with(obstacles=rules(), rules=Rules(0.2, separation))
    world.gate.described("rover1", "driver-1", ROVER, 0.3, CORNERS)
    for step in range(30):
        world.tick()
        x = 1.98 - 0.04 * step
        look(world.gate.obstacles, box_at(x, 0.0), now_s=world.now_s)
        world.hear("rover1", pose=(0.0, 0.0, 0.0))
        world.hear("rover2", pose=(x, 0.0, math.pi), moving=True, twist=Twist(0.3))
        decided = world.permitted(world.ask(goal="g2", motion=Motion(Kind.VELOCITY, twist=Twist(0.05))))
    assert decided is bool(separation)


CLOUDS = ObstacleSensor("cloud", CLOUD, "/c", 0.5, x=0.1, z=0.4)


def cloud_of(
    *things, pose=(0.0, 0.0, 0.0), width: float = 1.5, noise: float = 0.0, seed: int = 0
) -> np.ndarray:
    """What a depth camera ahead on the base sees of shapes from the floor to 1.5 m, in its own frame, floor and drop-outs among
    it."""
    x, y, yaw = pose
    at = (x + CLOUDS.x * math.cos(yaw), y + CLOUDS.x * math.sin(yaw), yaw)
    scan, dice = scan_of(*things, pose=at, width=width), np.random.default_rng(seed)
    angles, hit = scan.angle_min + scan.step * np.arange(RAYS), np.isfinite(scan.ranges)
    hit &= dice.random(RAYS) > 0.05
    far = scan.ranges[hit] * (1.0 + noise * dice.standard_normal(hit.sum()))
    columns = [
        np.stack((far * np.cos(angles[hit]), far * np.sin(angles[hit]), np.full(hit.sum(), height)), axis=1)
        for height in (-0.35, 0.0, 0.5, 1.0)
    ]
    floor = np.stack((np.cos(angles), np.sin(angles), np.full(RAYS, -0.4)), axis=1) * [1.5, 1.5, 1.0]
    return np.concatenate([*columns, floor]).astype(np.float32)


ROOM = LineString([(-4.0, -3.0), (4.0, -3.0), (4.0, 3.0), (-4.0, 3.0), (-4.0, -3.0)])


def watch(
    sensor: ObstacleSensor, *, pace: float, seconds: float = 2.0, until_m: float = 1.4, room=ROOM
) -> Obstacles:
    """Somebody comes at that pace, and is `until_m` away at last; the base stands."""
    obstacles = made(sensor)
    for step in range(round(seconds / 0.1) + 1):
        left_s = seconds - 0.1 * step
        things = [Point(until_m + pace * left_s, 0.0).buffer(0.2), *([room] if room else [])]
        now_s = 10.0 - left_s
        obstacles.moves("rover1", Twist(), now_s)
        if sensor.kind == CLOUD:
            obstacles.clouded("rover1", sensor.name, cloud_of(*things, noise=0.005, seed=step), now_s, 0.0)
        else:
            here = Point(sensor.x, 0.0)
            cone = LineString([(sensor.x, 0.0), (9.0, 0.0)]).intersection(shapely.union_all(things))
            distance = here.distance(cone) if not cone.is_empty else math.inf
            obstacles.ranged("rover1", sensor.name, (0.3, 0.02, 4.0), distance, now_s=now_s, age_s=0.0)
    return obstacles


@pytest.mark.parametrize("room", [ROOM, None], ids=["room", "hall"])
@pytest.mark.parametrize(
    "sensor", [CLOUDS, ObstacleSensor("sonar", RANGE, "/r", 0.4, x=0.22)], ids=["cloud", "range"]
)
def test_who_comes_on_is_seen_to_move_by_clouds_and_ranges_too(sensor: ObstacleSensor, room) -> None:
    """Only a scan was compared with an earlier one: to a depth camera or a sonar whoever came on was a box."""
    assert factor(watch(sensor, pace=0.0, room=room), AHEAD) == 1.0
    for pace in (1.0, 1.6, 2.5):
        assert factor(watch(sensor, pace=pace, room=room), AHEAD) < 0.9, pace


def test_nothing_that_stands_moves_to_a_camera_that_turns_and_drives_past_it() -> None:
    """What comes into sight at the edge, or from behind something, was not looked at before."""
    things = [
        ROOM,
        box_at(1.5, 0.9),
        Point(2.0, -0.8).buffer(0.15),
        box_at(0.0, 2.0, 0.5),
        box_at(-2.0, -1.0),
    ]
    shapes, moved, count = shapely.union_all(things), 0, 0
    for twist in (Twist(wz=1.0), Twist(wz=-0.6), Twist(0.4), Twist(0.3, 0.0, 0.5)):
        obstacles, (x, y, yaw) = made(CLOUDS), (-1.0, 0.0, 0.0)
        for step in range(40):
            now_s = 10.0 + 0.1 * step
            obstacles.moves("rover1", twist, now_s)
            cloud = cloud_of(shapes, pose=(x, y, yaw), noise=0.01, seed=step)
            obstacles.clouded("rover1", "cloud", cloud, now_s, 0.0)
            sight = obstacles._robots["rover1"].eyes["cloud"].sight
            moved, count = moved + int(sight.moving.sum()), count + len(sight.points)
            yaw += twist.wz * 0.05
            x, y = x + twist.vx * 0.1 * math.cos(yaw), y + twist.vx * 0.1 * math.sin(yaw)
            yaw += twist.wz * 0.05
    assert count > 5000 and moved == 0


def test_no_arm_moves_while_a_camera_sees_somebody_come_within_its_reach() -> None:
    assert watch(CLOUDS, pace=0.0).judge_parts("rover1", 0.85, 10.0).factor == 1.0
    assert watch(CLOUDS, pace=1.2).judge_parts("rover1", 0.85, 10.0).factor == 0.0
