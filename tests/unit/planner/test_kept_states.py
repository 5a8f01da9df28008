# SPDX-License-Identifier: Apache-2.0
"""Kept states of prompts are whole or not there, and not too many."""

import os
from pathlib import Path

import pytest

from tektra.planner.backends.kept_states import KeptStates


@pytest.fixture
def states(tmp_path: Path) -> KeptStates:
    return KeptStates(tmp_path / "made" / "when needed", most_bytes=3000)


def keep(states: KeptStates, key: str, content: bytes) -> Path | None:
    part = states.room()
    assert part is not None
    part.write_bytes(content)
    return states.keep(part, key)


def test_what_was_kept_is_found_under_its_key_alone(states: KeptStates) -> None:
    assert states.find("a") is None
    kept = keep(states, "a", b"x" * 1000)
    assert states.find("a") == kept
    assert states.find("b") is None
    assert [path.name for path in states.folder.iterdir()] == [kept.name], "no part is left"


@pytest.mark.parametrize("damage", [b"", b"x" * 999, b"x" * 999 + b"y", b"x" * 1001])
def test_a_damaged_file_is_not_found_and_goes(states: KeptStates, damage: bytes) -> None:
    kept = keep(states, "a", b"x" * 1000)
    kept.write_bytes(damage)
    assert states.find("a") is None
    assert not kept.exists()


def test_the_one_used_longest_ago_makes_room(states: KeptStates) -> None:
    for number, key in enumerate("abc"):
        os.utime(keep(states, key, key.encode() * 1000), (number, number))
    assert states.find("a") is not None
    keep(states, "d", b"d" * 1000)
    assert states.find("b") is None
    assert states.find("a") is not None
    assert keep(states, "e", b"e" * 3001) is None, "larger than all may be together"
    assert states.find("d") is not None


def test_a_part_that_a_killed_process_left_is_cleared_away(states: KeptStates) -> None:
    states.room()
    left = states.folder / "999999999.part"
    left.write_bytes(b"half")
    states.room()
    assert not left.exists()


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    states = KeptStates(tmp_path / "file" / "folder", most_bytes=10)
    assert states.room() is None
    assert states.find("a") is None
    assert states.keep(tmp_path / "nothing.part", "a") is None
