# SPDX-License-Identifier: Apache-2.0
"""Reasons that robots, the gate and the checks give in English are told in the person's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tektra.language import files
from tektra.planner.conversation.reasons import Reasons
from tektra.planner.conversation.replies import replies

OTHERS = [language for language in files.languages() if language != "en"]
PLANNER = Path(__file__).parents[3] / "src" / "tektra" / "tektra" / "planner"


def reasons(sentences: dict[str, str]) -> Reasons:
    return Reasons(
        sentences, name=lambda name: {"red_cube": "Würfel"}.get(name, name.replace("_", " ")),
        skill=lambda skill: {"open_gripper": "öffnen"}.get(skill, skill), listed=" und ".join, decimal=",",
    )  # fmt: skip


SENTENCES = {
    "blocked after {along} m": "blockiert nach {along} m",
    "{robot} cannot {skill}; {able} can": "{robot} kann nicht {skill}, {able} kann",
    "lost the {what}": "verloren: {what}",
    "{gone}, so {who} takes over": "{gone}, darum übernimmt {who}",
    "{robot} is gone": "{robot} ist fort",
}


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("blocked after 0.31 m", "blockiert nach 0,31 m"),
        ("blocked after 0.31 m.", "blockiert nach 0,31 m."),
        ("rover1 cannot open gripper; arm1 and arm2 can.", "rover1 kann nicht öffnen, arm1 und arm2 kann."),
        ("lost the red_cube", "verloren: Würfel"),
        ("rover1 is gone, so rover2 takes over.", "rover1 ist fort, darum übernimmt rover2."),
        ("rover2: blocked after 1.00 m; rover1 is gone", "rover2: blockiert nach 1,00 m; rover1 ist fort"),
        ("rover1 is gone. lost the red_cube.", "rover1 ist fort. verloren: Würfel."),
        ("nobody knows this {what} sentence", "nobody knows this {what} sentence"),
        ("", ""),
        ("{robot} is gone is gone", "{robot} ist fort ist fort"),
    ],
)
def test_a_reason_is_put_into_the_language_and_a_strange_one_stays(english: str, told: str) -> None:
    assert reasons(SENTENCES).told(english) == told


def test_a_long_text_of_a_stranger_costs_nothing() -> None:
    text = "so , ; : . " * 5000
    assert reasons(SENTENCES).told(text) == text


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_of_the_checks_and_of_the_gate_is_told_in_every_language(language: str) -> None:
    """The sentences stand in the code; each is tried as it would be said."""
    for file in ("plans/checks.py", "plans/named_arguments.py", "world/safety_state.py"):
        source = (PLANNER / file).read_text()
        found = re.findall(
            r'(?:yield|return|return \[|return \{\}, )\s*\(?\s*f?"([A-Z{][^"]* [^"]*\.)"', source
        )
        for template in found:
            if template.startswith(("Step ", "Two steps", "The arguments are")):
                continue  # only a program that calls the skill itself can cause them
            english = re.sub(r"\{are_here[^}]*\}", "is rover1", template)
            english = re.sub(r"\{why\}", "", re.sub(r"\{subject\}", "place of move for rover1", english))
            english = re.sub(r"\{bound\}", "at most", re.sub(r"\{[^}]*!r\}", "'it'", english))
            english = re.sub(r"\{[^}]*\}", "7", english)
            assert replies(language).reason(english) != english, english


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("why", ["no model is loaded", "the safety gate is silent", "its driver is silent"])
def test_what_is_said_with_a_reason_holds_no_english(language: str, why: str) -> None:
    assert why not in replies(language).say("cannot_think", why=why)


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_tells_the_same_reasons(language: str) -> None:
    assert set(files.read(language, "reasons")) == set(files.read(OTHERS[0], "reasons"))
