# SPDX-License-Identifier: Apache-2.0
"""Calls are answered or refused, however many come at once, and whoever waits for one that is gone is told."""

import os
import subprocess
import sys
import time

import pytest
from rclpy.node import Node
from rclpy.parameter import Parameter
from rclpy.task import Future
from std_srvs.srv import Trigger

from tektra.ros.calls import BUSY, MOST_OPEN, serve, service_client
from tektra.ros.own_skills import Faculties, OwnSkills
from tektra.ros.raw_services import RawServices
from tektra.ros.say_client import SayClient
from tektra.ros.sight_client import SightClient
from tektra.safety.node import SafetyNode

#: Far beyond what is promised, and far below what waiting for ever would be.
SOON_S = 8.0

SPEAKER = """
import rclpy, time
from rclpy.action import ActionServer
from rclpy.node import Node
from std_srvs.srv import Trigger
from tektra_interfaces.action import Say
from tektra_interfaces.srv import Analyze

rclpy.init()
node = Node("speaker")
def speak(*_):
    print("speaks", flush=True)
    time.sleep(600.0)
server = ActionServer(node, Say, "/tektra/say", speak)
node.create_service(Trigger, "/slow", speak)
node.create_service(Analyze, "/tektra/vision/analyze", speak)
rclpy.spin(node)
"""


@pytest.fixture
def speaker(ros):
    """A process that takes what is to be said, and never comes to its end."""
    process = subprocess.Popen([sys.executable, "-c", SPEAKER], stdout=subprocess.PIPE, env=dict(os.environ))
    yield process
    process.kill()
    process.communicate()


def call_all(spinner, client, count: int) -> list[Trigger.Response]:
    spinner.until(client.service_is_ready)
    futures = [client.call_async(Trigger.Request()) for _ in range(count)]
    spinner.until(lambda: all(future.done() for future in futures), 30, "all are answered")
    return [future.result() for future in futures]


def test_of_two_hundred_calls_at_once_every_one_is_answered(spinner) -> None:
    node = Node("both")
    spinner.add(node)

    def answer(_, response):
        response.success = True
        return response

    serve(node, Trigger, "/busy", answer)
    assert all(each.success for each in call_all(spinner, service_client(node, Trigger, "/busy"), 200))


def test_what_waits_beyond_the_most_is_refused_as_busy(spinner) -> None:
    node, done = Node("both"), Future()
    spinner.add(node)

    async def answer(_, response):
        response.success = await done
        return response

    serve(node, Trigger, "/slow", answer)
    client = service_client(node, Trigger, "/slow")
    spinner.until(client.service_is_ready)
    futures = [client.call_async(Trigger.Request()) for _ in range(MOST_OPEN + 20)]
    spinner.until(lambda: sum(future.done() for future in futures) == 20, 30, "20 are refused")
    assert {future.result().message for future in futures if future.done()} == {BUSY}
    done.set_result(True)
    node.executor.wake()
    spinner.until(lambda: all(future.done() for future in futures), 30, "the others are answered")
    assert sum(future.result().success for future in futures) == MOST_OPEN


def test_the_gate_answers_every_one_of_a_hundred(spinner, tmp_path) -> None:
    gate = SafetyNode(parameter_overrides=[Parameter("state_file", value=str(tmp_path / "safety.json"))])
    node = Node("many")
    spinner.add(gate, node)
    client = service_client(node, Trigger, "/safety/emergency_stop")
    assert all(each.success for each in call_all(spinner, client, 100))


def test_a_sentence_whose_speaker_is_killed_ends_unspoken(spinner, speaker) -> None:
    node = Node("mind")
    spinner.add(node)
    say, spoken = SayClient(node), []
    spinner.until(say._client.server_is_ready)
    say.say("Something long.", done=spoken.append)
    say.say("And something more.", done=spoken.append)
    assert b"speaks" in speaker.stdout.readline()
    spinner.during(0.3)
    assert spoken == []
    speaker.kill()
    spinner.until(lambda: len(spoken) == 2, SOON_S, "both ended")
    assert spoken == [False, False]
    assert say.dropped == 2
    say.close()


