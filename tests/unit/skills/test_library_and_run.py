# SPDX-License-Identifier: Apache-2.0
"""Arguments are checked before anything moves; and whatever happens to safety or driver ends a run."""

import re
from pathlib import Path

import pytest
from shapely import Point, Polygon

from tektra.common.areas import Area
from tektra.common.errors import InputError
from tektra.common.skills import skills_of
from tektra.common.world import load_world
from tektra.skills.base import BaseLimits
from tektra.skills.claims import sampled
from tektra.skills.library import Body, Library
from tektra.skills.route import Floor
from tektra.skills.run import NO_PERMIT_S, Runner, SafetyView
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
ROVER = Body(
    {skill.name: skill.schema for skill in skills_of(["base"])}, BaseLimits(0.6, 1.5, 6.0, 3.0), {}, 0.3
)


@pytest.fixture
def library() -> Library:
    return Library("rover1", ROVER, WORLD)


@pytest.mark.parametrize(
    "skill, arguments, words",
    [
        ("fly", "{}", "has no skill 'fly': it offers"),
        ("wave", "{}", "has no skill"),
        ("move", "", "distance_m"),
        ("move", "{", "no JSON"),
        ("move", "[" * 100_000, "no JSON|nested"),
        ("move", '{"distance_m": NaN}', "no JSON"),
        ("move", '{"distance_m": Infinity}', "no JSON"),
        ("move", '{"distance_m": 1e999}', "distance_m"),
        ("move", '{"distance_m": "far"}', "distance_m"),
        ("move", '{"distance_m": 1000}', "distance_m"),
        ("move", '{"distance_m": 1, "speed_mps": 9}', "speed_mps"),
        ("move", '{"distance_m": 1, "colour": 2}', "colour"),
        ("navigate_to", '{"place": "the moon"}', "no place is called 'the moon': choose one of kitchen"),
        ("navigate_to", '{"x": 1}', "navigate_to"),
        ("navigate_to", '{"x": 0.0, "y": 0.0}', "not free floor"),
        ("navigate_to", '{"x": 500.0, "y": 5.0}', "not free floor"),
        ("turn", '{"angle_deg": null}', "angle_deg"),
        ("follow_path", '{"places": ["hall", "moon"]}', "no place is called 'moon'"),
        ("follow_path", '{"points": [[5.0, 5.0], [0.0, 0.0]]}', "not free floor"),
        ("look_at", '{"robot": "rover1"}', "cannot look at itself"),
        ("look_at", '{"place": "moon"}', "no place is called 'moon'"),
        ("grasp", '{"object": "red_cube"}', "has no skill 'grasp'"),
    ],
)
def test_bad_arguments_are_refused_by_name_and_remedy(
    library, skill: str, arguments: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        library.make(skill, arguments)


def test_a_robot_without_a_dock_says_so() -> None:
    with pytest.raises(InputError, match="rover7 has no dock: give it one among the robots"):
        Library("rover7", ROVER, WORLD).make("dock", "{}")


WET = Area("wet", False, ((6.5, 5.0), (8.0, 5.0), (8.0, 6.2), (6.5, 6.2)), ("rover1",))


def test_a_place_in_a_zone_that_is_kept_out_is_refused_to_those_whom_it_binds() -> None:
    """The hall's first pose lies in the zone: its other ones serve instead. Alone for rover1."""
    library = Library("rover1", ROVER, WORLD, areas=(WET,))
    with pytest.raises(InputError, match="not free floor"):
        library.make("navigate_to", '{"x": 7.2, "y": 5.6}')
    for skill in ('{"place": "hall"}', '{"x": 8.4, "y": 4.5}'):
        library.make("navigate_to", skill)
    Library("rover2", ROVER, WORLD, areas=(WET,)).make("navigate_to", '{"x": 7.2, "y": 5.6}')


@pytest.mark.parametrize(
    "area", [WET, Area("home", True, ((0.0, 0.0), (16.0, 0.0), (16.0, 6.0), (0.0, 6.0)))]
)
def test_ways_keep_within_the_areas_by_the_robots_whole_width(area: Area) -> None:
    floor = Floor(WORLD, 0.3, (area,))
    way = floor.route(Pose(4.0, 5.6), Pose(9.5, 5.0 if area is WET else 5.6))
    assert way is not None
    shape = Polygon(area.corners)
    edge = min(shape.exterior.distance(Point(point)) for point in sampled(way, 0.05)[:-1])
    assert edge > 0.25
    assert floor.route(Pose(4.0, 5.6), Pose(7.2, 5.6) if area is WET else Pose(9.7, 8.0)) is None


def ready_runner(epoch: int = 4) -> Runner:
    runner = Runner("rover1")
    runner.on_safety(SafetyView(epoch, False, (), heard_s=10.0))
    runner.on_driver(connected=True, halt_reason="", now_s=10.0)
    return runner


def seen(now_s: float = 10.1) -> Seen:
    return Seen(now_s, Pose(1.2, 4.4))


def test_a_run_asks_for_motion_under_the_epoch_of_its_start(library) -> None:
    runner = ready_runner()
    assert runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0) is None
    assert isinstance(runner.step(seen()), Drive)
    assert runner.run is not None and runner.run.epoch == 4 and runner.run.sequence == 1


