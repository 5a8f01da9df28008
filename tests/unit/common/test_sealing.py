# SPDX-License-Identifier: Apache-2.0
"""Keys and sealed texts: what opens, what does not, and what becomes of keys on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common import sealing
from tektra.common.errors import ConfigError
from tektra.common.sealing import Sealer, SealError

OLD, NEW = bytes(range(32)), bytes(reversed(range(32)))


@given(st.text(), st.text(max_size=50))
def test_a_text_opens_only_with_its_key_and_at_its_place(text: str, place: str) -> None:
    sealed = Sealer((OLD,)).seal(text, f"here {place}")
    with pytest.raises(SealError, match="moved"):
        Sealer((OLD,)).open(sealed, "elsewhere")
    with pytest.raises(SealError, match="not here"):
        Sealer((NEW,)).open(sealed, f"here {place}")


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert Sealer((NEW, OLD)).open(Sealer((OLD,)).seal(text, "x"), "x") == text


@given(st.data())
def test_one_changed_bit_is_noticed(data: st.DataObject) -> None:
    sealed = bytearray(Sealer((OLD,)).seal("stop", "x"))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(SealError):
        Sealer((OLD,)).open(bytes(sealed), "x")


@pytest.mark.parametrize("stored", [b"", b"hello", b"\x01" * 16, b"\x02" * 64])
def test_what_is_no_sealed_text_is_told(stored: bytes) -> None:
    with pytest.raises(SealError):
        Sealer((OLD,)).open(stored, "x")


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert len({Sealer((OLD,)).seal("hello", "x") for _ in range(100)}) == 100


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "key"
    first = sealing.sealer(file, "NONE", {})
    assert sealing.sealer(file, "NONE", {}) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert not list(file.parent.glob("*.new"))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    chosen = sealing.sealer(tmp_path / "key", "KEYS", {"KEYS": f"{NEW.hex()} {OLD.hex()}"})
    assert chosen.keys == (NEW, OLD)
    assert not (tmp_path / "key").exists()


def test_rotation_seals_with_a_new_key_and_still_reads_with_the_old(tmp_path: Path) -> None:
    file = tmp_path / "key"
    before = sealing.sealer(file, "NONE", {})
    sealed = before.seal("hello", "x")
    after = sealing.rotate(file)
    assert after.keys[1:] == before.keys
    assert after.open(sealed, "x") == "hello"
    assert not after.is_newest(sealed)
    assert after.is_newest(after.seal("hello", "x"))
    sealing.drop_old(file)
    assert sealing.sealer(file, "NONE", {}).keys == after.keys[:1]


@pytest.mark.parametrize("content", ["", "secret", "00" * 31, f"{OLD.hex()}\nzz"])
def test_a_bad_key_file_is_told_without_its_content(tmp_path: Path, content: str) -> None:
    file = tmp_path / "key"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(ConfigError) as told:
        sealing.sealer(file, "NONE", {})
    assert str(file) in str(told.value)
    assert not content or content not in str(told.value)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(OLD.hex())
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        sealing.sealer(file, "NONE", {})
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text(OLD.hex())
    with pytest.raises(ConfigError, match="cannot be read"):
        sealing.sealer(file, "NONE", {})


def test_two_processes_that_make_the_first_key_at_once_have_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each made its own, and the last one won: what the other had sealed could never be read."""
    file = tmp_path / "keys"
    first = sealing.sealer(file, "NONE", {})
    monkeypatch.setattr(Path, "exists", lambda self: False)  # as the other saw it, a moment before
    assert sealing.sealer(file, "NONE", {}) == first
    assert [left.name for left in tmp_path.iterdir()] == ["keys"]
