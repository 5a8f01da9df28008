# SPDX-License-Identifier: Apache-2.0
"""The environment that `tektra` makes for itself."""

from pathlib import Path

import pytest

from tektra.cli.environment import missing, workspace
from tektra.common.errors import ConfigError


def package(prefix: Path, name: str) -> None:
    marker = prefix / "share/ament_index/resource_index/packages" / name
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace whose interfaces are built, and a virtual environment with rclpy."""
    made = tmp_path / "ws"
    package(made / "install/tektra_interfaces", "tektra_interfaces")
    (made / "install/tektra_interfaces/lib/python3.11/site-packages").mkdir(parents=True)
    (made / "install/empty").mkdir()
    (made / "src/tektra").mkdir(parents=True)
    venv = made / ".venv"
    package(venv, "rclpy")
    for folder in ("lib", "bin"):
        (venv / folder).mkdir()
    return made


def test_without_any_environment_all_is_made(root: Path) -> None:
    made = missing({"TEKTRA_WORKSPACE": str(root), "PATH": "/usr/bin"}, root / ".venv")
    interfaces = root / "install/tektra_interfaces"
    assert made["AMENT_PREFIX_PATH"] == f"{interfaces}:{root / '.venv'}"
    assert made["PYTHONPATH"] == f"{interfaces}/lib/python3.11/site-packages:{root}/src/tektra"
    assert made["LD_LIBRARY_PATH"] == f"{root}/.venv/lib:{interfaces}/lib"
    assert made["PATH"] == f"{root}/.venv/bin:/usr/bin"
    assert made["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "LOCALHOST"
    assert made["FASTDDS_DEFAULT_PROFILES_FILE"] == f"{root}/config/fastdds.xml"
    assert made["RMW_FASTRTPS_USE_QOS_FROM_XML"] == "1"


def test_what_a_person_chose_stays(root: Path) -> None:
    chosen = {
        "TEKTRA_WORKSPACE": str(root),
        "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET",
        "RMW_IMPLEMENTATION": "rmw_x",
        "FASTDDS_DEFAULT_PROFILES_FILE": "/x.xml",
    }
    made = missing(chosen, root / ".venv")
    assert not {"FASTDDS_DEFAULT_PROFILES_FILE", "RMW_FASTRTPS_USE_QOS_FROM_XML"} & made.keys()
    assert "ROS_AUTOMATIC_DISCOVERY_RANGE" not in made
    assert "RMW_IMPLEMENTATION" not in made


def test_made_once_nothing_is_missing(root: Path) -> None:
    environment = {"TEKTRA_WORKSPACE": str(root)}
    environment |= missing(environment, root / ".venv")
    assert missing(environment, root / ".venv") == {}


def test_in_a_sourced_workspace_paths_stay_as_they_are(root: Path) -> None:
    sourced = {"AMENT_PREFIX_PATH": f"{root}/install/tektra_interfaces:{root}/.venv", "PYTHONPATH": "/x"}
    assert (
        not {"PYTHONPATH", "LD_LIBRARY_PATH", "AMENT_PREFIX_PATH", "RMW_IMPLEMENTATION"}
        & missing(sourced, root).keys()
    )


def test_interfaces_that_are_not_built_are_told(root: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ConfigError, match=r"tektra_interfaces.*make setup"):
        missing({"TEKTRA_WORKSPACE": str(empty)}, root / ".venv")


def test_a_workspace_that_is_none_is_told() -> None:
    with pytest.raises(ConfigError, match="TEKTRA_WORKSPACE=/no/such"):
        workspace({"TEKTRA_WORKSPACE": "/no/such"})
