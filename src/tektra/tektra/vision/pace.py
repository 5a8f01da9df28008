# SPDX-License-Identifier: Apache-2.0
"""How fast pictures come, and whether the next one is worth waiting for: what is told of it will be younger."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from statistics import median

#: Nobody waits for a picture that is further off, s. Of so many steps between pictures the middle one is the usual.
LONGEST_WAIT_S, STEPS = 0.05, 5


@dataclass(frozen=True)
class Steps:
    """Where the time of a look went, s: from when the picture was taken until it came here (`came_s`), from there until a detector
    began (`waited_s`). `ended_s`: when it had looked, monotonic s."""

    came_s: float = 0.0
    waited_s: float = 0.0
    ended_s: float = 0.0

    def told(self, now_s: float) -> dict[str, float]:
        """Each by its name on /diagnostics, once what was seen was published."""
        return {"arrival": self.came_s, "waiting": self.waited_s, "telling": now_s - self.ended_s}


class Pace:
    """One camera's. `came` is for the camera's thread, `waits` for the detector's; times are monotonic s."""

    def __init__(self) -> None:
        self.came_s = float("-inf")
        self._steps: deque[float] = deque(maxlen=STEPS)

    def came(self, now_s: float) -> None:
        """A picture came."""
        if self.came_s > float("-inf"):
            self._steps.append(now_s - self.came_s)
        self.came_s = now_s

    def waits(self, now_s: float) -> bool:
        """Whether the next picture will be here before the newest is as old again as it is now, and soon."""
        steps = list(self._steps)
        if not steps:
            return False
        old_s, next_s = now_s - self.came_s, self.came_s + median(steps) - now_s
        return 0.0 <= next_s < min(old_s, LONGEST_WAIT_S)
