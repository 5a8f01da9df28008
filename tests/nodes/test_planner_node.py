# SPDX-License-Identifier: Apache-2.0
"""The planner over real topics, services and actions, with robots that are skill servers of this test."""

import json
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

SCRIPTED = Path(__file__).parents[1] / "data" / "scripted_llm"


def step(who: str, skill: str, arguments: dict, *after: int) -> dict:
    return {"who": who, "do": skill, **arguments, "after": list(after)}


def output(reply: str, *steps: dict) -> str:
    return json.dumps({"reply": reply, "steps": list(steps)})


SCRIPT = [
    ["while", output("Both go.", step("rover1", "navigate_to", {"place": "kitchen"}), step("rover2", "navigate_to", {"place": "hall"}))],
    ["garage", output("On my way.", step("rover1", "navigate_to", {"place": "garage"}))],
    ["think hard", "sleep"],
    ["rover1 one metre ahead", output("Ahead.", step("rover1", "move", {"distance_m": 1}))],
    ["say: Something.", output("I say it.", step("tektra", "say", {"text": "Something."}), step("tektra", "wait", {"seconds": 0.1}, 1))],
    ["keep in mind", output("Noted.", step("tektra", "remember", {"text": "the cat is called Tom"}))],
    ["long story", "clock"],
    ["about the sea", output("The sea is salty. It is deep.")],
]  # fmt: skip


class World:
    """What surrounds the planner: a safety gate, a speech_out, and robots."""

    def __init__(self) -> None:
        from rclpy.action import ActionServer
        from rclpy.node import Node
        from std_msgs.msg import Empty, String

        from tektra.ros import qos
        from tektra_interfaces.action import Say
        from tektra_interfaces.msg import LiveSpeech, Plan, ReplyDelta, SafetyState, Scene, StopRequest
        from tektra_interfaces.srv import PlayGesture

        self.node = Node("world")
        self.state = SafetyState(epoch=1)
        self.deltas: list = []
        self.plans: list = []
        self.stops: list = []
        self.reasons: list = []
        self.spoken: list[str] = []
        self.spoken_in: list[str] = []
        self.spoken_as: list[str] = []
        self.gestures: list[str] = []
        self.command = self.node.create_publisher(String, "/tektra/command", qos.RELIABLE)
        self.speech = self.node.create_publisher(LiveSpeech, "/humans/voices/default/speech", qos.RELIABLE)
        self.scene = self.node.create_publisher(Scene, "/tektra/vision/scene", qos.RELIABLE)
        self._state = self.node.create_publisher(SafetyState, "/safety/state", qos.SAFETY_STATE)
        self.node.create_timer(0.04, self._heartbeat)
        self.node.create_subscription(ReplyDelta, "/tektra/reply", self.deltas.append, qos.RELIABLE)
        self.node.create_subscription(Plan, "/tektra/plan", self.plans.append, qos.LATCHED)
        self.node.create_subscription(Empty, "/safety/stop", self.stops.append, qos.RELIABLE)
        request = "/safety/stop_request"
        self.node.create_subscription(StopRequest, request, self.reasons.append, qos.RELIABLE)
        self.node.create_service(PlayGesture, "/tektra/avatar/gesture", self._on_gesture)
        self._say = ActionServer(self.node, Say, "/tektra/say", self._on_say)

    def _heartbeat(self) -> None:
        self.state.stamp = self.node.get_clock().now().to_msg()
        self._state.publish(self.state)

    def _on_say(self, handle):
        from tektra_interfaces.action import Say

        self.spoken.append(handle.request.text)
        self.spoken_in.append(handle.request.language)
        self.spoken_as.append(handle.request.emotion)
        handle.succeed()
        return Say.Result(success=True)

    def _on_gesture(self, request, response):
        self.gestures.append(request.gesture)
        response.success = True
        return response

    @property
    def reply(self) -> str:
        return "".join(delta.text for delta in self.deltas)

    def replied(self, count: int = 1) -> bool:
        return sum(delta.last for delta in self.deltas) >= count


