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
