# SPDX-License-Identifier: Apache-2.0
"""Orders as people type and speak them at home: without commas and apostrophes, with somebody else in place of who is denied."""

import pytest

from tektra.planner.understanding.reading import Act

GO = "navigate_to"


def told(found) -> list[tuple[str, str, object]]:
    assert found.act is Act.ORDER and found.whole and not found.doubts and not found.refusals, found
    return [(step.who, step.skill, next(iter(step.arguments.values()), None)) for step in found.steps]


@pytest.mark.parametrize(
    "words",
    [
        "don't send rover1 to the office, send rover2",
        "don't send rover1 to the office. Send rover2",
        "schick nicht rover1 ins Büro, schick rover2",
        "n'envoie pas rover1 au bureau, envoie rover2",
        "no mandes a rover1 a la oficina, manda a rover2",
        "non mandare rover1 in ufficio, manda rover2",
    ],
)
def test_somebody_else_is_told_what_is_denied_of_the_first(read, words: str) -> None:
    assert told(read(words)) == [("rover2", GO, "office")]


@pytest.mark.parametrize(
    "words",
    [
        "drive me to the kitchen",
        "rover1 take us to the office",
        "kannst du mich in die Küche fahren",
        "emmène-moi à la cuisine",
        "me llevas a la cocina",
        "portami in cucina",
        "hol mir den blauen Würfel",
        "va me chercher le cube rouge",
    ],
)
def test_no_robot_drives_off_or_takes_a_thing_where_a_person_is_to_be_moved_or_handed_it(read, words) -> None:
    found = read(words)
    assert not found.steps and [refusal.kind for refusal in found.refusals] == ["skill"]


@pytest.mark.parametrize(
    ("words", "who", "where"),
    [
        ("get me rover2 into the hall", "rover2", "hall"),
        ("fahr mir den rover1 mal ins Büro", "rover1", "office"),
        ("amène-moi rover1 dans la cuisine", "rover1", "kitchen"),
    ],
)
def test_a_robot_that_is_sent_as_a_favour_goes(read, words, who, where) -> None:
    assert told(read(words)) == [(who, GO, where)]


@pytest.mark.parametrize(
    "words",
    [
        "rover one to kitchen rover two to hall",
        "rover1 in die Küche rover2 in den Flur",
        "rover1 à la cuisine rover2 dans le couloir",
        "rover1 a la cocina rover2 al pasillo",
        "rover1 in cucina rover2 in corridoio",
    ],
)
def test_two_that_are_told_a_place_each_need_no_comma(read, words) -> None:
    assert told(read(words)) == [("rover1", GO, "kitchen"), ("rover2", GO, "hall")]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 wait in the hall for ten seconds",
        "rover1 warte zehn Sekunden im Flur",
        "rover1 attends dix secondes dans le couloir",
        "rover1 espera diez segundos en el pasillo",
        "rover1 aspetta dieci secondi in corridoio",
    ],
)
def test_who_is_to_wait_somewhere_for_so_long_goes_there_and_waits(read, words) -> None:
    found = read(words)
    assert told(found) == [("rover1", GO, "hall"), ("rover1", "wait", 10.0)]
    assert found.steps[1].after == (1,)


@pytest.mark.parametrize(
    ("words", "metres"),
    [
        ("ask rover2 to back off a bit say forty centimetres", -0.4),
        ("rover2 back a bit, say forty centimetres", -0.4),
        ("rover2 retrocede unos cuarenta centímetros", -0.4),
        ("rover2 retrocede un poco unos cuarenta centímetros", -0.4),
        ("potresti far indietreggiare un po' rover2 diciamo quaranta centimetri", -0.4),
        ("rover2 reverse out half a metre", -0.5),
    ],
)
def test_a_rough_amount_is_an_amount_and_keeps_its_way(read, words, metres) -> None:
    assert told(read(words)) == [("rover2", "move", metres)]


def test_what_mends_an_amount_takes_no_verb_back_that_was_not_read(read) -> None:
    """The verb of the first half was lost, and the robot went the other way."""
    found = read("could you shuffle retreat rover2 a bit no I mean forty centimetres")
    assert not (found.whole and any(step.arguments.get("distance_m", -1) > 0 for step in found.steps))


@pytest.mark.parametrize(
    ("words", "who", "where"),
    [
        ("id like rover1 to go to the kitchen", "rover1", "kitchen"),
        ("lets send rover1 to the hall", "rover1", "hall"),
        ("cest rover2 qui doit aller au bureau", "rover2", "office"),
        ("sil te plait rover1 va dabord au salon", "rover1", "living_room"),
        ("prima di tutto rover1 vai nellufficio", "rover1", "office"),
    ],
)
def test_an_apostrophe_that_nobody_typed_is_not_missed(read, words, who, where) -> None:
    assert told(read(words)) == [(who, GO, where)]


@pytest.mark.parametrize(
    "words",
    [
        "kann einer von euch in die Küche fahren",
        "einer von euch beiden fährt in die Küche",
        "one of you two should go to the kitchen",
        "l'un de vous deux va à la cuisine",
        "uno de vosotros dos vaya a la cocina",
        "uno di voi due vada in cucina",
    ],
)
def test_one_of_two_is_not_both(read, words) -> None:
    found = read(words)
    assert [step.skill for step in found.steps] == [GO]


@pytest.mark.parametrize(
    "words",
    [
        "leave the red one take the green one",
        "dont bother with the red cube just get the green one",
        "den roten kannst du liegen lassen nimm den grünen",
    ],
)
def test_what_may_be_left_lying_is_left(read, words) -> None:
    assert told(read(words)) == [("arm1", "grasp", "green_cube")]


@pytest.mark.parametrize(
    "words",
    ["der Arm soll den blauen loslassen", "lâche le cube bleu", "suelta el cubo azul", "molla il cubo blu"],
)
def test_a_thing_that_is_let_go_of_needs_no_place(read, words) -> None:
    assert [step.skill for step in read(words).steps] == ["open_gripper"]


def test_they_are_those_who_were_told_before_in_the_sentence(read) -> None:
    found = read("rover1 and rover2 go to the hall and then send them home")
    assert [(step.who, step.skill) for step in found.steps[2:]] == [("rover1", "dock"), ("rover2", "dock")]


def test_a_stop_on_the_way_comes_before_what_it_is_on_the_way_to(read) -> None:
    found = read("rover1 go to the office and stop by the kitchen on the way")
    assert told(found) == [("rover1", GO, "kitchen"), ("rover1", GO, "office")]