class Robot:
    """A node that announces a rover and carries out its skills when the test says so."""

    def __init__(self, name: str, *, serves: bool = True) -> None:
        from rclpy.action import ActionServer, CancelResponse
        from rclpy.node import Node
        from rclpy.task import Future

        from tektra.common import skills
        from tektra.ros.qos import LATCHED
        from tektra_interfaces.action import RunSkill
        from tektra_interfaces.msg import RobotDescription, SkillDescription

        self.node = Node("driver", namespace=f"/{name}")
        self.skills = Node("skills", namespace=f"/{name}")
        self.goals: list = []
        self.done = Future()
        publisher = self.node.create_publisher(RobotDescription, f"/{name}/description", LATCHED)
        listed = [
            SkillDescription(name=skill.name, description=skill.sentence, arguments_schema=skill.schema)
            for skill in skills.skills_of(("base",))
        ]
        publisher.publish(RobotDescription(robot=name, kind="rover", instance="1", skills=listed))

        def cancel(_):
            self.end("canceled", "was canceled")
            return CancelResponse.ACCEPT

        async def execute(handle):
            self.goals.append(handle.request)
            outcome, message = await self.done
            {"succeeded": handle.succeed, "canceled": handle.canceled}.get(outcome, handle.abort)()
            return RunSkill.Result(outcome=outcome, message=message)

        if serves:
            self._server = ActionServer(
                self.skills, RunSkill, f"/{name}/run_skill", execute, cancel_callback=cancel
            )

    def end(self, outcome: str, message: str) -> None:
        from rclpy.task import Future

        self.done.set_result((outcome, message))
        self.done = Future()


@pytest.fixture
def world(spinner):
    made = World()
    spinner.add(made.node)
    return made


@pytest.fixture
def planner(spinner, world, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, str(SCRIPTED)])
    from rclpy.parameter import Parameter

    from tektra.planner.node import PlannerNode

    script = tmp_path / "script.json"
    script.write_text(json.dumps(SCRIPT))
    values = {"backend": "scripted", "model": str(script), "store_file": str(tmp_path / "planner.sqlite")}
    node = PlannerNode(parameter_overrides=[Parameter(key, value=value) for key, value in values.items()])
    spinner.add(node)
    spinner.until(lambda: node.active, 60, "the planner is active")
    spinner.until(lambda: world.command.get_subscription_count(), what="it listens")
    spinner.until(lambda: world.node.count_publishers("/tektra/reply"))
    safety = node._dialogue.safety
    spinner.until(lambda: not safety.halted(time.monotonic(), safety.epoch), what="it hears the gate")
    yield node
    node.close()
    spinner.remove(node)


@pytest.fixture
def rover1(spinner, planner):
    robot = Robot("rover1")
    spinner.add(robot.node, robot.skills)
    spinner.until(lambda: "rover1" in planner._dialogue.catalogue.robots, what="rover1 was found")
    return robot


def say(world, text: str) -> None:
    from std_msgs.msg import String

    world.command.publish(String(data=text))


def ask(spinner, world, text: str, *, wait: bool = True, person: str = ""):
    from rclpy.action import ActionClient

    from tektra_interfaces.action import Ask

    client = ActionClient(world.node, Ask, "/tektra/ask")
    spinner.until(client.server_is_ready)
    now = world.node.get_clock().now().to_msg()  # else it counts as old as the planner's start took
    sending = client.send_goal_async(Ask.Goal(text=text, source="test", person=person, stamp=now))
    spinner.until(sending.done)
    result = sending.result().get_result_async()
    return (
        spinner.until(lambda: result.done() and result.result().result)
        if wait
        else (sending.result(), result)
    )


def call(spinner, world, service, topic: str, **fields):
    client = world.node.create_client(service, topic)
    spinner.until(client.service_is_ready, what=topic)
    future = client.call_async(service.Request(**fields))
    return spinner.until(lambda: future.done() and future.result())


