# SPDX-License-Identifier: Apache-2.0
"""What a stranger's nodes, sensors and robots did to the gate, each once: it died of it, or moved something that it should not."""

import dataclasses
import math

import numpy as np
import pytest
from shapely import box

from tektra.safety.last_seen import MOST
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.obstacle_rules import CLOUD, RANGE, SCAN, ObstacleRules, ObstacleSensor, Watched
from tektra.safety.people import Person
from tektra.safety.people_rules import PeopleRules
from tektra.safety.sight import Scan
from tektra.safety.zones import KEEP_OUT, Rules, Zone

ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
TICK_S = 0.04
PIT = Rules(0.2, 0.05, (Zone("pit", "keep_out", box(5, -2, 8, 2)),))
OUTLINE = [(0.22, 0.2), (-0.22, 0.2), (-0.22, -0.2), (0.22, -0.2)]
RAYS = 360


def drive(vx: float = 0.0, vy: float = 0.0, wz: float = 0.0) -> Motion:
    return Motion(Kind.VELOCITY, twist=Twist(vx, vy, wz))


def watching(ready_with, kind: str = SCAN, unseen: str = "open"):
    sensor = ObstacleSensor("eye", kind, "/rover1/eye", 0.5)
    world = ready_with(obstacles=ObstacleRules(robots={"rover1": Watched((sensor,), unseen)}))
    world.gate.obstacles.shaped("rover1", OUTLINE, 0.3)
    return world


def scan(distance: float, **changes: object) -> Scan:
    fine = Scan(-math.pi, math.tau / RAYS, 0.05, 10.0, np.full(RAYS, distance))
    return dataclasses.replace(fine, **changes)


@pytest.mark.parametrize("unseen", ["open", "slow", "shut"])
@pytest.mark.parametrize("creep", [(0.0005, 0.0, 0.0), (0.0, -0.0009, 0.0), (1e-9, 0.0, 1e-300)])
def test_a_stick_that_drifts_a_hair_beside_a_wall_does_not_end_the_gate(ready_with, unseen, creep) -> None:
    world = watching(ready_with, unseen=unseen)
    world.gate.obstacles.scanned("rover1", "eye", scan(0.31), world.now_s, 0.0)
    world.hear("rover1", pose=(0.0, 0.0, 0.0), twist=Twist(wz=1.0), moving=True)
    decided = world.gate.decide(world.ask(motion=drive(*creep)), now_s=world.now_s, stamp_s=world.clock_s)
    assert decided is None or decided[1].motion.twist.settled() == decided[1].motion.twist


@pytest.mark.parametrize(
    "nonsense",
    [
        {"step": 1.4e-45},  # the least number that a message can hold
        {"step": 1.0, "angle_min": -180.0},  # degrees
        {"near": 120.0, "far": 12_000.0},  # millimetres
        {"near": 20.0, "far": 10.0},
        {"near": -5.0},
        {"angle_min": 1e30},
    ],
)
@pytest.mark.parametrize("unseen", ["open", "shut"])
def test_a_scan_that_would_hide_what_is_near_is_none_and_its_robot_stands(
    ready_with, nonsense, unseen
) -> None:
    world = watching(ready_with, unseen=unseen)
    with pytest.raises(ValueError, match="scan|rays"):
        world.gate.obstacles.scanned("rover1", "eye", scan(0.4, **nonsense), world.now_s, 0.0)
    assert not world.permitted(world.ask(motion=drive(0.5)))


