# SPDX-License-Identifier: Apache-2.0
"""Whatever happens in whatever order: 10,000 random stories a run, or TEKTRA_STORIES (`bench/run nightly`: a million).

A story is a seed: a gate, three robots, so many random things that happen to them, and a model of its own that says
what must never come. Hypothesis draws seeds, and each seed is some stories: drawing every event by itself would take
ten times as long.
"""

import math
import os
import random
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon

from tektra.common.errors import InputError
from tektra.safety.gate import Gate, Request
from tektra.safety.known import Report
from tektra.safety.latch import OPERATOR, TOPIC, VOICE
from tektra.safety.limits import Limits
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.options import SafetyOptions
from tektra.safety.ramp import STANDING_MPS
from tektra.safety.sensors import Sensor
from tektra.safety.zones import KEEP_OUT, Rules, Zone

STORIES = int(os.environ.get("TEKTRA_STORIES", "10000"))
PER_SEED, EVENTS = 50, 35
ROS_S = 1_700_000_000.0
TICK_S = 0.04
REACTION_S = 0.2
RADIUS = 0.3
OPTIONS = SafetyOptions()
STAIRS = Polygon([(4.0, 0.0), (6.0, 0.0), (6.0, 10.0), (4.0, 10.0)])
RULES = Rules(REACTION_S, 0.0, (Zone("stairs", KEEP_OUT, STAIRS, robots=("rover1", "copter1")),))
LIDAR = Sensor("lidar", "/scan", "sensor_msgs/msg/LaserScan", 0.5)
ROVER = Limits(0.6, 1.5, 1.0, 6.0, 4.0, linear_jerk=5.0, angular_jerk=20.0)
COPTER = replace(ROVER, sideways=True, linear_deceleration=2.0, altitude=5.0, tool_names=("lamp",))
ARM = Limits(
    *(0.0, 0.0, 0.0, 0.0, 0.0, ("a", "b"), (-1.0, -2.0), (1.0, 2.0), (0.5, 3.0), 0.0, 0.08),
    joint_acceleration=(4.0, 8.0),
)
LIMITS = {"rover1": ROVER, "arm1": ARM, "copter1": COPTER}
WILD = (math.nan, math.inf, -math.inf, 1e308, -1e308, 1e9)
BAD = (
    replace(ROVER, linear_jerk=0.0),
    replace(ARM, joint_acceleration=()),
    replace(ROVER, linear_speed=math.nan),
    replace(COPTER, altitude=math.inf),
)
SAFE_PLACES, INSIDE = ((1.0, 5.0), (3.0, 2.0), (3.66, 8.0), (8.0, 5.0)), (5.0, 5.0)


@dataclass
class Body:
    """What the model knows of one robot."""

    limits: Limits
    here: tuple[float, float, float] | None = None
    was: tuple[float, float] | None = None  # where it told last that it is
    yaw: float = 0.0
    measured_s: float = -math.inf  # the newest of its states that counted
    known: bool = True
    sound: bool = True  # its limits can be trusted
    brakes: bool = True  # and tell how it stops, so that it has a place
    alone: bool = True  # one driver has its name
    connected: bool = False
    heard_s: float = -math.inf
    moving: bool = False
    left: bool = False  # it moved, or something moved it, when it was reached last
    collision: bool = False
    inside: bool = False
    void: set[str] = field(default_factory=set)  # goals that moved it, and must never do so again
    goal: str = ""
    permitted_s: float = -math.inf
    twist: Twist = Twist()
    growth: tuple[float, float] = (0.0, 0.0)
    joints: dict[str, float] = field(default_factory=dict)
    numbers: int = 0

    def driven(self, now_s: float) -> bool:
        """Something moves it, or did a moment ago."""
        return bool(self.goal) and now_s - self.permitted_s <= 0.3


