# SPDX-License-Identifier: Apache-2.0
"""Skills of a base, on a kinematic stand-in that follows velocities with the rover's own acceleration."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tektra.common.world import load_world
from tektra.skills.base import BaseLimits, Move, Turn, Wait
from tektra.skills.navigate import NavigateTo
from tektra.skills.route import Floor
from tektra.skills.seen import Drive, End, Hold, Outcome, Pose, Seen, wrapped

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
LIMITS = BaseLimits(speed=0.6, turn_rate=1.5, deceleration=6.0, turn_acceleration=3.0)
RADIUS = 0.3
FLOOR = Floor(WORLD, RADIUS + 0.07)
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

    def seen(self, **others: Pose) -> Seen:
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


def run(skill, rover: Rover, most_s: float = 90.0, **others: Pose) -> End:
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
        NavigateTo("rover1", "x", [Pose(3, 5)], FLOOR, LIMITS),
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
    end = run(NavigateTo("rover1", place, poses, FLOOR, LIMITS), rover)
    assert end.outcome is Outcome.SUCCEEDED, end.message
    assert math.dist((rover.x, rover.y), (known.pose.x_m, known.pose.y_m)) < 0.08
    assert abs(wrapped(rover.yaw - known.pose.yaw_rad)) < 0.06
    assert min(WORLD.clearance_m(*point) for point in rover.track[::5]) > 0.25


def test_a_taken_place_is_reached_at_its_next_spot() -> None:
    place = WORLD.places["kitchen"]
    poses = [Pose(pose.x_m, pose.y_m, pose.yaw_rad) for pose in place.poses]
    rover = Rover()
    end = run(NavigateTo("rover1", "kitchen", poses, FLOOR, LIMITS), rover, rover2=poses[0])
    assert end.outcome is Outcome.SUCCEEDED
    assert math.dist((rover.x, rover.y), (poses[1].x, poses[1].y)) < 0.08


def test_a_robot_that_stands_in_the_way_is_driven_round() -> None:
    rover = Rover()
    other = Pose(4.0, 4.5)
    end = run(NavigateTo("rover1", "a point", [Pose(9.0, 4.5, 0.0)], FLOOR, LIMITS), rover, rover2=other)
    assert end.outcome is Outcome.SUCCEEDED
    assert min(other.distance(*point) for point in rover.track) > 0.6


def test_no_way_at_all_is_a_failure_in_words_after_some_waiting() -> None:
    walled_in = {f"rover{i}": Pose(9.0, 4.0 + 0.5 * i) for i in range(5)}
    end = run(NavigateTo("rover1", "kitchen", [Pose(12.2, 1.9, 0.0)], FLOOR, LIMITS), Rover(), **walled_in)
    assert end.outcome is Outcome.FAILED and "no way to kitchen" in end.message


def test_two_rovers_that_meet_head_on_both_arrive_and_never_touch() -> None:
    one, two = Rover(x=2.0, y=5.0), Rover(x=13.0, y=5.0, yaw=math.pi)
    skills = [
        NavigateTo("rover1", "east", [Pose(13.0, 5.0, 0.0)], FLOOR, LIMITS),
        NavigateTo("rover2", "west", [Pose(2.0, 5.0, 0.0)], FLOOR, LIMITS),
    ]
    ends: list[End | None] = [None, None]
    nearest = math.inf
    for _ in range(round(120 / DT)):
        seen = [one.seen(rover2=Pose(two.x, two.y)), two.seen(rover1=Pose(one.x, one.y))]
        for index, rover in enumerate((one, two)):
            step = Hold() if ends[index] else skills[index].step(seen[index])
            if isinstance(step, End):
                ends[index] = step
            rover.obey(step)
        nearest = min(nearest, math.dist((one.x, one.y), (two.x, two.y)))
    assert all(end is not None and end.outcome is Outcome.SUCCEEDED for end in ends), ends
    assert nearest > 2 * RADIUS