def test_no_number_in_a_scan_ends_the_gate(ready_with) -> None:
    """Only ValueError comes out, and a decision afterwards is still made."""
    world, chance = watching(ready_with, unseen="shut"), np.random.default_rng(5)
    edges = [0.0, -0.0, 1.0, -1.0, 1e-45, 1e-38, 3e38, -3e38, math.inf, -math.inf, math.nan, math.pi, 6.3]
    believed = 0
    for _ in range(3000):
        numbers = chance.choice(edges, 4) if chance.random() < 0.7 else chance.normal(0.0, 3.0, 4)
        rays = chance.choice(edges, chance.integers(0, 40))
        world.now_s += 0.01
        try:
            world.gate.obstacles.scanned("rover1", "eye", Scan(*numbers, rays), world.now_s, 0.0)
            believed += 1
        except ValueError:
            continue
        world.hear("rover1", twist=Twist(0.3, 0.0, 0.5), moving=True)
        world.gate.decide(world.ask(motion=drive(0.1, 0.0, 0.3)), now_s=world.now_s, stamp_s=world.clock_s)
    assert believed > 5


@pytest.mark.parametrize("width", [1e-45, 1e-6, 0.01, 6.2])
def test_no_cone_is_too_narrow_to_be_seen(ready_with, width) -> None:
    world = watching(ready_with, RANGE, unseen="slow")
    world.gate.obstacles.ranged("rover1", "eye", (width, 0.02, 4.0), 0.24, now_s=world.now_s, age_s=0.0)
    assert not world.permitted(world.ask(motion=drive(0.3)))


def test_a_cloud_of_anything_ends_nothing(ready_with) -> None:
    world = watching(ready_with, CLOUD)
    points = np.array([[math.nan, 0, 0], [math.inf, 0, 0], [3e38, -3e38, 0.1], [0.25, 0.0, 0.1]])
    with np.errstate(all="raise", under="ignore"):
        world.gate.obstacles.clouded("rover1", "eye", points, world.now_s, 0.0)
        assert not world.permitted(world.ask(motion=drive(0.3)))


@pytest.mark.parametrize(
    ("limits", "radius"),
    [
        (dataclasses.replace(ROVER, linear_speed=0.0, angular_speed=0.0, linear_deceleration=0.0), 0.3),
        (dataclasses.replace(ROVER, linear_deceleration=math.nan), 0.3),
        (ROVER, 0.0),
        (ROVER, math.nan),
    ],
)
def test_a_robot_that_declares_too_little_is_not_driven_through(ready_with, limits, radius) -> None:
    world = ready_with(rules=Rules(0.2, 0.05))
    world.gate.described("rover2", "driver-2", limits, radius)
    world.hear("rover2", pose=(0.65, 0.0, 0.0))
    for _ in range(20):
        world.tick()
        world.hear("rover1", pose=(0.1, 0.0, 0.0))
        world.hear("rover2", pose=(0.65, 0.0, 0.0))
        assert not world.permitted(world.ask(motion=drive(0.3)))
    assert "rover2" in world.last_reason()


def test_an_arm_that_stands_in_a_rovers_forbidden_place_may_move_there(ready_with) -> None:
    world = ready_with(rules=PIT)
    arm = dataclasses.replace(ROVER, linear_speed=0.0, angular_speed=0.0, linear_deceleration=0.0)
    world.gate.described("rover2", "driver-2", arm, 0.2)
    world.run(0.4, "rover2", pose=(6.0, 0.0, 0.0), moving=True)
    assert not world.gate.latch.alone


def test_a_goal_of_long_ago_excuses_nobody_who_is_driven_into_a_forbidden_place(ready_with) -> None:
    world = ready_with(rules=PIT)
    world.hear("rover1", pose=(4.0, 0.0, 0.0))
    assert world.permitted(world.ask())
    world.run(10.0, "rover1", pose=(4.0, 0.0, 0.0))
    for x in np.arange(4.4, 6.0, 0.1 * TICK_S):  # by its own remote control, no faster than one that leaves
        world.tick()
        world.hear("rover1", pose=(float(x), 0.0, 0.0), twist=Twist(0.1), moving=True)
    assert world.gate.latch.causes_of("rover1") == {"zone"}


