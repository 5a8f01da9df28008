# SPDX-License-Identifier: Apache-2.0
"""What is said of plans while others overtake them, of which a part has failed, and of robots without a link."""

import math

import pytest

from tektra.common.world import World
from tektra.planner.plans.plan import StepStatus
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.world_view import WorldView


@pytest.mark.parametrize(
    ("first", "second", "asks", "not_yet"),
    [
        ("rover1 go to the kitchen", "rover1 go to the hall", "is it there yet?", "Not yet: rover1 goes to the hall."),
        ("rover1 fahr in die Küche", "rover1 fahr in den Flur", "ist er schon da?", "Noch nicht: rover1 fährt in den Flur."),
    ],
)  # fmt: skip
def test_what_was_overtaken_is_not_under_way_while_it_ends(home, first, second, asks, not_yet) -> None:
    home.say(first)
    home.say(second)  # the first was told to end, and has not yet
    assert home.say(asks) == not_yet


def test_of_two_the_one_that_failed_is_not_told_to_be_under_way(home) -> None:
    home.say("both rovers to the kitchen")
    request_id, step = home.out.sent[0]
    home.manager.ended(request_id, step.id, StepStatus.FAILED, "a wheel is stuck", now_s=home.now_s)
    assert home.say("did that work?") == (
        "Under way: rover2 goes to the kitchen. Not done: rover1 goes to the kitchen. a wheel is stuck."
    )


def test_of_two_the_one_that_is_there_is_told_to_be_done(home) -> None:
    home.say("both rovers to the kitchen")
    request_id, step = home.out.sent[0]
    home.manager.ended(request_id, step.id, StepStatus.SUCCEEDED, "", now_s=home.now_s)
    assert (
        home.say("did that work?")
        == "Under way: rover2 goes to the kitchen. Done: rover1 goes to the kitchen."
    )


@pytest.mark.parametrize("words", ["is it there yet?", "ist er schon da?", "il est arrivé ?", "¿ya llegó?"])
def test_where_nothing_was_spoken_of_it_is_nobody_and_no_people_are_counted(home, words) -> None:
    assert "1" not in home.say(words) and "people" not in home.say(words)


def test_of_a_robot_without_a_link_nobody_knows_where_it_is(world: World, catalogue: Catalogue) -> None:
    told = RobotNow(9.9, connected=False, moving=True, localized=True, x_m=1.2, y_m=4.4, battery=0.9)
    state = WorldView(catalogue, world, 10.0, robots={"rover1": told}).state("rover1")
    assert state is not None and not state.connected
    assert (state.localized, state.moving, math.isnan(state.battery)) == (False, False, True)
