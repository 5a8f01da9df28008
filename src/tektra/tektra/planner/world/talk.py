# SPDX-License-Identifier: Apache-2.0
"""Whether somebody speaks, or waits to be understood: the processor is theirs then."""

from __future__ import annotations

import math

from tektra.common.lateness import SPOKEN_LATE_S

#: Who talks for longer, without a pause in which Tektra could have answered, does not talk to Tektra: a television, say.
BACKGROUND_S = 60.0


class Talk:
    """From a voice's beginnings and ends. Times are s of one clock."""

    def __init__(self) -> None:
        self._began_s = self._until_s = -math.inf

    def heard(self, now_s: float, *, speaks: bool) -> None:
        """Somebody began to speak, or ended."""
        if speaks and now_s > self._until_s:
            self._began_s = now_s
        self._until_s = math.inf if speaks else now_s + SPOKEN_LATE_S

    def goes_on(self, now_s: float) -> bool:
        return now_s <= self._until_s and now_s - self._began_s <= BACKGROUND_S