@pytest.mark.parametrize("way", ["it leaves the graph", "its link is cut"])
def test_a_robot_that_stood_long_before_it_was_switched_off_holds_no_reset(ready, way) -> None:
    ready.run(10.0, "rover1", "rover2")
    if way == "it leaves the graph":
        ready.gate.gone("rover1")
    else:
        ready.hear("rover1", connected=False, moving=True)
    ready.run(1.0, "rover2")
    ready.gate.stops.stop("operator", "somebody")
    ready.run(0.2, "rover2")
    ready.gate.stops.reset("operator")
    assert not ready.gate.latch.stopped


def test_nothing_takes_off_without_knowing_where_there_are_forbidden_places(ready_with) -> None:
    world = ready_with(rules=PIT)
    world.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, altitude=10.0), 0.3)
    up = Motion(Kind.TAKE_OFF, altitude=2.0)
    world.hear("rover1")
    assert not world.permitted(world.ask(motion=up))
    world.run(1.2, "rover1", pose=(0.0, 0.0, 0.0))
    assert world.permitted(world.ask(goal="g2", motion=up))


def test_nobody_creeps_into_a_forbidden_place(ready_with) -> None:
    world = ready_with(rules=PIT)
    for _ in range(50):
        world.tick()
        world.hear("rover1", pose=(4.699, 0.0, 0.0))
        decided = world.gate.decide(world.ask(motion=drive(0.0009)), now_s=world.now_s, stamp_s=world.clock_s)
        assert decided is None or decided[1].motion.twist == Twist()


def test_a_brake_that_no_wheel_has_is_not_believed(ready) -> None:
    ready.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, linear_deceleration=1e6), 0.3)
    assert not ready.permitted(ready.ask())


def test_a_contact_between_two_ticks_is_newer_than_a_reset_that_was_asked_before_it(ready) -> None:
    ready.gate.stops.stop("operator", "somebody", "", "rover1")
    ready.tick()
    ready.now_s += 0.03
    ready.hear("rover1", collision=True)
    ready.hear("rover1", collision=False)
    ready.now_s += 0.002
    with pytest.raises(Exception, match="a stop was said"):
        ready.gate.stops.reset("operator", "rover1", age_s=0.02, now_s=ready.now_s)


def test_what_does_not_go_sideways_is_not_told_to(ready_with) -> None:
    """The gate would judge the way aside, and the robot goes straight."""
    world = ready_with(rules=PIT)
    world.hear("rover1", pose=(4.0, 0.0, 0.0))
    assert not world.permitted(world.ask(motion=drive(0.1, 0.1)))
    assert "sideways" in world.last_reason()
    assert world.permitted(world.ask(goal="g2", motion=drive(0.1, 0.0005))), "a stick drifts"


def test_what_goes_sideways_is_judged_by_the_way_that_it_goes(ready_with) -> None:
    world = ready_with(rules=PIT)
    world.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, sideways=True), 0.3)
    world.run(0.4, "rover1", pose=(5.0, 2.6, 0.0))
    for goal, vy in (("in", -0.4), ("out", 0.4)):
        world.run(1.2, "rover1", pose=(5.0, 2.6, 0.0))
        got = Twist()
        for _ in range(30):
            world.tick()
            world.hear("rover1", pose=(5.0, 2.6, 0.0))
            asked = world.ask(goal=goal, motion=drive(0.0, vy))
            decided = world.gate.decide(asked, now_s=world.now_s, stamp_s=world.clock_s)
            got = decided[1].motion.twist if decided else Twist()
        reach = abs(got.vy) * 0.2 + got.vy**2 / 12.0
        assert got.vy > 0.35 if vy > 0 else -reach >= -0.31
    lost = Motion(Kind.VELOCITY, twist=Twist(0.0, -0.4))
    world.run(0.04, "rover1", pose=(5.0, 2.31, 0.0))
    assert not world.permitted(world.ask(goal="deeper", motion=lost))


