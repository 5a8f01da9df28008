# SPDX-License-Identifier: Apache-2.0
"""Thumbs answer the question that waits, of the person whom it was put to, with the rights of whoever shows them; "go there" goes
where somebody points, for some seconds, and what is vague is asked about."""

import math
from types import SimpleNamespace

import pytest

from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.conversation.memory import PENDING_S
from tektra.planner.conversation.mind import Mind
from tektra.planner.interface.intake import Intake
from tektra.planner.understanding.reader import make_reader
from tektra.planner.world.pointing import FRESH_S
from tektra.planner.world.safety_state import SafetyState
from tests.unit.planner.test_dialogue_reads_first import GO, MEANT, SURE, Told

#: Variances of where somebody points, m².
STEADY = (0.04, 0.09)
LANGUAGES = ["en", "de", "es", "fr", "it"]


@pytest.fixture(scope="module")
def reader():
    return make_reader({"TEKTRA_HOME": "/nowhere"})


class House:
    """A dialogue with the real reader; times are s."""

    def __init__(self, reader, world, catalogue) -> None:
        self.told = Told()
        self.now_s = 100.0
        mind = Mind(world, reader)
        self.dialogue = DialogueManager(
            world, self.told, SafetyState(), max_steps=8, max_waiting=4, mind=mind
        )
        self.dialogue.catalogue = catalogue
        self.begun: list = []
        conversations = SimpleNamespace(
            conversation_for=lambda wanted, *_, **__: wanted or "new", earlier_words=lambda _: ()
        )
        effects = SimpleNamespace(begin=self.begun.append)
        self.intake = Intake(
            self.dialogue, effects, conversations, now_s=lambda: self.now_s, active=lambda: True
        )

    def ask(self, doubt=MEANT, *, whom="Ann", language="en", conversation="talk") -> None:
        memory = self.dialogue.mind.memory(conversation)
        memory.language = language
        memory.ask((GO,), (doubt,), "go to the kitchn", self.now_s, whom=whom)

    def show(self, sign: str, person="", role="", late="", since_s: float | None = None) -> None:
        """A second later, raised half a second before unless told."""
        self.now_s += 1.0
        self.dialogue.safety.heard(epoch=1, stopped=False, causes=[], robots={}, now_s=self.now_s)
        raised_s = self.now_s - 0.5 if since_s is None else since_s
        self.intake.heard(sign, "gesture", late, person, role, 1.0, raised_s)

    @property
    def sent(self) -> list[str]:
        return [sent[1] for sent in self.told.sent]


@pytest.fixture
def house(reader, world, catalogue) -> House:
    return House(reader, world, catalogue)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_thumb_up_is_yes_in_every_language_and_a_thumb_down_is_no(house: House, language: str) -> None:
    house.ask(language=language)
    house.show("refuse", "Ann", "operator")
    assert house.sent == []
    assert house.dialogue.mind.asked("Ann", house.now_s) is None, "the question is settled"
    house.show("agree", "Ann", "operator")
    assert house.sent == [], "it was settled"
    house.ask(language=language)
    house.show("agree", "Ann", "operator")
    assert house.sent == ["navigate_to"]
    assert [request.conversation_id for request in house.begun] == ["talk", "talk"]
    assert house.dialogue.mind.memory("talk").language in (language, "en")


def test_without_a_question_a_thumb_is_nothing(house: House) -> None:
    house.show("agree", "Ann", "operator")
    house.show("refuse", "Ann", "operator")
    house.ask()
    house.now_s += PENDING_S + 1.0
    house.show("agree", "Ann", "operator")
    assert house.begun == []


@pytest.mark.parametrize("before_s", [0.0, 0.2, 3.0, 100.0])
@pytest.mark.parametrize("sign", ["agree", "refuse"])
def test_a_thumb_that_was_up_before_the_question_does_not_answer_it(
    house: House, before_s: float, sign: str
) -> None:
    """It was held for a second, half of it before anybody could know what is asked."""
    house.ask(whom="")
    house.show(sign, since_s=house.now_s - before_s)
    assert house.begun == [] and house.sent == []
    assert house.dialogue.mind.asked("", house.now_s) is not None, "it still waits"
    house.show(sign, since_s=house.now_s + 30.0)
    assert house.begun == [], "of another clock"
    house.show("agree")
    assert house.sent == ["navigate_to"]


@pytest.mark.parametrize(("person", "role"), [("", ""), ("", "guest"), ("Bob", "operator"), ("Bob", "guest")])
def test_nobody_answers_what_another_was_asked(house: House, person: str, role: str) -> None:
    house.ask(whom="Ann")
    house.show("agree", person, role)
    assert house.begun == []
    assert house.sent == []


def test_a_face_whose_voice_was_not_heard_moves_nothing(house: House) -> None:
    """As with a photograph of an operator that a stranger holds up."""
    house.ask(whom="Ann")
    house.show("agree", "Ann", "guest")
    assert house.sent == []
    assert list(house.told.outcomes.values()) == ["refused"]


