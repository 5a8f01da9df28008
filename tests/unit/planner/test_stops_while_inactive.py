# SPDX-License-Identifier: Apache-2.0
"""A planner that is not active obeys every word that stops, and nothing else that stands beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from tektra.planner.interface.intake import Intake

TABLES = Path(__file__).parents[2] / "data" / "stopping"

Hear = Callable[[str], int]


@pytest.fixture
def active() -> list[bool]:
    return [False]


@pytest.fixture
def hear(home, active) -> Hear:
    """Puts words to the planner; gives how many stops came of them."""
    conversations = SimpleNamespace(conversation_for=lambda *_, **__: "talk", earlier_words=lambda _: ())
    intake = Intake(
        home.manager, SimpleNamespace(begin=lambda request: None), conversations,
        now_s=lambda: home.now_s, active=lambda: active[0],
    )  # fmt: skip

    def heard(words: str) -> int:
        before = home.out.stops
        intake.heard(words, "text", "", "", "")
        return home.out.stops - before

    return heard


@pytest.mark.parametrize("held", [False, True])
def test_every_stop_of_the_table_stops(home, hear: Hear, held: bool) -> None:
    tables = yaml.safe_load((TABLES / "stops.yaml").read_text()).values()
    rows = [str(row["text"]) for table in tables for row in table if bool(row.get("held")) is held]
    home.manager.mind.language = lambda *_: "en"  # what is answered is not looked at
    missed = [words for words in rows if hear(words) != 1]
    assert len(missed) == 0, f"{len(missed)} of {len(rows)}" if held else missed


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("rover1 go to the kitchen", "no wait, to the hall"),
        ("rover1 fahr in die Küche", "nein warte, in den Flur"),
        ("rover1 patrol between the kitchen and the hall", "stop the patrol and then go to the living room"),
        ("rover1 go to the kitchen", "stop the patrol, then rover1 go to the hall"),
    ],
)
def test_nothing_is_done_that_is_said_beside_a_stop(
    home, hear: Hear, active: list[bool], first: str, then: str
) -> None:
    active[0] = True
    hear(first)
    before = len(home.out.sent)
    assert before > 0
    active[0] = False
    assert hear(then) == 1
    assert len(home.out.sent) == before


@pytest.mark.parametrize("words", ["rover1 go to the kitchen", "where is rover1?", "cancel that"])
def test_what_does_not_stop_is_refused(home, hear: Hear, words: str) -> None:
    assert hear(words) == 0
    assert home.out.sent == []
    assert "refused" in home.out.outcomes.values()
