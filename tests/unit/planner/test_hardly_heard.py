# SPDX-License-Identifier: Apache-2.0
"""An order that may have been misheard moves nothing before somebody agreed; what stops, stops at once."""

import math

import pytest

from tektra.common.doubt import UNSURE_BELOW
from tektra.planner.interface.intake import Intake
from tektra.planner.plans.plan import StepStatus


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the hall",
        "drive rover2 two meters ahead",
        "rover1, fahr in die Küche",
        "arm1, open the gripper",
        "rover1 go to the kitchen and then to the hall",
    ],
)
def test_an_order_that_was_hardly_heard_is_asked_about_and_done_after_a_yes(home, words: str) -> None:
    reply = home.say(words, unsure=True)
    assert reply.endswith("?") and home.driven == []
    home.say("yes", unsure=True)
    assert len(home.driven) == 1


def test_after_a_no_it_is_not_done(home) -> None:
    home.say("rover1 go to the hall", unsure=True)
    home.say("no", unsure=True)
    assert home.driven == []


def test_what_is_put_right_is_asked_about_again_if_it_was_hardly_heard(home) -> None:
    home.say("rover1 go to the hall", unsure=True)
    reply = home.say("no, rover2", unsure=True)
    assert "rover2" in reply and home.driven == []
    home.say("yes")
    assert [who for who, *_ in home.driven] == ["rover2"]


def test_which_one_was_meant_is_asked_about_again_if_the_answer_was_hardly_heard(home) -> None:
    assert "Which one" in home.say("arm1, grasp the cube")
    assert home.say("the blue one", unsure=True).endswith("?")
    assert home.driven == []
    home.say("yes", unsure=True)
    assert [arguments["object"] for *_, arguments in home.driven] == ["blue_cube"]


def test_a_correction_that_was_hardly_heard_ends_what_was_under_way_and_asks(home) -> None:
    home.say("rover1 go to the hall")
    home.say("no, to the kitchen", unsure=True)
    assert len(home.driven) == 1 and len(home.out.canceled) == 1
    home.end(StepStatus.CANCELED)
    home.say("yes")
    assert home.driven[-1][2]["place"] == "kitchen"


def test_a_lasting_order_that_was_hardly_heard_is_to_be_said_again(home) -> None:
    reply = home.say("in ten seconds rover1 go to the hall", unsure=True)
    assert "once more" in reply
    home.later(20.0)
    assert home.driven == []


@pytest.mark.parametrize("words", ["stop", "rover1 stop", "cancel that"])
def test_what_ends_motion_is_not_asked_about(home, words: str) -> None:
    home.say("rover1 go to the hall")
    home.say(words, unsure=True)
    assert home.out.stops or home.out.canceled


def test_talk_that_was_hardly_heard_is_answered(home) -> None:
    assert "rover1" in home.say("which robots are here?", unsure=True)


@pytest.mark.parametrize(
    ("source", "confidence", "unsure"),
    [
        ("voice", 1.0, False),
        ("voice", UNSURE_BELOW, False),
        ("voice", UNSURE_BELOW - 0.01, True),
        ("voice", 0.0, True),
        ("voice", math.nan, True),
        ("text", 0.0, False),
    ],
)
def test_only_a_voice_is_hardly_heard(home, source: str, confidence: float, unsure: bool) -> None:
    class Effects:
        def begin(self, request) -> None:
            asked.append(request)

    asked: list = []
    intake = Intake(home.manager, Effects(), home.talk, now_s=lambda: home.now_s, active=lambda: True)
    intake.heard("rover1 go to the hall", source, "", "", "", confidence)
    assert asked[0].unsure is unsure
    assert bool(home.driven) is not unsure


