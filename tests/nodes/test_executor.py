# SPDX-License-Identifier: Apache-2.0
"""The executor that keeps its wait set does what rclpy's own does, for every kind of entity."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace

import pytest
import rclpy
from geometry_msgs.msg import PoseStamped
from nav_msgs.msg import Path
from rclpy._rclpy_pybind11 import RCLError
from rclpy.action import ActionClient, ActionServer
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.serialization import serialize_message
from rclpy.subscription import Subscription
from rclpy.task import Future
from std_msgs.msg import Header, String
from std_srvs.srv import Trigger

from tektra.ros import large
from tektra.ros.executor import LOOK_EVERY_S, SteadyExecutor
from tektra.ros.heard import Heard
from tektra.ros.mailbox import Mailbox
from tektra.ros.offload import resolve
from tektra.ros.qos import LATCHED, RELIABLE
from tektra.ros.urgent import Urgent
from tektra.ros.wait_list import SLOW_TIMER_S
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import PeoplePositions, PersonPosition, RobotSafety, SafetyState


@pytest.fixture
def context() -> Iterator[Context]:
    made = Context()
    rclpy.init(context=made)
    yield made
    made.try_shutdown()


@pytest.fixture(params=[SteadyExecutor, SingleThreadedExecutor], ids=["ours", "rclpy's"])
def stage(request, context: Context) -> Iterator[tuple[Node, SingleThreadedExecutor]]:
    node = Node("stage", context=context)
    executor = request.param(context=context)
    executor.add_node(node)
    yield node, executor
    executor.shutdown(0.0)
    node.destroy_node()


#: For what rclpy's own does not do.
OURS = pytest.mark.parametrize("stage", [SteadyExecutor], indirect=True, ids=["ours"])


def until(executor, holds: Callable[[], object], timeout_s: float = 10.0) -> None:
    end_s = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < end_s
        executor.spin_once(timeout_sec=0.1)


def test_messages_services_and_timers_run(stage) -> None:
    node, executor = stage
    heard, ticks = [], []
    publisher = node.create_publisher(String, "words", RELIABLE)
    node.create_subscription(String, "words", lambda message: heard.append(message.data), RELIABLE)
    node.create_timer(0.02, lambda: ticks.append(publisher.publish(String(data=str(len(ticks))))))
    node.create_service(Trigger, "answer", lambda _, response: told(response))
    client = node.create_client(Trigger, "answer")

    def told(response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = True, "yes"
        return response

    until(executor, client.service_is_ready)
    answer = client.call_async(Trigger.Request())
    until(executor, lambda: answer.done() and len(heard) > 20)
    assert answer.result().message == "yes"
    assert heard[-10:] == [str(number) for number in range(int(heard[-10]), int(heard[-10]) + 10)]


@OURS
def test_slow_timers_run_with_what_comes_anyway_and_wake_nobody_by_themselves(stage) -> None:
    node, executor = stage
    ran, looks = Counter(), 0
    for period_s in (0.05, *(SLOW_TIMER_S + 0.017 * more for more in range(6))):
        node.create_timer(period_s, lambda period_s=period_s: ran.update([period_s]))
    while ran[SLOW_TIMER_S] < 6:
        executor.spin_once(timeout_sec=1.0)
        looks += 1
        assert looks < 500
    assert len(ran) == 7 and min(ran.values()) >= 4
    assert looks <= 1.3 * ran[0.05] + 5


def test_a_cancelled_timer_is_silent_until_it_is_reset(stage) -> None:
    node, executor = stage
    ticks: list[int] = []
    timer = node.create_timer(0.01, lambda: ticks.append(1))
    until(executor, lambda: len(ticks) > 2)
    timer.cancel()
    count = len(ticks)
    executor.spin_once(timeout_sec=0.1)
    assert len(ticks) == count
    timer.reset()
    until(executor, lambda: len(ticks) > count)


def test_what_is_made_while_it_waits_is_waited_for(stage) -> None:
    node, executor = stage
    heard: list[str] = []
    publisher = node.create_publisher(String, "late", RELIABLE)
    spinning = threading.Thread(
        target=lambda: until(executor, lambda: heard and publisher.get_subscription_count())
    )
    spinning.start()
    node.create_subscription(String, "late", lambda message: heard.append(message.data), RELIABLE)
    end_s = time.monotonic() + 10.0
    while not publisher.get_subscription_count():
        assert time.monotonic() < end_s
        time.sleep(0.01)
    publisher.publish(String(data="here"))
    spinning.join(10.0)
    assert heard == ["here"]


def test_what_a_callback_destroys_does_not_run_any_more(stage) -> None:
    node, executor = stage
    ran: list[str] = []

    def first() -> None:
        ran.append("first")
        node.destroy_timer(timers[1])

    def second() -> None:
        ran.append("second")

    timers = [node.create_timer(0.05, first), node.create_timer(0.05, second)]
    until(executor, lambda: ran.count("first") > 2)
    assert ran.count("second") <= 1  # it may have been the first of the first two


def test_a_coroutine_waits_for_another_thread_and_holds_nobody_up(stage) -> None:
    node, executor = stage
    ours = isinstance(executor, SteadyExecutor)
    done = Future()

    async def slow(_: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.message = await done
        return response

    node.create_service(Trigger, "slow", slow)
    client = node.create_client(Trigger, "slow")
    until(executor, client.service_is_ready)
    ticks: list[int] = []
    node.create_timer(0.01, lambda: ticks.append(1))
    answer = client.call_async(Trigger.Request())
    if ours:  # rclpy keeps the whole callback group waiting
        until(executor, lambda: len(ticks) > 10)
        assert not answer.done()
    threading.Timer(0.3, resolve, (executor, done, "at last")).start()
    until(executor, answer.done)
    assert answer.result().message == "at last"


def test_an_action_runs_to_its_result(stage) -> None:
    node, executor = stage
    steps: list[Future] = []

    async def run(goal) -> RunSkill.Result:
        steps.append(Future())
        await steps[-1]
        goal.succeed()
        return RunSkill.Result(outcome="succeeded")

    server = ActionServer(node, RunSkill, "run_skill", run)
    client = ActionClient(node, RunSkill, "run_skill")
    until(executor, client.server_is_ready)
    sent = client.send_goal_async(RunSkill.Goal(skill="wave"))
    until(executor, lambda: sent.done() and steps)
    result = sent.result().get_result_async()
    steps[0].set_result(None)
    executor.wake()
    until(executor, result.done)
    assert result.result().result.outcome == "succeeded"
    server.destroy()
    client.destroy()


@OURS
def test_an_urgent_message_overtakes_what_waits_already(stage) -> None:
    node, executor = stage
    ran: list[str] = []
    stop = node.create_publisher(String, "stop", RELIABLE)

    def work(number: int) -> None:
        ran.append(f"work {number}")
        if number == 0 and "stop" not in ran:
            stop.publish(String(data="stop"))
        end_s = time.perf_counter() + 2 * LOOK_EVERY_S
        while time.perf_counter() < end_s:
            pass

    node.create_subscription(
        String, "stop", lambda message: ran.append(message.data), RELIABLE, callback_group=Urgent()
    )
    works = [node.create_publisher(String, f"work{number}", RELIABLE) for number in range(50)]
    for number in range(50):
        node.create_subscription(String, f"work{number}", lambda _, n=number: work(n), RELIABLE)
    until(executor, lambda: all(each.get_subscription_count() for each in [stop, *works]))
    for publisher in works:
        publisher.publish(String())
    until(executor, lambda: len(ran) == 51)
    assert ran.index("stop") < 25, ran
    assert [entry for entry in ran if entry != "stop"] == [f"work {number}" for number in range(50)]


@OURS
def test_urgent_messages_without_end_starve_nobody(stage) -> None:
    node, executor = stage
    ticks: list[int] = []
    stop = node.create_publisher(String, "stop", RELIABLE)
    node.create_subscription(
        String, "stop", lambda _: stop.publish(String()), RELIABLE, callback_group=Urgent()
    )
    node.create_timer(0.01, lambda: ticks.append(1))
    until(executor, stop.get_subscription_count)
    for _ in range(5):
        stop.publish(String())
    until(executor, lambda: len(ticks) > 20)


class Entity(SimpleNamespace):
    __hash__ = object.__hash__


class Redelivered:
    """Takes the same over and over, as after a link that was cut has healed."""

    def __init__(self, taken: tuple) -> None:
        self.taken = taken

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...

    def take_message(self, *_: object) -> tuple:
        return self.taken

    def service_take_request(self, _: object) -> tuple:
        return self.taken


def test_a_message_that_comes_again_runs_once_and_a_latched_one_as_often_as_it_comes(
    context: Context,
) -> None:
    executor, heard = SteadyExecutor(context=context), []
    for qos in (RELIABLE, LATCHED):
        marks = {"source_timestamp": 5, "publication_sequence_number": 1}
        subscription = Entity(
            handle=Redelivered((qos, marks)),
            msg_type=String,
            raw=False,
            qos_profile=qos,
            callback=heard.append,
            _callback_type=Subscription.CallbackType.MessageOnly,
        )
        executor._on_message(subscription)
        executor._on_message(subscription)
        subscription.handle.taken = (qos, marks | {"source_timestamp": 6})
        executor._on_message(subscription)
    assert heard == [RELIABLE] * 2 + [LATCHED] * 3


def test_a_request_that_comes_again_is_answered_once(context: Context) -> None:
    executor, asked = SteadyExecutor(context=context), []
    header = SimpleNamespace(source_timestamp=5, request_id=SimpleNamespace(sequence_number=1))
    service = Entity(
        handle=Redelivered(("reset", header)),
        srv_type=Trigger,
        service_name="/reset",
        callback=lambda request, response: asked.append(request),
        send_response=lambda response, header: None,
    )
    for _ in range(2):
        executor._on_request(service)
    assert asked == ["reset"]


def test_what_was_heard_is_forgotten_in_the_end() -> None:
    heard = Heard()
    assert [heard.is_first(mark) for mark in (1, 2, 1, 2)] == [True, True, False, False]
    assert all(heard.is_first(mark) for mark in range(3, 3 + Heard.KEPT))
    assert heard.is_first(1)


def test_a_mailbox_delivers_what_another_thread_posts(stage) -> None:
    node, executor = stage
    got: list[int] = []
    box: Mailbox[int] = Mailbox(node, got.append)
    threading.Thread(target=lambda: [box.post(number) for number in range(100)]).start()
    until(executor, lambda: len(got) == 100)
    assert got == list(range(100))
    box.close()


def test_what_a_callback_raises_comes_out_of_the_spin(stage) -> None:
    node, executor = stage

    def fail() -> None:
        raise ZeroDivisionError

    node.create_timer(0.01, fail)
    with pytest.raises(ZeroDivisionError):
        until(executor, lambda: False)


def test_it_ends_when_its_context_does(stage, context: Context) -> None:
    _, executor = stage
    spinning = threading.Thread(target=_spin_quietly, args=(executor,))
    spinning.start()
    context.try_shutdown()
    spinning.join(5.0)
    assert not spinning.is_alive()


def _spin_quietly(executor) -> None:
    with suppress(ExternalShutdownException, RCLError):
        executor.spin()


@OURS
def test_a_message_larger_than_its_type_may_be_is_not_even_read(stage, monkeypatch) -> None:
    node, executor = stage
    heard, read, whole = [], [], large.read_cdr
    monkeypatch.setattr(large, "read_cdr", lambda kind, data: read.append(len(data)) or whole(kind, data))
    node.create_subscription(SafetyState, "state", heard.append, RELIABLE)
    publisher = node.create_publisher(SafetyState, "state", RELIABLE)
    until(executor, publisher.get_subscription_count)
    publisher.publish(SafetyState(robots=[RobotSafety(robot="rover1")] * 20_000))
    publisher.publish(b"\x00\x01\x00\x00" + bytes(7))  # no message at all
    publisher.publish(SafetyState(instance="gate", robots=[RobotSafety(robot=f"r{n}") for n in range(500)]))
    until(executor, lambda: heard)
    assert [message.instance for message in heard] == ["gate"]
    assert max(read) <= large.MOST_BYTES[SafetyState]


def test_no_bounded_type_is_larger_than_a_thousand_of_its_parts() -> None:
    thousands = [
        SafetyState(robots=[RobotSafety(robot=f"rover{n}", causes=["driver silent"]) for n in range(1000)]),
        PeoplePositions(people=[PersonPosition(id=f"person{n}") for n in range(1000)]),
        Path(poses=[PoseStamped(header=Header(frame_id="map"))] * 1000),
    ]
    for message in thousands:
        assert len(serialize_message(message)) <= large.MOST_BYTES[type(message)]
