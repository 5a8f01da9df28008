# SPDX-License-Identifier: Apache-2.0
"""What somebody at a dashboard types to Tektra: each client has a conversation of its own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from std_msgs.msg import String

from tektra.common.trace import line, new_id
from tektra.ros.ask_client import AskClient
from tektra.ros.mailbox import Mailbox

COMMAND = "/tektra/command"
#: As the planner names who asks, for the audit.
SOURCE = "bridge"


class Typed:
    """`heard` from any thread; the rest is on the executor. Where no planner serves the action, the words go on the topic as they
    came: who listens there answers, or nobody."""

    def __init__(self, node: Any, out: Any) -> None:
        self._node = node
        self._out = out
        self._client = AskClient(node)
        self._mail: Mailbox[tuple[str, String, Any]] = Mailbox(node, self._ask)
        self._start = uuid4().hex[:8]  # clients of the next start are others, though they are numbered alike

    def heard(self, who: str, message: String) -> None:
        """A client, `who` in words, typed this."""
        self._mail.post((who, message, self._node.get_clock().now().to_msg()))

    def close(self) -> None:
        """Takes nothing more."""
        self._mail.close()
        self._client.close()

    def _ask(self, typed: tuple[str, String, Any]) -> None:
        who, message, stamp = typed
        whole_id, channel = new_id(), f"{SOURCE} {self._start} {who}"
        if self._client.ask(message.data, source=SOURCE, channel=channel, whole_id=whole_id, stamp=stamp):
            self._node.get_logger().info(line("bridge", "asked", whole_id, by=who))
        else:
            self._out.publish(message)
