# SPDX-License-Identifier: Apache-2.0
"""Text from the command line."""

import io

import pytest

from tektra.cli.texts import MAX_CHARS, checked_text
from tektra.common.errors import InputError


def test_words_are_one_text() -> None:
    assert checked_text(["go", "to the", "kitchen "]) == "go to the kitchen"


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("wave\n"))
    assert checked_text(["-"]) == "wave"


@pytest.mark.parametrize("words", [[""], ["  ", ""], ["x" * (MAX_CHARS + 1)]])
def test_an_empty_or_overlong_text_is_refused(words: list[str]) -> None:
    with pytest.raises(InputError, match="text is"):
        checked_text(words)


def test_ten_megabytes_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    source = io.StringIO("x" * 10_000_000)
    monkeypatch.setattr("sys.stdin", source)
    with pytest.raises(InputError, match="longer than"):
        checked_text(["-"])
    assert source.tell() <= MAX_CHARS + 1
