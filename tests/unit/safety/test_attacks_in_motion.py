# SPDX-License-Identifier: Apache-2.0
"""Ways in which a robot came too near to what its sensors saw, or a contact was lost. Each of them once did."""

import math
import random
from collections.abc import Sequence
from itertools import cycle, islice

import numpy as np
import pytest
from rclpy.serialization import serialize_message
from sensor_msgs.msg import LaserScan
from shapely import Polygon, affinity, union_all
from std_msgs.msg import Bool

from tektra.safety import convert
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.obstacle_rules import SCAN, UNMEASURED, ObstacleRules, ObstacleSensor, Watched
from tektra.safety.obstacles import Obstacles
from tektra.safety.sight import Scan
from tektra_interfaces.msg import RobotState

from .conftest import TICK_S, World
from .drives import Base, changing, drive
from .test_obstacles import box_at, made, scan_of

RADIUS = 0.3
SQUARE = ((0.2, 0.2), (-0.2, 0.2), (-0.2, -0.2), (0.2, -0.2))
LIDAR = ObstacleSensor("scan", SCAN, "/rover1/scan", 0.4)
OBLONG = ((0.35, 0.2), (-0.35, 0.2), (-0.35, -0.2), (0.35, -0.2))
#: It brakes badly, speeds up and turns well.
SLUGGISH = Limits(1.0, 1.5, 2.0, 0.6, 6.0, linear_jerk=50.0, angular_jerk=50.0)
LATE = 2  # permits on their way


def watched(new_world, corners: Sequence[tuple[float, float]], limits: Limits) -> World:
    world = new_world(obstacles=ObstacleRules(robots={"rover1": Watched((LIDAR,))}))
    world.gate.described(
        "rover1", "driver-1", limits, max(math.hypot(*corner) for corner in corners), corners
    )
    world.run(0.4, "rover1")
    return world


def some_ask(story: random.Random) -> Twist:
    kind, fast = story.random(), SLUGGISH.linear_speed
    if kind < 0.4:
        return Twist(story.choice((-1, 1)) * story.uniform(0.1, fast), 0.0, story.uniform(-1.5, 1.5))
    if kind < 0.65:
        return Twist(wz=story.choice((-1.5, 1.5, 0.5, -0.5)))
    return Twist(story.choice((-1, 1)) * fast) if kind < 0.9 else Twist()


def nearest_way(new_world, seed: int, seconds: float) -> float:
    """Drives a base that brakes as it declares, and whose middle is not its footprint's, among boxes; whoever drives it
    changes their mind all the time. How near it came (m)."""
    story = random.Random(seed)
    ahead, left = story.uniform(-0.3, 0.3), story.uniform(-0.1, 0.1)
    long, wide = story.uniform(0.15, 0.4), story.uniform(0.12, 0.3)
    corners = [(ahead + sx * long, left + sy * wide) for sx, sy in ((1, 1), (-1, 1), (-1, -1), (1, -1))]
    outline, boxes = Polygon(corners), []
    while len(boxes) < 6:
        where = (story.uniform(-2.5, 2.5), story.uniform(-2.5, 2.5), story.uniform(0.1, 0.8))
        box = affinity.rotate(box_at(*where), story.uniform(0.0, 90.0))
        boxes += [box] if box.distance(outline) > 0.15 else []
    walls, world = union_all(boxes), watched(new_world, corners, SLUGGISH)
    x = y = yaw = vx = wz = 0.0
    asked, until_s, under_way, nearest = Twist(), 0.0, [Twist()] * LATE, math.inf
    for step in range(round(seconds / TICK_S)):
        if step * TICK_S >= until_s:
            until_s, asked = step * TICK_S + story.uniform(0.2, 1.5), some_ask(story)
        world.tick()
        if step % 2 == 0:
            scan = scan_of(walls, pose=(x, y, yaw))
            world.gate.obstacles.scanned("rover1", "scan", scan, world.now_s, 0.0)
        world.hear("rover1", twist=Twist(vx, 0.0, wz), moving=True, pose=(x, y, yaw))
        request = world.ask(motion=Motion(Kind.VELOCITY, twist=asked))
        decided = world.gate.decide(request, now_s=world.now_s, stamp_s=world.clock_s)
        under_way.append(decided[1].motion.twist if decided else Twist())
        told = under_way.pop(0)
        vx = towards(vx, told.vx, SLUGGISH.linear_acceleration, SLUGGISH.linear_deceleration)
        wz = towards(wz, told.wz, SLUGGISH.angular_acceleration, 3.0)
        x, y, yaw = x + vx * math.cos(yaw) * TICK_S, y + vx * math.sin(yaw) * TICK_S, yaw + wz * TICK_S
        turned = affinity.rotate(outline, yaw, origin=(0, 0), use_radians=True)
        nearest = min(nearest, affinity.translate(turned, x, y).distance(walls))
    return nearest


