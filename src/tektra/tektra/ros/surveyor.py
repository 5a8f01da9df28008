# SPDX-License-Identifier: Apache-2.0
"""Looks for others at how all stands, from a process that has been in the graph for long.

Who joins the graph for one look waits seconds until all have been found. A second node of a process that is there already shares
its participant: what is said from now on comes at once, and so does what is latched. It asks nobody who tells by himself: each client
that is made and taken away again may lock up the middleware of whoever it asked (docs/decisions/when-the-middleware-hangs.md).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from rclpy.node import Node

from tektra.common.snapshot import COMMAND_PREFIX, Snapshot
from tektra.ros.survey import Survey

LOOK_S = 0.05
#: A look takes so long at most; what is not known then is said to be.
LOOK_MAX_S = 0.6
#: What runs without a record of what should (`ros2 launch`) is known after so long, where nothing is wrong with it.
LOOK_MIN_S = 0.3
#: How long it listens on after the last look: whoever watches comes again each second.
STAYS_S = 10.0


class Surveyor:
    """On the executor's thread of `node`. Costs nothing while nobody asks."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._own: Node | None = None
        self._survey: Survey | None = None
        self._since_s = self._asked_s = 0.0
        self._waiting: list[tuple[float, Callable[[Snapshot], None]]] = []

    def ask(self, tell: Callable[[Snapshot], None]) -> None:
        """`tell` is called within LOOK_MAX_S and a bit, once, on the executor."""
        self._asked_s = time.monotonic()
        self._waiting.append((self._asked_s, tell))
        if self._own is None:
            self._since_s = self._asked_s
            self._own = Node(
                f"{COMMAND_PREFIX}look_{os.getpid()}",
                context=self._node.context,
                use_global_arguments=False,
                enable_rosout=False,
                start_parameter_services=False,
            )
            self._survey = Survey(self._own, asks_after_s=LOOK_MIN_S)
            self._survey.look_for_robots()
            self._own.create_timer(LOOK_S, self._look)
            self._node.executor.add_node(self._own)

    def rest(self) -> None:
        """To be called now and then: lets go of all when nobody asked for a while."""
        if self._own is not None and time.monotonic() - self._asked_s > STAYS_S:
            self.close()

    def close(self) -> None:
        """Whoever waits is told nothing more."""
        self._waiting.clear()
        if self._own is not None:
            self._node.executor.remove_node(self._own)
            self._own.destroy_node()
        self._own = self._survey = None

    def _look(self) -> None:
        if not self._waiting or self._survey is None:
            return
        now_s, snapshot = time.monotonic(), self._survey.snapshot()
        seen = now_s - self._since_s >= LOOK_MIN_S and not snapshot.expected and not snapshot.problems()
        known = (snapshot.whole or seen) and all(robot.age_s is not None for robot in snapshot.robots)
        waiting, self._waiting = self._waiting, []
        for asked_s, tell in waiting:
            if known or now_s - asked_s >= LOOK_MAX_S:
                tell(snapshot)
            else:
                self._waiting.append((asked_s, tell))
