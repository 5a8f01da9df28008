# SPDX-License-Identifier: Apache-2.0
"""Where there is no browser the demo says so, and goes on."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from tektra.cli.demo import page
from tektra.cli.demo.report import StepFailed


def test_what_keeps_the_page_from_being_visited_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert page.missing(tmp_path) == "Playwright is not installed (pip install playwright)"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert page.missing(tmp_path) == "Chromium is not installed (apt-get install chromium)"
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert page.missing(tmp_path) == "the page is not built (make setup)"
    (tmp_path / "index.html").touch()
    assert page.missing(tmp_path) == ""


def test_the_first_account_is_read_from_the_log() -> None:
    log = "[web] listening\n[web] first start: sign in as admin with the password a-B_9xyz\n[web] more\n"
    assert page.first_account(log) == ("admin", "a-B_9xyz")
    with pytest.raises(StepFailed, match="no first account"):
        page.first_account("[web] listening\n")