@pytest.mark.parametrize(
    ("words", "robot", "angle_deg"),
    [
        ("rover two turn left", "rover2", 90.0),
        ("Rover two turn right by 30 degrees.", "rover2", -30.0),
        ("rover one turn left", "rover1", 90.0),
        ("rover1 make two turns to the left", "rover1", 720.0),
        ("rover1 do two turns", "rover1", 720.0),
    ],
)
def test_a_recogniser_that_hears_no_pause_makes_no_turns_of_a_robot_s_number(
    home, words: str, robot: str, angle_deg: float
) -> None:
    home.say(words)
    assert home.driven == [(robot, "turn", {"angle_deg": angle_deg})]


LEFT = {
    "en": "rover2 turn left by nineteen degrees",
    "de": "rover2, dreh dich um neunzehn Grad nach links",
    "fr": "rover2, tourne à gauche de seize degrés",
    "es": "rover2, gira a la izquierda sesenta grados",
    "it": "rover2, gira a sinistra di sessanta gradi",
}


@pytest.mark.parametrize(
    ("language", "words", "angle_deg"),
    [
        ("en", "Not nineteen, ninety.", 90.0),
        ("en", "nineteen? no, ninety", 90.0),
        ("en", "ninety, not nineteen", 90.0),
        ("de", "nicht neunzehn, neunzig", 90.0),
        ("fr", "pas seize, treize", 13.0),
        ("es", "no sesenta, setenta", 70.0),
        ("it", "non sessanta, settanta", 70.0),
    ],
)
def test_another_number_in_place_of_the_one_asked_about_is_what_is_done(
    home, language: str, words: str, angle_deg: float
) -> None:
    home.say(LEFT[language], unsure=True)
    home.say(words)
    assert home.driven == [("rover2", "turn", {"angle_deg": angle_deg})]


@pytest.mark.parametrize(
    ("language", "words", "told"),
    [
        ("en", "ninety", "90"), ("en", "ninety degrees", "90"), ("en", "by ninety", "90"), ("en", "yes, ninety", "90"),
        ("en", "nineteen", "19"), ("de", "neunzig", "90"), ("fr", "treize", "13"), ("es", "setenta", "70"), ("it", "settanta", "70"),
        ("en", "to the right", "right"), ("en", "right", "right"), ("en", "yes, right", "right"), ("en", "rover1", "rover1"),
        ("de", "nach rechts", "rechts"), ("fr", "à droite", "droite"), ("es", "a la derecha", "derecha"), ("it", "a destra", "destra"),
    ],
)  # fmt: skip
def test_a_mere_value_that_follows_the_question_is_asked_about_in_its_place(
    home, language: str, words: str, told: str
) -> None:
    home.say(LEFT[language], unsure=True)
    reply = home.say(words)
    assert home.driven == [] and reply.endswith("?") and told in reply
    home.say("yes")
    assert len(home.driven) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "not nineteen"), ("en", "No, not nineteen."), ("en", "not ninety"), ("en", "not left"), ("en", "not rover2"),
        ("de", "nicht neunzehn"), ("fr", "pas seize"), ("es", "no sesenta"), ("it", "non sessanta"),
    ],
)  # fmt: skip
def test_what_is_only_denied_is_not_done(home, language: str, words: str) -> None:
    home.say(LEFT[language], unsure=True)
    reply = home.say(words)
    assert home.driven == [] and not reply.endswith("?") and home.manager.mind.asked("", home.now_s) is None


def test_right_agrees_to_what_does_not_turn_and_to_a_turn_to_the_right(home) -> None:
    home.say("rover1 go to the hall", unsure=True)
    home.say("right")
    home.say("rover2 turn right by nineteen degrees", unsure=True)
    home.say("yes, right")
    assert [skill for _, skill, _ in home.driven] == ["navigate_to", "turn"]
    assert home.driven[-1][2] == {"angle_deg": -19.0}


def test_yes_with_what_was_asked_about_is_a_yes_and_with_something_else_a_question(home) -> None:
    home.say("rover1 go to the hall", unsure=True)
    assert "kitchen" in home.say("yes, the kitchen")
    home.say("yes, the kitchen")
    assert [arguments["place"] for *_, arguments in home.driven] == ["kitchen"]
