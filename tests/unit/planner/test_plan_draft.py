# SPDX-License-Identifier: Apache-2.0
"""What a model wrote is read without trust."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common.errors import InputError
from tektra.planner.plan import Draft, Step, parse_draft

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_whole_answer_is_read() -> None:
    text = '{"reply":"ok","steps":[{"id":1,"who":"rover1","skill":"move","arguments":{"distance_m":1},"after":[]}]}'
    assert parse_draft(text) == Draft("ok", (Step(1, "rover1", "move", {"distance_m": 1}),))


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "{}", '{"reply": 5}', '{"reply":"a","steps":{}}', '{"reply":"a","steps":[5]}',
        '{"reply":"a","steps":[{"who":1,"skill":"x"}]}', '{"reply":"a","steps":[{"who":"a","skill":"x","id":true}]}',
        '{"reply":"a","steps":[{"who":"a","skill":"x","after":["1"]}]}', '{"reply":NaN}', "[" * 100_000,
        '{"reply":"a","steps":[{"who":"a","skill":"x","arguments":[]}]}', '{"reply":"cut sho',
        '{"reply":"a","steps":[{"who":"a","skill":"x","arguments":{"v":Infinity}}]}',
    ],
)  # fmt: skip
def test_anything_else_is_an_input_error(text: str) -> None:
    with pytest.raises(InputError):
        parse_draft(text)


@given(JSON)
def test_no_json_at_all_raises_anything_but_an_input_error(content: object) -> None:
    for text in (json.dumps(content), json.dumps({"reply": "a", "steps": [content]})):
        with contextlib.suppress(InputError):
            assert isinstance(parse_draft(text), Draft)
