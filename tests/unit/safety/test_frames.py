# SPDX-License-Identifier: Apache-2.0
"""Where sensors sit by /tf: right where it is known, and nowhere where it is not."""

import math
import struct

import numpy as np
import pytest
from rclpy.serialization import serialize_message
from scipy.spatial.transform import Rotation
from sensor_msgs.msg import LaserScan, PointCloud2, PointField

from tektra.common.rotations import Place, roll_pitch_yaw
from tektra.ros.clock import time_msg
from tektra.ros.sensor_cdr import read_transforms
from tektra.safety import convert
from tektra.safety.frames import Edge, Frames
from tektra.safety.motion import Twist
from tektra.safety.obstacle_rules import CLOUD, RANGE, SCAN, ObstacleRules, ObstacleSensor, Watched
from tektra.safety.obstacles import Obstacles
from tektra.safety.seats import put
from tektra.safety.sight import see_cloud

HALF = math.sqrt(0.5)
LEFT, BACK, OVER = (0.0, 0.0, HALF, HALF), (0.0, 0.0, 1.0, 0.0), (1.0, 0.0, 0.0, 0.0)
BASE = {"rover1/base_link"}


def edge(
    parent: str, child: str, at=(0.0, 0.0, 0.0), rotation=(0.0, 0.0, 0.0, 1.0), stamp_s: float = 0.0
) -> Edge:
    return Edge(parent, child, stamp_s, Place(at, rotation))


def frames(*edges: Edge, static: bool = True, teller: str = "a") -> Frames:
    made = Frames()
    assert made.take(edges, static=static, teller=teller) == ""
    return made


def turned_by(yaw: float) -> tuple[float, float, float, float]:
    return (0.0, 0.0, math.sin(yaw / 2.0), math.cos(yaw / 2.0))


def test_a_chain_is_followed_and_a_sensor_may_hang_beside_the_base() -> None:
    known = frames(
        edge("rover1/base_link", "mast", (0.2, 0.0, 0.5), LEFT),
        edge("mast", "laser", (0.1, 0.0, 0.0), LEFT),
        edge("rover1/base_footprint", "/rover1/base_link", (0.0, 0.0, 0.1)),
        edge("rover1/base_footprint", "bumper", (0.3, 0.0, 0.0)),
    )
    place, age_s = known.seat("laser", BASE, 5.0)
    assert place.at == pytest.approx((0.2, 0.1, 0.5)) and age_s == 0.0
    assert abs(roll_pitch_yaw(place.rotation)[2]) == pytest.approx(math.pi)
    assert known.seat("/bumper", BASE, 5.0)[0].at == pytest.approx((0.3, 0.0, -0.1))
    assert known.seat("camera", BASE, 5.0) is None


@pytest.mark.parametrize("seed", range(5))
def test_chains_of_any_rotations_are_as_scipy_has_them(seed: int) -> None:
    dice = np.random.default_rng(seed)
    turns = Rotation.random(4, random_state=seed)
    ways = dice.uniform(-1.0, 1.0, (4, 3))
    names = ["rover1/base_link", "a", "b", "c", "eye"]
    known = frames(
        *(
            edge(names[i], names[i + 1], tuple(ways[i].tolist()), tuple(turns[i].as_quat().tolist()))
            for i in range(4)
        )
    )
    place, _ = known.seat("eye", BASE, 0.0)
    at, turn = np.zeros(3), Rotation.identity()
    for i in reversed(range(4)):
        at, turn = ways[i] + turns[i].apply(at), turns[i] * turn
    assert place.at == pytest.approx(tuple(at))
    assert (Rotation.from_quat(place.rotation).inv() * turn).magnitude() < 1e-6
    sensor = put(
        ObstacleSensor("eye", CLOUD, "/p", 0.4, low=-99.0, high=99.0), Place((0.0, 0.0, 0.0), place.rotation)
    )
    points = dice.uniform(-2.0, 2.0, (1, 3))
    assert see_cloud(sensor, points).points == pytest.approx(turn.apply(points)[:, :2])


@pytest.mark.parametrize("yaw", [0.0, 1.0, -2.5])
@pytest.mark.parametrize("pitch", [math.pi / 2.0, -math.pi / 2.0])
def test_what_looks_straight_down_or_up_keeps_its_heading(pitch: float, yaw: float) -> None:
    turn = Rotation.from_euler("xyz", [0.0, pitch, yaw])
    sensor = put(
        ObstacleSensor("eye", CLOUD, "/p", 0.4, low=-99.0, high=99.0),
        Place((0.0, 0.0, 0.0), tuple(turn.as_quat().tolist())),
    )
    points = np.array([[0.3, -0.7, 1.1]])
    assert see_cloud(sensor, points).points == pytest.approx(turn.apply(points)[:, :2], abs=1e-6)


