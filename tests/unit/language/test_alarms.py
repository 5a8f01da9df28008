# SPDX-License-Identifier: Apache-2.0
"""The second ear for stops: cries that name none. Its tables are known by their score alone, and nothing is trained on them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
import yaml

from tektra.common.errors import ConfigError
from tektra.common.paths import share_dir
from tektra.language import alarms
from tektra.language.clauses import sentences
from tektra.language.stop import MAX_CHARACTERS, alarmed, is_stop

DATA = Path(__file__).parents[2] / "data"
#: Of cries that no rule was written for, so many are heard by both ears; of what only looks like one, so many stop.
LEAST_HEARD, MOST_FALSE = 0.57, 0.03


def cries(name: str) -> list[str]:
    given = yaml.safe_load((DATA / "stopping" / "alarms.yaml").read_text(encoding="utf-8"))
    return [*chain.from_iterable(given[name].values())]


def held(name: str) -> Iterator[str]:
    given = yaml.safe_load((DATA / "stopping" / f"{name}.yaml").read_text(encoding="utf-8"))
    return (str(row["text"]) for row in chain.from_iterable(given.values()) if row.get("held"))


def test_of_the_cries_that_name_no_stop_many_are_heard() -> None:
    found = cries("stops")
    assert sum(is_stop(text) or alarmed(text) for text in found) / len(found) >= LEAST_HEARD


def test_harmless_words_of_the_same_things_are_none() -> None:
    found = cries("lookalikes")
    assert sum(is_stop(text) or alarmed(text) for text in found) / len(found) <= MOST_FALSE


def test_what_the_rules_explained_away_is_hardly_ever_taken_for_a_cry() -> None:
    found = [text for text in held("lookalikes") if not is_stop(text)]
    assert sum(map(alarmed, found)) / len(found) <= 0.02


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "...",
        "🙂",
        "\0",
        "a" * 100_000,
        "stop talking",
        "yes",
        "hello",
        "the red one",
    ],
)
def test_any_text_is_taken_and_what_says_little_is_no_cry(text: str) -> None:
    assert not alarmed(text)


def test_work_is_bounded_however_long_a_text_is() -> None:
    rows = [alarms.row_of(clauses) for clauses in sentences("word " * MAX_CHARACTERS)]
    assert [len(row) for row in rows] == [alarms.MOST_WORDS]


def test_a_cry_behind_an_order_is_heard() -> None:
    assert alarmed("Go to the kitchen. Ouch, you're pinching my finger!")


def test_the_weights_are_of_the_patterns_that_are_here() -> None:
    sys.path.insert(0, str(share_dir() / "scripts"))
    import train_alarms

    with np.load(share_dir() / "config" / "alarms.npz", allow_pickle=False) as kept:
        assert str(kept["of"]) == train_alarms.of_sources(), "python3 scripts/train_alarms.py"


def test_nothing_is_trained_on_what_it_is_measured_by() -> None:
    sys.path.insert(0, str(share_dir() / "scripts"))
    import train_alarms

    trained = {row.text.casefold() for row in train_alarms.training_rows()}
    measured = (*cries("stops"), *cries("lookalikes"), *held("stops"), *held("lookalikes"))
    assert not sorted(trained.intersection(text.casefold() for text in measured))


@pytest.mark.parametrize("harm", ["weight", "scale", "cut", "missing"])
def test_weights_that_are_not_those_that_were_written_are_refused(harm: str, tmp_path: Path) -> None:
    file = tmp_path / "alarms.npz"
    with np.load(share_dir() / "config" / "alarms.npz", allow_pickle=False) as kept:
        held_in = dict(kept)
    if harm == "weight":
        held_in["weights"][7] += 1
    elif harm == "scale":
        held_in["scale"] = held_in["scale"] * 2
    elif harm == "cut":
        held_in["weights"] = held_in["weights"][:-1]
    if harm != "missing":
        np.savez_compressed(file, **held_in)
    with pytest.raises(ConfigError):
        alarms.load(file)


def test_without_the_weights_the_rules_hear_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "known", lambda: (None, "gone"))
    assert not alarmed("you're pinching my finger")
    assert is_stop("stop")


@pytest.mark.parametrize(
    "text",
    [
        "my scarf's going round your axle",
        "das zwickt lass los",
        "la mia sciarpa si arrotola sul tuo asse",
        "quita tus pinzas de mi hermana",
        "you're sitting on my cardigan",
        "da kommt ein alter Mann auf dich zu",
        "attention tu vas droit sur la vieille dame",
        "sto p right there",
    ],
)
def test_a_cry_is_known_by_the_kinds_of_its_words(text: str) -> None:
    assert is_stop(text) or alarmed(text)


@pytest.mark.parametrize(
    "text", ["alte Leute sind oft einsam", "die alte Lampe ist schön", "freeze the berries"]
)
def test_a_word_that_stops_only_at_the_beginning_is_none_elsewhere(text: str) -> None:
    assert not (is_stop(text) or alarmed(text))
