# SPDX-License-Identifier: Apache-2.0
"""A stop outlives the gate's process: the latch is kept in a small file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tektra.common import whole_file
from tektra.safety.latch import COUNTER_MAX, LatchState

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
        robots = {str(robot): _causes(causes) for robot, causes in kept.get("robots", {}).items()}
        epoch = int(kept["epoch"])
        if not 0 <= epoch <= COUNTER_MAX:
            raise ValueError(f"{epoch} is no epoch")
        return LatchState(epoch, _causes(kept["causes"]), robots)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return LatchState(epoch=0, causes=frozenset({UNREADABLE}))


def write(path: Path, state: LatchState) -> None:
    """Keeps the latch. Raises OSError (a full disk, say)."""
    robots = {robot: sorted(causes) for robot, causes in sorted(state.robots.items())}
    put(path, {"epoch": state.epoch, "causes": sorted(state.causes), "robots": robots})


def put(path: Path, content: Mapping[str, Any], *, lasting: bool = True) -> None:
    """Replaces a file at once, and for good where it is to outlive the power: then it waits for the disk. Raises OSError."""
    whole_file.write(path, json.dumps(content).encode(), lasting=lasting)


def _causes(kept: object) -> frozenset[str]:
    if not isinstance(kept, list):
        raise TypeError("causes are a list")
    return frozenset(map(str, kept))
