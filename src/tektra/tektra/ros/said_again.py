# SPDX-License-Identifier: Apache-2.0
"""A stop that is said while nobody is found reaches whoever is found shortly after.

What is published once reaches those alone whom discovery knows at that moment. A process that stood still for longer than the
lease of discovery is known to nobody when it goes on, and finds nobody itself: a stop that a bridge, held up for 2.5 s, passed on
then was heard by neither gate nor drivers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tektra.common.lateness import LEASE_S
from tektra.ros.lateness import boot_s

LOOK_S = 0.2
#: For so long it is said again: to be found anew takes less than two seconds, on a crowded machine five.
LASTS_S = 5.0
#: Who stood still may have been lost by others without having lost them itself, and then tells it so often.
AGAIN_S, LOST_FOR_S = 1.0, 10.0


class SaidAgain:
    """Publishes as `publisher` does; any thread. It looks by a timer of `node`."""

    def __init__(self, node: Any, publisher: Any, clock: Callable[[], float] = boot_s) -> None:
        self._node, self._publisher, self._clock = node, publisher, clock
        self._looked_s, self._lost_s = clock(), float("-inf")
        #: What was said last, when, whether others may have lost us, and to how many it went last and when.
        self._said: tuple[Any, float, bool] | None = None
        self._heard_by, self._told_s = 0, 0.0
        self._timer = node.create_timer(LOOK_S, self.look)

    def publish(self, message: Any) -> None:
        now_s = self._clock()
        lost = now_s - self._looked_s > LEASE_S or now_s - self._lost_s < LOST_FOR_S
        self._heard_by, self._told_s = self._publisher.get_subscription_count(), now_s
        self._publisher.publish(message)
        self._said = (message, now_s, lost)

    def close(self) -> None:
        """Takes timer and publisher down."""
        self._node.destroy_timer(self._timer)
        self._node.destroy_publisher(self._publisher)

    def look(self) -> None:
        """Says it again where more listen than before, or where others may have lost us."""
        now_s = self._clock()
        if now_s - self._looked_s > LEASE_S:
            self._lost_s = now_s
        self._looked_s = now_s
        if self._said is None:
            return
        message, said_s, lost = self._said
        if now_s - said_s > LASTS_S:
            self._said = None
            return
        heard_by = self._publisher.get_subscription_count()
        if heard_by > self._heard_by or (lost and now_s - self._told_s >= AGAIN_S):
            self._publisher.publish(message)
            self._told_s = now_s
        self._heard_by = heard_by