def test_a_frame_that_moves_is_where_it_was_then_and_its_age_is_told() -> None:
    known = frames()
    for step in range(20):
        told = edge("rover1/base_link", "head", (0.0, 0.0, 1.0), turned_by(0.2 * step * 0.05), 0.05 * step)
        known.take([told], static=False, teller="a")
    between, age_s = known.seat("head", BASE, 0.475)
    assert roll_pitch_yaw(between.rotation)[2] == pytest.approx(0.2 * 0.475) and age_s == 0.0
    late, age_s = known.seat("head", BASE, 0.95 + 0.1)
    assert roll_pitch_yaw(late.rotation)[2] == pytest.approx(0.19) and age_s == pytest.approx(0.1)
    with pytest.raises(ValueError, match="'head' moves faster than /tf tells"):
        known.seat("head", BASE, 0.95 + 0.2)


def test_nothing_that_moves_is_followed_from_the_base_up() -> None:
    known = frames(edge("map", "lamp", (1.0, 0.0, 2.0)))
    known.take([edge("map", "rover1/base_link", (3.0, 0.0, 0.0))], static=False, teller="a")
    assert known.seat("lamp", BASE, 0.0) is None, "a sensor of the room is none of the robot's"


def test_two_who_tell_differently_are_not_believed_and_one_alone_again_is() -> None:
    known = frames(edge("rover1/base_link", "laser", (0.2, 0.0, 0.0)), teller="a")
    known.take([edge("rover1/base_link", "laser", (0.2, 0.0, 0.001))], static=True, teller="b")
    assert known.seat("laser", BASE, 0.0)[0].at[0] == 0.2, "the same, by a node that was started anew"
    known.take([edge("rover1/base_link", "laser", (0.5, 0.0, 0.0))], static=True, teller="b")
    with pytest.raises(ValueError, match="two tell differently where the frame 'laser'"):
        known.seat("laser", BASE, 0.0)
    known.left({"b"})
    assert known.seat("laser", BASE, 0.0)[0].at[0] == 0.5
    known.left(set())
    assert known.seat("laser", BASE, 0.0)[0].at[0] == 0.5, "what does not move stays where it was told to be"
    known.take([edge("rover1/base_link", "laser", (0.5, 0.0, 0.0))], static=False, teller="b")
    with pytest.raises(ValueError, match="two tell"):
        known.seat("laser", BASE, 0.0)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (edge("base", "laser", (math.nan, 0.0, 0.0)), "nowhere"),
        (edge("base", "laser", (0.0, 1e300, 0.0)), "nowhere"),
        (edge("base", "laser", rotation=(0.0, 0.0, 0.0, 0.0)), "no rotation"),
        (edge("base", "laser", rotation=(math.nan, 0.0, 0.0, 1.0)), "no rotation"),
        (edge("base", "laser", stamp_s=math.inf), "nowhere"),
        (edge("laser", "laser"), "in itself"),
        (edge("base", ""), "no name"),
    ],
)
def test_what_is_no_transform_is_none(wrong: Edge, fault: str) -> None:
    known = Frames()
    assert fault in known.take([wrong], static=True, teller="a")
    assert known.seat("laser", {"base"}, 0.0) is None


def test_frames_that_hang_in_each_other_hang_nothing() -> None:
    known = frames(
        edge("a", "b"), edge("b", "a"), edge("rover1/base_link", "c"), edge("c", "rover1/base_link")
    )
    with pytest.raises(ValueError, match="hangs in itself"):
        known.seat("a", BASE, 0.0)
    assert known.seat("c", BASE, 0.0) is not None


# -- a robot's sensors --------------------------------------------------------------------------------------------


def watched(kind: str = SCAN, **changes) -> Obstacles:
    sensor = ObstacleSensor("eye", kind, "/rover1/eye", 0.5, seated=False)
    made = Obstacles(ObstacleRules(robots={"rover1": Watched((sensor,), **changes)}))
    made.shaped("rover1", [(0.2, 0.2), (-0.2, 0.2), (-0.2, -0.2), (0.2, -0.2)], 0.3)
    return made


def say(obstacles: Obstacles, now_s: float, frame: str, data: bytes | None = None, kind: str = SCAN) -> str:
    """Why it is not believed. A wall is 0.3 m ahead of the lidar, and nothing elsewhere."""
    message = LaserScan(angle_min=-math.pi, angle_max=math.pi - 0.1, angle_increment=0.1, range_max=10.0)
    message.header.frame_id, message.header.stamp = frame, time_msg(now_s)
    angles = -math.pi + 0.1 * np.arange(63)
    with np.errstate(divide="ignore"):
        ahead = np.where(np.abs(angles) < 1.0, 0.3 / np.cos(angles), 9.0)
    message.ranges = ahead.tolist()
    data = data or serialize_message(message)
    try:
        convert.obstacles(obstacles, "rover1", "eye", kind, data, now_s=now_s, stamp_s=now_s)
    except ValueError as error:
        return str(error)
    return ""


