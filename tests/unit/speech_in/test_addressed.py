# SPDX-License-Identifier: Apache-2.0
"""What is meant for Tektra, and what people say among themselves."""

import pytest

from tektra.speech_in.addressed import NAME_ALONE_S, Addressed
from tektra.speech_in.options import SpeechInOptions


def ear(mode: str, **options: object) -> Addressed:
    return Addressed(SpeechInOptions(wake_word=mode, **options))  # type: ignore[arg-type]


def take(
    made: Addressed, text: str, at_s: float = 0.0, *, named: bool = False, final: bool = True
) -> tuple[str, str]:
    return made.take(text, named=named, begin_s=at_s, end_s=at_s + 1.0, final=final)


def test_without_a_wake_word_everything_is_meant() -> None:
    assert take(ear("off"), "What a day.") == ("What a day.", "")
    assert not ear("off").waits(0.0)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hey Tektra, go to the kitchen.", "go to the kitchen."),
        ("Hey, Tectra. Go to the kitchen.", "Go to the kitchen."),
        ("Hey Tetra go to the kitchen", "go to the kitchen"),
        ("hey tech tra, what do you see?", "what do you see?"),
        ("Tektra, stop the music.", "stop the music."),
        ("Go to the kitchen, Tektra.", "Go to the kitchen"),
        ("Hey Tektra, fahr in die Küche.", "fahr in die Küche."),
    ],
)
def test_its_name_is_known_however_it_is_written_and_taken_off(text: str, rest: str) -> None:
    assert take(ear("on"), text) == (rest, "")


@pytest.mark.parametrize(
    "text",
    [
        "Go to the kitchen.",
        "Hey Jessica, what do you see?",
        "Hey, take that.",
        "Say hello to Petra.",
        "The tractor is extra.",
        "Electra is a play.",
        "And now the weather.",
        "",
    ],
)
def test_what_people_say_among_themselves_is_not_meant(text: str) -> None:
    assert take(ear("on"), text)[1]
    assert take(ear("rest"), text)[1]


def test_after_its_name_alone_it_waits_for_one_sentence() -> None:
    made = ear("on")
    assert take(made, "Hey Tektra.")[1] == "its name alone"
    assert not made.waits(1.0 + NAME_ALONE_S)
    assert take(made, "Go to the kitchen.", 3.0) == ("Go to the kitchen.", "")
    assert take(made, "And you, what do you think?", 5.0)[1]


def test_what_is_not_final_opens_nothing() -> None:
    made = ear("on")
    take(made, "Hey Tektra.", final=False)
    assert made.waits(1.5)


def test_after_a_rest_alone_its_name_is_needed() -> None:
    made = ear("rest", wake_rest_s=30.0)
    assert take(made, "Go to the kitchen.")[1]
    assert not take(made, "Hey Tektra, go to the kitchen.", 1.0)[1]
    assert not take(made, "And what do you see?", 25.0)[1]
    assert not take(made, "Come back.", 50.0)[1]
    assert take(made, "Come back.", 90.0)[1]


def test_a_name_that_only_the_sound_tells_counts_too() -> None:
    assert take(ear("on"), "Hate extra, go to the kitchen.", named=True) == (
        "Hate extra, go to the kitchen.",
        "",
    )


def test_another_name_can_be_given() -> None:
    made = ear("on", wake_words=["computer"])
    assert take(made, "Computer, turn left.") == ("turn left.", "")
    assert take(made, "Hey Tektra, turn left.")[1]
