# SPDX-License-Identifier: Apache-2.0
"""What the dialogue manager causes, carried to the model, the robots, the ears and the store. An Outbox of dialogue_manager.py.

It is handed everything that talks to the outside, and runs on the node's executor like the dialogue manager.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tektra.common.manners import Mannered, Manners
from tektra.common.timings import Timings
from tektra.common.trace import line
from tektra.language.sentences import SentenceSplitter
from tektra.planner.backends import Message
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.feelings import NONE, Feeling
from tektra.planner.conversation.heard import Heard
from tektra.planner.conversation.request import Request
from tektra.planner.interface.messages import (
    answer_message,
    plan_message,
    question_message,
    request_message,
    time_message,
)
from tektra.planner.interface.publishers import Publishers
from tektra.planner.plans.plan import SELF, PlanStatus, Step
from tektra.planner.plans.runner import Progress
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import Plan, ReplyDelta

#: A result waits so long for its conversation to be written.
WRITTEN_S = 1.0


@dataclass(frozen=True)
class Hands:
    """What effects are made with. All of it is called on the executor and none of it blocks."""

    now_s: Callable[[], float]
    conversations: Conversations
    prompt_for: Callable[[Request], Sequence[Message]]
    think: Callable[[Request, Sequence[Message]], None]
    stop_thinking: Callable[[str], None]
    outlets: Publishers
    feedback: Callable[[str, str, Plan], None]
    finish: Callable[[str, Ask.Result], None]
    say: Callable[
        [str, str, str, Callable[[str], None]], None
    ]  # text, language, how it is meant; how much sounded
    gesture: Callable[[str], None]
    hush: Callable[[], None]
    announce: Callable[[str, str, str], None]
    send_goal: Callable[[Request, Step], None]
    cancel_goal: Callable[[str, int], None]
    stop_everything: Callable[[], None]
    stop_robot: Callable[[str], None]
    first_piece: Timings
    written: Callable[[str], None]  # from any thread: Effects.written is to be called with it
    log: Callable[[str], None]


@dataclass
class _Open:
    """What is known of a request on its way. `first_s`: from its beginning to the first piece of its reply."""

    began_s: float
    first_s: float = 0.0
    pieces: int = 0
    kept: bool = False  # the answer is in the conversation
    gestured: bool = False
    quiet: bool = False  # nothing more of it is spoken
    sentences: SentenceSplitter = field(default_factory=SentenceSplitter)
    plan: Plan = field(default_factory=Plan)


class Effects:
    """An Outbox. Keeps, for each request on its way, what its result needs."""

    def __init__(self, hands: Hands, manners: Mannered = Manners()) -> None:
        self._hands = hands
        self._manners = manners
        self._heard = Heard(hands.conversations.cut_short)
        self._open: dict[str, _Open] = {}
        self._unwritten: dict[str, tuple[Ask.Result, float]] = {}

    def begin(self, request: Request) -> None:
        """Call when a request came, before the dialogue manager gets it: its times count from here."""
        self._state(request)
        if not request.plan_only:
            hands, id_ = self._hands, request.conversation_id
            person, channel = request.person, request.channel
            hands.conversations.asked(id_, request.words, request.asked_s, person=person, channel=channel)
            hands.outlets.request.publish(request_message(request))
            way = request.source.partition(":")[0]
            hands.log(line("planner", "took", request.request_id, source=way, letters=len(request.words)))

    def _state(self, request: Request) -> _Open:
        return self._open.setdefault(request.request_id, _Open(self._hands.now_s()))

    def think(self, request: Request) -> None:
        self._hands.think(request, self._hands.prompt_for(request))

    def stop_thinking(self, request_id: str) -> None:
        self._hands.stop_thinking(request_id)

    def give(self, request: Request, text: str, *, last: bool) -> None:
        state = self._state(request)
        if text and not state.first_s:
            state.first_s = self._hands.now_s() - state.began_s
            self._hands.first_piece.add(state.first_s)
        delta = ReplyDelta(request_id=request.request_id, conversation_id=request.conversation_id)
        delta.stamp, delta.index, delta.text, delta.last = (
            time_message(self._hands.now_s()),
            state.pieces,
            text,
            last,
        )
        feeling = request.feeling if self._manners.of(request.person).expressive else NONE
        delta.language, delta.emotion = request.language, feeling.emotion
        state.pieces += 1
        self._hands.outlets.delta.publish(delta)
        self._hands.feedback(request.request_id, text, state.plan)
        if text and feeling.gesture and not state.gestured and not request.plan_only:
            state.gestured = True
            self._hands.gesture(feeling.gesture)
        sentences = [*state.sentences.feed(text), *(state.sentences.finish() if last else ())]
        for sentence in sentences:
            sounded = self._sounded(request, sentence)
            if state.quiet:
                sounded("")
            else:
                self._hands.say(sentence, request.language, feeling.emotion, sounded)
        if last and request.steps:  # a plan follows: kept now, lest it be lost with the process
            self._keep(request, refused=False)

    def _sounded(self, request: Request, sentence: str) -> Callable[[str], None]:
        """What is to be told how much of it sounded: nothing, where whoever asked reads the answer."""
        if request.source != "voice":
            return lambda sounded: None
        return self._heard.sentence(request.request_id, sentence)

    def _keep(self, request: Request, *, refused: bool) -> None:
        """Keeps the answer, once."""
        state, hands = self._state(request), self._hands
        if not state.kept and not request.plan_only:
            state.kept = True
            hands.conversations.answered(
                request.conversation_id, request.reply, request.steps, hands.now_s(), refused=refused
            )
            self._heard.kept(request.request_id, request.conversation_id, request.reply)

    def show(self, request: Request, steps: Sequence[Progress], status: PlanStatus, message: str) -> None:
        plan = plan_message(request, steps, status=status, message=message, stamp_s=self._hands.now_s())
        state = self._state(request)
        if plan.status != state.plan.status or len(plan.steps) != len(state.plan.steps):
            took_ms = (self._hands.now_s() - state.began_s) * 1000.0
            did, count = f"plan_{status.name.lower()}", len(plan.steps)
            self._hands.log(line("planner", did, request.request_id, steps=count, took_ms=took_ms))
        state.plan = plan
        if not request.plan_only:
            self._hands.outlets.plan.publish(plan)
        self._hands.feedback(request.request_id, "", plan)

    def send_goal(self, request: Request, step: Step) -> None:
        if step.who == SELF and step.skill == "remember":
            fact = str(step.arguments.get("text", ""))
            self._hands.conversations.expect(fact, request.person, request.conversation_id)
        self._hands.send_goal(request, step)

    def cancel_goal(self, request: Request, step_id: int) -> None:
        self._hands.cancel_goal(request.request_id, step_id)

    def stop_everything(self, request: Request) -> None:
        self._hands.stop_everything()

    def stop_robots(self, request: Request, robots: Sequence[str]) -> None:
        for robot in robots:
            self._hands.stop_robot(robot)

    def hush(self) -> None:
        """The request that asks for it came last; all before it fall silent for good, and go on as text."""
        self._hands.hush()
        for state in list(self._open.values())[:-1]:
            state.quiet = True

    def announce(self, text: str, language: str, feeling: Feeling = NONE) -> None:
        shown = feeling if self._manners.everybody.expressive else NONE
        self._hands.announce(text, language, shown.emotion)
        if shown.gesture:
            self._hands.gesture(shown.gesture)

    def finished(self, request: Request, outcome: str, message: str) -> None:
        """The result goes out when what was said is written, or could not be, or after a while."""
        hands = self._hands
        self._keep(request, refused=outcome != "answered")
        if request.outcome_told:
            hands.conversations.answered(
                request.conversation_id, request.outcome_told, (), hands.now_s(), refused=True
            )
        if not request.plan_only:
            hands.outlets.answer.publish(answer_message(request, hands.now_s()))
        if request.options:
            hands.outlets.question.publish(question_message(request))
        state = self._open.pop(request.request_id)
        took_ms, first_ms = (hands.now_s() - state.began_s) * 1000.0, state.first_s * 1000.0
        id_ = request.request_id
        hands.log(line("planner", "answered", id_, outcome=outcome, first_ms=first_ms, took_ms=took_ms))
        result = Ask.Result(request_id=request.request_id, conversation_id=request.conversation_id)
        result.reply, result.plan, result.first_token_s = request.reply, state.plan, state.first_s
        result.outcome, result.message = outcome, message
        self._unwritten[request.request_id] = result, hands.now_s()
        hands.conversations.written(lambda: hands.written(request.request_id))

    def written(self, request_id: str) -> None:
        """All of that request is written, or could not be. Call on the executor."""
        if (waiting := self._unwritten.pop(request_id, None)) is not None:
            self._hands.finish(request_id, waiting[0])

    def tick(self) -> None:
        """Call now and then: nobody waits for a disk."""
        now_s = self._hands.now_s()
        for request_id, (_, since_s) in list(self._unwritten.items()):
            if now_s - since_s > WRITTEN_S:
                self.written(request_id)
