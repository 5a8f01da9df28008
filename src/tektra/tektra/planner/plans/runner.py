# SPDX-License-Identifier: Apache-2.0
"""Carries out one checked plan: events in, commands out. No ROS, no thread, no clock.

    accepted, progress, ended, robot_gone, cancel, stopped ──▶ PlanRun ──▶ SendGoal, CancelGoal, Finished

A step starts when all steps in its `after` have succeeded. A step that fails takes along what depends on it; the rest
goes on. A cancel or a stop ends everything, and a run that ended never starts anything again. The steps of a robot that is lost
fail, or another robot takes them over (tektra.planner.plans.reassignment). A robot that is wanted elsewhere is released: its steps
end, with what waits for them, and the others' go on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from tektra.planner.plans.plan import SELF, PlanStatus, Step, StepStatus


@dataclass(frozen=True)
class SendGoal:
    """Ask `step.who` to carry out the step."""

    step: Step


@dataclass(frozen=True)
class CancelGoal:
    """Ask `who` to end the step; its end is still awaited."""

    step_id: int
    who: str


@dataclass(frozen=True)
class Finished:
    """The plan ended; nothing more comes from this run."""

    status: PlanStatus
    message: str


Command = SendGoal | CancelGoal | Finished


@dataclass(frozen=True)
class Progress:
    """How far a step has come. Times are those passed in; 0 until known. `share` 0..1; negative when unknown."""

    step: Step
    status: StepStatus = StepStatus.PENDING
    message: str = ""
    started_s: float = 0.0
    ended_s: float = 0.0
    share: float = -1.0


class PlanRun:
    """One run of one plan. Each method returns what is to be done now, in order. One thread uses it."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = {step.id: Progress(step) for step in steps}
        self._ending = ""  # why no further step starts; empty while the plan goes on
        self._ended_as = PlanStatus.RUNNING
        self._canceling: set[int] = set()
        self._released: set[int] = set()  # steps that the plan does without
        self._started = False

    @property
    def steps(self) -> tuple[Progress, ...]:
        """All steps in the order of the plan."""
        return tuple(self._steps.values())

    @property
    def status(self) -> PlanStatus:
        return self._ended_as

    @property
    def ending(self) -> bool:
        """Whether it was canceled, and at most waits for what it told to end."""
        return bool(self._ending)

    @property
    def robots(self) -> frozenset[str]:
        """Robots whose steps have not all ended."""
        open_ = (progress.step.who for progress in self._steps.values() if not progress.status.ended)
        return frozenset(who for who in open_ if who != SELF)

    @property
    def open(self) -> tuple[Step, ...]:
        """The steps that go on or are to come."""
        left = (p.step for p in self._steps.values() if not p.status.ended)
        return tuple(step for step in left if not self._ending and step.id not in self._released)

    def start(self, now_s: float) -> list[Command]:
        """Begins; called once. Before that nothing is sent, whatever happens."""
        self._started = True
        return self._go_on(now_s)

    def progressed(self, step_id: int, share: float, message: str) -> None:
        """A robot tells how far it is."""
        progress = self._steps.get(step_id)
        if progress is not None and progress.status is StepStatus.RUNNING:
            self._steps[step_id] = replace(progress, share=share, message=message)

    def ended(self, step_id: int, status: StepStatus, message: str, now_s: float) -> list[Command]:
        """A step came to its end; an end that nobody waits for is passed over."""
        progress = self._steps.get(step_id)
        if progress is None or progress.status is not StepStatus.RUNNING or not status.ended:
            return []
        self._steps[step_id] = replace(progress, status=status, message=message, ended_s=now_s)
        self._canceling.discard(step_id)
        return self._go_on(now_s)

    def left_of(self, robot: str) -> tuple[Step, ...]:
        """The steps of a robot that have not ended."""
        return tuple(p.step for p in self._steps.values() if p.step.who == robot and not p.status.ended)

    def robot_gone(
        self, robot: str, now_s: float, *, what: str = "", successor: str = "", why: str = ""
    ) -> list[Command]:
        """The robot is lost; `what` says how. Its steps go to the successor, from the one that ran on; without one they
        fail, also those that had not begun, and `why` says why there is none."""
        for step_id, progress in self._steps.items():
            if progress.step.who != robot or progress.status.ended:
                continue
            running = progress.status is StepStatus.RUNNING
            if successor and not self._ending and step_id not in self._released:
                self._steps[step_id] = Progress(
                    replace(progress.step, who=successor),
                    message=f"{what or f'{robot} is gone'}, so {successor} takes over",
                )
                continue
            gone = what or f"{robot} is gone"
            message = f"{gone}, and {why}" if running and why else gone
            message = message if running else f"{gone}, so this was not begun"
            self._steps[step_id] = replace(progress, status=StepStatus.FAILED, message=message, ended_s=now_s)
        return self._go_on(now_s)

    def cancel(self, reason: str, now_s: float) -> list[Command]:
        """Ends the plan in good order: nothing further starts, what runs is told to end. Again does nothing."""
        if self._ending or self._ended_as is not PlanStatus.RUNNING:
            return []
        self._ending = reason
        return [*self._end(list(self._steps), reason, now_s), *self._go_on(now_s)]

    def without(self, robots: Collection[str]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """What would be left of the others' open steps if these robots were released, and what would end with theirs."""
        lost = self._lost_with(robots)
        others = [p.step for p in self._steps.values() if not p.status.ended and p.step.who not in robots]
        stays = tuple(step for step in others if step.id not in lost)
        if not any(step.who != SELF for step in stays) or self._ending:
            return (), tuple(others)
        return stays, tuple(step for step in others if step.id in lost)

    def release(self, robots: Collection[str], reason: str, now_s: float) -> list[Command]:
        """Takes robots out of the plan: their steps end, and what waits for those; the others' go on. Where nothing goes on,
        this is cancel()."""
        if not self.without(robots)[0]:
            return self.cancel(reason, now_s)
        self._released |= self._lost_with(robots)
        return [*self._end(self._released, reason, now_s), *self._go_on(now_s)]

    def _lost_with(self, robots: Collection[str]) -> set[int]:
        """The open steps of these robots, and all that wait for one of them, over however many steps."""
        open_ = [p.step for p in self._steps.values() if not p.status.ended]
        lost = {step.id for step in open_ if step.who in robots}
        while more := {step.id for step in open_ if step.id not in lost and lost.intersection(step.after)}:
            lost |= more
        return lost

    def _end(self, ids: Collection[int], reason: str, now_s: float) -> list[Command]:
        commands: list[Command] = []
        for step_id in ids:
            progress = self._steps[step_id]
            if progress.status is StepStatus.PENDING:
                self._steps[step_id] = replace(
                    progress, status=StepStatus.CANCELED, message=reason, ended_s=now_s
                )
            elif progress.status is StepStatus.RUNNING and step_id not in self._canceling:
                self._canceling.add(step_id)
                commands.append(CancelGoal(step_id, progress.step.who))
        return commands

    def _go_on(self, now_s: float) -> list[Command]:
        if self._ended_as is not PlanStatus.RUNNING:
            return []
        self._give_up_dependents(now_s)
        commands: list[Command] = []
        for step_id, progress in self._steps.items():
            if progress.status is StepStatus.PENDING and self._started and self._is_due(progress.step):
                self._steps[step_id] = replace(progress, status=StepStatus.RUNNING, started_s=now_s)
                commands.append(SendGoal(progress.step))
        if all(progress.status.ended for progress in self._steps.values()):
            commands.append(self._finish())
        return commands

    def _is_due(self, step: Step) -> bool:
        return all(self._status_of(other) is StepStatus.SUCCEEDED for other in step.after)

    def _status_of(self, step_id: int) -> StepStatus:
        """A step that does not exist counts as failed: nothing starts after it."""
        progress = self._steps.get(step_id)
        return progress.status if progress is not None else StepStatus.FAILED

    def _give_up_dependents(self, now_s: float) -> None:
        lost = True
        while lost:
            lost = False
            for step_id, progress in self._steps.items():
                broken = [other for other in progress.step.after if self._is_lost(other)]
                if progress.status is StepStatus.PENDING and broken:
                    message = f"step {broken[0]} before it did not succeed"
                    self._steps[step_id] = replace(
                        progress, status=StepStatus.CANCELED, message=message, ended_s=now_s
                    )
                    lost = True

    def _is_lost(self, step_id: int) -> bool:
        status = self._status_of(step_id)
        return status.ended and status is not StepStatus.SUCCEEDED

    def _finish(self) -> Finished:
        kept = [progress for id_, progress in self._steps.items() if id_ not in self._released]
        statuses = {progress.status for progress in kept}
        troubles = [
            f"{progress.step.who}: {progress.message}"
            for progress in kept
            if progress.status in (StepStatus.FAILED, StepStatus.REFUSED)
        ]
        if self._ending:
            self._ended_as, message = PlanStatus.CANCELED, self._ending
        elif StepStatus.FAILED in statuses:
            self._ended_as, message = PlanStatus.FAILED, "; ".join(troubles)
        elif StepStatus.REFUSED in statuses:
            self._ended_as, message = PlanStatus.REFUSED, "; ".join(troubles)
        elif StepStatus.CANCELED in statuses:
            self._ended_as, message = PlanStatus.CANCELED, "a step was canceled"
        else:
            self._ended_as, message = PlanStatus.SUCCEEDED, ""
        return Finished(self._ended_as, message)
