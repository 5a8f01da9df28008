# SPDX-License-Identifier: Apache-2.0
"""A template may be said in countless ways, also such as come to the same: nobody waits for them to be written out."""

import pytest

from tektra.common.errors import ConfigError
from tektra.planner.understanding import templates
from tektra.planner.understanding.lexicon import MAX_OWN_FORMS
from tektra.planner.understanding.reading import Act
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Scene
from tektra.planner.understanding.templates import forms

SAME = "(go|go|go|go)" * 20 + " home"
MANY = " ".join(f"[{letter}]" for letter in "abcdefghijklmnopq") + " home"


@pytest.mark.parametrize("template", [SAME, MANY])
def test_it_is_refused_where_all_ways_are_wanted(template: str, monkeypatch) -> None:
    monkeypatch.setattr(templates, "MAX_WAYS", 5000)
    with pytest.raises(ConfigError, match="ways"):
        forms(template)


@pytest.mark.parametrize("template", [SAME, MANY])
def test_the_first_of_them_are_had_at_once(template: str) -> None:
    assert 1 <= len(forms(template, most=MAX_OWN_FORMS)) <= MAX_OWN_FORMS


def test_a_robot_that_announces_such_sentences_holds_nobody_up(reader) -> None:
    sentences = {"type": "object", "properties": {}, "x-tektra-sentences": {"en": [SAME, MANY] * 10}}
    scene = Scene((KnownRobot("liar", "rover", (KnownSkill("roll", "Rolls.", sentences),)),))
    assert reader.read("hello", scene).act is Act.TALK
