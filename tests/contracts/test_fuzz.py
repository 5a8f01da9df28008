# SPDX-License-Identifier: Apache-2.0
"""bench/fuzz in small: the ports of real robots, and the links of drivers, take hostile messages unharmed."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 10_000  # a transport


def test_twenty_thousand_hostile_messages_move_nothing_and_break_nothing():
    seed = random.SystemRandom().randrange(10**6) if os.environ.get("TEKTRA_NIGHTLY") else 1
    command = [sys.executable, str(ROOT / "bench/fuzz.py"), "--messages", str(MESSAGES), "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert all(result["met"].values()), done.stdout
