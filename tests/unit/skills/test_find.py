# SPDX-License-Identifier: Apache-2.0
"""Looking for things, on a kinematic rover in the home's map, with eyes that see what is before them, near and in the same room."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tektra.common.errors import InputError
from tektra.common.skills import skills_of
from tektra.common.world import load_world
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body, Library
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen, wrapped
from tektra.skills.sight import AHEAD_NS, LATE_NS, SightInput, looks

WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
BODY = Body({s.name: s.schema for s in skills_of(["base", "sight"])}, BaseLimits(0.6, 1.5, 6.0, 3.0), {}, 0.3)
KINDS = ["red cube", "cup", "person"]
DT, NS = 0.05, 1_000_000_000
#: What these eyes see: half of 64°, 4 m far.
HALF_FOV, FAR_M = 0.55, 4.0


@dataclass
class Home:
    """A rover, and things by kind that lie somewhere. `eyes`: what of vision works."""

    x: float = 1.2
    y: float = 4.4
    yaw: float = 0.0
    now_s: float = 100.0
    things: dict[str, tuple[float, float]] = field(default_factory=dict)
    eyes: frozenset[str] = frozenset({"camera", "kinds", "memory"})
    input: SightInput = field(default_factory=SightInput)
    remembered: dict[str, tuple[float, float, float, float, int]] = field(default_factory=dict)
    most_s: float = 900.0
    visited: set[str] = field(default_factory=set)

    @property
    def now_ns(self) -> int:
        return round(self.now_s * NS)

    def sees(self, x: float, y: float) -> bool:
        here, there = WORLD.room_at(self.x, self.y), WORLD.room_at(x, y)
        aside = wrapped(math.atan2(y - self.y, x - self.x) - self.yaw)
        near = math.hypot(x - self.x, y - self.y) < FAR_M
        return here is not None and here == there and abs(aside) < HALF_FOV and near

    def look(self) -> None:
        if "kinds" in self.eyes and self.input.now.known is None:
            self.input.knows(KINDS)
        tick = round(self.now_s / DT)
        seen = [kind for kind, at in self.things.items() if self.sees(*at)]
        if "camera" in self.eyes and tick % 4 == 0:
            self.input.looked(self.now_ns, 10, seen, self.now_ns)
            for kind in seen:
                self.remembered[kind] = (kind, *self.things[kind], 0.1, self.now_ns)
        if "memory" in self.eyes and tick % 20 == 0:
            self.input.saw([self.remembered[k] for k in self.remembered if k != "person"], self.now_ns)

    def run(self, **arguments: object) -> End:
        skill = Library("rover1", BODY, WORLD).make("find", json.dumps(arguments))
        assert looks(skill)
        began_s = self.now_s
        while self.now_s - began_s < self.most_s:
            self.look()
            pose = Pose(self.x, self.y, wrapped(self.yaw))
            step = skill.step(Seen(self.now_s, pose, stamp_ns=self.now_ns, sight=self.input.now))
            if isinstance(step, End):
                return step
            if isinstance(step, Drive):
                assert abs(step.vx) <= 0.6 and abs(step.wz) <= 1.5
                self.yaw += step.wz * DT
                self.x += step.vx * math.cos(self.yaw) * DT
                self.y += step.vx * math.sin(self.yaw) * DT
            if room := WORLD.room_at(self.x, self.y):
                self.visited.add(room.name)
            self.now_s += DT
        raise AssertionError(f"not ended after {self.most_s} s")


@pytest.mark.parametrize(
    "at, room", [((14.35, 8.6), "office"), ((2.6, 1.7), "living_room"), ((14.2, 2.2), "kitchen")]
)
def test_a_thing_is_found_wherever_it_lies_and_its_place_is_told(at: tuple[float, float], room: str) -> None:
    home = Home(things={"red cube": at})
    end = home.run(thing="red cube")
    assert end.outcome is Outcome.SUCCEEDED
    assert end.message == f"found a red cube at ({at[0]:.2f}, {at[1]:.2f}) in the {room.replace('_', ' ')}"
    assert end.result["found"] == {"x": at[0], "y": at[1], "uncertainty_m": 0.1}
    assert room in home.visited


def test_what_is_nowhere_is_said_not_to_be_seen_and_where_was_looked() -> None:
    home = Home(things={"cup": (14.2, 2.2)})
    end = home.run(thing="red cube")
    assert end.outcome is Outcome.FAILED
    assert end.message.startswith("saw no red cube; looked round at ")
    assert set(end.result["looked"]) == {"kitchen", "hall", "living_room", "bedroom", "office", "table"}
    assert home.visited == {"kitchen", "hall", "living_room", "bedroom", "office"}


def test_in_one_place_it_looks_there_alone() -> None:
    home = Home(things={"red cube": (14.35, 8.6)})
    end = home.run(thing="red cube", place="kitchen")
    assert end.outcome is Outcome.FAILED
    assert end.message == "saw no red cube; looked round at the kitchen"
    assert "office" not in home.visited


def test_time_is_bounded_and_the_end_says_how_far_it_came() -> None:
    home = Home()
    began_s = home.now_s
    end = home.run(thing="cup", seconds=60.0)
    assert end.outcome is Outcome.FAILED
    assert end.message.startswith("saw no cup within 60 s; ")
    assert 60.0 < home.now_s - began_s < 61.0


def test_where_it_was_seen_before_is_looked_first() -> None:
    home = Home(things={"cup": (14.2, 2.2)})
    home.remembered["cup"] = ("cup", 14.2, 2.2, 0.2, home.now_ns - 60 * NS)
    assert home.run(thing="cup").outcome is Outcome.SUCCEEDED
    assert home.visited == {"hall", "kitchen"}


def test_what_was_seen_before_the_search_alone_is_not_found() -> None:
    home = Home()
    home.remembered["cup"] = ("cup", 14.2, 2.2, 0.2, home.now_ns - NS)
    assert home.run(thing="cup").outcome is Outcome.FAILED


def test_somebody_whom_no_memory_of_things_keeps_is_seen_from_a_place() -> None:
    home = Home(things={"person": (6.5, 2.0)})
    end = home.run(thing="person", place="living_room")
    assert end.outcome is Outcome.SUCCEEDED
    assert end.message == "sees a person from the living room; where exactly is not known"


@pytest.mark.parametrize(
    "eyes, thing, why",
    [
        (frozenset({"kinds", "memory"}), "cup", "nothing is seen by the camera of rover1"),
        (frozenset({"camera", "memory"}), "cup", "vision does not say what it can tell"),
        (frozenset({"camera", "kinds", "memory"}), "bowl", "vision does not know what a bowl looks like"),
    ],
)
def test_without_eyes_nothing_moves_and_the_reason_is_said(
    eyes: frozenset[str], thing: str, why: str
) -> None:
    home = Home(eyes=eyes, most_s=20.0)
    end = home.run(thing=thing)
    assert (end.outcome, end.message) == (Outcome.REFUSED, why)
    assert (home.x, home.y, home.yaw) == (1.2, 4.4, 0.0)


def test_a_camera_that_goes_blind_ends_the_search_wherever_it_is() -> None:
    class Blinded(Home):
        def look(self) -> None:
            self.eyes = self.eyes if self.now_s < 130.0 else frozenset({"memory"})
            super().look()

    blinded = Blinded(most_s=60.0)
    end = blinded.run(thing="cup")
    assert end.outcome is Outcome.FAILED
    assert end.message == "the camera of rover1 shows nothing any more"
    assert blinded.now_s < 140.0


@pytest.mark.parametrize("place, thing", [("the moon", "cup"), ("kitchen", "unicorn"), ("kitchen", 3)])
def test_bad_arguments_are_refused(place: str, thing: object) -> None:
    with pytest.raises(InputError):
        Library("rover1", BODY, WORLD).make("find", json.dumps({"thing": thing, "place": place}))


def test_pictures_that_are_late_early_repeated_or_show_nothing_are_no_looks() -> None:
    given, now_ns = SightInput(), 1000 * NS
    for stamp_ns, frames in ((now_ns - LATE_NS - 1, 5), (now_ns + AHEAD_NS + 1, 5), (now_ns, 0), (-5, 5)):
        given.looked(stamp_ns, frames, ["cup"], now_ns)
    assert given.now.look_ns == 0
    given.looked(now_ns, 5, ["cup"], now_ns)
    given.looked(now_ns, 5, ["dog"], now_ns)
    assert given.now.shown == {"cup"}


def test_a_flood_of_things_and_hostile_ones_do_no_harm() -> None:
    given, now_ns = SightInput(), 1000 * NS
    bad = [
        ("cup", math.nan, 1.0, 0.1, now_ns),
        ("x" * 100_000, 1.0, 1.0, 0.1, now_ns),
        ("cup", 1.0, 1.0, 0.1, 9 * now_ns),
    ]
    given.saw([*bad, *[("cup", 1.0, 2.0, 0.1, now_ns)] * 100_000], now_ns)
    assert len(given.now.things) <= 400
    assert all(len(thing.kind) < 100 and thing.seen_ns <= now_ns for thing in given.now.things)
