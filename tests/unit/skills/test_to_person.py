# SPDX-License-Identifier: Apache-2.0
"""Coming to people and following them, on a kinematic rover; a gate of the test holds it away from them."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tektra.common.errors import InputError
from tektra.common.skills import skills_of
from tektra.common.world import load_world
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body, Library
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen, wrapped
from tektra.skills.sight import AHEAD_NS, SEEN_NS, SightInput, looks, standing

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
BODY = Body({s.name: s.schema for s in skills_of(["base", "sight"])}, BaseLimits(0.6, 1.5, 6.0, 3.0), {}, 0.3)
DT, NS = 0.05, 1_000_000_000
Where = Callable[[float], list[tuple[str, float, float]]]


@dataclass
class Rover:
    """`people(t)`: who is seen t seconds after the beginning, id and place. `kept_m`: nearer the gate lets it not come."""

    people: Where
    x: float = 4.0
    y: float = 5.0
    yaw: float = 0.0
    now_s: float = 100.0
    kept_m: float = 0.0
    nearest_m: float = math.inf
    input: SightInput = field(default_factory=SightInput)

    def run(self, name: str, most_s: float = 200.0, **arguments: object) -> End:
        skill = Library("rover1", BODY, WORLD).make(name, json.dumps(arguments))
        assert looks(skill)
        for tick in range(round(most_s / DT)):
            now_ns, people = round(self.now_s * NS), self.people(tick * DT)
            if tick % 4 == 0 and people:
                told = [(who, x, y, 0.1) for who, x, y in people]
                self.input.people("camera", now_ns, told, now_ns)
            away = min((math.hypot(x - self.x, y - self.y) for _, x, y in people), default=math.inf)
            self.nearest_m = min(self.nearest_m, away)
            barred = "a person" if away < self.kept_m else ""
            pose = Pose(self.x, self.y, wrapped(self.yaw))
            step = skill.step(Seen(self.now_s, pose, stamp_ns=now_ns, barred=barred, sight=self.input.now))
            if isinstance(step, End):
                return step
            if isinstance(step, Drive) and not (barred and step.vx > 0.0):
                self.yaw += step.wz * DT
                self.x += step.vx * math.cos(self.yaw) * DT
                self.y += step.vx * math.sin(self.yaw) * DT
            self.now_s += DT
        raise AssertionError(f"not ended after {most_s} s")


def still(*places: tuple[str, float, float]) -> Where:
    return lambda _: list(places)


@pytest.mark.parametrize("at", [(9.0, 5.0), (12.0, 1.9), (5.7, 2.0)])
@pytest.mark.parametrize("distance_m", [1.2, 2.0])
def test_it_comes_to_the_one_who_is_there_and_faces_them(at: tuple[float, float], distance_m: float) -> None:
    rover = Rover(still(("o1", *at)))
    end = rover.run("come_to", person="me", distance_m=distance_m)
    assert end.outcome is Outcome.SUCCEEDED, end.message
    assert math.hypot(rover.x - at[0], rover.y - at[1]) == pytest.approx(distance_m, abs=0.2)
    assert abs(wrapped(math.atan2(at[1] - rover.y, at[0] - rover.x) - rover.yaw)) < 0.1
    assert rover.nearest_m > distance_m - 0.2


def test_where_the_gate_keeps_it_further_away_it_stands_and_says_so() -> None:
    rover = Rover(still(("o1", 9.0, 5.0)), kept_m=2.0)
    end = rover.run("come_to")
    assert end.outcome is Outcome.SUCCEEDED
    assert end.message == "stands 2.0 m away, as near as it may"


@pytest.mark.parametrize("name", ["come_to", "follow"])
@pytest.mark.parametrize(
    "people, arguments, why",
    [
        (still(), {}, "nobody is seen"),
        (still(("o1", 9.0, 5.0)), {"person": "anna"}, "nobody is seen"),
        (
            still(("o1", 9.0, 5.0), ("o2", 12.0, 5.0)),
            {"person": "me"},
            "2 people are seen, and nobody knows which is meant",
        ),
    ],
)
def test_in_doubt_about_whom_nothing_moves(
    name: str, people: Where, arguments: dict[str, str], why: str
) -> None:
    rover = Rover(people)
    end = rover.run(name, **arguments)
    assert (end.outcome, end.message) == (Outcome.REFUSED, why)
    assert (rover.x, rover.y, rover.yaw) == (4.0, 5.0, 0.0)


def test_who_is_named_is_told_from_others() -> None:
    rover = Rover(still(("anna", 9.0, 5.0), ("o2", 14.0, 5.0)))
    assert rover.run("come_to", person="Anna").outcome is Outcome.SUCCEEDED
    assert math.hypot(rover.x - 9.0, rover.y - 5.0) < 1.8


def test_who_walks_off_is_come_to_where_they_are() -> None:
    rover = Rover(lambda t: [("o1", min(7.0 + 0.3 * t, 12.0), 5.0)])
    assert rover.run("come_to").outcome is Outcome.SUCCEEDED
    ((_, x, y),) = rover.people(rover.now_s - 100.0)
    assert x > 7.5
    assert math.hypot(rover.x - x, rover.y - y) == pytest.approx(1.5, abs=0.5)  # they walk on while it turns


def test_it_follows_until_time_is_up_and_keeps_its_distance() -> None:
    rover = Rover(lambda t: [("o1", min(6.0 + 0.3 * t, 13.0), 5.0)])
    end = rover.run("follow", person="me", seconds=45.0)
    assert (end.outcome, end.message) == (Outcome.SUCCEEDED, "followed for 45 s")
    assert 1.2 < math.hypot(rover.x - 13.0, rover.y - 5.0) < 2.2
    assert rover.nearest_m > 1.2


@pytest.mark.parametrize("name", ["come_to", "follow"])
def test_who_is_lost_from_sight_ends_it_at_once(name: str) -> None:
    rover = Rover(lambda t: [("o1", 13.0, 5.0)] if t < 4.0 else [])
    end = rover.run(name)
    assert (end.outcome, end.message) == (Outcome.FAILED, "the person is not seen any more")
    assert rover.now_s < 108.0


def test_another_person_far_away_is_not_taken_for_the_one_who_left() -> None:
    rover = Rover(lambda t: [("o1", 8.0, 5.0)] if t < 4.0 else [("o1", 14.0, 1.5)])
    end = rover.run("follow")
    assert (end.outcome, end.message) == (Outcome.FAILED, "the person is not seen any more")


@pytest.mark.parametrize(
    "arguments", [{"distance_m": 0.2}, {"distance_m": math.inf}, {"person": ""}, {"who": "me"}]
)
def test_bad_arguments_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Library("rover1", BODY, WORLD).make("come_to", json.dumps(arguments))


def test_positions_that_are_late_early_or_no_numbers_show_nobody() -> None:
    given, now_ns = SightInput(), 1000 * NS
    for stamp_ns in (now_ns - SEEN_NS - 1, now_ns + AHEAD_NS + 1):
        given.people("camera", stamp_ns, [("o1", 1.0, 1.0, 0.1)], now_ns)
    given.people("other", now_ns, [("o1", math.nan, 1.0, 0.1), ("o2", 1.0, 1.0, math.inf)], now_ns)
    assert standing(given.now, now_ns=now_ns) == []


def test_one_whom_two_sensors_see_is_one_and_sensors_without_end_do_no_harm() -> None:
    given, now_ns = SightInput(), 1000 * NS
    given.people("hall", now_ns, [("o1", 5.0, 5.0, 0.3)], now_ns)
    given.people("door", now_ns, [("d7", 5.4, 5.1, 0.1)], now_ns)
    (one,) = standing(given.now, now_ns=now_ns)
    assert one.id == "d7"
    for number in range(1000):
        given.people(f"sensor{number}", now_ns, [("o1", 1.0, 1.0, 0.1)] * 1000, now_ns)
    assert sum(map(len, given.now.people.values())) <= 16 * 64
