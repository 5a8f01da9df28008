# SPDX-License-Identifier: Apache-2.0
"""Between ROS times and seconds."""

from __future__ import annotations

from builtin_interfaces.msg import Duration, Time


def seconds(stamp: Time | Duration) -> float:
    """A time or duration in s."""
    return float(stamp.sec + stamp.nanosec * 1e-9)


def nanoseconds(stamp: Time) -> int:
    """A time in ns, exactly."""
    return int(stamp.sec) * 1_000_000_000 + int(stamp.nanosec)


def time_msg(at_s: float) -> Time:
    """Seconds since the epoch of the clock as a message."""
    whole, rest = divmod(round(at_s * 1e9), 1_000_000_000)
    return Time(sec=int(whole), nanosec=int(rest))


def duration_msg(length_s: float) -> Duration:
    """A length of time in s as a message."""
    whole, rest = divmod(round(length_s * 1e9), 1_000_000_000)
    return Duration(sec=int(whole), nanosec=int(rest))
