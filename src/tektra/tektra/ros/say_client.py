# SPDX-License-Identifier: Apache-2.0
"""Has sentences spoken by /tektra/say, in order, without waiting for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from action_msgs.msg import GoalStatus
from rclpy.node import Node

from tektra.ros.calls import action_client, is_served_here, servers_of
from tektra_interfaces.action import Say

SAY = "/tektra/say"
#: How often it is looked whether who was asked to speak is still there, and how long it may take to say that it will.
LOOK_S, ACCEPT_S = 0.1, 5.0


@dataclass
class _Sentence:
    """On its way. `servers`: who offered to speak when it was sent."""

    done: Callable[[bool], None]
    heard: Callable[[str], None]
    servers: frozenset[bytes]
    asked_s: float
    text: str = ""
    language: str = ""
    emotion: str = ""
    handle: Any = None
    hushed: bool = False


class SayClient:
    """`say` queues a sentence at speech_out; where nobody speaks, or who spoke is gone, it is dropped and counted. On the
    node's executor."""

    def __init__(self, node: Node) -> None:
        self.dropped = 0
        self._node = node
        self._client = action_client(node, Say, SAY)
        self._speaking: dict[int, _Sentence] = {}
        self._count = 0
        self._timer = node.create_timer(LOOK_S, self._look)

    def say(
        self,
        text: str,
        language: str = "",
        emotion: str = "",
        heard: Callable[[str], None] = lambda sounded: None,
        *,
        done: Callable[[bool], None] = lambda spoken: None,
    ) -> None:
        """`language`: BCP 47, of the text; empty: not known. Where no voice speaks it, another one tries. `emotion`: as in Say.

        `done(spoken)` is called once: when it was spoken to its end, or not. `heard(sounded)` before it, with as much of the text as
        has sounded; not where who spoke is gone, and nobody can tell.
        """
        if not text.strip() or not is_served_here(self._node, self._client, SAY):
            self.dropped += bool(text.strip())
            done(not text.strip())
            return
        servers = servers_of(self._node, SAY)
        self._send(_Sentence(done, heard, servers, time.monotonic(), text, language, emotion))

    def _send(self, sentence: _Sentence) -> None:
        self._count += 1
        number = self._count
        self._speaking[number] = sentence
        goal = Say.Goal(text=sentence.text, language=sentence.language, emotion=sentence.emotion)
        self._client.send_goal_async(goal).add_done_callback(
            lambda answer: self._accepted(number, answer.result())
        )

    def hush(self) -> None:
        """Ends what is being spoken or waits to be."""
        for sentence in self._speaking.values():
            sentence.hushed = True  # one that is only on its way ends as soon as it is accepted
            if sentence.handle is not None:
                sentence.handle.cancel_goal_async()

    def close(self) -> None:
        self._node.destroy_timer(self._timer)
        self._client.destroy()

    def _accepted(self, number: int, handle: Any) -> None:
        if number not in self._speaking:
            if handle.accepted:
                handle.cancel_goal_async()  # it was given up while the answer was on its way
            return
        if not handle.accepted:
            self._end(number, spoken=False)
            return
        self._speaking[number].handle = handle
        if self._speaking[number].hushed:
            handle.cancel_goal_async()
        result = handle.get_result_async()
        result.add_done_callback(
            lambda answer: self._ended(number, answer.result().status, answer.result().result)
        )

    def _ended(self, number: int, status: int, result: Say.Result) -> None:
        sentence = self._speaking.get(number)
        unspoken = status == GoalStatus.STATUS_ABORTED and not result.spoken
        if sentence is not None and unspoken and sentence.language and not sentence.hushed:
            del self._speaking[number]
            self._send(replace(sentence, language="", handle=None, asked_s=time.monotonic()))
            return
        if sentence is not None:
            sentence.heard(sentence.text if result.success else str(result.spoken))
        self._end(number, spoken=bool(result.success))

    def _look(self) -> None:
        """A sentence whose speaker is gone, or does not answer, ends unspoken."""
        now_s, servers = time.monotonic(), servers_of(self._node, SAY) if self._speaking else frozenset()
        for number, sentence in list(self._speaking.items()):
            unanswered = sentence.handle is None and now_s - sentence.asked_s > ACCEPT_S
            if unanswered or sentence.servers.isdisjoint(servers):
                self.dropped += 1
                self._end(number, spoken=False)

    def _end(self, number: int, *, spoken: bool) -> None:
        if sentence := self._speaking.pop(number, None):
            sentence.done(spoken)
