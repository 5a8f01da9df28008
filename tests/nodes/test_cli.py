# SPDX-License-Identifier: Apache-2.0
"""The commands against servers of this test, over real ROS: what they send, print and return."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import rclpy
from lifecycle_msgs.srv import GetState
from rclpy.action import ActionServer, CancelResponse
from rclpy.node import Node
from std_msgs.msg import Empty
from unique_identifier_msgs.msg import UUID

from tektra.cli import goals
from tektra.cli.goals import HELD_UP_S
from tektra.common.snapshot import COMMAND_PREFIX
from tektra.ros.clock import seconds
from tektra.ros.qos import LATCHED, RELIABLE, SAFETY_STATE
from tektra_interfaces.action import Ask, Say
from tektra_interfaces.msg import (
    LiveSpeech,
    ModelInfo,
    Plan,
    PlanStep,
    RobotDescription,
    SafetyState,
    SkillDescription,
)
from tektra_interfaces.srv import ListModels, SelectModel, StopRobot


class Command:
    """A `tektra` command in a process of its own."""

    def __init__(self, spinner, words: tuple[str, ...]) -> None:
        self._spinner = spinner
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tektra.cli.main", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.out = self.err = ""

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end(self, timeout_s: float = 90.0) -> int:
        """Serves ROS until it has ended; its exit status."""
        self._spinner.until(lambda: self._process.poll() is not None, timeout_s, "the command ended")
        self.out, self.err = self._process.communicate()
        return self._process.returncode

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def tektra(spinner):
    started: list[Command] = []

    def start(*words: str) -> Command:
        started.append(Command(spinner, words))
        return started[-1]

    yield start
    for command in started:
        command.close()


class Peer(Node):
    """The other side of a command."""

    def serve(self, kind, name: str, answer: Callable) -> None:
        """An action server whose goals are answered by `answer(goal)`, a coroutine."""
        self._server = ActionServer(self, kind, name, answer, cancel_callback=lambda _: CancelResponse.ACCEPT)

    def pause(self):
        """Awaited, it lasts for a moment."""
        waiting = rclpy.task.Future()

        def end() -> None:
            self.destroy_timer(timer)
            waiting.set_result(None)

        timer = self.create_timer(0.02, end)
        return waiting

    def close(self) -> None:
        if hasattr(self, "_server"):
            self._server.destroy()


@pytest.fixture
def node(spinner) -> Iterator[Peer]:
    made = Peer("peer")
    spinner.add(made)
    yield made
    made.close()


def plan_feedback(status: int) -> Ask.Feedback:
    feedback = Ask.Feedback()
    feedback.plan.status = Plan.RUNNING
    feedback.plan.steps = [
        PlanStep(id=1, who="rover1", skill="navigate_to", arguments='{"place":"hall"}', status=status)
    ]
    return feedback


def test_ask_prints_the_answer_and_each_step(node, tektra) -> None:
    heard: list[Ask.Goal] = []

    async def answer(goal):
        heard.append(goal.request)
        while not node.count_subscribers("/tektra/ask/_action/feedback"):  # what comes before is lost
            await node.pause()
        for word in ("I am ", "on my way."):
            goal.publish_feedback(Ask.Feedback(delta=word))
        goal.publish_feedback(plan_feedback(PlanStep.RUNNING))
        goal.publish_feedback(plan_feedback(PlanStep.RUNNING))
        goal.succeed()
        result = Ask.Result(outcome="done", reply="I am on my way.")
        result.plan = plan_feedback(PlanStep.SUCCEEDED).plan
        return result

    node.serve(Ask, "/tektra/ask", answer)
    command = tektra("ask", "go", "to the hall")
    assert command.end() == 0
    assert (heard[0].text, heard[0].source) == ("go to the hall", "cli")
    assert command.out.splitlines() == [
        "I am on my way.",
        '  1. rover1 navigate_to {"place":"hall"}  started',
        '  1. rover1 navigate_to {"place":"hall"}  done',
    ]


@pytest.mark.parametrize(
    ("outcome", "status"), [("answered", 0), ("failed", 1), ("refused", 4), ("canceled", 5), ("what?", 1)]
)
def test_the_outcome_is_the_exit_status(node, tektra, outcome: str, status: int) -> None:
    async def answer(goal):
        goal.succeed()
        return Ask.Result(outcome=outcome, reply="so", message="the robots are stopped")

    node.serve(Ask, "/tektra/ask", answer)
    command = tektra("ask", "--json", "go")
    assert command.end() == status
    assert json.loads(command.out)["outcome"] == outcome


def test_ctrl_c_cancels_what_was_asked(spinner, node, tektra) -> None:
    goals, cancelled = [], []

    async def answer(goal):
        goals.append(goal)
        while not goal.is_cancel_requested:
            await node.pause()
        cancelled.append(goal)
        goal.canceled()
        return Ask.Result(outcome="canceled")

    node.serve(Ask, "/tektra/ask", answer)
    command = tektra("ask", "wait for ever")
    spinner.until(lambda: goals, 60.0, "the goal arrived")
    command.interrupt()
    assert command.end() == 130
    spinner.until(lambda: cancelled, 20.0, "the goal was cancelled")


def test_a_question_is_as_old_as_its_sending_and_not_as_its_search(spinner, node, tektra) -> None:
    heard: list[float] = []

    async def answer(goal):
        heard.append(seconds(goal.request.stamp))
        goal.succeed()
        return Ask.Result(outcome="answered")

    command = tektra("ask", "go", "to the hall")
    spinner.until(lambda: commands_of(node), 60.0, "the command looks for the planner")
    offered_s = time.time()
    node.serve(Ask, "/tektra/ask", answer)
    assert command.end() == 0
    assert heard[0] > offered_s


def test_a_command_that_stood_still_meanwhile_asks_nothing(spinner, node, tektra) -> None:
    asked: list[object] = []

    async def answer(goal):
        asked.append(goal)
        goal.succeed()
        return Ask.Result(outcome="done")

    command = tektra("ask", "go", "to the hall")
    spinner.until(lambda: commands_of(node), 60.0, "the command looks for the planner")
    command.freeze()
    node.serve(Ask, "/tektra/ask", answer)
    frozen_s = time.monotonic()
    spinner.until(
        lambda: time.monotonic() - frozen_s > HELD_UP_S + 0.5, 30.0, "it stood still for long enough"
    )
    command.thaw()
    assert command.end() == 2
    assert "held up" in command.err
    assert not asked


def commands_of(node: Node) -> list[str]:
    """Commands that are in the graph."""
    return [name for name, _ in node.get_node_names_and_namespaces() if name.startswith(COMMAND_PREFIX)]


def test_ask_does_not_outwait_its_timeout(node, tektra) -> None:
    async def answer(goal):
        await rclpy.task.Future()

    node.serve(Ask, "/tektra/ask", answer)
    command = tektra("ask", "--timeout", "1", "hello")
    assert command.end() == 3
    assert "did not end within 1 s" in command.err


def test_when_nobody_answers_each_command_says_so_and_what_to_do(spinner, tektra) -> None:
    asked = [("ask", "hello"), ("say", "hello"), ("reset",), ("stop",), ("listen",), ("robots",)]
    commands = [tektra(*words) for words in asked]  # at the same time: each waits for some seconds
    assert [command.end() for command in commands] == [3] * len(commands)
    for command in commands:
        assert command.err.startswith("error: ")
        assert "remedy: " in command.err
        assert "Traceback" not in command.err


def test_status_of_nothing_says_so(tektra, monkeypatch) -> None:
    # Nodes of other tests may still be in this one's graph.
    monkeypatch.setenv("ROS_DOMAIN_ID", str(random.randint(201, 230)))
    command = tektra("status")
    assert command.end() == 3
    assert "nothing of Tektra runs" in command.err
    machine = tektra("status", "--json")
    assert machine.end() == 3
    assert json.loads(machine.out)["running"] is False


def test_status_asks_again_when_an_answer_is_lost(spinner, tektra) -> None:
    planner = Peer("planner", namespace="/tektra")
    spinner.add(planner)
    asked: list[GetState.Request] = []

    async def answer(request: GetState.Request, response: GetState.Response) -> GetState.Response:
        asked.append(request)
        if len(asked) == 1:
            await rclpy.task.Future()
        response.current_state.label = "active"
        return response

    gate(planner)
    planner.create_service(GetState, "/tektra/planner/get_state", answer)
    command = tektra("status", "--json")
    command.end()
    (told,) = json.loads(command.out)["nodes"]
    assert told["lifecycle"] == "active"
    assert len(asked) > 1


def test_say_speaks_and_tells_how_long(node, tektra) -> None:
    heard: list[Say.Goal] = []

    async def speak(goal):
        heard.append(goal.request)
        goal.succeed()
        return Say.Result(success=True, duration=1.5, first_audio_s=0.1)

    node.serve(Say, "/tektra/say", speak)
    command = tektra("say", "--interrupt", "dinner is ready")
    assert command.end() == 0
    assert heard[0] == Say.Goal(text="dinner is ready", interrupt=True)
    assert "1.5 s of sound" in command.out


def gate(node: Node, *, heeds: bool = True) -> list[Empty]:
    """A safety state at 25 Hz that becomes stopped when a stop is heard. Returns the stops."""
    stops: list[Empty] = []
    publisher = node.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
    node.create_subscription(Empty, "/safety/stop", stops.append, RELIABLE)
    node.create_timer(
        0.04, lambda: publisher.publish(SafetyState(epoch=4, stopped=bool(stops) and heeds, causes=["topic"]))
    )
    return stops


def test_stop_tells_when_the_gate_has_latched_it(node, tektra) -> None:
    stops = gate(node)
    command = tektra("stop")
    assert command.end() == 0
    assert stops
    assert command.out.startswith("stopped (topic)")


def test_a_stop_that_the_gate_does_not_confirm_is_no_success(node, tektra) -> None:
    stops = gate(node, heeds=False)
    command = tektra("stop")
    assert command.end() == 3
    assert len(stops) > 5
    assert "does not tell that it holds" in command.err


@pytest.mark.parametrize(("success", "status"), [(True, 0), (False, 1)])
def test_reset_passes_on_what_the_gate_says(node, tektra, success: bool, status: int) -> None:
    asked: list[StopRobot.Request] = []

    def answer(request, response):
        asked.append(request)
        response.success, response.message = success, "because"
        return response

    gate(node, heeds=False)
    node.create_service(StopRobot, "/safety/reset_all", answer)
    command = tektra("reset")
    assert command.end() == status
    assert command.out == "because\n"
    assert asked[0].epoch == 4 and abs(time.time() - asked[0].asked.sec) < 60, (
        "the stop that is meant, and since when"
    )


@pytest.mark.parametrize(("command", "service"), [("stop", "stop_robot"), ("reset", "reset_robot")])
def test_stop_and_reset_of_one_robot_are_asked_of_the_gate(node, tektra, command: str, service: str) -> None:
    asked = []

    def answer(request, response):
        asked.append((request.robot, request.source))
        response.success, response.message = True, "done"
        return response

    node.create_service(StopRobot, f"/safety/{service}", answer)
    run = tektra(command, "rover1")
    assert run.end() == 0
    assert asked == [("rover1", f"tektra {command}")]
    assert run.out == "done\n"


STILL = "'' does not stand still: name one that does: hall#1 at (1.00, 2.00), still for 70 s; hall#4 at (3.00, 2.00), still for 61 s"


@pytest.fixture
def dismissed(node) -> list[tuple[str, str]]:
    """A gate that takes hall#1 alone for nobody: what it was asked."""
    asked: list[tuple[str, str]] = []

    def answer(request, response):
        asked.append((request.robot, request.source))
        response.success = request.robot == "hall#1"
        response.message = "hall#1 counts as nobody" if response.success else STILL
        return response

    node.create_service(StopRobot, "/safety/no_person", answer)
    return asked


