# SPDX-License-Identifier: Apache-2.0
""" "... and come back": to where it stands when that is said, and not to where it came from before that."""

from dataclasses import replace

import pytest

from tektra.planner.conversation.memory import ConversationMemory
from tektra.planner.understanding.pointed import settled
from tektra.planner.understanding.reading import ReadStep
from tektra.planner.understanding.scene import Memory

EARLIER = Memory(("rover1",), ("kitchen",), came_from={"rover1": "hall", "rover2": "hall"})


@pytest.fixture
def known(scene):
    return replace(scene, memory=EARLIER, stands={"rover1": "kitchen", "rover2": (2.5, -1.0)})


def steps(read, scene, words: str) -> list[tuple[str, str, dict[str, object]]]:
    reading = settled(read(words, scene), scene)
    assert reading.carried_out, (reading.act, reading.doubts, reading.refusals)
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the office and come back",
        "rover1 fahr ins Büro und komm zurück",
        "rover1 va au bureau et reviens",
        "rover1 ve a la oficina y vuelve",
        "rover1 vai in ufficio e torna indietro",
    ],
)
def test_it_comes_back_to_where_it_stands_now(read, known, words: str) -> None:
    office, kitchen = ({"place": place} for place in ("office", "kitchen"))
    assert steps(read, known, words) == [
        ("rover1", "navigate_to", office),
        ("rover1", "navigate_to", kitchen),
    ]


def test_a_spot_without_a_name_is_come_back_to_by_its_coordinates(read, known) -> None:
    assert steps(read, known, "rover2 go to the office and come back")[1] == (
        "rover2", "navigate_to", {"x": 2.5, "y": -1.0},
    )  # fmt: skip
    after_a_drive = steps(read, known, "rover2 move one metre forward, then come back")
    assert after_a_drive[1] == ("rover2", "navigate_to", {"x": 2.5, "y": -1.0})


def test_without_a_drive_before_it_goes_where_it_came_from(read, known) -> None:
    assert steps(read, known, "rover1 come back") == [("rover1", "navigate_to", {"place": "hall"})]


def test_where_nobody_knows_where_it_stands_it_is_asked(read, scene) -> None:
    lost = replace(scene, memory=EARLIER)
    reading = settled(read("rover1 go to the office and come back", lost), lost)
    assert [doubt.kind for doubt in reading.doubts] == ["place"]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go back a little",
        "rover1 drive back a bit",
        "too far, come back a little",
        "rover1 fahr ein bisschen zurück",
        "das war zu weit, komm ein kleines Stück zurück",
        "rover1 reviens un peu",
        "trop loin, reviens un peu en arrière",
        "rover1 vuelve un poco",
        "demasiado lejos, vuelve un poco atrás",
        "rover1 torna un po' indietro",
        "troppo lontano, torna un po'",
    ],
)
def test_a_little_back_is_a_length_and_no_way_home(read, known, words: str) -> None:
    assert steps(read, known, words) == [("rover1", "move", {"distance_m": -0.2})]


@pytest.mark.parametrize("words", ["rover1 reverse a metre forwards", "rover1 recule en avant d'un mètre"])
def test_what_says_two_directions_is_not_carried_out(read, known, words: str) -> None:
    assert not read(words, known).carried_out


@pytest.mark.parametrize(("corrects", "back_to"), [(True, "dock1"), (False, "office")])
def test_where_an_order_that_was_put_right_led_to_is_not_where_it_came_from(
    corrects: bool, back_to: str
) -> None:
    """ "rover1 to the office. No, the kitchen. And come back." """
    memory = ConversationMemory()
    memory.ordered([ReadStep(1, "rover1", "navigate_to", {"place": "office"})], {"rover1": "dock1"})
    kitchen = [ReadStep(1, "rover1", "navigate_to", {"place": "kitchen"})]
    memory.ordered(kitchen, {"rover1": "office"}, corrects=corrects)
    assert memory.as_read(0.0).came_from["rover1"] == back_to
