# SPDX-License-Identifier: Apache-2.0
"""What becomes of a request, from its words to its end. Events in, effects out through an Outbox; time is passed in.

    ask ─▶ stop word? ─▶ (model thinks) piece, piece, thought ─▶ checks ─▶ run ─▶ told
           └▶ at once, without the model; so is a plain order while nothing may move

The model works on one request at a time, in order. Answers are given while plans run. See docs/decisions/one-request-at-a-time.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tektra.common.errors import InputError, TektraError
from tektra.common.stop_words import Verdict, verdict
from tektra.common.world import World
from tektra.planner.conversation.motion_words import orders_motion
from tektra.planner.conversation.text_limits import check_words
from tektra.planner.plans.checks import Circumstances, judge, moves_something
from tektra.planner.plans.outcomes import told
from tektra.planner.plans.plan import SELF, PlanStatus, Step, StepStatus, parse_draft
from tektra.planner.plans.reassignment import find_successor
from tektra.planner.plans.runner import CancelGoal, Finished, Progress, SendGoal
from tektra.planner.plans.runs import Commands, Runs
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.safety_state import SafetyState

SORRY = "I did not get that right; please say it in other words."


@dataclass
class Request:
    """A request on its way. `epoch`: the safety epoch when it came; a plan is only carried out in the same one."""

    request_id: str
    conversation_id: str
    words: str
    source: str
    asked_s: float
    epoch: int
    reply: str = ""
    held: str = ""  # the part of the reply that is not given out yet
    steps: tuple[Step, ...] = ()
    earlier: tuple[str, ...] = field(default=())


class Outbox(Protocol):
    """What the dialogue manager causes. Called on the thread that called the dialogue manager."""

    def think(self, request: Request) -> None:
        """Let the model answer; piece() and moves(), then thought() or failed(), will be called."""

    def stop_thinking(self, request_id: str) -> None:
        """The answer is not wanted any more."""

    def give(self, request: Request, text: str, *, last: bool) -> None:
        """Hand out the next piece of the reply, and have it spoken."""

    def show(self, request: Request, steps: Sequence[Progress], status: PlanStatus, message: str) -> None:
        """The plan changed."""

    def send_goal(self, request: Request, step: Step) -> None:
        """Have a step carried out; progressed() and ended() will be called."""

    def cancel_goal(self, request: Request, step_id: int) -> None:
        """Have a step ended."""

    def stop_everything(self, request: Request) -> None:
        """Publish a stop, now."""

    def hush(self) -> None:
        """End the speech."""

    def announce(self, text: str) -> None:
        """Say an outcome aloud."""

    def finished(self, request: Request, outcome: str, message: str) -> None:
        """The request came to its end. `outcome` as in Ask.action."""


class DialogueManager:
    """All requests of the planner. One thread uses it."""

    def __init__(
        self, world: World, outbox: Outbox, safety: SafetyState, *, max_steps: int, max_waiting: int
    ) -> None:
        self.catalogue = Catalogue()
        self.doubled: dict[str, str] = {}  # robots that more than one driver announces, and why not
        self.safety = safety
        self._world = world
        self._outbox = outbox
        self._max_steps = max_steps
        self._max_waiting = max_waiting
        self._thinking: dict[str, Request] = {}  # the first is at work, the others wait
        self._at_work = ""
        self._doing: dict[str, Request] = {}
        self._runs = Runs()

    @property
    def thinking(self) -> bool:
        """True while a request is with the model, or waits for it."""
        return bool(self._thinking)

    def ask(self, request: Request, now_s: float) -> None:
        """Takes a request. It ends with one finished(), at once or later; whatever it says, nothing is raised."""
        meaning = verdict(request.words)
        if meaning is Verdict.STOP:  # before any other look at it: also an over-long text stops
            self._outbox.stop_everything(request)
            self.end_all("stopped on request", now_s)
            return self._answer(request, "Stopping everything.", "done")
        try:
            check_words(request.words)
        except InputError as error:
            return self.refuse(request, f"I cannot take that: {error.what}; {error.remedy}.")
        if meaning is Verdict.HUSH:
            self._outbox.hush()
            return self._answer(request, "", "done")
        if meaning is Verdict.CANCEL:
            busy = bool(self._thinking or self._doing)
            self.end_all("canceled on request", now_s)
            return self._answer(request, "Canceled." if busy else "Nothing is under way.", "done")
        if len(self._thinking) >= self._max_waiting:
            return self.refuse(request, "I am still busy: too many requests wait.")
        request.epoch = self.safety.epoch
        halted = self.safety.halted(now_s, request.epoch)
        if halted and orders_motion(request.words, self.catalogue):
            return self.refuse(request, halted)
        self._thinking[request.request_id] = request
        return self._think_next()

    def piece(self, request_id: str, text: str, now_s: float) -> None:
        """The next words of the model's reply. While nothing may move they are held until the plan is known."""
        request = self._thinking.get(request_id)
        if request is None or not text:
            return
        if self.safety.halted(now_s, request.epoch):
            request.held += text
        else:
            self._give(request, text)

    def moves(self, request_id: str, now_s: float) -> None:
        """The plan that the model is writing moves a robot. While nothing may move, that is enough to refuse it."""
        request = self._thinking.get(request_id)
        halted = self.safety.halted(now_s, request.epoch) if request is not None else ""
        if request is not None and halted:
            request.held = ""
            self._outbox.stop_thinking(request_id)
            self.refuse(request, halted)
            self._think_next()

    def thought(self, request_id: str, output: str, now_s: float) -> None:
        """The model's whole output."""
        request = self._thinking.pop(request_id, None)
        if request is not None:
            self._decide(request, output, now_s)
            self._think_next()

    def _decide(self, request: Request, output: str, now_s: float) -> None:
        try:
            draft = parse_draft(output)
        except InputError as error:
            return self._answer(request, SORRY, "failed", str(error))
        judged = judge(draft.steps, self._circumstances(request, now_s))
        if judged.problems:
            held_back = moves_something(judged.steps) and self.safety.halted(now_s, request.epoch)
            request.held = "" if held_back else request.held
            return self.refuse(request, " ".join(judged.problems))
        request.steps = judged.steps
        if not request.steps:
            return self._answer(request, "", "answered")
        self._give(request, "", last=True)
        self._doing[request.request_id] = request
        return self._obey(self._runs.add(request.request_id, request.steps, now_s))

    def failed(self, request_id: str, error: TektraError) -> None:
        """The model could not answer."""
        request = self._thinking.pop(request_id, None)
        if request is not None:
            self._answer(request, f"I cannot think just now: {error.what}.", "failed", str(error))
            self._think_next()

    def progressed(self, request_id: str, step_id: int, *, share: float, message: str) -> None:
        self._runs.progressed(request_id, step_id, share=share, message=message)

    def ended(
        self,
        request_id: str,
        step_id: int,
        status: StepStatus,
        message: str,
        *,
        now_s: float,
        lost: bool = False,
    ) -> None:
        """A step came to its end; `lost`: because its robot was, or the way to it."""
        if lost and (robot := self._runs.at_work(request_id, step_id)) not in ("", SELF):
            return self._lose(request_id, robot, now_s, what=message)
        return self._obey(
            self._runs.ended(request_id, step_id, status, message, now_s=now_s), changed=request_id
        )

    def robot_gone(self, robot: str, now_s: float) -> None:
        for request_id in self._runs.with_robot(robot):
            self._lose(request_id, robot, now_s)
        self.catalogue = self.catalogue.without(robot)

    def _lose(self, request_id: str, robot: str, now_s: float, *, what: str = "") -> None:
        """Another robot takes over what is left, or it fails with the reason."""
        request, run = self._doing[request_id], self._runs.run(request_id)
        said, busy = (request.words, *request.earlier), {*self._runs.busy, *self.safety.robots, *self.doubled}
        successor, why = find_successor(
            robot, run.left_of(robot) if run else (), self.catalogue, words=said, busy=busy
        )
        if successor:
            self._outbox.announce(f"{what or f'{robot} is gone'}, so {successor} takes over.")
        commands = self._runs.robot_gone(request_id, robot, now_s, what=what, successor=successor, why=why)
        self._obey(commands, changed=request_id)

    def cancel(self, request_id: str, reason: str, now_s: float) -> None:
        """Ends one request, wherever it is."""
        if request := self._thinking.pop(request_id, None):
            self._outbox.stop_thinking(request_id)
            self._answer(request, "", "canceled", reason)
            self._think_next()
        self._obey(self._runs.cancel(request_id, reason, now_s), changed=request_id)

    def refuse(self, request: Request, why: str) -> None:
        """Ends a request that may not even be thought about."""
        self._answer(request, why, "refused", why)

    def end_all(self, reason: str, now_s: float) -> None:
        """Ends every request, wherever it is."""
        for request_id in reversed(list(self._thinking)):  # the last first, so that none begins in between
            self.cancel(request_id, reason, now_s)
        self._obey(self._runs.cancel_all(reason, now_s))

    def safety_changed(self, now_s: float) -> None:
        """Call after each news of safety: whatever halts motion ends every plan, and nothing of it goes on later."""
        for request_id, request in list(self._doing.items()):
            reason = self.safety.halted(now_s, request.epoch)
            if reason and moves_something(request.steps):
                self._obey(self._runs.cancel(request_id, reason, now_s), changed=request_id)

    def _think_next(self) -> None:
        if self._thinking and self._at_work not in self._thinking:
            request = next(iter(self._thinking.values()))
            self._at_work = request.request_id
            self._outbox.think(request)

    def _circumstances(self, request: Request, now_s: float) -> Circumstances:
        return Circumstances(
            catalogue=self.catalogue,
            world=self._world,
            words=request.words,
            earlier=request.earlier,
            halted=self.safety.halted(now_s, request.epoch),
            held={**self.safety.robots, **self.doubled},
            max_steps=self._max_steps,
        )

    def _answer(self, request: Request, text: str, outcome: str, message: str = "") -> None:
        """Ends a request that leads to no run."""
        self._thinking.pop(request.request_id, None)
        text = f" {text}" if text and (request.reply or request.held) else text
        self._give(request, text, last=True)
        if outcome == "refused":
            self._outbox.show(request, (), PlanStatus.REFUSED, message)
        self._outbox.finished(request, outcome, message)

    def _give(self, request: Request, text: str, *, last: bool = False) -> None:
        text, request.held = request.held + text, ""
        request.reply += text
        self._outbox.give(request, text, last=last)

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
                    self._end_run(request_or_none, run.steps, finish)

    def _end_run(self, request: Request, steps: Sequence[Progress], finish: Finished) -> None:
        self._runs.forget(request.request_id)
        del self._doing[request.request_id]
        if sentence := told(steps, finish.status, finish.message):
            self._outbox.announce(sentence)
        outcome = {PlanStatus.SUCCEEDED: "done"}.get(finish.status, finish.status.name.lower())
        self._outbox.finished(request, outcome, finish.message)
