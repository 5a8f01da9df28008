# SPDX-License-Identifier: Apache-2.0
"""What was asked for and what became of it, newest last: what "did you do it?" and "why not?" are answered from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tektra.planner.plans.plan import PlanStatus, Step, StepStatus
from tektra.planner.plans.runner import Progress

MOST = 100


@dataclass(frozen=True)
class Ended:
    """A plan that came to its end, or that never began: then `steps` is empty or what was refused. `why`: in words.

    `person`: who asked for it, empty: nobody knows; `asked_s`: when. One that is still under way has the status RUNNING.
    """

    request_id: str
    conversation_id: str
    words: str
    steps: tuple[Progress, ...]
    status: PlanStatus
    why: str
    at_s: float
    person: str = ""
    asked_s: float = 0.0

    @property
    def robots(self) -> frozenset[str]:
        return frozenset(progress.step.who for progress in self.steps)


class PlanHistory:
    """One thread uses it. Holds the latest, of all conversations."""

    def __init__(self) -> None:
        self._ended: deque[Ended] = deque(maxlen=MOST)

    def add(
        self, request_id: str, conversation_id: str, words: str, steps: Iterable[Progress], status: PlanStatus,
        why: str, at_s: float, *, person: str = "", asked_s: float = 0.0,
    ) -> None:  # fmt: skip
        ended = Ended(request_id, conversation_id, words, tuple(steps), status, why, at_s, person, asked_s)
        self._ended.append(ended)

    @property
    def newest_first(self) -> tuple[Ended, ...]:
        return tuple(reversed(self._ended))

    def forget(self, conversation_id: str) -> None:
        """Call when the conversation is deleted."""
        kept = [entry for entry in self._ended if entry.conversation_id != conversation_id]
        self._ended = deque(kept, maxlen=MOST)

    def holds(self, request_id: str) -> bool:
        return any(entry.request_id == request_id for entry in self._ended)

    def latest(self, robots: Sequence[str] = (), *, failed: bool = False) -> Ended | None:
        """The latest with one of the robots (none: whoever's); `failed`: that did not succeed. What was
        refused before it had steps counts only as failed, and only until something newer came."""
        for entry in reversed(self._ended):
            concerned = not robots or not entry.robots.isdisjoint(robots) or not entry.robots
            if not entry.steps and (not failed or entry is not self._ended[-1]):
                continue
            if concerned and not (failed and entry.status is PlanStatus.SUCCEEDED):
                return entry
        return None


def planned(steps: Iterable[Step], why: str) -> tuple[Progress, ...]:
    """Steps that were refused before they began."""
    return tuple(Progress(step, StepStatus.REFUSED, why) for step in steps)


def left_undone(newest_first: Sequence[Ended], conversation_id: str) -> tuple[Step, ...]:
    """What was ended in that conversation before it was done, by the latest word there: of every plan that ended at that time the
    steps that were not done. Empty where the latest plan came to its end."""
    own = [entry for entry in newest_first if entry.conversation_id == conversation_id]
    together = [e for e in own if e.status is PlanStatus.CANCELED and e.at_s == own[0].at_s]
    found: list[Step] = []
    for entry in reversed(together if own[:1] == together[:1] else []):
        ids: dict[int, int] = {}
        for step in (p.step for p in entry.steps if p.status is not StepStatus.SUCCEEDED):
            ids[step.id] = len(found) + 1
            after = tuple(ids[other] for other in step.after if other in ids)
            found.append(replace(step, id=ids[step.id], after=after))
    return tuple(found)
