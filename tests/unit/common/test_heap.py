# SPDX-License-Identifier: Apache-2.0
"""Memory that a process has freed goes back to the system."""

import subprocess
import sys

#: 100 MB in blocks that are freed, and a last one that keeps the C library from giving back what lies before it.
HOLES = """
import ctypes
from pathlib import Path
from tektra.common.heap import give_back, one_arena

def mb():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("RssAnon")).split()[1]) / 1000

one_arena()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
blocks = [libc.malloc(50_000) for _ in range(2000)]
for block in blocks:
    ctypes.memset(block, 1, 50_000)
for block in blocks[:-1]:
    libc.free(block)
full = mb()
give_back()
print(full - mb())
"""


def test_holes_between_what_is_still_used_are_given_back() -> None:
    told = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert float(told.stdout) > 80
