# SPDX-License-Identifier: Apache-2.0
"""Doubt grows and never vanishes: lost robots, late poses, silent sensors of people, and a second gate."""

import dataclasses
import math

import pytest
from shapely import Point, Polygon, box

from tektra.common.errors import InputError
from tektra.safety.last_seen import MOST
from tektra.safety.latch import RIVAL
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.people import Person
from tektra.safety.people_rules import PeopleRules
from tektra.safety.rival import GATES_MAX, GONE_S, SURE
from tektra.safety.sensors import Sensor
from tektra.safety.zones import KEEP_OUT, Rules, Zone

APART = Rules(0.2, 0.05)
THERE, TOWARDS = (3.0, 0.0, math.pi), (1.0, 0.0, 0.0)
SOFT = Limits(0.6, 1.5, 1.0, 1.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)


def drive(world, robot: str = "rover1", goal: str = "a", vx: float = 0.5) -> bool:
    return world.permitted(world.ask(robot, goal, motion=Motion(Kind.VELOCITY, twist=Twist(vx))))


def nearest(world, lose, seconds: float = 12.0) -> float:
    """How near rover1 comes to where rover2 stood, driving at it while `lose` says what is heard of that one."""
    x, v, closest = 1.0, 0.0, 9.0
    world.hear("rover2", pose=THERE)
    for step in range(round(seconds / 0.04)):
        world.tick()
        world.hear("rover1", pose=(x, 0.0, 0.0), moving=v > 0, twist=Twist(v))
        lose(step)
        request = world.ask(goal=f"g{step // 25}", motion=Motion(Kind.VELOCITY, twist=Twist(0.5)))
        decided = world.gate.decide(request, now_s=world.now_s, stamp_s=world.clock_s)
        v = decided[1].motion.twist.vx if decided else max(0.0, v - 6.0 * 0.04)
        x += v * 0.04
        closest = min(closest, 3.0 - x)
    return closest