def test_while_stopped_a_motion_is_refused_said_and_nothing_is_sent(spinner, world, planner, rover1) -> None:
    world.state.stopped, world.state.causes, world.state.epoch = True, ["operator"], 2
    spinner.until(lambda: planner._dialogue.safety.epoch == 2, what="the stop is known")
    result = ask(spinner, world, "rover1 one metre ahead")
    assert result.outcome == "refused"
    assert result.reply.startswith("I cannot move anything: everything is stopped (operator)")
    spinner.until(lambda: any("everything is stopped" in sentence for sentence in world.spoken))
    assert rover1.goals == []


def test_what_is_said_is_spoken_and_refused_in_the_language_of_the_words(spinner, world, rover1) -> None:
    _, result = ask(spinner, world, "rover1, fahr in den Flur", wait=False)
    spinner.until(lambda: rover1.goals)
    rover1.end("failed", "blocked on the way to hall, 1.3 m before it")
    spinner.until(result.done)
    spinner.until(lambda: len(world.spoken) == 2)
    assert world.spoken[1].startswith("rover1 hat es nicht geschafft (rover1 fährt in den Flur): ")
    assert world.spoken[1].endswith("blockiert auf dem Weg zum Ziel (Flur), 1,3 m davor.")
    assert world.spoken_in == ["de", "de"]


def test_how_an_answer_is_meant_reaches_voice_and_face(spinner, world, planner) -> None:
    assert ask(spinner, world, "hello").outcome == "answered"
    spinner.until(lambda: world.spoken and world.gestures)
    assert {delta.emotion for delta in world.deltas if delta.text} == {"happy"}
    assert (world.spoken_as[0], world.gestures) == ("happy", ["wave"])


def test_a_stop_ends_a_running_plan_and_a_reset_resumes_nothing(spinner, world, planner, rover1) -> None:
    _, result = ask(spinner, world, "rover1 one metre ahead", wait=False)
    spinner.until(lambda: rover1.goals)
    world.state.stopped, world.state.epoch = True, 2
    spinner.until(result.done)
    assert result.result().result.outcome == "canceled"
    world.state.stopped, world.state.epoch = False, 3
    spinner.until(lambda: planner._dialogue.safety.epoch == 3, what="the reset is known")
    spinner.during(0.6)
    assert len(rover1.goals) == 1
    _, again = ask(spinner, world, "rover1 one metre ahead", wait=False)
    spinner.until(lambda: len(rover1.goals) == 2)
    rover1.end("succeeded", "moved 1 m")
    spinner.until(again.done)
    assert again.result().result.outcome == "done"


def test_what_was_asked_while_the_planner_hung_is_refused_in_words(spinner, world, rover1) -> None:
    from rclpy.action import ActionClient

    from tektra_interfaces.action import Ask

    client = ActionClient(world.node, Ask, "/tektra/ask")
    spinner.until(client.server_is_ready)
    say(world, "rover1 one metre ahead")
    sending = client.send_goal_async(
        Ask.Goal(text="rover1 one metre ahead")
    )  # and this one does not tell when
    time.sleep(2.5)
    spinner.until(sending.done)
    result = sending.result().get_result_async()
    spinner.until(lambda: result.done() and world.replied(2))
    assert result.result().result.outcome == "refused"
    assert world.reply.count("I heard that too late: it was asked") == 2
    assert not rover1.goals


def test_a_stop_is_never_too_late(spinner, world, planner) -> None:
    say(world, "Stop!")
    time.sleep(2.5)
    spinner.until(lambda: world.stops)


def test_what_ran_when_the_planner_hung_does_not_go_on(spinner, world, rover1) -> None:
    _, result = ask(spinner, world, "rover1 one metre ahead", wait=False)
    spinner.until(lambda: rover1.goals)
    time.sleep(2.5)
    spinner.until(result.done)
    assert result.result().result.outcome == "canceled"


