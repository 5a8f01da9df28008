# SPDX-License-Identifier: Apache-2.0
"""Figures of one's own."""

from __future__ import annotations

from tektra.web.models.base import Seen


class Figure(Seen):
    """A VRM file that was checked. `version`: 0 (0.x) or 1; `terms`: what its author allows, in the author's words; `emotions`:
    expressions beside those of lips and lids; `pixels`: of all its pictures; `by`: whose account brought it."""

    id: str
    name: str
    version: int
    title: str
    authors: str
    terms: dict[str, str]
    emotions: list[str]
    size_bytes: int
    points: int
    triangles: int
    pixels: int
    by: str
    added_ms: int
