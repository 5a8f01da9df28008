# SPDX-License-Identifier: Apache-2.0
"""A robot that somebody holds by a lease moves for nobody else, however it is said."""

import pytest

from tektra.planner.conversation.request import Role
from tektra.planner.plans.plan import StepStatus


def hold(home, **holders):
    home.manager.permissions.holds.heard(holders, home.now_s)
    home.manager.holds_changed(home.now_s)


def test_who_holds_it_has_it_driven_and_others_are_refused_in_words(home):
    hold(home, rover1="anna")
    said = home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert "anna holds it" in said
    assert home.driven == []
    home.say("rover1, go to the kitchen", person="anna", role=Role.OPERATOR)
    assert [who for who, *_ in home.driven] == ["rover1"]


@pytest.mark.parametrize("person", ["ben", "", "Anna", "anna "])
def test_a_name_that_is_only_like_the_holders_moves_nothing(home, person):
    hold(home, rover1="anna")
    home.say("rover1, go to the kitchen", person=person, role=Role.OPERATOR)
    assert home.driven == []


def test_robots_that_nobody_holds_move_as_before(home):
    hold(home, rover1="anna")
    home.say("rover2, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert [who for who, *_ in home.driven] == ["rover2"]


@pytest.mark.parametrize(("words", "told"), [
    ("rover1, fahr in die Küche", "anna hat ihn"), ("rover1, va a la cocina", "lo tiene anna"),
    ("rover1, vai in cucina", "lo tiene anna"), ("rover1, va dans la cuisine", "demande à anna"),
])  # fmt: skip
def test_the_reason_is_told_in_the_language_of_the_order(home, words, told):
    hold(home, rover1="anna")
    assert told in home.say(words, person="ben", role=Role.OPERATOR)


def test_who_takes_a_robot_ends_what_it_does_for_somebody_else(home):
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    (going,) = home.out.sent
    hold(home, rover1="anna")
    assert home.out.canceled == [(going[0], going[1].id)]


def test_who_takes_a_robot_does_not_end_what_it_does_for_him(home):
    home.say("rover1, go to the kitchen", person="anna", role=Role.OPERATOR)
    hold(home, rover1="anna")
    assert home.out.canceled == []


def test_a_step_that_waits_for_another_robot_is_ended_too(home):
    home.say("rover2, go to the hall, then rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert [who for who, *_ in home.driven] == ["rover2"]
    hold(home, rover1="anna")
    home.end(StepStatus.CANCELED)
    assert [who for who, *_ in home.driven] == ["rover2"]


def test_a_held_robot_takes_over_from_no_lost_one(home):
    home.say("send a robot to the kitchen", person="ben", role=Role.OPERATOR)
    ((robot, *_),) = home.driven
    hold(home, **{"rover2" if robot == "rover1" else "rover1": "anna"})
    home.manager.robot_gone(robot, home.now_s)
    assert len(home.driven) == 1


def test_an_order_for_later_is_refused_when_it_comes_due(home):
    home.say("in five minutes rover1 goes to the kitchen", person="ben", role=Role.OPERATOR)
    home.later(299.0)
    hold(home, rover1="anna")
    home.later(1.5)
    assert home.driven == []


def test_what_nobody_said_again_holds_nothing(home):
    hold(home, rover1="anna")
    home.later(3.5)
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert len(home.driven) == 1


def test_an_older_word_is_no_news(home):
    hold(home, rover1="anna")
    home.manager.permissions.holds.heard({}, home.now_s - 1.0)
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert home.driven == []


def drive(home, robot, nodes):
    home.manager.permissions.holds.driven(robot, nodes, home.now_s)
    home.manager.holds_changed(home.now_s)


def test_after_a_clock_was_set_back_who_holds_a_robot_is_known_at_once(home):
    hold(home, rover1="anna")
    home.now_s -= 3600.0
    hold(home, rover1="anna")
    assert "anna holds it" in home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert home.driven == []


def test_a_robot_that_a_node_drives_by_velocities_is_left_to_it_until_they_cease(home):
    drive(home, "rover1", "/teleop_twist_keyboard")
    said = home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert "/teleop_twist_keyboard" in said and home.driven == []
    hold(home, rover2="anna")  # another word of the gateways takes nothing back
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert home.driven == []
    drive(home, "rover1", "")
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert [who for who, *_ in home.driven] == ["rover1"]


def test_a_node_that_is_named_like_a_person_is_not_that_person(home):
    drive(home, "rover1", "ben")
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert home.driven == []


def test_a_node_of_which_nothing_is_told_any_more_holds_nothing(home):
    drive(home, "rover1", "/teleop")
    home.now_s += 3.1
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    assert [who for who, *_ in home.driven] == ["rover1"]


def test_a_plan_for_a_robot_that_a_node_takes_ends(home):
    home.say("rover1, go to the kitchen", person="ben", role=Role.OPERATOR)
    (going,) = home.out.sent
    drive(home, "rover1", "/teleop")
    assert home.out.canceled == [(going[0], going[1].id)]


@pytest.mark.parametrize(("words", "told"), [
    ("rover1, fahr in die Küche", "steuert ihn"), ("rover1, va a la cocina", "lo conduce"),
    ("rover1, vai in cucina", "lo guida"), ("rover1, va dans la cuisine", "le conduit"),
])  # fmt: skip
def test_that_a_node_drives_it_is_told_in_the_language_of_the_order(home, words, told):
    drive(home, "rover1", "/teleop")
    assert told in home.say(words, person="ben", role=Role.OPERATOR)
