# SPDX-License-Identifier: Apache-2.0
"""Where a recording goes that was given no place."""

from datetime import datetime
from pathlib import Path

import pytest

from tektra.cli.record import _kept_as
from tektra.common.errors import BackendError
from tektra.web.recordings import NAME

NOW = datetime(2026, 11, 29, 4, 5, 6)


def test_it_goes_where_the_page_lists_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path / "home"))
    file = _kept_as(NOW)
    assert file == tmp_path / "home" / "recordings" / "tektra-20261129-040506.mcap"
    assert NAME.fullmatch(file.name) and file.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path / "file"))
    with pytest.raises(BackendError, match="--out"):
        _kept_as(NOW)
