# SPDX-License-Identifier: Apache-2.0
"""Where config/safety.yaml lets robots be, for those who plan ways and those who show them. The gate reads and guards the file by
itself.

Zones are read without their heights and without those that begin above what drives; other keys are the gate's, which refuses
what is wrong with them. For ways, keep_in and keep_out zones alone count.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tektra.common.world_yaml import Reader, read_file

#: What does not fly is taken to be no higher than this (m): a zone that begins above is none for it.
GROUND_M = 2.5


@dataclass(frozen=True)
class Area:
    """A polygon by its corners in m: no robot may leave it (`keep_in`), or enter it. `robots` empty: all of them."""

    name: str
    keep_in: bool
    corners: tuple[tuple[float, float], ...]
    robots: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlowArea:
    """A polygon by its corners in m, in which the robots are no faster than `speed_mps`. `robots` empty: all of them."""

    name: str
    speed_mps: float
    corners: tuple[tuple[float, float], ...]
    robots: tuple[str, ...] = ()


def load_areas(path: Path) -> tuple[Area, ...]:
    """Reads the zones that bound where robots may be. Raises WorldError, which names file, line and key."""
    areas = []
    for name, reader in read_file(path).sections("zones"):
        kind = reader.text("kind")
        if kind in ("keep_in", "keep_out") and not (kind == "keep_out" and _above(reader)):
            areas.append(Area(name, kind == "keep_in", _corners(reader), reader.texts("robots")))
    return tuple(areas)


def load_slow_areas(path: Path) -> tuple[SlowArea, ...]:
    """Reads the zones in which robots are slow. Raises WorldError, which names file, line and key."""
    return tuple(
        SlowArea(name, reader.number("speed_mps"), _corners(reader), reader.texts("robots"))
        for name, reader in read_file(path).sections("zones")
        if reader.text("kind") == "slow" and not _above(reader)
    )


def _above(reader: Reader) -> bool:
    return reader.number("floor_m", default=0.0) >= GROUND_M


def _corners(reader: Reader) -> tuple[tuple[float, float], ...]:
    corners = tuple((corner.number("x_m"), corner.number("y_m")) for corner in reader.items("corners"))
    if len(corners) < 3:
        raise reader.error("corners", "are no polygon: give three or more")
    return corners


def areas_of(areas: tuple[Area, ...], robot: str) -> tuple[Area, ...]:
    """Those that bind this robot."""
    return tuple(area for area in areas if not area.robots or robot in area.robots)
