# SPDX-License-Identifier: Apache-2.0
"""What goes to the audit: who asked for what, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One line of the audit. `who`: a node, an operator, a robot, or the goal that asked; `robot` empty: all."""

    who: str
    event: str
    detail: str
    robot: str = ""
    skill: str = ""


class Journal:
    """Collects records until they are taken. One thread uses it."""

    def __init__(self) -> None:
        self._records: list[Record] = []
        self._told: dict[str, tuple[str, str]] = {}

    def add(self, who: str, event: str, detail: str, robot: str = "", skill: str = "") -> None:
        self._records.append(Record(who, event, detail, robot, skill))

    def add_once(self, who: str, event: str, detail: str, robot: str, skill: str = "") -> None:
        """Twenty requests a second are one line: what differs in its numbers alone is not told again."""
        told = (who, f"{event} {detail.split(' = ')[0].split(' is ')[0]}")
        if self._told.get(robot) != told:
            self._told[robot] = told
            self.add(who, event, detail, robot, skill)

    def forget(self, robot: str) -> None:
        """The robot is gone."""
        self._told.pop(robot, None)

    def take(self) -> list[Record]:
        """What happened since the last call."""
        taken, self._records = self._records, []
        return taken
