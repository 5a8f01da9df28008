# SPDX-License-Identifier: Apache-2.0
"""control_msgs for tests: the installed one, or the few messages of tests/peers/control_msgs, built once (a minute)."""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "tests" / "peers" / "control_msgs"


def environment():
    """The process's own environment, with control_msgs in reach; this process can import it, too."""
    if importlib.util.find_spec("control_msgs") is None:
        _reach(_built())
    return dict(os.environ)


def _built():
    files = sorted(path for path in SOURCE.rglob("*") if path.is_file())
    key = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    prefix = ROOT / "build" / "test_control_msgs" / key
    if (prefix / "built").exists():
        return prefix
    shutil.rmtree(prefix, ignore_errors=True)
    command = [
        "colcon",
        "--log-base",
        str(prefix / "log"),
        "build",
        "--base-paths",
        str(SOURCE),
        "--merge-install",
    ]
    command += ["--build-base", str(prefix / "build"), "--install-base", str(prefix)]
    command += ["--cmake-args", f"-DPython3_EXECUTABLE={sys.executable}", "-DBUILD_TESTING=OFF"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (prefix / "built").touch()
    return prefix


def _reach(prefix):
    modules = next(prefix.glob("lib/python3*/site-packages"))
    for name, first in (
        ("PYTHONPATH", modules),
        ("LD_LIBRARY_PATH", prefix / "lib"),
        ("AMENT_PREFIX_PATH", prefix),
    ):
        os.environ[name] = os.pathsep.join(filter(None, [str(first), os.environ.get(name, "")]))
    sys.path.insert(0, str(modules))
    # The linker read LD_LIBRARY_PATH when this process started; what is loaded already is found by its name. Some need others first.
    left = sorted((prefix / "lib").glob("libcontrol_msgs__*.so"))
    for _ in range(len(left)):
        left = [library for library in left if not _loads(library)]


def _loads(library):
    try:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
