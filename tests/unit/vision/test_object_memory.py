# SPDX-License-Identifier: Apache-2.0
"""A room that is known: what is remembered of it, by one camera and by two, and what is said of it."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from tektra.common.world import load_world
from tektra.vision.ground import CameraPose
from tektra.vision.moments import moment
from tektra.vision.object_memory import ObjectMemory
from tektra.vision.recollection import Recollection
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.surfaces import Standing, Surfaces
from tektra.vision.tracker import Tracker

SIZE = (640, 480)
WORLD = load_world(Path(__file__).parents[3] / "config" / "world.yaml")
#: In the kitchen: one in a corner under the ceiling, one above the door.
CORNER = CameraPose(x=15.7, y=0.9, height=2.3, yaw=2.3, pitch=0.65, hfov=1.4)
DOOR = CameraPose(x=12.0, y=3.6, height=2.2, yaw=-0.6, pitch=0.6, hfov=1.4)
ON_TABLE, OTHER_END, ON_FLOOR = (14.1, 2.3, 0.75), (14.4, 2.0, 0.75), (13.4, 1.4, 0.0)
BESIDE = (14.4, 3.2, 0.0)
NOON = time.mktime((2026, 5, 4, 12, 0, 0, 0, 0, -1))
CLASSES = ("cup", "bottle", "person", "dog", "hot dog")


def clock(at_s: float) -> str:
    return time.strftime("%H:%M", time.localtime(at_s))


def drawn(pose: CameraPose, x: float, y: float, z: float) -> tuple[float, float, float]:
    """The pixel of a point and its depth: K R (X - C), as matrices."""
    c, s, cp, sp = math.cos(pose.yaw), math.sin(pose.yaw), math.cos(pose.pitch), math.sin(pose.pitch)
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ np.array([[cp, 0, sp], [0, 1, 0], [-sp, 0, cp]])
    optical = np.array([[0, -1, 0], [0, 0, -1], [1, 0, 0]])
    right, down, ahead = optical @ turn.T @ (np.array([x, y, z]) - np.array([pose.x, pose.y, pose.height]))
    focal = SIZE[0] / 2 / math.tan(pose.hfov / 2)
    return focal * right / ahead + SIZE[0] / 2, focal * down / ahead + SIZE[1] / 2, ahead


def seen(
    pose: CameraPose, what: str, at: tuple[float, float, float], score: float = 0.8, tall: float = 0.12
) -> Sighting:
    u, low, depth = drawn(pose, *at)
    top = drawn(pose, at[0], at[1], at[2] + tall)[1]
    wide = 0.08 * SIZE[0] / 2 / math.tan(pose.hfov / 2) / depth
    return Sighting(Kind.OBJECTS, what, score, Box(u - wide / 2, top, wide, low - top))


@dataclass
class Room:
    """Cameras that look five times a second; `pose` None: nobody knows where they are."""

    memory: ObjectMemory = field(default_factory=ObjectMemory)
    now_s: float = NOON
    trackers: dict[str, Tracker] = field(default_factory=dict)
    noise: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))

    def __post_init__(self) -> None:
        self.surfaces = Surfaces(WORLD)
        self.recollection = Recollection(self.memory, clock)

    def look(
        self,
        pose: CameraPose,
        things: Sequence[Sighting],
        *,
        eye: str = "",
        looks: int = 10,
        placed: bool = True,
    ) -> None:
        tracker = self.trackers.setdefault(eye, Tracker(f"{eye}o", keep_s=3.0))
        for _ in range(looks):
            shaken = [self._shaken(thing) for thing in things]
            tracks = tracker.update(self.now_s, shaken)

            def stands(sighting: Sighting) -> Standing | None:
                return self.surfaces.stands(pose, sighting.box, SIZE, 0.1) if placed else None

            def pixel(x: float, y: float, z: float) -> tuple[float, float] | None:
                return self.surfaces.pixel(pose, x, y, z, SIZE)

            self.memory.saw(self.now_s, eye, SIZE, tracks, stands, pixel if placed else None)
            self.now_s += 0.2

    def ask(self, question: str) -> str:
        return self.recollection.answer(question, self.now_s, CLASSES)

    def _shaken(self, thing: Sighting) -> Sighting:
        dx, dy = self.noise.normal(0.0, 0.7, 2)
        box = thing.box
        return Sighting(
            thing.kind, thing.class_id, thing.score, Box(box.x + dx, box.y + dy, box.width, box.height)
        )


@pytest.mark.parametrize(
    "at, on", [(ON_TABLE, "dining_table"), (OTHER_END, "dining_table"), (ON_FLOOR, "floor")]
)
@pytest.mark.parametrize("pose", [CORNER, DOOR], ids=["corner", "door"])
def test_a_thing_is_placed_on_what_it_stands_on(
    pose: CameraPose, at: tuple[float, float, float], on: str
) -> None:
    stands = Surfaces(WORLD).stands(pose, seen(pose, "cup", at).box, SIZE, 0.1)
    assert stands is not None
    assert (stands.on, stands.room) == (on, "kitchen")
    assert math.hypot(stands.x - at[0], stands.y - at[1]) <= stands.uncertainty < 0.5
    assert stands.z == pytest.approx(at[2], abs=0.01)


def test_over_many_places_the_truth_is_within_the_uncertainty_and_furniture_is_named_right() -> None:
    surfaces, dice, placed, outside, wrong = Surfaces(WORLD), np.random.default_rng(8), 0, 0, 0
    for x, y in dice.uniform((12.2, 0.8), (15.2, 3.4), (400, 2)):
        top = WORLD.table_height_m(float(x), float(y))
        at = (float(x), float(y), top or 0.0)
        clear = abs((WORLD.table_height_m(float(x) + 0.1, float(y)) or 0.0) - at[2]) < 0.01
        stands = surfaces.stands(CORNER, seen(CORNER, "cup", at).box, SIZE, 0.1)
        if stands is None or not clear or drawn(CORNER, *at)[2] < 0.3:
            continue
        visible = surfaces.pixel(CORNER, *at, SIZE)
        if visible is None:
            continue  # behind the table
        placed += 1
        outside += math.hypot(stands.x - x, stands.y - y) > stands.uncertainty
        wrong += bool(stands.on) and (stands.on == "floor") != (top is None)
    assert placed > 150
    assert outside <= 0.02 * placed and wrong <= 0.02 * placed, (placed, outside, wrong)


def test_what_is_cut_off_or_before_a_wall_is_placed_nowhere() -> None:
    surfaces = Surfaces(WORLD)
    assert surfaces.stands(CORNER, Box(300.0, 400.0, 60.0, 80.0), SIZE, 0.1) is None
    assert surfaces.stands(CORNER, Box(300.0, 0.0, 20.0, 20.0), SIZE, 0.1) is None


def test_two_cameras_see_one_cup_and_two_cups_stay_two() -> None:
    room = Room()
    for _ in range(4):
        room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)], eye="corner", looks=3)
        room.look(DOOR, [seen(DOOR, "cup", ON_TABLE)], eye="door", looks=3)
    (cup,) = room.memory.things.values()
    spot = cup.last.place.spot
    assert spot is not None and math.hypot(spot.x - ON_TABLE[0], spot.y - ON_TABLE[1]) < 0.12
    alone = Room()
    alone.look(CORNER, [seen(CORNER, "cup", ON_TABLE)], eye="corner")
    (single,) = alone.memory.things.values()
    assert single.last.place.spot is not None and spot.uncertainty < single.last.place.spot.uncertainty
    both = Room()
    both.look(CORNER, [seen(CORNER, "cup", ON_TABLE), seen(CORNER, "cup", ON_FLOOR)])
    assert len(both.memory.things) == 2


def test_a_thing_behind_somebody_is_not_gone_and_is_the_same_when_it_shows_again() -> None:
    room, cup = Room(), seen(CORNER, "cup", ON_TABLE)
    somebody = Sighting(Kind.OBJECTS, "person", 0.9, Box(cup.box.x - 60, cup.box.y - 150, 160, 320))
    room.look(CORNER, [cup])
    room.look(CORNER, [somebody], looks=40)
    (kept,) = room.memory.things.values()
    assert kept.missed_s == 0.0
    room.look(CORNER, [cup])
    assert list(room.memory.things) == ["cup_1"]
    assert [event.what for event in room.memory.events] == ["new"]


def test_a_carried_cup_is_the_same_cup_somewhere_else() -> None:
    room = Room()
    room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)])
    room.look(CORNER, [], looks=20)
    assert "when I looked there at 12:00 I did not see it" in room.ask("Where did you last see the cup?")
    room.look(CORNER, [seen(CORNER, "cup", ON_FLOOR)])
    assert list(room.memory.things) == ["cup_1"]
    assert [event.what for event in room.memory.events] == ["new", "gone", "moved"]
    assert (
        room.ask("Where did you last see the cup?")
        == "I last saw a cup just now, on the floor in the kitchen."
    )


def test_a_cup_that_was_carried_where_no_place_is_known_is_not_said_to_lie_where_it_was() -> None:
    room = Room()
    room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)])
    room.look(CORNER, [], looks=20)
    room.look(CORNER, [Sighting(Kind.OBJECTS, "cup", 0.9, Box(300.0, 380.0, 90.0, 100.0))])  # cut off below
    assert room.ask("Where is the cup?") == "I last saw a cup just now, in the middle in the picture."


def test_one_false_look_makes_no_memory_and_nobody_is_a_thing() -> None:
    room = Room()
    room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)], looks=2)
    room.look(CORNER, [seen(CORNER, "bottle", ON_FLOOR, score=0.42)])
    room.look(CORNER, [seen(CORNER, "person", ON_FLOOR, tall=1.7)])
    assert not room.memory.things
    assert room.ask("where did you last see the cup") == "I have not seen a cup."


def test_the_cup_was_on_the_table_at_ten() -> None:
    room = Room(now_s=NOON - 2 * 3600 - 120)
    room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)], looks=1500)  # until 10:03
    room.now_s = NOON - 3600
    room.look(CORNER, [], looks=20)
    room.look(CORNER, [seen(CORNER, "cup", ON_FLOOR)])
    room.now_s = NOON
    assert (
        room.ask("Was the cup on the table at ten?")
        == "Yes: at 10:00 I saw a cup on the dining table in the kitchen."
    )
    assert (
        room.ask("Where was the cup at 10:01?") == "At 10:01 I saw a cup on the dining table in the kitchen."
    )
    assert room.ask("Was the cup on the floor at ten o'clock?").startswith(
        "Not that I know: at 10:00 I saw a cup on the dining"
    )
    assert room.ask("Where was the cup at half past ten?").startswith(
        "I do not know: before 10:30 I last saw a cup at 10:0"
    )
    assert room.ask("Where was the cup at nine?") == "I do not know: I had not seen a cup by 09:00."
    assert (
        room.ask("Was the bottle on the table at ten?") == "I do not know: I had not seen a bottle by 10:00."
    )


def test_another_table_is_not_the_table() -> None:
    room = Room()
    room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)], looks=1000)
    told = "at 12:02 I saw a cup on the dining table in the kitchen."
    assert room.ask("Was the cup on the coffee table at 12:02?") == f"Not that I know: {told}"
    assert room.ask("Was the cup on the dining table at 12:02?") == f"Yes: {told}"
    assert room.ask("Was the cup on the kitchen table at 12:02?") == f"Yes: {told}"
    assert room.ask("Was the cup in the kitchen one minute ago?").startswith("Yes: at 12:02 I saw")


def test_a_single_look_does_not_move_what_was_lost() -> None:
    room = Room()
    room.look(CORNER, [seen(CORNER, "cup", ON_TABLE)])
    room.look(CORNER, [], looks=20)
    for spot in (ON_FLOOR, BESIDE, (13.8, 1.6, 0.0)):
        room.look(CORNER, [seen(CORNER, "cup", spot, score=0.45)], looks=1)
        room.look(CORNER, [], looks=10)
    (cup,) = room.memory.things.values()
    assert len(cup.stays) == 1 and "dining table" in room.ask("Where did you last see the cup?")


def test_what_came_back_to_its_place_was_not_there_meanwhile() -> None:
    room, cup = Room(), seen(CORNER, "cup", ON_TABLE)
    room.look(CORNER, [cup], looks=300)
    room.look(CORNER, [], looks=1500)
    room.look(CORNER, [cup], looks=300)
    assert room.ask("Where was the cup at 12:05?").startswith(
        "I do not know: before 12:05 I last saw a cup at 12:00"
    )
    assert room.ask("Where was the cup at 12:07?").startswith("At 12:06 I saw")
    assert list(room.memory.things) == ["cup_1"]


def test_nobody_says_that_a_thing_was_there_while_no_camera_looked() -> None:
    room, cup = Room(), seen(CORNER, "cup", ON_TABLE)
    room.look(CORNER, [cup], looks=300)
    room.now_s += 3600.0
    room.look(CORNER, [cup], looks=300)
    assert room.ask("Was the cup on the table at 12:30?").startswith("I do not know: before 12:30 I last saw")
    room.ask("What has changed?")
    assert "Nothing" in room.ask("What has changed?")
    assert [event.what for event in room.memory.events] == ["new"]


def test_a_track_that_goes_over_to_another_thing_of_its_kind_carries_nothing_off() -> None:
    room = Room()
    one, other = seen(CORNER, "cup", ON_TABLE, score=0.7), seen(CORNER, "cup", ON_FLOOR, score=0.8)
    room.look(CORNER, [one, other])
    tracker = room.trackers[""]
    names = list(tracker._tracks)
    tracker._tracks = {new: tracker._tracks[old].__class__(new, tracker._tracks[old].sighting, tracker._tracks[old].seen_s)
                       for new, old in zip(names, reversed(names), strict=True)}  # fmt: skip
    room.look(CORNER, [one, other])
    assert sorted(room.memory.things) == ["cup_1", "cup_2"]
    assert [event.what for event in room.memory.events] == ["new", "new"]


def test_what_has_changed_since_it_was_asked_last() -> None:
    room = Room()
    cup, bottle = seen(CORNER, "cup", ON_TABLE), seen(CORNER, "bottle", ON_FLOOR, tall=0.25)
    room.look(CORNER, [cup])
    first = room.ask("What has changed?")
    assert (
        first.startswith("You have not asked me before")
        and "a cup on the dining table in the kitchen" in first
    )
    room.look(CORNER, [cup])
    assert (
        room.ask("What has changed since I asked last?")
        == "Nothing that I would notice has changed since 12:00."
    )
    room.look(CORNER, [cup, bottle])
    assert room.ask("has anything changed") == "Since 12:00: a bottle is new on the floor in the kitchen."
    room.look(CORNER, [bottle], looks=20)
    assert (
        room.ask("anything new?") == "Since 12:00: I no longer see a cup on the dining table in the kitchen."
    )
    room.look(CORNER, [bottle, seen(CORNER, "cup", BESIDE)])
    told = room.ask("What is different?")
    assert "a cup that was on the dining table in the kitchen is on the floor in the kitchen now" in told
    # What came and went in between is no change.
    room.look(
        CORNER,
        [
            bottle,
            seen(CORNER, "cup", BESIDE),
            seen(CORNER, "dog", (14.9, 1.5, 0.0), tall=0.4),
        ],
    )
    room.look(CORNER, [bottle, seen(CORNER, "cup", BESIDE)], looks=20)
    assert room.ask("what changed?") == "Nothing that I would notice has changed since 12:00."


def test_a_camera_that_knows_no_place_tells_where_in_its_picture() -> None:
    room, cup = Room(), seen(CORNER, "cup", ON_TABLE)
    room.look(CORNER, [cup], eye="hall", placed=False)
    side = "on the left in the picture of the camera hall"
    left = Sighting(cup.kind, "bottle", 0.9, Box(20.0, 200.0, 40.0, 60.0))
    room.look(CORNER, [cup, left], eye="hall", placed=False)
    assert room.ask("Where is the bottle?") == f"I last saw a bottle just now, {side}."
    room.look(CORNER, [cup], eye="hall", placed=False, looks=20)
    assert "I did not see it" in room.ask("When did you last see the bottle?")


def test_a_hot_dog_is_no_dog_and_questions_of_now_are_not_answered_from_memory() -> None:
    room = Room()
    room.look(CORNER, [seen(CORNER, "hot dog", ON_TABLE)])
    assert room.ask("Where did you see the dog?") == "I have not seen a dog."
    for question in (
        "Is there a cup?",
        "How many cups are there?",
        "What do you see?",
        "Is the kitchen free?",
        "",
    ):
        assert room.ask(question) == ""


def test_memory_is_bounded() -> None:
    room, dice = Room(), np.random.default_rng(2)
    for index in range(600):
        track = Tracker(f"t{index}").update(
            room.now_s, [Sighting(Kind.OBJECTS, f"thing{index}", 0.9, Box(*dice.uniform(0, 90, 4)))]
        )
        for _ in range(3):
            room.memory.saw(room.now_s, "", SIZE, track, lambda sighting: None, None)
            room.now_s += 0.1
    assert len(room.memory.things) <= 400 and len(room.memory.events) <= 1000


@pytest.mark.parametrize(
    "words, hour, minute",
    [
        ("at ten", 10, 0), ("at 10", 10, 0), ("at 10:15", 10, 15), ("at 9 am", 9, 0), ("at half past ten", 10, 30),
        ("at quarter to eleven", 10, 45), ("at ten past ten", 10, 10), ("an hour ago", 11, 0), ("half an hour ago", 11, 30),
        ("twenty minutes ago", 11, 40), ("at noon", 12, 0), ("at two", 2, 0), ("at 10 in the morning", 10, 0),
    ],
)  # fmt: skip
def test_moments_are_the_latest_that_have_passed(words: str, hour: int, minute: int) -> None:
    told = moment(f"was the cup on the table {words}", NOON)
    assert told is not None
    assert (time.localtime(told).tm_hour, time.localtime(told).tm_min) == (hour, minute)
    assert told <= NOON


@pytest.mark.parametrize("words", ["", "at the table", "at 99:99", "at 25", "was it at seventy"])
def test_what_is_no_moment_is_none(words: str) -> None:
    assert moment(words, NOON) is None


def test_the_evening_before_is_meant_where_today_has_not_come_to_it() -> None:
    told = moment("at 9 pm", NOON)
    assert told is not None and NOON - told == pytest.approx(15 * 3600)
