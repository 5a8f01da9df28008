# SPDX-License-Identifier: Apache-2.0
"""Plans under way with the requests that they belong to: steps to robots, news back, the outcome told. Time is passed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from tektra.planner.conversation.feelings import of_end
from tektra.planner.conversation.outbox import Outbox
from tektra.planner.conversation.permissions import Permissions
from tektra.planner.conversation.plan_history import Ended, PlanHistory
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.plans.checks import moves_something
from tektra.planner.plans.outcomes import told
from tektra.planner.plans.plan import SELF, PlanStatus, Step, StepStatus
from tektra.planner.plans.reassignment import find_successor
from tektra.planner.plans.runner import CancelGoal, Finished, Progress, SendGoal
from tektra.planner.plans.runs import Commands, Runs
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.safety_state import SafetyState

#: A plan that came to its end: its request, and whether it succeeded; and when.
OnEnd = Callable[[Request, bool, float], None]
#: A step that succeeded and took a robot to a place: robot, place; and when.
OnArrival = Callable[[str, str, float], None]


class Execution:
    """One thread uses it. `arrived`: called for each robot that came where it was sent; `over`: for each plan that ended.
    `catalogue`, `doubled`: those of the moment."""

    def __init__(
        self, outbox: Outbox, safety: SafetyState, history: PlanHistory, *, arrived: OnArrival, over: OnEnd,
        permissions: Permissions, catalogue: Callable[[], Catalogue], doubled: Callable[[], Mapping[str, str]],
    ) -> None:  # fmt: skip
        self._outbox = outbox
        self._safety = safety
        self._history = history
        self._arrived = arrived
        self._over = over
        self._permissions = permissions
        self._catalogue = catalogue
        self._doubled = doubled
        self._doing: dict[str, Request] = {}
        self._runs = Runs()
        self._now_s = 0.0

    @property
    def busy(self) -> bool:
        return bool(self._doing)

    @property
    def under_way(self) -> tuple[tuple[Progress, ...], ...]:
        """The steps of each plan that has not ended, and was not canceled."""
        return self._steps(self._runs.going_on)

    @property
    def rounds(self) -> tuple[tuple[Progress, ...], ...]:
        """Those of them that carry out a lasting order."""
        return self._steps(id_ for id_ in self._runs.going_on if self._doing[id_].lasting)

    @property
    def running(self) -> tuple[Ended, ...]:
        """The plans under way as history has them, the newest first."""
        found = ((request, self._runs.run(id_)) for id_, request in reversed(self._doing.items()))
        return tuple(
            Ended(
                r.request_id, r.conversation_id, r.words, run.steps, run.status, "", self._now_s, r.person,
                r.asked_s,
            )
            for r, run in found
            if run is not None and not run.ending
        )  # fmt: skip

    def _steps(self, request_ids: Iterable[str]) -> tuple[tuple[Progress, ...], ...]:
        runs = (self._runs.run(request_id) for request_id in request_ids)
        return tuple(run.steps for run in runs if run is not None)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Of the plans under way, oldest first."""
        return tuple(self._doing.values())

    def begin(self, request: Request, now_s: float) -> None:
        """Carries out request.steps, which have passed the checks."""
        self._now_s = now_s
        self._doing[request.request_id] = request
        self._obey(self._runs.add(request.request_id, request.steps, now_s))

    def progressed(self, request_id: str, step_id: int, *, share: float, message: str) -> None:
        self._runs.progressed(request_id, step_id, share=share, message=message)

    def ended(
        self,
        request_id: str,
        step_id: int,
        status: StepStatus,
        message: str,
        now_s: float,
        *,
        lost: bool,
    ) -> None:
        """A step came to its end; `lost`: because its robot was, or the way to it."""
        self._now_s = now_s
        if lost and (robot := self._runs.at_work(request_id, step_id)) not in ("", SELF):
            return self.lose(request_id, robot, now_s, what=message)
        run = self._runs.run(request_id)
        step = next((p.step for p in run.steps if p.step.id == step_id), None) if run is not None else None
        commands = self._runs.ended(request_id, step_id, status, message, now_s=now_s)
        self._obey(commands, changed=request_id)
        if step is not None and status is StepStatus.SUCCEEDED and step.skill in ("navigate_to", "dock"):
            self._arrived(step.who, str(step.arguments.get("place", "")), now_s)
        return None

    def with_robot(self, robot: str) -> tuple[str, ...]:
        return self._runs.with_robot(robot)

    def lose(self, request_id: str, robot: str, now_s: float, *, what: str = "") -> None:
        """Another robot takes over what is left, or it fails with the reason."""
        self._now_s = now_s
        request, run = self._doing[request_id], self._runs.run(request_id)
        said = (request.words, *request.earlier)
        held = self._permissions.holds.against(request.person, now_s)
        busy = {*self._runs.busy, *self._safety.robots, *self._doubled(), *held}
        left = run.left_of(robot) if run is not None else ()
        successor, why = find_successor(robot, left, self._catalogue(), words=said, busy=busy)
        if successor:
            told = replies(request.language).reason(
                f"{what or f'{robot} is gone'}, so {successor} takes over."
            )
            self._outbox.announce(told, request.language)
        commands = self._runs.robot_gone(request_id, robot, now_s, what=what, successor=successor, why=why)
        self._obey(commands, changed=request_id)

    def cancel(self, request_id: str, reason: str, now_s: float) -> None:
        self._now_s = now_s
        self._obey(self._runs.cancel(request_id, reason, now_s), changed=request_id)

    def without(self, robots: Collection[str]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """What goes on of the plans of these robots when they are wanted elsewhere, and what of other robots ends."""
        return self._runs.without(robots)

    def open_of(self, request_id: str) -> tuple[Step, ...]:
        """The steps of a plan that go on or are to come; none of one that is over or was told to end."""
        run = self._runs.run(request_id)
        return run.open if run is not None else ()

    def release(self, request_id: str, robots: Collection[str], reason: str, now_s: float) -> None:
        """Takes robots out of one plan; the others go on as far as they need not wait for them."""
        self._now_s = now_s
        self._obey(self._runs.release(request_id, robots, reason, now_s), changed=request_id)

    def cancel_all(self, reason: str, now_s: float) -> None:
        self._now_s = now_s
        self._obey(self._runs.cancel_all(reason, now_s))

    def safety_changed(self, now_s: float) -> None:
        """Whatever halts motion ends every plan that moves something, and nothing of it goes on later."""
        for request_id, request in list(self._doing.items()):
            reason = self._safety.halted(now_s, request.epoch)
            if reason and moves_something(request.steps):
                self.cancel(request_id, reason, now_s)

    def holds_changed(self, now_s: float) -> None:
        """Whoever takes a robot does not find it at work for somebody else."""
        for request_id, request in list(self._doing.items()):
            for robot, why in self._permissions.holds.against(request.person, now_s).items():
                if request_id in self._runs.with_robot(robot):
                    self.cancel(request_id, f"{robot} may not move now: {why}", now_s)

    def _obey(self, commands: Commands, changed: str = "") -> None:
        touched = dict.fromkeys(([changed] if changed else []) + [request_id for request_id, _ in commands])
        for request_id, command in commands:
            request = self._doing[request_id]
            if isinstance(command, SendGoal):
                self._outbox.send_goal(request, command.step)
            elif isinstance(command, CancelGoal):
                self._outbox.cancel_goal(request, command.step_id)
        for request_id in touched:
            run, request_or_none = self._runs.run(request_id), self._doing.get(request_id)
            if run is not None and request_or_none is not None:
                finish = next((c for r, c in commands if r == request_id and isinstance(c, Finished)), None)
                message = finish.message if finish else ""
                self._outbox.show(request_or_none, run.steps, run.status, message)
                if finish is not None:
                    self._end(request_or_none, run.steps, finish)

    def _end(self, request: Request, steps: Sequence[Progress], finish: Finished) -> None:
        self._runs.forget(request.request_id)
        del self._doing[request.request_id]
        self._history.add(
            request.request_id, request.conversation_id, request.words, steps, finish.status, finish.message,
            self._now_s, person=request.person, asked_s=request.asked_s,
        )  # fmt: skip
        succeeded = finish.status is PlanStatus.SUCCEEDED
        self._over(request, succeeded, self._now_s)
        sentence = told(steps, finish.status, finish.message, replies(request.language))
        if sentence and not (succeeded and request.lasting):  # of a patrol's rounds nobody wants to hear
            self._outbox.announce(sentence, request.language, of_end(finish.status))
            request.outcome_told = sentence
        outcome = "done" if succeeded else finish.status.name.lower()
        self._outbox.finished(request, outcome, finish.message)
