# SPDX-License-Identifier: Apache-2.0
"""The gateway as a process: a ROS node of the test on one side, HTTP and a socket on the other."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import rclpy
from rclpy.action import ActionServer, CancelResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.context import Context
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node
from rclpy.task import Future
from std_msgs.msg import Empty, String
from std_srvs.srv import SetBool
from websockets.sync.client import connect

from tektra.ros.qos import AUDIO, LATCHED, RELIABLE, SAFETY_STATE, SENSOR
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import (
    AudioChunk,
    ModelInfo,
    RobotDescription,
    RobotState,
    SafetyState,
    StopRequest,
)
from tektra_interfaces.srv import ListModels, StopRobot, Transcribe

#: A condition that has not come about within this is a failure; it is no measure of speed.
PATIENCE_S = 40.0
START = "from tektra.web.node import main; main()"
TRANSCRIBE = "/tektra/speech_in/transcribe"
PASSWORD = "a much better password"


def until(holds: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


class Peer:
    """What the gateway talks to: a gate, a rover, a planner and a list of models. Spun in a thread."""

    def __init__(self, domain: int) -> None:
        self.context = Context()
        rclpy.init(context=self.context, domain_id=domain)
        self.node = node = Node("peer", context=self.context)
        self.stops: list[Empty] = []
        self.reasons: list[StopRequest] = []
        self.sound: list[AudioChunk] = []
        self.asked: list[Ask.Goal] = []
        self.canceled = threading.Event()
        self.silent = False
        #: Each with the time at which it came, in s since the epoch.
        self.resets: list[tuple[StopRobot.Request, float]] = []
        group = ReentrantCallbackGroup()
        node.create_subscription(Empty, "/safety/stop", self.stops.append, RELIABLE)
        node.create_subscription(StopRequest, "/safety/stop_request", self.reasons.append, RELIABLE)
        node.create_subscription(AudioChunk, "/humans/voices/web1/audio", self.sound.append, AUDIO)
        self.safety = node.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        description = node.create_publisher(RobotDescription, "/rover7/description", LATCHED)
        description.publish(RobotDescription(robot="rover7", kind="rover"))
        self.state = node.create_publisher(RobotState, "/rover7/state", SENSOR)
        node.create_timer(0.05, self._tell)
        node.create_service(ListModels, "/tektra/models/list", self._list)
        node.create_service(StopRobot, "/safety/reset_all", self._reset)
        self.ears = node.create_publisher(String, "/tektra/speech_in/state", LATCHED)
        self.ears.publish(String(data="listening"))
        node.create_service(SetBool, "/tektra/speech_in/mute", self._mute)
        self.heard: list[Transcribe.Request] = []
        node.create_service(Transcribe, TRANSCRIBE, self._transcribe, callback_group=group)
        ActionServer(
            node,
            Ask,
            "/tektra/ask",
            self._ask,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
            callback_group=group,
        )
        self.executor = MultiThreadedExecutor(3, context=self.context)
        self.executor.add_node(node)
        self._thread = threading.Thread(target=self._spin, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.executor.shutdown(1.0)
        rclpy.shutdown(context=self.context)
        self._thread.join(5.0)

    def _spin(self) -> None:
        with suppress(Exception):
            self.executor.spin()

    def _tell(self) -> None:
        if self.silent:
            return
        stamp = self.node.get_clock().now().to_msg()
        self.safety.publish(SafetyState(stamp=stamp, stopped=bool(self.stops), epoch=len(self.stops)))
        self.state.publish(RobotState(robot="rover7", connected=True, battery=0.5))

    def _list(self, request: ListModels.Request, response: ListModels.Response) -> ListModels.Response:
        response.success = True
        response.models = [ModelInfo(name="qwen", kind=request.kind or "llm", backend="b", size_bytes=7)]
        return response

    def _mute(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        self.ears.publish(String(data="muted" if request.data else "listening"))
        response.success = True
        return response

    async def _transcribe(self, request: Transcribe.Request, _: Transcribe.Response) -> Transcribe.Response:
        """Never answers."""
        self.heard.append(request)
        return await Future()

    def _reset(self, request: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        self.resets.append((request, time.time()))
        response.success, response.message = False, "the cause still holds"
        return response

    def _ask(self, goal: Any) -> Ask.Result:
        self.asked.append(goal.request)
        goal.publish_feedback(Ask.Feedback(delta="Hello "))
        if "wait" in goal.request.text:
            until(lambda: goal.is_cancel_requested, "a cancel")
            self.canceled.set()
            goal.canceled()
            return Ask.Result(outcome=Ask.Result.OUTCOME_CANCELED)
        goal.publish_feedback(Ask.Feedback(delta="there"))
        goal.succeed()
        return Ask.Result(request_id="r1", reply="Hello there", outcome=Ask.Result.OUTCOME_ANSWERED)


class Web:
    """The gateway's process, and an operator who signed in."""

    def __init__(self, domain: int, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "--ros-args", "-p", f"port:={port}"],
            env=os.environ
            | {"ROS_DOMAIN_ID": str(domain), "HOME": str(home), "TEKTRA_HOME": str(home / "kept")},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.home = home
        self.url = f"http://127.0.0.1:{port}"
        self.log: list[str] = []
        threading.Thread(target=self._read_log, daemon=True).start()
        self.http = httpx.Client(base_url=f"{self.url}/api/v1", timeout=PATIENCE_S)
        until(self.password, "the first admin's password in the log")
        self.token = self._sign_in()

    def password(self) -> str:
        found = re.search(r"sign in as admin with the password (\S+)", "".join(self.log))
        return found.group(1) if found else ""

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path, headers={"authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(path, json=body, headers={"authorization": f"Bearer {self.token}"})

    def close(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def _sign_in(self) -> str:
        first = {"name": "admin", "password": self.password(), "cookie": False}
        signed_in = self.http.post("/auth/login", json=first).json()
        bearer = {"authorization": f"Bearer {signed_in['access_token']}"}
        assert self.http.get("/robots", headers=bearer).json()["code"] == "password_change"
        change = {"current": first["password"], "new": PASSWORD}
        assert self.http.post("/auth/password", json=change, headers=bearer).status_code == 200
        again = self.http.post("/auth/login", json={"name": "admin", "password": PASSWORD, "cookie": False})
        return str(again.json()["access_token"])

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        self.log.extend(iter(self.process.stderr.readline, ""))


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    peer = Peer(random.randint(20, 220))
    yield peer
    peer.close()


@pytest.fixture(scope="module")
def web(peer: Peer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    web = Web(peer.context.get_domain_id(), tmp_path_factory.mktemp("home"))
    yield web
    assert web.process.poll() is None, "the gateway died: " + "".join(web.log[-20:])
    assert web.close() == 0


def test_what_is_kept_can_be_read_by_its_owner_alone(web: Web) -> None:
    kept = [path for path in (web.home / "kept").rglob("*") if path.is_file() and "ros" not in path.parts]
    assert {path.name for path in kept} >= {"gateway.sqlite", "gateway.key"}
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_a_service_of_the_graph_answers(web: Web) -> None:
    (model,) = web.get("/ai/models?kind=stt").json()
    assert (model["name"], model["kind"], model["size_bytes"]) == ("qwen", "stt", 7)


def test_tektras_ears_are_muted_and_what_they_said_before_the_gateway_came_is_known(web: Web) -> None:
    until(lambda: web.get("/audio/ears").json() == {"state": "listening"}, "what was said before")
    assert web.post("/audio/mute", {"muted": True}).status_code == 200
    until(lambda: web.get("/audio/ears").json() == {"state": "muted"}, "the ears' word")
    assert web.post("/audio/mute", {"muted": False}).status_code == 200
    until(lambda: web.get("/audio/ears").json() == {"state": "listening"}, "the ears' word")


def test_a_service_that_is_not_there_is_told_of(web: Web) -> None:
    answer = web.get("/audio/voices")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_what_a_service_refuses_is_told_in_its_words(web: Web) -> None:
    answer = web.post("/safety/reset", {})
    assert (answer.status_code, answer.json()["message"]) == (400, "the cause still holds")


def test_who_closes_the_connection_waits_no_more_at_the_service_either(peer: Peer, web: Web) -> None:
    header = {"authorization": f"Bearer {web.token}"}
    with suppress(httpx.TimeoutException), httpx.Client(base_url=web.http.base_url, timeout=2.0) as other:
        other.post("/audio/transcribe", json={"audio": "AAAA"}, headers=header)
    until(lambda: peer.heard, "the service is asked")
    until(lambda: not peer.node.count_clients(TRANSCRIBE), "nobody waits for its answer")


def test_a_robot_that_announced_itself_is_shown(web: Web) -> None:
    until(lambda: [robot["robot"] for robot in web.get("/robots").json()] == ["rover7"], "the rover")
    until(lambda: web.get("/robots/rover7/status").status_code == 200, "its state")
    status = web.get("/robots/rover7/status").json()
    assert (status["connected"], status["battery"], status["pose"]) == (True, 0.5, None)


def test_chat_goes_through_the_planners_action(peer: Peer, web: Web) -> None:
    answer = web.post("/ai/chat", {"text": "hello"}).json()
    assert (answer["reply"], answer["outcome"]) == ("Hello there", "answered")
    assert peer.asked[-1].source == "web:admin (admin)"


def test_who_cancels_a_chat_cancels_the_goal(peer: Peer, web: Web) -> None:
    with connect(
        web.url.replace("http", "ws") + "/api/v1/ws",
        additional_headers={"authorization": f"Bearer {web.token}"},
    ) as page:
        page.send(json.dumps({"type": "chat_message", "id": "1", "text": "wait"}))
        until(lambda: peer.asked and peer.asked[-1].text == "wait", "the goal")
        page.send(json.dumps({"type": "cancel_chat", "id": "1"}))
        assert peer.canceled.wait(PATIENCE_S)


def test_sound_of_a_page_is_on_its_voice(peer: Peer, web: Web) -> None:
    with connect(
        web.url.replace("http", "ws") + "/api/v1/ws",
        additional_headers={"authorization": f"Bearer {web.token}"},
    ) as page:
        # Whatever is sent before both ends have found each other reaches nobody.
        sequence = 0
        while not peer.sound and sequence < 400:
            head = (1).to_bytes(1, "little") + bytes(1) + (16000).to_bytes(2, "little")
            page.send(head + sequence.to_bytes(4, "little") + bytes(8) + b"\x01\x00\xff\xff")
            sequence += 1
            time.sleep(0.05)
    assert list(peer.sound[0].data) == [1, -1]
    assert (peer.sound[0].sample_rate, peer.sound[0].channels) == (16000, 1)


def test_a_stop_reaches_gate_and_drivers_with_the_persons_name(peer: Peer, web: Web) -> None:
    assert web.post("/safety/stop", {"reason": "a child"}).status_code == 200
    until(lambda: peer.stops and peer.reasons, "the stop, and who asked for it")
    reason = peer.reasons[-1]
    assert (reason.cause, reason.who, reason.detail) == ("operator", "web:admin (admin)", "a child")
    until(lambda: web.get("/safety/state").json()["stopped"], "the gate says so")


def test_a_reset_after_a_lull_means_the_newest_stop_and_none_that_comes_while_it_waits(
    peer: Peer, web: Web
) -> None:
    """While nobody looks the gateway does not listen to the gate; who then resets is not to release what he never saw."""

    def lull() -> None:
        until(lambda: peer.safety.get_subscription_count() == 0, "the gateway listens no more")

    lull()
    peer.stops.append(Empty())
    web.post("/safety/reset", {})
    assert peer.resets[-1][0].epoch == len(peer.stops)
    lull()
    peer.silent = True
    try:
        web.post("/safety/reset", {})
    finally:
        peer.silent = False
    request, came_s = peer.resets[-1]
    waited_s = came_s - (request.asked.sec + request.asked.nanosec * 1e-9)
    assert waited_s > 0.9, "it was asked for before it waited for gate and robots"
