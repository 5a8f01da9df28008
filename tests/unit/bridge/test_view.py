# SPDX-License-Identifier: Apache-2.0
"""What the bridge's own channels show, and when."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from foxglove.messages import Timestamp

from tektra.bridge.backends.drawings import drawn
from tektra.bridge.backends.foxglove_map import scene_of
from tektra.bridge.backends.foxglove_robots import ROBOTS
from tektra.bridge.drawn import Drawing, Notice, RobotShape, ThingAt, Way
from tektra.bridge.frames import Pose, Transform
from tektra.bridge.told import PlanSeen, SafetySeen, StepSeen
from tektra.bridge.view import Channels, View
from tektra.common import paths
from tektra.common.world import World, load_world

FOOTPRINT = ((-0.2, -0.15), (0.2, -0.15), (0.2, 0.15), (-0.2, 0.15))
SECOND = 1_000_000_000
LIFT = """<robot name='arm1'><link name='arm1/base_link'/>
  <link name='rod'><visual><origin xyz='0 0 0.5'/><geometry><cylinder radius='0.04' length='1'/></geometry></visual></link>
  <joint name='tilt' type='revolute'><parent link='arm1/base_link'/><child link='rod'/><origin xyz='0 0 0.1'/><axis xyz='0 1 0'/></joint>
</robot>"""


class Sketchbook:
    """What the view needs of a server, remembered: in words, and the drawings as they are."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.drawn: list[Drawing] = []
        self.words: dict[str, Mapping[str, Any]] = {}

    def send_transforms(self, transforms: Sequence[Transform]) -> None:
        self.log += [f"{entry.parent}>{entry.child}" for entry in transforms]

    def send_map(self, world: World, stamp_ns: int) -> None:
        self.log.append(f"map {world.name}")

    def draw(self, drawing: Drawing, stamp_ns: int) -> None:
        self.drawn.append(drawing)
        if not isinstance(drawing, ThingAt | Notice):
            self.log.append(f"draw {drawing.key}")

    def erase(self, key: str, stamp_ns: int) -> None:
        self.log.append(f"erase {key}")

    def tell(self, channel: str, words: Mapping[str, Any]) -> None:
        self.words[channel] = words

    def last(self, kind: type) -> Any:
        return next(drawing for drawing in reversed(self.drawn) if isinstance(drawing, kind))


@pytest.fixture
def world() -> World:
    return load_world(paths.share_dir() / "config" / "world.yaml")


@pytest.fixture
def book() -> Sketchbook:
    return Sketchbook()


@pytest.fixture
def follows() -> list[bool]:
    return []


@pytest.fixture
def view(book: Sketchbook, world: World, follows: list[bool]) -> View:
    return View(book, world, Channels("/map", "/plan", "/safety"), follows.append)  # type: ignore[arg-type]


@pytest.fixture
def seen(view: View) -> View:
    """Somebody watches everything."""
    for channel in ("/map", "/plan", "/safety"):
        view.watched(channel, 1, SECOND)
    return view


def test_robots_are_followed_while_anyone_watches_any_channel(view: View, follows: list[bool]) -> None:
    view.watched("/tf", 1, 0)
    view.watched("/map", 1, 0)
    view.watched("/tf", 0, 0)
    assert follows == [True]
    view.watched("/map", 0, 0)
    assert follows == [True, False]


def test_every_new_watcher_gets_the_whole_drawing(view: View, book: Sketchbook) -> None:
    view.watched("/map", 1, 0)
    view.described("rover1", FOOTPRINT, 0)
    view.watched("/map", 2, 0)
    view.watched("/map", 1, 0)
    assert book.log == ["map home", "draw rover1", "map home", "draw rover1"]


def test_nothing_is_drawn_for_who_watches_words_alone(view: View, book: Sketchbook) -> None:
    view.watched("/plan", 1, 0)
    view.described("rover1", FOOTPRINT, 0)
    assert book.log == [] and book.drawn == [] and "/plan" in book.words


def test_a_robot_that_left_is_erased_once(seen: View, book: Sketchbook) -> None:
    seen.described("rover1", FOOTPRINT, 0)
    book.log.clear()
    seen.gone("rover1", 1)
    seen.gone("rover1", 2)
    assert book.log == ["erase rover1"]


def test_poses_become_transforms(view: View, book: Sketchbook) -> None:
    view.moved("rover1", 1, Pose(1.0, 0.0, 0.0))
    view.located("rover1", 2, Pose(5.0, 0.0, 0.0))
    assert book.log == ["rover1/odom>rover1/base_link", "map>rover1/odom"]


def test_robots_wear_the_colours_that_the_home_gives_them(seen: View, book: Sketchbook, world: World) -> None:
    """They came from a hash of the name: rover1 was green here and orange in the simulator."""
    for robot in ("rover1", "rover2", "arm1"):
        seen.described(robot, FOOTPRINT, 0)
        assert book.last(RobotShape).color == world.robots[robot].color