def test_a_question_whose_camera_is_killed_ends_unanswered(spinner, speaker) -> None:
    node, told = Node("mind"), []
    spinner.add(node)
    sight = SightClient(node, lambda *answer: told.append(answer))
    spinner.until(sight._client.service_is_ready)
    sight.ask("one", "what do you see?")
    sight.ask("two", "is anybody there?")
    assert b"speaks" in speaker.stdout.readline()
    assert told == []
    speaker.kill()
    spinner.until(lambda: len(told) == 2, SOON_S, "both ended")
    assert told == [("one", ""), ("two", "")]
    sight.close()


def test_what_no_voice_of_its_language_speaks_is_spoken_by_another_in_order(spinner) -> None:
    from rclpy.action import ActionServer

    from tektra_interfaces.action import Say

    def speak(handle) -> Say.Result:
        heard.append((handle.request.text, handle.request.language))
        if handle.request.language == "de":
            handle.abort()
            return Say.Result(message="no voice speaks 'de'")
        handle.succeed()
        return Say.Result(success=True, spoken=handle.request.text)

    node, mouth = Node("mind"), Node("mouth")
    heard: list[tuple[str, str]] = []
    server = ActionServer(mouth, Say, "/tektra/say", speak)
    spinner.add(node, mouth)
    say, spoken = SayClient(node), []
    spinner.until(say._client.server_is_ready)
    say.say("Hola.", "es", done=spoken.append)
    spinner.until(lambda: spoken == [True], SOON_S, "it was spoken")
    say.say("Hallo.", "de", done=spoken.append)
    say.say("Wie geht es?", "de", done=spoken.append)
    spinner.until(lambda: len(spoken) == 3, SOON_S, "all were spoken")
    assert spoken == [True, True, True]
    assert heard[0] == ("Hola.", "es")
    assert [text for text, language in heard if not language] == ["Hallo.", "Wie geht es?"]
    say.close()
    server.destroy()


def test_the_skill_say_fails_when_its_speaker_is_killed(spinner, speaker) -> None:
    from rclpy.action import ActionClient

    from tektra_interfaces.action import RunSkill

    node = Node("mind")
    spinner.add(node)
    say = SayClient(node)
    spinner.until(say._client.server_is_ready)
    skills = OwnSkills(node, Faculties(lambda *_: ({"text": "Hello."}, ""), lambda: "", lambda _: None, say))
    client = ActionClient(node, RunSkill, "/tektra/run_skill")
    spinner.until(client.server_is_ready)
    sent = client.send_goal_async(RunSkill.Goal(skill="say"))
    spinner.until(sent.done)
    result = sent.result().get_result_async()
    assert b"speaks" in speaker.stdout.readline()
    speaker.kill()
    ended = spinner.until(lambda: result.done() and result.result().result, SOON_S, "the skill ended")
    assert (ended.outcome, ended.message) == ("failed", "nobody speaks: is speech_out running?")
    skills.close()
    say.close()


def test_a_call_by_the_bridge_fails_when_its_server_is_killed(spinner, speaker) -> None:
    import threading

    node = Node("bridge")
    spinner.add(node)
    calls = RawServices(node, timeout_s=60.0)
    calls.add("/slow", "std_srvs/srv/Trigger")
    spinner.until(lambda: node.count_services("/slow"))
    spinner.during(0.3)
    told: list[str] = []

    def call() -> None:
        try:
            calls.call("/slow", b"\0\1\0\0")
        except Exception as error:
            told.append(str(error))

    threading.Thread(target=call, daemon=True).start()
    assert b"speaks" in speaker.stdout.readline()
    speaker.kill()
    began_s = time.monotonic()
    spinner.until(lambda: told, SOON_S, "the call ended")
    assert "went away before it answered" in told[0]
    assert time.monotonic() - began_s < 60.0
    calls.clear()