def test_who_stands_still_is_listed_and_nobody_dismissed(tektra, dismissed) -> None:
    command = tektra("no-person")
    assert command.end() == 0
    assert command.out.splitlines() == [
        "hall#1 at (1.00, 2.00), still for 70 s",
        "hall#4 at (3.00, 2.00), still for 61 s",
    ]
    assert [robot for robot, _ in dismissed] == [""]


def test_a_poster_is_nobody_by_an_operators_word_with_their_name(tektra, dismissed) -> None:
    command = tektra("no-person", "hall#1", "--yes")
    assert command.end() == 0
    assert command.out.startswith("hall#1 counts as nobody\nby tektra no-person (")
    ((robot, source),) = dismissed
    assert robot == "hall#1" and re.fullmatch(r"tektra no-person \(.+\)", source)
    refused = tektra("no-person", "hall#9", "--yes")
    assert refused.end() == 1
    assert "does not stand still" in refused.out


def test_nobody_is_dismissed_without_a_yes(tektra, dismissed) -> None:
    command = tektra("no-person", "hall#1")
    assert command.end() == 1
    assert "nothing was changed" in command.out and "--yes" in command.err
    assert dismissed == []


def test_listen_prints_what_is_heard(node, tektra) -> None:
    publisher = node.create_publisher(LiveSpeech, "/humans/voices/anna/speech", RELIABLE)

    def speak() -> None:
        if publisher.get_subscription_count():
            publisher.publish(LiveSpeech(incremental="go for"))
            publisher.publish(LiveSpeech(final="go forward", confidence=0.9))

    node.create_timer(0.2, speak)
    command = tektra("listen", "--final", "--duration", "1.5")
    assert command.end() == 0
    assert set(command.out.splitlines()) == {"anna: go forward  (0.90)"}