def test_while_nobody_is_known_anybody_answers(house: House) -> None:
    house.ask(whom="")
    house.show("agree")
    assert house.sent == ["navigate_to"]


def test_a_guest_may_not_agree_to_what_nobody_knows_who_asked_for(house: House) -> None:
    house.ask(whom="")
    house.show("agree", "", "guest")
    assert house.sent == []


def test_the_latest_question_is_meant(house: House) -> None:
    house.ask(conversation="first")
    house.now_s += 5.0
    house.ask(conversation="second")
    house.now_s += 5.0
    house.ask(conversation="of Bob", whom="Bob")
    house.show("refuse", "Ann", "operator")
    assert [request.conversation_id for request in house.begun] == ["second"]


def test_which_one_is_no_question_for_a_thumb(house: House) -> None:
    house.ask(SURE)
    house.show("agree", "Ann", "operator")
    assert house.begun == []
    house.show("refuse", "Ann", "operator")
    assert house.sent == []
    assert house.dialogue.mind.asked("Ann", house.now_s) is None


def test_what_is_late_or_unknown_is_nothing(house: House) -> None:
    house.ask()
    house.show("agree", "Ann", "operator", late="it is 12 s old")
    for sign in ("point", "stop", "", "go to the kitchen", "yes", "agree "):
        house.show(sign, "Ann", "operator")
    assert house.begun == []


def test_a_wave_is_greeted_and_leaves_a_question_open(house: House) -> None:
    house.ask()
    house.show("greet", "Ann", "guest")
    assert [request.words for request in house.begun] == ["Hello"]
    assert list(house.told.outcomes.values()) == ["answered"]
    assert house.dialogue.mind.asked("Ann", house.now_s) is not None


# Pointing


def said(house: House, words: str, later_s: float = 1.0) -> list[tuple[str, dict[str, object]]]:
    """What robots were told to do."""
    house.now_s += later_s
    house.dialogue.safety.heard(epoch=1, stopped=False, causes=[], robots={}, now_s=house.now_s)
    before = len(house.told.sent)
    house.intake.heard(words, "voice", "", "", "")
    return house.told.sent[before:]


@pytest.mark.parametrize(
    "words",
    ["rover1, go there", "rover1 fahr dorthin", "rover1, va là-bas", "rover1, ve allí", "rover1, vai là"],
)
def test_there_is_where_somebody_points(house: House, words: str) -> None:
    house.dialogue.mind.pointing.saw(3.456, 2.0, STEADY, house.now_s)
    sent = said(house, words)
    assert [one[1] for one in sent] == ["navigate_to"], house.told.said
    assert sent[0][2] == {"x": 3.46, "y": 2.0}


def test_after_some_seconds_it_is_not_meant_any_more(house: House) -> None:
    house.dialogue.mind.pointing.saw(3.0, 2.0, STEADY, house.now_s)
    assert said(house, "rover1, go there", FRESH_S + 0.5) == []
    house.dialogue.mind.pointing.saw(3.0, 2.0, STEADY, house.now_s + 60.0)
    assert said(house, "rover1, go there") == [], "of another clock"


def test_what_comes_after_something_newer_is_not_where_somebody_points_now(house: House) -> None:
    house.dialogue.mind.pointing.saw(3.0, 2.0, STEADY, house.now_s)
    house.dialogue.mind.pointing.saw(1.0, 1.0, STEADY, house.now_s - 0.5)
    assert said(house, "rover1, go there")[0][2] == {"x": 3.0, "y": 2.0}


def test_a_place_of_the_same_sentence_comes_first_and_one_of_before_does_not(house: House) -> None:
    house.dialogue.mind.pointing.saw(3.0, 2.0, STEADY, house.now_s)
    sent = said(house, "rover1, go to the kitchen")
    assert sent[0][2] == {"place": "kitchen"}
    house.dialogue.mind.pointing.saw(3.0, 2.0, STEADY, house.now_s)
    sent = said(house, "rover2, go there")
    assert sent[0][2] == {"x": 3.0, "y": 2.0}


def test_what_is_vague_is_asked_about(house: House) -> None:
    house.dialogue.mind.memory("new").spoke_of(["kitchen"], robots=(), places=["kitchen"])
    house.dialogue.mind.pointing.saw(3.0, 2.0, (4.0, 0.1), house.now_s)
    assert said(house, "rover1, go there") == []
    sent = said(house, "the hall")
    assert sent[0][2] == {"place": "hall"}


@pytest.mark.parametrize("wrong", [(math.nan, 1.0, STEADY), (1.0, math.inf, STEADY), (1.0, 1.0, (-1.0, 0.1))])
def test_what_is_no_place_is_not_seen(house: House, wrong: tuple) -> None:
    house.dialogue.mind.pointing.saw(*wrong, house.now_s)
    assert house.dialogue.mind.pointing.now(house.now_s) is None
