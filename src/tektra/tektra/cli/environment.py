# SPDX-License-Identifier: Apache-2.0
"""The ROS environment that the commands need, made by themselves: nobody has to source a file first.

The same as scripts/env.sh, for the case that ROS 2 is the wheels in the virtual environment that runs this.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tektra.common.errors import ConfigError
from tektra.common.paths import checkout_dir, share_dir
from tektra.launch.packages import prefix_of

INTERFACES = "tektra_interfaces"
WORKSPACE = "TEKTRA_WORKSPACE"
#: Set once the process was started anew, so that it happens no second time.
MADE = "TEKTRA_ENVIRONMENT"
#: What the dynamic linker and Python read only at the start of a process.
READ_AT_START = ("LD_LIBRARY_PATH", "PYTHONPATH")


def prepare(*, start_anew: bool) -> None:
    """Sets what is missing in os.environ. `start_anew`: if it must be, runs this command again with it (no return).

    Raises ConfigError when no built workspace is found.
    """
    changes = missing(os.environ, Path(sys.prefix))
    if not changes:
        return
    os.environ.update(changes)
    if (
        start_anew
        and any(name in changes for name in READ_AT_START)
        and os.environ.get(MADE) != str(os.getpid())
    ):
        os.environ[MADE] = str(os.getpid())  # exec keeps the number
        os.execv(sys.executable, [sys.executable, "-c", _AGAIN, *sys.argv])  # does not return


_AGAIN = "import sys; sys.argv.pop(0); from tektra.cli.main import main; sys.exit(main())"


def missing(environment: Mapping[str, str], prefix: Path) -> dict[str, str]:
    """The variables to set, empty when all is there; `prefix` is the virtual environment. Raises ConfigError."""
    if prefix_of(INTERFACES, environment) and prefix_of("rclpy", environment):
        return _unset(environment, share_dir(environment))
    root = workspace(environment)
    built = [
        folder for folder in sorted((root / "install").glob("*")) if (folder / "share/ament_index").is_dir()
    ]
    if not any(folder.name == INTERFACES for folder in built):
        raise ConfigError(f"{root}/install holds no {INTERFACES}", "build it: make setup (or colcon build)")
    libraries = [prefix / "lib", *(folder / "lib" for folder in built)]
    modules = [found for folder in built for found in folder.glob("lib/python3*/site-packages")]
    modules += [root / "build/tektra", root / "src/tektra"]
    changes = {
        "AMENT_PREFIX_PATH": _joined([*built, prefix], environment.get("AMENT_PREFIX_PATH", "")),
        "PYTHONPATH": _joined(modules, environment.get("PYTHONPATH", "")),
        "LD_LIBRARY_PATH": _joined(libraries, environment.get("LD_LIBRARY_PATH", "")),
        "PATH": _joined([prefix / "bin"], environment.get("PATH", "")),
    }
    if not environment.get("RMW_IMPLEMENTATION"):
        changes["RMW_IMPLEMENTATION"] = "rmw_fastrtps_cpp"
    return changes | _unset(environment, root)


def _unset(environment: Mapping[str, str], root: Path) -> dict[str, str]:
    """What a person may have set otherwise: large frames through shared memory, and nobody else on the network."""
    profiles = str(root / "config/fastdds.xml")
    defaults = {"FASTDDS_DEFAULT_PROFILES_FILE": profiles, "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
    # Ours says how readers and writers keep memory, too; somebody's own file may not.
    if (environment.get("FASTDDS_DEFAULT_PROFILES_FILE") or profiles) == profiles:
        defaults["RMW_FASTRTPS_USE_QOS_FROM_XML"] = "1"
    return {name: value for name, value in defaults.items() if not environment.get(name)}


def workspace(environment: Mapping[str, str]) -> Path:
    """The checkout with its install/ folder: TEKTRA_WORKSPACE, else the one this file lies in. Raises ConfigError."""
    given = environment.get(WORKSPACE)
    found = Path(given).expanduser().absolute() if given else checkout_dir()
    if found is None or not found.is_dir():
        raise ConfigError(
            "no Tektra workspace was found" if found is None else f"{WORKSPACE}={given} is no folder",
            f"source install/setup.bash of the workspace, or set {WORKSPACE} to its folder",
        )
    return found


def _joined(first: list[Path], rest: str) -> str:
    """The existing folders of `first`, then what was there; each once."""
    parts = [str(folder) for folder in first if folder.is_dir()] + rest.split(os.pathsep)
    return os.pathsep.join(dict.fromkeys(filter(None, parts)))
