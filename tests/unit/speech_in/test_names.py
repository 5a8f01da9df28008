# SPDX-License-Identifier: Apache-2.0
"""Names as a recogniser is told of them."""

import pytest

from tektra.speech_in.names import MOST_CHARS, as_said, home_names, is_recital, sentence


@pytest.mark.parametrize(
    ("name", "locale", "said"),
    [
        ("rover1", "en", "rover one"),
        ("living_room", "en", "living room"),
        ("Bay-12", "en-GB", "Bay twelve"),
        ("rover42", "en", "rover 42"),
        ("rover1", "de", "rover 1"),
        ("küche_2", "de,en", "küche 2"),
        ("🤖", "en", ""),
    ],
)
def test_a_name_is_told_as_it_is_said(name: str, locale: str, said: str) -> None:
    assert as_said(name, locale) == said


def test_names_are_one_sentence_each_once_and_no_longer_than_a_recogniser_takes() -> None:
    assert sentence(["rover1", "hall", "rover1"], "en") == "Rover one, hall."
    assert sentence([], "en") == ""
    long = sentence((f"warehouse_{number}" for number in range(500)), "en")
    assert long.startswith("Warehouse zero, warehouse one")
    assert len(long) <= MOST_CHARS + 2


def test_the_home_has_names_and_a_file_that_is_not_there_has_none() -> None:
    assert {"kitchen", "dock1"} <= set(home_names(""))
    assert home_names("/no/such/file.yaml") == ()


@pytest.mark.parametrize(
    ("text", "recital"),
    [
        ("Rover one, rover two, arm one.", True),
        ("rover two, arm one, kitchen", True),
        ("Rover one, go to the kitchen, please.", False),
        ("Rover one and rover two", False),
        ("", False),
    ],
)
def test_a_recogniser_that_recites_the_names_has_heard_nothing(text: str, recital: bool) -> None:
    assert is_recital(text, "Tektra, rover one, rover two, arm one, kitchen, hall.") is recital
