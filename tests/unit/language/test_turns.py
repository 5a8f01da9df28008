# SPDX-License-Identifier: Apache-2.0
"""What words tell of whose turn it is, in five languages."""

import pytest

from tektra.language.turns import Turn, goes_on_from, is_backchannel, joined, turn_of


@pytest.mark.parametrize(
    "text",
    [
        "Rover one, go to the",
        "Rover one, go to the.",
        "Go to the kitchen and",
        "Take the red cube,",
        "I would like you to...",
        "Rover zwei, fahr in die",
        "Nimm den Würfel und dann",
        "Va dans la",
        "Rover uno, ve a la",
        "Vai in cucina e poi",
        "Pick up the",
        "Bring me",
        "When you are in the kitchen.",
        "Wenn du in der Küche bist.",
    ],
)
def test_a_sentence_that_calls_for_more_goes_on(text: str) -> None:
    """pipecat#5814: a pause at a comma ended the turn."""
    assert turn_of(text) is Turn.OPEN


@pytest.mark.parametrize(
    "text",
    [
        "What do you see?",
        "Yes.",
        "No, thanks.",
        "Was siehst du?",
        "Oui.",
        "¿Qué ves?",
        "Che cosa vedi?",
        "Where is rover one",
    ],
)
def test_a_question_or_an_answer_is_over(text: str) -> None:
    assert turn_of(text) is Turn.OVER


@pytest.mark.parametrize(
    "text",
    [
        "Go to the kitchen.",
        "Turn around.",
        "Follow her.",
        "Go on with it.",
        "Halt an!",
        "Mach das Licht aus.",
        "Para.",
        "",
        "Where were you yesterday and the day before when I looked for the keys of the car?",
    ],
)
def test_an_order_may_go_on(text: str) -> None:
    assert turn_of(text) is not Turn.OPEN


@pytest.mark.parametrize(
    "text",
    [
        "Mm-hm.",
        "mhm",
        "Uh-huh",
        "Yeah.",
        "Okay, right.",
        "Oh wow!",
        "I see.",
        "Ja, ja.",
        "Ach so.",
        "D'accord.",
        "Claro.",
        "Certo, certo.",
    ],
)
def test_who_only_listens_does_not_take_the_turn(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "Yeah, but the other one.",
        "No.",
        "No, the office.",
        "Okay stop.",
        "Ja, aber nicht jetzt.",
        "Wait.",
        "Oui, mais non.",
        "",
    ],
)
def test_whoever_objects_does(text: str) -> None:
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "Go to the kitchen.",
        "Rover one, turn left.",
        "Fahr in die Küche.",
        "Va à la cuisine.",
        "Ve a la cocina.",
        "Vai in cucina.",
    ],
)
def test_an_order_with_all_that_it_needs_is_whole(text: str) -> None:
    assert turn_of(text) is Turn.WHOLE


@pytest.mark.parametrize(
    ("earlier", "text", "whole"),
    [
        ("Go to the kitchen.", "And then to the office.", "Go to the kitchen and then to the office."),
        ("Drive two meters.", "Forward.", "Drive two meters forward."),
        ("Rover one, go to the...", "Kitchen.", "Rover one, go to the Kitchen."),
        ("Fahr in die Küche.", "Und dann ins Büro.", "Fahr in die Küche und dann ins Büro."),
    ],
)
def test_the_rest_of_a_sentence_is_joined_to_it(earlier: str, text: str, whole: str) -> None:
    assert goes_on_from(text, earlier)
    assert joined(earlier, text) == whole


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ("Go to the kitchen.", "Rover two, turn left."),
        ("Go to the kitchen.", "What do you see?"),
        ("Go to the kitchen.", "Yes."),
        ("Go to the kitchen.", "Mm-hm."),
        ("Yes.", "And what do you see?"),
        ("What do you see?", "The kitchen."),
        ("Go to the kitchen.", ""),
    ],
)
def test_what_is_said_for_itself_is_not(earlier: str, text: str) -> None:
    assert not goes_on_from(text, earlier)


@pytest.mark.parametrize(
    ("earlier", "text", "goes_on"),
    [
        ("gira a sinistra", "di novanta gradi", True),
        ("turn left", "by ninety degrees", True),
        ("tourne à gauche", "de quatre-vingt-dix degrés", True),
        ("fahr zwei Meter", "aber langsam", True),
        ("vai in cucina", "di' ciao a Anna", False),
        ("fahr in die Küche", "wie spät ist es?", False),
    ],
)
def test_how_much_or_how_is_the_rest_of_an_order(earlier: str, text: str, goes_on: bool) -> None:
    assert goes_on_from(text, earlier) is goes_on
