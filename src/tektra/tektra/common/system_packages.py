# SPDX-License-Identifier: Apache-2.0
"""The system's own packages that Tektra needs, told by what is really missing. Standard library only: set-up runs it first."""

from __future__ import annotations

import ctypes
import os
import shutil
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class SystemPackage:
    """A Debian or Ubuntu package, and how to tell that what it brings is there."""

    name: str
    why: str
    present: Callable[[], bool]
    only_to_build: bool = False


def has_library(soname: str) -> bool:
    """Whether the dynamic linker finds and loads the library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _has_python_headers() -> bool:
    return Path(sysconfig.get_path("include"), "Python.h").is_file()


def _has_ensurepip() -> bool:
    # Debian leaves ensurepip/__init__.py out of python3 and puts it into python3-venv.
    return find_spec("ensurepip") is not None


def _has_software_renderer() -> bool:
    folders = [Path("/usr/lib"), *Path("/usr/lib").glob("*-linux-gnu*")]
    return any((folder / "dri" / "swrast_dri.so").exists() for folder in folders) or bool(
        os.environ.get("LIBGL_DRIVERS_PATH")
    )


def needed() -> list[SystemPackage]:
    """All of them, in the order in which set-up wants them."""
    return [
        SystemPackage("python3-venv", "makes .venv", _has_ensurepip, only_to_build=True),
        SystemPackage(
            "python3-dev", "headers for the message classes", _has_python_headers, only_to_build=True
        ),
        SystemPackage(
            "build-essential",
            "compiles the messages",
            lambda: _commands("cc", "c++", "make"),
            only_to_build=True,
        ),
        SystemPackage(
            "libegl1", "draws without a display (avatar, mediapipe)", lambda: has_library("libEGL.so.1")
        ),
        SystemPackage("libgles2", "mediapipe links it", lambda: has_library("libGLESv2.so.2")),
        SystemPackage("libgl1", "opencv and moderngl link it", lambda: has_library("libGL.so.1")),
        SystemPackage("libegl-mesa0", "EGL without a GPU", lambda: has_library("libEGL_mesa.so.0")),
        SystemPackage("libgl1-mesa-dri", "OpenGL without a GPU", _has_software_renderer),
        SystemPackage("libglib2.0-0", "opencv links it", lambda: has_library("libglib-2.0.so.0")),
        SystemPackage(
            "libportaudio2", "microphone and loudspeaker", lambda: has_library("libportaudio.so.2")
        ),
    ]


#: What the page is tried in: the commands by which systems know it.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Where Chromium is; None: nowhere."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def for_tests() -> list[SystemPackage]:
    """What tests alone want: without it some are skipped, and all else works."""
    return [SystemPackage("chromium", "the page's tests run in it", lambda: chromium() is not None)]


def missing(packages: list[SystemPackage] | None = None) -> list[SystemPackage]:
    """Those that are not here."""
    return [package for package in (needed() if packages is None else packages) if not package.present()]


def install_line(packages: list[SystemPackage]) -> str:
    """The line that a person runs to get them."""
    return f"sudo apt-get install --no-install-recommends {' '.join(package.name for package in packages)}"


def _commands(*names: str) -> bool:
    return all(shutil.which(name) for name in names)
