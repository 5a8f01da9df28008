# SPDX-License-Identifier: Apache-2.0
"""What is seen sets orders off that wait for it: only what is seen now, plainly, and in pictures that may be believed."""

import math
from types import SimpleNamespace

import pytest
from builtin_interfaces.msg import Time

from tektra.common.lateness import LATE_S
from tektra.planner.conversation.answers_of_presence import people
from tektra.planner.conversation.replies import replies
from tektra.planner.plans.lasting_orders import Event
from tektra.planner.world.sights import PLAIN, events_of
from tektra.planner.world.watch import SCENE_S, WorldWatch
from tektra.planner.world.world_view import Seen, WorldView
from tektra_interfaces.msg import Scene, SceneObject

NOW_S = 1000.0
SOMEBODY = [("person", 1, 0.8)]


def begins(events: list[Event]) -> set[str]:
    return {event.kind for event in events if event.sure}


def test_somebody_who_is_plainly_seen_now_is_an_event() -> None:
    found = events_of([*SOMEBODY, ("cup", 2, PLAIN)], looks=5, age_s=0.3)
    assert [(event.kind, event.who) for event in found] == [
        ("object_seen", "person"),
        ("person_seen", ""),
        ("object_seen", "cup"),
    ]
    assert all(event.sure for event in found)


@pytest.mark.parametrize("age_s", [LATE_S + 0.1, 3600.0, 86400.0, -LATE_S - 0.1, -3600.0, math.nan, math.inf])
def test_what_was_seen_earlier_or_by_another_clock_begins_nothing(age_s: float) -> None:
    found = events_of(SOMEBODY, looks=5, age_s=age_s)
    assert begins(found) == set()
    assert {event.kind for event in found} == {"object_seen", "person_seen"}, "what goes on until then ends"


def test_pictures_in_doubt_begin_nothing() -> None:
    assert begins(events_of(SOMEBODY, looks=0, age_s=0.1)) == set()


@pytest.mark.parametrize("confidence", [0.0, 0.45, PLAIN - 0.01, math.nan])
def test_what_is_no_more_than_probable_begins_nothing(confidence: float) -> None:
    assert begins(events_of([("person", 1, confidence)], looks=5, age_s=0.1)) == set()


def test_none_of_a_kind_is_no_event() -> None:
    assert events_of([("person", 0, 0.9)], looks=5, age_s=0.1) == []


class Watched:
    """The callback of the scene as the planner's node has it, with a dialogue that only notes what happened."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.now_s = NOW_S
        dialogue = SimpleNamespace(happened=lambda events, now_s: self.events.extend(events))
        self.watch = WorldWatch.__new__(WorldWatch)
        self.watch.__dict__ |= {
            "_dialogue": dialogue, "_now_s": lambda: self.now_s, "_scene": Scene(), "_scenes": {},
        }  # fmt: skip

    def sees(
        self, *things: tuple[str, int, float], age_s: float = 0.2, frames: int = 4, words: str = ""
    ) -> Seen:
        at_s = self.now_s - age_s
        scene = Scene(description=words, frames=frames)
        scene.header.stamp = Time(sec=int(at_s // 1), nanosec=int(at_s % 1 * 1e9))
        scene.objects = [SceneObject(class_id=k, count=n, confidence=c) for k, n, c in things]
        self.watch._on_scene(scene)
        return self.watch.sight()


def test_the_callback_passes_on_what_is_new_and_nothing_that_waited_or_is_in_doubt() -> None:
    home = Watched()
    home.sees(*SOMEBODY)
    assert begins(home.events) == {"object_seen", "person_seen"}
    home.events.clear()
    home.sees(*SOMEBODY, age_s=8.0)
    home.sees(*SOMEBODY, age_s=-30.0)
    home.sees(*SOMEBODY, frames=0)
    home.sees(("person", 1, 0.5))
    assert begins(home.events) == set() and home.events


def test_a_scene_from_the_future_is_not_what_is_seen_now() -> None:
    home = Watched()
    assert home.sees(*SOMEBODY).fresh
    assert not home.sees(*SOMEBODY, age_s=-SCENE_S - 1.0).fresh
    assert not home.sees(*SOMEBODY, age_s=SCENE_S + 1.0).fresh


def test_a_black_picture_is_no_empty_room(catalogue, world) -> None:
    """It was answered that nobody is seen, which is another thing than that nothing is."""
    dark = Watched().sees(frames=0, words="I cannot see: the picture is black.")
    assert dark == Seen(False, "I cannot see: the picture is black.", {})
    told = people(WorldView(catalogue, world, NOW_S, seen=dark), replies("en"))
    assert told == replies("en").say("answers.blind")
