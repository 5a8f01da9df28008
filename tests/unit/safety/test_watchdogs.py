# SPDX-License-Identifier: Apache-2.0
"""The gate watches itself, its clocks, sensors, and what robots report; and what still holds keeps a reset away."""

import pytest
from shapely import box

from tektra.safety.known import Report
from tektra.safety.latch import COLLISION, HEARTBEAT, SENSOR, ZONE
from tektra.safety.motion import Twist
from tektra.safety.sensors import Sensor, load_sensors
from tektra.safety.zones import KEEP_IN, KEEP_OUT, Rules, Zone

LIDAR = Sensor("lidar", "/scan", "sensor_msgs/msg/LaserScan", 0.5)
STAIRS = Rules(0.2, 0.0, (Zone("stairs", KEEP_OUT, box(4.0, 0.0, 6.0, 10.0)),))
HOME = Rules(0.2, 0.0, (Zone("home", KEEP_IN, box(0.0, 0.0, 10.0, 10.0)),))
INSIDE, CLEAR = (5.0, 5.0, 0.0), (1.0, 5.0, 0.0)


# -- the gate itself -------------------------------------------------------------------------------------------


def test_a_gate_that_hung_stops_everything_when_it_wakes_up(ready) -> None:
    ready.tick(1.5)
    assert ready.gate.latch.causes == {HEARTBEAT}
    assert ready.gate.stops.pending() == [HEARTBEAT]
    assert "heartbeat is late" in ready.reset_refused()
    ready.run(0.2, "rover1", "rover2")
    assert ready.gate.stops.pending() == []
    ready.gate.stops.reset("operator")
    assert not ready.permitted(ready.ask()), "what ran is not resumed"
    assert ready.permitted(ready.ask(goal="g2"))


def test_a_late_tick_alone_is_no_stop(ready) -> None:
    ready.tick(0.3)
    assert not ready.gate.latch.stopped


def test_what_waited_while_the_gate_hung_gets_no_permit_before_its_next_tick(ready) -> None:
    ready.now_s += 1.5
    ready.hear("rover1")
    assert not ready.permitted(ready.ask(goal="g2"))
    assert "heartbeat" in ready.last_reason()


def test_a_monotonic_clock_that_runs_backwards_is_a_lost_heartbeat(ready) -> None:
    ready.tick(-0.5)
    assert ready.gate.latch.causes == {HEARTBEAT}


# -- clocks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step_s", [3600.0, -3600.0, 0.3, -0.3])
def test_a_stepped_clock_ends_every_goal_and_heals(ready, step_s: float) -> None:
    assert ready.permitted(ready.ask("rover2", "g2"))
    before = ready.ask()
    ready.ahead_s += step_s
    ready.tick()
    assert not ready.permitted(before), "of another time"
    for robot, goal in (("rover1", "g1"), ("rover2", "g2")):
        ready.hear(robot)
        assert not ready.permitted(ready.ask(robot, goal)), "it must be asked for anew"
        assert ready.permitted(ready.ask(robot, "g3"))
    assert not ready.gate.latch.stopped
    assert any("clock was stepped" in record.detail for record in ready.gate.take_records())


def test_a_step_back_lengthens_no_permit_and_makes_no_old_request_young(ready) -> None:
    old = ready.ask()
    ready.run(0.4, "rover1", "rover2")
    ready.ahead_s -= 0.4  # for the stamp alone, it is as young as when it was made
    assert old.stamp_s == pytest.approx(ready.clock_s)
    ready.tick()
    ready.hear("rover1")
    assert not ready.permitted(old)


def test_a_clock_that_drifts_is_no_step(ready) -> None:
    for _ in range(100):
        ready.ahead_s += 0.01
        ready.run(0.04, "rover1", "rover2")
        assert ready.permitted(ready.ask())


@pytest.mark.parametrize("age_s", [0.6, 3600.0, -0.1, float("nan")])
def test_a_drivers_state_from_the_past_or_the_future_says_nothing_of_now(ready, age_s: float) -> None:
    for _ in range(15):
        ready.run(0.04, "rover2")
        ready.hear("rover1", stamp_s=ready.clock_s - age_s)
    assert not ready.permitted(ready.ask(goal="g2"))
    assert "driver silent" in ready.last_reason()


def test_a_stop_in_a_drivers_state_is_believed_however_old(ready) -> None:
    ready.hear("rover1", latched=True, stamp_s=0.0)
    assert ready.gate.latch.stopped


# -- sensors ---------------------------------------------------------------------------------------------------


def test_nothing_moves_before_a_required_sensor_was_heard(ready_with) -> None:
    world = ready_with(sensors=[LIDAR])
    assert world.gate.latch.causes == {"start_up"}
    assert "first check" in world.reset_refused()
    world.gate.sensors.heard("lidar", world.now_s)
    world.tick()
    assert not world.gate.latch.stopped


def test_a_silent_sensor_stops_everything_and_keeps_a_reset_away_until_it_speaks(ready_with) -> None:
    world = ready_with(sensors=[LIDAR])
    world.gate.sensors.heard("lidar", world.now_s)
    world.run(0.48, "rover1", "rover2")
    assert not world.gate.latch.stopped
    world.run(0.08, "rover1", "rover2")
    assert world.gate.latch.causes == {SENSOR} and world.gate.stops.pending() == [SENSOR]
    assert "nothing is heard of lidar" in world.reset_refused()
    world.gate.sensors.heard("lidar", world.now_s)
    assert world.gate.stops.pending() == []
    world.gate.stops.reset("operator")
    assert world.permitted(world.ask())


