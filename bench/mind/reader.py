# SPDX-License-Identifier: Apache-2.0
"""The rules alone, without dialogue, checks and model: what a sentence is read as. Run by mind.worker alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from mind import flat
from mind.record import Record
from mind.setting import ROBOTS, Setting
from tektra.common import skills
from tektra.common.world import load_world
from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Memory, Named, Pending, Scene, Sort
from tektra.planner.understanding.vocabulary import load_vocabulary


class Mind:
    """Reads; takes what is read whole as done, and remembers it for the next turn."""

    def __init__(self, root: Path, model: str) -> None:
        folder = root / "config" / "language"
        languages = [path.name for path in sorted(folder.iterdir()) if (path / "sentences").is_dir()]
        self._reader = Reader([load_vocabulary(language, [folder]) for language in languages])
        world = load_world(root / "config" / "world.yaml")
        docks = {robot.dock: name for name, robot in world.robots.items() if robot.dock}
        self._named = (
            *(Named(n, Sort.PLACE, p.aliases, owner=docks.get(n, "")) for n, p in world.places.items()),
            *(Named(n, Sort.OBJECT, at="table") for n in world.objects),
            *(Named(n, Sort.SPOT, s.aliases) for n, s in world.table_spots.items()),
        )
        self._robots = (*(_robot(n, kind, able) for n, (kind, able) in ROBOTS.items()), _self())

    def begin(self, setting: Setting) -> None:
        self.record = Record()
        self._scene = _flat() if setting.world == "flat" else Scene(self._robots, self._named)
        self._memory = Memory()
        self._asked = 0

    def say(self, words: str) -> str:
        self._asked += 1
        request = SimpleNamespace(request_id=f"r{self._asked}")
        reading = self._reader.read(words, replace(self._scene, memory=self._memory))
        self._take(request, reading)
        return request.request_id

    def _take(self, request: SimpleNamespace, reading: Reading) -> None:
        outcome, reply = "answered", "I see."
        if reading.conditions and reading.carried_out:
            reply = "I will."  # what waits for something is the dialogue's part
        elif reading.carried_out:
            taken = {step.who for step in reading.steps}
            self.record.ended += [step.who for step in self.record.open.values() if step.who in taken]
            for step in reading.steps:
                self.record.send_goal(request, step)
            outcome = "done"
            arguments = [step.arguments for step in reading.steps]
            self._memory = Memory(
                robots=tuple(dict.fromkeys(step.who for step in reversed(reading.steps))),
                places=tuple(str(a["place"]) for a in reversed(arguments) if "place" in a),
                things=tuple(str(a["object"]) for a in reversed(arguments) if "object" in a),
                steps=reading.steps,
            )
        elif reading.doubts:
            reply = reading.doubts[0].sentence or "Which one?"
            self._memory = Memory(
                self._memory.robots,
                self._memory.places,
                self._memory.things,
                self._memory.people,
                self._memory.steps,
                pending=Pending(reading.steps, reading.doubts),
            )
        elif reading.refusals:
            outcome, reply = "refused", reading.refusals[0].sentence or "That cannot be."
        elif reading.act in (Act.ORDER, Act.UNCLEAR) and not reading.whole and not reading.indirect:
            outcome, self.record.model = "failed", True
        self.record.give(request, reply, last=True)
        self.record.finished(request, outcome, "")

    def happen(self, event: Mapping[str, object]) -> None:
        """Nothing waits here."""

    def end(self, request_id: str, step_id: int, *, canceled: bool, step: object) -> None:
        """Steps end by themselves."""


def _robot(name: str, kind: str, able: tuple[str, ...]) -> KnownRobot:
    known = tuple(KnownSkill(s.name, s.sentence, json.loads(s.schema)) for s in skills.skills_of(able))
    return KnownRobot(name, kind, known)


def _self() -> KnownRobot:
    from tektra.planner.world.catalogue import tektra

    own = tektra("bench")
    known = tuple(KnownSkill(s.name, s.sentence, dict(s.schema)) for s in own.skills)
    return KnownRobot("tektra", "assistant", known)


def _flat() -> Scene:
    robot = flat.announced()
    known = tuple(
        KnownSkill(s["name"], s["sentence"], json.loads(s["schema"]), s["sentences"]) for s in robot["skills"]
    )
    named = (
        *(Named(name, Sort.PLACE, aliases) for name, aliases in flat.place_names().items()),
        *(Named(name, Sort.OBJECT, aliases) for name, aliases in flat.thing_names().items()),
        *(Named(name, Sort.PERSON) for name in flat.people_names()),
    )
    return Scene((KnownRobot(robot["name"], robot["kind"], known), _self()), named)
