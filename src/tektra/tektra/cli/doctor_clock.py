# SPDX-License-Identifier: Apache-2.0
"""Whether this machine's clock can be compared with another's: stamps more than some 50 ms apart are refused."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Mapping

from tektra.cli.doctor_checks import Finding, Level

#: A permit or state stamped further in the future than this is refused (stamp_ahead_max_s).
MOST_S = 0.05
#: <sys/timex.h>: not synchronised, and the error that adjtimex tells.
STA_UNSYNC, TIME_ERROR = 0x0040, 5
REMEDY = "on each host: apt install chrony, all of them with one server; then `chronyc waitsync 30 0.01`"


class _Timex(ctypes.Structure):
    """The beginning of struct timex; the rest is padding."""

    _fields_ = [
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_byte * 256),
    ]  # fmt: skip


def several_hosts(environment: Mapping[str, str]) -> bool:
    """Whether ROS looks beyond this machine."""
    told = environment.get("ROS_AUTOMATIC_DISCOVERY_RANGE", "SUBNET").upper()
    return told == "SUBNET" or bool(
        environment.get("ROS_STATIC_PEERS") or environment.get("ROS_DISCOVERY_SERVER")
    )


def chrony_says() -> str | None:
    """`chronyc -c tracking`, one line of values; None without chrony, or when it does not answer within 2 s."""
    if not (chronyc := shutil.which("chronyc")):
        return None
    try:
        done = subprocess.run(
            [chronyc, "-c", "tracking"], check=False, capture_output=True, text=True, timeout=2.0
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def kernel_synchronised() -> bool | None:
    """What the kernel knows of it, whoever keeps its clock; None where it does not tell."""
    try:
        timex = _Timex()
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != TIME_ERROR and not timex.status & STA_UNSYNC


def clock(
    environment: Mapping[str, str] = os.environ, *, tracking: str | None = None, kernel: bool | None = None
) -> Finding:
    """Of one machine alone it does not matter; between hosts an error or doubt is a warning, with the remedy."""
    if not several_hosts(environment):
        return Finding(Level.OK, "clock", "one host alone: stamps are all of one clock")
    if tracking is not None:
        return _by_chrony(tracking)
    if kernel is None:
        return Finding(Level.WARNING, "clock", "whether this clock is kept by NTP is not known", REMEDY)
    if not kernel:
        return Finding(
            Level.WARNING, "clock", "nobody keeps this clock: between hosts stamps would be refused", REMEDY
        )
    return Finding(Level.OK, "clock", "the kernel says that it is kept; how well, chrony would tell")


def look() -> Finding:
    """This machine, as it is."""
    return clock(tracking=chrony_says(), kernel=kernel_synchronised())


def _by_chrony(tracking: str) -> Finding:
    """Columns of chronyc(1): ref id, its name, stratum, ref time, offset of system time (s), …, root delay (s, 11th), root
    dispersion (s), interval, leap status."""
    values = tracking.split(",")
    try:
        off_s, delay_s, dispersion_s, leap = (
            float(values[4]),
            float(values[10]),
            float(values[11]),
            values[13],
        )
    except (IndexError, ValueError):
        return Finding(Level.WARNING, "clock", f"chronyc says {tracking[:80]!r}", REMEDY)
    if leap == "Not synchronised":
        return Finding(Level.WARNING, "clock", "chrony runs, and has no server that it follows", REMEDY)
    error_s = abs(off_s) + delay_s / 2.0 + dispersion_s
    told = f"chrony keeps it to {error_s * 1e3:.1f} ms"
    if error_s > MOST_S:
        return Finding(Level.WARNING, "clock", f"{told}, and {MOST_S * 1e3:.0f} ms are refused", REMEDY)
    return Finding(Level.OK, "clock", told)
