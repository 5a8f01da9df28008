# SPDX-License-Identifier: Apache-2.0
"""Where ROS packages lie, by the ament index, without importing any of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def prefixes(environment: Mapping[str, str]) -> list[Path]:
    """The folders of AMENT_PREFIX_PATH, first one first."""
    return [Path(part) for part in environment.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if part]


def prefix_of(package: str, environment: Mapping[str, str]) -> Path | None:
    """The prefix that a package is installed in, or None."""
    marker = Path("share/ament_index/resource_index/packages") / package
    return next((prefix for prefix in prefixes(environment) if (prefix / marker).is_file()), None)


def share_of(package: str, environment: Mapping[str, str]) -> Path | None:
    """The share folder of a package, or None."""
    prefix = prefix_of(package, environment)
    return prefix / "share" / package if prefix else None


def executable_of(package: str, name: str, environment: Mapping[str, str]) -> Path | None:
    """The program of a package: in `lib/<package>` of its prefix, else beside the Python that runs this (a pip install)."""
    prefix = prefix_of(package, environment)
    places = [prefix / "lib" / package] if prefix else []
    places.append(Path(sys.executable).parent)
    return next((place / name for place in places if os.access(place / name, os.X_OK)), None)
