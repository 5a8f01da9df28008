# SPDX-License-Identifier: Apache-2.0
"""Words that stop, and words that only look like it: two tables in five languages, half of each known by its score alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tektra.language.stop import MAX_CHARACTERS, Verdict, is_stop, verdict
from tektra.language.stop_clause import Kind

TABLES = Path(__file__).parents[2] / "data" / "stopping"
ROBOTS = ("rover1", "rover2", "arm1")
#: Of the look-alikes whose failures nobody has seen, as many may stop.
MOST_FALSE = 0.02


def table(name: str, *, held: bool) -> Iterator[dict[str, Any]]:
    rows = yaml.safe_load((TABLES / f"{name}.yaml").read_text())
    for language in rows:
        yield from (row for row in rows[language] if bool(row.get("held")) is held)


@pytest.mark.parametrize("row", table("stops", held=False), ids=lambda row: str(row["text"])[:60])
def test_what_must_stop_stops(row: dict[str, Any]) -> None:
    assert verdict(str(row["text"]), ROBOTS).kind is Kind.STOP


@pytest.mark.parametrize("row", table("lookalikes", held=False), ids=lambda row: str(row["text"])[:60])
def test_what_only_looks_like_a_stop_does_not(row: dict[str, Any]) -> None:
    assert verdict(str(row["text"]), ROBOTS).kind is not Kind.STOP


@pytest.mark.parametrize("text", ["rover1 wait 10", "rover1 attends 10 s", "warte 5", "rover1 espera 10 s"])
def test_a_wait_that_says_how_long_is_no_stop(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.NONE


def test_the_tables_are_large_enough_to_say_something() -> None:
    for name in ("stops", "lookalikes"):
        assert sum(1 for held in (True, False) for _ in table(name, held=held)) >= 300
        assert sum(1 for _ in table(name, held=True)) >= 150


def test_of_the_stops_that_nobody_looks_at_none_is_missed() -> None:
    missed = sum(not is_stop(str(row["text"])) for row in table("stops", held=True))
    assert missed == 0


def test_of_the_look_alikes_that_nobody_looks_at_few_stop() -> None:
    rows = list(table("lookalikes", held=True))
    assert sum(is_stop(str(row["text"])) for row in rows) / len(rows) <= MOST_FALSE


@pytest.mark.parametrize(
    "text", ["", " ", "...", "🙂", "\0", "a" * 100_000, "a," * 50_000, "(" * 10_000, "'" * 10_000]
)
def test_any_text_is_taken_and_stops_nothing_without_a_word_for_it(text: str) -> None:
    assert verdict(text).kind is Kind.NONE


@pytest.mark.parametrize("before", [0, 10, MAX_CHARACTERS, 10 * MAX_CHARACTERS])
def test_a_stop_at_the_end_of_a_long_text_is_heard(before: int) -> None:
    assert is_stop("word " * (before // 5) + ". Stop!")


def test_a_stop_for_one_robot_names_it_and_any_doubt_is_for_all() -> None:
    assert verdict("stop rover1", ROBOTS).robots == ("rover1",)
    assert verdict("stop rover1").robots == ()
    assert verdict("stop rover1 and everything else", ROBOTS).robots == ()
    assert verdict("stop rover7", ROBOTS).robots == ()


@pytest.mark.parametrize(
    "text",
    [
        "stop rover1", "please stop the rover1", "halt rover one", "stop rover 1 now!",
        "stopp rover1", "halte den rover1 an", "rover eins sofort anhalten", "rover1, bleib bitte stehen",
        "arrête rover1", "stoppe le rover1 s'il te plaît", "rover un, arrête-toi", "stoppez rover1",
        "para rover1", "para el rover1", "detén a rover1 por favor", "rover uno, detente",
        "ferma rover1", "ferma il rover1", "rover uno fermati", "blocca rover1 subito",
    ],
)  # fmt: skip
def test_a_stop_for_one_robot_stops_that_one_alone_in_every_language(text: str) -> None:
    assert verdict(text, ROBOTS) == Verdict(Kind.STOP, ("rover1",))


@pytest.mark.parametrize(
    "text",
    [
        "wait! is arm1 able to wave?",
        "wait, arm1 is not able to brake",
        "wait, what are you doing",
        "wait, how many times must I say stop",
        "yesterday you stopped, now stop",
        "she shouted stop",
        "I shouted stop but nobody stopped",
        "rover1, non, stop",
        "va dans la cuisine non stop",
        "halt die Tür, die Katze, halt!",
        "drive to the kitchen and stop right now",
    ],
)
def test_what_only_half_explains_a_stop_away_does_not(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.STOP


@pytest.mark.parametrize(
    "word", ["stop ", "halt ", "wait for me, stop, ", "how do I stop ", "stop the music. "]
)
def test_of_more_stops_than_anybody_explains_away_one_is_meant(word: str) -> None:
    assert verdict((word * MAX_CHARACTERS)[:MAX_CHARACTERS], ROBOTS) == Verdict(Kind.STOP)


@pytest.mark.parametrize(
    "text",
    [
        "stop the patrol",
        "please stop patrolling now",
        "hör auf zu patrouillieren",
        "arrête la ronde",
        "smetti di pattugliare",
    ],
)
def test_what_names_a_patrol_is_left_to_who_knows_whether_one_goes_on(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.END


@pytest.mark.parametrize(
    "text",
    [
        "stop, the patrol hits the cat",
        "stop it, the patrol",
        "stop everything and the patrol stop",
        "stop the patrol and stop",
        "stop turning",
    ],
)
def test_a_stop_that_says_more_is_one(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.STOP


@pytest.mark.parametrize(
    "text",
    [
        "go round the rooms until I say stop",
        "fahr durch die Zimmer bis ich stopp sage",
        "fais le tour jusqu'à ce que je dise stop",
    ],
)
def test_how_long_something_goes_on_is_no_stop(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.NONE


@pytest.mark.parametrize("word", ["stop", "halt", "alto", "basta", "arrête", "emergency stop"])
def test_a_robot_that_is_called_as_people_stop_takes_the_word_from_nobody(word: str) -> None:
    robots = [word.replace(" ", "_"), *ROBOTS]
    assert verdict(word, robots) == Verdict(Kind.STOP)
    assert verdict(f"{word}, {word}!", robots).kind is Kind.STOP
    assert verdict("stop rover1", robots).robots == ("rover1",)


@pytest.mark.parametrize(
    "words",
    [
        "be quiet for a moment",
        "sei mal kurz still",
        "tais-toi deux secondes",
        "cállate un rato",
        "stai zitto un attimo",
    ],
)
def test_a_hush_may_say_for_how_long(words: str) -> None:
    assert verdict(words).kind is Kind.HUSH


@pytest.mark.parametrize(
    "text",
    [
        "No wait, she comes on Saturday",
        "hold on, dinner is on Friday",
        "wait, it was in June",
        "nein warte, er kommt am Samstag",
        "no espera, la fiesta es el domingo",
    ],
)
def test_a_wait_before_what_happens_at_another_time_asks_nobody_to_wait(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.NONE


@pytest.mark.parametrize(
    "text",
    [
        "no wait, on Saturday",
        "no wait, send it on Saturday",
        "no wait. She comes on Saturday",
        "wait, she is under the wheel",
        "wait, she comes now, not on Saturday",
        "wait, rover1 goes on Saturday",
        "wait, she comes on Saturday, stop",
        "stop, she comes on Saturday",
    ],
)
def test_a_wait_that_may_be_about_now_is_a_stop(text: str) -> None:
    assert verdict(text, ROBOTS).kind is Kind.STOP


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("last week I told you to stop and you went on", False),
        ("last week I told you to stop and now I say it again stop", True),
        ("last week you were dangerous, stop", True),
        ("vorgestern sagte ich dir du sollst anhalten", False),
        ("vorgestern sagte ich es dir, jetzt sollst du anhalten", True),
        ("ojo con la silla para", True),
        ("una silla para la cocina", False),
        ("stob stob", True),
        ("shut it off", True),
        ("shut it", False),
        ("para de silbar", False),
    ],
)
def test_a_stop_of_another_day_a_warning_and_a_slip_said_twice(text: str, stops: bool) -> None:
    assert is_stop(text) is stops