@pytest.fixture
def leaning(ready_with):
    """A robot whose front bumper is held down for ever."""
    sensors = tuple(
        ObstacleSensor(name, "bumper", f"/rover1/{name}", 0.5, x=x)
        for name, x in (("front", 0.2), ("rear", -0.2))
    )
    world = ready_with(obstacles=ObstacleRules(robots={"rover1": Watched(sensors)}))
    world.gate.obstacles.shaped("rover1", OUTLINE, 0.3)

    def press(front: bool = True, rear: bool = False) -> None:
        for name, pressed in (("front", front), ("rear", rear)):
            world.gate.obstacles.felt("rover1", name, world.now_s)
            world.gate.contacts.felt("rover1", name, pressed=pressed, now_s=world.now_s)

    world.press = press
    press()
    return world


def jogs(world, vx: float = 0.0, wz: float = 0.0, goal: str = "j1") -> bool:
    world.tick()
    world.hear("rover1")
    return world.permitted(world.ask(goal=goal, skill="jog", motion=drive(vx, 0.0, wz)))


def test_while_a_bumper_is_pressed_there_is_no_reset_and_it_says_how_to_leave(leaning) -> None:
    assert leaning.gate.latch.causes_of("rover1") == {"collision"}
    refused = leaning.reset_refused("rover1")
    assert "front of rover1 is still pressed" in refused and "jog" in refused
    leaning.press(front=False)
    leaning.gate.stops.reset("operator", "rover1")


def test_an_operator_jogs_away_from_what_is_touched_and_not_towards_it(leaning) -> None:
    assert not jogs(leaning, -0.05), "nobody holds on"
    leaning.gate.jog.hold("operator", "rover1", leaning.now_s)
    assert jogs(leaning, -0.05, goal="back")
    leaning.press()  # it goes on saying so, which is no news
    assert jogs(leaning, -0.05, goal="back")
    assert not jogs(leaning, 0.05, goal="back")
    assert "bumper touches" in leaning.last_reason()


def test_a_second_contact_ends_the_jog(leaning) -> None:
    leaning.gate.jog.hold("operator", "rover1", leaning.now_s)
    assert jogs(leaning, -0.05)
    leaning.press(rear=True)
    assert not jogs(leaning, -0.05)
    leaning.gate.jog.hold("operator", "rover1", leaning.now_s)
    assert not jogs(leaning, -0.05, goal="j2") and not jogs(leaning, 0.05, goal="j2")


@pytest.mark.parametrize(
    "told", [Twist(600.0), Twist(vy=-900.0), Twist(wz=80.0), Twist(math.nan), Twist(math.inf)]
)
def test_a_speed_that_cannot_be_does_not_carry_a_robot_past_what_stood_before_it(ready_with, told) -> None:
    """Odometry in mm/s: by its word the robot was far past the box that its lidar had just seen."""
    world = watching(ready_with)
    world.gate.obstacles.scanned("rover1", "eye", scan(0.4), world.now_s, 0.0)
    world.hear("rover1", twist=Twist(0.3), moving=True)
    for twist in (Twist(0.3), told, Twist(0.3)):
        world.tick()
        world.hear("rover1", twist=twist, moving=True)
        assert not world.permitted(world.ask(goal=f"g{world.sequence}", motion=drive(0.5)))
    world.run(1.2, "rover1")
    world.gate.obstacles.scanned("rover1", "eye", scan(5.0), world.now_s, 0.0)
    assert world.permitted(world.ask(goal="anew", motion=drive(0.5)))


def test_a_speed_that_cannot_be_ends_the_goal_and_the_audit_says_which_it_was(ready) -> None:
    ready.hear("rover1", twist=Twist(600.0), moving=True)
    assert "600 m/s" in ready.last_reason()
    ready.hear("rover1", moving=True)
    assert not ready.permitted(ready.ask()) and "revoked" in ready.last_reason()


def test_a_neighbour_that_tells_a_thousand_metres_a_second_does_not_hang_the_gate(ready_with) -> None:
    """Its way to standing was drawn in steps of five centimetres, over a million kilometres."""
    world = ready_with(rules=Rules(0.2, 0.05, PIT.zones))
    world.hear("rover1", pose=(0.0, 0.0, 0.0))
    world.hear("rover2", pose=(3.0, 0.0, 0.0), twist=Twist(-1e6), moving=True)
    assert abs(world.gate.world()["rover2"]["pose"][3]) <= ROVER.fastest
    assert not world.permitted(world.ask(motion=drive(0.5)))


