# SPDX-License-Identifier: Apache-2.0
"""A model is fetched on the page: how far it is, that it can be cancelled, and who may."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tektra.web import pulling
from tests.browser.test_page import _axe, _desk

#: In place of `tektra models pull`: a half, then the whole once it is let.
FETCHER = """
import json, pathlib, sys, time
for done in (30_000_000, 60_000_000):
    print(json.dumps({"model": sys.argv[-1], "done": done, "total": 60_000_000}), flush=True)
    while not pathlib.Path(sys.argv[1]).exists():
        time.sleep(0.01)
"""


@pytest.fixture
def arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Once this file is there, what is fetched comes."""
    script = tmp_path / "fetcher.py"
    script.write_text(FETCHER)
    monkeypatch.setattr(pulling, "PULL", (sys.executable, str(script), str(tmp_path / "go")))
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path / "kept"))
    return tmp_path / "go"


@pytest.mark.parametrize("size", ["phone", "tablet", "desktop"])
def test_an_operator_fetches_a_model_and_sees_how_far_it_is(
    visitor: Callable[..., Any], arrives: Path, size: str
) -> None:
    page = visitor(size=size).sign_in("operator")
    _desk(page, "Models")
    row = page.locator(".fetching li").filter(has_text="smollm2-135m")
    row.get_by_role("button", name="Fetch smollm2-135m").press("Enter")
    bar = row.get_by_role("progressbar", name="smollm2-135m")
    expect(bar).to_have_attribute("value", "30000000")
    expect(row).to_contain_text("30 of 60 MB")
    expect(page.get_by_role("button", name="Fetch whisper-base")).to_be_disabled()
    assert _axe(page) == []
    over = "(all => [...all].filter(one => one.scrollWidth > one.clientWidth + 1).length)"
    assert page.evaluate(f"{over}(document.querySelectorAll('main, .operate .card'))") == 0
    row.get_by_role("button", name="Cancel smollm2-135m").press("Enter")
    expect(row).to_contain_text("cancelled")
    arrives.touch()
    row.get_by_role("button", name="Fetch smollm2-135m").click()
    expect(bar).to_have_count(0)
    expect(page.get_by_role("button", name="Fetch whisper-base")).to_be_enabled()


def test_who_looks_on_sees_the_models_and_fetches_none(visitor: Callable[..., Any], arrives: Path) -> None:
    page = visitor().sign_in("observer")
    _desk(page, "Models")
    expect(page.locator(".fetching li")).not_to_have_count(0)
    expect(page.locator(".fetching button")).to_have_count(0)
