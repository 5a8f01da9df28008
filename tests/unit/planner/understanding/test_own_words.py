# SPDX-License-Identifier: Apache-2.0
"""A robot of somebody else's, with words of its own: no line here knows what a mower is."""

import pytest

from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Scene

MOW = {
    "type": "object",
    "properties": {
        "minutes": {"type": "number", "minimum": 1, "maximum": 90},
        "height": {"type": "number", "x-tektra-meaning": "length", "x-tektra-unit": "millimetre"},
        "pattern": {
            "enum": ["rows", "spiral"],
            "x-tektra-words": {"en": {"rows": ["in rows", "up and down"], "spiral": ["in a spiral"]}},
        },
    },
    "required": ["minutes"],
    "x-tektra-sentences": {
        "en": [
            "(mow|cut) the (lawn|grass) [for {minutes}] [at {height}] [{pattern}]",
            "broken (template",
            "go to {place}",
        ]
    },
}


@pytest.fixture
def garden(scene: Scene) -> Scene:
    mower = KnownRobot("goat", "mower", (KnownSkill("mow_lawn", "Mows.", MOW),), {"en": ("billy",)})
    return Scene((*scene.robots[:-1], mower, scene.robots[-1]), scene.named)


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("mow the lawn for ten minutes", {"minutes": 10}),
        ("please cut the grass for half an hour", {"minutes": 30}),
        ("for ten minutes mow the lawn", {"minutes": 10}),
        ("billy, mow the lawn for 5 minutes in a spiral", {"minutes": 5, "pattern": "spiral"}),
        ("mow the lawn at 4 cm for an hour", {"minutes": 60, "height": 40}),
    ],
)
def test_its_sentences_are_read(read, garden: Scene, words: str, arguments: dict[str, object]) -> None:
    reading = read(words, garden)
    assert reading.carried_out
    assert [(step.who, step.skill, step.arguments) for step in reading.steps] == [
        ("goat", "mow_lawn", arguments)
    ]


def test_what_it_needs_is_asked_for(read, garden: Scene) -> None:
    reading = read("mow the lawn", garden)
    assert [(doubt.kind, doubt.part) for doubt in reading.doubts] == [("duration", "minutes")]


def test_it_does_not_take_the_words_of_others(read, garden: Scene) -> None:
    assert [step.who for step in read("go to the kitchen", garden).steps] == ["rover1"]


def test_another_robot_cannot_do_it(read, garden: Scene) -> None:
    assert [r.who for r in read("rover1 mow the lawn for ten minutes", garden).refusals] == ["rover1"]
