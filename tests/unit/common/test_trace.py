# SPDX-License-Identifier: Apache-2.0
"""One id from the way in to the wheel."""

import json

import pytest

from tektra.common.trace import DIGITS, WHOLE, id_in, line, new_id, trace_of, trace_of_speech


def test_what_comes_of_a_request_is_found_by_the_same_digits() -> None:
    request = new_id()
    goals = {id_in(request) for _ in range(50)}
    assert len(goals) == 50 and {trace_of(goal) for goal in goals} == {trace_of(request)}
    assert {len(goal) for goal in goals} == {WHOLE}


@pytest.mark.parametrize("nonsense", ["", "g" * 32, "ab", "AB" * 16, "../" * 12, "9" * (DIGITS - 1)])
def test_what_is_no_id_gets_a_trace_of_its_own(nonsense: str) -> None:
    assert trace_of(nonsense) == ""
    assert len(trace_of(id_in(nonsense))) == DIGITS


def test_ear_and_planner_name_the_same_sentence_alike_and_two_sentences_apart() -> None:
    assert trace_of_speech(17, 5) == trace_of_speech(17, 5) == trace_of(trace_of_speech(17, 5))
    assert (
        len({trace_of_speech(17, 5), trace_of_speech(17, 6), trace_of_speech(1, 75), trace_of_speech(175, 0)})
        == 4
    )


def test_a_line_is_json_with_the_trace_and_short_times() -> None:
    request = new_id()
    told = json.loads(line("planner", "planned", request, steps=2, took_ms=12.3456))
    assert told == {
        "trace": trace_of(request),
        "at": "planner",
        "did": "planned",
        "steps": 2,
        "took_ms": 12.3,
    }
