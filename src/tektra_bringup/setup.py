# SPDX-License-Identifier: Apache-2.0
"""Installs launch/, config/ and urdf/. Metadata is in setup.cfg; only the list of files is made here."""

import os
from pathlib import Path

from setuptools import setup

SHARE = Path("share/tektra_bringup")
FOLDERS = ("launch", "config", "urdf")


def data_files() -> list[tuple[str, list[str]]]:
    """Every file of the three folders, in the same folders below share/. Sources are relative, as colcon wants them."""
    found = [
        ("share/ament_index/resource_index/packages", ["resource/tektra_bringup"]),
        (str(SHARE), ["package.xml"]),
    ]
    for name in FOLDERS:
        for folder, _, files in sorted(os.walk(name)):
            if files:
                found.append((str(SHARE / folder), [f"{folder}/{file}" for file in sorted(files)]))
    return found


setup(packages=[], data_files=data_files())
