# SPDX-License-Identifier: Apache-2.0
"""What is no order leaves a model nothing to plan, so that its answer goes out as it is written."""

import pytest

from tektra.planner.conversation.request import Request
from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.scene import Scene


def may_plan(reader: Reader, scene: Scene, words: str) -> bool:
    return Request("r", "c", words, "test", 0.0, 0, reading=reader.read(words, scene)).may_plan


@pytest.mark.parametrize(
    "words",
    [
        "tell me a long story",
        "tell me about the sea",
        "let me know more about cats",
        "remind me of my childhood",
        "erzähl mir eine Geschichte",
        "sag mir, was du von Katzen hältst",
        "dimmi qualcosa sul mare",
        "tell us what you think of art",
        "say something nice about my wife",
        "sag uns, was du von Kunst hältst",
        "dis-moi ce que tu penses de la peinture",
        "dis quelque chose de gentil",
        "dime algo de ti",
        "di algo bonito",
    ],
)
def test_tell_me_is_talk(reader: Reader, scene: Scene, words: str) -> None:
    assert not may_plan(reader, scene, words)


@pytest.mark.parametrize("words", ["rover1 do something funny in the hall", "somehow get rover1 to the hall"])
def test_what_speaks_of_a_robot_may_be_one(reader: Reader, scene: Scene, words: str) -> None:
    assert may_plan(reader, scene, words)
