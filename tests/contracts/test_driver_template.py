# SPDX-License-Identifier: Apache-2.0
"""docs/new_driver.md begins with a template: a copy of it, outside the repository, passes the driver contract."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_copy_of_the_driver_template_passes_its_own_tests(tmp_path):
    copy = tmp_path / "tektra_mybot"
    shutil.copytree(ROOT / "templates" / "driver", copy, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=copy,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 passed" in done.stdout


def test_the_guide_names_only_files_that_are_there():
    guide = (ROOT / "docs" / "new_driver.md").read_text()
    for path in ("templates/driver", "src/tektra_franka"):
        assert path in guide
        assert (ROOT / path).exists()
    for name in ("tests/mybot.py", "tests/test_contract.py", "tektra_mybot/link.py"):
        assert name in guide
        assert (ROOT / "templates" / "driver" / name).is_file()
