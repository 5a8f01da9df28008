# SPDX-License-Identifier: Apache-2.0
"""Times of day in words and figures, and what only looks like one."""

import pytest

from tektra.language.clock import TWELVE
from tektra.language.quantities import Kind, find


def times(words: str) -> list[tuple[float, str]]:
    """Hours after midnight, and whether they come round twice a day."""
    return [(q.value / 3600.0, q.unit) for q in find(words, "en") if q.kind is Kind.CLOCK]


@pytest.mark.parametrize(
    ("words", "hours", "unit"),
    [
        ("at 15:30", 15.5, ""),
        ("at 3:30", 3.5, TWELVE),
        ("at 03:30", 3.5, ""),
        ("at half past three", 3.5, TWELVE),
        ("at a quarter to four", 3.75, TWELVE),
        ("at ten past four", 4 + 1 / 6, TWELVE),
        ("at ten minutes to four", 3 + 5 / 6, TWELVE),
        ("at seven o'clock", 7.0, TWELVE),
        ("at 3 pm", 15.0, ""),
        ("at 3 p.m.", 15.0, ""),
        ("at 12 am", 0.0, ""),
        ("at 12:15 pm", 12.25, ""),
        ("at half past seven in the evening", 19.5, ""),
        ("at noon", 12.0, "hour"),
    ],
)
def test_times_of_day(words: str, hours: float, unit: str) -> None:
    assert times(words) == [(pytest.approx(hours), unit)]


@pytest.mark.parametrize(
    ("code", "words", "hours", "unit"),
    [
        ("de", "um halb sieben", 6.5, TWELVE),
        ("de", "um viertel nach drei", 3.25, TWELVE),
        ("de", "um Viertel vor neun", 8.75, TWELVE),
        ("de", "um zehn nach acht", 8 + 1 / 6, TWELVE),
        ("de", "um halb acht abends", 19.5, ""),
        ("fr", "à trois heures et demie", 3.5, TWELVE),
        ("fr", "à neuf heures moins le quart", 8.75, TWELVE),
        ("es", "a las tres y media", 3.5, TWELVE),
        ("es", "a las nueve menos cuarto", 8.75, TWELVE),
        ("it", "alle sette e mezza", 7.5, TWELVE),
        ("it", "alle otto meno un quarto", 7.75, TWELVE),
    ],
)
def test_times_of_day_in_other_languages(code: str, words: str, hours: float, unit: str) -> None:
    found = [(q.value / 3600.0, q.unit) for q in find(words, code) if q.kind is Kind.CLOCK]
    assert found == [(pytest.approx(hours), unit)]


@pytest.mark.parametrize(
    ("code", "words"), [("es", "avanza dos y media"), ("it", "due e mezzo"), ("de", "halb so weit")]
)
def test_a_half_without_an_hour_is_no_time(code: str, words: str) -> None:
    assert not [q for q in find(words, code) if q.kind is Kind.CLOCK]


@pytest.mark.parametrize(
    "words",
    [
        "drive ten to four metres",
        "drive past three rooms",
        "turn 3 to the left",
        "look at 3 4",
        "at 25:10",
        "at 3:75",
    ],
)
def test_what_is_no_time(words: str) -> None:
    assert times(words) == []
