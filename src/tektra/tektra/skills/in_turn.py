# SPDX-License-Identifier: Apache-2.0
"""Several skills, one after the other, as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.skills.seen import Command, End, Outcome, Seen, Skill

#: Makes the next part when its turn has come, from what is seen then; or ends the whole at once.
Maker = Callable[[Seen], Skill | End]


class InTurn:
    """Ends with the first part that does not succeed, or with the end of the last one."""

    def __init__(self, makers: Sequence[Maker]) -> None:
        self.progress = 0.0
        self._makers = list(makers)
        self._done = 0
        self._part: Skill | None = None

    @property
    def part(self) -> Skill | None:
        """The part that is under way."""
        return self._part

    def step(self, seen: Seen) -> Command | End:
        while True:
            if self._part is None:
                made = self._makers[self._done](seen)
                if isinstance(made, End):
                    return made
                self._part = made
            step = self._part.step(seen)
            self.progress = (self._done + min(1.0, max(0.0, self._part.progress))) / len(self._makers)
            if not isinstance(step, End):
                return step
            self._part, self._done = None, self._done + 1
            if step.outcome is not Outcome.SUCCEEDED or self._done == len(self._makers):
                return step