def test_a_second_goal_is_refused_while_one_runs(library) -> None:
    runner = ready_runner()
    runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
    end = runner.start("h", "turn", library.make("turn", '{"angle_deg": 90}'), 10.0)
    assert end is not None and end.outcome is Outcome.REFUSED and "busy with move" in end.message


@pytest.mark.parametrize(
    "view, words",
    [
        (SafetyView(4, True, ("operator",), 10.0), "stopped .operator.; reset first"),
        (SafetyView(4, False, (), 5.0), "safety gate is silent"),
        (SafetyView(4, False, (), 10.0, ("link down",)), "may not move: link down"),
    ],
)
def test_nothing_starts_while_safety_says_no(library, view: SafetyView, words: str) -> None:
    runner = ready_runner()
    runner.on_safety(view)
    end = runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
    assert end is not None and end.outcome is Outcome.REFUSED
    assert re.search(words, end.message)


def test_a_stop_ends_the_run_and_nothing_goes_on_after_the_reset(library) -> None:
    runner = ready_runner()
    runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
    runner.on_safety(SafetyView(5, True, ("topic",), 10.1))
    end = runner.step(seen())
    assert isinstance(end, End) and end.outcome is Outcome.FAILED and "topic" in end.message
    runner.on_safety(SafetyView(6, False, (), 10.2))
    assert runner.run is None


def test_a_stop_and_reset_between_two_steps_still_end_the_run(library) -> None:
    runner = ready_runner()
    runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
    runner.on_safety(SafetyView(6, False, (), 10.1))
    end = runner.step(seen())
    assert isinstance(end, End) and "ask anew" in end.message


def test_a_lost_link_or_silent_driver_ends_the_run(library) -> None:
    for connected, heard_s, words in ((False, 10.1, "not connected"), (True, 9.0, "silent")):
        runner = ready_runner()
        runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
        runner.on_driver(connected=connected, halt_reason="", now_s=heard_s)
        end = runner.step(seen())
        assert isinstance(end, End) and words in end.message
        assert end.result == {"lost": True}, "so that another robot may take over"


def test_a_run_without_permits_ends_with_the_drivers_reason(library) -> None:
    runner = ready_runner()
    runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
    end = None
    for tick in range(80):
        now_s = 10.0 + 0.05 * tick
        runner.on_safety(SafetyView(4, False, (), now_s))
        runner.on_driver(connected=True, halt_reason="no permit", now_s=now_s)
        end = runner.step(seen(now_s))
        if isinstance(end, End):
            break
    assert isinstance(end, End) and "no permit" in end.message
    assert tick * 0.05 >= NO_PERMIT_S


def test_a_cancelled_run_is_over(library) -> None:
    runner = ready_runner()
    runner.start("g", "move", library.make("move", '{"distance_m": 1}'), 10.0)
    assert runner.cancel().outcome is Outcome.CANCELED and runner.run is None
