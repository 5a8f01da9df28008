# SPDX-License-Identifier: Apache-2.0
"""A million malformed and hostile messages on every topic that the body hears: no crash, no leak, and no motion.

Every subscription of gate, driver and skills but /safety/stop (a stop, whatever it holds) and velocities from outside is fed: messages of its type with
hostile content (not finite, boundaries of integers, huge arrays and texts), and messages that would be obeyed but for one
thing (epoch, stamp, sequence, robot, kind, a number). Nine tenths go straight into the callbacks of the real node, which runs in
the feeding process on its executor, with its real peers as processes around it; a tenth goes over the wire to the real processes,
half of that as bytes that are no message at all. A robot (stopping/robots.py) notes every motion. Baseline, in the same run:
before each part, near its end and after it an ordinary goal moves that robot: what is fuzzed could move it, and nothing hostile
disables it for longer than it lasts and an operator needs to release what it stopped and to say that people whom a message
made up are not there. RSS is compared between a fifth of a part and its end, over the wire its last twentieth.
1,000,000 messages; `--quick` 20,000.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import psutil
import rclpy
from common import emit, table
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.serialization import serialize_message
from rclpy.subscription import Subscription
from stopping.hostile import Situation, anything, bytes_of_none, nearly_right
from stopping.processes import Child, Family, rover_limits
from stopping.robots import tell

from tektra.common.scheduling import be_nice
from tektra.ros.executor import SteadyExecutor
from tektra.ros.qos import LATCHED, RELIABLE, SAFETY_STATE
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import RobotDescription, SafetyState
from tektra_interfaces.srv import StopRobot

ROBOT = "robot1"
NODES = {"safety": "", "driver": ROBOT, "skills": ROBOT}
CLASSES = {"safety": "SafetyNode", "driver": "DriverNode", "skills": "SkillsNode"}
MESSAGES, QUICK_MESSAGES = 1_000_000, 20_000
SHARES = {"safety": 0.35, "driver": 0.35, "skills": 0.2, "wire": 0.1}
#: Never fed: the first is a stop, whatever it holds; any finite velocity on the others moves the robot, as it is meant to.
STOPS = ("/safety/stop", f"/{ROBOT}/cmd_vel_request", f"/{ROBOT}/cmd_vel_request_unstamped")
#: Fed at the end of a part alone. The first is a stop, too; the second puts others' limits in place of a robot's until it announces
#: itself anew. Either would keep the robot still, and everything after it would be refused for that alone.
LATE = ("/safety/stop_request", "/description")
BATCH, LATE_FROM = 20, 0.95
WIRE_EVERY_S = 0.0008
RESET_EVERY_S = 0.3
PATIENCE_S = 60.0
TARGETS = {"messages": f">= {MESSAGES}", "crashes": "<= 0", "motions": "<= 0", "rss_growth_mb": "<= 10"}


@dataclass
class Part:
    """What came of one part."""

    sent: int = 0
    crashes: list[str] = field(default_factory=list)
    motions: int = 0
    growth_mb: float = 0.0
    seconds: float = 0.0


class Operator(Node):
    """Moves the robot as anybody may; releases the gate when something stopped it, and forgets people who only were told of."""

    def __init__(self) -> None:
        super().__init__("bench_operator")
        self.state: SafetyState | None = None
        self.forged: deque[SafetyState] = deque(maxlen=64)
        self.heard_s = 0.0
        self.skill = ActionClient(self, RunSkill, f"/{ROBOT}/run_skill")
        self.reset = self.create_client(StopRobot, "/safety/reset_robot")
        self.forget = self.create_client(StopRobot, "/safety/forget_people")
        self.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)

    def _on_state(self, state: SafetyState) -> None:
        known = self.state is None or state.instance == self.state.instance
        if known and state not in self.forged:  # others may claim to be the gate meanwhile
            self.state, self.heard_s = state, time.monotonic()

    @property
    def free(self) -> bool:
        fresh = self.state is not None and time.monotonic() - self.heard_s < 0.2
        return bool(
            fresh
            and not self.state.stopped
            and any(e.robot == ROBOT and not e.stopped for e in self.state.robots)
        )


class Stage:
    """Gate, driver, skills and a robot, one of the nodes perhaps inside the feeding process."""

    def __init__(self, family: Family, scratch: str) -> None:
        self.motions = 0
        self._family, self._scratch = family, scratch
        self.children: dict[str, Child] = {}
        self.told: list[dict[str, Any]] = []
        self._feeds: list[Any] = []
        self._operator = Operator()
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._operator)
        self._resetting_until_s = 0.0
        family.start("-m", "stopping.robots", "1")
        self.port = family.told.get(timeout=PATIENCE_S)[1]["ports"][ROBOT]

    def close(self) -> None:
        self._executor.shutdown()
        self._operator.destroy_node()

    def parameters(self, stage: str) -> list[str]:
        given = {
            "safety": [f"state_file:={self._scratch}/safety.json"],
            "driver": [f"port:={self.port}", *rover_limits()],
        }
        return given.get(stage, [])

    def start(self, *stages: str) -> None:
        for stage in stages:
            self.children[stage] = self._family.node(
                stage, stage, *self.parameters(stage), namespace=NODES[stage]
            )

    def subscriptions(self) -> list[tuple[str, type]]:
        """Every topic that one of the body's nodes hears, with its type; those that are fuzzed."""
        found: dict[str, type] = {}
        for stage, namespace in NODES.items():
            pairs = self._operator.get_subscriber_names_and_types_by_node(stage, f"/{namespace}")
            for topic, (type_name, *_) in pairs:
                package, _, name = type_name.split("/")
                found[topic] = getattr(import_module(f"{package}.msg"), name)
        return [pair for pair in found.items() if pair[0] not in STOPS]

    def publisher(self, kind: type, topic: str) -> Any:
        qos = {SafetyState: SAFETY_STATE, RobotDescription: LATCHED}.get(kind, RELIABLE)
        self._feeds.append(self._operator.create_publisher(kind, topic, qos))
        return self._feeds[-1]

    def forged(self, message: Any) -> Any:
        """What the operator does not take for the gate's word."""
        if isinstance(message, SafetyState):
            self._operator.forged.append(message)
        return message

    def let_go(self) -> None:
        """No publisher of ours any more."""
        for publisher in self._feeds:
            self._operator.destroy_publisher(publisher)
        self._feeds.clear()

    def again(self, stage: str) -> None:
        """Ends a process in good order, and starts it anew."""
        self.children[stage].process.send_signal(signal.SIGINT)
        self.children[stage].process.wait(PATIENCE_S)
        self.start(stage)

    def control(self) -> None:
        """An ordinary goal: the robot must move, and stand again."""
        self.until(
            lambda: self._operator.free and self._operator.skill.server_is_ready(), "a robot that may move"
        )
        until_s = time.monotonic() + PATIENCE_S
        self.motions = 0
        while not self.motions:
            goal = RunSkill.Goal(skill="turn", arguments=json.dumps({"angle_deg": 45.0}))
            sent = self._operator.skill.send_goal_async(goal)
            self.until(sent.done, "an answer to the goal")
            ended = sent.result().get_result_async()
            self.until(ended.done, "the end of the goal")
            if time.monotonic() > until_s:
                raise SystemExit(f"an ordinary goal moves nothing: {ended.result().result.message}")
        self.during(0.5)
        self.motions = 0

    def until(self, holds: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
        until_s = time.monotonic() + patience_s
        while not holds():
            self.listen()
            if time.monotonic() > until_s:
                raise SystemExit(f"not within {patience_s:g} s: {what}; the gate says {self._operator.state}")

    def during(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self.listen()

    def listen(self, wait_s: float = 0.002) -> None:
        self._executor.spin_once(timeout_sec=wait_s)
        state = self._operator.state
        waits = time.monotonic() < self._resetting_until_s
        latched = state is not None and (state.stopped or any(entry.latched for entry in state.robots))
        made_up = state is not None and any("/safety/forget_people" in doubt for doubt in state.doubts)
        for asks, service in ((latched, self._operator.reset), (made_up, self._operator.forget)):
            if asks and not waits and service.service_is_ready():
                service.call_async(StopRobot.Request(source="bench"))
                self._resetting_until_s = time.monotonic() + RESET_EVERY_S
        while not self._family.told.empty():
            said = self._family.told.get()[1]
            if said.get("event") == "moves":
                self.motions += 1
            elif "event" not in said:
                self.told.append(said)

    @property
    def situation(self) -> tuple[int, str, int]:
        state = self._operator.state
        return (state.epoch, state.instance, state.sequence) if state else (0, "", 0)

    def ended(self) -> list[str]:
        """Processes of the body that ended by themselves."""
        codes = {stage: child.process.poll() for stage, child in self.children.items()}
        return [f"{stage} ended with {code}" for stage, code in codes.items() if code is not None]


def inside(stage: str, count: int, seed: int, parameters: list[str]) -> None:
    """The feeding process: a node of the body, and messages straight into its callbacks."""
    namespace = ["-r", f"__ns:=/{NODES[stage]}"] if NODES[stage] else []
    given = [word for parameter in parameters for word in ("-p", parameter)]
    rclpy.init(args=["--ros-args", *namespace, *given])
    node = getattr(import_module(f"tektra.{stage}.node"), CLASSES[stage])()
    executor, chance = SteadyExecutor(), random.Random(seed)
    executor.add_node(node)
    seen: list[SafetyState] = []
    listener = Node("listener", namespace="/bench")
    listener.create_subscription(SafetyState, "/safety/state", seen.append, SAFETY_STATE)
    executor.add_node(listener)
    spin(executor, 2.0)  # the graph, descriptions and states of the others
    tell({"ready": stage})
    spin_until_told(executor)
    fed, paused = 0, False
    crashes: dict[str, int] = {}
    process = psutil.Process()
    while fed < count:
        late = fed >= LATE_FROM * count
        if late and not paused:
            paused = True
            tell({"pause": True})
            spin_until_told(executor)
        for _ in range(BATCH):
            subscriptions = [
                s
                for s in node.subscriptions
                if s.topic_name not in STOPS and (late or not s.topic_name.endswith(LATE))
            ]
            subscription = chance.choice(subscriptions)
            state = seen[-1] if seen else SafetyState()
            at = Situation(ROBOT, state.epoch, state.instance, state.sequence, time.time(), fed / count)
            message = nearly_right(subscription.msg_type, chance, at) if chance.random() < 0.7 else None
            message = message or harmless(anything(subscription.msg_type, chance), at)
            try:
                subscription.callback(*as_taken(subscription, message))
            except Exception as fault:  # whatever it is, it would have ended the node
                what = f"{stage} {subscription.topic_name}: {type(fault).__name__}: {str(fault)[:120]}"
                crashes[what] = crashes.get(what, 0) + 1
            fed += 1
        del seen[:-1]
        try:
            executor.spin_once(timeout_sec=0.0)
        except Exception as fault:
            what = f"{stage}, in its own time: {type(fault).__name__}: {str(fault)[:120]}"
            crashes[what] = crashes.get(what, 0) + 1
        if fed // BATCH % 50 == 0:
            tell({"fed": fed, "rss_mb": process.memory_info().rss / 1e6})
    tell({"done": fed, "rss_mb": process.memory_info().rss / 1e6, "crashes": crashes})
    spin_until_told(executor)


def as_taken(subscription: Any, message: Any) -> tuple[Any, ...]:
    """What the executor hands to this subscription's callback for a message."""
    taken = serialize_message(message) if subscription.raw else message
    if subscription._callback_type is Subscription.CallbackType.MessageOnly:
        return (taken,)
    now_ns = time.time_ns()
    return taken, {"source_timestamp": now_ns, "received_timestamp": now_ns, "publisher_gid": None}


def harmless(message: Any, at: Situation) -> Any:
    """Random content that happens to be a right epoch is not hostile."""
    if getattr(message, "epoch", None) == at.epoch and not isinstance(message, SafetyState):
        message.epoch = at.epoch + 1
    if at.progress < LATE_FROM:  # an epoch far ahead keeps a driver from believing the gate for some seconds
        for part in (message, *getattr(message, "robots", [])):
            if getattr(part, "epoch", 0) > at.epoch:
                part.epoch = 0
    return message


def spin(executor: SteadyExecutor, seconds: float) -> None:
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        executor.spin_once(timeout_sec=0.01)


def spin_until_told(executor: SteadyExecutor) -> None:
    """The node runs on until the parent says a word."""
    while not select.select([sys.stdin], [], [], 0.0)[0]:
        executor.spin_once(timeout_sec=0.01)
    sys.stdin.readline()


def fuzz_inside(stage: str, count: int, seed: int, progress: Callable[[int], None]) -> Part:
    part, began_s = Part(), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, Family() as family:
        body = Stage(family, scratch)
        try:
            body.start(*(other for other in NODES if other != stage))
            feeder = family.start(
                "fuzz_topics.py", "--inside", stage, str(count), str(seed), *body.parameters(stage)
            )
            body.until(lambda: any("ready" in said for said in body.told), f"{stage} in the feeding process")
            body.control()
            for word in ("pause", "done"):
                say(feeder)
                while feeder.process.poll() is None and not any(word in said for said in body.told):
                    body.listen(0.02)
                    if body.told and "fed" in body.told[-1]:
                        progress(body.told[-1]["fed"])
                part.motions += body.motions
                if feeder.process.poll() is not None:
                    part.crashes.append(f"{stage}: the process ended with {feeder.process.returncode}")
                    return part
                if word == "pause":
                    body.control()
            sizes = [(said["fed"], said["rss_mb"]) for said in body.told if "fed" in said]
            done = next(said for said in body.told if "done" in said)
            part.sent = done["done"]
            part.crashes += [
                f"{what} ({times} times)" for what, times in done["crashes"].items()
            ] + body.ended()
            fifth = next((size for fed, size in sizes if fed >= count / 5), done["rss_mb"])
            part.growth_mb = done["rss_mb"] - fifth
            if (
                stage != "driver"
            ):  # limits that others announced in its name hold until it announces itself anew
                body.again("driver")
            body.control()  # with what is over nothing is disabled: the very node that was fed, and its peers, go on
            say(feeder)
            feeder.process.wait(PATIENCE_S)
        finally:
            body.close()
    part.seconds = time.monotonic() - began_s
    return part


def say(child: Child) -> None:
    assert child.process.stdin is not None
    child.process.stdin.write(b"go\n")
    child.process.stdin.flush()


def fuzz_wire(count: int, seed: int, progress: Callable[[int], None]) -> Part:
    part, chance, began_s = Part(), random.Random(seed), time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, Family() as family:
        body = Stage(family, scratch)
        try:
            body.start(*NODES)
            body.control()
            topics = body.subscriptions()
            publishers = [
                (kind, body.publisher(kind, topic)) for topic, kind in topics if not topic.endswith(LATE)
            ]
            body.until(
                lambda: all(p.get_subscription_count() for _, p in publishers), "all publishers are heard"
            )
            processes = {stage: psutil.Process(child.pid) for stage, child in body.children.items()}
            at_fifth: dict[str, float] = {}
            while part.sent < count and not body.ended():
                kind, publisher = chance.choice(publishers)
                at = Situation(ROBOT, *body.situation, time.time(), part.sent / count)
                if chance.random() < 0.5:
                    publisher.publish(bytes_of_none(kind, chance))
                else:
                    message = nearly_right(kind, chance, at) if chance.random() < 0.7 else None
                    publisher.publish(body.forged(message or harmless(anything(kind, chance), at)))
                part.sent += 1
                body.listen(WIRE_EVERY_S)
                if part.sent == count // 5:
                    at_fifth = rss_mb(processes)
                if part.sent == round(LATE_FROM * count):
                    grown = rss_mb(processes)
                    part.growth_mb = max(grown[stage] - at_fifth[stage] for stage in grown)
                    publishers += [
                        (kind, body.publisher(kind, topic)) for topic, kind in topics if topic.endswith(LATE)
                    ]
                if part.sent % 500 == 0:
                    progress(part.sent)
            part.crashes, part.motions = body.ended(), body.motions
            if not part.crashes:
                body.let_go()  # whoever claims to be the robot's driver keeps it still
                body.control()
        finally:
            body.close()
    part.seconds = time.monotonic() - began_s
    return part


def rss_mb(processes: dict[str, psutil.Process]) -> dict[str, float]:
    return {stage: process.memory_info().rss / 1e6 for stage, process in processes.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_MESSAGES} messages instead of {MESSAGES}"
    )
    parser.add_argument("--messages", type=int, help="as many messages")
    parser.add_argument("--parts", nargs="+", default=list(SHARES), choices=list(SHARES), help="only these")
    parser.add_argument("--seed", type=int, default=1, help="of the messages' content (default: 1)")
    parser.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        stage, count, seed, *parameters = args.inside
        inside(stage, int(count), int(seed), parameters)
        return
    messages = args.messages or (QUICK_MESSAGES if args.quick else MESSAGES)
    be_nice(0)
    parts: dict[str, Part] = {}
    for name in args.parts:
        count = round(messages * SHARES[name])

        def progress(fed: int, name: str = name, count: int = count) -> None:
            print(f"\r{name}: {fed}/{count} messages", end="", file=sys.stderr, flush=True)

        os.environ["ROS_DOMAIN_ID"] = str(random.randint(1, 101))
        rclpy.init()
        parts[name] = (
            fuzz_wire(count, args.seed, progress)
            if name == "wire"
            else fuzz_inside(name, count, args.seed, progress)
        )
        rclpy.try_shutdown()
        print(file=sys.stderr)
    rows = [
        [name, part.sent, len(part.crashes), part.motions, part.growth_mb, part.seconds]
        for name, part in parts.items()
    ]
    print(table(["part", "messages", "crashes", "motions", "MB grown", "s"], rows))
    for part in parts.values():
        for crash in part.crashes:
            print(f"crash: {crash}")
    figures = {
        "messages": sum(part.sent for part in parts.values()),
        "crashes": sum(len(part.crashes) for part in parts.values()),
        "motions": sum(part.motions for part in parts.values()),
        "rss_growth_mb": round(max(part.growth_mb for part in parts.values()), 2),
    }
    emit("fuzz_topics", n=figures["messages"], figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
