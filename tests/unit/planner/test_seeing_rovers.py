# SPDX-License-Identifier: Apache-2.0
"""From words to the goal of a rover that sees, and from its outcome back to words, in the language that was spoken."""

import pytest

from tektra.planner.plans.plan import StepStatus

from .conftest import actor


@pytest.fixture
def seeing(home):
    rover = actor("rover1", "rover", "base", "sight")
    home.manager.catalogue = home.manager.catalogue.with_actor(rover)
    return home


@pytest.mark.parametrize(
    "words, goal, done",
    [
        (
            "rover1, find the red cube",
            ("find", {"thing": "red cube"}),
            "rover1 found a red cube at (5.00, 5.00) in the hall.",
        ),
        (
            "find my cup in the kitchen, rover1",
            ("find", {"thing": "cup", "place": "kitchen"}),
            "rover1 found a cup at (5.00, 5.00) in the hall.",
        ),
        (
            "rover1, such die Tasse in der Küche",
            ("find", {"thing": "cup", "place": "kitchen"}),
            "rover1: Tasse gefunden bei (5,00; 5,00): Flur.",
        ),
        (
            "rover1, cherche la bouteille",
            ("find", {"thing": "bottle"}),
            "rover1: trouvé à (5,00 ; 5,00) : bouteille, couloir.",
        ),
    ],
)
def test_what_was_found_is_said(seeing, words: str, goal: tuple[str, dict[str, str]], done: str) -> None:
    seeing.say(words)
    assert seeing.driven == [("rover1", *goal)]
    ((request_id, step),) = seeing.out.sent
    message = f"found a {goal[1]['thing']} at (5.00, 5.00) in the hall"
    seeing.manager.ended(request_id, step.id, StepStatus.SUCCEEDED, message, now_s=seeing.now_s)
    assert seeing.out.announced[-1] == done


def test_what_was_not_seen_is_said_with_where_it_was_looked(seeing) -> None:
    seeing.say("rover1, find the blue cube")
    ((request_id, step),) = seeing.out.sent
    message = "saw no blue cube; looked round at the kitchen and the hall"
    seeing.manager.ended(request_id, step.id, StepStatus.FAILED, message, now_s=seeing.now_s)
    assert seeing.out.announced[-1] == f"rover1 did not find: {message}."


@pytest.mark.parametrize(
    "words, skill",
    [("rover1, come to me", "come_to"), ("follow me, rover1", "follow"), ("rover1, komm her", "come_to")],
)
def test_to_come_and_to_follow_are_sent_to_the_rover(seeing, words: str, skill: str) -> None:
    seeing.say(words)
    assert seeing.driven == [("rover1", skill, {"person": "me"})]


@pytest.mark.parametrize(
    "words",
    [
        "stop following me",
        "cancel that",
        "rover1, stop following",
        "hör auf, mir zu folgen",
        "arrête de me suivre",
        "deja de seguirme",
        "smetti di seguirmi",
    ],
)
def test_following_ends_when_it_is_told_to(seeing, words: str) -> None:
    seeing.say("rover1, follow me")
    seeing.say(words)
    assert seeing.out.canceled or seeing.out.stops


def test_a_rover_without_a_camera_is_not_sent(seeing) -> None:
    seeing.say("rover2, find the red cube")
    assert seeing.driven == []
