# SPDX-License-Identifier: Apache-2.0
"""The planner as it was in the last release, driven with its own code: the baseline. Run by mind.worker alone.

Its model proposes, and its checks judge; it reads nothing without a model. `root` is the release's own tree, so that its
prompt and world are its own, too.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

from mind.record import Record
from mind.setting import NOON_S, ROBOTS, PlayedModel, Setting
from tektra.common import skills
from tektra.common.errors import TektraError
from tektra.common.world import load_world
from tektra.planner.backends.llama_cpp import LlamaCpp
from tektra.planner.backends.sqlite import SqliteStore
from tektra.planner.briefing import Briefing
from tektra.planner.catalogue import Actor, Catalogue, read_skill, tektra
from tektra.planner.desk import Desk, Request
from tektra.planner.options import PlannerOptions
from tektra.planner.plan import StepStatus
from tektra.planner.prompt import read_template
from tektra.planner.reply import ReplyStream
from tektra.planner.safety_view import SafetyWatch
from tektra.planner.talk import Talk


class Mind:
    """One planner; a case is a conversation of its own."""

    def __init__(self, root: Path, model: str) -> None:
        self._options = PlannerOptions()
        self._world = load_world(root / "config" / "world.yaml")
        self._template = read_template(root / "config" / "prompts" / "planner.md")
        self._real = LlamaCpp(model, self._options.llm) if model else None
        if self._real is not None:
            self._real.load()
        self._folder = mkdtemp()
        self._cases = 0

    def begin(self, setting: Setting) -> None:
        """A new planner, with nothing under way and nothing kept but what the setting tells."""
        self._cases += 1
        self._setting = setting
        self._llm = PlayedModel(setting.model) if setting.model else self._real
        self._now_s, self._conversation, self._asked = NOON_S, f"case{self._cases}", set[str]()
        self._store = SqliteStore(f"{self._folder}/{self._cases}.sqlite")
        self._store.open()
        for fact in setting.facts:
            self._store.remember(fact, self._now_s - 3600)
        self.record = Record()
        self._desk = Desk(self._world, self.record, SafetyWatch(), max_steps=8, max_waiting=8)
        self._desk.catalogue = _robots(setting)
        self._talk = Talk(self._store)
        for words in setting.history:
            self._talk.asked("earlier", words, self._now_s - 3600)
            self._talk.answered("earlier", "Of course.", (), self._now_s - 3600)
        places = tuple(self._world.places)
        self._briefing = Briefing(
            self._template,
            places,
            self._options,
            desk=self._desk,
            talk=self._talk,
            store=self._store,
            seen=lambda: setting.scene,
        )
        self._tick()

    def say(self, words: str) -> str:
        """Puts a request; answers with its id when it is decided and its first steps are sent."""
        self._tick()
        request_id = f"{self._conversation}-{len(self._asked)}"
        self._asked.add(request_id)
        request = Request(request_id, self._conversation, words, "bench", self._now_s, epoch=1)
        request.earlier = self._talk.earlier_words(self._conversation)
        self._desk.ask(request, self._now_s)
        while self.record.wanted:
            self._think(self.record.wanted.pop(0))
        return request_id

    def happen(self, event: Mapping[str, object]) -> None:
        """It had no orders that wait for something; time goes on."""
        self._tick()

    def end(self, request_id: str, step_id: int, *, canceled: bool, step: object) -> None:
        """A robot tells that its step is over."""
        self._tick()
        status = StepStatus.CANCELED if canceled else StepStatus.SUCCEEDED
        message = "canceled" if canceled else self._setting.result
        self._desk.ended(request_id, step_id, status, message, now_s=self._now_s)

    def _tick(self) -> None:
        self._now_s += 0.1
        self._desk.safety.heard(epoch=1, stopped=False, causes=[], robots={}, now_s=self._now_s)

    def _think(self, request: Request) -> None:
        if self._llm is None:
            self.record.modelless = True
            return self._desk.failed(request.request_id, TektraError("no model is loaded", "select one"))
        job = self._briefing.job(request, self._briefing.of(request, self._now_s))
        self._talk.asked(request.conversation_id, request.words, request.asked_s)
        reply = ReplyStream()
        try:
            for piece in self._llm.stream(
                job.messages,
                schema=job.schema,
                max_tokens=job.max_tokens,
                temperature=job.temperature,
                stop=threading.Event(),
            ):
                if text := reply.feed(piece):
                    self._desk.piece(request.request_id, text, self._now_s)
        except TektraError as error:
            return self._desk.failed(request.request_id, error)
        self._desk.thought(request.request_id, reply.text, self._now_s)
        outcome = next((o for r, o, _ in self.record.outcomes if r == request.request_id), "answered")
        self._talk.answered(
            self._conversation,
            request.reply,
            request.steps,
            self._now_s,
            refused=outcome not in ("answered", "done"),
        )
        return None


def _robots(setting: Setting) -> Catalogue:
    catalogue = Catalogue().with_actor(tektra("bench"))
    for name, (kind, able) in ROBOTS.items():
        known = tuple(
            read_skill(s.name, setting.skill_sentence or s.sentence, s.schema) for s in skills.skills_of(able)
        )
        catalogue = catalogue.with_actor(Actor(name, kind, "bench", known))
    for robot in setting.announced:
        try:
            known = tuple(read_skill(s["name"], s["sentence"], s["schema"]) for s in robot["skills"])
        except TektraError:
            continue
        catalogue = catalogue.with_actor(Actor(robot["name"], robot["kind"], "bench", known))
    return catalogue
