# SPDX-License-Identifier: Apache-2.0
"""When an image was taken, as far as one may believe it: what is late or out of order shows nobody who is there now."""

from __future__ import annotations

from tektra.common.errors import InputError

#: An image from so little in the future is one of now: clocks of two computers differ. The safety gate allows as much.
AHEAD_S = 0.05
#: Of several that share a topic one is looked at, until it is silent for so long.
HELD_S = 2.0


class Arrivals:
    """Judges the stamps of one camera, s of the clock that the node goes by. One thread uses it."""

    def __init__(self, max_age_s: float) -> None:
        self.refused = 0
        self._max_age_s = max_age_s
        self._last_s: float | None = None
        self._sender = ""

    def judge(self, stamp_s: float, now_s: float, sender: str = "") -> None:
        """Raises InputError for an image without a stamp, or one that is late, from the future, not newer than the last, or of another
        sender while the one before still sends: what two cameras show by turns is no room."""
        if self._last_s is not None and self._last_s > now_s + AHEAD_S:
            self._last_s = None  # our clock was set back, and what was believed is no measure any more
        fault = self._fault(stamp_s, now_s) or self._other(sender, now_s)
        if fault is not None:
            self.refused += 1
            raise fault
        self._last_s, self._sender = stamp_s, sender

    def _other(self, sender: str, now_s: float) -> InputError | None:
        if sender == self._sender or self._last_s is None or now_s - self._last_s > HELD_S:
            return None
        return InputError(
            f"an image of the frame {sender!r} among those of {self._sender!r}",
            "let one camera alone send to this topic",
        )

    def _fault(self, stamp_s: float, now_s: float) -> InputError | None:
        if not stamp_s > 0.0:
            return InputError("an image without a stamp", "let its driver set header.stamp")
        if stamp_s > now_s + AHEAD_S:
            return InputError(
                f"an image from {stamp_s - now_s:.2f} s in the future", "set the clocks of both hosts"
            )
        if now_s - stamp_s > self._max_age_s:
            return InputError(
                f"an image came {now_s - stamp_s:.2f} s after it was taken",
                "look at its link and the clocks of both hosts, or raise max_image_age_s",
            )
        if self._last_s is not None and stamp_s <= self._last_s:
            return InputError(
                f"an image {self._last_s - stamp_s:.3f} s older than the one before it",
                "let one camera alone publish, with stamps that rise",
            )
        return None