def towards(now: float, wanted: float, up: float, down: float) -> float:
    most = (up if abs(wanted) > abs(now) and wanted * now >= 0.0 else down) * TICK_S
    return now + min(max(wanted - now, -most), most)


@pytest.mark.parametrize("seed", [93, 104, 109, 119])
def test_who_changes_their_mind_while_it_still_drives_or_turns_leads_it_into_nothing(new_world, seed) -> None:
    """What it has does not end at once: turning on while it begins to drive, or driving on while it begins to turn, it
    touched a box."""
    assert nearest_way(new_world, seed, 6.5) > 0.0


def nearest_way_aside(new_world, seed: int) -> tuple[float, float]:
    """The same with a base that goes sideways: how near it came to a box, and how far it drove (m)."""
    story = random.Random(seed)
    brakes = story.choice((0.5, 1.0))
    limits = Limits(1.0, 1.5, 2.0, brakes, 6.0, linear_jerk=50.0, angular_jerk=50.0, sideways=True)
    outline, boxes = Polygon(OBLONG), []
    while len(boxes) < 6:
        where = (story.uniform(-2.5, 2.5), story.uniform(-2.5, 2.5), story.uniform(0.1, 0.8))
        box = affinity.rotate(box_at(*where), story.uniform(0.0, 90.0))
        boxes += [box] if box.distance(outline) > 0.15 else []
    walls, world, base = union_all(boxes), watched(new_world, OBLONG, limits), Base(limits, seed % 2 == 1)
    nearest, driven, looks = math.inf, 0.0, cycle((True, False))

    def look() -> None:
        if next(looks):
            scan = scan_of(walls, pose=(base.x, base.y, base.yaw))
            world.gate.obstacles.scanned("rover1", "scan", scan, world.now_s, 0.0)

    for _ in drive(world, base, islice(changing(story, limits), 162), LATE, look):
        turned = affinity.rotate(outline, base.yaw, origin=(0, 0), use_radians=True)
        nearest = min(nearest, affinity.translate(turned, base.x, base.y).distance(walls))
        driven += math.hypot(base.twist.vx, base.twist.vy) * TICK_S
    return nearest, driven


@pytest.mark.parametrize("seed", [89, 117, 209])
def test_who_changes_their_mind_while_it_goes_sideways_leads_it_into_nothing(new_world, seed) -> None:
    """It changes from one velocity straight to the other, and may keep its bend while it brakes: neither was judged."""
    nearest, driven = nearest_way_aside(new_world, seed)
    assert nearest > 0.0
    assert driven > 0.5, "who permits nothing touches nothing"