def test_speech_that_is_told_late_is_refused(spinner, world, planner, rover1) -> None:
    from tektra.common.lateness import SPOKEN_LATE_S
    from tektra.ros.clock import time_msg
    from tektra_interfaces.msg import LiveSpeech

    speech = LiveSpeech(final="rover1 one metre ahead")
    speech.header.stamp = time_msg(time.time() - SPOKEN_LATE_S - 1.0)
    world.speech.publish(speech)
    spinner.until(world.replied)
    assert "too late" in world.reply and not rover1.goals


def test_what_a_voice_may_is_what_the_person_may(spinner, world, planner, rover1) -> None:
    """Once a voice is known, unknown ones are guests: they talk, and move nothing; an operator's words move robots."""
    from tektra_interfaces.msg import LiveSpeech

    order = "rover1 one metre ahead"
    for person, role in (("", "guest"), ("Bob", "guest"), ("Eve", "observer"), ("", "king")):
        world.deltas.clear()
        world.speech.publish(LiveSpeech(final=order, person=person, role=role))
        spinner.until(world.replied)
        assert "only an operator may move robots" in world.reply
        assert not rover1.goals
    world.speech.publish(LiveSpeech(final=order, confidence=0.9, person="Ada", role="operator"))
    spinner.until(lambda: rover1.goals)
    world.speech.publish(LiveSpeech(final="stop", role="guest"))
    spinner.until(lambda: world.stops)


def test_an_order_that_was_hardly_heard_is_asked_about_and_done_after_a_yes(
    spinner, world, planner, rover1
) -> None:
    from tektra_interfaces.msg import LiveSpeech

    world.speech.publish(LiveSpeech(final="rover1 one metre ahead", confidence=0.4))
    spinner.until(world.replied)
    assert world.reply.startswith("Did you mean this: rover1 drives 1 m ahead.") and not rover1.goals
    world.speech.publish(LiveSpeech(final="yes", confidence=0.4))
    spinner.until(lambda: rover1.goals)


def test_a_typed_stop_reaches_safety_while_the_model_is_at_work(spinner, world, planner) -> None:
    say(world, "think hard")
    spinner.during(0.2)
    say(world, "Stop!")
    spinner.until(lambda: world.stops and world.reasons)
    assert (world.reasons[0].cause, world.reasons[0].who) == ("voice", "planner")


@pytest.mark.parametrize("text", ["", "x" * 4001, "a\x1bb"])
def test_an_unusable_text_is_refused_with_the_reason(spinner, world, rover1, text) -> None:
    result = ask(spinner, world, text)
    assert result.outcome == "refused"
    assert "I cannot take that" in result.reply
    assert rover1.goals == []


def test_an_unknown_place_is_refused_with_the_known_ones(spinner, world, rover1) -> None:
    result = ask(spinner, world, "rover1 to the garage")
    assert result.outcome == "refused"
    assert "kitchen" in result.message
    assert rover1.goals == []


def test_two_robots_move_at_once_and_the_outcome_is_said(spinner, world, planner, rover1) -> None:
    rover2 = Robot("rover2")
    spinner.add(rover2.node, rover2.skills)
    spinner.until(lambda: len(planner._dialogue.catalogue.robots) == 2)
    say(world, "rover1 go to the kitchen while rover2 goes to the hall")
    spinner.until(lambda: rover1.goals and rover2.goals)
    assert json.loads(rover1.goals[0].arguments) == {"place": "kitchen"}
    assert rover2.goals[0].source == "planner for text"
    spinner.until(lambda: world.plans)
    assert world.plans[-1].status == 1
    rover2.end("succeeded", "reached hall")
    rover1.end("succeeded", "reached kitchen")
    spinner.until(lambda: world.plans[-1].status == 2)
    spinner.until(lambda: "rover1 reached kitchen. rover2 reached hall." in world.spoken)
    assert world.spoken[:2] == ["rover1 goes to the kitchen.", "rover2 goes to the hall."]
    assert [delta.index for delta in world.deltas] == list(range(len(world.deltas)))


