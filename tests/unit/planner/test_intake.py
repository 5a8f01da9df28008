# SPDX-License-Identifier: Apache-2.0
"""What is said on a topic becomes a request; a spoken sentence that goes on takes the place of its beginning."""

from types import SimpleNamespace

import pytest

from tektra.planner.interface.intake import WENT_ON_S, Intake


class Dialogue:
    """Writes down what it is asked, and what is taken back."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.ids: list[str] = []
        self.canceled: list[str] = []
        self.safety = SimpleNamespace(epoch=1)
        self.catalogue = SimpleNamespace(robots=())

    def ask(self, request, now_s) -> None:
        self.asked.append(request.words)
        self.ids.append(request.request_id)

    def cancel(self, request_id, reason, now_s) -> None:
        self.canceled.append(request_id)


@pytest.fixture
def clock() -> list[float]:
    return [100.0]


@pytest.fixture
def dialogue() -> Dialogue:
    return Dialogue()


@pytest.fixture
def intake(dialogue: Dialogue, clock: list[float]) -> Intake:
    conversations = SimpleNamespace(conversation_for=lambda *_, **__: "c", earlier_words=lambda _: ())
    effects = SimpleNamespace(begin=lambda request: None)
    return Intake(dialogue, effects, conversations, now_s=lambda: clock[0], active=lambda: True)


def test_a_sentence_that_went_on_takes_the_place_of_its_beginning(intake: Intake, dialogue: Dialogue) -> None:
    intake.heard("Go to the kitchen.", "voice", "", "", "")
    intake.heard("Go to the kitchen and then to the office.", "voice", "", "", "")
    assert dialogue.canceled == dialogue.ids[:1]
    assert dialogue.asked == ["Go to the kitchen.", "Go to the kitchen and then to the office."]


@pytest.mark.parametrize(
    ("words", "source", "later_s"),
    [
        ("Go to the office.", "voice", 0.0),
        ("Go to the kitchen.", "voice", 0.0),
        ("Go to the kitchens and look.", "voice", 0.0),
        ("Go to the kitchen and then to the office.", "text", 0.0),
        ("Go to the kitchen and then to the office.", "voice", WENT_ON_S + 1.0),
    ],
)
def test_everything_else_leaves_it_as_it_is(
    intake: Intake, dialogue: Dialogue, clock: list[float], words: str, source: str, later_s: float
) -> None:
    intake.heard("Go to the kitchen.", "voice", "", "", "")
    clock[0] += later_s
    intake.heard(words, source, "", "", "")
    assert dialogue.canceled == []


def test_nobody_takes_back_what_another_person_said(intake: Intake, dialogue: Dialogue) -> None:
    intake.heard("Go to the kitchen.", "voice", "", "Ada", "operator")
    intake.heard("Go to the kitchen and then to the office.", "voice", "", "", "")
    assert dialogue.canceled == []
