# SPDX-License-Identifier: Apache-2.0
"""docs/what_was_asked.md says what is: its links lead somewhere, and its endpoints are served."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "what_was_asked.md"
TEXT = PAGE.read_text()
LINKS = sorted(set(re.findall(r"\]\(([^)#\s]+)\)", TEXT)))
#: `POST ai/chat` · `GET robots`, `robots/{id}/status`: a verb holds until the next one.
ENDPOINTS = TEXT.partition("## Endpoints")[2]


def named() -> set[tuple[str, str]]:
    found = set()
    for row in re.findall(r"^\| (`.*?) \|", ENDPOINTS, re.M):
        verb = before = ""
        for word in re.findall(r"`([^`]+)`", row.replace("socket `", "socket ~`")):
            head, _, path = word.rpartition(" ")
            verb = head or verb
            if "/" in path and not path.startswith("{"):
                before = path.rpartition("/")[0]
            elif before and not head and path in ("unload", "select"):
                path = f"{before}/{path}"
            elif not head:
                continue  # a message of the socket
            found.add((verb.lower(), f"/api/v1/{path}"))
    return found


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_somewhere(link: str) -> None:
    assert (PAGE.parent / link).is_file(), f"docs/what_was_asked.md: {link} is not there"


def test_every_endpoint_that_is_named_is_served(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "export_api.py", tmp_path], check=True)
    paths = json.loads((tmp_path / "openapi.json").read_text())["paths"]
    served = {(method, path) for path, methods in paths.items() for method in methods}
    asked = named()
    assert len(asked) >= 20
    assert asked - served == set()
