# SPDX-License-Identifier: Apache-2.0
"""A measurement of bench/ that also serves as a test, run small in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parents[2] / "bench"
MOST_S = 300


def measured(name: str, *words: str) -> tuple[dict[str, Any], str]:
    """Its figures, and all that it printed. It must end well."""
    done = subprocess.run(
        [sys.executable, f"{name}.py", *words],
        cwd=BENCH,
        capture_output=True,
        text=True,
        timeout=MOST_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])["figures"], done.stdout
