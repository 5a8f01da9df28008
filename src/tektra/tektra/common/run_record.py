# SPDX-License-Identifier: Apache-2.0
"""What `tektra up` and the watchdog leave for `tektra status` and `tektra doctor`: which processes there should be, what became of
each, and who gave a sign of life. Files in the state folder, one set for each ROS domain; written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tektra.common import whole_file

#: The watchdog writes four times a second; signs that are older say nothing.
SIGNS_FRESH_S = 5.0


@dataclass(frozen=True)
class ProcessRecord:
    """A process that there should be. `phase`: running, waiting (for its next start) or ended (for good; `why_down` where it was given up)."""

    name: str
    nodes: list[str]
    phase: str
    pid: int = 0
    starts: int = 0
    why_down: str = ""


@dataclass(frozen=True)
class RunRecord:
    """What is known besides what the graph shows. `signs`: by node, s since its last sign of life."""

    processes: list[ProcessRecord] = field(default_factory=list)
    signs: dict[str, float] = field(default_factory=dict)

    @property
    def nodes(self) -> dict[str, ProcessRecord]:
        """The process of each node that there should be."""
        return {node: process for process in self.processes for node in process.nodes}


def write_processes(folder: Path, processes: Sequence[ProcessRecord]) -> None:
    """By `tektra up`, at each start and end. Raises OSError."""
    _write(folder, "processes", {"pid": os.getpid(), "processes": [asdict(process) for process in processes]})


def write_signs(folder: Path, silent_s: Mapping[str, float], now_s: float) -> None:
    """By the watchdog: s since each node's last sign; `now_s` by the system's clock. Raises OSError."""
    _write(folder, "signs", {"pid": os.getpid(), "at_s": now_s, "silent_s": dict(silent_s)})


def remove_processes(folder: Path) -> None:
    """Nothing is to run any more."""
    with suppress(OSError):
        _file(folder, "processes").unlink()


def read(folder: Path, now_s: float) -> RunRecord:
    """What there is, `now_s` by the system's clock; nothing is believed of a writer that runs no more, or of a file that is none."""
    processes, signs = _read(folder, "processes"), _read(folder, "signs")
    try:
        listed = [ProcessRecord(**entry) for entry in processes.get("processes", [])]
        age_s = now_s - float(signs.get("at_s", 0.0))
        fresh = {str(node): float(s) + age_s for node, s in signs.get("silent_s", {}).items()}
    except (TypeError, ValueError, AttributeError):
        return RunRecord()
    return RunRecord(listed, fresh if abs(age_s) <= SIGNS_FRESH_S else {})


def _file(folder: Path, what: str) -> Path:
    return folder / f"{what}-{os.environ.get('ROS_DOMAIN_ID', '') or '0'}.json"


def _write(folder: Path, what: str, data: Mapping[str, object]) -> None:
    whole_file.write(_file(folder, what), json.dumps(data).encode(), lasting=False)


def _read(folder: Path, what: str) -> dict[str, Any]:
    try:
        read = json.loads(_file(folder, what).read_text())
        os.kill(int(read["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return {}
    return dict(read)