LOSSES = {
    "silent": lambda world: lambda step: None,
    "link": lambda world: lambda step: world.hear("rover2", connected=False),
    "place": lambda world: lambda step: world.hear("rover2"),
    "gone": lambda world: lambda step: world.gate.gone("rover2"),
    "limits": lambda world: lambda step: world.gate.described("rover2", "x", Limits(0, 0, 0, 0, 0), 0.3),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_nobody_drives_through_a_robot_that_was_lost(ready_with, loss: str) -> None:
    world = ready_with(rules=APART)
    assert nearest(world, LOSSES[loss](world)) >= 0.3 + 0.3 + 0.05 - 1e-6


def test_a_robot_that_was_lost_while_it_drove_is_as_large_as_the_way_that_it_could_still_go(
    ready_with,
) -> None:
    world = ready_with(rules=APART)
    world.gate.described("rover2", "driver-1", SOFT, 0.3)
    for _ in range(20):
        world.tick()
        world.hear("rover2", pose=THERE, moving=True, twist=Twist(0.5))
    before = world.gate._robots["rover2"].there(world.now_s)
    world.run(3.0)
    after = world.gate._robots["rover2"].there(world.now_s)
    assert before.drift < 0.1
    assert after.drift == pytest.approx(0.5 * 1.0 + 0.5**2 / 2.0, abs=0.05)
    world.run(30.0)
    assert world.gate._robots["rover2"].there(world.now_s).drift == pytest.approx(after.drift), (
        "it stands by now"
    )
    assert any("rover2 may be within" in words for words in world.gate.doubts.told(world.now_s))


def test_a_robot_that_drives_on_without_knowing_where_grows_as_far_as_it_drives(ready_with) -> None:
    world = ready_with(rules=APART)
    world.hear("rover2", pose=THERE)
    world.run(2.0, "rover2", moving=True, twist=Twist(0.3))
    assert world.gate._robots["rover2"].there(world.now_s).drift == pytest.approx(0.6, abs=0.05)


def test_an_operator_forgets_a_lost_robot_by_name_and_only_a_lost_one(ready_with) -> None:
    world = ready_with(rules=APART)
    world.run(0.2, "rover2", pose=THERE)
    with pytest.raises(InputError, match="rover2 is reached"):
        world.gate.doubts.forget_robot("operator", "rover2", world.now_s)
    with pytest.raises(InputError, match="no robot 'rover9'"):
        world.gate.doubts.forget_robot("operator", "rover9", world.now_s)
    assert nearest(world, lambda step: None) > 0.6
    world.gate.doubts.forget_robot("operator", "rover2", world.now_s)
    assert world.gate.take_records()[-1].event == "forget"
    assert nearest(ready_with(rules=Rules(0.2, 0.0)), lambda step: None) < 0.0, (
        "the drive itself goes through"
    )
    world.hear("rover2", connected=False)
    assert world.gate._robots["rover2"].there(world.now_s) is None, "until it is reached again"
    world.hear("rover2", pose=THERE)
    assert world.gate._robots["rover2"].there(world.now_s) is not None


def test_a_reset_asks_whether_a_robot_stands_that_nobody_reaches(ready) -> None:
    ready.run(0.2, "rover2", moving=True)
    ready.gate.stops.stop("operator", "someone")
    ready.run(1.0, "rover1")
    assert "rover2 moved when it was reached last" in ready.reset_refused()
    ready.gate.stops.stop("operator", "someone", robot="rover1")
    ready.gate.stops.reset("operator", "rover1"), "one robot does not hold the others'"
    ready.gate.doubts.forget_robot("operator", "rover2", ready.now_s)
    ready.gate.stops.reset("operator")


def test_what_left_while_it_moved_is_asked_after_too(ready) -> None:
    ready.hear("rover2", moving=True)
    ready.gate.gone("rover2")
    ready.gate.stops.stop("operator", "someone")
    assert "forget it by name" in ready.reset_refused()
    ready.gate.described("rover2", "driver-2", SOFT, 0.3)
    ready.hear("rover2")
    ready.gate.stops.reset("operator")


# -- late poses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late_s", [0.0, 0.1, 0.3, 0.45])
@pytest.mark.parametrize("turns", [0.0, 0.6])
def test_a_robot_whose_states_are_late_stays_out_of_a_forbidden_place(
    ready_with, late_s: float, turns: float
) -> None:
    stairs = Polygon([(4.0, -9.0), (6.0, -9.0), (6.0, 9.0), (4.0, 9.0)])
    world = ready_with(rules=Rules(0.2, 0.0, (Zone("stairs", KEEP_OUT, stairs),)))
    world.gate.described("rover1", "driver-1", SOFT, 0.3)
    past, x, y, yaw, v, w, permits = [], 1.0, 0.0, -turns, 0.0, 0.0, 0
    for step in range(400):
        world.tick()
        past.append((world.clock_s, (x, y, yaw), Twist(v, 0.0, w)))
        known = [old for old in past if old[0] <= world.clock_s - late_s + 1e-9]
        if not known:
            world.hear("rover1", pose=past[0][1])
            continue
        stamp_s, pose, twist = known[-1]
        world.hear("rover1", pose=pose, twist=twist, moving=True, stamp_s=stamp_s)
        asked = Motion(Kind.VELOCITY, twist=Twist(0.6, 0.0, turns if step % 50 < 25 else -turns))
        decided = world.gate.decide(
            world.ask(goal=f"g{step // 40}", motion=asked), now_s=world.now_s, stamp_s=world.clock_s
        )
        permits += decided is not None
        v = decided[1].motion.twist.vx if decided else max(0.0, v - 1.0 * 0.04)
        w = decided[1].motion.twist.wz if decided else 0.0
        x, y, yaw = x + v * math.cos(yaw) * 0.04, y + v * math.sin(yaw) * 0.04, yaw + w * 0.04
        assert stairs.distance(Point(x, y)) >= 0.3 - 0.01, (
            f"{0.3 - stairs.distance(Point(x, y)):.3f} m too far"
        )
    assert permits > 20


def test_a_neighbour_whose_states_are_late_is_larger_by_what_it_went(ready_with) -> None:
    world = ready_with(rules=APART)
    world.tick(0.5)
    for _ in range(5):
        world.tick()
        world.hear("rover2", pose=THERE, twist=Twist(0.5), moving=True, stamp_s=world.clock_s - 0.4)
    assert world.gate._robots["rover2"].there(world.now_s).drift == pytest.approx(0.2, abs=0.01)


# -- people ----------------------------------------------------------------------------------------------------

ROOM = [(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]


def see(world, *people: Person, seen=ROOM, source: str = "camera", publisher: str = "1") -> None:
    assert world.gate.people.heard(source, seen, people, world.now_s, 0.0, publisher) == ""


def free(world, goal: str) -> bool:
    world.tick()
    world.hear("rover1", pose=(0.0, 0.0, 0.0))
    return drive(world, goal=goal, vx=0.3)


def test_somebody_who_was_seen_stays_when_the_camera_dies_and_comes_nearer(ready_with) -> None:
    world = ready_with()
    see(world, Person("p", 4.0, 0.0))
    assert free(world, "a")
    world.run(2.4, "rover1", pose=(0.0, 0.0, 0.0))
    assert not free(world, "b"), "2.4 s later they may be here"
    world.run(60.0, "rover1", pose=(0.0, 0.0, 0.0))
    assert not free(world, "c")
    assert any(
        "camera told of people and fell silent" in words for words in world.gate.doubts.told(world.now_s)
    )
    see(world, seen=box(2, 2, 3, 3).exterior.coords[:-1], source="another")
    assert not free(world, "d"), "that is not where they were"
    see(world)
    assert free(world, "e") and world.gate.doubts.told(world.now_s) == []


def test_who_stood_when_they_were_seen_last_may_walk_since(ready_with) -> None:
    world = ready_with(rules=Rules(people=PeopleRules(human_speed_min=0.2)))
    see(world, Person("p", 4.0, 0.0, vx=0.0, vy=0.0))
    world.run(4.0, "rover1")
    (lost,) = world.gate.people.last_seen
    assert lost.around(world.now_s) == pytest.approx(lost.person.error + 1.6 * 4.0, abs=0.1)


def test_who_ran_when_they_were_seen_last_may_run_on(ready_with) -> None:
    world = ready_with()
    see(world, Person("p", 4.0, 0.0, vx=-3.0, vy=0.0))
    world.run(4.0, "rover1")
    (lost,) = world.gate.people.last_seen
    assert lost.person.speed == 3.0


def test_another_sensor_that_sees_all_of_that_floor_will_do(ready_with) -> None:
    world = ready_with()
    see(world, Person("p", 2.0, 0.0))
    world.run(2.0, "rover1", pose=(0.0, 0.0, 0.0))
    see(world, source="lidar", publisher="2")
    assert free(world, "a")


def test_a_camera_that_turns_away_forgets_nobody_and_one_that_looks_on_does(ready_with) -> None:
    world = ready_with()
    see(world, Person("p", 1.0, 0.0))
    world.tick()
    see(world, seen=[(-5.0, -5.0), (-4.0, -5.0), (-4.0, 5.0), (-5.0, 5.0)])
    assert not free(world, "a")
    see(world)
    assert free(world, "b")


def test_two_sensors_of_one_name_do_not_erase_each_other(ready_with) -> None:
    world = ready_with()
    see(world, Person("p", 1.0, 0.0), seen=[], publisher="1")
    see(world, seen=[], publisher="2")
    assert not free(world, "a")


def test_an_operator_forgets_whom_a_dead_sensor_saw_last(ready_with) -> None:
    world = ready_with()
    see(world, Person("p", 1.0, 0.0))
    world.run(2.0, "rover1", pose=(0.0, 0.0, 0.0))
    assert world.gate.doubts.forget_people("operator", "lidar") == 0 and not free(world, "a")
    assert world.gate.doubts.forget_people("operator", "camera") == 1 and free(world, "b")


def test_a_flood_of_people_is_bounded_and_leaves_no_place_out(ready_with) -> None:
    world = ready_with()
    crowd = [Person("", 0.01 * number, 1.0) for number in range(MOST + 20)]
    see(world, *crowd)
    world.run(2.0, "rover1")
    kept = list(world.gate.people.last_seen)
    assert len(kept) == MOST
    for person in crowd:
        assert any(lost.person.distance(person.x, person.y) <= lost.person.error for lost in kept)


# -- another gate ----------------------------------------------------------------------------------------------


def test_another_gate_latches_a_cause_that_names_it_until_it_is_gone(ready) -> None:
    for number in range(SURE):
        ready.gate.stops.rival.heard("other", number, "/robot/safety", ready.now_s)
        ready.tick()
    assert ready.gate.latch.causes == {RIVAL} and ready.gate.stops.pending() == [RIVAL]
    assert "/robot/safety" in ready.last_reason() or "/robot/safety" in ready.reset_refused()
    ready.run(1.2, "rover1", "rover2")
    ready.gate.stops.reset("operator")


def test_no_reset_slips_in_between_a_word_of_another_gate_and_the_next_tick(ready) -> None:
    for number in range(SURE):
        ready.gate.stops.rival.heard("other", number, "/robot/safety", ready.now_s)
        ready.tick()
    ready.gate.stops.rival.heard("other", SURE, "/robot/safety", ready.now_s + 0.03)
    assert "/robot/safety" in ready.reset_refused()


def test_the_last_words_of_a_gate_that_ended_are_no_second_gate(ready) -> None:
    ready.gate.stops.rival.heard("old", 7, "/safety", ready.now_s)
    ready.gate.stops.rival.heard("old", 7, "/safety", ready.now_s)
    ready.tick()
    assert not ready.gate.latch.stopped


def lives(world, words) -> bool:
    """Whether these words, of an instance and a number each, make another gate."""
    for instance, number in words:
        world.gate.stops.rival.heard(instance, number, "/robot/safety", world.now_s)
        world.tick()
    return world.gate.latch.causes == {RIVAL}


@pytest.mark.parametrize(
    "numbers",
    [[7] * 25, [7, 6, 5, 4, 3, 2, 1], [7, 8, *[7, 8] * 10]],
    ids=["said again", "backwards", "a stretch again"],
)
def test_words_of_another_gate_that_are_no_newer_than_its_last_are_copies(ready, numbers) -> None:
    assert not lives(ready, [("other", number) for number in numbers])


def test_copies_in_between_make_another_gate_no_less_alive(ready) -> None:
    assert lives(ready, [("other", number // 2) for number in range(2 * SURE)])


def test_two_other_gates_at_once_do_not_hide_each_other(ready) -> None:
    assert lives(ready, [(one, number) for number in range(SURE) for one in ("a", "b")])


def test_more_gates_than_can_be_told_apart_are_more_than_one(ready) -> None:
    assert not lives(ready, [(f"gate{number}", 0) for number in range(GATES_MAX)])
    assert lives(ready, [("one more", 0)])


def test_after_a_pause_another_gate_counts_anew(ready) -> None:
    assert not lives(ready, [("other", 100), ("other", 101)])
    ready.run(GONE_S + 0.1, "rover1", "rover2")
    assert not lives(ready, [("other", 3), ("other", 4)])
    assert lives(ready, [("other", 5)])


def test_the_start_names_the_sensor_that_it_waits_for(ready_with) -> None:
    world = ready_with(sensors=[Sensor("lidar", "/scan", "sensor_msgs/msg/LaserScan", 0.5)])
    assert "nothing was heard yet of lidar" in world.reset_refused()
    assert "lidar" in world.gate.doubts.told(world.now_s)[0]


def test_whom_nobody_reaches_may_go_on_until_whoever_drives_near_them_stands(ready_with) -> None:
    world = ready_with(rules=APART)
    world.gate.described("rover1", "soft", SOFT, 0.3)
    world.run(0.2, "rover2", pose=THERE, moving=True, twist=Twist(0.6))
    world.run(0.2, "rover1", pose=(0.0, 0.0, 0.0))
    known = world.gate._robots["rover2"]
    known.lose(world.now_s + 1.0, 0.5)
    now, later = known.there(world.now_s), known.there(world.now_s, 0.8)
    assert later.drift == pytest.approx(now.drift + 0.6 * 0.8, abs=0.02)


def test_a_place_that_leaps_ends_the_goal(ready) -> None:
    def hear(x: float) -> None:
        ready.tick()
        ready.hear("rover1", pose=(x, 0.0, 0.0))

    hear(1.0)
    hear(1.02)
    assert ready.permitted(ready.ask(goal="g1"))
    hear(3.0)
    assert not ready.permitted(ready.ask(goal="g1")), "where it is now, nobody meant it to drive"
    assert ready.permitted(ready.ask(goal="g2")), "asked anew"


def test_whom_a_sensor_saw_after_it_was_asked_is_not_forgotten(ready_with) -> None:
    """Whoever said that nobody is there did not know of them yet."""
    world = ready_with()
    see(world, Person("p", 1.0, 0.0))
    asked_s = world.now_s - 1.0
    world.run(2.0, "rover1", pose=(0.0, 0.0, 0.0))
    assert world.gate.doubts.forget_people("operator", "camera", asked_s) == 0 and not free(world, "a")
    assert world.gate.doubts.forget_people("operator", "", world.now_s) == 1


@pytest.mark.parametrize("age_s", [1.0, -1.0])
def test_a_robot_that_was_lost_after_it_was_asked_is_not_forgotten(ready_with, age_s: float) -> None:
    """Asked by a clock that is ahead, it may have been asked at any time that is not too late."""
    world = ready_with(rules=APART)
    world.run(0.2, "rover2", pose=THERE)
    world.run(0.6, "rover1")
    with pytest.raises(InputError, match="rover2 was reached after that was said"):
        world.gate.doubts.forget_robot("operator", "rover2", world.now_s, age_s)
    assert world.gate._robots["rover2"].there(world.now_s) is not None
    world.run(2.0, "rover1")
    world.gate.doubts.forget_robot("operator", "rover2", world.now_s, age_s)


LORRY = Limits(0.6, 1.5, 1.0, 0.5, 4.0, linear_jerk=5.0, angular_jerk=20.0)


@pytest.mark.parametrize("left", [False, True])
def test_who_comes_back_as_another_and_does_not_know_where_is_as_large_as_it_is_now(ready_with, left) -> None:
    """A robot came back under a larger kind: for the others it was as small as the one before, where that had been."""
    world = ready_with(rules=APART)
    world.run(0.2, "rover2", pose=THERE)
    if left:
        world.gate.gone("rover2")
    world.gate.described("rover2", "driver-2", LORRY, 1.2)
    there = world.gate._robots["rover2"].there(world.now_s)
    assert there.radius == 1.2 and there.deceleration == 0.5
    assert nearest(world, lambda step: world.hear("rover2")) >= 0.3 + 1.2 + 0.05 - 1e-6
    world.gate.described("rover2", "driver-3", SOFT, 0.1)
    assert world.gate._robots["rover2"].there(world.now_s).radius == 1.2, "which of them stands there?"
    world.hear("rover2", pose=THERE)
    assert world.gate._robots["rover2"].there(world.now_s).radius == 0.1


@pytest.mark.parametrize("altitudes", [(0.0, 20.0), (20.0, 0.0)])
def test_who_comes_back_as_one_that_flies_or_no_longer_does_may_be_at_any_height(
    ready_with, altitudes
) -> None:
    world, before = ready_with(rules=APART), dataclasses.replace(SOFT, altitude=altitudes[0])
    world.gate.described("rover2", "driver-2", before, 0.3)
    world.run(0.2, "rover2", pose=THERE, altitude=5.0)
    world.gate.described("rover2", "driver-3", dataclasses.replace(SOFT, altitude=altitudes[1]), 0.3)
    tall = world.gate._robots["rover2"].there(world.now_s).tall
    assert tall.low == -math.inf and tall.high == math.inf
