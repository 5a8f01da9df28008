# SPDX-License-Identifier: Apache-2.0
"""The audit trail cannot be changed unnoticed, goes on after a restart, and never holds anybody up."""

import errno
import json
import os
import resource
import time
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


def test_what_was_rotated_away_is_no_fault_and_what_was_taken_away_is(tmp_path: Path) -> None:
    for number in range(8):
        written(tmp_path, f"entry {number}", file_max_bytes=100, files_kept=3)
    assert [file.name for file in trail(tmp_path)][-1] == "audit-000008.jsonl"
    assert verify_trail(tmp_path, files_kept=3) == ("", 3)
    trail(tmp_path)[0].unlink()
    assert verify_trail(tmp_path, files_kept=3)[0]


def lines_of(folder: Path) -> list[str]:
    return trail(folder)[0].read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: lines[1:],
        lambda lines: lines[:-1],
        lambda lines: lines[:1],
        lambda lines: [],
        lambda lines: [lines[0], lines[2], lines[1], lines[3]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [lines[0].replace("entry 0", "entry 9"), *lines[1:]],
        lambda lines: [*lines[:3], lines[3].replace("entry 3", "entry 9")],
        lambda lines: [*lines, sealed({"event": "stop", "line": 5}, GENESIS)[0] + "\n"],
        lambda lines: [*lines[:2], "\n", *lines[2:]],
        lambda lines: [lines[0].replace('"line":1', '"line":1,"line":1'), *lines[1:]],
    ],
    ids=["head", "last", "tail", "all", "order", "twice", "first", "newest", "forged", "blank", "double key"],
)
def test_every_kind_of_tampering_with_a_file_is_found(tmp_path: Path, tamper) -> None:
    written(tmp_path, *(f"entry {number}" for number in range(4)))
    assert verify_trail(tmp_path) == ("", 4)
    trail(tmp_path)[0].write_text("".join(tamper(lines_of(tmp_path))))
    assert verify_trail(tmp_path)[0]


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_is_found(tmp_path: Path, bit: int) -> None:
    written(tmp_path, "a", "b")
    file = trail(tmp_path)[0]
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1 :])
        assert verify_trail(tmp_path)[0], f"byte {at} of {whole!r}"


def test_a_newest_file_that_was_taken_away_is_found(tmp_path: Path) -> None:
    for number in range(4):
        written(tmp_path, f"entry {number}", file_max_bytes=100)
    trail(tmp_path)[-1].unlink()
    assert "cut off" in verify_trail(tmp_path)[0]


def test_a_power_cut_between_a_line_and_its_note_is_no_tampering(tmp_path: Path) -> None:
    written(tmp_path, "a")
    note = (tmp_path / "audit-head").read_text()
    written(tmp_path, "b")
    (tmp_path / "audit-head").write_text(note)
    assert verify_trail(tmp_path) == ("", 2)


def test_a_file_taken_out_of_the_middle_is_found(tmp_path: Path) -> None:
    for number in range(6):
        written(tmp_path, f"entry {number}", file_max_bytes=300)
    trail(tmp_path)[1].unlink()
    assert "does not follow" in verify_trail(tmp_path)[0]


def test_a_disk_that_cannot_be_written_is_told_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    file = written(tmp_path / "taken", "a", "b")
    assert file.lost == 2 and "taken" in file.fault


def test_a_disk_that_fills_up_in_the_middle_of_a_line_leaves_a_whole_trail_and_the_line_comes_later(
    tmp_path: Path,
) -> None:
    written(tmp_path, "a")
    size = trail(tmp_path)[0].stat().st_size
    file = AuditFile(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, before[1]))  # the kernel takes 20 bytes, then EFBIG
    try:
        file.open()
        file.add({"event": "stop", "detail": "b"})
        end = time.monotonic() + 10.0
        while not file.fault and time.monotonic() < end:
            time.sleep(0.02)
        assert file.fault and trail(tmp_path)[0].stat().st_size == size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    file.close()
    assert file.lost == 0 and not file.fault
    assert verify_trail(tmp_path) == ("", 2)


def test_a_disk_that_stays_full_is_told_and_the_rest_counts_as_lost(tmp_path: Path, monkeypatch) -> None:
    written(tmp_path, "a")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    file = written(tmp_path, "b", "c")
    assert file.lost == 2 and "No space left" in file.fault
    assert verify_trail(tmp_path) == ("", 1)


@pytest.mark.parametrize("detail", ["\ud800", "a\x00b", object(), float("nan"), {"x": {1, 2}}])
def test_whatever_an_entry_holds_the_trail_goes_on(tmp_path: Path, detail: object) -> None:
    file = written(tmp_path, detail, "after")
    assert file.lost == 0
    assert verify_trail(tmp_path) == ("", 2)
