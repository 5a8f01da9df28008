# SPDX-License-Identifier: Apache-2.0
"""What an event loop asks of the ROS graph: nothing that was given up goes on."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from rclpy.action import ActionClient, ActionServer, CancelResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node

from tektra.ros.async_graph import AsyncGraph
from tektra_interfaces.action import Ask

PATIENCE_S = 20.0


@pytest.fixture
def spun(ros: None) -> Any:
    """Spins nodes in a thread, and ends them."""
    executor = MultiThreadedExecutor(4)
    nodes: list[Node] = []

    def add(node: Node) -> Node:
        nodes.append(node)
        executor.add_node(node)
        return node

    thread = threading.Thread(target=executor.spin, daemon=True)
    yield add, thread
    executor.shutdown(PATIENCE_S)
    thread.join(PATIENCE_S)
    for node in nodes:
        node.destroy_node()


def test_a_goal_that_is_given_up_while_it_is_being_sent_is_canceled(
    spun: tuple[Callable[[Node], Node], threading.Thread], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine it went on: whoever had asked was gone before he knew that his goal had been sent."""
    add, thread = spun
    canceled = threading.Event()

    def carry_out(goal: Any) -> Ask.Result:
        while not canceled.is_set() and not goal.is_cancel_requested:
            canceled.wait(0.05)
        goal.canceled()
        canceled.set()
        return Ask.Result()

    server = add(Node("server"))
    ActionServer(
        server,
        Ask,
        "/tektra/ask",
        carry_out,
        cancel_callback=lambda _: CancelResponse.ACCEPT,
        callback_group=ReentrantCallbackGroup(),
    )
    graph = AsyncGraph(add(Node("client")), "web")
    graph.connect()
    thread.start()
    send = ActionClient.send_goal_async

    async def work() -> None:
        loop = asyncio.get_running_loop()
        graph.on(loop)
        given_up = threading.Event()

        async def ask() -> None:
            async for _ in graph.run("/tektra/ask", "tektra_interfaces/action/Ask", {"text": "wait"}):
                pass

        asking = loop.create_task(ask())
        asking.add_done_callback(lambda _: given_up.set())

        def sent_and_given_up(client: ActionClient, *goal: Any, **more: Any) -> Any:
            sending = send(client, *goal, **more)
            loop.call_soon_threadsafe(asking.cancel)
            assert given_up.wait(PATIENCE_S)
            return sending

        monkeypatch.setattr(ActionClient, "send_goal_async", sent_and_given_up)
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(canceled.wait, PATIENCE_S), "the goal goes on"

    try:
        asyncio.run(work())
    finally:
        canceled.set()  # else the server's thread would outlive the test
        graph.close()