DEAF_SERVER = """
import rclpy
from rclpy.action import ActionServer
from rclpy.node import Node
from rclpy.task import Future
from tektra_interfaces.action import RunSkill

async def execute(handle):
    print("got it", flush=True)
    await Future()

rclpy.init()
node = Node("skills", namespace="/rover1")
server = ActionServer(node, RunSkill, "/rover1/run_skill", execute)
rclpy.spin(node)
"""


def test_a_skill_server_that_is_killed_fails_the_step_instead_of_hanging(spinner, world, planner) -> None:
    spinner.add(Robot("rover1", serves=False).node)
    spinner.until(lambda: "rover1" in planner._dialogue.catalogue.robots)
    server = subprocess.Popen([sys.executable, "-c", DEAF_SERVER], stdout=subprocess.PIPE, text=True)
    got = threading.Thread(target=server.stdout.readline)
    got.start()
    try:
        spinner.until(lambda: world.node.count_publishers("/rover1/run_skill/_action/status"), timeout_s=60.0)
        _, result = ask(spinner, world, "rover1 one metre ahead", wait=False)
        spinner.until(lambda: not got.is_alive(), timeout_s=30.0, what="it has the goal")
    finally:
        server.kill()
        server.communicate()
    # A killed process leaves the graph when its lease has run out: 3 s by our profile, 20 s by default.
    spinner.until(result.done, timeout_s=40.0, what="the request ended")
    assert result.result().result.outcome == "failed"
    assert "rover1" in result.result().result.message


def test_a_robot_that_leaves_is_forgotten_and_its_plan_fails(spinner, world, planner, rover1) -> None:
    _, result = ask(spinner, world, "rover1 one metre ahead", wait=False)
    spinner.until(lambda: rover1.goals)
    spinner.remove(rover1.node)
    spinner.until(result.done)
    assert result.result().result.outcome == "failed"
    assert ask(spinner, world, "rover1 one metre ahead").outcome == "refused"


def test_a_robots_skills_are_looked_for_before_it_is_asked_and_until_it_leaves(
    spinner, world, planner, rover1
) -> None:
    def looked_for() -> bool:
        clients = world.node.get_client_names_and_types_by_node("planner", "/tektra")
        return "/rover1/run_skill/_action/send_goal" in dict(clients)

    spinner.until(looked_for)
    spinner.remove(rover1.node)
    spinner.until(lambda: not looked_for())


def test_two_drivers_of_one_name_are_refused(spinner, world, planner, rover1) -> None:
    twin = Robot("rover1")
    spinner.add(twin.node, twin.skills)
    spinner.until(lambda: planner._dialogue.doubled)
    result = ask(spinner, world, "rover1 one metre ahead")
    assert result.outcome == "refused"
    assert "two drivers" in result.message


def test_final_speech_is_a_request_and_a_guess_is_not(spinner, world, planner) -> None:
    from tektra_interfaces.msg import LiveSpeech

    world.speech.publish(LiveSpeech(incremental="how do"))
    spinner.during(0.3)
    assert world.deltas == []
    world.speech.publish(LiveSpeech(final="Tell me about the sea."))
    spinner.until(world.replied)
    assert world.reply == "The sea is salty. It is deep."
    spinner.until(lambda: world.spoken == ["The sea is salty.", "It is deep."])


def test_the_model_reads_ahead_what_begins_all_prompts_and_then_the_conversation(
    spinner, world, planner, rover1
) -> None:
    read: list[tuple[bool, str]] = []
    planner._registry.llm().read = lambda messages, *, lasting, stop: read.append(
        (lasting, messages[-2].content)
    )
    spinner.until(lambda: planner._ahead.ready, what="the opening was read")
    assert read[0][0]
    ask(spinner, world, "tell me about the sea")
    spinner.until(lambda: (False, '{"reply":"The sea is salty. It is deep.","steps":[]}') in read)


