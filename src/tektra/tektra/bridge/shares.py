# SPDX-License-Identifier: Apache-2.0
"""Where packages keep what they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def find_shares(packages: Iterable[str], prefixes: Sequence[Path]) -> dict[str, Path]:
    """The share folder of each package that is installed below one of the prefixes; the first prefix wins."""
    found = {}
    for package in packages:
        for prefix in prefixes:
            folder = prefix / "share" / package
            if folder.is_dir():
                found[package] = folder
                break
    return found
