# SPDX-License-Identifier: Apache-2.0
"""package.xml names whatever of ROS the code imports, so that rosdep and a build farm find it."""

import ast
from pathlib import Path
from xml.etree import ElementTree

import pytest

#: What rosdep calls the modules that it has a key for.
KEYS = {
    "PIL": "python3-pil",
    "cryptography": "python3-cryptography",
    "cv2": "python3-opencv",
    "jsonschema": "python3-jsonschema",
    "numpy": "python3-numpy",
    "psutil": "python3-psutil",
    "shapely": "python3-shapely",
    "sqlalchemy": "python3-sqlalchemy",
    "yaml": "python3-yaml",
}


def imported(folder: Path) -> set[str]:
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("package", ["tektra", "tektra_franka"])
def test_what_is_imported_is_named(package: str) -> None:
    names = {
        element.text
        for element in ElementTree.parse(f"src/{package}/package.xml").getroot()
        if element.tag.endswith("depend")
    }
    used = imported(Path("src") / package / package)
    ros = {name for name in used if name.endswith(("_msgs", "_interfaces", "_srvs")) or name == "rclpy"}
    known = {KEYS[name] for name in used & KEYS.keys()}
    assert not (ros | known) - names - {package}
