# SPDX-License-Identifier: Apache-2.0
"""A sentence reaches the reader of its own language; one in a language that is not here orders nothing."""

from dataclasses import replace

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import FOREIGN, Act
from tektra.planner.understanding.scene import Memory, Scene


def test_a_sentence_is_read_in_its_own_language(reader: Reader, scene: Scene) -> None:
    assert reader.read("rover1 go to the kitchen", scene).language == "en"
    assert reader.read("rover1 va dans la cuisine", scene).language == "fr"


def test_words_that_all_languages_have_are_of_the_language_spoken_before(
    reader: Reader, scene: Scene
) -> None:
    there = replace(scene, memory=Memory(language="en"))
    assert reader.read("rover1, ok", there).language == "en"


def test_a_sentence_in_another_language_moves_nothing(reader: Reader, scene: Scene) -> None:
    reading = reader.read("rover1 kör till köket nu tack", replace(scene, memory=Memory(language="de")))
    assert (reading.act, reading.indirect, reading.language) == (Act.UNCLEAR, FOREIGN, "de")
    assert not reading.carried_out