def test_robots_are_listed_with_what_they_can_do(node, tektra) -> None:
    schema = json.dumps({"type": "object", "properties": {"distance_m": {"type": "number"}}})
    skill = SkillDescription(name="move", description="Drive.", arguments_schema=schema)
    description = RobotDescription(robot="r9", kind="rover", skills=[skill])
    description.limits.linear_speed = 0.5
    node.create_publisher(RobotDescription, "/r9/description", LATCHED).publish(description)
    command = tektra("robots")
    assert command.end() == 0
    assert command.out.splitlines() == ["r9 (rover): 0.5 m/s, 0 rad/s", "  move(distance_m)  Drive."]
    machine = tektra("robots", "--json")
    assert machine.end() == 0
    assert json.loads(machine.out)[0]["skills"][0]["arguments_schema"]["properties"]["distance_m"]


def test_overlong_text_is_refused_before_it_is_sent(tektra, tmp_path: Path) -> None:
    command = tektra("ask", "x" * 5000)
    assert command.end() == 2
    assert "longer than 4000" in command.err


def test_a_program_that_uses_ros_can_source_the_environment_anew() -> None:
    """As `.venv/bin/tektra` does, whoever starts it."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["bash", "-c", ". scripts/env.sh && python3 -c 'import rclpy'"],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
        timeout=60.0,
    )
    assert done.returncode == 0, done.stderr


def test_models_running_select_and_load_ask_the_planner(node, tektra) -> None:
    asked: list[str] = []

    def models(request: ListModels.Request, response: ListModels.Response) -> ListModels.Response:
        response.success = True
        response.models = [
            ModelInfo(name="big", backend="openai", available=True, selected=True),
            ModelInfo(name="small", backend="llama_cpp"),
        ]
        return response

    def select(request: SelectModel.Request, response: SelectModel.Response) -> SelectModel.Response:
        asked.append(request.name)
        response.success, response.message = request.name == "big", f"{request.name}: told"
        return response

    node.create_service(ListModels, "/tektra/models/list", models)
    node.create_service(SelectModel, "/tektra/models/select", select)
    running = tektra("models", "running")
    assert running.end() == 0
    assert [line.split()[0:3:2] for line in running.out.splitlines()] == [
        ["big", "answers"],
        ["small", "not"],
    ]
    assert tektra("models", "select", "big").end() == 0
    assert tektra("models", "select", "small").end() == 1
    assert asked == ["big", "small"]


def test_the_last_pieces_of_an_answer_are_told_though_its_result_was_quicker(node, tektra) -> None:
    """They were lost on a machine with much to do: a plan's steps were done that had never started."""
    words = [f"word{number} " for number in range(8)]

    async def answer(goal):
        while not node.count_subscribers("/tektra/ask/_action/feedback"):
            await node.pause()
        goal.succeed()
        for word in words:
            goal.publish_feedback(Ask.Feedback(delta=word))
        goal.publish_feedback(plan_feedback(PlanStep.RUNNING))
        result = Ask.Result(outcome="done", reply="".join(words))
        result.plan = plan_feedback(PlanStep.SUCCEEDED).plan
        return result

    node.serve(Ask, "/tektra/ask", answer)
    command = tektra("ask", "tell me")
    assert command.end() == 0
    assert command.out.splitlines() == [
        "".join(words),
        '  1. rover1 navigate_to {"place":"hall"}  started',
        '  1. rover1 navigate_to {"place":"hall"}  done',
    ]


def test_a_goal_whose_acceptance_was_lost_is_cancelled_by_its_own_number() -> None:
    class Deaf:
        """A session to which no acceptance comes."""

        asked: ClassVar[list] = []

        def spin_until(self, holds, timeout_s: float) -> bool:
            return False

        def call(self, kind, name: str, request, *, timeout_s: float):
            self.asked.append((name, bytes(request.goal_info.goal_id.uuid)))

    number = UUID(uuid=list(range(16)))
    goals._cancel(Deaf(), rclpy.task.Future(), number, "/tektra/ask")
    assert Deaf.asked == [("/tektra/ask/_action/cancel_goal", bytes(range(16)))]
