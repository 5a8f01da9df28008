# SPDX-License-Identifier: Apache-2.0
"""A "yes" too short to tell its voice: of the person who was asked, alone before the camera, just now; else a guest's."""

from pathlib import Path

import pytest

from tektra.common.known_people import KnownPeople
from tektra.common.sealing import Sealer
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.short_answers import ANSWER_S, SPOKE_S
from tektra.speech_in.speakers import GUEST, Speakers
from tests.unit.speech_in.test_speakers import MODEL, Encoder, enrol, heard


class View:
    """Whose face is the only one in view."""

    def __init__(self) -> None:
        self.sees = ""

    def alone(self, person_id: str) -> bool:
        return bool(person_id) and person_id == self.sees


class House:
    """Ada and Bob are operators; Ada gave an order, was asked back, and stands alone before the camera."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 100.0
        self.said = 10
        known = KnownPeople(folder / "people", lambda: Sealer((b"k" * 32,)))
        for name in ("ada", "bob"):
            enrol(known, name)
        self.ids = {person.name: person.id for person in known.all()}
        self.view = View()
        voices, clock = ("default", "default"), lambda: self.now_s
        self.speakers = Speakers(
            known, Encoder, MODEL, voices, lambda error: None, clock, lambda: 1.0, self.view
        )
        self.answers = self.speakers.answers
        self.speakers.who(heard("ada", first=1))
        self.answers.asked("Ada", self.now_s)
        self.view.sees = self.ids["ada"]

    def says(
        self, who: str, words: str = "yes", speech_s: float = 0.4, kind: Kind = Kind.ENDED
    ) -> tuple[str, str]:
        self.said += 1
        speaker = self.speakers.who(heard(who, speech_s, kind, first=self.said), words)
        return speaker.name, speaker.role


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


NOBODY = ("", GUEST)


def test_the_short_yes_of_who_was_asked_is_theirs_once(house: House) -> None:
    assert house.answers.expects == house.ids["ada"]
    assert house.says("ada", kind=Kind.PAUSED) == ("ada", "operator")
    assert house.says("ada") == ("ada", "operator")
    assert house.says("ada") == NOBODY, "the question was answered"


def test_without_a_question_or_long_after_it_short_words_are_a_guests(house: House) -> None:
    house.answers.asked("", house.now_s)
    assert house.says("ada") == NOBODY
    house.answers.asked("Ada", house.now_s)
    house.now_s += ANSWER_S + 1.0
    assert house.says("ada") == NOBODY


def test_a_strangers_yes_is_not_that_of_who_was_asked(house: House) -> None:
    assert house.says("tv") == NOBODY, "another voice, though Ada alone is in view"
    assert house.says("bob") == NOBODY, "an operator, who was not asked"
    assert house.says("silence") == NOBODY


def test_with_another_face_in_view_or_none_it_is_nobodys(house: House) -> None:
    for seen in ("", house.ids["bob"]):
        house.view.sees = seen
        assert house.says("ada") == NOBODY


def test_a_face_and_a_question_without_the_voice_of_before_are_not_enough(house: House) -> None:
    house.now_s += SPOKE_S + 1.0
    house.answers.asked("Ada", house.now_s)
    assert house.says("ada") == NOBODY, "a photograph of Ada, and nobody heard her"
    house.answers.asked("Bob", house.now_s)
    house.view.sees = house.ids["bob"]
    assert house.says("bob") == NOBODY
    assert house.answers.expects == ""


def test_an_order_is_no_short_answer(house: House) -> None:
    assert house.says("ada", "rover one go home now") == NOBODY
    assert house.says("ada", "") == NOBODY


def test_who_said_enough_is_known_by_voice_alone_as_before(house: House) -> None:
    house.view.sees = ""
    assert house.says("ada", "yes please, go ahead with that", speech_s=1.5) == ("ada", "operator")
    assert house.says("tv", "yes please, go ahead with that", speech_s=1.5) == NOBODY
