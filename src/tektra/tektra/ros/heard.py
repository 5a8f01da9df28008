# SPDX-License-Identifier: Apache-2.0
"""What came once runs once."""

from __future__ import annotations


class Heard:
    """What came in last, so far back as Fast DDS may deliver it again: the deepest history of ours is 200."""

    KEPT = 512

    def __init__(self) -> None:
        self._marks: dict[object, None] = {}

    def has(self, mark: object) -> bool:
        """Whether it is remembered; remembers nothing."""
        return mark in self._marks

    def is_first(self, mark: object) -> bool:
        """Remembers the mark. False when it is remembered already."""
        if mark in self._marks:
            return False
        self._marks[mark] = None
        if len(self._marks) > self.KEPT:
            del self._marks[next(iter(self._marks))]
        return True
