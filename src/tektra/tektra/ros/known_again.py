# SPDX-License-Identifier: Apache-2.0
"""After a pause of the machine the others know this process's nodes by name again.

Where everybody stood still for longer than the lease of discovery, each finds the others' publishers and subscriptions anew, but
not the list of which node they belong to: Fast DDS counts it as told, and the graph then says "_NODE_NAME_UNKNOWN_" for ever (of
twelve processes each had lost up to eleven names). Whatever changes a process's part of the graph sends the list again.
"""

from __future__ import annotations

from typing import Any

from diagnostic_msgs.msg import KeyValue

from tektra.common.lateness import LEASE_S
from tektra.ros.lateness import boot_s
from tektra.ros.qos import RELIABLE

LOOK_S = 0.5
#: After the pause, once a publisher comes, and once it goes: on a crowded machine to be found anew takes longer.
TOLD_AFTER_S = (3.0, 8.0)
TOPIC = "/tektra/pulse/known_again"


class KnownAgain:
    """Looks by a timer of `node`, on its thread."""

    def __init__(self, node: Any) -> None:
        self._node, self._looked_s = node, boot_s()
        self._due_s: list[float] = []
        self._publisher: Any = None
        node.create_timer(LOOK_S, lambda: self.look(boot_s()))

    def look(self, now_s: float) -> None:
        """Tells what is due; `now_s` on a clock that goes on while the machine sleeps."""
        if now_s - self._looked_s > LEASE_S:
            self._due_s = [now_s + after_s for after_s in TOLD_AFTER_S]
        self._looked_s = now_s
        while self._due_s and now_s >= self._due_s[0]:
            self._due_s.pop(0)
            self._change()

    def _change(self) -> None:
        if self._publisher is None:
            self._publisher = self._node.create_publisher(KeyValue, TOPIC, RELIABLE)
        else:
            self._node.destroy_publisher(self._publisher)
            self._publisher = None