class Story:
    """One random story. `permits` counts, so that a test sees that the gate did anything at all."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now_s, self.clock_s = 100.0, ROS_S
        self.gate = Gate(OPTIONS, rules=RULES, sensors=[LIDAR])
        self.bodies = {name: Body(limits) for name, limits in LIMITS.items()}
        self.held = {"*"}
        self.starting, self.in_time, self.permits, self.sequence = True, 0, 0, 0
        self.lidar_s = self.ticked_s = -math.inf
        self.log: list[str] = []
        for name, body in self.bodies.items():
            self.gate.described(name, "1", LIMITS[name], RADIUS)
            body.brakes = LIMITS[name].linear_deceleration > 0.0
            self.speak(name)
        self.scan()
        for _ in range(4):
            self.tick()

    def run(self, events: int) -> "Story":
        choices = (
            *(self.asks,) * 20, *(self.time_passes,) * 5, *(self.drivers_speak,) * 5, *(self.a_driver_speaks,) * 2,
            self.someone_drives_at_the_stairs, self.someone_stops, self.someone_stops_one, self.resets, self.resets, self.resets_one, self.resets_one,
            self.the_gate_hangs, self.the_clock_is_stepped, self.a_driver_comes_anew, self.names_clash,
        )  # fmt: skip
        try:
            for _ in range(events):
                self.random.choice(choices)()
                self.compare()
        except AssertionError as error:
            raise AssertionError(f"{error}\n" + "\n".join(self.log[-40:])) from error
        return self

    # -- what happens ------------------------------------------------------------------------------------------

    def time_passes(self) -> None:
        silent = self.random.random() < 0.05
        for _ in range(self.random.choice((1, 1, 2, 4, 15 if silent else 3))):
            self.tick()
            if not silent:
                self.scan()
        self.note(f"time passes{', no scan' if silent else ''}")

    def the_gate_hangs(self) -> None:
        if self.random.random() < 0.3:
            self.tick(self.random.choice((0.3, 1.5)))
            self.note("the gate hangs")

    def the_clock_is_stepped(self) -> None:
        if self.random.random() < 0.3:
            step_s = self.random.choice((-3600.0, -0.3, 0.3, 3600.0))
            self.clock_s += step_s
            for name in self.bodies:  # whoever was moved must ask anew
                self.void(name)
            self.tick()
            self.note(f"the clock is stepped by {step_s}")

    def drivers_speak(self) -> None:
        for name in self.bodies:
            self.speak(name)

    def a_driver_speaks(self) -> None:
        """Anything that a driver may say."""
        chance, name = self.random.random, self.random.choice(list(self.bodies))
        place = None if chance() < 0.1 else INSIDE if chance() < 0.15 else self.random.choice(SAFE_PLACES)
        self.speak(
            name,
            connected=chance() < 0.9,
            moving=chance() < 0.3,
            collision=chance() < 0.1,
            latched=chance() < 0.1,
            alone=chance() < 0.5,
            ahead=self.random.choice((0, 0, 0, -1, -2, 1, 2**64)),
            age_s=self.random.choice((0.0, 0.0, 0.3, 0.6, -0.2, math.nan)),
            place=place,
        )

    def someone_stops(self) -> None:
        cause = self.random.choice((TOPIC, OPERATOR, VOICE, "anything"))
        robot = self.random.choice(("", "", "rover9"))
        self.gate.asked_to_stop(cause, "someone", "", robot)
        self.hold("*")
        self.note(f"someone stops all ({cause}, {robot})")

    def someone_stops_one(self) -> None:
        name = self.random.choice(list(self.bodies))
        other = self.random.choice([body for body in self.bodies if body != name])
        fine, before = self.fine(other), self.bodies[other]
        undisturbed = fine and before.goal and self.ask_again(other)
        self.gate.stops.stop(OPERATOR, "someone", "", name)
        self.hold(name if self.bodies[name].known else "*")
        if undisturbed and self.bodies[name].known:
            assert self.ask_again(other), f"a stop of {name} disturbed {other}"
        self.note(f"someone stops {name}")

    def resets(self) -> None:
        self.reset("")

    def resets_one(self) -> None:
        self.reset(self.random.choice(list(self.bodies)))

    def a_driver_comes_anew(self) -> None:
        name = self.random.choice(list(self.bodies))
        body, chance = self.bodies[name], self.random.random()
        if chance < 0.2:
            before = self.gate.latch.epoch_of(name)
            self.gate.gone(name)
            assert self.gate.latch.epoch_of(name) > before or not body.known, (
                "what left must not go on when it is back"
            )
            body.brakes, body.numbers, body.left = False, 0, body.left or body.driven(body.heard_s)
            body.known, body.connected, body.moving, body.heard_s = False, False, False, -math.inf
            body.collision, body.inside, body.alone, body.here = False, False, True, None
            body.goal, body.measured_s = "", -math.inf
            body.void.clear()  # its epoch tells old from new
            self.note(f"{name} leaves")
            return
        limits = self.random.choice(BAD) if chance < 0.4 else LIMITS[name]
        body.sound, body.known, body.brakes = limits is LIMITS[name], True, limits.linear_deceleration > 0.0
        instance = f"instance-{self.sequence}"
        self.sequence += 1
        self.gate.described(name, instance, limits, RADIUS)
        self.void(name)
        self.note(f"{name} is described anew, {'well' if body.sound else 'badly'}")

    def names_clash(self) -> None:
        """Somebody else announces itself under the same name, or is gone again."""
        name = self.random.choice(list(self.bodies))
        body = self.bodies[name]
        if not body.known:
            return
        if body.alone:
            self.void(name)
        body.alone = not body.alone
        if self.gate.counted(name, 1 if body.alone else 2):
            body.sound = body.brakes = False  # until it is described anew
        self.note(f"{name} has {1 if body.alone else 2} drivers")

    def asks(self) -> None:
        chance, name = self.random.random, self.random.choice(list(self.bodies))
        body = self.bodies[name]
        if chance() < 0.6 and body.goal:
            goal = body.goal
        elif chance() < 0.2 and body.void:
            goal = self.random.choice(sorted(body.void))
        else:
            goal = f"{name}-{self.random.randrange(3)}-{self.gate.latch.epoch_of(name) + self.random.choice((0, 0, -1))}"
        request = self.request(name, goal)
        if chance() < 0.15:
            request = replace(request, epoch=request.epoch + self.random.choice((-1, 1)))
        if chance() < 0.15:
            request = replace(request, stamp_s=self.clock_s - self.random.choice((0.1, 0.5, -1.0, math.nan)))
        if chance() < 0.1:
            request = replace(request, sequence=1)
        self.decide(request)

    def someone_drives_at_the_stairs(self) -> None:
        """For a while, and speeding up: a single request never gets fast enough to need the whole braking distance."""
        name = self.random.choice(("rover1", "copter1"))
        goal = f"{name}-stairs-{self.gate.latch.epoch_of(name)}"
        place, heading = (self.random.uniform(2.9, 3.69), 5.0), self.random.uniform(-0.8, 0.8)
        twist = Twist(self.random.uniform(0.2, 0.7), 0.0, self.random.uniform(-0.5, 0.5))
        for _ in range(self.random.randint(6, 20)):
            self.tick()
            self.scan()
            self.speak(name, place=place, yaw=heading)
            motion = Motion(Kind.VELOCITY, twist=twist)
            if not self.decide(self.request(name, goal, motion)):
                break

    # -- how ---------------------------------------------------------------------------------------------------

    def request(self, name: str, goal: str, motion: Motion | None = None) -> Request:
        self.sequence += 1
        epoch = self.gate.latch.epoch_of(name)
        return Request(name, goal, "skill", self.sequence, epoch, self.clock_s, motion or self.motion(name))

    def motion(self, name: str) -> Motion:
        chance, some = self.random.random, self.random.uniform
        kind = self.random.choice(list(Kind)) if chance() < 0.2 else Kind.VELOCITY

        def number(most: float) -> float:
            return self.random.choice(WILD) if chance() < 0.03 else some(-1.5 * most, 1.5 * most)

        if name == "arm1" and chance() < 0.9:
            kind = Kind.JOINTS
        names = self.random.choice((("a",), ("b",), ("a", "b"), ("b", "a"), ("c",)))
        return Motion(
            kind if chance() < 0.98 else 9,
            twist=Twist(number(0.6), number(0.2) if chance() < 0.3 else 0.0, number(1.5)),
            joint_names=names,
            joint_positions=tuple(number(1.0) for _ in names),
            gripper_opening=number(0.08),
            tool_name=self.random.choice(("lamp", "saw")),
            tool_value=number(1.0),
            altitude=number(5.0),
        )

    def ask_again(self, name: str) -> bool:
        """The next request of the goal under way, for what nothing stands against."""
        body = self.bodies[name]
        motion = (
            Motion(Kind.VELOCITY)
            if name != "arm1"
            else Motion(Kind.JOINTS, joint_names=("a",), joint_positions=(0.5,))
        )
        return self.decide(self.request(name, body.goal, motion))

    def decide(self, request: Request) -> bool:
        body = self.bodies[request.robot]
        self.note(f"{request}")
        decided = self.gate.decide(request, now_s=self.now_s, stamp_s=self.clock_s)
        if decided is None:
            body.twist, body.growth, body.joints = Twist(), (0.0, 0.0), {}
            return False
        number, permitted = decided
        assert self.fine(request.robot), f"a permit for {request.robot} while {self.held or 'it is not well'}"
        assert request.goal_id not in body.void, "a permit for what was asked for before a stop"
        assert request.epoch == self.gate.latch.epoch_of(request.robot)
        assert -0.05 <= self.clock_s - request.stamp_s <= 0.2
        assert number > body.numbers or not body.numbers
        self.permits += 1
        self.within_limits(request, body, permitted)
        body.goal, body.permitted_s, body.numbers = request.goal_id, self.now_s, number
        return True

    def within_limits(self, request: Request, body: Body, permitted) -> None:
        motion, limits = permitted.motion, body.limits
        goes_on = body.goal == request.goal_id and self.now_s - body.permitted_s < 0.3
        period_s = (
            min(self.now_s - body.permitted_s, OPTIONS.permit_valid_s) if goes_on else 1 / OPTIONS.rate_hz
        )
        then, growth = (body.twist, body.growth) if goes_on else (Twist(), (0.0, 0.0))
        joints = body.joints if goes_on else {}
        body.twist, body.growth, body.joints = Twist(), (0.0, 0.0), {}
        if motion.kind == Kind.VELOCITY:
            now = motion.twist
            assert math.hypot(now.vx, now.vy) <= limits.linear_speed + 1e-9
            assert abs(now.wz) <= limits.angular_speed + 1e-9
            gains = [gain(now.vx, then.vx), gain(now.vy, then.vy), gain(now.wz, then.wz)]
            pairs = (
                (math.hypot(*gains[:2]), growth[0], limits.linear_acceleration, limits.linear_jerk),
                (gains[2], growth[1], limits.angular_acceleration, limits.angular_jerk),
            )
            for more, before, rate, jerk in pairs:  # from what is told as standing, and is not quite
                assert more <= rate * period_s + STANDING_MPS, "acceleration"
                assert more <= (before + jerk * period_s) * period_s + STANDING_MPS, "jerk"
            body.twist = now
            body.growth = tuple(
                more / period_s if period_s > 1e-6 else before for more, before, _, _ in pairs
            )
            self.stays_clear(body, now)
        elif motion.kind == Kind.JOINTS:
            for name, position, speed in zip(
                motion.joint_names, motion.joint_positions, permitted.joint_speeds, strict=True
            ):
                at = limits.joint_names.index(name)
                assert limits.joint_lower[at] <= position <= limits.joint_upper[at]
                assert 0.0 < speed <= min(limits.joint_speed[at], OPTIONS.joint_speed_max)
                assert speed <= joints.get(name, 0.0) + limits.joint_acceleration[at] * period_s + 1e-3
                body.joints[name] = speed
        elif motion.kind == Kind.GRIPPER:
            assert limits.gripper_min <= motion.gripper_opening <= limits.gripper_max > 0.0
        elif motion.kind == Kind.TOOL:
            assert motion.tool_name in limits.tool_names and 0.0 <= motion.tool_value <= 1.0
        elif motion.kind == Kind.TAKE_OFF:
            assert 0.0 < motion.altitude <= limits.altitude
            assert not body.inside or body.here is None
        else:
            assert motion.kind == Kind.LAND and limits.altitude > 0.0

    def stays_clear(self, body: Body, twist: Twist) -> None:
        """Where the footprint goes until it stands, in steps of 1 cm, by another formula than the gate's: an arc's chord."""
        speed = math.hypot(twist.vx, twist.vy)
        if speed < 1e-3:
            return
        assert body.here is not None, "a permit to drive for what does not know where it is"
        x, y, yaw = body.here
        if body.inside:
            assert speed <= 0.1 + 1e-9, "faster out of a forbidden place than a retreat"
            return
        length = speed * REACTION_S + speed**2 / (2.0 * body.limits.linear_deceleration)
        curve = twist.wz / speed
        heading = yaw + math.atan2(twist.vy, twist.vx)
        for step in range(math.ceil(length / 0.01) + 1):
            way = min(length, 0.01 * step)
            bend = curve * way
            chord = way * (math.sin(bend / 2.0) / (bend / 2.0) if bend else 1.0)
            point = Point(
                x + chord * math.cos(heading + bend / 2.0), y + chord * math.sin(heading + bend / 2.0)
            )
            assert STAIRS.distance(point) >= RADIUS - 0.012, f"its footprint crosses the stairs: {point}"

    def speak(self, name, *, connected=True, moving=False, collision=False, latched=False, alone=False, ahead=0, age_s=0.0, place=(1.0, 5.0), yaw=None):  # fmt: skip
        body = self.bodies[name]
        known, epoch = body.known, self.gate.latch.epoch_of(name)
        told = ahead if ahead >= 2**63 else max(0, epoch + ahead)
        if yaw is None:  # it keeps its heading, or faces the other way all at once
            yaw = body.yaw if self.random.random() < 0.9 else math.remainder(body.yaw + math.pi, math.tau)
        heading = yaw
        pose = (*place, heading) if place else None
        twist = Twist(0.5 if moving else 0.0)
        report = Report(
            connected,
            moving,
            latched,
            told,
            self.clock_s - age_s,
            alone,
            collision,
            pose,
            twist,
            {"a": 0.0, "b": 0.0},
        )
        self.note(f"{name} speaks: {report}")
        if not known:  # the node hears no robot that was not described
            return
        self.gate.heard(name, report, now_s=self.now_s, stamp_s=self.clock_s)
        if ahead >= 2**63:
            return
        if told > epoch:
            self.void(name)
        elif latched and told == epoch:
            self.hold(name if alone else "*")
        driven = body.driven(self.now_s)
        if collision:  # however late
            self.hold(name)
        measured_s = self.now_s - age_s
        if not -0.05 <= age_s <= 0.5 or measured_s < body.measured_s - 0.005:
            return  # it counts for nothing, or a newer one came before
        body.measured_s = measured_s
        if body.connected and not connected:
            self.void(name)
        if connected:
            body.left = moving or driven  # also by what its contact ends now
            leapt = place and body.was and (math.dist(place, body.was) > 0.5 or heading != body.yaw)
            if leapt and not self.goals()[name]:
                self.void(name)
            if place and body.alone:  # of two that tell, nobody knows whose place it is
                body.was, body.yaw = place, heading
        body.connected, body.moving, body.collision, body.heard_s = connected, moving, collision, self.now_s
        placed = pose is not None and body.brakes and body.alone
        body.here = pose if placed else None
        body.inside = placed and place == INSIDE and name != "arm1"
        if body.inside and moving:
            self.hold(name)

    def goals(self) -> dict[str, str]:
        return dict(self.gate.robots())

    def scan(self) -> None:
        self.gate.sensors.heard("lidar", self.now_s)
        self.lidar_s = self.now_s

    def tick(self, pause_s: float = TICK_S) -> None:
        self.now_s += pause_s
        self.clock_s += pause_s
        self.gate.tick(self.now_s, self.clock_s)
        self.in_time = self.in_time + 1 if pause_s <= 3 * TICK_S else 0
        self.ticked_s = self.now_s
        if self.starting:
            self.starting = self.in_time < 3
            self.held = {"*"} if self.starting else set()
            return
        if pause_s > OPTIONS.heartbeat_lost_s or self.now_s - self.lidar_s > LIDAR.timeout_s:
            self.hold("*")
        for name, body in self.bodies.items():
            if self.now_s - body.heard_s > OPTIONS.driver_timeout_s or not body.connected:
                self.void(name)

    def reset(self, robot: str) -> None:
        scope, bodies = robot or "*", [self.bodies[robot]] if robot else list(self.bodies.values())
        waits = any(body.moving if self.reached(body) else body.left for body in bodies)
        waits = waits or any(
            self.reached(body) and not body.alone for body in bodies
        )  # nobody knows of whom is told
        if robot:
            waits = (
                waits
                or self.bodies[robot].collision
                or (self.bodies[robot].inside and self.zone_holds(robot))
            )
        elif self.held & {"*"}:
            causes = self.gate.latch.causes
            waits = waits or ("heartbeat" in causes and self.in_time < 3)
            waits = waits or ("sensor" in causes and self.ticked_s - self.lidar_s > LIDAR.timeout_s)
        try:
            self.gate.stops.reset("operator", robot)
        except InputError:
            assert scope not in self.held or waits, f"no reset of {scope}, though nothing holds it"
            return
        assert scope in self.held, f"a reset of {scope}, which was not stopped"
        assert not waits, f"a reset of {scope}, though its cause still holds"
        self.held.discard(scope)
        for name in [robot] if robot else self.bodies:
            self.void(name)
        self.note(f"reset of {scope}")

    def reached(self, body: Body) -> bool:
        return body.known and body.connected and self.ticked_s - body.heard_s <= OPTIONS.driver_timeout_s

    def zone_holds(self, robot: str) -> bool:
        return "zone" in self.gate.latch.causes_of(robot)

    # -- the model ---------------------------------------------------------------------------------------------

    def hold(self, scope: str) -> None:
        self.held.add(scope)
        for name in self.bodies if scope == "*" else [scope]:
            self.void(name)

    def void(self, name: str) -> None:
        body = self.bodies[name]
        body.void |= {body.goal} - {""}
        body.goal = ""

    def fine(self, name: str) -> bool:
        """Nothing is known that keeps this robot from a permit."""
        body = self.bodies[name]
        well = body.known and body.sound and body.alone and body.connected
        return well and not self.held & {"*", name} and self.now_s - body.heard_s <= OPTIONS.driver_timeout_s

    def compare(self) -> None:
        assert self.gate.latch.stopped == ("*" in self.held), (
            f"gate {self.gate.latch.causes}, model {self.held}"
        )
        assert set(self.gate.latch.alone) == self.held - {"*"}, (
            f"gate {self.gate.latch.alone}, model {self.held}"
        )

    def note(self, what: str) -> None:
        self.log.append(f"{self.now_s:.2f} {what}")


def gain(now: float, then: float) -> float:
    """By how much it goes faster; the other way round begins with standing."""
    return max(0.0, abs(now) - (abs(then) if now * then > 0 else 0.0))


@settings(max_examples=STORIES // PER_SEED, deadline=None)
@given(st.integers(0, 2**63))
def test_no_permit_between_a_stop_and_its_reset_none_beyond_a_limit_and_none_into_a_forbidden_place(
    seed: int,
) -> None:
    for number in range(PER_SEED):
        Story(seed + number).run(EVENTS)


def test_the_stories_get_permits():
    permits = [
        sum(Story(50 * some + number).run(EVENTS).permits for number in range(PER_SEED)) for some in range(20)
    ]
    assert sum(permits) > 20 * PER_SEED, "a gate that permits nothing would keep every promise"
