# SPDX-License-Identifier: Apache-2.0
"""How Tektra's SQLite files are opened: with a log written ahead (WAL), which several processes can share."""

from __future__ import annotations

import sqlite3
import time

#: How long another process may hold the file before a call fails.
BUSY_S = 5
_TRIES, _PAUSE_S = 250, 0.02


def set_up(connection: sqlite3.Connection, *, synchronous: str) -> None:
    """Call first on each connection; from any thread. Raises sqlite3.OperationalError where the file stays locked for BUSY_S."""
    connection.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
    _write_ahead(connection)
    for pragma in (f"synchronous={synchronous}", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Where two processes open a new file at once, one of them is told at once that it is locked, whatever the time-out (in 16
    of 200 openings by two): it asks again."""
    for left in reversed(range(_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(_PAUSE_S)
