# SPDX-License-Identifier: Apache-2.0
"""What a model wrote is read without trust."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common.errors import InputError
from tektra.planner.plans.plan import Draft, Step, kept_steps, parse_draft, steps_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_whole_answer_is_read() -> None:
    text = '{"reply":"ok","steps":[{"who":"rover1","do":"move","distance_m":1},{"who":"arm1","do":"wave","after":[1]}]}'
    steps = (Step(1, "rover1", "move", {"distance_m": 1}), Step(2, "arm1", "wave", {}, (1,)))
    assert parse_draft(text) == Draft("ok", steps)
    assert Draft("ok", steps).as_json() == text


def test_a_step_that_waits_for_itself_waits_for_nothing() -> None:
    text = '{"reply":"ok","steps":[{"who":"arm1","do":"wave","after":[1]},{"who":"rover1","do":"turn","after":[2,1]}]}'
    assert [step.after for step in parse_draft(text).steps] == [(), (1,)]


def test_what_is_kept_of_a_plan_reads_back_whole_and_shows_no_order_that_goes_without_saying() -> None:
    steps = (Step(1, "rover1", "turn", {"angle_deg": 90}), Step(2, "rover1", "wait", {"seconds": 1}, (1,)))
    assert kept_steps(steps_json(steps)) == steps
    assert kept_steps("") == ()
    assert "after" not in Draft("ok", steps).as_json()


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "{}", '{"reply": 5}', '{"reply":"a","steps":{}}', '{"reply":"a","steps":[5]}',
        '{"reply":"a","steps":[{"who":1,"do":"x"}]}', '{"reply":"a","steps":[{"who":"a","do":"x","after":[true]}]}',
        '{"reply":"a","steps":[{"who":"a","do":"x","after":["1"]}]}', '{"reply":NaN}', "[" * 100_000,
        '{"reply":"a","steps":[{"who":"a","do":"x","after":{}}]}', '{"reply":"cut sho',
        '{"reply":"a","steps":[{"who":"a","do":"x","v":Infinity}]}',
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
