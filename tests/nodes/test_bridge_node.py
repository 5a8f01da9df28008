# SPDX-License-Identifier: Apache-2.0
"""The bridge as a process, a ROS node of the test on one side and a WebSocket client on the other."""

import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from nav_msgs.msg import Odometry
from rclpy.action import ActionServer
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import Image
from std_msgs.msg import Empty, String
from std_srvs.srv import Trigger
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tektra.ros.qos import LATCHED, RELIABLE, SENSOR
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import Plan, PlanStep, RobotDescription, RobotState, SafetyState, StopRequest

ROOT = Path(__file__).resolve().parents[2]
#: A condition that has not come about within this is a failure; it is no measure of speed.
PATIENCE_S = 30.0
START = "from tektra.bridge.node import main; main()"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Ros:
    """A node of the test. `until` turns it until a condition holds."""

    def __init__(self, domain: int) -> None:
        self.context = Context()
        rclpy.init(context=self.context, domain_id=domain)
        self.node = Node("peer", context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.status: DiagnosticStatus | None = None
        self.node.create_subscription(DiagnosticArray, "/diagnostics", self._diagnosed, 10)

    def until(self, holds: Callable[[], Any], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, f"waited in vain: {what}"
            self.executor.spin_once(timeout_sec=0.02)

    def close(self) -> None:
        self.node.destroy_node()
        rclpy.shutdown(context=self.context)

    def _diagnosed(self, message: DiagnosticArray) -> None:
        self.status = next((s for s in message.status if s.name == "/tektra/bridge"), self.status)


class Viewer:
    """A Foxglove client: keeps what it was told, and subscribes with its channel's id as subscription id."""

    def __init__(self, ros: Ros, port: int, token: str = "") -> None:
        self.ros = ros
        self.socket: ClientConnection = connect(
            f"ws://127.0.0.1:{port}/?token={token}" if token else f"ws://127.0.0.1:{port}",
            subprotocols=["foxglove.sdk.v1"],
            max_size=None,
            legacy=True,
        )  # type: ignore[list-item]
        self.channels: dict[str, dict[str, Any]] = {}
        self.services: dict[str, dict[str, Any]] = {}
        self.warnings: list[str] = []
        self.failures: dict[int, str] = {}
        self.answers: dict[int, bytes] = {}
        self.assets: dict[int, bytes | None] = {}
        self.heard: dict[str, list[bytes]] = {}

    def read(self) -> None:
        """Takes in everything that is there."""
        with suppress(TimeoutError):
            while True:
                message = self.socket.recv(timeout=0.005)
                self._text(json.loads(message)) if isinstance(message, str) else self._binary(message)

    def until(self, holds: Callable[[], Any], what: str) -> None:
        def read_and_see() -> Any:
            self.read()
            return holds()

        self.ros.until(read_and_see, what)

    def watch(self, topic: str) -> None:
        self.until(lambda: topic in self.channels, f"{topic} is offered")
        channel = self.channels[topic]["id"]
        self._say({"op": "subscribe", "subscriptions": [{"id": channel, "channelId": channel}]})
        self.heard.setdefault(topic, [])

    def advertise(self, number: int, topic: str, type_name: str) -> None:
        channel = {"id": number, "topic": topic, "encoding": "cdr", "schemaName": type_name}
        self._say({"op": "advertise", "channels": [channel]})

    def publish(self, number: int, data: bytes) -> None:
        self.socket.send(struct.pack("<BI", 1, number) + data)

    def publish_until(self, number: int, data: bytes, holds: Callable[[], Any], what: str) -> None:
        """Publishes once a second until it holds: what is sent before DDS has matched both ends reaches
        nobody."""
        sent_s = -1.0

        def send_and_see() -> Any:
            nonlocal sent_s
            if time.monotonic() - sent_s > 1.0:
                sent_s = time.monotonic()
                self.publish(number, data)
            return holds()

        self.ros.until(send_and_see, what)

    def call(self, number: int, service: str, data: bytes) -> None:
        self.until(lambda: service in self.services, f"{service} is offered")
        head = struct.pack("<BIII", 2, self.services[service]["id"], number, 3)
        self.socket.send(head + b"cdr" + data)

    def fetch(self, number: int, address: str) -> None:
        self._say({"op": "fetchAsset", "uri": address, "requestId": number})

    def _say(self, message: dict[str, Any]) -> None:
        self.socket.send(json.dumps(message))

    def _text(self, message: dict[str, Any]) -> None:
        match message["op"]:
            case "advertise":
                self.channels |= {channel["topic"]: channel for channel in message["channels"]}
            case "unadvertise":
                gone = set(message["channelIds"])
                self.channels = {t: c for t, c in self.channels.items() if c["id"] not in gone}
            case "advertiseServices":
                self.services |= {service["name"]: service for service in message["services"]}
            case "unadvertiseServices":
                gone = set(message["serviceIds"])
                self.services = {n: s for n, s in self.services.items() if s["id"] not in gone}
            case "status":
                self.warnings.append(message["message"])
            case "serviceCallFailure":
                self.failures[message["callId"]] = message["message"]

    def _binary(self, message: bytes) -> None:
        if message[0] == 1:
            (channel,) = struct.unpack_from("<I", message, 1)
            topic = next((t for t, c in self.channels.items() if c["id"] == channel), "?")
            self.heard.setdefault(topic, []).append(message[13:])
        elif message[0] == 3:
            _, call, length = struct.unpack_from("<III", message, 1)
            self.answers[call] = message[13 + length :]
        elif message[0] == 4:
            request, failed, length = struct.unpack_from("<IBI", message, 1)
            self.assets[request] = None if failed else message[10 + length :]


class Bridge:
    """The bridge's process."""

    def __init__(self, domain: int, home: Path, **parameters: Any) -> None:
        self.port = parameters.setdefault("port", free_port())
        self.home = home
        settings = [part for key, value in parameters.items() for part in ("-p", f"{key}:={value}")]
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "--ros-args", *settings],
            env=os.environ | {"ROS_DOMAIN_ID": str(domain), "HOME": str(home), "TEKTRA_HOME": ""},
            stderr=subprocess.PIPE,
            text=True,
        )

    def close(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(PATIENCE_S)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code


@pytest.fixture(scope="module")
def domain() -> int:
    return random.randint(20, 220)


@pytest.fixture(scope="module")
def ros(domain: int) -> Iterator[Ros]:
    ros = Ros(domain)
    yield ros
    ros.close()


@pytest.fixture(scope="module")
def bridge(domain: int, ros: Ros, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    bridge = Bridge(domain, tmp_path_factory.mktemp("home"), look_period_s=0.1, service_timeout_s=5.0)
    ros.until(lambda: listens(bridge.port), "the bridge listens")
    yield bridge
    code = bridge.close()
    assert code == 0


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@pytest.fixture
def viewer(ros: Ros, bridge: Bridge) -> Iterator[Viewer]:
    viewer = Viewer(ros, bridge.port)
    yield viewer
    viewer.socket.close()
    assert bridge.process.poll() is None, "the bridge died"


def looks_in_three_seconds(ros: Ros) -> int:
    """By the bridge's own diagnostics, which come once a second."""

    def told() -> int:
        assert ros.status is not None
        return int({entry.key: entry.value for entry in ros.status.values}.get("look.count", "0"))

    counts: list[int] = []
    for _ in range(4):
        ros.status = None
        ros.until(lambda: ros.status is not None, "the bridge's diagnostics")
        counts.append(told())
    return counts[-1] - counts[0]


def test_without_a_client_the_graph_is_seldom_looked_at_and_with_the_first_often(
    ros: Ros, bridge: Bridge
) -> None:
    seldom = looks_in_three_seconds(ros)
    viewer = Viewer(ros, bridge.port)
    viewer.until(lambda: "/diagnostics" in viewer.channels, "the topics of the graph")
    often = looks_in_three_seconds(ros)
    viewer.socket.close()
    assert seldom * 2 < often


def test_a_topic_arrives_byte_for_byte_with_its_schema(ros: Ros, viewer: Viewer) -> None:
    publisher = ros.node.create_publisher(RobotState, "/rover9/state", RELIABLE)
    viewer.watch("/rover9/state")
    ros.until(lambda: publisher.get_subscription_count(), "the bridge subscribes")
    sent = RobotState(robot="rover9", battery=0.5)
    publisher.publish(sent)
    viewer.until(lambda: viewer.heard["/rover9/state"], "the message")
    assert deserialize_message(viewer.heard["/rover9/state"][0], RobotState) == sent
    channel = viewer.channels["/rover9/state"]
    assert (channel["encoding"], channel["schemaEncoding"]) == ("cdr", "ros2msg")
    assert channel["schemaName"] == "tektra_interfaces/msg/RobotState"
    assert "MSG: sensor_msgs/JointState" in channel["schema"]
    ros.node.destroy_publisher(publisher)


def test_a_topic_that_nobody_watches_costs_no_subscription(ros: Ros, viewer: Viewer) -> None:
    publisher = ros.node.create_publisher(String, "/unwatched", RELIABLE)
    viewer.watch("/unwatched")
    ros.until(lambda: publisher.get_subscription_count() == 1, "subscribed")
    viewer.socket.close()
    ros.until(lambda: publisher.get_subscription_count() == 0, "unsubscribed after the client left")
    ros.node.destroy_publisher(publisher)


def test_a_latched_message_is_told_to_every_client_that_comes_later(ros: Ros, bridge: Bridge) -> None:
    publisher = ros.node.create_publisher(String, "/latched", LATCHED)
    publisher.publish(String(data="still true"))
    for _ in range(2):
        viewer = Viewer(ros, bridge.port)
        viewer.watch("/latched")
        viewer.until(lambda viewer=viewer: viewer.heard["/latched"], "the latched message")  # type: ignore[misc]
        assert deserialize_message(viewer.heard["/latched"][0], String).data == "still true"
        viewer.socket.close()
    ros.node.destroy_publisher(publisher)


def test_best_effort_publishers_are_heard_too(ros: Ros, viewer: Viewer) -> None:
    publisher = ros.node.create_publisher(String, "/best_effort", SENSOR)
    viewer.watch("/best_effort")
    timer = ros.node.create_timer(0.02, lambda: publisher.publish(String(data="x")))
    viewer.until(lambda: viewer.heard["/best_effort"], "a best-effort message")
    ros.node.destroy_timer(timer)
    ros.node.destroy_publisher(publisher)


def test_a_publisher_with_another_qos_is_heard_and_told_of_in_diagnostics(ros: Ros, viewer: Viewer) -> None:
    first = ros.node.create_publisher(String, "/mixed", RELIABLE)
    viewer.watch("/mixed")
    ros.until(lambda: first.get_subscription_count() == 1, "subscribed")
    second = ros.node.create_publisher(String, "/mixed", SENSOR)
    timer = ros.node.create_timer(0.02, lambda: second.publish(String(data="second")))
    viewer.until(lambda: viewer.heard["/mixed"], "a message of the second publisher")
    ros.until(lambda: ros.status and ros.status.level == DiagnosticStatus.WARN, "a warning")
    assert ros.status is not None and "/mixed" in ros.status.message
    ros.node.destroy_timer(timer)
    ros.node.destroy_publisher(first)
    ros.node.destroy_publisher(second)
    ros.until(
        lambda: ros.status and ros.status.level == DiagnosticStatus.OK, "well again once the topic is gone"
    )


def test_topics_come_and_go(ros: Ros, viewer: Viewer) -> None:
    for _ in range(2):
        publisher = ros.node.create_publisher(String, "/fleeting", RELIABLE)
        viewer.watch("/fleeting")
        ros.until(lambda p=publisher: p.get_subscription_count(), "subscribed")  # type: ignore[misc]
        publisher.publish(String(data="here"))
        viewer.until(lambda: viewer.heard["/fleeting"], "the message")
        viewer.heard["/fleeting"].clear()
        ros.node.destroy_publisher(publisher)
        viewer.until(lambda: "/fleeting" not in viewer.channels, "the topic is gone")


def test_a_command_of_a_client_reaches_ros(ros: Ros, viewer: Viewer) -> None:
    heard: list[str] = []
    subscription = ros.node.create_subscription(String, "/tektra/command", lambda m: heard.append(m.data), 10)
    ros.until(lambda: ros.node.count_publishers("/tektra/command"), "the bridge's publisher")
    viewer.advertise(1, "/tektra/command", "std_msgs/msg/String")
    viewer.publish_until(1, serialize_message(String(data="come here")), lambda: heard, "the command")
    assert set(heard) == {"come here"}
    ros.node.destroy_subscription(subscription)


def test_each_who_types_has_a_conversation_of_their_own(ros: Ros, bridge: Bridge, viewer: Viewer) -> None:
    """Whoever typed went on in whatever conversation was last on /tektra/command, somebody else's, too."""
    goals: list[tuple[str, str, str]] = []

    def answer(goal: Any) -> Ask.Result:
        goals.append((goal.request.text, goal.request.source, goal.request.channel))
        goal.succeed()
        return Ask.Result()

    server = ActionServer(ros.node, Ask, "/tektra/ask", answer)
    other = Viewer(ros, bridge.port)
    for number, (who, words) in enumerate(((viewer, "mine"), (other, "yours"), (viewer, "mine again"))):
        who.advertise(number + 50, "/tektra/command", "std_msgs/msg/String")
        heard = partial(lambda words: any(goal[0] == words for goal in goals), words)
        who.publish_until(number + 50, serialize_message(String(data=words)), heard, words)
    channels = {text: channel for text, _, channel in goals}
    assert channels["mine"] == channels["mine again"] != channels["yours"]
    assert {source for _, source, _ in goals} == {"bridge"} and all(channels.values())
    other.socket.close()
    server.destroy()


def test_plan_and_safety_come_in_words(ros: Ros, viewer: Viewer) -> None:
    plans = ros.node.create_publisher(Plan, "/tektra/plan", LATCHED)
    gate = ros.node.create_publisher(SafetyState, "/safety/state", LATCHED)
    viewer.watch("/tektra/bridge/plan")
    viewer.watch("/tektra/bridge/safety")
    assert viewer.channels["/tektra/bridge/plan"]["encoding"] == "json"

    def last(topic: str) -> dict[str, Any]:
        return json.loads(viewer.heard[topic][-1]) if viewer.heard[topic] else {}

    ros.until(lambda: plans.get_subscription_count() and gate.get_subscription_count(), "the bridge listens")
    step = PlanStep(id=1, who="rover1", skill="drive_to", arguments='{"place": "hall"}', status=1)
    now = ros.node.get_clock().now().to_msg()
    plans.publish(Plan(plan_id="p", text="go", status=Plan.RUNNING, steps=[step], stamp=now))
    viewer.until(lambda: last("/tektra/bridge/plan").get("state") == "running", "the plan in words")
    assert last("/tektra/bridge/plan")["steps"][0]["does"] == "drive_to place: hall"

    def told(stopped: bool, state: str) -> bool:
        gate.publish(SafetyState(stopped=stopped, causes=["operator"] if stopped else []))
        viewer.read()
        return last("/tektra/bridge/safety").get("state") == state

    ros.until(lambda: told(False, "free"), "that robots may move")
    ros.until(lambda: told(True, "stopped"), "the stop")
    viewer.until(lambda: last("/tektra/bridge/safety").get("state") == "silent", "that the gate fell silent")
    for publisher in (plans, gate):
        ros.node.destroy_publisher(publisher)


@pytest.mark.parametrize(
    "garbage", [b"", b"\0", b"\0\1\0\0\xff\xff\xff\xff", b"\xff" * 64, bytes(range(256)) * 40]
)
def test_garbage_is_answered_with_an_error_and_reaches_nobody(
    ros: Ros, viewer: Viewer, garbage: bytes
) -> None:
    heard: list[str] = []
    subscription = ros.node.create_subscription(String, "/tektra/command", lambda m: heard.append(m.data), 10)
    ros.until(lambda: ros.node.count_publishers("/tektra/command"), "the bridge's publisher")
    viewer.advertise(1, "/tektra/command", "std_msgs/msg/String")
    viewer.publish(1, garbage)
    viewer.until(lambda: viewer.warnings, "an error for the client")
    assert "no String in CDR" in viewer.warnings[0]
    viewer.publish_until(1, serialize_message(String(data="sane")), lambda: heard, "the next, sane command")
    assert set(heard) == {"sane"}
    ros.node.destroy_subscription(subscription)


def test_a_frame_of_10_mb_is_not_even_read(ros: Ros, bridge: Bridge, viewer: Viewer) -> None:
    giant = Viewer(ros, bridge.port)
    giant.advertise(1, "/tektra/command", "std_msgs/msg/String")
    with suppress(OSError, ConnectionClosed):
        giant.publish(1, serialize_message(String(data="x" * 10_000_000)))
    with pytest.raises(ConnectionClosed) as closed:
        giant.until(lambda: False, "the end of the connection")
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
    viewer.until(lambda: viewer.channels, "the others are served")


@pytest.mark.parametrize("payload", [b"", b"\0\1\0\0", b"\0\1\0\0\0", b"\xff" * 9])
def test_a_stop_is_a_stop_whatever_its_padding(ros: Ros, viewer: Viewer, payload: bytes) -> None:
    stops: list[Empty] = []
    reasons: list[StopRequest] = []
    subscription = ros.node.create_subscription(Empty, "/safety/stop", stops.append, RELIABLE)
    second = ros.node.create_subscription(StopRequest, "/safety/stop_request", reasons.append, RELIABLE)
    ros.until(lambda: ros.node.count_publishers("/safety/stop"), "the bridge's publisher")
    viewer.advertise(1, "/safety/stop", "std_msgs/msg/Empty")
    viewer.publish_until(1, payload, lambda: stops and reasons, "the stop, and who asked for it")
    assert {(reason.cause, reason.robot) for reason in reasons} == {("bridge", "")}
    ros.node.destroy_subscription(subscription)
    ros.node.destroy_subscription(second)


@pytest.mark.parametrize(
    ("topic", "type_name"),
    [
        ("/rover1/motion/permitted", "tektra_interfaces/msg/MotionPermit"),
        ("/tektra/command", "std_msgs/msg/Empty"),
        ("/safety/state", "tektra_interfaces/msg/SafetyState"),
    ],
)
def test_what_is_not_on_the_list_is_refused(ros: Ros, viewer: Viewer, topic: str, type_name: str) -> None:
    before = ros.node.count_publishers(topic)
    viewer.advertise(1, topic, type_name)
    viewer.publish(1, b"\0\1\0\0\0\0\0\0")
    viewer.until(lambda: viewer.warnings, "an error for the client")
    assert topic in viewer.warnings[0]
    assert ros.node.count_publishers(topic) == before


def test_a_service_of_the_list_is_called(ros: Ros, viewer: Viewer) -> None:
    def reset(request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = True, "reset done"
        return response

    service = ros.node.create_service(Trigger, "/safety/reset", reset)
    off_list = ros.node.create_service(Trigger, "/secret/service", reset)
    viewer.call(7, "/safety/reset", b"\0\1\0\0")
    viewer.until(lambda: viewer.answers, "the answer")
    assert deserialize_message(viewer.answers[7], Trigger.Response).message == "reset done"
    assert "/secret/service" not in viewer.services
    ros.node.destroy_service(service)
    ros.node.destroy_service(off_list)
    viewer.until(lambda: "/safety/reset" not in viewer.services, "the service is gone")


def test_what_came_while_the_bridge_hung_is_refused_but_for_a_stop(
    ros: Ros, viewer: Viewer, bridge: Bridge
) -> None:
    resets: list[Trigger.Request] = []
    commands: list[String] = []
    stops: list[Empty] = []

    def reset(request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        resets.append(request)
        return response

    service = ros.node.create_service(Trigger, "/safety/reset", reset)
    ros.node.create_subscription(String, "/tektra/command", commands.append, RELIABLE)
    ros.node.create_subscription(Empty, "/safety/stop", stops.append, RELIABLE)
    viewer.advertise(11, "/tektra/command", "std_msgs/msg/String")
    viewer.advertise(12, "/safety/stop", "std_msgs/msg/Empty")
    viewer.until(lambda: "/safety/reset" in viewer.services, "the service")
    bridge.process.send_signal(signal.SIGSTOP)
    try:
        viewer.call(8, "/safety/reset", b"\0\1\0\0")
        viewer.publish(11, serialize_message(String(data="rover1, go to the kitchen")))
        viewer.publish(12, serialize_message(Empty()))
        time.sleep(2.5)
    finally:
        bridge.process.send_signal(signal.SIGCONT)
    viewer.until(lambda: 8 in viewer.failures and stops and viewer.warnings, "what became of it")
    assert "a stop may be newer" in viewer.failures[8]
    assert "ask again" in viewer.warnings[-1]
    assert not resets and not commands
    time.sleep(1.5)
    viewer.call(9, "/safety/reset", b"\0\1\0\0")
    viewer.until(lambda: 9 in viewer.answers, "a reset of now")
    ros.node.destroy_service(service)


def test_a_call_with_garbage_and_a_call_without_answer_fail_with_the_reason(ros: Ros, viewer: Viewer) -> None:
    from tektra_interfaces.srv import LoadModel

    service = ros.node.create_service(LoadModel, "/tektra/models/load", lambda request, response: response)
    viewer.call(1, "/tektra/models/load", b"\0\1\0\0\xff\xff\xff\xff")
    viewer.until(lambda: 1 in viewer.failures, "a failure")
    assert "no LoadModel_Request in CDR" in viewer.failures[1]
    # Nothing turns the service's node now, so it cannot answer.
    viewer.call(2, "/tektra/models/load", serialize_message(LoadModel.Request(name="x")))
    end = time.monotonic() + PATIENCE_S
    while 2 not in viewer.failures and time.monotonic() < end:
        viewer.read()
    assert "did not answer" in viewer.failures[2]
    ros.node.destroy_service(service)


def test_a_client_that_does_not_read_gets_every_small_message_and_few_large_ones(
    ros: Ros, viewer: Viewer
) -> None:
    images = ros.node.create_publisher(Image, "/big", SENSOR)
    texts = ros.node.create_publisher(String, "/small", RELIABLE)
    viewer.watch("/big")
    viewer.watch("/small")
    ros.until(lambda: images.get_subscription_count() and texts.get_subscription_count(), "subscribed")
    image = Image(data=bytes(921_600))
    count = 60
    for number in range(count):  # 55 MB, while the client reads nothing
        images.publish(image)
        texts.publish(String(data=f"{number:05}"))
        ros.executor.spin_once(timeout_sec=0.02)
    viewer.until(lambda: len(viewer.heard["/small"]) == count, "every small message")
    assert [deserialize_message(data, String).data for data in viewer.heard["/small"]] == [
        f"{number:05}" for number in range(count)
    ]
    assert 1 <= len(viewer.heard["/big"]) <= 12
    ros.node.destroy_publisher(images)
    ros.node.destroy_publisher(texts)


def test_a_mesh_is_served_and_nothing_outside_its_folder(viewer: Viewer) -> None:
    viewer.fetch(1, "package://tektra_bringup/urdf/meshes/tektra_avatar.glb")
    viewer.fetch(2, "package://tektra_bringup/../../../etc/passwd")
    viewer.until(lambda: {1, 2} <= viewer.assets.keys(), "both answers")
    assert viewer.assets[1] == (ROOT / "urdf" / "meshes" / "tektra_avatar.glb").read_bytes()
    assert viewer.assets[2] is None


def test_robots_become_transforms_and_the_home_a_map(ros: Ros, viewer: Viewer) -> None:
    described = ros.node.create_publisher(RobotDescription, "/rover8/description", LATCHED)
    described.publish(RobotDescription(robot="rover8"))
    odometry = ros.node.create_publisher(Odometry, "/rover8/odom", SENSOR)
    state = ros.node.create_publisher(RobotState, "/rover8/state", SENSOR)

    def tell() -> None:
        odometry.publish(Odometry())
        state.publish(RobotState(robot="rover8", localized=True))

    timer = ros.node.create_timer(0.05, tell)
    viewer.watch("/tektra/bridge/transforms")
    viewer.watch("/tektra/bridge/map")

    def told() -> bytes:
        return b"".join(viewer.heard["/tektra/bridge/transforms"])

    viewer.until(lambda: b"map" in told() and b"rover8/base_link" in told(), "both transforms")
    viewer.until(lambda: viewer.heard["/tektra/bridge/map"], "the map")
    assert b"kitchen" in viewer.heard["/tektra/bridge/map"][0]
    viewer.until(lambda: b"rover8" in b"".join(viewer.heard["/tektra/bridge/map"]), "the robot on the map")
    ros.node.destroy_timer(timer)
    for publisher in (described, odometry, state):
        ros.node.destroy_publisher(publisher)


def test_nonsense_on_the_port_harms_nobody(bridge: Bridge, viewer: Viewer) -> None:
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{bridge.port}", subprotocols=["foxglove.websocket.v1"])  # type: ignore[list-item]
    with socket.create_connection(("127.0.0.1", bridge.port)) as raw:
        raw.sendall(random.Random(1).randbytes(4096))
    viewer.socket.send("{not json")
    viewer.socket.send(b"")
    viewer.socket.send(b"\xff" * 100)
    viewer.fetch(3, "nonsense")
    viewer.until(lambda: 3 in viewer.assets, "an answer after the nonsense")


def test_a_taken_port_is_told_with_the_remedy_and_tried_again(domain: int, tmp_path: Path) -> None:
    other = Ros(domain + 1)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        bridge = Bridge(domain + 1, tmp_path, port=holder.getsockname()[1])
        try:
            other.until(
                lambda: other.status and "cannot listen" in other.status.message, "the error on /diagnostics"
            )
            assert other.status is not None
            assert other.status.level == DiagnosticStatus.ERROR
            assert "parameter `port`" in other.status.message
            holder.close()
            other.until(
                lambda: other.status and other.status.level == DiagnosticStatus.OK, "it listens at last"
            )
        finally:
            code = bridge.close()
    assert code == 0
    other.close()


def knock(
    port: int, *lines: str, path: str = "/", host: str = "127.0.0.1", connect_to: str = "127.0.0.1"
) -> int:
    """The HTTP status that a handshake with these lines gets."""
    head = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}" if host else "X-No: host",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(lines or ["Sec-WebSocket-Protocol: foxglove.sdk.v1"]),
    ]
    with socket.create_connection((connect_to, port), timeout=PATIENCE_S) as raw:
        raw.sendall("\r\n".join([*head, "", ""]).encode())
        return int(raw.recv(4096).split()[1])


OFFER = "Sec-WebSocket-Protocol: foxglove.sdk.v1"


@pytest.mark.parametrize(
    ("lines", "host", "status"),
    [
        ([OFFER], "127.0.0.1:8765", 101),
        ([OFFER], "localhost", 101),
        ([OFFER, "Origin: https://app.foxglove.dev"], "localhost", 101),
        ([OFFER, "Origin: https://evil.example"], "127.0.0.1", 403),
        ([OFFER, "Origin: null"], "127.0.0.1", 403),
        ([OFFER, "Origin: "], "127.0.0.1", 403),
        ([OFFER, "Origin: http://localhost"], "localhost", 403),
        ([OFFER, "Origin: http://evil.localhost"], "evil.localhost", 403),
        ([OFFER, "Origin: file://"], "127.0.0.1", 401),
        ([OFFER, "Origin: https://app.foxglove.dev", "Origin: https://evil.example"], "127.0.0.1", 400),
        ([OFFER], "evil.localhost", 403),
        ([OFFER], "rebound.example:8765", 403),
        ([OFFER], "", 400),
        ([OFFER, "Host: rebound.example"], "127.0.0.1", 400),
        ([OFFER, "X-Forwarded-For: 203.0.113.9"], "127.0.0.1", 401),
        ([OFFER + ", tektra.token.wrong"], "127.0.0.1", 401),
        (["Sec-WebSocket-Protocol: foxglove.websocket.v1"], "127.0.0.1", 400),
        (["X-Nothing: offered"], "127.0.0.1", 400),
    ],
)
def test_who_is_let_in(bridge: Bridge, lines: list[str], host: str, status: int) -> None:
    """Any page that a person had open could come in, listen, command robots and reset a stop."""
    assert knock(bridge.port, *lines, host=host) == status


def token_of(bridge: Bridge, role: str) -> str:
    file = bridge.home / ".local" / "share" / "tektra" / "access" / "bridge.json"
    return str(json.loads(file.read_text())[role])


def test_a_token_lets_in_as_its_role(ros: Ros, bridge: Bridge) -> None:
    token = token_of(bridge, "guest")
    assert knock(bridge.port, OFFER, "Origin: file://", path=f"/?token={token}") == 101
    assert knock(bridge.port, OFFER, "Origin: https://evil.example", path=f"/?token={token}") == 403
    publisher = ros.node.create_publisher(String, "/humans/voices/default/secret", RELIABLE)
    stops: list[Empty] = []
    subscription = ros.node.create_subscription(Empty, "/safety/stop", stops.append, RELIABLE)
    ros.until(lambda: ros.node.count_publishers("/safety/stop"), "the bridge's publisher")
    operator, guest = Viewer(ros, bridge.port), Viewer(ros, bridge.port, token=token)
    operator.until(lambda: "/humans/voices/default/secret" in operator.channels, "an operator sees all")
    guest.until(lambda: "/diagnostics" in guest.channels, "a guest sees what is public")
    assert "/humans/voices/default/secret" not in guest.channels
    guest.advertise(1, "/tektra/command", "std_msgs/msg/String")
    guest.publish(1, serialize_message(String(data="go")))
    guest.until(lambda: guest.warnings, "a guest commands nothing")
    guest.advertise(2, "/safety/stop", "std_msgs/msg/Empty")
    guest.publish_until(2, b"", lambda: stops, "a guest's stop")
    operator.socket.close()
    guest.socket.close()
    ros.node.destroy_publisher(publisher)
    ros.node.destroy_subscription(subscription)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_another_account_of_the_same_machine_needs_a_token(bridge: Bridge) -> None:
    source = (
        "import socket, sys\n"
        "raw = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "raw.sendall(sys.argv[2].encode().decode('unicode_escape').encode())\n"
        "print(raw.recv(4096).split()[1].decode())\n"
    )
    for path, status in (("/", "401"), (f"/?token={token_of(bridge, 'operator')}", "101")):
        head = (
            f"GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
            "Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n"
            + OFFER
            + "\\r\\n\\r\\n"
        )
        nobody = subprocess.run(
            ["/usr/bin/python3", "-c", source, str(bridge.port), head],
            user=65534,
            check=False,
            capture_output=True,
            text=True,
        )
        assert nobody.stdout.strip() == status, nobody.stderr


def test_one_client_with_a_thousand_channels_takes_the_stop_from_nobody(
    ros: Ros, bridge: Bridge, viewer: Viewer
) -> None:
    """All clients shared one table of 1,000 channels: whoever filled it disabled everybody's stop."""
    stops: list[Empty] = []
    subscription = ros.node.create_subscription(Empty, "/safety/stop", stops.append, RELIABLE)
    ros.until(lambda: ros.node.count_publishers("/safety/stop"), "the bridge's publisher")
    greedy = Viewer(ros, bridge.port)
    for number in range(1000):
        greedy.advertise(10 + number, "/safety/stop", "std_msgs/msg/Empty")
    greedy.until(lambda: any("at most" in warning for warning in greedy.warnings), "its own limit")
    viewer.advertise(1, "/safety/stop", "std_msgs/msg/Empty")
    viewer.publish_until(1, b"", lambda: stops, "somebody else's stop")
    greedy.socket.close()
    ros.node.destroy_subscription(subscription)


def test_a_stop_goes_through_while_others_flood(ros: Ros, bridge: Bridge, viewer: Viewer) -> None:
    stops: list[Empty] = []
    subscription = ros.node.create_subscription(Empty, "/safety/stop", stops.append, RELIABLE)
    ros.until(lambda: ros.node.count_publishers("/safety/stop"), "the bridge's publisher")
    flood = Viewer(ros, bridge.port)
    flood.advertise(2, "/tektra/command", "std_msgs/msg/String")
    with suppress(ConnectionClosed):
        for _ in range(5000):
            flood.publish(2, b"\xff" * 1000)
    viewer.advertise(1, "/safety/stop", "std_msgs/msg/Empty")
    viewer.publish_until(1, b"", lambda: stops, "the stop")
    with pytest.raises(ConnectionClosed):
        flood.until(lambda: False, "the flood is sent away")
    ros.node.destroy_subscription(subscription)


def test_who_only_holds_connections_keeps_nobody_out_for_long(ros: Ros, bridge: Bridge) -> None:
    held = [socket.create_connection(("127.0.0.1", bridge.port)) for _ in range(400)]
    for raw in held[:200]:
        with suppress(OSError):
            raw.sendall(b"GET / HTTP/1.1\r\nHost: loc")

    def let_in() -> bool:
        with suppress(OSError, IndexError):
            return knock(bridge.port) == 101
        return False

    ros.until(let_in, "a client is let in while they are still held")
    for raw in held:
        raw.close()


@pytest.mark.parametrize(
    "frames",
    [
        b"\x82\x05hello",  # not masked
        b"\x8f\x80\0\0\0\0",  # an opcode that is none
        b"\xf2\x80\0\0\0\0",  # reserved bits
        b"\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",  # longer than any
        b"\x81\x84\0\0\0\0\xff\xfe\xfd\xfc",  # text that is none
        b"\x02\x81\0\0\0\0x" + b"\x00\x81\0\0\0\0x" * 20_000 + b"\x81\x80\0\0\0\0",  # parts without end
        b"\x89\xfe\xff\xff\0\0\0\0" + bytes(65535),  # a ping larger than a control frame may be
    ],
    ids=["unmasked", "opcode", "reserved", "endless", "text", "parts", "ping"],
)
def test_a_client_that_breaks_the_protocol_harms_itself_alone(
    bridge: Bridge, viewer: Viewer, frames: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", bridge.port), timeout=PATIENCE_S) as raw:
        raw.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + OFFER.encode()
            + b"\r\n\r\n"
        )
        assert b"101" in raw.recv(4096)
        with suppress(OSError):
            raw.sendall(frames)
        with suppress(ConnectionError):
            while raw.recv(65536):  # until the server ends it
                pass
    viewer.fetch(1, "nonsense")
    viewer.until(lambda: 1 in viewer.assets, "the others are served")


def test_on_an_address_that_others_reach_a_stranger_needs_a_token(
    domain: int, ros: Ros, tmp_path: Path
) -> None:
    mine = next((a for a in own_addresses() if not a.startswith("127.")), None)
    if mine is None:
        pytest.skip("this machine has no address but its loopback")
    bridge = Bridge(domain, tmp_path, host="0.0.0.0")
    ros.until(lambda: listens(bridge.port), "the bridge listens")
    try:
        token = token_of(bridge, "operator")
        assert knock(bridge.port, connect_to=mine, host=mine) == 401
        assert knock(bridge.port, connect_to=mine, host=mine, path=f"/?token={token}") == 101
        assert knock(bridge.port, OFFER + f", tektra.token.{token}", connect_to=mine, host=mine) == 101
        assert knock(bridge.port, connect_to="127.0.0.1") == 101
    finally:
        code = bridge.close()
    assert code == 0


def own_addresses() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # sends nothing
        return [str(probe.getsockname()[0])]
    return []
