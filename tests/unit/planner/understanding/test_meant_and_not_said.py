# SPDX-License-Identifier: Apache-2.0
"""What is meant and not said word by word: one hand, whole circles, a pause for thought, somebody who goes along."""

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading, Topic
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


@pytest.mark.parametrize(
    "words", ["if you see somebody, wave", "when somebody comes wave", "wave if somebody comes"]
)
def test_somebody_who_is_seen_is_not_who_waves(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [("arm1", "wave", {})])
    assert [condition.event for condition in reading.conditions] == ["person_seen"]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 to the hall but rover2 stays where it is",
        "rover1 in den Flur, rover2 bleibt, wo er ist",
        "rover1 in den Flur und rover2 bewegt sich nicht",
        "rover1 au couloir et rover2 reste où il est",
        "rover1 al pasillo y que rover2 se quede donde está",
        "rover1 in corridoio, rover2 resta dov'è",
        "rover1 in corridoio ma rover2 non si muove",
    ],
)
def test_who_stays_takes_nothing_from_another_order(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [("rover1", "navigate_to", {"place": "hall"})])


@pytest.mark.parametrize(
    "words",
    [
        "does rover1 have more battery than rover2",
        "is rover1's battery fuller than rover2's",
        "hat rover1 einen volleren Akku als rover2?",
        "rover1 est-il plus chargé que rover2",
        "tiene rover1 más batería que rover2",
        "rover1 ha più batteria di rover2?",
    ],
)
def test_the_batteries_of_both_are_compared(reader: Reader, scene: Scene, words: str) -> None:
    question = reader.read(words, scene).question
    assert question is not None
    assert (question.topic, question.about) == (Topic.BATTERY, ("rover1", "rover2"))


@pytest.mark.parametrize(
    "words",
    [
        "check whether somebody is in the kitchen",
        "see if anyone's in the bedroom",
        "va voir s'il y a quelqu'un dans la cuisine",
        "rover1 schau nach, ob jemand in der Küche ist",
        "ve a ver si hay alguien en la cocina",
        "vai a vedere se c'è qualcuno in cucina",
    ],
)
def test_nobody_who_cannot_look_for_people_is_sent(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.steps
    assert [(refusal.kind, refusal.name) for refusal in reading.refusals] == [("skill", "find")]


@pytest.mark.parametrize("words", ["check if rover2 is in the hall", "sieh nach, ob rover2 noch im Flur ist"])
def test_whether_a_robot_is_somewhere_is_a_question(reader: Reader, scene: Scene, words: str) -> None:
    question = reader.read(words, scene).question
    assert question is not None
    assert (question.topic, question.about) == (Topic.IS_THERE, ("rover2", "hall"))


@pytest.mark.parametrize(
    "words",
    [
        "could you have one of them check the bedroom, rover2 maybe",
        "one of the rovers, rover2, to the bedroom",
    ],
)
def test_any_of_them_and_one_by_name_is_that_one_or_a_question(
    reader: Reader, scene: Scene, words: str
) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out
    assert {who for who, _, _ in steps(reading)} <= {"rover2"}


@pytest.mark.parametrize("words", ["rover2 once round the table and back", "rover1 drive round the table"])
def test_round_a_thing_is_no_turn(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out
    assert all(skill != "turn" for _, skill, _ in steps(reading))


def test_what_is_told_before_an_order_is_no_part_of_it(reader: Reader, scene: Scene) -> None:
    reading = reader.read("the doorbell just rang, rover2 please drive to the hall", scene)
    assert (reading.carried_out, steps(reading)) == (True, [("rover2", "navigate_to", {"place": "hall"})])


@pytest.mark.parametrize(
    ("words", "sure"),
    [
        ("rover1 look at the kitchen, then rover1 to the hall please", False),
        ("rover1 guck zur Küche, dann rover1 in den Flur bitte", False),
        ("rover1 look at the kitchen, then rover2 at the hall", True),
        ("rover1 drive into the kitchen, then rover2 to the hall", True),
    ],
)
def test_a_verb_left_out_that_may_be_another_is_asked_about(
    reader: Reader, scene: Scene, words: str, sure: bool
) -> None:
    assert reader.read(words, scene).carried_out == sure
