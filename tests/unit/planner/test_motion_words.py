# SPDX-License-Identifier: Apache-2.0
"""Plain orders of motion, and everything else."""

import pytest

from tektra.planner.conversation.motion_words import orders_motion
from tektra.planner.world.catalogue import Catalogue, tektra


@pytest.mark.parametrize(
    "words",
    [
        "go forward ten meters", "rover1 go to the kitchen while rover2 goes to the hall", "Rover one, turn left!",
        "could you send rover 2 over to the bedroom please", "hey tektra, both rovers come here", "arm1 wave",
        "open the gripper", "let rover1 roll ahead", "I want the arm to wave", "make rover2 rotate",
    ],
)  # fmt: skip
def test_these_are_orders(catalogue: Catalogue, words: str) -> None:
    assert orders_motion(words, catalogue)


@pytest.mark.parametrize(
    "words",
    [
        "", "how are you?", "what do you see?", "where can rover1 go?", "is rover1 in the kitchen?", "rover1",
        "tell me a joke about a rover that could not turn", "remember that the gripper is open", "say go",
        "who told you to move?", "thank you, well done", "wait two seconds", "look around", "did rover2 move?",
    ],
)  # fmt: skip
def test_these_are_for_the_model(catalogue: Catalogue, words: str) -> None:
    assert not orders_motion(words, catalogue)


def test_without_robots_nothing_is_an_order() -> None:
    assert not orders_motion("go ahead", Catalogue().with_actor(tektra("1")))
