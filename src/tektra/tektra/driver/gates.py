# SPDX-License-Identifier: Apache-2.0
"""Whether more than one safety gate is alive. Each holds stops that the other does not know of."""

from __future__ import annotations

import math

#: A gate speaks every 40 ms. One that was silent for so long is not there.
GONE_S = 1.0
#: So many times one must have spoken between two words of another before it is no forgery of a single message.
SURE = 3
#: No more are told apart.
GATES_MAX = 16


class Gates:
    """Hears fresh safety states, and tells whether two gates speak at the same time.

    A gate that was started anew is a new instance, and the old one is never heard again. Only one that is heard again
    *after* another was heard lives beside it. A plain class; one thread.
    """

    def __init__(self) -> None:
        self._heard: dict[str, tuple[int, float]] = {}  # by instance: its newest number, and when
        self._last = ""
        self._until_s = -math.inf
        self._times = 0

    def heard(self, instance: str, sequence: int, now_s: float) -> bool:
        """A fresh message. True when it makes sure that two are alive."""
        known = {key: at for key, at in self._heard.items() if 0.0 <= now_s - at[1] <= GONE_S}
        before = known.get(instance)
        if before is not None and sequence <= before[0]:
            return False  # a copy
        if now_s >= self._until_s:
            self._times = 0
        sure = False
        if before is not None and self._last not in ("", instance) and self._last in known:
            self._until_s, self._times = now_s + GONE_S, self._times + 1
            sure = self._times == SURE
        known[instance] = (sequence, now_s)
        self._heard = dict(list(known.items())[-GATES_MAX:])
        self._last = instance
        return sure

    def several(self, now_s: float) -> bool:
        """Two are alive, or were a moment ago."""
        return now_s < self._until_s
