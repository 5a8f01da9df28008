# SPDX-License-Identifier: Apache-2.0
"""Outputs added to an ONNX file by a few bytes behind it."""

import pytest

from tektra.speech_out.backends.onnx_output import _field, outputs_of, with_output


def node(op_type: str, output: str) -> bytes:
    return _field(1, _field(1, b"in") + _field(2, output.encode()) + _field(4, op_type.encode()))


MODEL = (
    b"\x08\x08"
    + _field(7, node("Mul", "m") + node("Ceil", "c") + _field(5, b"x" * 300))
    + b"\x25\x00\x00\x00\x00"
)


def test_nodes_are_found_by_their_type() -> None:
    assert outputs_of(MODEL, "Ceil") == ["c"]
    assert outputs_of(MODEL, "Mul") == ["m"]
    assert outputs_of(MODEL, "Ceiling") == []


def test_what_is_added_leaves_the_rest_as_it_is() -> None:
    more = with_output(MODEL, "c")
    assert more.startswith(MODEL)
    assert more[len(MODEL) :] == _field(7, _field(12, _field(1, b"c")))
    assert outputs_of(more, "Ceil") == ["c"]


@pytest.mark.parametrize("data", [b"\xff" * 20, b"\x3b\x01\x02", b"\x0a\xff"])
def test_garbage_is_no_onnx_file(data: bytes) -> None:
    with pytest.raises(ValueError, match="no ONNX file"):
        outputs_of(data, "Ceil")
