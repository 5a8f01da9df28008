# SPDX-License-Identifier: Apache-2.0
"""A file is the old one or the new one, whoever is killed, and whatever the disk says."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tektra.common import whole_file

WRITES = """
import itertools, sys
from pathlib import Path
from tektra.common import whole_file
for number in itertools.count():
    whole_file.write(Path(sys.argv[1]), str(number % 10).encode() * 200_000, lasting=False)
    print(number, flush=True)
"""


def test_it_is_written_whole_for_this_account_alone(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "kept.json"
    whole_file.write(file, b"one")
    whole_file.write(file, b"two")
    assert file.read_bytes() == b"two"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["kept.json"]


def test_the_first_stays_where_only_a_first_is_wanted(tmp_path: Path) -> None:
    whole_file.write(tmp_path / "key", b"one", first=True)
    whole_file.write(tmp_path / "key", b"two", first=True)
    assert (tmp_path / "key").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["key"]


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_what_the_disk_refuses_leaves_the_old_one_and_nothing_else(tmp_path: Path, monkeypatch, step) -> None:
    def full(*_, **__) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "kept").write_bytes(b"old")
    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        whole_file.write(tmp_path / "kept", b"new", first=step == "link")
    assert (tmp_path / "kept").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["kept"]


def test_whoever_is_killed_leaves_one_or_the_other(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    for kill in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITES, str(file)], stdout=subprocess.PIPE, env=dict(os.environ)
        )
        process.stdout.readline()
        until_s = time.monotonic() + 0.02 * kill
        while time.monotonic() < until_s:
            content = file.read_bytes()
            assert len(content) == 200_000
            assert len(set(content)) == 1
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        content = file.read_bytes()
        assert len(content) == 200_000
        assert len(set(content)) == 1
    assert whole_file.remove(file)
    assert os.listdir(tmp_path) == [], "drafts of the killed go with it"
    assert not whole_file.remove(file)
