# SPDX-License-Identifier: Apache-2.0
"""A speaker without a device: it takes sound at the pace at which a real one plays it."""

from __future__ import annotations

import threading
import time

from tektra.common.errors import BackendError
from tektra.common.wav import Int16s

#: As much as a sound card's buffer: what is played sounds so much later.
BUFFER_S = 0.06


class NullSpeaker:
    """Meets Speaker. `play` blocks as a device with a buffer of 60 ms does, so times and stops are those of one. There is no
    `device` to name."""

    def __init__(self, device: str = "") -> None:
        self._rate_hz = 0
        self._ends_s = 0.0
        self._changed = threading.Condition()

    def available(self) -> str:
        return ""

    def open(self, sample_rate_hz: int) -> None:
        if sample_rate_hz <= 0:
            raise BackendError(f"a sample rate of {sample_rate_hz} Hz", "give a positive one")
        self._rate_hz = sample_rate_hz

    def delay_s(self) -> float:
        with self._changed:
            return max(BUFFER_S, self._ends_s - time.monotonic())

    def play(self, samples: Int16s) -> None:
        if not self._rate_hz:
            raise BackendError("the speaker is not open", "call open() first")
        with self._changed:
            self._ends_s = max(time.monotonic() + BUFFER_S, self._ends_s) + len(samples) / self._rate_hz
        self._wait(ahead_s=BUFFER_S)

    def drain(self) -> None:
        self._wait(ahead_s=0.0)

    def abort(self) -> None:
        with self._changed:
            self._ends_s = 0.0
            self._changed.notify_all()

    def close(self) -> None:
        self.abort()
        self._rate_hz = 0

    def _wait(self, ahead_s: float) -> None:
        """Until no more than `ahead_s` of sound is left."""
        with self._changed:
            while (left_s := self._ends_s - ahead_s - time.monotonic()) > 0:
                self._changed.wait(left_s)
