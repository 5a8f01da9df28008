# SPDX-License-Identifier: Apache-2.0
"""Two rovers, an arm and a small world, for all tests of the planner; a home in which one talks with all of it, without a model."""

import pytest

from tektra.common import skills
from tektra.common.sealing import Sealer
from tektra.common.world import Place, Pose2, Room, SmallObject, TableSpot, World
from tektra.planner.backends.sql import SqliteStore
from tektra.planner.conversation.conversations import AtOnce, Conversations
from tektra.planner.conversation.dialogue_manager import DialogueManager, Request
from tektra.planner.conversation.mind import Mind
from tektra.planner.plans.plan import StepStatus
from tektra.planner.understanding.reader import Reader, make_reader
from tektra.planner.world.catalogue import Actor, Catalogue, read_skill, tektra
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.safety_state import SafetyState


def actor(name: str, kind: str, *capabilities: str) -> Actor:
    known = [read_skill(skill.name, skill.sentence, skill.schema) for skill in skills.skills_of(capabilities)]
    return Actor(name, kind, "1", tuple(known))


@pytest.fixture(scope="session")
def reader() -> Reader:
    """Of all languages of config/language; made once, since that takes seconds."""
    return make_reader({"TEKTRA_HOME": "/nowhere"})


@pytest.fixture
def catalogue() -> Catalogue:
    made = Catalogue().with_actor(tektra("1"))
    for name in ("rover1", "rover2"):
        made = made.with_actor(actor(name, "rover", "base"))
    return made.with_actor(actor("arm1", "arm", "arm", "gripper"))


@pytest.fixture
def world() -> World:
    places = {
        "kitchen": Place("kitchen", Pose2(1.0, 1.0), ("the kitchen", "fridge")),
        "hall": Place("hall", Pose2(5.0, 5.0), ("corridor",)),
        "living_room": Place("living_room", Pose2(3.0, 1.0), ("lounge",)),
        "dock1": Place("dock1", Pose2(0.5, 0.5), ("first dock",)),
    }
    cubes = ("red_cube", "blue_cube")
    objects = {name: SmallObject(name, 5.0, 5.0, 0.7, (0.05, 0.05, 0.05), 0.1) for name in cubes}
    spots = {"tray": TableSpot("tray", 5.2, 5.0, 0.7, ("the tray",))}
    bounds = Room("bounds", 0.0, 10.0, 0.0, 10.0)
    return World("small", "map", bounds, 1.2, places=places, objects=objects, table_spots=spots)


class Outlet:
    """An Outbox that writes down what it is told; a step waits until the test ends it."""

    def __init__(self):
        self.sent, self.canceled, self.announced, self.stops = [], [], [], 0
        self.said, self.outcomes = {}, {}

    def think(self, request):
        raise AssertionError(f"no model: {request.words}")

    def stop_thinking(self, request_id):
        pass

    def give(self, request, text, *, last):
        self.said[request.request_id] = self.said.get(request.request_id, "") + text

    def show(self, request, steps, status, message):
        pass

    def send_goal(self, request, step):
        self.sent.append((request.request_id, step))

    def cancel_goal(self, request, step_id):
        self.canceled.append((request.request_id, step_id))

    def stop_everything(self, request):
        self.stops += 1

    def stop_robots(self, request, robots):
        self.stops += 1

    def hush(self):
        pass

    def announce(self, text, language):
        self.announced.append(text)

    def finished(self, request, outcome, message):
        self.outcomes[request.request_id] = outcome


@pytest.fixture
def store(tmp_path):
    made = SqliteStore(str(tmp_path / "planner.sqlite"), Sealer((bytes(32),)))
    made.open()
    return made


@pytest.fixture
def home(world, catalogue, reader, store):
    return Home(world, catalogue, reader, Conversations(AtOnce(store)))


class Home:
    """A dialogue manager whose clock moves only when the test says so."""

    def __init__(self, world, catalogue, reader, talk):
        self.out, self.now_s, self.asked = Outlet(), 100.0, 0
        self.manager = DialogueManager(
            world, self.out, SafetyState(), max_steps=8, max_waiting=4, mind=Mind(world, reader), kept=talk
        )
        self.talk = talk
        self.manager.catalogue = catalogue
        self.gate(stopped=False)

    def gate(self, *, stopped):
        self.manager.safety.heard(
            epoch=1, stopped=stopped, causes=["test"] if stopped else [], robots={}, now_s=self.now_s
        )
        self.manager.safety_changed(self.now_s)
        for robot in ("rover1", "rover2", "arm1"):
            self.manager.mind.robots[robot] = RobotNow(self.now_s, connected=True)

    def say(self, words, *, person="", channel="text", **request):
        """Puts it as the node does: kept first, in that person's conversation on that channel. Gives the reply."""
        self.asked += 1
        self.now_s += 0.1
        self.gate(stopped=False)
        id_ = f"request{self.asked}"
        talk = self.talk.conversation_for("", self.now_s, person=person, channel=channel)
        self.talk.asked(talk, words, self.now_s, person=person, channel=channel)
        asked = Request(id_, talk, words, "test", self.now_s, 1, person=person, channel=channel, **request)
        self.manager.ask(asked, self.now_s)
        self.talk.answered(talk, self.out.said.get(id_, ""), (), self.now_s)
        return self.out.said.get(id_, "")

    def later(self, seconds):
        self.now_s += seconds
        self.gate(stopped=False)
        self.manager.tick(self.now_s)

    def end(self, status=StepStatus.SUCCEEDED):
        """The oldest step that is under way comes to its end."""
        request_id, step = self.out.sent[-1]
        self.manager.ended(request_id, step.id, status, "", now_s=self.now_s)

    @property
    def driven(self):
        return [(step.who, step.skill, step.arguments) for _, step in self.out.sent]