@pytest.mark.parametrize("twist", [Twist(0.005), Twist(-0.005), Twist(0.0035, 0.0035), Twist(wz=0.01)])
def test_nobody_creeps_into_what_is_too_near_already(twist: Twist) -> None:
    obstacles, (x, y, yaw), now_s = made(), (0.0, 0.0, 0.0), 10.0
    thing = affinity.translate(box_at(0.0, 0.0, 0.2), 0.36, 0.0)  # its front is 0.04 m away
    if twist.vx < 0.0:
        thing = affinity.rotate(thing, 180.0, origin=(0, 0))
    if twist.wz:
        thing = box_at(0.03, 0.28, 0.1)  # 0.03 m from the left side
        yaw = -0.1
    outline = Polygon(((0.22, 0.20), (-0.22, 0.20), (-0.22, -0.20), (0.22, -0.20)))

    def gap() -> float:
        turned = affinity.rotate(outline, yaw, origin=(0, 0), use_radians=True)
        return affinity.translate(turned, x, y).distance(thing)

    began = gap()
    for _ in range(400):
        now_s += 0.05
        obstacles.scanned("rover1", "scan", scan_of(thing, pose=(x, y, yaw)), now_s, 0.0)
        share = obstacles.judge("rover1", twist, 1.0, now_s=now_s).factor
        x += (twist.vx * math.cos(yaw) - twist.vy * math.sin(yaw)) * share * 0.05
        y += (twist.vx * math.sin(yaw) + twist.vy * math.cos(yaw)) * share * 0.05
        yaw += twist.wz * share * 0.05
    assert gap() > began - 0.015


def test_what_is_permitted_for_days_fills_no_memory() -> None:
    obstacles = made()
    for second in range(10_000):
        obstacles.granted("rover1", Twist(), float(second))
    assert len(obstacles._robots["rover1"].granted) < 10


def test_a_contact_is_believed_however_late_the_word_of_it(ready) -> None:
    ready.hear("rover1", collision=True, stamp_s=ready.clock_s - 5.0)
    assert "collision" in ready.gate.latch.causes_of("rover1")


def test_who_moves_though_nothing_permits_it_is_told_of(ready) -> None:
    """A driver that owns to a stop and does not stop, or a robot that is carried."""
    ready.gate.stops.stop("operator", "somebody")
    ready.run(1.0, "rover1", moving=True)
    assert "moves" not in " ".join(ready.gate.doubts.told(ready.now_s))
    ready.run(2.0, "rover1", moving=True)
    assert "rover1 moves, and nothing is permitted to it" in ready.gate.doubts.told(ready.now_s)
    ready.run(0.1, "rover1", moving=False)
    assert not ready.gate.doubts.told(ready.now_s)


# -- what a sensor, or a driver, says in words that cannot be so --------------------------------------------------


def scan_bytes(frame: str, ranges: Sequence[float]) -> bytes:
    message = LaserScan(angle_min=-3.1, angle_increment=6.2 / (len(ranges) - 1), range_min=0.1, range_max=8.0)
    message.angle_max, message.header.frame_id = 3.1, frame
    message.ranges = list(ranges)
    return serialize_message(message)


def hear(obstacles: Obstacles, frame: str, now_s: float) -> None:
    data = scan_bytes(frame, [5.0] * 90)
    convert.obstacles(obstacles, "rover1", "scan", SCAN, data, now_s=now_s, stamp_s=0.0)


def test_a_scan_of_another_sensor_on_the_same_topic_is_none() -> None:
    obstacles = made()
    hear(obstacles, "front", 10.0)
    with pytest.raises(ValueError, match="'rear', not 'front'"):
        hear(obstacles, "rear", 10.1)
    hear(obstacles, "front", 10.2)
    named = made(ObstacleSensor("scan", SCAN, "/rover1/scan", 0.4, frame="rear"))
    with pytest.raises(ValueError, match="'front', not 'rear'"):
        hear(named, "front", 10.0)


def test_a_lidar_of_which_nearly_all_is_covered_is_blind() -> None:
    ranges = np.full(360, np.nan)
    ranges[:20] = 5.0
    with pytest.raises(ValueError, match="blind"):
        made().scanned("rover1", "scan", Scan(-math.pi, math.tau / 360, 0.05, 8.0, ranges), 10.0, 0.0)


