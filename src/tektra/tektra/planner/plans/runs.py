# SPDX-License-Identifier: Apache-2.0
"""All plans under way. Plans of different robots run side by side; a newer plan takes its robots from an older one, which goes
on with its other robots as far as they need not wait for those.

A robot goes on only when the older plan has come to its end there: the newer waits for that. Plain class, no I/O.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tektra.planner.plans.plan import SELF, Step, StepStatus
from tektra.planner.plans.runner import Command, PlanRun

Commands = list[tuple[str, Command]]
SUPERSEDED = "a newer request took over"


@dataclass
class _Entry:
    run: PlanRun
    begun: bool = False


class Runs:
    """Runs by the id of their request, in the order in which they came. Methods return (request id, command) pairs."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def run(self, request_id: str) -> PlanRun | None:
        entry = self._entries.get(request_id)
        return entry.run if entry is not None else None

    @property
    def under_way(self) -> tuple[str, ...]:
        """Ids of the requests whose plans have not ended."""
        return tuple(self._entries)

    @property
    def going_on(self) -> tuple[str, ...]:
        """Those of them that were not canceled: what is said to be under way."""
        return tuple(id_ for id_, entry in self._entries.items() if not entry.run.ending)

    def add(self, request_id: str, steps: Sequence[Step], now_s: float) -> Commands:
        """Begins a plan, when older plans have come to their end with the robots of it."""
        commands: Commands = []
        robots = {step.who for step in steps} - {SELF}
        for other_id, entry in list(self._entries.items()):
            if robots & entry.run.robots:
                commands += self._of(other_id, entry.run.release(robots, SUPERSEDED, now_s))
        self._entries[request_id] = _Entry(PlanRun(steps))
        return [*commands, *self._begin_what_may(now_s)]

    def progressed(self, request_id: str, step_id: int, *, share: float, message: str) -> None:
        if run := self.run(request_id):
            run.progressed(step_id, share, message)

    def ended(
        self, request_id: str, step_id: int, status: StepStatus, message: str, *, now_s: float
    ) -> Commands:
        run = self.run(request_id)
        return self._settled(request_id, run.ended(step_id, status, message, now_s) if run else [], now_s)

    @property
    def busy(self) -> frozenset[str]:
        """Robots with steps that have not ended, in any plan."""
        return frozenset().union(*(entry.run.robots for entry in self._entries.values()))

    def with_robot(self, robot: str) -> tuple[str, ...]:
        """Ids of the requests in whose plans the robot has something left to do."""
        return tuple(id_ for id_, entry in self._entries.items() if robot in entry.run.robots)

    def at_work(self, request_id: str, step_id: int) -> str:
        """Who carries out a step now; empty when nobody does."""
        run = self.run(request_id)
        running = (p for p in run.steps if p.status is StepStatus.RUNNING) if run else ()
        return next((progress.step.who for progress in running if progress.step.id == step_id), "")

    def robot_gone(
        self, request_id: str, robot: str, now_s: float, *, what: str = "", successor: str = "", why: str = ""
    ) -> Commands:
        """A robot of that plan is lost; see PlanRun.robot_gone."""
        run = self.run(request_id)
        commands = run.robot_gone(robot, now_s, what=what, successor=successor, why=why) if run else []
        return self._settled(request_id, commands, now_s)

    def cancel(self, request_id: str, reason: str, now_s: float) -> Commands:
        """Ends one plan; one that had not begun just ends."""
        run = self.run(request_id)
        return self._settled(request_id, run.cancel(reason, now_s) if run else [], now_s)

    def without(self, robots: Collection[str]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """What would go on of the plans of these robots, were they released, and what of other robots would end; see PlanRun."""
        touched = [e.run for e in self._entries.values() if not e.run.ending and e.run.robots & set(robots)]
        found = [run.without(robots) for run in touched]
        return tuple(s for stays, _ in found for s in stays), tuple(s for _, ends in found for s in ends)

    def release(self, request_id: str, robots: Collection[str], reason: str, now_s: float) -> Commands:
        """Takes robots out of one plan; see PlanRun.release."""
        run = self.run(request_id)
        return self._settled(request_id, run.release(robots, reason, now_s) if run else [], now_s)

    def cancel_all(self, reason: str, now_s: float) -> Commands:
        """Ends all plans; nothing begins in their place, since all that wait end too."""
        commands: Commands = []
        for request_id in reversed(self.under_way):
            commands += self.cancel(request_id, reason, now_s)
        return commands

    def forget(self, request_id: str) -> None:
        """Call when the owner has told of the end."""
        self._entries.pop(request_id, None)

    def _settled(self, request_id: str, commands: list[Command], now_s: float) -> Commands:
        return [*self._of(request_id, commands), *self._begin_what_may(now_s)]

    def _begin_what_may(self, now_s: float) -> Commands:
        commands: Commands = []
        taken: set[str] = set()
        for request_id, entry in self._entries.items():
            robots = entry.run.robots
            if not entry.begun and not robots & taken:
                entry.begun = True
                commands += self._of(request_id, entry.run.start(now_s))
            taken |= robots
        return commands

    def _of(self, request_id: str, commands: list[Command]) -> Commands:
        return [(request_id, command) for command in commands]
