# SPDX-License-Identifier: Apache-2.0
"""What the dialogue manager reads words with and answers questions from: the reader, memory of conversations, robots, history."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from tektra.common.world import World
from tektra.language import files
from tektra.language.detect import detector
from tektra.language.sentences import sentences
from tektra.language.stop import verdict
from tektra.language.stop_beside import beside, named_in
from tektra.planner.conversation import answers
from tektra.planner.conversation.choices import by_another, open_choice
from tektra.planner.conversation.decisions import Decision, Kind, decide, spoken_to
from tektra.planner.conversation.feelings import Felt, sounds
from tektra.planner.conversation.memory import ConversationMemory, as_read_steps
from tektra.planner.conversation.plan_history import Ended, PlanHistory
from tektra.planner.conversation.relevance import relevant
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.conversation.scene_builder import SceneBuilder
from tektra.planner.conversation.talk_filter import SoundsDone, called
from tektra.planner.plans.lasting_orders import LastingOrders
from tektra.planner.plans.plan import PlanStatus, Step, StepStatus
from tektra.planner.plans.runner import Progress
from tektra.planner.understanding.borne_out import Problem, bear_out_all
from tektra.planner.understanding.one_hand import takes
from tektra.planner.understanding.pointed import settled
from tektra.planner.understanding.reading import Act, Doubt, Question, Reading, Topic
from tektra.planner.understanding.scene import KnownRobot, Named, Scene, Sort, Whereabouts
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.pointing import Pointing
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.safety_state import SafetyState
from tektra.planner.world.world_view import Seen, WorldView

#: Conversations whose "it" and "there" are known; the one that rested longest is forgotten first.
MOST_MEMORIES = 200

#: Nothing is left open by what was refused.
NOTHING = Decision(Kind.REFUSE)
#: Characters of a long sentence.
BREATH = 200


class Reader(Protocol):
    """As understanding.reader.Reader."""

    def read(self, words: str, scene: Scene, language: str = "") -> Reading: ...
    def asked(self, doubt: Doubt, language: str) -> Doubt: ...


BearsOut = Callable[[Sequence[Step], Reading, Scene], tuple[Problem, ...]]
R = TypeVar("R", bound=Reader)


def warmed(reader: R) -> R:
    """The reader after a first sentence, about a home: what is read once (numbers and units of each language, replies, common
    words) takes seconds on a busy machine, now. Later it would hold the planner up, and that ends plans."""
    reader.read(
        "two metres ahead", Scene((KnownRobot("one", "rover", ()),), (Named("first room", Sort.PLACE),))
    )
    for language in files.languages():
        replies(language)
    relevant("a fact", ("a fact",), 1)
    gc.freeze()  # it stays: each later look for garbage among its million objects would hold the planner up for a second
    return reader


class Mind:
    """One thread uses it. Without a reader nothing is read, and every order is the model's turn. `felt`: how the person feels.
    `sounds_done`: how much a model's sentence sounds like a claim of a deed."""

    def __init__(
        self,
        world: World,
        reader: Reader | None = None,
        felt: Felt = lambda words: "",
        sounds_done: SoundsDone = lambda sentence: 0.0,
        *,
        bears: BearsOut = bear_out_all,
        seen: Callable[[], Seen] = Seen,
        log: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.robots: dict[str, RobotNow] = {}
        self.pointing = Pointing()
        self.history = PlanHistory()
        self.lasting = LastingOrders()
        self.seen = seen
        self.felt, self.sounds_done = felt, sounds_done
        self._world = world
        self._reader = reader
        self._bears = bears
        self._log = log
        self._scenes = SceneBuilder(world)
        self._memories: dict[str, ConversationMemory] = {}
        self.questions_void: Callable[[], None] = lambda: None  # called with void()

    def memory(self, conversation_id: str) -> ConversationMemory:
        found = self._memories.pop(conversation_id, None) or ConversationMemory()
        self._memories[conversation_id] = found  # the latest last
        if len(self._memories) > MOST_MEMORIES:
            del self._memories[next(iter(self._memories))]
        return found

    def asked(self, person: str, now_s: float) -> tuple[str, ConversationMemory] | None:
        """The conversation whose question this person was asked last, or anybody was; None where no question waits."""
        waiting = [(memory.waits_for(person, now_s), id) for id, memory in self._memories.items()]
        latest = max(((at_s, id) for at_s, id in waiting if at_s is not None), default=None)
        return (latest[1], self._memories[latest[1]]) if latest is not None else None

    def settle(self, request: Request) -> None:
        """Something was said to it, and nothing is to be done: a question that waits may be settled by that, or void."""
        memory = self.memory(request.conversation_id)
        memory.settle(request.plan_only, answered=request.answers, asks=request.asks)
        called = spoken_to(request.reading) if request.reading is not None else ()
        memory.spoke_of(called, robots=called, places=())

    def turn_away(self, conversation_id: str) -> None:
        """A new conversation begins: "it" and "there" mean nothing of this one any more."""
        self._memories.pop(conversation_id, None)

    def forget(self, conversation_id: str) -> None:
        """Call when it was deleted: nothing of it is known any more."""
        self._memories.pop(conversation_id, None)
        self.history.forget(conversation_id)
        self.lasting.forget(conversation_id)

    def void(self, robots: Sequence[str] = ()) -> None:
        """After a stop or a cancel: no question waits any more, and no order lasts, or none of these robots."""
        self.lasting.clear(robots)
        self.questions_void()
        for memory in self._memories.values():
            memory.void()

    def read(self, request: Request, catalogue: Catalogue, now_s: float) -> Reading:
        """What the words mean; words on which the reader fails are the model's turn."""
        unread = Reading(request.words, request.language, Act.UNCLEAR, whole=False)
        if self._reader is None:
            return unread
        try:
            scene = self._scene(request, catalogue, now_s)
            reading = settled(self._reader.read(request.words, scene), scene)
        except (
            Exception
        ) as error:  # a fault of a rule, or of a robot's sentences, must cost no more than this reading
            self._log(f"a sentence could not be read ({type(error).__name__}: {str(error)[:120]})")
            return unread
        if reading.language:
            self.memory(request.conversation_id).language = reading.language
        return reading

    def tone(self, text: str) -> tuple[str, str]:
        """Language and emotion of words that are to be said aloud, by the words; each empty where they do not tell."""
        return detector().detect(text).language, sounds(self.felt(text))

    def corrects(self, request: Request, catalogue: Catalogue, now_s: float, *, busy: bool) -> bool:
        """Whether "no wait, the office" puts the last order right, or what it said itself, and is no cry to wait; behind an order, as
        a sentence of its own, only while nothing moves. `busy`: something is to be done."""
        if len(request.words) > BREATH:
            return False
        reading = self.read(request, catalogue, now_s)
        moves = busy or any(robot.moving for robot in self.robots.values())
        first = next(iter(sentences(request.words)), "")
        alone = not reading.mends and (reading.anew or not verdict(first, catalogue.robots).pauses)
        mends = not moves if alone else reading.act is Act.CORRECTION or reading.mends
        return mends and reading.carried_out

    def holds(self, robot: str) -> bool:
        """Whether it tells that it holds something, or has taken something and not put it down."""
        state = self.robots.get(robot)
        over = (p for plan in self.history.newest_first for p in reversed(plan.steps))
        done = (p.step for p in over if p.step.who == robot and p.status is StepStatus.SUCCEEDED)
        last = next((step for step in done if takes(step.skill) is not None), None)
        taken = last is not None and bool(takes(last.skill))
        return taken or (state is not None and state.holding)

    def beside_stop(self, request: Request, robots: Sequence[str], catalogue: Catalogue, now_s: float) -> str:
        """What a stop of some robots leaves of the words: an order to others, read whole, by their names; else nothing."""
        rest = beside(request.words, robots, catalogue.robots) if len(request.words) <= BREATH else ""
        reading = self.read(replace(request, words=rest), catalogue, now_s) if rest else None
        if reading is None or reading.act is not Act.ORDER or not reading.carried_out or reading.conditions:
            return ""
        return rest if named_in(rest, catalogue.robots) >= {step.who for step in reading.steps} else ""

    def language(self, request: Request, catalogue: Catalogue, now_s: float) -> str:
        """The language of the words, where they are no longer than what is said in a breath; else the request's own."""
        if len(request.words) > BREATH:
            return request.language
        return self.read(request, catalogue, now_s).language or request.language

    def unborne(
        self, request: Request, steps: Sequence[Step], catalogue: Catalogue, now_s: float
    ) -> tuple[Problem, ...]:
        """What of a model's steps the words do not bear out."""
        assert request.reading is not None
        scene = self._scene(request, catalogue, now_s)
        return self._bears(steps, request.reading, scene)

    def open_choice(
        self,
        request: Request,
        steps: Sequence[Step],
        problems: Sequence[Problem],
        catalogue: Catalogue,
        now_s: float,
    ) -> Doubt | None:
        """What alone the words leave open of a model's steps, as a question; None where it is no choice."""
        if self._reader is None or request.reading is None:
            return None
        doubt = open_choice(steps, problems, request.reading, self._scene(request, catalogue, now_s))
        return self._reader.asked(doubt, request.language) if doubt is not None else None

    def view(
        self,
        request: Request,
        catalogue: Catalogue,
        now_s: float,
        *,
        safety: SafetyState,
        doubled: Mapping[str, str],
        under_way: Sequence[tuple[Progress, ...]],
        rounds: Sequence[tuple[Progress, ...]] = (),
        running: Sequence[Ended] = (),
    ) -> WorldView:
        """All that questions are answered from."""
        return WorldView(
            catalogue,
            self._world,
            now_s,
            robots=self.robots,
            seen=self.seen(),
            stopped=safety.halted(now_s, safety.epoch).rstrip("."),
            held={**safety.robots, **doubled},
            under_way=under_way,
            rounds=rounds,
            running=running,
            history=self.history,
            lasting=self.lasting.words,
            asker=request.person,
        )

    def decide(self, request: Request, view: WorldView) -> Decision:
        """What is to be done about what was read."""
        assert request.reading is not None
        memory = self.memory(request.conversation_id)
        memory.tell(request.reading, view.now_s, plan_only=request.plan_only)
        return decide(
            request.reading,
            memory.pending(view.now_s),
            lambda question: self.answer(question, request, view),
            replies(request.language),
            called(self._world, view.catalogue, replies(request.language)),
        )

    def answer(self, question: Question, request: Request, view: WorldView) -> str:
        """The answer to a question about the world."""
        memory = self.memory(request.conversation_id)
        if question.topic is Topic.CAN_DO and question.steps and not request.plan_only:
            others = by_another(question, view.catalogue)
            memory.refuse(*others, view.now_s)  # "then rover2" orders it of that one
        memory.question = question
        memory.spoke_of(question.about, robots=view.catalogue.robots, places=self._world.places)
        return answers.answer(question, view, replies(request.language))

    def ordered(self, request: Request, steps: Sequence[Step]) -> None:
        """An order was understood: "it", "there" and "again" mean its parts from now on."""
        memory = self.memory(request.conversation_id)
        corrects = request.reading is not None and request.reading.act is Act.CORRECTION
        stands = self._stands(at_rest=True)  # on its way to somewhere nobody comes from where they are
        memory.ordered(as_read_steps(steps), stands, answered=request.answers, corrects=corrects)
        memory.ordered_by = request.request_id

    def note_refused(
        self, request: Request, steps: Sequence[Progress], why: str, now_s: float, decision: Decision = NOTHING
    ) -> None:  # fmt: skip
        """A plan was refused: what "why not?" is answered from, and what "then rover2" behind it means."""
        if request.plan_only:
            return
        self.memory(request.conversation_id).refuse(decision.steps, decision.doubts, now_s)
        if not self.history.holds(request.request_id):
            self.history.add(
                request.request_id, request.conversation_id, request.words, steps, PlanStatus.REFUSED, why,
                now_s, person=request.person, asked_s=request.asked_s,
            )  # fmt: skip

    def _scene(self, request: Request, catalogue: Catalogue, now_s: float) -> Scene:
        memory = self.memory(request.conversation_id)
        scene = self._scenes.scene(catalogue, memory, asker=request.person, now_s=now_s)
        return replace(scene, pointed=self.pointing.now(now_s), stands=self._stands())

    def _stands(self, *, at_rest: bool = False) -> dict[str, Whereabouts]:
        """Where each robot is that knows it, to 0.1 m. `at_rest`: of those that do not move."""
        known = {n: now for n, now in self.robots.items() if now.localized and not (at_rest and now.moving)}
        return {name: now.whereabouts(self._world) for name, now in known.items()}
