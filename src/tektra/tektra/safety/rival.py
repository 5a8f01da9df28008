# SPDX-License-Identifier: Apache-2.0
"""Whether another gate speaks on this graph: each holds stops that the other does not know of, so both must hold."""

from __future__ import annotations

import math

#: A gate speaks every 40 ms. One that was silent for so long is not there.
GONE_S = 1.0
#: So many words of the other, each newer than the one before, are no leftover of a gate that has just ended.
SURE = 3
#: So many are told apart; when still more speak within GONE_S, they are no leftovers of one either.
GATES_MAX = 16


class Rival:
    """Hears safety states and permits that are not its own. One thread uses it."""

    def __init__(self) -> None:
        self.who = ""
        self._said: dict[
            str, tuple[int, int, float]
        ] = {}  # by instance: its newest number, how many, and when
        self._heard_s = self._publishers_s = -math.inf

    def heard(self, instance: str, sequence: int, who: str, now_s: float) -> None:
        """A safety state of another instance, from a node called `who`. What is no newer than its last is a copy, and says
        nothing."""
        self._said = {name: said for name, said in self._said.items() if self._near(said[2], now_s)}
        newest, times, _ = self._said.get(instance, (-1, 0, now_s))
        if sequence <= newest:
            return
        self._said[instance] = (sequence, times + 1, now_s)
        if times + 1 >= SURE or len(self._said) > GATES_MAX:
            self._heard_s, self.who = now_s, who

    def publishes(self, who: str, now_s: float) -> None:
        """Somebody else publishes permits."""
        self._publishers_s, self.who = now_s, who

    def lives(self, now_s: float) -> bool:
        """It spoke a moment ago."""
        return self._near(self._heard_s, now_s) or self._near(self._publishers_s, now_s)

    def _near(self, then_s: float, now_s: float) -> bool:
        """Also what came after `now_s`: a reset is judged by the time of the last tick, and the other spoke since."""
        return now_s - then_s <= GONE_S
