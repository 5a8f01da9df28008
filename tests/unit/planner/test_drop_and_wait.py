# SPDX-License-Identifier: Apache-2.0
""" "Drop it" where something is held, and "wait, no" where nothing moves."""

import pytest


def test_who_holds_something_and_has_nothing_to_do_drops_it(home):
    home.say("pick up the red cube")
    home.end()
    home.say("drop it arm1")
    assert home.driven[-1] == ("arm1", "open_gripper", {})


def test_what_is_under_way_is_canceled_by_the_same_words(home):
    home.say("pick up the red cube")
    home.say("drop it arm1")
    assert [skill for _, skill, _ in home.driven] == ["grasp"]
    assert home.out.canceled


def test_another_robot_goes_on_while_one_that_is_named_drops_what_it_holds(home):
    home.say("pick up the red cube")
    home.end()
    home.say("rover1 go to the kitchen")
    home.say("drop it arm1")
    assert home.driven[-1] == ("arm1", "open_gripper", {}) and not home.out.canceled


def test_unnamed_it_cancels_what_is_under_way(home):
    home.say("pick up the red cube")
    home.end()
    home.say("rover1 go to the kitchen")
    home.say("drop it")
    assert home.driven[-1][0] == "rover1" and home.out.canceled


def test_nobody_who_holds_nothing_drops_it(home):
    assert home.say("drop it arm1") == "Nothing is under way."
    assert not home.driven


@pytest.mark.parametrize(
    "words", ["rover1 to the kitchen. wait no. the hall.", "rover1 in die Küche. Nein warte. In den Flur."]
)
def test_a_goal_put_right_in_another_sentence_stops_nothing_while_nothing_moves(home, words):
    home.say(words)
    assert home.out.stops == 0
    assert home.driven == [("rover1", "navigate_to", {"place": "hall"})]


def test_the_same_stops_while_something_moves(home):
    home.say("rover2 turn left")
    home.say("rover1 turn left. wait no. rover1 turn right.")
    assert home.out.stops == 1


@pytest.mark.parametrize(
    "words", ["rover2 to the kitchen. wait no. the hall.", "rover1 to the office. No wait. The hall."]
)
def test_a_wait_of_its_own_puts_nothing_right_that_is_under_way(home, words):
    home.say("rover1 go to the kitchen")
    home.say(words)
    assert home.out.stops == 1


@pytest.mark.parametrize(
    "words",
    ["wait, not the hall, the lounge", "warte, nicht in den Flur, ins Wohnzimmer", "attends, pas le couloir, le salon", "aspetta, non in corridoio, in salotto"],
)  # fmt: skip
def test_a_wait_before_what_is_denied_puts_the_last_goal_right(home, words):
    home.say("rover1 go to the hall")
    home.end()
    home.say(words)
    assert home.out.stops == 0
    assert home.driven[-1] == ("rover1", "navigate_to", {"place": "living_room"})


@pytest.mark.parametrize(
    "words",
    [
        "wait, not the hall, there is a child",
        "wait, not you",
        "wait, not the hall",
        "wait, not the hall, the lounge",
    ],
)
def test_else_it_stops(home, words):
    assert home.say(words) and home.out.stops == 1
