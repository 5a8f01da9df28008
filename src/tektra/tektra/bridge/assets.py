# SPDX-License-Identifier: Apache-2.0
"""Files that a 3D view asks for by package:// address: meshes and robot descriptions, from share folders
alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from tektra.common.errors import InputError

SCHEME = "package://"
#: Meshes and pictures. A share folder also holds configuration, which no dashboard needs.
SUFFIXES = frozenset(
    {".glb", ".gltf", ".stl", ".dae", ".obj", ".mtl", ".png", ".jpg", ".jpeg", ".urdf", ".xml", ".bin"}
)
#: Folders of a share that hold such files.
FOLDERS = frozenset({"urdf", "meshes", "materials"})
MAX_BYTES = 64_000_000


def read_asset(address: str, shares: Mapping[str, Path]) -> bytes:
    """The file behind `package://NAME/path`, where NAME is in `shares` and the path does not leave its
    folder.

    Raises InputError. Links are followed (a development install is made of them), so what a link in the share
    folder names is served: it was put there by whoever installed the package.
    """
    if not address.startswith(SCHEME):
        raise InputError(f"{address[:200]!r} is not served", f"ask for {SCHEME}NAME/path")
    package, _, rest = unquote(address[len(SCHEME) :]).partition("/")
    if package not in shares:
        raise InputError(
            f"package {package[:80]!r} is not served", f"served are {', '.join(sorted(shares)) or 'none'}"
        )
    path = Path(rest)
    jailed = not path.is_absolute() and ".." not in path.parts and "\0" not in rest
    if (
        not jailed
        or path.parts[:1] == ()
        or path.parts[0] not in FOLDERS
        or path.suffix.lower() not in SUFFIXES
    ):
        raise InputError(
            f"{address[:200]!r} is not served",
            "ask for a mesh, picture or description below urdf/, meshes/ or materials/",
        )
    file = shares[package] / path
    if not file.is_file():
        raise InputError(f"{address[:200]!r} is not there", "check the address in the robot description")
    if file.stat().st_size > MAX_BYTES:
        raise InputError(f"{address[:200]!r} is larger than {MAX_BYTES} bytes", "use a smaller mesh")
    return file.read_bytes()
