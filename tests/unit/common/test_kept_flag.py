# SPDX-License-Identifier: Apache-2.0
"""A yes or no that is kept."""

from pathlib import Path

from tektra.common.kept_flag import KeptFlag


def test_it_is_kept_until_it_is_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "new" / "muted"
    assert not KeptFlag(file)
    assert KeptFlag(file).put(True) == ""
    assert KeptFlag(file)
    KeptFlag(file).put(False)
    assert not KeptFlag(file)


def test_what_cannot_be_kept_holds_all_the_same_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a_file").touch()
    flag = KeptFlag(tmp_path / "a_file" / "muted")
    assert "restart" in flag.put(True)
    assert flag
