# SPDX-License-Identifier: Apache-2.0
"""A process ends in time with its status, also while something holds the interpreter."""

import subprocess
import sys

import pytest

HANGS = """
import ctypes
from tektra.common.exit_within import exit_within
with exit_within({within_s}, 7):
    ctypes.PyDLL(None).usleep({hangs_us})
print("ended by itself")
"""


@pytest.mark.parametrize(
    ("within_s", "hangs_us", "status", "told"),
    [(0.3, 60_000_000, 7, ""), (1.2, 60_000_000, 7, ""), (60, 1000, 0, "ended by itself\n")],
)
def test_whoever_hangs_ends_with_the_status_that_was_known(
    within_s: float, hangs_us: int, status: int, told: str
) -> None:
    script = HANGS.format(within_s=within_s, hangs_us=hangs_us)
    ended = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=30
    )
    assert (ended.returncode, ended.stdout) == (status, told)
