# SPDX-License-Identifier: Apache-2.0
"""What set-up knows of ROS: which one is here, what the wheels' CMake files need mended, what a build depends on."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

# Where the machine that made the wheels kept its Python and numpy: their CMake files still say so.
BUILDER_NUMPY = re.compile(r"/opt/python/cp3\d+-cp3\d+/lib/python3\.\d+/site-packages/numpy/_core/include")
BUILDER_PYTHON = re.compile(r"/opt/python/cp3\d+-cp3\d+/include/python3\.\d+")


def repair_cmake_paths(venv: Path) -> int:
    """Put this machine's Python and numpy headers where the wheels' CMake files name their builder's. How many files changed."""
    ask = "import numpy, sysconfig; print(sysconfig.get_path('include')); print(numpy.get_include())"
    here = subprocess.run(
        [str(venv / "bin" / "python"), "-c", ask], check=True, capture_output=True, text=True
    ).stdout.split("\n")
    changed = 0
    for path in (venv / "share").rglob("*.cmake"):
        text = path.read_text()
        mended = BUILDER_PYTHON.sub(here[0], BUILDER_NUMPY.sub(here[1], text))
        if mended != text:
            # uv links files from its cache, and so into other environments: write a new file, never into the linked one.
            path.unlink()
            path.write_text(mended)
            changed += 1
    return changed


def demoted_packages(colcon: str, root: Path, environment: Mapping[str, str]) -> list[str]:
    """Packages that colcon does not take for ROS ones: an invalid package.xml silently makes them plain Python."""
    listed = subprocess.run(
        [colcon, "list", "--base-paths", "src"],
        check=False,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
    )
    known = ("(ros.ament_python)", "(ros.ament_cmake)")
    return [line for line in listed.stdout.splitlines() if not line.rstrip().endswith(known)]


def build_inputs(root: Path) -> Iterable[str]:
    """What a build depends on: the messages, the packages' descriptions, and which files the links of --symlink-install are for."""
    described = ("package.xml", "setup.py", "setup.cfg", "CMakeLists.txt")
    packages = [
        folder for folder in sorted((root / "src").iterdir()) if not (folder / "COLCON_IGNORE").exists()
    ]
    for path in (path for folder in packages for path in sorted(folder.rglob("*"))):
        if path.suffix in (".msg", ".srv", ".action") or path.name in described:
            yield f"{path}\n{path.read_text()}"
    bringup = root / "src" / "tektra_bringup"
    for folder in ("launch", "config", "urdf"):
        yield from sorted(str(path) for path in (bringup / folder).rglob("*") if path.is_file())


def full_ros_is_sourced() -> bool:
    """ROS_DISTRO alone may be a leftover; `from`, because a folder called launch would satisfy a plain import."""
    if not os.environ.get("ROS_DISTRO"):
        return False
    ask = [sys.executable, "-c", "from launch import LaunchDescription; import rclpy"]
    return subprocess.run(ask, cwd="/", check=False, capture_output=True).returncode == 0
