# SPDX-License-Identifier: Apache-2.0
"""Text into sentences, whole and while it is being written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.speech_out.sentences import SentenceSplitter, is_speakable, pieces, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("Hello", ["Hello"]),
        ("Hello. World!", ["Hello.", "World!"]),
        (
            "It is 3.5 metres to Dr. Smith, e.g. by rover. Go!",
            ["It is 3.5 metres to Dr. Smith, e.g. by rover.", "Go!"],
        ),
        ("Really?! Yes... no.", ["Really?!", "Yes...", "no."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("At 5 p.m. the rover waits.", ["At 5 p.m. the rover waits."]),
        ("Steps:\n1. Go there.\n2. Come back.", ["Steps:", "1. Go there.", "2. Come back."]),
        ("So do I. You too.", ["So do I.", "You too."]),
        ("これは文です。次です。", ["これは文です。", "次です。"]),
        ("rover1.local answers", ["rover1.local answers"]),
    ],
)
def test_texts_become_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("I go to the kit") == []
    assert splitter.feed("chen.") == []  # "kitchen.5" could follow
    assert splitter.feed(" And th") == ["I go to the kitchen."]
    assert splitter.feed("en?") == []
    assert splitter.finish() == ["And then?"]
    assert splitter.finish() == []


@given(st.text(alphabet="ab1. !?\n,Dr", max_size=60), st.integers(1, 7))
def test_pieces_of_a_stream_give_the_same_sentences_as_the_whole(text: str, step: int) -> None:
    splitter = SentenceSplitter()
    found = [one for at in range(0, len(text), step) for one in splitter.feed(text[at : at + step])]
    found += splitter.finish()
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_long_first_sentence_begins_with_its_first_clause() -> None:
    text = "The first rover drives to the kitchen, and the second one waits in the hall. Done."
    assert pieces(text, 60) == [
        "The first rover drives to the kitchen,",
        "and the second one waits in the hall.",
        "Done.",
    ]
    assert pieces(text, 200) == sentences(text)
    assert pieces("No clause here " * 10, 60) == [("No clause here " * 10).strip()]
    assert pieces("", 60) == []


@pytest.mark.parametrize(
    ("text", "speakable"), [("", False), (" ?! ...", False), ("5", True), ("é", True), ("你", True)]
)
def test_only_letters_and_digits_can_be_said(text: str, speakable: bool) -> None:
    assert is_speakable(text) is speakable