@pytest.mark.parametrize(
    "age_s, counts", [(0.0, True), (0.4, True), (0.6, False), (-0.2, False), (float("nan"), False)]
)
def test_a_measurement_from_the_past_or_the_future_does_not_count(
    ready_with, age_s: float, counts: bool
) -> None:
    world = ready_with(sensors=[LIDAR])
    world.gate.sensors.heard("lidar", world.now_s, age_s)
    assert (world.gate.sensors.unheard() == []) is counts


def test_the_age_of_a_measurement_shortens_what_it_is_good_for(ready_with) -> None:
    world = ready_with(sensors=[LIDAR])
    world.gate.sensors.heard("lidar", world.now_s, 0.4)
    assert world.gate.sensors.stale(world.now_s + 0.2) == ["lidar"]


def test_sensors_are_read_from_safety_yaml_beside_its_zones(tmp_path) -> None:
    from tektra.common.world_yaml import WorldError
    from tektra.safety.zones import load_rules

    file = tmp_path / "safety.yaml"
    good = """
version: 1
reaction_s: 0.2
separation_m: 0.1
sensors:
  lidar: {topic: /scan, type: sensor_msgs/msg/LaserScan, timeout_s: 0.5}
"""
    file.write_text(good)
    assert load_sensors(file) == (LIDAR,) and load_rules(file).zones == ()
    for change in (
        ("/scan", "scan"),
        ("/msg/LaserScan", ""),
        ("0.5", "0"),
        ("timeout_s", "timeout"),
        (", type", ", kind"),
    ):
        file.write_text(good.replace(*change))
        with pytest.raises(WorldError):
            load_sensors(file)


# -- what a robot reports --------------------------------------------------------------------------------------


def test_contact_stops_its_robot_alone_and_keeps_a_reset_away_while_it_is_reported(ready) -> None:
    ready.hear("rover1", collision=True)
    assert ready.gate.latch.causes_of("rover1") == {COLLISION} and not ready.gate.latch.stopped
    assert "rover1 still reports contact" in ready.reset_refused("rover1")
    ready.hear("rover1", collision=False)
    ready.gate.stops.reset("operator", "rover1")
    assert ready.permitted(ready.ask(goal="g2"))


def test_motion_in_a_forbidden_place_stops_the_robot_until_somebody_took_it_out(ready_with) -> None:
    world = ready_with(rules=STAIRS)
    world.hear("rover1", pose=INSIDE, moving=True, twist=Twist(0.4))
    assert world.gate.latch.causes_of("rover1") == {ZONE}
    assert "rover1 still moves" in world.reset_refused("rover1")
    world.hear("rover1", pose=INSIDE)
    assert "still where it must not be: stairs" in world.reset_refused("rover1")
    world.hear("rover1", pose=CLEAR)
    world.gate.stops.reset("operator", "rover1")
    assert not world.gate.latch.alone


def test_a_robot_that_stands_in_a_forbidden_place_may_leave_it_slowly(ready_with) -> None:
    world = ready_with(rules=STAIRS)
    pose = (4.0, 5.0, 3.14159)  # at its edge, looking out
    world.hear("rover1", pose=pose)
    for _ in range(5):
        assert world.permitted(world.ask())
        world.run(0.04, "rover2")
        world.hear("rover1", pose=pose, moving=True, twist=Twist(0.05))
    assert not world.gate.latch.alone
    world.hear("rover1", pose=pose, moving=True, twist=Twist(0.4))
    assert world.gate.latch.causes_of("rover1") == {ZONE}, "that is no leaving"


def test_what_drifts_in_a_forbidden_place_without_a_permit_is_stopped_however_slow(ready_with) -> None:
    world = ready_with(rules=STAIRS)
    world.hear("rover1", pose=INSIDE, moving=True, twist=Twist(0.05))
    assert world.gate.latch.causes_of("rover1") == {ZONE}


@pytest.mark.parametrize("x, stopped", [(5.0, False), (0.2, True), (-1.0, True), (0.29, False)])
def test_motion_outside_of_its_place_stops_the_robot_and_an_edge_is_no_outside(
    ready_with, x: float, stopped: bool
) -> None:
    world = ready_with(rules=HOME)
    world.hear("rover1", pose=(x, 5.0, 0.0), moving=True, twist=Twist(0.4))
    assert bool(world.gate.latch.alone) is stopped


def test_a_robot_larger_than_its_place_is_never_inside_of_it(ready_with) -> None:
    world = ready_with(rules=Rules(0.2, 0.0, (Zone("box", KEEP_IN, box(0.0, 0.0, 0.4, 0.4)),)))
    world.hear("rover1", pose=(0.2, 0.2, 0.0), moving=True, twist=Twist(0.4))
    assert world.gate.latch.causes_of("rover1") == {ZONE}


def test_a_report_with_numbers_that_are_not_finite_gives_no_place(ready_with) -> None:
    world = ready_with(rules=STAIRS)
    world.hear("rover1", pose=(float("nan"), 0.0, 0.0))
    assert not world.permitted(world.ask())
    assert "its own place" in world.last_reason()


def test_every_refused_reset_is_in_the_audit(ready) -> None:
    ready.gate.stops.stop("operator", "someone")
    ready.hear("rover1", moving=True)
    ready.reset_refused()
    assert "no reset: rover1 still moves" in ready.last_reason()


def test_the_world_at_that_moment_is_plain_data(ready) -> None:
    import json

    report = Report(True, False, False, 0, ready.clock_s, pose=CLEAR, joints={"a": 0.5, "b": float("nan")})
    ready.gate.heard("rover1", report, now_s=ready.now_s, stamp_s=ready.clock_s)
    told = json.loads(json.dumps(ready.gate.world(), allow_nan=False))
    assert told["rover1"]["pose"][:2] == [1.0, 5.0] and told["rover1"]["joints"] == {"a": 0.5}
    assert told["rover1"]["goal"] == "g1"
