# SPDX-License-Identifier: Apache-2.0
"""A yes or no that outlives a restart."""

from __future__ import annotations

from pathlib import Path


class KeptFlag:
    """Set while its file is there: a file that is cut short or broken says the same. Any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._set = False
        self.read()

    def __bool__(self) -> bool:
        return self._set

    def read(self) -> None:
        """Looks again at what was kept. A folder that cannot be read counts as set: in doubt nobody is listened to."""
        try:
            self._set = self._file.exists()
        except OSError:
            self._set = True

    def put(self, value: bool) -> str:
        """Sets or clears it at once; why that does not outlive a restart, in words, or nothing."""
        self._set = value
        try:
            if value:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.touch()
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            return f"this does not outlive a restart: {error}"
        return ""
