# SPDX-License-Identifier: Apache-2.0
"""Each ROS package is whole in its folder: what a build farm, or a workspace that holds src/* alone, gets of it is all that it needs."""

import os
import re
import runpy
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(file.parent.relative_to(ROOT) for file in (ROOT / "src").glob("*/package.xml"))
#: What says how a package is built and which files belong to it.
BUILD_FILES = ("setup.py", "setup.cfg", "CMakeLists.txt", "package.xml", "MANIFEST.in", "pyproject.toml")
UPWARDS = re.compile(r"(^|[\s\"'/(=])\.\.(/|[\"'\s)]|$)", re.MULTILINE)


def files(folder: Path) -> list[Path]:
    """Tracked, and new ones that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", str(folder)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_there_are_packages() -> None:
    assert {package.name for package in PACKAGES} >= {"tektra", "tektra_bringup", "tektra_interfaces"}


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_link_leads_out_of_a_package(package: Path) -> None:
    inside = (ROOT / package).resolve()
    links = [file for file in files(package) if file.is_symlink()]
    assert [link for link in links if not link.resolve().is_relative_to(inside)] == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_package_is_built_from_files_of_another_place(package: Path) -> None:
    told = [ROOT / package / name for name in BUILD_FILES if (ROOT / package / name).is_file()]
    assert told
    assert [str(file) for file in told if UPWARDS.search(file.read_text())] == []


@pytest.mark.parametrize("name", ["launch", "config", "urdf"])
def test_the_folders_at_the_top_are_those_of_the_package(name: str) -> None:
    link = ROOT / name
    assert link.is_symlink() and os.readlink(link) == f"src/tektra_bringup/{name}"
    assert [file for file in files(Path("src/tektra_bringup") / name) if file.is_symlink()] == []


@pytest.mark.parametrize("name", ["launch", "config", "urdf"])
def test_the_package_installs_every_file_of_its_folders(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, list[str]] = {}
    monkeypatch.chdir(ROOT / "src" / "tektra_bringup")
    monkeypatch.setattr("setuptools.setup", lambda **told: made.update(dict(told["data_files"])))
    runpy.run_path("setup.py")
    installed = {Path(source) for sources in made.values() for source in sources}
    inside = [
        file.relative_to(ROOT / "src" / "tektra_bringup") for file in files(Path("src/tektra_bringup") / name)
    ]
    assert set(inside) <= installed
    assert all(
        Path(place) == Path("share/tektra_bringup") / Path(source).parent
        for place, sources in made.items()
        for source in sources
        if Path(source).parts[0] == name
    )