def free(obstacles: Obstacles, now_s: float, vx: float) -> bool:
    obstacles.moves("rover1", Twist(), now_s)
    return obstacles.judge("rover1", Twist(vx), 3.0, now_s=now_s).factor == 1.0


@pytest.mark.parametrize(
    "frame", ["base_link", "rover1/base_link", "/rover1/base_link", "base_footprint", ""]
)
def test_what_speaks_in_the_base_itself_needs_no_transform(frame: str) -> None:
    obstacles = watched()
    assert not say(obstacles, 10.0, frame)
    assert not free(obstacles, 10.0, 0.5) and free(obstacles, 10.0, -0.5)


@pytest.mark.parametrize("frame", ["laser", "rover2/base_link", "odom"])
def test_a_frame_of_which_nobody_tells_where_it_sits_is_as_silence_and_the_words_name_the_remedy(
    frame,
) -> None:
    obstacles = watched()
    told = say(obstacles, 10.0, frame)
    assert "x_m, y_m, yaw_deg of rover1/eye in obstacles.yaml" in told
    assert repr(frame) in told and "/tf_static below rover1/base_link" in told
    judged = obstacles.judge("rover1", Twist(0.3), 3.0, now_s=10.0)
    assert judged.factor == 0.0 and told in judged.cause
    assert obstacles.silent("rover1", 10.0) == ["eye"]


def test_where_no_transforms_can_be_heard_the_words_say_what_to_install() -> None:
    obstacles = watched()
    obstacles.seats.want = lambda robot: "install tf2_msgs"
    assert say(obstacles, 10.0, "laser").endswith("or install tf2_msgs")


@pytest.mark.parametrize("whose", ["", "rover1"])
@pytest.mark.parametrize(
    ("rotation", "blocked"), [((0.0, 0.0, 0.0, 1.0), 0.5), (BACK, -0.5)], ids=["ahead", "looking back"]
)
def test_a_lidar_sees_from_where_tf_says_that_it_sits(whose, rotation, blocked) -> None:
    obstacles = watched()
    base = "base_link" if whose else "rover1/base_link"
    obstacles.seats.take(whose, [edge(base, "laser", (0.0, 0.0, 0.2), rotation)], static=True, teller="a")
    assert not say(obstacles, 10.0, "laser")
    assert not free(obstacles, 10.0, blocked) and free(obstacles, 10.0, -blocked)


def test_a_bare_base_link_told_to_all_is_no_robots_unless_the_file_says_so() -> None:
    told = [edge("base_link", "laser", (0.1, 0.0, 0.2))]
    for named, believed in (("", False), ("base_link", True)):
        obstacles = watched(base_frame=named)
        obstacles.seats.take("", told, static=True, teller="a")
        assert bool(say(obstacles, 10.0, "laser")) is not believed


def test_a_lidar_that_hangs_upside_down_sees_the_same_the_other_way_round() -> None:
    """A wall is to the left of the lidar as its rays count."""
    ranges = np.full(63, 9.0)
    ranges[40:55] = 0.6  # 0.86 to 2.26 rad: left, by an upright lidar
    message = LaserScan(angle_min=-math.pi, angle_max=math.pi - 0.1, angle_increment=0.1, range_max=10.0)
    message.header.frame_id, message.header.stamp = "laser", time_msg(10.0)
    message.ranges = ranges.tolist()
    for rotation, side in (((0.0, 0.0, 0.0, 1.0), 1.0), (OVER, -1.0)):
        obstacles = watched()
        obstacles.seats.take(
            "", [edge("rover1/base_link", "laser", rotation=rotation)], static=True, teller="a"
        )
        assert not say(obstacles, 10.0, "laser", serialize_message(message))
        seen = obstacles._robots["rover1"].eyes["eye"].sight.points
        seen = seen[np.hypot(seen[:, 0], seen[:, 1]) < 1.0]
        assert len(seen) == 15 and (seen[:, 1] * side > 0.0).all()


