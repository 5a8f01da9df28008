# SPDX-License-Identifier: Apache-2.0
"""What the gateway refuses, the page tells in its reader's language."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3] / "src"
RAISED = re.compile(
    r'(?:ApiError|TooMuch|BadFigure|_problem)\(\s*\d{3},\s*"([a-z_]+)"|code="([a-z_]+)"|\d{3}: "([a-z_]+)"'
)
#: Told in other words ("problemWait"), by what stands beside it, or to nobody who has a page.
ELSEWHERE = {"refused", "not_here", "not_utf8"}


def codes() -> set[str]:
    sources = (ROOT / "tektra" / "tektra" / "web").rglob("*.py")
    return {code for file in sources for found in RAISED.findall(file.read_text()) for code in found if code}


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_every_code_of_a_refusal_has_a_text(language: str) -> None:
    texts = json.loads((ROOT / "tektra_web" / "messages" / f"{language}.json").read_text())
    assert len(codes()) > 50
    assert sorted(code for code in codes() - ELSEWHERE if f"problem_{code}" not in texts) == []
