# SPDX-License-Identifier: Apache-2.0
"""What becomes of a request, from its words to its end. Events in, effects out through an Outbox; time is passed in.

    ask ─▶ stop word? ─▶ read by rules ─▶ decided: said, asked back, refused, kept in mind ─▶ checks ─▶ carried out ─▶ told
           └▶ at once        └▶ not read whole: the model ─▶ its steps are borne out by the words, or asked about ┘

The model works on one request at a time, in order (docs/decisions/one-request-at-a-time.md). Of an order nothing is said
before its plan has passed the checks (docs/decisions/reply-before-plan.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.common.errors import InputError, TektraError
from tektra.common.world import World
from tektra.language.stop import verdict
from tektra.language.stop_clause import Kind as StopKind
from tektra.planner.conversation.answering import Answering
from tektra.planner.conversation.controls import Controls
from tektra.planner.conversation.cries import cries
from tektra.planner.conversation.decisions import Decision, Kind
from tektra.planner.conversation.execution import Execution
from tektra.planner.conversation.feelings import STOPPING, of_decision
from tektra.planner.conversation.free_talk import FreeTalk
from tektra.planner.conversation.kept_words import Kept, Nothing
from tektra.planner.conversation.memory import as_steps
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.motion_words import orders_motion
from tektra.planner.conversation.orders import Orders
from tektra.planner.conversation.outbox import Outbox
from tektra.planner.conversation.permissions import Permissions
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.conversation.sight_questions import Looking
from tektra.planner.conversation.text_limits import check_words
from tektra.planner.plans.lasting_orders import Event
from tektra.planner.plans.plan import SELF, StepStatus, parse_draft
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.safety_state import SafetyState
from tektra.planner.world.world_view import WorldView

__all__ = ["DialogueManager", "Outbox", "Request"]


class DialogueManager:
    """All requests of the planner. One thread uses it. `look`: asks vision, and has looked() called. `alarms`: cries stop what moves."""

    def __init__(
        self, world: World, outbox: Outbox, safety: SafetyState, *, max_steps: int, max_waiting: int,
        mind: Mind | None = None, permissions: Permissions | None = None, kept: Kept | None = None,
        look: Callable[[Request], None] | None = None, alarms: bool = True,
    ) -> None:  # fmt: skip
        self.catalogue = Catalogue()
        self.doubled: dict[str, str] = {}  # robots that more than one driver announces, and why not
        self.safety, self.mind, self.permissions = safety, mind or Mind(world), permissions or Permissions()
        self._outbox, self._max_waiting, self._alarms = outbox, max_waiting, alarms
        self._thinking: dict[str, Request] = {}  # the first is at work, the others wait
        self._at_work, self._now_s = "", 0.0
        self._answering, self._looking = Answering(outbox), Looking(look, self._saw)
        known = lambda r, q: self.mind.answer(q, r, self._view(r, self._now_s))  # noqa: E731
        self._talk = FreeTalk(world, outbox, known, self.mind.felt, self.mind.sounds_done)
        self.looked, self.stood_in = self._looking.looked, self._talk.stood_in
        self._execution = Execution(
            outbox, safety, self.mind.history,
            arrived=lambda *of: self._orders.happened([Event("arrived", *of[:2])], of[2]),
            over=lambda *of: self._orders.over(*of),
            permissions=self.permissions, catalogue=lambda: self.catalogue, doubled=lambda: self.doubled,
        )  # fmt: skip
        self._orders = Orders(
            world, outbox, safety, self.mind, self._execution, permissions=self.permissions,
            max_steps=max_steps, catalogue=lambda: self.catalogue, doubled=lambda: self.doubled,
        )  # fmt: skip
        self.progressed, self.holds_changed = self._execution.progressed, self._execution.holds_changed
        self.happened = self._orders.happened  # somebody was seen ...: what waits for it comes due, or ends
        self._controls = Controls(self.mind, self._orders, self._execution, kept or Nothing())
        self._talk.recalled = self._controls.memory.about

    @property
    def busy(self) -> bool:  # a request is with the model, or waits for it, or a plan runs
        return bool(self._thinking) or self._execution.busy

    def ask(self, request: Request, now_s: float) -> None:
        """Takes a request. It ends with one finished(), at once or later; whatever it says, nothing is raised."""
        meaning = (heard := verdict(request.words, self.catalogue.robots)).kind
        corrects = heard.pauses and self.mind.corrects(request, self.catalogue, now_s, busy=self.busy)
        if meaning is StopKind.STOP and not corrects:  # before any other look: also an over-long text
            return self.stop(request, heard.robots, now_s, only=False)
        try:
            check_words(request.words)
        except InputError as error:
            why = {"why": error.what, "remedy": error.remedy}
            return self.refuse(request, replies(request.language).say("cannot_take", **why))
        if meaning is StopKind.HUSH:
            self._outbox.hush()
            return self._end(request, "", "done")
        request.epoch = self.safety.epoch
        request.reading = self.mind.read(request, self.catalogue, now_s)
        request.language = request.reading.language or request.language
        if meaning is StopKind.NONE and cries(request, self.mind, on=self._alarms, busy=self._execution.busy):
            return self.stop(request, (), now_s)
        busy = bool(self._thinking or self._execution.busy or self.mind.lasting.words)
        if meaning is StopKind.CANCEL and not self._controls.comes_first(request, busy=busy):
            asks = self.mind.memory(request.conversation_id).pending(now_s)
            key = "canceled" if busy else "left" if asks else "nothing_under_way"
            if not request.plan_only:
                self._outbox.hush()
                self.end_all("canceled on request", now_s)
            return self._end(request, replies(request.language).say(key), "done")
        if self._controlled(request, now_s, ends=meaning is StopKind.END) or self._looking.takes(request):
            return None
        return self._do(request, self.mind.decide(request, self._view(request, now_s)), now_s)

    def _controlled(self, request: Request, now_s: float, *, ends: bool) -> bool:
        """Whether it was about orders, memory or the conversation, and is done. What `ends` and is not there is a stop."""
        if (done := self._controls.take(request, now_s, ends=ends)) is not None:
            self._go_on(request, done.text, done.outcome, done.rest, now_s)
        elif ends:
            self.stop(request, (), now_s)
        return ends or done is not None

    def _go_on(self, request: Request, text: str, outcome: str, rest: str, now_s: float) -> None:
        """Ends it with this text, or takes the `rest` of its words."""
        if not rest or request.late:
            return self._end(request, text, outcome)
        self._answering.give(request, f"{text} ")
        request.words = rest
        return self.ask(request, now_s)

    def _view(self, request: Request, now_s: float) -> WorldView:
        return self.mind.view(
            request, self.catalogue, now_s, safety=self.safety, doubled=self.doubled,
            under_way=self._execution.under_way, rounds=self._execution.rounds, running=self._execution.running,
        )  # fmt: skip

    def stop(self, request: Request, robots: Sequence[str], now_s: float, *, only: bool = True) -> None:
        """Stops these robots, and ends what they were to do; without any, everything. `only`: its words do nothing else."""
        key = ("would_stop" if request.plan_only else "stopping") + ("_robots" if robots else "")
        if robots and not request.plan_only:
            self._outbox.stop_robots(request, robots)
            self._end_of(robots, "stopped on request", now_s)
        elif not request.plan_only:
            self._outbox.stop_everything(request)
            self._outbox.hush()
            self.end_all("stopped on request", now_s)
        told = replies(self.mind.language(request, self.catalogue, now_s))  # not before all stands
        text, request.feeling = told.say(key, names=told.listed(robots)), STOPPING
        rest = "" if only else self.mind.beside_stop(request, robots, self.catalogue, now_s)
        self._go_on(request, text, "planned" if request.plan_only else "done", rest, now_s)

    def _do(self, request: Request, decision: Decision, now_s: float) -> None:
        request.feeling = of_decision(decision, request.reading)
        if decision.kind is Kind.SAY:
            self.mind.settle(request)
            return self._end(request, decision.text, "answered")
        if decision.kind is Kind.REFUSE:
            self.mind.note_refused(request, (), decision.text, now_s, decision)
            return self.refuse(request, decision.text)
        if decision.kind is Kind.NARROW:
            return self._orders.narrow(request, decision.robots, now_s)
        if decision.kind is Kind.KEEP:
            return self._orders.keep(request, decision, now_s)
        if decision.kind is Kind.CARRY_OUT:
            return self._orders.carry_out(request, as_steps(decision.steps), now_s)
        if decision.kind is Kind.MODEL:
            return self._to_the_model(request, now_s)
        self._talk.drop(request)
        return self._orders.ask(request, decision, now_s)

    def _to_the_model(self, request: Request, now_s: float) -> None:
        if len(self._thinking) >= self._max_waiting:
            return self.refuse(request, replies(request.language).say("busy"))
        moves = request.may_plan and orders_motion(request.words, self.catalogue)
        if moves and (halted := self.safety.halted(now_s, request.epoch)):
            return self.refuse(request, halted)
        self._thinking[request.request_id] = request
        self._talk.begin(request, self.catalogue)
        return self._think_next()

    def piece(self, request_id: str, text: str, now_s: float) -> None:
        """The next words of the model's reply. Where a plan may follow they are held until it is known."""
        request, self._now_s = self._thinking.get(request_id), now_s
        if request is not None and text and not self._talk.piece(request, text):
            self._outbox.stop_thinking(request_id)
            self._end(request, self._talk.instead(request), "answered")
            self._think_next()

    def moves(self, request_id: str, now_s: float) -> None:
        """The plan that the model is writing moves a robot. While nothing may move, that is enough to refuse it."""
        request = self._thinking.get(request_id)
        if request is not None and (halted := self.safety.halted(now_s, request.epoch)):
            self._outbox.stop_thinking(request_id)
            self.refuse(request, halted)
            self._think_next()

    def thought(self, request_id: str, output: str, now_s: float) -> None:
        """The model's whole output."""
        request, self._now_s = self._thinking.pop(request_id, None), now_s
        if request is not None:
            self._decide(request, output, now_s)
            self._talk.drop(request)
            self._think_next()

    def _decide(self, request: Request, output: str, now_s: float) -> None:
        try:
            draft = parse_draft(output)
        except InputError as error:
            request.held = ""
            return self._end(request, replies(request.language).say("sorry"), "failed", str(error))
        steps = draft.steps if request.may_plan else ()
        problems = self.mind.unborne(request, steps, self.catalogue, now_s) if steps else ()
        if steps and not problems:
            return self._orders.carry_out(request, steps, now_s)
        if not any(step.who != SELF for step in steps):  # talk, or deeds of its own that nobody asked for
            return self._talk.end(request)
        request.held = ""
        return self._do(request, self._orders.proposed(request, steps, problems, now_s), now_s)

    def failed(self, request_id: str, error: TektraError) -> None:
        """The model could not answer: an order of which most was read is asked about; all else has to wait for a model."""
        if (request := self._thinking.pop(request_id, None)) is None:
            return
        request.held = ""
        if (decision := self._orders.supposed(request)) is not None:
            self._do(request, decision, request.asked_s)
        elif not request.may_plan and (known := self._controls.memory.about(request)):
            self._end(request, known, "answered")
        else:
            say = replies(request.language).say
            self._end(request, say("cannot_think", why=error.what), "failed", str(error))
        self._think_next()

    def ended(
        self, request_id: str, step_id: int, status: StepStatus, message: str, *, now_s: float, lost: bool = False,
    ) -> None:  # fmt: skip
        """A step came to its end; `lost`: because its robot was, or the way to it."""
        self._execution.ended(request_id, step_id, status, message, now_s, lost=lost)

    def robot_gone(self, robot: str, now_s: float) -> None:
        for request_id in self._execution.with_robot(robot):
            self._execution.lose(request_id, robot, now_s)
        self.catalogue = self.catalogue.without(robot)
        self.mind.robots.pop(robot, None)

    def tick(self, now_s: float) -> None:
        """Call now and then: lasting orders come due by time."""
        for order in self.mind.lasting.due(now_s):
            self._orders.due(order, now_s)

    def cancel(self, request_id: str, reason: str, now_s: float) -> None:
        """Ends one request, wherever it is."""
        if request := self._thinking.pop(request_id, None):
            self._outbox.stop_thinking(request_id)
            request.held = ""
            self._end(request, "", "canceled", reason)
            self._think_next()
        self._looking.cancel(request_id, reason)
        self._execution.cancel(request_id, reason, now_s)

    def refuse(self, request: Request, why: str) -> None:
        """Ends a request that may not even be thought about."""
        request.held = ""
        self._end(request, replies(request.language).reason(why), "refused", why)

    def _end_of(self, robots: Sequence[str], reason: str, now_s: float) -> None:
        """Ends every plan with one of the robots, whatever waits for the model, and every question that waits."""
        self.mind.void(robots)
        for request_id in reversed([*self._thinking, *self._looking.open]):
            self.cancel(request_id, reason, now_s)
        for request_id in dict.fromkeys(id_ for robot in robots for id_ in self._execution.with_robot(robot)):
            self._execution.cancel(request_id, reason, now_s)

    def end_all(self, reason: str, now_s: float) -> None:
        """Ends every request, wherever it is, every lasting order, and every question that waits for an answer."""
        self.mind.void()
        for request_id in reversed([*self._thinking, *self._looking.open]):  # none begins in between
            self.cancel(request_id, reason, now_s)
        self._execution.cancel_all(reason, now_s)

    def safety_changed(self, now_s: float) -> None:
        """Call after each news of safety: whatever halts motion ends every plan, and nothing of it goes on later."""
        self._execution.safety_changed(now_s)
        if self.safety.stopped:
            self.mind.void()

    def _saw(self, request: Request, text: str, outcome: str, message: str) -> None:
        self.mind.memory(request.conversation_id).read_out |= outcome == "answered"
        self._end(request, text, outcome, message)

    def _think_next(self) -> None:
        if self._thinking and self._at_work not in self._thinking:
            request = next(iter(self._thinking.values()))
            self._at_work = request.request_id
            self._outbox.think(request)

    def _end(self, request: Request, text: str, outcome: str, message: str = "") -> None:
        """Ends a request that leads to no run, wherever it is."""
        self._thinking.pop(request.request_id, None)
        self._talk.drop(request)
        self._answering.answer(request, text, outcome, message)