def test_a_lidar_that_says_zero_for_nothing_is_no_wall_where_that_is_told() -> None:
    """Many a cheap one does; by REP-117 it is something too near, and the robot would stand for ever."""
    ranges = np.full(360, 5.0)
    ranges[170:190] = 0.0
    scan = Scan(-math.pi, math.tau / 360, 0.05, 8.0, ranges)
    for zero, least in (("near", 0.0), (UNMEASURED, 1.0)):
        obstacles = made(ObstacleSensor("scan", SCAN, "/rover1/scan", 0.4, zero=zero))
        obstacles.scanned("rover1", "scan", scan, 10.0, 0.0)
        factor = obstacles.judge("rover1", Twist(0.3), 1.0, now_s=10.0).factor
        assert (factor == 1.0) is (least == 1.0)


@pytest.mark.parametrize(
    ("frame", "turned"), [("odom", (0.0, 0.0, 0.0, 1.0)), ("rover1/odom", (0, 0, 0, 1.0)), ("map", (0.0,) * 4), ("map", (0, 0, 9.0, 9.0)), ("map", (0, 0, math.nan, 1.0))]
)  # fmt: skip
def test_a_place_in_another_frame_or_turned_by_no_rotation_is_none(frame: str, turned) -> None:
    message = RobotState(localized=True)
    message.header.frame_id = frame
    q = message.pose.orientation
    q.x, q.y, q.z, q.w = map(float, turned)
    assert convert.report(message).pose is None


def test_a_base_that_ends_a_turn_badly_begins_none_beside_a_wall() -> None:
    """It ends a turn no better than it begins one: the rules' own number is of a good base."""
    obstacles = made()
    thing = box_at(0.0, 0.37, 0.1)
    obstacles.scanned("rover1", "scan", scan_of(thing), 10.0, 0.0)
    good, bad = (
        obstacles.judge("rover1", Twist(wz=1.0), 1.0, turns, now_s=10.0).factor for turns in (3.0, 0.3)
    )
    assert bad < good


def bumper_bytes(pressed: bool) -> bytes:
    return serialize_message(Bool(data=pressed))


def test_a_scan_is_no_younger_than_the_middleware_knows_and_one_of_the_future_is_none() -> None:
    """By a `/clock` that stands, each scan that had waited counted as one of now."""
    obstacles, data = made(), scan_bytes("front", [5.0] * 90)
    times = {"now_s": 10.0, "stamp_s": 0.0}
    assert convert.obstacles(obstacles, "rover1", "scan", SCAN, data, **times, late_s=3.0) is None
    assert obstacles.silent("rover1", 10.0) == ["scan"]
    ahead = {"now_s": 10.0, "stamp_s": -3.0}
    convert.obstacles(obstacles, "rover1", "scan", SCAN, data, **ahead)
    assert obstacles.silent("rover1", 10.0) == ["scan"]
    convert.obstacles(obstacles, "rover1", "scan", SCAN, data, **times, late_s=0.3)
    assert not obstacles.silent("rover1", 10.05) and obstacles.silent("rover1", 10.2) == ["scan"]


def test_a_bumper_that_was_free_long_ago_tells_nothing_of_now_and_a_pressed_one_does() -> None:
    obstacles = made(ObstacleSensor("front", "bumper", "/rover1/front", 0.5))

    def felt(pressed: bool, late_s: float) -> bool | None:
        data = bumper_bytes(pressed)
        return convert.obstacles(
            obstacles, "rover1", "front", "bumper", data, now_s=10.0, stamp_s=0.0, late_s=late_s
        )

    assert felt(False, 3.0) is None and obstacles.silent("rover1", 10.0) == ["front"]
    assert felt(True, 3.0) is True and obstacles.silent("rover1", 10.0) == ["front"]
    assert felt(False, 0.1) is False and obstacles.silent("rover1", 10.0) == []
