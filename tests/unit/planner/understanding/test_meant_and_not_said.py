# SPDX-License-Identifier: Apache-2.0
"""What is meant and not said word by word: one hand, whole circles, a pause for thought, somebody who goes along."""

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading
from tektra.planner.understanding.scene import Scene


def steps(reading: Reading) -> list[tuple[str, str, dict[str, object]]]:
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


def each(*colours: str, spot: str) -> list[tuple[str, str, dict[str, object]]]:
    taken = (
        (("arm1", "grasp", {"object": f"{colour}_cube"}), ("arm1", "place", {"spot": spot}))
        for colour in colours
    )
    return [step for both in taken for step in both]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("put the red one, then the blue one and then the green one all onto the tray", each("red", "blue", "green", spot="tray")),
        ("take the red one, then the blue one and put them all onto the tray", each("red", "blue", spot="tray")),
        ("arm1 put the red cube then the blue cube in the corner", each("red", "blue", spot="corner")),
        ("nimm den roten und den blauen Würfel und lege beide auf das Tablett", each("red", "blue", spot="tray")),
    ],
)  # fmt: skip
def test_one_hand_takes_and_puts_down_each_in_its_turn(
    reader: Reader, scene: Scene, words: str, expected: list[tuple[str, str, dict[str, object]]]
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, expected)
    assert all(step.after == ((step.id - 1,) if step.id > 1 else ()) for step in reading.steps)


@pytest.mark.parametrize(
    "words",
    [
        "pick up the red cube and the blue cube",
        "take the red cube, then wave, then take the blue cube",
        "pick up the red cube and the blue cube and put it on the tray",
    ],
)
def test_what_becomes_of_the_thing_in_the_hand_is_asked(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]


@pytest.mark.parametrize(
    ("words", "angle"),
    [
        ("spin rover1 twice to the left", 720),
        ("turn rover1 around three times to the right", -1080),
        ("rover1 twirl twice to the right", -720),
        ("rover1 dreh dich zweimal im Kreis nach rechts", -720),
        ("rover1 tourne deux fois sur toi-même vers la droite", -720),
        ("rover1 gira dos veces sobre ti mismo a la izquierda", 720),
        ("rover1 gira due volte su te stesso verso destra", -720),
        ("rover1 turn twice to the left", 180),
        ("rover1 spin to the left", 90),
    ],
)
def test_counted_circles_are_whole_ones(reader: Reader, scene: Scene, words: str, angle: float) -> None:
    reading = reader.read(words, scene)
    assert reading.carried_out
    assert sum(float(str(step.arguments["angle_deg"])) for step in reading.steps) == angle


@pytest.mark.parametrize(
    "words",
    [
        "go to the bed... to the office",
        "rover1 in die Küche... ins Büro",
        "rover1 à la cuisine… au bureau",
        "rover1 a la cocina... a la oficina",
        "rover1 in cucina... in ufficio",
    ],
)
def test_behind_a_pause_only_the_last_goal_is_asked_about(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]
    assert steps(reading) == [("rover1", "navigate_to", {"place": "office"})]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("rover1 to the kitchen... then to the office", 2),
        ("rover1 to the kitchen... rover2 to the office", 2),
        ("rover1 turn left... go forward one metre... turn right", 3),
        ("rover1... please... go to the kitchen", 1),
    ],
)
def test_a_pause_between_others_changes_nothing(
    reader: Reader, scene: Scene, words: str, expected: int
) -> None:
    reading = reader.read(words, scene)
    assert reading.carried_out and len(reading.steps) == expected


@pytest.mark.parametrize(
    "words",
    [
        "let's go home now darling",
        "let's all go to the kitchen",
        "lass uns in die Küche fahren",
        "allons à la cuisine",
        "vamos a la cocina",
        "andiamo a casa tesoro",
    ],
)
def test_who_goes_along_may_speak_to_no_robot(reader: Reader, scene: Scene, words: str) -> None:
    assert not reader.read(words, scene).carried_out


@pytest.mark.parametrize(
    "words", ["rover1, let's go to the kitchen", "rover2 andiamo in cucina", "let's open the gripper"]
)
def test_named_or_going_nowhere_it_is_an_order(reader: Reader, scene: Scene, words: str) -> None:
    assert reader.read(words, scene).carried_out


@pytest.mark.parametrize(
    "words",
    [
        "thanks a million",
        "thanks a lot",
        "mille mercis",
        "un millón de gracias",
        "infinite grazie",
        "vielen lieben Dank",
    ],
)
def test_no_number_of_thanks_is_a_robot(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.act, reading.whole, reading.talk) == (Act.TALK, True, "thanks")


@pytest.mark.parametrize(
    "words",
    [
        "when you see someone rover2 go to the kitchen",
        "if you see someone, rover2 goes to the kitchen",
        "when somebody comes rover2 go to the kitchen",
        "when someone comes in rover2 go to the kitchen",
    ],
)
def test_somebody_who_is_seen_is_no_second_robot(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [("rover2", "navigate_to", {"place": "kitchen"})])
    assert [condition.event for condition in reading.conditions] == ["person_seen"]
