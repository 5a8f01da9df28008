# SPDX-License-Identifier: Apache-2.0
"""How old it is what comes in: a request, a message, a goal; by its own stamp, the middleware's, or how long nobody looked.

All by the system's clock, as the middleware's stamps are: `use_sim_time` makes nothing younger.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from builtin_interfaces.msg import Time

from tektra.common.lateness import Attention
from tektra.ros.clock import nanoseconds

#: How often an Attentive thread gives a sign of life.
ALIVE_EVERY_S = 0.05


def boot_s() -> float:
    """Seconds on a clock that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def system_s() -> float:
    """Seconds since 1970 by the system's clock, for what is kept until another process reads it."""
    return time.time()


@cache
def boot_id() -> str:
    """Which boot of the machine this is; empty where the kernel does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def older(first_s: float, second_s: float) -> float:
    """Of two ages the one that is further from now."""
    return first_s if abs(first_s) >= abs(second_s) else second_s


def no_younger(stamp_s: float, clock_s: float, info: Mapping[str, Any]) -> float:
    """A message's stamp by a ROS clock that says `clock_s` now, set back to where the message is as old as the middleware knows:
    a `/clock` that pauses, or goes slowly, makes nothing younger. A stamp that is further from now than that, also in the
    future, stays what it is: by a clock that is ahead nobody knows how old it is. `info`: the callback's second argument."""
    known_s = max(message_age_s(info), 0.0)
    return clock_s - known_s if known_s > abs(clock_s - stamp_s) else stamp_s  # also for NaN


def stamp_age_s(stamp: Time) -> float:
    """Of a stamp; 0 for one that tells nothing."""
    stamp_ns = nanoseconds(stamp)
    return time.time() - stamp_ns * 1e-9 if stamp_ns else 0.0


def message_age_s(info: Mapping[str, Any]) -> float:
    """Of a message, by its publisher's clock; 0 where the middleware does not tell. `info`: the callback's second argument."""
    sent_ns = int(info["source_timestamp"])
    return time.time() - sent_ns * 1e-9 if sent_ns > 0 else 0.0


def request_age_s(node: Any) -> float:
    """Of the request that a service's callback is answering, by its client's clock; 0 where the middleware does not tell."""
    sent_ns = getattr(node.executor, "request_sent_ns", 0)
    return time.time() - sent_ns * 1e-9 if sent_ns > 0 else 0.0


def goal_age_s(node: Any, stamp: Time) -> float:
    """Of an action's goal. One without a stamp counts as old as it may be: as long as the executor did not look."""
    if nanoseconds(stamp):
        return stamp_age_s(stamp)
    attention = getattr(node.executor, "attention", None)
    return attention.waited_s(boot_s()) if attention is not None else 0.0


class Attentive:
    """Attention of a whole process, for threads that are no executor's: a thread of its own gives the signs of life."""

    def __init__(self) -> None:
        self._attention = Attention(boot_s())
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="attentive", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Again does nothing."""
        self._ended.set()
        self._thread.join()

    def waited_s(self) -> float:
        """The longest that what comes in now may have waited. Any thread."""
        return self._attention.waited_s(boot_s())

    def _live(self) -> None:
        while not self._ended.wait(ALIVE_EVERY_S):
            self._attention.alive(boot_s())