def test_an_arm_is_drawn_as_its_joints_are_on_the_table_that_it_stands_on(
    seen: View, book: Sketchbook, world: World
) -> None:
    seen.described("arm1", (), SECOND)
    seen.looks("arm1", LIFT, SECOND)
    seen.bent("arm1", {"tilt": 1.5707963}, 0.0, 2 * SECOND)
    shape = book.last(RobotShape)
    (rod,) = shape.solids
    assert rod.position_m == pytest.approx((0.5, 0.0, 0.1), abs=1e-6)
    assert shape.lift_m == world.robots["arm1"].z_m


def test_an_arm_that_stands_is_not_drawn_again_and_one_that_moves_ten_times_a_second(
    seen: View, book: Sketchbook
) -> None:
    seen.described("arm1", (), SECOND)
    seen.looks("arm1", LIFT, SECOND)
    before = len(book.drawn)
    for tick in range(100):
        seen.bent("arm1", {"tilt": 0.0}, 0.0, 2 * SECOND + tick * SECOND // 50)
    assert len(book.drawn) == before
    for tick in range(100):
        seen.bent("arm1", {"tilt": 0.02 * tick}, 0.0, 5 * SECOND + tick * SECOND // 50)
    assert 15 <= len(book.drawn) - before <= 21


def test_the_way_that_a_robot_claims_is_drawn_until_it_claims_none(seen: View, book: Sketchbook) -> None:
    seen.described("rover1", FOOTPRINT, 0)
    seen.claimed("rover1", [(1.0, 2.0), (3.0, 4.0)], 0)
    way = book.last(Way)
    assert way.points_m == ((1.0, 2.0), (3.0, 4.0)) and way.color is not None
    seen.claimed("rover1", [(3.0, 4.0)], 1)
    seen.claimed("rover1", [], 2)
    assert [entry for entry in book.log if "way" in entry] == ["draw rover1 way", "erase rover1 way"]


def test_a_long_way_keeps_its_goal(seen: View, book: Sketchbook) -> None:
    seen.described("rover1", FOOTPRINT, 0)
    seen.claimed("rover1", [(number / 100.0, 0.0) for number in range(5000)], 0)
    way = book.last(Way)
    assert len(way.points_m) <= 201 and way.points_m[0] == (0.0, 0.0) and way.points_m[-1] == (49.99, 0.0)


def test_things_go_with_the_hand_that_grasps_them_and_lie_where_it_places_them(
    seen: View, book: Sketchbook, world: World
) -> None:
    seen.described("arm1", (), SECOND)
    seen.looks("arm1", LIFT, SECOND)
    grasped = StepSeen(1, "arm1", "grasp", '{"object": "red_cube"}', 2, ended_s=5.0)
    placed = StepSeen(2, "arm1", "place", '{"spot": "the tray"}', 2, ended_s=9.0)
    seen.planned(PlanSeen("p", "", 1, 5.0, steps=(grasped,)), 2 * SECOND)
    held = book.last(ThingAt)
    assert (held.name, held.robot) == ("red_cube", "arm1")
    assert held.at_m == pytest.approx((0.0, 0.0, 1.1 + world.robots["arm1"].z_m))
    seen.planned(PlanSeen("p", "", 2, 9.0, steps=(grasped, placed)), 3 * SECOND)
    lying = next(d for d in reversed(book.drawn) if isinstance(d, ThingAt) and d.name == "red_cube")
    tray = world.table_spots["tray"]
    assert not lying.robot and lying.at_m == pytest.approx((tray.x_m, tray.y_m, tray.z_m + 0.025))


def test_where_a_thing_that_was_let_go_lies_nobody_knows(seen: View, book: Sketchbook) -> None:
    steps = (
        StepSeen(1, "arm1", "grasp", '{"object": "red_cube"}', 2, ended_s=5.0),
        StepSeen(2, "arm1", "open_gripper", "{}", 2, ended_s=9.0),
    )
    seen.planned(PlanSeen("p", "", 2, 9.0, steps=steps), SECOND)
    assert "erase thing red_cube" in book.log


@pytest.mark.parametrize(
    "arguments", ["", "no json", "[]", '{"object": "moon"}', '{"object": 7}', "[" * 100_000]
)
def test_a_step_whose_arguments_name_nothing_moves_nothing(
    seen: View, book: Sketchbook, arguments: str
) -> None:
    before = len(book.drawn)
    step = StepSeen(1, "arm1", "grasp", arguments, 2, ended_s=5.0)
    seen.planned(PlanSeen("p", "", 2, 9.0, steps=(step,)), SECOND)
    assert len(book.drawn) == before


def test_a_stop_stands_large_over_the_home_until_it_is_reset(seen: View, book: Sketchbook) -> None:
    seen.safety(SafetySeen(False), SECOND)
    seen.safety(SafetySeen(True, ("voice",)), 2 * SECOND)
    assert book.last(Notice).words == "STOPPED" and "(voice)" in book.words["/safety"]["words"]
    assert book.words["/safety"]["state"] == "stopped"
    seen.safety(SafetySeen(False), 3 * SECOND)
    assert book.log[-1] == "erase notice" and book.words["/safety"]["state"] == "free"


def test_a_gate_that_falls_silent_is_told_and_one_heard_before_nobody_looked_is_no_news(
    seen: View, book: Sketchbook
) -> None:
    seen.safety(SafetySeen(False), 2 * SECOND)
    assert book.words["/safety"]["state"] == "free"
    for at in (3, 4, 5):
        seen.tick(at * SECOND, planner=True)
    assert book.words["/safety"]["state"] == "silent" and book.last(Notice).words == "NO SAFETY GATE"
    seen.safety(SafetySeen(False), 5 * SECOND)
    for channel in ("/map", "/plan", "/safety"):
        seen.watched(channel, 0, 5 * SECOND)
    seen.watched("/safety", 1, 60 * SECOND)
    assert book.words["/safety"]["state"] == "silent"


def test_a_bridge_that_was_held_up_does_not_say_that_the_gate_was_silent(
    seen: View, book: Sketchbook
) -> None:
    seen.safety(SafetySeen(False), 2 * SECOND)
    seen.tick(2 * SECOND, planner=True)
    seen.tick(7 * SECOND, planner=True)
    assert book.words["/safety"]["state"] == "free"
    seen.tick(8 * SECOND, planner=True)
    seen.tick(9 * SECOND + 1, planner=True)
    assert book.words["/safety"]["state"] == "silent"


def test_a_plan_that_ended_long_ago_does_not_look_as_if_it_were_now(seen: View, book: Sketchbook) -> None:
    step = StepSeen(1, "rover1", "drive_to", '{"place": "kitchen"}', 2)
    seen.planned(PlanSeen("p", "go to the kitchen", 2, 100.0, steps=(step,)), 105 * SECOND)
    told = book.words["/plan"]
    assert (told["state"], told["when"]) == ("succeeded", "just now")
    assert told["steps"] == [
        {"step": "1", "who": "rover1", "does": "drive_to place: kitchen", "state": "succeeded", "why": ""}
    ]
    seen.tick(100 * SECOND + 3600 * SECOND, planner=True)
    told = book.words["/plan"]
    assert (told["state"], told["when"]) == ("none", "the last one succeeded an hour ago")
    assert [step["does"] for step in told["steps"]] == ["no steps"]


def test_a_plan_whose_planner_died_is_not_told_as_running(seen: View, book: Sketchbook) -> None:
    seen.planned(PlanSeen("p", "go", 1, 100.0), 105 * SECOND)
    assert book.words["/plan"]["state"] == "running"
    seen.tick(110 * SECOND, planner=False)
    assert book.words["/plan"]["state"] == "unknown"


def test_the_drawing_names_every_place_and_the_robot(world: World) -> None:
    # The SDK's messages cannot be read back but as bytes (protobuf), in which texts stand as they are.
    scene = scene_of(world, Timestamp(sec=1, nsec=0)).encode()
    for name in world.places:
        assert name.replace("_", " ").encode() in scene
    robot = drawn(RobotShape("rover1", FOOTPRINT), SECOND)
    assert b"rover1/base_link" in robot
    assert struct.pack("<d", 0.4) in robot
    assert struct.pack("<d", 0.3) in robot


@pytest.mark.parametrize(
    "drawing",
    [RobotShape("rover3"), Way("rover3", ((0.0, 0.0), (1.0, 1.0))), ThingAt("cube", (1.0, 2.0, 3.0), (0.1,) * 3, ROBOTS[0]),
     Notice("STOPPED", (0.0, 0.0, 1.0))],
    ids=lambda drawing: type(drawing).__name__,
)  # fmt: skip
def test_each_drawing_goes_out_under_its_key(drawing: Drawing) -> None:
    assert drawing.key.encode() in drawn(drawing, SECOND)


def test_whoever_comes_between_the_gates_return_and_the_next_tick_leaves_no_notice_to_others(
    seen: View, book: Sketchbook
) -> None:
    free = SafetySeen(False)
    seen.safety(free, 2 * SECOND)
    for second in range(3, 7):
        seen.tick(second * SECOND, planner=True)
    assert book.last(Notice).words == "NO SAFETY GATE"
    seen.safety(free, 7 * SECOND)
    seen.watched("/map", 2, 7 * SECOND)
    seen.tick(8 * SECOND, planner=True)
    assert "erase notice" in book.log


def test_what_a_robot_held_goes_with_it(seen: View, book: Sketchbook) -> None:
    seen.described("arm1", FOOTPRINT, SECOND)
    seen.looks("arm1", LIFT, SECOND)
    thing = next(iter(load_world(paths.share_dir() / "config" / "world.yaml").objects))
    step = StepSeen(1, "arm1", "grasp", f'{{"object": "{thing}"}}', 2)
    seen.planned(PlanSeen("p", "", 2, 1.0, steps=(step,)), SECOND)
    assert book.last(ThingAt).robot == "arm1"
    seen.gone("arm1", 2 * SECOND)
    assert book.log.count(f"erase thing {thing}") == 2, "from the table, and from the hand"
