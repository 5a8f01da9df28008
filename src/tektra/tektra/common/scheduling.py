# SPDX-License-Identifier: Apache-2.0
"""Who goes first on a busy machine: the body by real-time priority and locked memory where it may have them, else by
niceness; the mind behind it. Linux. It decides for the calling process; threads made later inherit."""

from __future__ import annotations

import ctypes
import os
import resource
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

#: Niceness of the mind, so that on a busy machine the body goes first.
MIND_NICENESS = 10
#: Niceness of who hears: what was said in a second is to be words in the next, also while a model thinks.
HEARING_NICENESS = 5
#: Niceness of a model's own threads within their process, whose other threads answer people and watch plans.
MODEL_NICENESS = 19
#: Niceness that the body asks for; only a privileged process gets it.
BODY_NICENESS = -10
#: Real-time priorities, low among the possible 1 to 99: below the kernel's own threads (50), above everything ordinary.
#: A driver brings a stop to its robot without anybody's help, so drivers come first, then the gate. Skills may think for
#: tens of milliseconds, so they come last.
DRIVER_PRIORITY, BODY_PRIORITY, SKILLS_PRIORITY = 25, 20, 10
#: A body process that computes for so long without once waiting for anything hangs, and the kernel ends it (SIGXCPU).
SPIN_LIMIT_S = 2.0
#: A block of memory of this size goes back to the system when it is freed.
LARGE_BLOCK_BYTES = 512 * 1024
#: `0` here leaves the body with niceness alone.
REALTIME = "TEKTRA_REALTIME"

_CAP_IPC_LOCK, _CAP_SYS_NICE = 14, 23
_M_MMAP_THRESHOLD = -3
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


@dataclass(frozen=True)
class Standing:
    """What a process of the body was given. `lacks` says in words what it was not, and is empty when it has all."""

    priority: int = 0
    locked: bool = False
    lacks: tuple[str, ...] = ()

    def __str__(self) -> str:
        has = [f"real-time priority {self.priority}"] if self.priority else ["niceness"]
        return ", ".join([*has, *(["memory locked"] if self.locked else []), *self.lacks])


def before_everyone(priority: int) -> Standing:
    """For a process of the body, before it makes any thread: takes what it may have of priority and locked memory."""
    give_back_large_blocks()
    be_nice(BODY_NICENESS)
    if os.environ.get(REALTIME) == "0":
        return Standing(lacks=(f"{REALTIME} is 0",))
    unprioritised, unlocked = take_realtime(priority), lock_memory()
    lacks = tuple(why for why in (unprioritised, unlocked) if why)
    return Standing(0 if unprioritised else priority, not unlocked, lacks)


def behind_the_body(niceness: int = MIND_NICENESS) -> None:
    """For a process of the mind."""
    be_nice(niceness)


def behind_everyone() -> None:
    """For a thread of the mind that only computes, and those that it makes."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), MODEL_NICENESS)


def take_realtime(priority: int) -> str:
    """Makes this thread, and those it makes, SCHED_RR; why not, or "".

    Round robin and not first-in-first-out, so that one that spins does not starve its equals. It cannot freeze the machine:
    RLIMIT_RTTIME ends it, and until then the kernel keeps back a twentieth of every second for ordinary processes.
    """
    soft_us = int(SPIN_LIMIT_S * 1e6)
    try:
        _, hard = resource.getrlimit(resource.RLIMIT_RTTIME)  # type: ignore[attr-defined]
        limit = soft_us if hard == resource.RLIM_INFINITY else min(soft_us, hard)
        resource.setrlimit(resource.RLIMIT_RTTIME, (limit, hard))  # type: ignore[attr-defined]
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(priority))
    except (OSError, ValueError) as fault:
        return f"no real-time priority ({fault.strerror if isinstance(fault, OSError) else fault})"
    return ""


def lock_memory() -> str:
    """Keeps every page that is touched in memory from then on; why not, or "".

    Not pages that never are: Fast DDS maps 16 MiB of shared memory for each of its peers and 8 MiB of stack for each
    thread, of which a node touches a hundredth. Under a limit it is not tried at all: allocations would fail when it is reached.
    """
    if why := why_not_locked():
        return f"memory not locked ({why})"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT):
        return f"memory not locked ({os.strerror(ctypes.get_errno())})"
    return ""


def give_back_large_blocks() -> None:
    """Keeps a stranger's large messages from staying in memory that is locked.

    By itself glibc takes the size from which on it gives blocks back from the largest one that was ever freed (mallopt(3)).
    Other C libraries have no such call.
    """
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def be_nice(niceness: int) -> None:
    """Takes a niceness, as far as the system lets it.

    Linux groups processes by session (sched_autogroup_enabled): between processes with a session each, as
    `tektra up` gives them, only the niceness of the group counts. A group shared with others is left alone.
    """
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    if os.getsid(0) != os.getpid():
        return
    with suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:
        group.write(str(niceness))


def why_not_realtime(priority: int = BODY_PRIORITY) -> str:
    """Why this user's processes get no such priority; "" when they do. Changes nothing."""
    soft, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)  # type: ignore[attr-defined]
    if _capable(_CAP_SYS_NICE) or soft == resource.RLIM_INFINITY or soft >= priority:
        return ""
    return f"neither CAP_SYS_NICE nor an RLIMIT_RTPRIO of {priority} (it is {soft})"


def why_not_locked() -> str:
    """Why this user's processes may not lock their memory; "" when they may. Changes nothing."""
    soft, _ = resource.getrlimit(resource.RLIMIT_MEMLOCK)
    if _capable(_CAP_IPC_LOCK) or soft == resource.RLIM_INFINITY:
        return ""
    return f"neither CAP_IPC_LOCK nor an unlimited RLIMIT_MEMLOCK (it is {soft // 1024} kB)"


def _capable(capability: int) -> bool:
    with suppress(OSError, ValueError, IndexError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return bool(int(status.partition("CapEff:")[2].split()[0], 16) >> capability & 1)
    return False
