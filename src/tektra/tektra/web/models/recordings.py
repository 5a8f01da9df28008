# SPDX-License-Identifier: Apache-2.0
"""Recordings of the graph."""

from __future__ import annotations

from tektra.web.models.base import Seen


class Recording(Seen):
    """An MCAP file. Without its end (`whole` false) it is `running`, or its recorder was killed: `mcap recover` mends it."""

    name: str
    size_bytes: int
    changed_ms: int
    whole: bool
    running: bool
