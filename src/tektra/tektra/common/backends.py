# SPDX-License-Identifier: Apache-2.0
"""Back ends are found by name, and imported only when chosen."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from tektra.common.errors import BackendError


def names(kind: str) -> list[str]:
    """Names of the back ends of a kind (llm, stt, tts, vad, detector, driver, ...), sorted. Imports none of them."""
    return sorted(_entries(kind))


def load(kind: str, name: str) -> Any:
    """The class of the back end `name` of `kind`. Raises BackendError with the remedy when it is unknown or lacks a package."""
    entries = _entries(kind)
    if name not in entries:
        raise BackendError(
            f"no {kind} back end is called {name!r}", f"use one of {', '.join(sorted(entries)) or 'none'}"
        )
    try:
        return entries[name].load()
    except ModuleNotFoundError as missing:
        raise BackendError(
            f"the {kind} back end {name!r} needs the Python package {missing.name!r}",
            f"pip install the packages of requirements/ for {name!r}, then start again",
        ) from missing


def _entries(kind: str) -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=f"tektra.{kind}")}
