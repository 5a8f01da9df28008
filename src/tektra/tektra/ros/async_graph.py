# SPDX-License-Identifier: Apache-2.0
"""A tektra.common.graph.Graph over a node: rclpy on the executor's thread, whoever asks on an event loop in another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

from rclpy.action import ActionClient
from rclpy.node import Node
from std_msgs.msg import Empty

from tektra.common.errors import InputError, TektraError
from tektra.common.graph import Feedback, Message, Result, Unavailable
from tektra.ros.calls import action_client, is_served_here, is_there
from tektra.ros.cdr import interface, read_cdr
from tektra.ros.clients import Clients
from tektra.ros.futures import cancel_all, fail, settle, settle_with
from tektra.ros.mailbox import Mailbox
from tektra.ros.plain import from_plain, to_plain
from tektra.ros.qos import RELIABLE
from tektra.ros.raw_topics import RawTopics
from tektra.ros.said_again import SaidAgain
from tektra.ros.stops import STOP, STOP_REQUEST
from tektra.ros.traces import traced
from tektra_interfaces.msg import StopRequest

#: How long a server may take to appear, how often that is looked at, and how long one may be away before its goal is lost.
APPEAR_S, LOOK_S, GONE_S, LOST_S = 3.0, 0.05, 0.5, 3.0
#: A call that may take longer has a client of its own.
LONG_S = 10.0
#: How often the graph is searched for topics that fit a pattern.
SEARCH_S = 0.5
Heard = Callable[[str, Message], None]


class AsyncGraph:
    """`connect` and `close` on the executor's thread; the rest as Graph says. `cause`: of stops."""

    def __init__(self, node: Node, cause: str) -> None:
        self._node = node
        self._cause = cause
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watches: dict[str, list[tuple[str, Heard]]] = {}
        self._topics: dict[str, str] = {}
        self._clients = Clients(node)
        self._actions: dict[str, ActionClient] = {}
        self._publishers: dict[str, Any] = {}

    def connect(self) -> None:
        """Makes what is needed of the node."""
        self._stops, self._reasons = (
            SaidAgain(self._node, self._node.create_publisher(kind, topic, RELIABLE))
            for kind, topic in ((Empty, STOP), (StopRequest, STOP_REQUEST))
        )
        self._raw = RawTopics(self._node, self._on_message)
        self._jobs: Mailbox[Callable[[], None]] = Mailbox(self._node, lambda job: job())
        self._timer = self._node.create_timer(SEARCH_S, self._search)

    def on(self, loop: asyncio.AbstractEventLoop) -> AsyncGraph:
        """Answers go to this loop from now on."""
        self._loop = loop
        return self

    def close(self) -> None:
        """Frees it."""
        self._loop = None
        self._node.destroy_timer(self._timer)
        self._jobs.close()
        self._raw.clear()
        for action in self._actions.values():
            action.destroy()
        self._clients.close()
        self._stops.close()
        self._reasons.close()
        for publisher in self._publishers.values():
            self._node.destroy_publisher(publisher)

    # On the event loop.

    async def call(
        self, service: str, type_name: str, request: Message, *, timeout_s: float = 10.0
    ) -> Message:
        cls = interface(type_name)
        message = from_plain(cls.Request, request)
        own = timeout_s > LONG_S
        client = await self._on_executor(lambda: self._clients.take(service, cls, own=own))
        sent, ended = None, False
        try:
            await self._ready(lambda: is_there(self._node, client), service, min(APPEAR_S, timeout_s))
            answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            sent = await self._on_executor(lambda: client.call_async(message))
            sent.add_done_callback(lambda done: self._tell(settle, answered, done))
            answer = await self._answer(answered, client, service, timeout_s)
            ended = True
            return to_plain(answer)
        except TimeoutError:
            raise Unavailable(
                f"{service} gave no answer within {timeout_s:g} s", "see its node: tektra status"
            ) from None
        finally:  # also when whoever asked has left
            self._post(lambda: self._clients.give_back(service, client, sent, answered=ended))

    async def run(self, action: str, type_name: str, goal: Message) -> AsyncGenerator[Feedback | Result]:
        cls = interface(type_name)
        message = from_plain(cls.Goal, goal)
        client = await self._on_executor(lambda: self._action(action, cls))
        await self._ready(lambda: is_served_here(self._node, client, action), action, APPEAR_S)
        events: asyncio.Queue[Feedback | Result] = asyncio.Queue()
        accepted: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def on_feedback(told: Any) -> None:
            self._tell(events.put_nowait, Feedback(to_plain(told.feedback)))

        sent, whole_id = list[Any](), traced(self._node, action)

        def send() -> None:
            sending = client.send_goal_async(message, feedback_callback=on_feedback, goal_uuid=whole_id)
            sending.add_done_callback(lambda done: self._tell(settle, accepted, done))
            sent.append(sending)

        ended = False
        try:
            await self._on_executor(send)
            handle = await asyncio.wait_for(asyncio.shield(accepted), APPEAR_S)
            if not handle.accepted:
                ended = True
                raise InputError(f"{action} did not accept it", "ask for something else, or see its node")
            result = await self._on_executor(handle.get_result_async)
            result.add_done_callback(
                lambda done: self._tell(events.put_nowait, Result(to_plain(done.result().result)))
            )
            while not ended:
                event = await self._next(events, client, action)
                ended = isinstance(event, Result)
                if ended:
                    async for late in self._late(events):
                        yield late
                yield event
        except TimeoutError:
            raise Unavailable(f"{action} did not answer", "see its node: tektra status") from None
        finally:
            if not ended:
                # Also a goal that is just being sent, or whose acceptance is on its way: jobs are done in order.
                self._post(lambda: cancel_all(sent))

    def offer(self, topic: str, type_name: str) -> None:
        cls = interface(type_name)
        self._post(lambda: self._publisher(topic, cls))

    def publish(self, topic: str, type_name: str, message: Message) -> None:
        made = from_plain(interface(type_name), message)
        known = self._publishers.get(topic)
        if known is not None:
            known.publish(made)  # here and now: sound would otherwise wait for whatever the executor does
        else:
            self._post(lambda: self._publisher(topic, type(made)).publish(made))

    def watch(self, topic: str, type_name: str, heard: Heard) -> Callable[[], None]:
        entry = (type_name, heard)

        def begin() -> None:
            self._watches.setdefault(topic, []).append(entry)
            self._search()

        def end() -> None:
            if entry in self._watches.get(topic, []):
                self._watches[topic].remove(entry)
                self._search()

        self._post(begin)
        return lambda: self._post(end)

    def stop(self, who: str, detail: str) -> None:
        self._stops.publish(Empty())
        stamp = self._node.get_clock().now().to_msg()
        self._reasons.publish(StopRequest(stamp=stamp, cause=self._cause, who=who, detail=detail))

    def now_ms(self) -> int:
        return int(self._node.get_clock().now().nanoseconds // 1_000_000)

    async def _on_executor(self, act: Callable[[], Any]) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def work() -> None:
            try:
                self._tell(settle_with, done, act())
            except Exception as error:  # it belongs to whoever asked
                self._tell(fail, done, error)

        self._post(work)
        return await done

    async def _ready(self, ready: Callable[[], bool], name: str, within_s: float) -> None:
        waited_s = 0.0
        while not await self._on_executor(ready):
            if waited_s >= within_s:
                raise Unavailable(f"nobody offers {name}", "see that its node runs: tektra status")
            await asyncio.sleep(LOOK_S)
            waited_s += LOOK_S

    async def _answer(
        self, answered: asyncio.Future[Any], client: Any, service: str, timeout_s: float
    ) -> Any:
        """Raises TimeoutError, or Unavailable as soon as nobody serves it any more."""
        async with asyncio.timeout(timeout_s):
            while not (await asyncio.wait({answered}, timeout=GONE_S))[0]:
                if not await self._on_executor(lambda: is_there(self._node, client)):
                    raise Unavailable(
                        f"{service} went away before it answered", "see its node: tektra status"
                    )
            return answered.result()

    async def _next(self, events: asyncio.Queue[Any], client: ActionClient, action: str) -> Feedback | Result:
        """The next event of a goal. Raises Unavailable when its server is away for long."""
        away_s = 0.0
        while True:
            with suppress(TimeoutError):
                event: Feedback | Result = await asyncio.wait_for(events.get(), 1.0)
                return event
            served = await self._on_executor(lambda: is_served_here(self._node, client, action))
            away_s = 0.0 if served else away_s + 1.0
            if away_s >= LOST_S:
                raise Unavailable(f"{action} went away", "see its node: tektra status")

    async def _late(self, events: asyncio.Queue[Any]) -> AsyncGenerator[Feedback]:
        """Feedback that waits behind the result: rclpy takes one of each at a wake-up. Ends when two wake-ups bring none."""
        quiet = 0
        while quiet < 2:
            await self._on_executor(lambda: None)
            quiet = quiet + 1 if events.empty() else 0
            while not events.empty():
                yield events.get_nowait()

    def _post(self, job: Callable[[], None]) -> None:
        if self._loop is not None:
            self._jobs.post(job)

    # On the executor.

    def _action(self, action: str, cls: Any) -> ActionClient:
        if action not in self._actions:
            self._actions[action] = action_client(self._node, cls, action)
        return self._actions[action]

    def _publisher(self, topic: str, cls: Any) -> Any:
        if topic not in self._publishers:
            self._publishers[topic] = self._node.create_publisher(cls, topic, RELIABLE)
        return self._publishers[topic]

    def _search(self) -> None:
        """Subscribes what is watched and there, and ends what is watched no more."""
        wanted: dict[str, str] = {}
        present = dict(self._node.get_topic_names_and_types())
        for pattern, entries in self._watches.items():
            for type_name in {known for known, _ in entries}:
                names = [
                    name for name, types in present.items() if fits(pattern, name) and type_name in types
                ]
                wanted |= dict.fromkeys(names if "*" in pattern else [pattern], type_name)
        for topic in [known for known in self._topics if wanted.get(known) != self._topics[known]]:
            self._raw.remove(topic)
            del self._topics[topic]
        for topic, type_name in wanted.items():
            with suppress(TektraError):  # a type that is not installed here is not heard
                self._raw.add(topic, type_name)
                self._topics[topic] = type_name
        self._raw.refresh()

    def _on_message(self, topic: str, data: bytes) -> None:
        type_name = self._topics[topic]
        listeners = [
            heard
            for pattern, entries in self._watches.items()
            if fits(pattern, topic)
            for known, heard in entries
            if known == type_name
        ]
        try:
            message = to_plain(read_cdr(interface(type_name), data))
        except InputError:
            return
        for heard in listeners:
            self._tell(heard, topic, message)

    def _tell(self, act: Callable[..., object], *arguments: Any) -> None:
        """Has the loop do it. Any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed already
                self._loop.call_soon_threadsafe(act, *arguments)


def fits(pattern: str, name: str) -> bool:
    """True where `*` stands for exactly one part of a name."""
    wanted, parts = pattern.split("/"), name.split("/")
    return len(wanted) == len(parts) and all(
        one in ("*", part) for one, part in zip(wanted, parts, strict=True)
    )