@pytest.mark.parametrize("deceleration", [1e-9, 1e-3])
def test_brakes_that_need_kilometres_are_refused_while_the_robot_drives(ready_with, deceleration) -> None:
    world = ready_with(rules=PIT)
    world.hear("rover1", pose=(0.0, 0.0, 0.0))
    assert world.permitted(world.ask())
    changed = dataclasses.replace(ROVER, linear_deceleration=deceleration)
    world.gate.described("rover1", "driver-1", changed, 0.3)
    assert not world.permitted(world.ask()) and "limits" in world.last_reason()


def test_a_crowd_whose_camera_died_is_kept_whole_and_soon(ready_with) -> None:
    """Of 400 people the two nearest were sought 336 times among all pairs, for seconds."""
    world = ready_with()
    crowd = [Person("", 20.0 + 0.5 * (n % 20), 0.5 * (n // 20)) for n in range(400)]
    floor = [(19.0, -1.0), (31.0, -1.0), (31.0, 11.0), (19.0, 11.0)]
    world.gate.people.heard("camera", floor, crowd, world.now_s, 0.0)
    world.now_s += 1.5
    world.gate.people.tick(world.now_s)
    kept = list(world.gate.people.last_seen)
    assert len(kept) <= MOST
    assert all(any(one.person.distance(who.x, who.y) <= one.person.error for one in kept) for who in crowd)


# -- numbers that are finite, and nonsense ------------------------------------------------------------------------

HUGE = (1.7e308, -1.7e308, 1e200, 1e154, 5e-324)


@pytest.mark.parametrize(
    "limit", ["linear_speed", "angular_speed", "linear_jerk", "angular_acceleration", "linear_deceleration"]
)
def test_no_finite_limit_ends_the_gate(ready_with, limit: str) -> None:
    """The square of a speed of 1e200 m/s is no number, and a turn that ends with 5e-324 rad/s^2 never does."""
    brakes = limit.endswith("celeration")  # a robot may be as slow as it will
    for value in HUGE if brakes else HUGE[:-1]:
        world = ready_with(rules=Rules(0.2, 0.1, (Zone("k", KEEP_OUT, box(1.0, 1.0, 2.0, 2.0)),)))
        world.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, **{limit: value}), 0.3)
        world.run(0.1, "rover1", "rover2", pose=(0.0, 0.0, 0.0), twist=Twist(0.3, 0.0, 1.0), moving=True)
        asked = world.ask(motion=Motion(Kind.VELOCITY, twist=Twist(0.0, 0.0, 1.0)))
        assert not world.permitted(asked)
        assert world.gate.stop_category("rover1") == 0, "nothing of it is believed"


@pytest.mark.parametrize("value", HUGE)
def test_no_finite_number_of_a_neighbour_ends_the_gate_or_moves_anybody_through_it(ready_with, value) -> None:
    told = (
        {"pose": (1.0, 0.0, 0.0), "twist": Twist(0.5, 0.0, value)},
        {"pose": (1.0, 0.0, 0.0), "twist": Twist(value, value, 0.0)},
        {"pose": (value, value, value)},
    )
    for state in told:
        world = ready_with(rules=Rules(0.2, 0.1))
        world.run(0.2, "rover1", pose=(0.0, 0.0, 0.0))
        world.run(0.1, "rover2", pose=(1.0, 0.0, 0.0))
        world.tick()
        world.hear("rover1", pose=(0.0, 0.0, 0.0))
        world.hear("rover2", moving=True, **state)
        ahead = Motion(Kind.VELOCITY, twist=Twist(0.6, 0.0, 0.0))
        for _ in range(80):
            world.tick()
            world.hear("rover1", pose=(0.35, 0.0, 0.0))
            world.hear("rover2", moving=True, **state)
            permitted = world.permitted(world.ask(motion=ahead))
        assert not permitted or state["pose"][0] == 5e-324
        world.gate.doubts.told(world.now_s)


@pytest.mark.parametrize("value", HUGE)
def test_no_finite_number_of_a_person_ends_the_gate(ready_with, value) -> None:
    world = ready_with(rules=Rules(people=PeopleRules()))
    corners = ((0.0, 0.0), (value, 0.0), (0.0, value))
    for person in (
        Person("p", 1.0, 0.0, value, value),
        Person("p", value, value),
        Person("p", 1.0, 0.0, 0.0, 0.0, abs(value)),
    ):
        world.gate.people.heard("camera", corners, [person], world.now_s, 0.0)
        world.run(2.0, "rover1", pose=(0.0, 0.0, 0.0))
        world.gate.people.heard("other", corners, (), world.now_s, 0.0)
        world.permitted(world.ask())
        world.gate.doubts.told(world.now_s)


MANY = dataclasses.replace(
    ROVER,
    joint_names=("j",),
    joint_lower=(-1.0,),
    joint_upper=(1.0,),
    joint_speed=(1.0,),
    joint_acceleration=(1.0,),
    gripper_max=0.08,
    altitude=3.0,
    tool_names=("t",),
)
FULL = {
    "twist": Twist(9.0, -9.0, math.nan),
    "joint_names": ("j",),
    "joint_positions": (0.1,),
    "gripper_opening": 0.04,
    "tool_name": "t",
    "tool_value": 0.5,
    "altitude": 1.0,
}
MEANS = {
    Kind.VELOCITY: {"twist"},
    Kind.JOINTS: {"joint_names", "joint_positions"},
    Kind.GRIPPER: {"gripper_opening"},
    Kind.TOOL: {"tool_name", "tool_value"},
    Kind.TAKE_OFF: {"altitude"},
    Kind.LAND: set(),
}


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
def test_a_permit_carries_nothing_but_what_was_judged(ready, kind: Kind) -> None:
    """A driver of another make may look at the twist of a permit for the gripper."""
    ready.gate.described("rover1", "driver-1", MANY, 0.3)
    twist = Twist(0.02) if kind == Kind.VELOCITY else FULL["twist"]
    request = ready.ask(goal="g2", motion=Motion(kind, **{**FULL, "twist": twist}))
    decided = ready.gate.decide(request, now_s=ready.now_s, stamp_s=ready.clock_s)
    assert decided is not None
    permitted, plain = decided[1].motion, Motion(kind)
    assert permitted.kind == kind
    for name in FULL.keys() - MEANS[kind]:
        assert getattr(permitted, name) == getattr(plain, name), name
    for name in MEANS[kind] - {"twist"}:
        assert getattr(permitted, name) == FULL[name]


@pytest.mark.parametrize(
    "changes", [{"linear_deceleration": 20.0}, {"linear_speed": 0.7}, {"gripper_max": 0.1}], ids=str
)
def test_a_body_that_becomes_another_while_it_moves_must_be_asked_anew(ready, changes) -> None:
    assert ready.permitted(ready.ask())
    ready.gate.described("rover1", "driver-1", ROVER, 0.3)
    assert ready.permitted(ready.ask()), "the same once more is no news"
    ready.gate.described("rover1", "driver-1", dataclasses.replace(ROVER, **changes), 0.3)
    assert not ready.permitted(ready.ask())
    assert ready.permitted(ready.ask(goal="g2"))


@pytest.mark.parametrize(
    "shape", [(0.05, ()), (0.3, ((0.1, 0.1), (-0.1, 0.1), (-0.3, 0.0)))], ids=["radius", "outline"]
)
def test_a_footprint_that_becomes_another_while_it_moves_ends_the_goal(ready, shape) -> None:
    assert ready.permitted(ready.ask())
    ready.gate.described("rover1", "driver-1", ROVER, *shape)
    assert not ready.permitted(ready.ask())


def test_a_driver_that_names_no_instance_is_given_no_permit(ready) -> None:
    """One that was started anew in its place could not be told from it, and would go on with its goal."""
    ready.gate.described("rover1", "", ROVER, 0.3)
    assert not ready.permitted(ready.ask())
    assert "limits" in ready.last_reason()


def bumped(ready_with):
    rules = ObstacleRules(
        robots={"rover1": Watched((ObstacleSensor("front", "bumper", "/rover1/front", 9.0, x=0.2),))}
    )
    world = ready_with(obstacles=rules)
    world.gate.obstacles.felt("rover1", "front", world.now_s)
    return world


@pytest.mark.parametrize("first", ["pressed", "gone"])
def test_what_touches_a_robot_is_not_forgotten_while_its_driver_is_away(ready_with, first: str) -> None:
    world = bumped(ready_with)
    if first == "gone":
        world.gate.gone("rover1")
    assert world.gate.contacts.felt("rover1", "front", pressed=True, now_s=world.now_s)
    if first == "pressed":
        world.gate.gone("rover1")
    else:
        world.run(0.1, "rover2")
        world.gate.stops.reset("operator")
    world.gate.described("rover1", "driver-2", ROVER, 0.3)
    world.run(0.4, "rover1", "rover2")
    assert "front of rover1 is still pressed" in world.reset_refused("rover1")
    assert not world.permitted(world.ask(goal="g2"))
    assert world.gate.contacts.felt("rover1", "front", pressed=False, now_s=world.now_s)
    world.gate.stops.reset("operator", "rover1")


@pytest.mark.parametrize("deceleration", [-1.0, 1e-5, 1e-300, 5e-324])
def test_brakes_of_what_does_not_drive_are_not_believed_either(ready_with, deceleration) -> None:
    """An arm that is carried, or lies: the ways of its neighbours were judged by them, and the gate died of it."""
    world = ready_with(rules=Rules(0.2, 0.05))
    arm = Limits(0.0, 0.0, 0.0, deceleration, 0.0, ("j",), (-1.0,), (1.0,), (1.0,), joint_acceleration=(1.0,))
    world.gate.described("arm1", "1", arm, 0.3)
    assert world.gate._robots["arm1"].fault()
    world.hear("arm1", pose=(0.75, 0.0, math.pi), twist=Twist(0.4), moving=True)
    world.hear("rover1", pose=(0.0, 0.0, 0.0), twist=Twist(0.6), moving=True)
    assert not world.permitted(world.ask(motion=drive(0.6)))


def test_a_state_that_was_overtaken_tells_nothing_of_now(ready_with) -> None:
    world = watching(ready_with)
    world.run(0.2, "rover1", twist=Twist(0.6), moving=True)
    world.hear("rover1", moving=False, stamp_s=world.clock_s - 0.08)
    x, _, _ = world.gate.obstacles._robots["rover1"].moved(world.now_s - 0.08, world.now_s)
    assert x == pytest.approx(0.048)
    assert "rover1 still moves" in world.gate.stops._holding("rover1", world.now_s)
    world.hear("rover1", collision=True, stamp_s=world.clock_s - 0.08)
    assert world.gate.latch.causes_of("rover1") == {"collision"}, "a contact is believed all the same"


@pytest.mark.parametrize(("rate", "goes_on"), [(0.0, False), (1.4, False), (0.0, True)])
def test_a_heading_that_leaps_ends_the_goal_and_one_that_turns_does_not(ready, rate, goes_on) -> None:
    for number in range(3):
        ready.tick()
        ready.hear("rover1", pose=(0.0, 0.0, 3.1 + rate * TICK_S * number), twist=Twist(wz=rate), moving=True)
        assert ready.permitted(ready.ask())
    ready.tick()
    ready.hear("rover1", pose=(0.0, 0.0, -3.1 if goes_on else 0.1), twist=Twist(wz=rate), moving=True)
    assert ready.permitted(ready.ask()) is goes_on
    if not goes_on:
        assert any("heading leapt" in record.detail for record in ready.gate.take_records())
