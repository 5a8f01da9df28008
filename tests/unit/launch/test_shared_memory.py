# SPDX-License-Identifier: Apache-2.0
"""What Fast DDS leaves behind is removed when no living process uses it; and nothing else is."""

import fcntl
import mmap
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tektra.launch.shared_memory import FOLDER, mapped_by, remove_ownerless, remove_unused

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no /dev/shm here")


@pytest.fixture
def segment() -> Iterator[str]:
    """A name as Fast DDS makes them, with its files."""
    name = f"fastdds_{uuid.uuid4().hex[:16]}"
    files = [FOLDER / name, FOLDER / f"{name}_el"]
    for file in files:
        file.write_bytes(b"\0" * 4096)
    yield name
    for file in files:
        file.unlink(missing_ok=True)


def test_a_segment_in_use_is_seen_and_stays(segment: str) -> None:
    with (FOLDER / segment).open("r+b") as file, mmap.mmap(file.fileno(), 4096):
        assert segment in mapped_by(os.getpid())
        assert remove_unused({segment}) == []
    assert (FOLDER / segment).exists()


def test_a_segment_that_nobody_uses_goes_with_its_lock(segment: str) -> None:
    assert remove_unused({segment}) == [FOLDER / segment, FOLDER / f"{segment}_el"]
    assert not (FOLDER / segment).exists()


def test_only_what_was_named_is_removed(segment: str) -> None:
    remove_unused({f"fastdds_{uuid.uuid4().hex[:16]}"})
    remove_unused(set())
    assert (FOLDER / segment).exists()


def test_a_process_that_is_gone_has_nothing_mapped() -> None:
    assert mapped_by(2**22 + 1) == set()


def test_a_port_goes_with_its_semaphore(tmp_path: Path) -> None:
    for name in ("fastdds_port99999", "sem.fastdds_port99999_mutex", "other"):
        (tmp_path / name).touch()
    remove_unused({"fastdds_port99999"}, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["other"]


def test_a_segment_whose_owner_has_died_goes_also_while_others_run(segment: str) -> None:
    """Each process that was killed left 17 MB for as long as the rest lived."""
    with (FOLDER / f"{segment}_el").open("rb") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX)
        assert remove_ownerless({segment}) == []
    assert remove_ownerless({segment}) == [FOLDER / segment, FOLDER / f"{segment}_el"]
    assert remove_ownerless({segment}) == []


def test_what_is_no_segment_or_has_no_lock_stays(tmp_path: Path) -> None:
    names = ("fastdds_port99999", "fastdds_port99999_el", "other", "other_el", "fastdds_0123456789abcdef")
    for name in names:
        (tmp_path / name).touch()
    assert remove_ownerless({*names}, tmp_path) == []
    assert len([*tmp_path.iterdir()]) == len(names)
