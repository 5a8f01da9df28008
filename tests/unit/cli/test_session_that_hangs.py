# SPDX-License-Identifier: Apache-2.0
"""A command that has told all ends with its own status, also where the middleware hangs when it leaves the graph."""

import os
import subprocess
import sys

import pytest

HANGS = """
import ctypes, sys, types
from tektra.cli import main, session
from tektra.cli.errors import NoAnswer
from tektra.cli.main import COMMANDS

session.LEAVE_MAX_S = 0.5

class Hung(session.Session):
    def __enter__(self):
        self._before = None
        return self

    def leave(self):
        ctypes.PyDLL(None).usleep({hangs_us})

def run(_):
    with Hung():
        print("told")
    {then}

name, command = next((name, each) for name, each in COMMANDS.items() if name == "status")
main._import = lambda _: types.SimpleNamespace(add_parser=lambda found: found.add_parser("status"), run=run)
main.environment.prepare = lambda **_: None
sys.exit(main.main(["status"]))
"""


@pytest.mark.parametrize("hangs_us", [0, 60_000_000], ids=["leaves", "hangs"])
@pytest.mark.parametrize(
    ("then", "status"),
    [("return 0", 0), ("return 1", 1), ("raise NoAnswer('nobody is there', 'start it')", 3)],
)
def test_a_command_ends_with_its_status(then: str, status: int, hangs_us: int) -> None:
    script = HANGS.format(then=then, hangs_us=hangs_us)
    ended = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=40,
        env=dict(os.environ),
    )
    assert (ended.returncode, ended.stdout) == (status, "told\n"), ended.stderr
    assert ("nobody is there" in ended.stderr) == (status == 3)
