# SPDX-License-Identifier: Apache-2.0
"""Output as whole lines with a prefix."""

import io

import pytest

from tektra.launch.console import Console
from tektra.launch.lines import MAX_LINE_BYTES, Lines, prefixed


def test_pieces_become_whole_lines() -> None:
    lines = Lines()
    assert lines.add(b"one\ntw") == ["one"]
    assert lines.add(b"o\r\n\nthr") == ["two", ""]
    assert lines.rest() == ["thr"]
    assert lines.rest() == []


def test_a_line_without_end_does_not_grow_for_ever() -> None:
    lines = Lines()
    assert lines.add(b"x" * (MAX_LINE_BYTES + 1)) == ["x" * MAX_LINE_BYTES]


def test_bytes_that_are_no_text_are_shown_as_such() -> None:
    assert Lines().add(b"\xff\n") == ["�"]


def test_a_prefix_names_the_process_and_its_number() -> None:
    assert prefixed("planner", 3, "x", colour=False) == "[planner-3] x"
    assert prefixed("planner", 3, "x", colour=True) == "\033[33m[planner-3]\033[0m x"


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_when_the_reader_leaves_it_is_told_once() -> None:
    left: list[int] = []
    console = Console(Gone(), ["a"], (), on_left=lambda: left.append(1))
    console.write(0, ["x", "y"])
    console.flush()
    assert left == [1]


@pytest.mark.parametrize(("bare", "expected"), [((), "[a-1] x\n"), (("a",), "x\n")])
def test_a_companion_has_no_prefix(bare: tuple[str, ...], expected: str) -> None:
    out = io.StringIO()
    Console(out, ["a"], bare, on_left=lambda: None).write(0, ["x"])
    assert out.getvalue() == expected
