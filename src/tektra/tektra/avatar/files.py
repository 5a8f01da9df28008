# SPDX-License-Identifier: Apache-2.0
"""Where the avatar's files lie."""

from __future__ import annotations

from pathlib import Path

from tektra.common.errors import ConfigError
from tektra.common.paths import share_dir, state_dir


def model_file() -> Path:
    """The GLB that comes with Tektra. Raises ConfigError when Tektra's files are not found."""
    return share_dir() / "urdf" / "meshes" / "tektra_avatar.glb"


def urdf_file() -> Path:
    """The URDF head. Raises ConfigError when Tektra's files are not found."""
    return share_dir() / "urdf" / "tektra_head.urdf"


def look_file() -> Path:
    """Where the look is kept."""
    return state_dir() / "avatar_look.json"


def text(path: Path) -> str:
    """What stands in a file that was built with the avatar. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}", "build it: scripts/build_avatar.py"
        ) from error
