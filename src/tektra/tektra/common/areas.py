# SPDX-License-Identifier: Apache-2.0
"""Where config/safety.yaml lets robots be, for those who plan ways. The gate reads and guards the file by itself.

Read here are keep_in and keep_out zones alone, without their heights and without those that begin above what drives; other keys
are the gate's, which refuses what is wrong with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tektra.common.world_yaml import read_file

#: What does not fly is taken to be no higher than this (m): a zone that begins above is none for it.
GROUND_M = 2.5


@dataclass(frozen=True)
class Area:
    """A polygon by its corners in m: no robot may leave it (`keep_in`), or enter it. `robots` empty: all of them."""

    name: str
    keep_in: bool
    corners: tuple[tuple[float, float], ...]
    robots: tuple[str, ...] = ()


def load_areas(path: Path) -> tuple[Area, ...]:
    """Reads the zones that bound where robots may be. Raises WorldError, which names file, line and key."""
    areas = []
    for name, reader in read_file(path).sections("zones"):
        kind = reader.text("kind")
        above = kind == "keep_out" and reader.number("floor_m", default=0.0) >= GROUND_M
        if kind not in ("keep_in", "keep_out") or above:
            continue
        corners = tuple((corner.number("x_m"), corner.number("y_m")) for corner in reader.items("corners"))
        if len(corners) < 3:
            raise reader.error("corners", "are no polygon: give three or more")
        areas.append(Area(name, kind == "keep_in", corners, reader.texts("robots")))
    return tuple(areas)


def areas_of(areas: tuple[Area, ...], robot: str) -> tuple[Area, ...]:
    """Those that bind this robot."""
    return tuple(area for area in areas if not area.robots or robot in area.robots)
