# SPDX-License-Identifier: Apache-2.0
"""What a process takes of priority and locked memory: each case in a process of its own, since it cannot be given back."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

from tektra.common import scheduling

PR_CAPBSET_DROP, CAP_IPC_LOCK, CAP_SYS_NICE = 24, 14, 23
LOOK = """
import json, os, threading
from tektra.common.scheduling import before_everyone, BODY_PRIORITY
standing = before_everyone(BODY_PRIORITY)
found = []
thread = threading.Thread(target=lambda: found.append(os.sched_getscheduler(0)))
thread.start()
thread.join()
locked = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmLck")]
print(json.dumps({"told": str(standing), "policy": os.sched_getscheduler(0), "thread": found[0],
    "priority": os.sched_getparam(0).sched_priority, "locked_kb": int(locked[0])}))
"""
MODEL = """
import json, os, threading
from tektra.common.scheduling import behind_everyone
found, me = [], threading.get_native_id()
def niceness():
    found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
def load():
    behind_everyone()
    made = threading.Thread(target=niceness)
    made.start()
    made.join()
loader = threading.Thread(target=load)
loader.start()
loader.join()
niceness()
print(json.dumps(found))
"""
SPIN = """
from tektra.common import scheduling
scheduling.SPIN_LIMIT_S = 0.3
assert scheduling.before_everyone(scheduling.BODY_PRIORITY).priority
while True:
    pass
"""
LARGE = """
from tektra.common.scheduling import give_back_large_blocks
def pages():
    return int(open("/proc/self/statm").read().split()[1])
if how == "given back":
    give_back_large_blocks()
block = bytearray(b"x") * 8_000_000
del block  # by itself, glibc would keep smaller ones from now on
before, kept, blocks = pages(), [], []
for _ in range(20):
    blocks.append(bytearray(b"x") * 2_000_000)
    kept.append(bytearray(b"x") * 2_000)
del blocks
print((pages() - before) * 4096)
"""
realtime = pytest.mark.skipif(
    bool(scheduling.why_not_realtime()), reason="this user may not have real-time priority"
)


def run(program: str, *, before: Callable[[], None] = lambda: None, **environment: str):
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        preexec_fn=before,
    )


def look(**options) -> dict:
    done = run(LOOK, **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def without_rights() -> None:
    """With the limits that most systems give, and without the two capabilities, which root would have."""
    resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0))
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (65_536, 65_536))
    for capability in (CAP_IPC_LOCK, CAP_SYS_NICE):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


@realtime
def test_the_body_and_the_threads_it_makes_run_with_real_time_priority() -> None:
    found = look()
    assert found["policy"] == found["thread"] == os.SCHED_RR
    assert found["priority"] == scheduling.BODY_PRIORITY
    assert "real-time priority" in found["told"]


@pytest.mark.skipif(bool(scheduling.why_not_locked()), reason="this user may not lock memory")
def test_the_bodys_memory_is_locked() -> None:
    assert look()["locked_kb"] > 0


def test_without_the_right_to_it_the_body_runs_all_the_same_and_says_what_it_lacks() -> None:
    found = look(before=without_rights)
    assert found["policy"] == os.SCHED_OTHER and found["locked_kb"] == 0
    assert "no real-time priority" in found["told"] and "memory not locked" in found["told"]


def test_a_models_threads_stand_behind_the_others_of_their_process() -> None:
    done = run(MODEL)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert json.loads(done.stdout) == [scheduling.MODEL_NICENESS, own], done.stderr


def test_it_can_be_switched_off() -> None:
    found = look(TEKTRA_REALTIME="0")
    assert found["policy"] == os.SCHED_OTHER and found["locked_kb"] == 0
    assert "TEKTRA_REALTIME is 0" in found["told"]


@realtime
def test_a_body_process_that_spins_is_ended_by_the_kernel_and_freezes_nothing() -> None:
    done = run(SPIN)
    assert done.returncode == -signal.SIGXCPU


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="this is no glibc")
def test_large_blocks_are_given_back() -> None:
    kept, given = (int(run(f"how = {how!r}{LARGE}").stdout) for how in ("kept", "given back"))
    assert given < 5_000_000 < 20_000_000 < kept
