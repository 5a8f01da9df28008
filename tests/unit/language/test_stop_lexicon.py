# SPDX-License-Identifier: Apache-2.0
"""What makes the look at words fast finds the same as the plain way would: over all sentences of the tables, and all phrases."""

from __future__ import annotations

import random
from itertools import chain
from pathlib import Path

import pytest
import yaml

from tektra.language.clauses import WORD, plain_text, sentences
from tektra.language.stop import LEXICON
from tektra.language.stop_clause import Clause, Kind
from tektra.language.stop_lexicon import LISTS, Table

TABLES = Path(__file__).parents[2] / "data" / "stopping"
TEXTS = [
    str(row["text"])
    for name in ("stops", "lookalikes")
    for rows in yaml.safe_load((TABLES / f"{name}.yaml").read_text()).values()
    for row in rows
]
ROWS = [*chain.from_iterable(chain.from_iterable(map(sentences, TEXTS)))]


def plainly_at(table: Table, row: list[str], index: int) -> int:
    return max((len(p) for p in table.phrases if tuple(row[index : index + len(p)]) == p), default=0)


@pytest.mark.parametrize("key", LISTS)
def test_a_table_finds_the_longest_phrase_at_each_word(key: str) -> None:
    table, chance = LEXICON[key], random.Random(0)
    rows = [*map(list, chance.sample(sorted(table.phrases), min(20, len(table.phrases))))]
    rows += chance.sample(ROWS, 20)
    rows.append(list(chain.from_iterable(rows)))
    for row in rows:
        found = [plainly_at(table, row, index) for index in range(len(row))]
        assert [table.at(row, index) for index in range(len(row))] == found
        assert table.within(row) is any(found)
        ends = [any(0 < at == end - start for start, at in enumerate(found)) for end in range(len(row) + 1)]
        assert [table.ends_at(row, end) for end in range(len(row) + 1)] == ends


def test_a_long_row_holds_a_stop_where_one_begins_at_any_of_its_words() -> None:
    for row in ROWS:
        assert LEXICON.holds_stop(row) is any(LEXICON.stops_at(row, at) for at in range(len(row)))


@pytest.mark.parametrize("text", ["a\tb", "a1 b", "a\u2003b", "x²y", "a\u0660b", "中文 字", "a\x1cb", "ⅱ a"])
def test_words_are_cut_where_the_pattern_cuts_them(text: str) -> None:
    assert [*chain.from_iterable(chain.from_iterable(sentences(text)))] == WORD.findall(plain_text(text))


def test_a_clause_that_is_passed_over_would_have_meant_nothing() -> None:
    chance = random.Random(1)
    words, triggers = sorted(LEXICON.vocabulary), sorted(LEXICON.triggers)
    passed = 0
    for _ in range(10_000):
        row = [
            chance.choice(words if chance.random() < 0.6 else triggers) for _ in range(chance.randint(1, 6))
        ]
        if LEXICON.may_mean(row):
            continue
        passed += 1
        clause = Clause(LEXICON, row, (), (), slips=False)
        assert clause.kind() is (Kind.NONE if clause.weighs else None), row
    assert passed > 1000
