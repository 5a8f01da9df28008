# SPDX-License-Identifier: Apache-2.0
"""Where things lie, from a given environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from tektra.common import paths
from tektra.common.errors import ConfigError


def test_without_settings_data_lie_in_the_home_folder() -> None:
    assert paths.data_dir({"HOME": "/home/ada"}) == Path("/home/ada/.local/share/tektra")
    assert paths.cache_dir({"HOME": "/home/ada"}) == Path("/home/ada/.cache/tektra")
    assert paths.config_dir({"HOME": "/home/ada"}) == Path("/home/ada/.config/tektra")


def test_xdg_folders_are_followed() -> None:
    assert paths.models_dir({"HOME": "/home/ada", "XDG_DATA_HOME": "/big"}) == Path("/big/tektra/models")


def test_a_relative_xdg_folder_is_ignored_as_the_specification_says() -> None:
    assert paths.data_dir({"HOME": "/home/ada", "XDG_DATA_HOME": "here"}) == Path(
        "/home/ada/.local/share/tektra"
    )


def test_tektra_home_holds_everything_and_wins_over_xdg() -> None:
    environment = {"HOME": "/home/ada", "XDG_DATA_HOME": "/big", "TEKTRA_HOME": "/robot"}
    assert paths.models_dir(environment) == Path("/robot/models")
    assert paths.cache_dir(environment) == Path("/robot/cache")
    assert paths.state_dir(environment) == Path("/robot/state")


def test_from_a_checkout_the_share_folder_is_its_root() -> None:
    root = Path(__file__).resolve().parents[3]
    assert paths.share_dir({}) == root


def test_outside_a_checkout_the_share_folder_is_what_colcon_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "checkout_dir", lambda: None)
    installed = tmp_path / "second" / "share" / "tektra_bringup"
    (installed / "config").mkdir(parents=True)
    (tmp_path / "first").mkdir()
    assert paths.share_dir({"AMENT_PREFIX_PATH": f"{tmp_path}/first:{tmp_path}/second"}) == installed


def test_without_checkout_and_installation_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "checkout_dir", lambda: None)
    with pytest.raises(ConfigError, match="AMENT_PREFIX_PATH"):
        paths.share_dir({})