@pytest.mark.parametrize(
    ("kind", "turn", "fine"),
    [
        (SCAN, (0.0, 0.04, 0.5), True),
        (SCAN, (0.0, 0.2, 0.0), False),
        (SCAN, (math.pi, 0.0, 0.5), True),
        (SCAN, (math.pi / 2.0, 0.0, 0.0), False),
        (RANGE, (1.0, 0.0, 0.5), True),
        (RANGE, (0.0, 0.2, 0.0), False),
    ],
)
def test_what_measures_in_a_plane_lies_in_it(kind: str, turn, fine: bool) -> None:
    sensor = ObstacleSensor("eye", kind, "/e", 0.5)
    place = Place((0.1, 0.2, 0.3), tuple(Rotation.from_euler("xyz", turn).as_quat().tolist()))
    if not fine:
        with pytest.raises(ValueError, match="tilted"):
            put(sensor, place)
        return
    sits = put(sensor, place)
    assert (sits.x, sits.y, sits.z) == (0.1, 0.2, 0.3) and sits.yaw == pytest.approx(turn[2])
    with pytest.raises(ValueError, match="from its robot's base"):
        put(sensor, Place((11.0, 0.0, 0.0)))


def test_what_a_turning_lidar_sees_does_not_move_for_that() -> None:
    """It looks round on its mast; a pillar stands still."""
    obstacles, moving = watched(), 0
    for step in range(40):
        now_s, yaw = 10.0 + 0.1 * step, 0.1 * step
        for at_s in (now_s - 0.02, now_s + 0.02):
            told = edge("rover1/base_link", "laser", (0.1, 0.0, 0.3), turned_by(1.0 * (at_s - 10.0)), at_s)
            obstacles.seats.take("", [told], static=False, teller="a")
        message = LaserScan(angle_min=-1.5, angle_max=1.5, angle_increment=0.02, range_max=10.0)
        message.header.frame_id, message.header.stamp = "laser", time_msg(now_s)
        angles = -1.5 + 0.02 * np.arange(151) + yaw
        message.ranges = np.where(
            np.abs(np.mod(angles - 1.0 + math.pi, math.tau) - math.pi) < 0.1, 2.0, 8.0
        ).tolist()
        obstacles.moves("rover1", Twist(), now_s)
        assert not say(obstacles, now_s, "laser", serialize_message(message))
        moving += int(obstacles._robots["rover1"].eyes["eye"].sight.moving.sum())
    assert moving == 0


def test_a_cloud_of_an_optical_frame_is_turned_upright() -> None:
    obstacles = watched(CLOUD)
    optical = tuple(Rotation.from_matrix([[0, 0, 1], [-1, 0, 0], [0, -1, 0]]).as_quat().tolist())
    told = [edge("base_link", "camera", (0.2, 0.0, 0.4)), edge("camera", "optical", rotation=optical)]
    obstacles.seats.take("rover1", told, static=True, teller="a")
    fields = [PointField(name=axis, offset=4 * i, datatype=7, count=1) for i, axis in enumerate("xyz")]
    points = np.array([[0.0, 0.1, 0.5]], np.float32)  # half a metre ahead, a little below the camera
    message = PointCloud2(height=1, width=1, fields=fields, point_step=12, row_step=12, data=points.tobytes())
    message.header.frame_id, message.header.stamp = "optical", time_msg(10.0)
    assert not say(obstacles, 10.0, "optical", serialize_message(message), CLOUD)
    assert obstacles._robots["rover1"].eyes["eye"].sight.points[0] == pytest.approx((0.7, 0.0), abs=1e-6)


def test_the_age_of_a_moving_frame_counts_as_age_of_what_is_seen() -> None:
    obstacles = watched()
    for at_s in (9.6, 9.7):
        obstacles.seats.take("", [edge("rover1/base_link", "laser", stamp_s=at_s)], static=False, teller="a")
    assert not say(obstacles, 10.0, "laser")
    assert obstacles._robots["rover1"].eyes["eye"].seen_s == pytest.approx(9.7)
    assert "0.60 s away" in say(obstacles, 10.3, "laser")


def test_transforms_are_read_out_of_their_bytes() -> None:
    def text(words: str) -> bytes:
        data = words.encode() + b"\0"
        return struct.pack("<I", len(data)) + data

    body = struct.pack("<I", 2)
    for stamp, child in (((5, 500_000_000), "laser"), ((6, 0), "a_longer_name")):
        body += b"\0" * (-len(body) % 4) + struct.pack("<iI", *stamp) + text("rover1/base_link")
        body += b"\0" * (-len(body) % 4) + text(child)
        body += b"\0" * (-len(body) % 8) + struct.pack("<7d", 0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0)
    one, other = read_transforms(b"\0\1\0\0" + body)
    assert one == (5.5, "rover1/base_link", "laser", (0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 1.0))
    assert other[2] == "a_longer_name"
    with pytest.raises(ValueError, match="too few"):
        read_transforms(b"\0\1\0\0" + body[:-1])