def test_each_piece_of_a_reply_is_passed_on_as_the_model_gives_it(spinner, world, planner) -> None:
    delays: list[float] = []

    def heard(delta) -> None:
        if delta.text.strip():
            delays.append(time.monotonic() - float(delta.text))

    from tektra.ros import qos
    from tektra_interfaces.msg import ReplyDelta

    world.node.create_subscription(ReplyDelta, "/tektra/reply", heard, qos.RELIABLE)
    spinner.until(
        lambda: not planner._dialogue.safety.stopped, what="it heard of the gate: else it holds replies back"
    )
    ask(spinner, world, "tell me a long story")
    assert len(delays) == 20
    assert statistics.median(delays) < 0.1


def test_a_goal_that_is_canceled_cancels_the_robots_goal(spinner, world, rover1) -> None:
    handle, result = ask(spinner, world, "rover1 one metre ahead", wait=False)
    spinner.until(lambda: rover1.goals)
    handle.cancel_goal_async()
    spinner.until(result.done)
    assert result.result().result.outcome == "canceled"
    assert result.result().result.plan.steps[0].status == 4


def test_tektras_own_skills_run_as_steps(spinner, world, planner) -> None:
    result = ask(spinner, world, "say good morning everybody")
    assert result.outcome == "done"
    assert "good morning everybody" in world.spoken
    assert world.spoken_in[world.spoken.index("good morning everybody")] == "en"
    assert ask(spinner, world, "keep in mind that the cat is called Tom").outcome == "done"
    assert (
        "the cat is called Tom"
        in planner._store.ask(lambda store: store.facts()).result(timeout=10.0)[0].text
    )


def test_conversations_are_kept_listed_exported_and_deleted(spinner, world, planner) -> None:
    from tektra_interfaces.srv import (
        DeleteConversation,
        ExportConversation,
        GetConversation,
        ListConversations,
    )

    conversation_id = ask(spinner, world, "how do you feel today").conversation_id
    assert ask(spinner, world, "how do you feel today").conversation_id == conversation_id
    listed = call(spinner, world, ListConversations, "/tektra/conversations/list")
    assert [(info.conversation_id, info.messages) for info in listed.conversations] == [(conversation_id, 4)]
    anns = ask(spinner, world, "how do you feel today", person="ann").conversation_id
    listed = call(spinner, world, ListConversations, "/tektra/conversations/list", person="ann")
    assert [info.conversation_id for info in listed.conversations] == [anns]
    got = call(spinner, world, GetConversation, "/tektra/conversations/get", conversation_id=conversation_id)
    assert got.messages[1].text == "I am well, thank you."
    name = "/tektra/conversations/export"
    exported = call(
        spinner, world, ExportConversation, name, conversation_id=conversation_id, format="markdown"
    )
    assert "**assistant**" in exported.text
    bad = call(spinner, world, ExportConversation, name, conversation_id=conversation_id, format="pdf")
    assert (bad.success, "json or markdown" in bad.message) == (False, True)
    name = "/tektra/conversations/delete"
    assert call(spinner, world, DeleteConversation, name, conversation_id=conversation_id).success
    assert not call(spinner, world, DeleteConversation, name, conversation_id=conversation_id).success


