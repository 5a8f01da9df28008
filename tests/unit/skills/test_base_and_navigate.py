# SPDX-License-Identifier: Apache-2.0
"""Skills of a base, on a kinematic stand-in that follows velocities with the rover's own acceleration."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tektra.common.world import load_world
from tektra.skills.base import BaseLimits, LookAt, Move, Turn, Wait
from tektra.skills.claims import claim_of
from tektra.skills.dock import Dock
from tektra.skills.navigate import Driver, NavigateTo
from tektra.skills.route import Floor
from tektra.skills.seen import Drive, End, Hold, Other, Outcome, Pose, Seen, wrapped

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
LIMITS = BaseLimits(speed=0.6, turn_rate=1.5, deceleration=6.0, turn_acceleration=3.0)
RADIUS = 0.3
FLOOR = Floor(WORLD, RADIUS + 0.07)
ROVER1, ROVER2 = Driver("rover1", RADIUS, LIMITS), Driver("rover2", RADIUS, LIMITS)
DT = 0.05


@dataclass
class Rover:
    """Integrates what it is asked to do; `blocked` holds it where it is."""

    x: float = 1.2
    y: float = 4.4
    yaw: float = 0.0
    vx: float = 0.0
    wz: float = 0.0
    now_s: float = 10.0
    blocked: bool = False
    track: list[tuple[float, float]] = field(default_factory=list)

    def seen(self, **others: Other) -> Seen:
        return Seen(self.now_s, Pose(self.x, self.y, wrapped(self.yaw)), self.vx, self.wz, others=others)

    def obey(self, command: object) -> None:
        asked = command if isinstance(command, Drive) else Drive()
        self.vx = self._towards(self.vx, asked.vx, 1.0, 6.0)
        self.wz = self._towards(self.wz, asked.wz, 3.0, 12.0)
        if not self.blocked:
            self.yaw += self.wz * DT
            self.x += self.vx * math.cos(self.yaw) * DT
            self.y += self.vx * math.sin(self.yaw) * DT
        self.track.append((self.x, self.y))
        self.now_s += DT

    @staticmethod
    def _towards(now: float, asked: float, faster: float, slower: float) -> float:
        rate = (faster if abs(asked) > abs(now) else slower) * DT
        return now + max(-rate, min(rate, asked - now))


def run(skill, rover: Rover, most_s: float = 90.0, **others: Other) -> End:
    for _ in range(round(most_s / DT)):
        step = skill.step(rover.seen(**others))
        if isinstance(step, End):
            return step
        assert not isinstance(step, Drive) or (abs(step.vx) <= 0.6 and abs(step.wz) <= 1.5)
        rover.obey(step)
    raise AssertionError(f"not ended after {most_s} s at ({rover.x:.2f}, {rover.y:.2f})")


@pytest.mark.parametrize("distance", [10.0, 0.3, -1.0])
def test_move_drives_the_distance_along_its_line(distance: float) -> None:
    rover = Rover(yaw=0.0)
    end = run(Move(distance, LIMITS), rover)
    assert end.outcome is Outcome.SUCCEEDED
    assert rover.x - 1.2 == pytest.approx(distance, abs=0.03)
    assert rover.y == pytest.approx(4.4, abs=0.01)


@pytest.mark.parametrize(("skill", "asked"), [(Move, 1.0), (Move, -1.0), (Turn, 1.5)])
def test_a_place_that_leaps_back_again_and_again_leads_nobody_far_beyond_what_was_asked(skill, asked) -> None:
    rover, made = Rover(), skill(asked, LIMITS)
    true_m = true_rad = 0.0
    for moment in range(2000):
        step = made.step(rover.seen())
        if isinstance(step, End):
            break
        before = (rover.x, rover.y, rover.yaw)
        rover.obey(step)
        true_m += math.dist(before[:2], (rover.x, rover.y))
        true_rad += abs(rover.yaw - before[2])
        if moment % 12 == 11:  # less than what ends a goal at the gate
            rover.x, rover.y, rover.yaw = 1.2, 4.4, 0.0
    assert isinstance(step, End) and step.outcome is Outcome.FAILED
    assert "tell" in step.message
    assert true_m <= 2.0 and true_rad <= 2.8


def test_move_steers_back_to_its_line_after_a_push() -> None:
    rover, skill = Rover(), Move(6.0, LIMITS)
    for _ in range(60):
        rover.obey(skill.step(rover.seen()))
    rover.y += 0.15
    assert run(skill, rover).outcome is Outcome.SUCCEEDED
    assert rover.y == pytest.approx(4.4, abs=0.03)


def test_a_blocked_move_fails_and_tells_how_far_it_came() -> None:
    rover, skill = Rover(), Move(5.0, LIMITS)
    for _ in range(100):
        rover.obey(skill.step(rover.seen()))
    rover.blocked = True
    end = run(skill, rover, most_s=10.0)
    assert end.outcome is Outcome.FAILED and "blocked after" in end.message


def test_a_robot_that_does_not_know_where_it_is_does_not_move() -> None:
    seen = Seen(now_s=1.0, pose=None)
    for skill in (
        Move(1.0, LIMITS),
        Turn(1.0, LIMITS),
        NavigateTo(ROVER1, FLOOR, "x", [Pose(3, 5)]),
        LookAt("x", (3.0, 5.0), LIMITS),
        Dock(ROVER1, FLOOR, "x", Pose(3, 5)),
    ):
        end = skill.step(seen)
        assert isinstance(end, End) and end.outcome is Outcome.FAILED


@pytest.mark.parametrize("degrees", [90, -90, 180, 450, 5])
def test_turn_turns_by_the_angle_also_more_than_once_round(degrees: float) -> None:
    rover = Rover()
    assert run(Turn(math.radians(degrees), LIMITS), rover).outcome is Outcome.SUCCEEDED
    assert math.degrees(rover.yaw) == pytest.approx(degrees, abs=2.0)


def test_wait_stands_still_for_its_seconds() -> None:
    rover, skill = Rover(), Wait(3.0)
    assert isinstance(skill.step(rover.seen()), Hold)
    assert run(skill, rover).outcome is Outcome.SUCCEEDED
    assert rover.now_s == pytest.approx(13.0, abs=2 * DT)


@pytest.mark.parametrize("place", sorted(set(WORLD.places) - {"dock1"}))
def test_every_place_is_reached_without_touching_anything(place: str) -> None:
    rover = Rover()
    known = WORLD.places[place]
    poses = [Pose(pose.x_m, pose.y_m, pose.yaw_rad) for pose in known.poses]
    end = run(NavigateTo(ROVER1, FLOOR, place, poses), rover)
    assert end.outcome is Outcome.SUCCEEDED, end.message
    assert math.dist((rover.x, rover.y), (known.pose.x_m, known.pose.y_m)) < 0.08
    assert abs(wrapped(rover.yaw - known.pose.yaw_rad)) < 0.06
    assert min(WORLD.clearance_m(*point) for point in rover.track[::5]) > 0.25


def test_a_taken_place_is_reached_at_its_next_spot() -> None:
    place = WORLD.places["kitchen"]
    poses = [Pose(pose.x_m, pose.y_m, pose.yaw_rad) for pose in place.poses]
    rover = Rover()
    end = run(NavigateTo(ROVER1, FLOOR, "kitchen", poses), rover, rover2=Other(poses[0].x, poses[0].y))
    assert end.outcome is Outcome.SUCCEEDED
    assert math.dist((rover.x, rover.y), (poses[1].x, poses[1].y)) < 0.08


def test_a_robot_that_stands_in_the_way_is_driven_round() -> None:
    rover = Rover()
    other = Other(4.0, 4.5)
    end = run(NavigateTo(ROVER1, FLOOR, "a point", [Pose(9.0, 4.5, 0.0)]), rover, rover2=other)
    assert end.outcome is Outcome.SUCCEEDED
    assert min(other.distance(*point) for point in rover.track) > 0.6


def test_no_way_at_all_is_a_failure_in_words_after_some_waiting() -> None:
    walled_in = {f"rover{i}": Other(9.0, 4.0 + 0.5 * i) for i in range(5)}
    end = run(NavigateTo(ROVER1, FLOOR, "kitchen", [Pose(12.2, 1.9, 0.0)]), Rover(), **walled_in)
    assert end.outcome is Outcome.FAILED and "no way to kitchen" in end.message


@pytest.mark.parametrize("claims", [True, False])
def test_two_rovers_that_want_each_others_place_both_arrive_and_never_touch(claims: bool) -> None:
    rests = [Pose(pose.x_m, pose.y_m) for place in WORLD.places.values() for pose in place.poses]
    rovers = [Rover(x=2.0, y=5.0), Rover(x=13.0, y=5.0, yaw=math.pi)]
    skills = [
        NavigateTo(ROVER1, FLOOR, "east", [Pose(13.0, 5.0, 0.0)], rests=rests),
        NavigateTo(ROVER2, FLOOR, "west", [Pose(2.0, 5.0, 0.0)], rests=rests),
    ]

    def other(index: int) -> Other:
        claim = claim_of(skills[index]) if claims else None
        x, y = rovers[index].x, rovers[index].y
        return Other(x, y, RADIUS, *claim) if claim else Other(x, y, RADIUS)

    ends: list[End | None] = [None, None]
    nearest = math.inf
    for _ in range(round(120 / DT)):
        seen = [rovers[0].seen(rover2=other(1)), rovers[1].seen(rover1=other(0))]
        for index, rover in enumerate(rovers):
            step = Hold() if ends[index] else skills[index].step(seen[index])
            if isinstance(step, End):
                ends[index] = step
            rover.obey(step)
        nearest = min(nearest, math.dist((rovers[0].x, rovers[0].y), (rovers[1].x, rovers[1].y)))
    assert all(end is not None and end.outcome is Outcome.SUCCEEDED for end in ends), ends
    assert nearest > 2 * RADIUS


def test_something_that_is_on_no_map_is_driven_round() -> None:
    """It is asked to move and does not: it takes something to be in front of it."""
    rover, skill = Rover(x=3.0, y=5.0), NavigateTo(ROVER1, FLOOR, "east", [Pose(9.0, 5.0, 0.0)])
    box = (5.0, 5.0)
    for _ in range(round(90 / DT)):
        step = skill.step(rover.seen())
        if isinstance(step, End):
            break
        rover.blocked = (
            math.dist((rover.x, rover.y), box) < 0.45
            and isinstance(step, Drive)
            and step.vx > 0.05
            and abs(rover.yaw) < 0.3
        )
        rover.obey(step)
    assert isinstance(step, End) and step.outcome is Outcome.SUCCEEDED, step
    assert math.dist((rover.x, rover.y), (9.0, 5.0)) < 0.08


def test_what_blocks_every_way_is_a_failure_in_words() -> None:
    rover = Rover(blocked=True)
    end = run(NavigateTo(ROVER1, FLOOR, "kitchen", [Pose(12.2, 1.9, 0.0)]), rover)
    assert end.outcome is Outcome.FAILED and "blocked on the way to kitchen" in end.message


def test_the_gate_saying_that_somebody_is_in_the_way_is_waited_for_and_then_told() -> None:
    rover, skill = Rover(), NavigateTo(ROVER1, FLOOR, "kitchen", [Pose(12.2, 1.9, 0.0)])
    for _ in range(round(40 / DT)):
        step = skill.step(replace(rover.seen(), barred="a person" if rover.now_s > 12.0 else ""))
        if isinstance(step, End):
            break
        rover.obey(step)
    assert isinstance(step, End) and step.outcome is Outcome.FAILED and "a person is in it" in step.message
    assert 20.0 < rover.now_s - 12.0 < 25.0


def test_a_path_is_driven_through_all_its_points_in_order() -> None:
    points = [(3.9, 8.0), (9.7, 8.0), (14.6, 7.3)]
    rover = Rover()
    end = run(NavigateTo(ROVER1, FLOOR, "the end", [Pose(12.2, 1.9, math.nan)], via=points), rover)
    assert end.outcome is Outcome.SUCCEEDED
    passed = [min(range(len(rover.track)), key=lambda i, p=p: math.dist(rover.track[i], p)) for p in points]
    assert passed == sorted(passed)
    assert all(math.dist(rover.track[i], p) < 0.25 for i, p in zip(passed, points, strict=True))
    assert min(WORLD.clearance_m(*point) for point in rover.track[::5]) > 0.25


@pytest.mark.parametrize("start", [(7.0, 5.0, 0.0), (1.9, 4.4, 3.0), (12.2, 1.9, -1.5)])
def test_the_dock_is_entered_backwards_and_exactly(start: tuple[float, float, float]) -> None:
    rover = Rover(*start)
    place = WORLD.places["dock1"].pose
    skill = Dock(ROVER1, FLOOR, "dock1", Pose(place.x_m, place.y_m, place.yaw_rad))
    claims = []
    for _ in range(round(90 / DT)):
        step = skill.step(rover.seen())
        claims.append(claim_of(skill))
        if isinstance(step, End):
            break
        rover.obey(step)
    assert isinstance(step, End) and step.outcome is Outcome.SUCCEEDED, step
    assert math.dist((rover.x, rover.y), (place.x_m, place.y_m)) < 0.03
    assert abs(wrapped(rover.yaw - place.yaw_rad)) < 0.06
    assert rover.vx <= 0.0 and min(x for x, _ in rover.track) > place.x_m - 0.05
    ends = {claim[1][-1] for claim in claims if claim}
    assert ends == {(place.x_m, place.y_m)}, "the dock is claimed from the first moment"


def test_a_dock_that_is_blocked_is_a_failure_in_words() -> None:
    rover = Rover(7.0, 5.0)
    place = WORLD.places["dock1"].pose
    skill = Dock(ROVER1, FLOOR, "dock1", Pose(place.x_m, place.y_m, place.yaw_rad))
    for _ in range(round(90 / DT)):
        step = skill.step(rover.seen())
        if isinstance(step, End):
            break
        rover.blocked = isinstance(step, Drive) and step.vx < -0.01 and rover.x < 1.6
        rover.obey(step)
    assert isinstance(step, End) and step.outcome is Outcome.FAILED and "before the dock" in step.message


def test_looking_at_a_point_or_a_robot_turns_on_the_spot() -> None:
    for target, others in (((4.0, 8.0), {}), ("rover2", {"rover2": Other(4.0, 8.0)})):
        rover = Rover()
        end = run(LookAt("it", target, LIMITS), rover, **others)
        assert end.outcome is Outcome.SUCCEEDED and end.message == "faces it"
        assert abs(wrapped(Pose(rover.x, rover.y).bearing(4.0, 8.0) - rover.yaw)) < 0.05
        assert (rover.x, rover.y) == (1.2, 4.4)


def test_a_robot_of_which_nothing_is_heard_cannot_be_looked_at() -> None:
    end = run(LookAt("rover2", "rover2", LIMITS), Rover())
    assert end.outcome is Outcome.FAILED and "where rover2 is, is not known" in end.message


def test_a_straight_move_does_not_wait_for_what_the_gate_says_is_in_the_way() -> None:
    end = Move(1.0, LIMITS).step(replace(Rover().seen(), barred="rover2"))
    assert isinstance(end, End) and end.outcome is Outcome.FAILED and "rover2 is in the way" in end.message
