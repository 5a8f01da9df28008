# SPDX-License-Identifier: Apache-2.0
"""A stop outlives the gate's process: the latch is kept in a small file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tektra.safety.latch import LatchState

#: The cause after a file that cannot be read: whether a stop held is unknown, so one does.
UNREADABLE = "state_file_unreadable"


def read(path: Path) -> LatchState | None:
    """The kept latch; None at the very first start. A damaged file counts as a stop."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return LatchState(epoch=0, causes=frozenset({UNREADABLE}))
    try:
        kept = json.loads(text)
        return LatchState(epoch=int(kept["epoch"]), causes=frozenset(map(str, kept["causes"])))
    except (ValueError, KeyError, TypeError):
        return LatchState(epoch=0, causes=frozenset({UNREADABLE}))


def write(path: Path, state: LatchState) -> None:
    """Replaces the file at once, so that a kill leaves the old or the new. Raises OSError (a full disk, say)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(json.dumps({"epoch": state.epoch, "causes": sorted(state.causes)}), encoding="utf-8")
    beside.replace(path)
