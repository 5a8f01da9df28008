# SPDX-License-Identifier: Apache-2.0
"""Plans that were read, or that the words bear out: checked, told, begun; or kept until their time comes.

Nothing reaches a robot past here: whoever proposed it, the checks of plans/checks.py and the permissions come first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tektra.common.world import World
from tektra.planner.conversation.answering import Answering
from tektra.planner.conversation.choices import invented, of_last_spoken
from tektra.planner.conversation.decisions import (
    ASKED_STEPS,
    Decision,
    Kind,
    asked,
    asked_anew,
    names_somebody,
    supposed,
    whether,
)
from tektra.planner.conversation.execution import Execution
from tektra.planner.conversation.memory import as_read_steps, as_steps
from tektra.planner.conversation.mind import Mind
from tektra.planner.conversation.outbox import Outbox
from tektra.planner.conversation.permissions import Permissions
from tektra.planner.conversation.plan_history import planned
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request, role_of
from tektra.planner.plans.checks import Circumstances, Verdict, judge, moves_something
from tektra.planner.plans.lasting_orders import Event, LastingOrder, parted, timed
from tektra.planner.plans.plan import SELF, PlanStatus, Step
from tektra.planner.plans.runner import Progress
from tektra.planner.understanding.borne_out import Problem
from tektra.planner.understanding.conditions import EVENT
from tektra.planner.understanding.denied import may_be_asked
from tektra.planner.understanding.reading import Act
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.safety_state import SafetyState

#: Why steps ended of whom the person did not mean any more.
NARROWED = "it was to be done by others"


class Orders:
    """One thread uses it. `catalogue` and `doubled` give those of the moment: who is here, and who may not move for it."""

    def __init__(
        self, world: World, outbox: Outbox, safety: SafetyState, mind: Mind, execution: Execution, *,
        permissions: Permissions, max_steps: int, catalogue: Callable[[], Catalogue],
        doubled: Callable[[], dict[str, str]],
    ) -> None:  # fmt: skip
        self._world = world
        self._outbox = outbox
        self._safety = safety
        self._mind = mind
        self._execution = execution
        self._permissions = permissions
        self._max_steps = max_steps
        self._catalogue = catalogue
        self._doubled = doubled
        self._answering = Answering(outbox)

    def judged(self, request: Request, steps: Sequence[Step], now_s: float) -> Verdict:
        """The plan in its final form, with all that speaks against it."""
        verdict = judge(steps, self._circumstances(request, now_s))
        if verdict.problems or not moves_something(verdict.steps) or self._permissions.may_move(request):
            return verdict
        return Verdict(verdict.steps, (replies(request.language).say("not_allowed"),))

    def proposed(
        self, request: Request, steps: Sequence[Step], problems: Sequence[Problem], now_s: float
    ) -> Decision:
        """What is to be done about steps of a model that the words do not bear out: refused, or asked about.

        Once something written was read out, they may be its words: nothing that the person did not say is put into their mouth.
        """
        memory = self._mind.memory(request.conversation_id)
        if request.reading is not None:
            last = memory.as_read(now_s).robots
            steps = of_last_spoken(steps, request.reading, last, self._catalogue())
        told, judged = replies(request.language), self.judged(request, steps, now_s)
        if memory.read_out:
            return Decision(Kind.SAY, told.say("not_done"))
        asks = request.reading is None or may_be_asked(steps, request.reading)
        if not asks or any(invented(step, request.words, self._world, self._catalogue()) for step in steps):
            return Decision(Kind.SAY, told.say("sorry"))
        if why := " ".join(judged.problems):
            self._mind.note_refused(request, planned(judged.steps, why), why, now_s)
            return Decision(Kind.REFUSE, why)
        if len(judged.steps) > ASKED_STEPS:
            return Decision(Kind.SAY, told.say("sorry"))
        read = as_read_steps(judged.steps)
        doubt = self._mind.open_choice(request, judged.steps, problems, self._catalogue(), now_s)
        return (
            asked(read, (doubt,), told) if doubt is not None else whether(read, told.plan(judged.steps), told)
        )

    def supposed(self, request: Request) -> Decision | None:
        """What an order may mean of which some words were not read, or what it should, as a question; None where it is none."""
        told = replies(request.language)
        if request.reading is None:
            return None
        if not (request.may_plan and request.may_order):
            return asked_anew(request.reading, told) if names_somebody(request.reading) else None
        found = supposed(request.reading, told)
        if found is None or self.judged(request, as_steps(found.steps), request.asked_s).problems:
            return asked_anew(request.reading, told)
        return found

    def carry_out(self, request: Request, steps: Sequence[Step], now_s: float, *, told_too: str = "") -> None:
        """The plan has been read, or is borne out by the words: it is checked, told, and begun. `told_too`: said behind it."""
        judged = self.judged(request, steps, now_s)
        if not (request.plan_only or request.standing):  # what comes due is not what "it" means
            if request.reading is not None and request.reading.act is Act.CORRECTION:
                corrected = self._mind.memory(request.conversation_id).ordered_by
                self._execution.cancel(corrected, "it was corrected", now_s)
            if self._is_in_doubt(request, judged):
                told = replies(request.language)
                whole = whether(as_read_steps(judged.steps), told.plan(judged.steps), told)
                return self.ask(request, whole, now_s)
            self._mind.ordered(request, judged.steps)
        if judged.problems:
            why = " ".join(judged.problems)
            self._mind.note_refused(request, planned(judged.steps, why), why, now_s)
            return self._answering.refuse(request, why)
        left = self._left(request, {step.who for step in judged.steps} - {SELF})
        request.steps = judged.steps
        text = " ".join(filter(None, (replies(request.language).plan(judged.steps), left, told_too)))
        if request.plan_only:
            self._answering.give(request, replies(request.language).say("would", sentences=text), last=True)
            self._outbox.show(request, [Progress(step) for step in judged.steps], PlanStatus.PLANNED, "")
            return self._outbox.finished(request, "planned", "")
        request.held = ""
        goes_round = request.standing and any(
            order.rounds and order.order_id == request.lasting for order in self._mind.lasting.all
        )
        self._answering.give(request, "" if goes_round else text, last=True)
        return self._execution.begin(request, now_s)

    def _is_in_doubt(self, request: Request, judged: Verdict) -> bool:
        """Whether a plan may be one that nobody asked for, as its words were hardly heard. A yes to a whole plan is taken as it is."""
        agreed = request.answers and self._mind.memory(request.conversation_id).whether
        return request.unsure and not agreed and not judged.problems and moves_something(judged.steps)

    def ask(self, request: Request, decision: Decision, now_s: float) -> None:
        """Ends the request with a question."""
        if not request.plan_only:
            memory, request.options = self._mind.memory(request.conversation_id), decision.options
            memory.ask(decision.steps, decision.doubts, request.words, now_s, whom=request.person)
        request.held = ""
        self._answering.answer(request, decision.text, "answered")

    def keep(self, request: Request, decision: Decision, now_s: float) -> None:
        """Keeps a lasting order, if it could be carried out as things are. One that was hardly heard is to be said again."""
        say, condition = replies(request.language).say, decision.conditions[0]
        if request.unsure and moves_something(as_steps(decision.steps)):
            return self._answering.refuse(request, say("unsure", words=request.words.strip().rstrip(".!")))
        said, then = parted(
            LastingOrder(
                request.request_id, request.conversation_id, request.words, request.person, request.role,
                request.language, condition, decision.steps,
            )
        )  # fmt: skip
        order, behind = timed(said, now_s), timed(then, now_s) if then is not None else None
        if order is None or len(decision.conditions) > 1 or (then is not None and behind is None):
            return self._answering.refuse(request, say("lasting.no_event", words=condition.words))
        if self._mind.lasting.full:
            return self._answering.refuse(request, say("lasting.many", count=len(self._mind.lasting.words)))
        if order.goes_on:
            return self._go_on(request, order, behind, now_s)
        judged = self.judged(request, as_steps(decision.steps), now_s)
        if judged.problems:
            return self._answering.refuse(request, " ".join(judged.problems))
        if not request.plan_only:
            self._mind.lasting.add(order)
            self._mind.memory(request.conversation_id).ordered(decision.steps, {})
        return self._answering.answer(
            request, say("lasting.set", words=request.words.strip().rstrip(".!")), "answered"
        )

    def _go_on(
        self, request: Request, order: LastingOrder, behind: LastingOrder | None, now_s: float
    ) -> None:
        """Begins what is done until it is ended; `behind`: what is done then."""
        say = replies(request.language).say
        until = say("lasting.until") if order.rounds else ""
        if behind is not None:
            if problems := self.judged(request, as_steps(behind.steps), now_s).problems:
                return self._answering.refuse(request, " ".join(problems))
            until = say("lasting.set", words=request.words.strip().rstrip(".!"))
        if not request.plan_only:
            self._mind.lasting.add(order)
            request.lasting = order.order_id
        self.carry_out(request, as_steps(order.steps), now_s, told_too=until)
        begun = request.request_id in {each.request_id for each in self._execution.requests}
        if not begun:
            self._mind.lasting.remove(order.order_id)  # refused
        elif behind is not None:
            self._mind.lasting.add(behind)
        return None

    def _left(self, request: Request, robots: set[str]) -> str:
        """What becomes of older orders for these robots, as it is told: who else goes on, and what ends that the person may
        not think of. Who gets another order goes its rounds no more; where nothing is only planned, they end here."""
        rounds = [
            order
            for order in self._mind.lasting.all
            if order.goes_on and order.order_id != request.lasting and robots & {s.who for s in order.steps}
        ]
        stays, ends = self._execution.without(robots) if not request.standing else ((), ())
        if not (request.plan_only or request.standing):
            for order in rounds:
                self._mind.lasting.remove(order.order_id)
        told = replies(request.language)
        names = [order.words.strip().rstrip(".!") for order in rounds if not request.standing]
        names += [told.plan([replace(step, after=())]).rstrip(".") for step in ends if step.who != SELF]
        key = "lasting.would_end" if request.plan_only else "lasting.ended"
        ended = told.say(key, names=told.numbered(names)) if names else ""
        return " ".join(filter(None, (ended, told.still(stays))))

    def narrow(self, request: Request, robots: Sequence[str], now_s: float) -> None:
        """ "no, only rover2": of the last order, what these robots are still at ends, and the others go on."""
        told = replies(request.language)
        ordered_by = self._mind.memory(request.conversation_id).ordered_by
        running = next((r for r in self._execution.requests if r.request_id == ordered_by), None)
        open_ = self._execution.open_of(ordered_by)
        ends = [step for step in open_ if step.who in robots]
        if running is None or not ends:
            return self._answering.answer(request, told.say("nothing_under_way"), "answered")
        names = told.numbered([told.plan([replace(step, after=())]).rstrip(".") for step in ends])
        if request.plan_only:
            return self._answering.answer(request, told.say("lasting.would_end", names=names), "planned")
        self._execution.release(ordered_by, robots, NARROWED, now_s)
        still = told.still(self._execution.open_of(ordered_by))
        text = " ".join(filter(None, (told.say("lasting.ended", names=names), still)))
        return self._answering.answer(request, text, "done")

    def over(self, request: Request, succeeded: bool, now_s: float) -> None:
        """A plan came to its end; of a lasting order it was one round."""
        if request.lasting:
            self._mind.lasting.round_over(request.lasting, now_s, succeeded=succeeded)

    def end_lasting(self, order: LastingOrder, reason: str, now_s: float) -> None:
        """Ends it, and what it does just now."""
        self._mind.lasting.remove(order.order_id)
        for request in self._execution.requests:
            if request.lasting == order.order_id:
                self._execution.cancel(request.request_id, reason, now_s)

    def happened(self, events: Sequence[Event], now_s: float) -> None:
        """Orders that waited for one of the events come due, or end."""
        for order in self._mind.lasting.happened(events, now_s):
            if order.goes_on:
                self.end_lasting(order, "it was to go on until then", now_s)
            else:
                self.due(order, now_s)

    def due(self, order: LastingOrder, now_s: float) -> None:
        request = Request(
            f"{order.order_id}+{now_s:.3f}", order.conversation_id, order.words, "lasting order", now_s,
            self._safety.epoch, person=order.person, role=role_of(order.role), standing=True, language=order.language,
            lasting=order.order_id,
        )  # fmt: skip
        if all(step.arguments.get("text") == EVENT for step in order.steps):  # "tell me"
            told = replies(request.language).say("lasting.due", words=order.words.rstrip(" ."))
            self._outbox.announce(told, request.language)
            return
        self.carry_out(request, as_steps(order.steps), now_s)
        if order.goes_on and request.request_id not in {each.request_id for each in self._execution.requests}:
            self._mind.lasting.remove(order.order_id)  # refused: nothing goes on

    def _circumstances(self, request: Request, now_s: float) -> Circumstances:
        return Circumstances(
            catalogue=self._catalogue(),
            world=self._world,
            words=request.words,
            earlier=request.earlier,
            halted=self._safety.halted(now_s, request.epoch),
            held={
                **self._permissions.holds.against(request.person, now_s),
                **self._safety.robots,
                **self._doubled(),
            },
            max_steps=self._max_steps,
            read=True,
        )
