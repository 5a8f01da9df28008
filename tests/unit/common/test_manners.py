# SPDX-License-Identifier: Apache-2.0
"""How the house wants Tektra to speak: kept whole, and taken up while it runs."""

import os
from pathlib import Path

import pytest

from tektra.common.errors import ConfigError
from tektra.common.manners import HouseManners, Manner, Manners, read_manners, write_manners


@pytest.mark.parametrize(
    "style", ["", "warm, a little dry", "no: 'quotes' \"#\" {x}", "yes", "null", "12", "- a", "höflich 🙂"]
)
@pytest.mark.parametrize("name", ["anna", "on", "12", "Ada: Byron", "- x", "~"])
def test_what_is_written_is_read_again(tmp_path: Path, style: str, name: str) -> None:
    file = tmp_path / "folder" / "manners.yaml"
    manners = Manners(Manner(style, expressive=False), {name: Manner(style or "", expressive=True)})
    write_manners(file, manners)
    assert read_manners(str(file)) == manners
    assert [one.name for one in file.parent.iterdir()] == ["manners.yaml"]


def test_a_change_holds_from_the_next_look_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path))
    told: list[str] = []
    house = HouseManners("", told.append)
    assert house.of("anna") == house.everybody == Manner()
    file = tmp_path / "manners.yaml"
    write_manners(file, Manners(Manner("brief"), {"anna": Manner("formal", expressive=False)}))
    assert (house.everybody, house.of("anna")) == (Manner("brief"), Manner("formal", expressive=False))
    write_manners(file, Manners(Manner("warm!")))
    assert house.of("anna") == Manner("warm!")
    file.unlink()
    assert house.everybody == Manner() and told == []


def test_what_becomes_wrong_changes_nothing_and_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "manners.yaml"
    write_manners(file, Manners(Manner("brief")))
    told: list[str] = []
    house = HouseManners(str(file), told.append)
    wrong = tmp_path / "wrong"
    wrong.write_text("everybody: {stile: warm}")
    os.replace(wrong, file)
    assert house.everybody == house.everybody == Manner("brief")
    assert len(told) == 1 and "stile" in told[0]
    with pytest.raises(ConfigError, match="stile"):
        HouseManners(str(file), told.append)
    with pytest.raises(ConfigError):
        HouseManners(str(tmp_path / "missing"), told.append)


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_manners(tmp_path / "file" / "manners.yaml", Manners())
