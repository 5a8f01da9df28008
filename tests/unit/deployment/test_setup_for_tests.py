# SPDX-License-Identifier: Apache-2.0
"""What tests alone want of the system: set-up fetches it for `make test`, and stops for want of it in no case."""

import importlib.util
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from tektra.common import system_packages
from tektra.common.system_packages import SystemPackage

ROOT = Path(__file__).parents[3]


class Apt:
    """What set-up runs, and a system on which it brings what it is asked for; `fails`: the verb that does not."""

    def __init__(self) -> None:
        self.ran: list[list[str]] = []
        self.here: set[str] = set()
        self.fails = ""

    def run(self, what: str, command: list[str], **_: object) -> bool:
        self.ran.append(command)
        if self.fails in command:
            return False
        self.here |= set(command)
        return True


@pytest.fixture
def apt() -> Apt:
    return Apt()


@pytest.fixture
def setup(apt: Apt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """scripts/setup.py, as root on a machine that lacks one package that is needed, and Chromium."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("tektra_setup", ROOT / "scripts" / "setup.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.setup_progress, "run", apt.run)
    monkeypatch.setattr(module.setup_progress, "tail", lambda *_: "no network")
    monkeypatch.setattr(module, "_becoming_root", list)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    def package(name: str) -> SystemPackage:
        return SystemPackage(name, "why", lambda: name in apt.here)

    monkeypatch.setattr(system_packages, "needed", lambda: [package("libegl1")])
    monkeypatch.setattr(system_packages, "for_tests", lambda: [package("chromium")])
    return module


def system_of(setup: ModuleType, *, tests: bool) -> str:
    return str(setup.Setup(full_ros=False, models=False, tests=tests)._system())


def test_for_the_tests_chromium_comes_as_other_packages_do(setup: ModuleType, apt: Apt) -> None:
    assert system_of(setup, tests=True) == "installed libegl1; installed chromium for the tests"
    assert apt.ran[-1] == ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    came = len(apt.ran)
    assert system_of(setup, tests=True) == "all here; and those of the tests"
    assert len(apt.ran) == came


def test_nobody_else_is_given_a_browser(setup: ModuleType, apt: Apt) -> None:
    assert system_of(setup, tests=False) == "installed libegl1"
    assert not any("chromium" in command for command in apt.ran)


@pytest.mark.parametrize("why", ["no root", "no network"])
def test_without_it_set_up_goes_on_and_names_the_line_to_run(
    setup: ModuleType, apt: Apt, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    apt.here.add("libegl1")
    if why == "no root":
        monkeypatch.setattr(setup, "_becoming_root", lambda: None)
    apt.fails = "chromium"
    told = system_of(setup, tests=True)
    assert "tests in chromium are skipped" in told
    assert "sudo apt-get install --no-install-recommends chromium" in told


def test_what_is_needed_stops_set_up_as_before(setup: ModuleType, apt: Apt) -> None:
    apt.fails = "libegl1"
    with pytest.raises(setup.SetupError, match="libegl1"):
        system_of(setup, tests=True)


def test_make_test_asks_for_it_and_make_setup_does_not() -> None:
    def does(target: str) -> str:
        asked = ["make", "-n", target, "PYTHON=python3"]
        return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "setup.py --tests" in does("test") and "setup.py --tests" in does("test-page")
    assert "--tests" not in does("setup") + does("demo") + does("check")


def test_the_browsers_tests_are_part_of_make_test() -> None:
    text = (ROOT / "scripts" / "run_tests.py").read_text()
    assert '"browser"' in text.split("PARTS = ")[1].split("\n")[0]