def test_what_is_kept_is_found_renamed_corrected_forgotten_and_sealed_anew(spinner, world, planner) -> None:
    from std_srvs.srv import Trigger

    from tektra_interfaces.srv import (
        CorrectFact,
        ForgetFact,
        ForgetPerson,
        ListConversations,
        ListFacts,
        RenameConversation,
        SearchConversations,
    )

    assert ask(spinner, world, "keep in mind that the cat is called Tom").outcome == "done"
    told = ask(spinner, world, "how do you feel today")
    found = call(spinner, world, SearchConversations, "/tektra/conversations/search", text="WELL, thank")
    assert list(found.conversation_ids) == [told.conversation_id]
    assert not call(spinner, world, SearchConversations, "/tektra/conversations/search", text=" ").success
    title = {"conversation_id": told.conversation_id, "title": "Of cats"}
    assert call(spinner, world, RenameConversation, "/tektra/conversations/rename", **title).success
    listed = call(spinner, world, ListConversations, "/tektra/conversations/list")
    assert listed.conversations[0].title == "Of cats"
    assert call(spinner, world, Trigger, "/tektra/conversations/new_key").success
    (fact,) = call(spinner, world, ListFacts, "/tektra/facts/list").facts
    put = {"fact_id": fact.fact_id, "text": "the cat is called Felix"}
    assert call(spinner, world, CorrectFact, "/tektra/facts/correct", **put).success
    assert planner._conversations.facts_about("what is the cat called", 5) == ("the cat is called Felix",)
    assert call(spinner, world, ForgetFact, "/tektra/facts/forget", fact_id=fact.fact_id).success
    assert not call(spinner, world, ForgetFact, "/tektra/facts/forget", fact_id=fact.fact_id).success
    assert planner._conversations.facts_about("what is the cat called", 5) == ()
    assert not call(spinner, world, ForgetPerson, "/tektra/facts/forget_person").success


def test_all_of_a_person_is_forgotten(spinner, world, planner) -> None:
    from tektra_interfaces.srv import ForgetPerson, ListConversations

    kept = planner._conversations
    kept.asked("hers", "hello", 1.0, person="ann")
    kept.asked("his", "hello", 1.0, person="bob")
    kept.remember("ann likes tea", 1.0, person="ann", conversation_id="hers")
    assert call(spinner, world, ForgetPerson, "/tektra/facts/forget_person", person="ann").success
    listed = call(spinner, world, ListConversations, "/tektra/conversations/list")
    assert [info.conversation_id for info in listed.conversations] == ["his"]
    assert kept.history("hers") == [] and kept.facts_about("does ann like tea", 5, person="ann") == ()


def test_models_are_listed_and_a_failed_switch_leaves_the_old_one_at_work(spinner, world, planner) -> None:
    from tektra_interfaces.srv import ListModels, SelectModel, UnloadModel

    listed = call(spinner, world, ListModels, "/tektra/models/list", kind="llm")
    selected = [model for model in listed.models if model.selected]
    assert [(model.backend, model.loaded) for model in selected] == [("scripted", True)]
    unknown = call(spinner, world, SelectModel, "/tektra/models/select", name="gpt-99")
    assert not unknown.success
    assert "use one of" in unknown.message
    assert not call(spinner, world, UnloadModel, "/tektra/models/unload", name=selected[0].name).success
    assert ask(spinner, world, "how do you feel today").outcome == "answered"


def test_the_map_the_places_and_tektras_description_are_latched(spinner, world, planner) -> None:
    from nav_msgs.msg import OccupancyGrid
    from visualization_msgs.msg import MarkerArray

    from tektra.ros.qos import LATCHED
    from tektra_interfaces.msg import RobotDescription

    got: dict = {}
    for kind, name in (
        (OccupancyGrid, "/map"),
        (MarkerArray, "/tektra/places"),
        (RobotDescription, "/tektra/description"),
    ):
        world.node.create_subscription(
            kind, name, lambda message, name=name: got.update({name: message}), LATCHED
        )
    spinner.until(lambda: len(got) == 3)
    grid = got["/map"]
    assert len(grid.data) == grid.info.width * grid.info.height
    assert {0, 100} == set(grid.data)
    assert "kitchen" in [marker.text for marker in got["/tektra/places"].markers]
    assert [skill.name for skill in got["/tektra/description"].skills] == [
        "say",
        "look",
        "express",
        "remember",
        "wait",
    ]
