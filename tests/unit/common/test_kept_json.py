# SPDX-License-Identifier: Apache-2.0
"""What was worked out once is found again; what is damaged, foreign or a link is not there."""

import os
from pathlib import Path

import pytest

from tektra.common.kept_json import MOST_OF_A_KIND, KeptJson

VALUE = {"words": [["go", 1], ["größe", 0.5]], "none": None}


@pytest.fixture
def kept(tmp_path: Path) -> KeptJson:
    return KeptJson(tmp_path / "kept")


def only_file(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "kept").iterdir()
    return file


def test_what_was_kept_is_found_again_under_its_key_alone(kept: KeptJson) -> None:
    assert kept.find("en", "a" * 64) is None
    assert kept.keep("en", "a" * 64, VALUE)
    assert kept.find("en", "a" * 64) == VALUE
    assert kept.find("en", "b" * 64) is None
    assert kept.find("de", "a" * 64) is None


def test_only_its_user_may_read_it(kept: KeptJson, tmp_path: Path) -> None:
    kept.keep("en", "a", VALUE)
    assert only_file(tmp_path).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content.replace(b"go", b"no"),
        lambda content: content.split(b"\n")[1],
        lambda content: b"\x80\x04" + content,
        lambda content: content + b" ",
    ],
)
def test_a_damaged_file_is_not_there_and_is_made_anew(kept: KeptJson, tmp_path: Path, spoil) -> None:
    kept.keep("en", "a", VALUE)
    file = only_file(tmp_path)
    file.write_bytes(spoil(file.read_bytes()))
    assert kept.find("en", "a") is None
    assert kept.keep("en", "a", VALUE)
    assert kept.find("en", "a") == VALUE


def test_a_file_or_folder_that_others_may_write_is_not_read(kept: KeptJson, tmp_path: Path) -> None:
    kept.keep("en", "a", VALUE)
    only_file(tmp_path).chmod(0o622)
    assert kept.find("en", "a") is None
    only_file(tmp_path).chmod(0o600)
    (tmp_path / "kept").chmod(0o777)
    assert kept.find("en", "a") is None
    (tmp_path / "kept").chmod(0o700)
    assert kept.find("en", "a") == VALUE


def test_a_link_or_pipe_in_its_place_is_not_followed_and_holds_nobody_up(
    kept: KeptJson, tmp_path: Path
) -> None:
    kept.keep("en", "a", VALUE)
    file = only_file(tmp_path)
    other = file.rename(tmp_path / "elsewhere")
    file.symlink_to(other)
    assert kept.find("en", "a") is None
    file.unlink()
    os.mkfifo(file)
    assert kept.find("en", "a") is None
    file.unlink()
    file.mkdir()
    assert kept.find("en", "a") is None
    assert not kept.keep("en", "a", VALUE)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_not_read(kept: KeptJson, tmp_path: Path) -> None:
    kept.keep("en", "a", VALUE)
    os.chown(only_file(tmp_path), 65534, 65534)
    assert kept.find("en", "a") is None


def test_what_json_has_no_words_for_is_not_kept(kept: KeptJson, tmp_path: Path) -> None:
    assert not kept.keep("en", "a", {"at": float("nan")})
    assert not kept.keep("en", "a", {"at": Path()})
    assert not KeptJson(Path("/proc/none")).keep("en", "a", VALUE)
    assert not (tmp_path / "kept").exists() or not list((tmp_path / "kept").iterdir())


def test_old_ones_of_a_kind_make_room(kept: KeptJson, tmp_path: Path) -> None:
    for number in range(MOST_OF_A_KIND + 3):
        kept.keep("en", str(number), VALUE)
        os.utime(tmp_path / "kept" / f"en-{number}.json", (number, number))
    kept.keep("de", "0", VALUE)
    kept.keep("en", "new", VALUE)
    assert len(list((tmp_path / "kept").glob("en-*"))) == MOST_OF_A_KIND
    assert kept.find("en", "new") == kept.find("de", "0") == VALUE
