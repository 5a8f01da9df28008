# SPDX-License-Identifier: Apache-2.0
"""What words tell of whose turn it is, in five languages."""

import pytest

from tektra.language.turns import Turn, is_backchannel, turn_of


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
    ],
)
def test_a_sentence_that_calls_for_more_goes_on(text: str) -> None:
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
