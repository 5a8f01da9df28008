# SPDX-License-Identifier: Apache-2.0
"""The audit trail cannot be changed unnoticed, goes on after a restart, and never holds anybody up."""

import json
from pathlib import Path

import pytest

from tektra.common.audit import GENESIS, sealed, verify
from tektra.safety.backends.audit_file import AuditFile, trail, verify_trail


def chain(count: int) -> list[str]:
    lines, previous = [], GENESIS
    for number in range(count):
        line, previous = sealed({"event": "stop", "detail": f"numéro {number} “x”"}, previous)
        lines.append(line)
    return lines


def test_a_whole_chain_is_good_and_each_line_is_json() -> None:
    lines = chain(5)
    assert verify(lines)[:2] == (None, 5)
    assert [json.loads(line)["detail"] for line in lines][3] == "numéro 3 “x”"


@pytest.mark.parametrize(
    "tamper, line",
    [
        (lambda lines: [*lines[:2], lines[2].replace("numéro 2", "numéro 7"), *lines[3:]], 3),
        (lambda lines: [*lines[:1], *lines[2:]], 2),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 2),
        (lambda lines: [*lines[:4], "garbage"], 5),
        (lambda lines: [*lines[:4], "[1, 2]"], 5),
        (lambda lines: [lines[0], *lines], 2),
    ],
)
def test_a_changed_missing_moved_added_or_garbled_line_is_found(tamper, line: int) -> None:
    fault, good, _ = verify(tamper(chain(5)))
    assert fault is not None and fault.line == line and good == line - 1


def written(folder: Path, *details: str, **options) -> AuditFile:
    file = AuditFile(folder, **options)
    file.open()
    for detail in details:
        file.add({"event": "stop", "detail": detail})
    file.close()
    return file


def test_a_trail_goes_on_after_a_restart(tmp_path: Path) -> None:
    written(tmp_path, "a", "b")
    written(tmp_path, "c")
    assert verify_trail(tmp_path) == ("", 3)


def test_a_line_cut_by_a_power_failure_is_dropped_and_the_trail_goes_on(tmp_path: Path) -> None:
    written(tmp_path, "a", "b")
    with trail(tmp_path)[0].open("ab") as file:
        file.write(b'{"detail":"half')
    written(tmp_path, "c")
    assert verify_trail(tmp_path) == ("", 3)


def test_a_full_file_is_followed_by_a_new_one_in_the_same_chain(tmp_path: Path) -> None:
    for number in range(6):
        written(tmp_path, f"entry {number}", file_max_bytes=300)
    assert len(trail(tmp_path)) > 1
    assert verify_trail(tmp_path) == ("", 6)
    trail(tmp_path)[0].unlink()
    assert verify_trail(tmp_path)[0] == "", "what was rotated away is no fault"


def test_a_file_taken_out_of_the_middle_is_found(tmp_path: Path) -> None:
    for number in range(6):
        written(tmp_path, f"entry {number}", file_max_bytes=300)
    trail(tmp_path)[1].unlink()
    assert "does not follow" in verify_trail(tmp_path)[0]


def test_a_disk_that_cannot_be_written_is_told_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    file = written(tmp_path / "taken", "a", "b")
    assert file.lost == 2 and "taken" in file.fault


def test_a_full_disk_leaves_a_whole_trail_and_counts_what_is_lost(tmp_path: Path) -> None:
    written(tmp_path, "a")
    full = AuditFile(tmp_path)
    full._folder = Path("/dev/full")  # every write there fails with ENOSPC
    full.open()
    full.add({"event": "stop"})
    full.close()
    assert full.lost == 1 and full.fault
    assert verify_trail(tmp_path) == ("", 1)
