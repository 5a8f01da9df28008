# SPDX-License-Identifier: Apache-2.0
"""A single-threaded executor that keeps what it waits for, instead of gathering it anew at each wake-up."""

from __future__ import annotations

import inspect
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from rclpy._rclpy_pybind11 import InvalidHandle
from rclpy.action import ActionServer
from rclpy.client import Client
from rclpy.executors import ExternalShutdownException, ShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy
from rclpy.service import Service
from rclpy.subscription import Subscription
from rclpy.task import Task
from rclpy.timer import Timer

from tektra.common.lateness import LATE_S, Attention
from tektra.ros.caller import endpoint_of
from tektra.ros.calls import BUSY, MOST_OPEN, name_of
from tektra.ros.heard import Heard
from tektra.ros.large import take
from tektra.ros.lateness import boot_s
from tektra.ros.replies import FOUND_WITHIN_S, Replies
from tektra.ros.wait_list import WaitList

#: What an action's server takes up only once it can answer, by how long that may take: a goal that waits longer is too old.
_AWAITED = {"goal": ("send_goal", LATE_S), "result": ("get_result", FOUND_WITHIN_S)}
#: How long callbacks run one after the other before the executor looks again for what else became ready.
LOOK_EVERY_S = 0.002


class SteadyExecutor(SingleThreadedExecutor):
    """Runs the callbacks of its nodes one after the other, in the thread that calls `spin` or `spin_once`.

    rclpy's own executor asks every entity of every node at each wake-up whether it may run, takes hold of all of
    them, makes a wait set, and wakes itself twice more for each callback. Here the entities are held and
    listed until one comes or goes. What became ready together runs in this order: subscriptions as they were made,
    then services, clients, timers. What became ready later comes behind, so that nothing waits for ever; only urgent
    subscriptions are looked at before each callback.

    What is larger than its type may be is thrown away unread (large.py). What comes twice runs once: a message of a volatile
    topic, a request, a goal. Fast DDS delivers the last ones again when a link heals whose cut only one side had noticed: an
    old reset, or goal, must not count as a new one.

    Other callback groups are not looked at: on one thread they would only let an `async def` callback that waits keep
    others from running. A timer's callback takes no argument. `wake` and `create_task` may be called from any thread.
    A callback's exception comes out of `spin_once`. Parameter services, slow timers, and the QoS events that rclpy only logs,
    are looked at every SELDOM_S (see WaitList).
    """

    def __init__(self, *, context: Any = None) -> None:
        super().__init__(context=context)
        self._tasks: list[tuple[Task[Any], Any, Any]] = []
        self._changed = True
        self._listed: WaitList | None = None
        self._pending: dict[Any, Callable[[Any], None]] = {}  # what is ready, and how it is run
        self._open: Counter[Service] = Counter()  # requests whose answers are awaited
        self._replies = Replies(self.get_nodes)
        self._heard: dict[Any, Heard] = {}  # by subscription, service, action server
        #: When the request that is being answered was sent, by its client's clock; a callback that waits reads it before.
        self.request_sent_ns = 0
        #: Who awaits its answer (tektra.ros.caller); read before as well.
        self.request_from = b""
        #: How long what it takes up may have waited.
        self.attention = Attention(boot_s())

    def wake(self) -> None:
        """Something changed: an entity came or went, or a future that a task awaits is done."""
        self._changed = True
        super().wake()

    def add_node(self, node: Node) -> bool:
        """See rclpy."""
        self._changed = True
        return super().add_node(node)

    def remove_node(self, node: Node) -> None:
        """See rclpy."""
        self._changed = True
        super().remove_node(node)

    def shutdown(self, timeout_sec: float | None = None) -> bool:
        """See rclpy. Lets go of the entities, so that they can be destroyed."""
        done = super().shutdown(timeout_sec)
        if self._listed is not None:
            self._listed.close()
            self._listed = None
        return done

    def spin_once(self, timeout_sec: float | None = None) -> None:
        """Waits until something is ready, and runs it. The wait ends after `timeout_sec`, and after twice SELDOM_S in any case."""
        self._run_tasks()
        listed = self._list_anew() if self._changed or self._listed is None else self._listed
        ready = listed.wait(0.0 if self._pending else timeout_sec)
        if self._is_shutdown:
            raise ShutdownException()
        if not self._context.ok():
            raise ExternalShutdownException()
        if (held_up_s := self.attention.alive(boot_s())) > LATE_S:
            self._tell_held_up(held_up_s)
        self._replies.look(time.monotonic())
        for entity, run in self._in_order(ready):
            self._pending.setdefault(entity, run)
        until_s = time.perf_counter() + LOOK_EVERY_S
        while True:
            for subscription in listed.urgent:
                self._run(subscription, self._on_message)
            if not self._pending or time.perf_counter() > until_s:
                break
            entity = next(iter(self._pending))
            self._run(entity, self._pending.pop(entity))
        self._run_tasks()

    def _tell_held_up(self, for_s: float) -> None:
        """The process stood still, or a callback took long: a node that has a method `held_up` is told before all else."""
        for node in self.get_nodes():
            getattr(node, "held_up", lambda _: None)(for_s)

    def _spin_once_until_future_complete(self, future: Any, timeout_sec: Any = None) -> None:
        if not future.done():
            self.spin_once(getattr(timeout_sec, "timeout", timeout_sec))

    def _list_anew(self) -> WaitList:
        """Lists all entities. What is gone is forgotten."""
        if self._listed is not None:
            self._listed.close()
        self._changed = False  # before looking: what changes meanwhile is seen the next time
        own = [guard for guard in (self._guard, self._sigint_gc) if guard is not None]
        self._listed = WaitList(self.get_nodes(), own, self._context)
        entities = self._listed.entities()
        self._pending = {entity: run for entity, run in self._pending.items() if entity in entities}
        self._heard = {entity: heard for entity, heard in self._heard.items() if entity in entities}
        self._open = Counter({service: count for service, count in self._open.items() if count})
        return self._listed

    def _in_order(self, ready: dict[str, list[Any]]) -> Iterator[tuple[Any, Callable[[Any], None]]]:
        for entities, run in (
            (ready["subscription"], self._on_message),
            (ready["service"], self._on_request),
            (ready["client"], self._on_response),
            (ready["waitable"], self._on_waitable),
            (ready["timer"], self._on_timer),
            (ready["guard_condition"], lambda guard: self._call(guard.callback)),
        ):
            yield from ((entity, run) for entity in entities)

    # -- what is run -------------------------------------------------------------------------------------------

    def _run(self, entity: Any, run: Callable[[Any], None]) -> None:
        with suppress(InvalidHandle):  # whatever another callback destroyed meanwhile has no more say
            run(entity)

    def _on_message(self, subscription: Subscription) -> None:
        with subscription.handle:
            taken = take(subscription)
        if taken is None:
            return
        latched = subscription.qos_profile.durability == DurabilityPolicy.TRANSIENT_LOCAL
        sent_ns, number = taken[1]["source_timestamp"], taken[1]["publication_sequence_number"]
        if latched or sent_ns <= 0 or self._is_first(subscription, (sent_ns, number)):
            alone = subscription._callback_type is Subscription.CallbackType.MessageOnly
            self._call(subscription.callback, *(taken[:1] if alone else taken))

    def _on_request(self, service: Service) -> None:
        with service.handle:
            request, header = service.handle.service_take_request(service.srv_type.Request)
        if header is None:
            return
        sent_ns = self.request_sent_ns = header.source_timestamp
        if sent_ns > 0 and not self._is_first(service, (sent_ns, header.request_id.sequence_number)):
            return
        self.request_from = endpoint_of(header.request_id)
        if self._open[service] >= MOST_OPEN and hasattr(service.srv_type.Response, "message"):
            self._reply(service, service.srv_type.Response(message=BUSY), header)
        else:
            self._begin(self._answer, service, request, header)

    async def _answer(self, service: Service, request: Any, header: Any) -> None:
        self._open[service] += 1
        try:
            response = service.callback(request, service.srv_type.Response())
            if inspect.isawaitable(response):
                response = await response
            self._reply(service, response, header)
        finally:
            self._open[service] -= 1

    def _reply(self, service: Service, response: Any, header: Any) -> None:
        send = partial(service.send_response, response, header)
        endpoint = endpoint_of(header.request_id)
        self._replies.when_found(service.service_name, endpoint, send, time.monotonic())

    def _on_response(self, client: Client) -> None:
        with client.handle:
            header, response = client.handle.take_response(client.srv_type.Response)
        if header is None:
            return
        with suppress(KeyError):  # nobody waits for it any more
            future = client.get_pending_request(header.request_id.sequence_number)
            future._set_executor(self)
            future.set_result(response)

    def _on_waitable(self, waitable: Any) -> None:
        data = waitable.take_data()
        goal = data.get("goal") if isinstance(waitable, ActionServer) else None
        if goal is not None and not self._is_first(waitable, bytes(goal[1].goal_id.uuid)):
            del data["goal"]
        if action := name_of(waitable):
            self._hold_until_found(action, waitable, data)
        for future in waitable._futures:
            future._set_executor(self)
        self._begin(waitable.execute, data)

    def _hold_until_found(self, action: str, server: ActionServer, data: Any) -> None:
        """Takes out of `data` what cannot be answered yet; it is executed as soon as it can."""
        for part, (name, within_s) in _AWAITED.items():
            if (taken := data.pop(part, None)) is not None:
                service = f"{action}/_action/{name}"
                act = partial(self._begin, server.execute, {part: taken})
                self._replies.when_found(service, endpoint_of(taken[0]), act, time.monotonic(), within_s)

    def _is_first(self, entity: Any, mark: object) -> bool:
        return self._heard.setdefault(entity, Heard()).is_first(mark)

    def _on_timer(self, timer: Timer) -> None:
        with timer.handle:
            if not timer.handle.is_timer_ready():
                return  # cancelled, or set anew, by a callback of the same wake-up
            timer.handle.call_timer()
        self._call(timer.callback)

    def _call(self, callback: Callable[..., Any] | None, *arguments: Any) -> None:
        """A plain function runs at once; a coroutine as far as it comes, and on with the tasks."""
        if callback is None:
            return
        if inspect.iscoroutine(running := callback(*arguments)):
            self._begin(_finish, running)

    def _begin(self, coroutine: Callable[..., Any], *arguments: Any) -> None:
        task = Task(coroutine, arguments, executor=self)
        task()
        if task.done():
            task.result()
            return
        with self._tasks_lock:
            self._tasks.append((task, None, None))

    def _run_tasks(self) -> None:
        """Goes on with what waits for a future, until nothing comes to an end any more: one may wait for another."""
        going = True
        while going and self._tasks:
            with self._tasks_lock:
                tasks = [entry[0] for entry in self._tasks]
            for task in tasks:
                if not task.done():
                    task()
            with self._tasks_lock:
                ended = [entry[0] for entry in self._tasks if entry[0].done() or entry[0].cancelled()]
                self._tasks = [entry for entry in self._tasks if entry[0] not in ended]
            going = bool(ended)
            for task in ended:
                if not task.cancelled():
                    task.result()


async def _finish(running: Any) -> None:
    await running
