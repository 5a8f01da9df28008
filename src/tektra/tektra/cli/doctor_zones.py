# SPDX-License-Identifier: Apache-2.0
"""Whether the world and the gate's zones fit each other."""

from __future__ import annotations

from pathlib import Path

from tektra.cli.doctor_checks import Finding, Level
from tektra.common import paths
from tektra.common.areas import load_areas
from tektra.common.differences import differences
from tektra.common.errors import TektraError
from tektra.common.world import load_world


def zones_and_world(world: Path | None = None, zones: Path | None = None) -> list[Finding]:
    """One finding for each difference. Blocks on the disk."""
    config = paths.share_dir() / "config"
    world, zones = world or config / "world.yaml", zones or config / "safety.yaml"
    try:
        found = differences(load_world(world), load_areas(zones))
    except TektraError as error:
        return [Finding(Level.BROKEN, "zones", error.what, error.remedy)]
    remedy = f"correct {zones} or {world}"
    return [Finding(Level.WARNING, "zones", what, remedy) for what in found] or [
        Finding(Level.OK, "zones", "fit the world and its places")
    ]
