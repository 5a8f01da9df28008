# SPDX-License-Identifier: Apache-2.0
"""What an executor waits for, held and listed until an entity comes or goes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import Any

from rclpy._rclpy_pybind11 import InvalidHandle
from rclpy.event_handler import EventHandler
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.waitable import NumberOfEntities

from tektra.ros.urgent import Urgent

#: Every subscription and publisher has two events (a peer of another QoS, or type, was met), which rclpy logs, and every node
#: seven services for its parameters. They are most of what there is to wait for, each costs at each wake-up, and nothing
#: about them is urgent: they are looked at so often.
SELDOM_S = 0.1
#: A timer of so long a period, as of its making, is looked at as seldom: it may be late by twice SELDOM_S, and wakes nobody by itself.
SLOW_TIMER_S = 0.25
_SELDOM_SERVICES = (
    "/describe_parameters",
    "/get_parameter_types",
    "/get_parameters",
    "/list_parameters",
    "/set_parameters",
    "/set_parameters_atomically",
    "/get_type_description",
)
_ATTRIBUTES = {
    "subscription": "subscriptions",
    "service": "services",
    "client": "clients",
    "timer": "timers",
    "guard_condition": "guards",
}


def _only_logs(waitable: Any) -> bool:
    """An event that a node has not asked for: rclpy's own callbacks log it."""
    name = getattr(getattr(waitable, "callback", None), "__name__", "")
    return isinstance(waitable, EventHandler) and name.startswith("_default_incompatible_")


class WaitList:
    """All entities of some nodes, none of which is destroyed before `close`. One thread.

    `guards` are the executor's own guard conditions: they only wake it.
    """

    def __init__(self, nodes: Iterable[Node], guards: Iterable[Any], context: Any) -> None:
        self._held = ExitStack()
        self._known: dict[str, dict[int, Any]] = {}
        self._waitables: list[Any] = []
        self._events: list[Any] = []
        self._seldom_due_s = -math.inf
        nodes = list(nodes)
        for kind, attribute in _ATTRIBUTES.items():
            self._known[kind] = self._enter(entity for node in nodes for entity in getattr(node, attribute))
        self._at_once = dict(self._known)
        self._at_once["service"] = {
            pointer: service
            for pointer, service in self._known["service"].items()
            if not service.service_name.endswith(_SELDOM_SERVICES)
        }
        self._at_once["timer"] = {
            pointer: timer
            for pointer, timer in self._known["timer"].items()
            if timer.timer_period_ns < SLOW_TIMER_S * 1e9
        }
        #: Those of them that run before everything else.
        self.urgent = [
            each for each in self._known["subscription"].values() if isinstance(each.callback_group, Urgent)
        ]
        self._guards = [guard.handle for guard in guards]
        for handle in [*self._guards, context.handle]:
            self._held.enter_context(handle)
        kinds = ("subscription", "guard_condition", "timer", "client", "service")
        count = NumberOfEntities(*(len(self._known[kind]) for kind in kinds))
        count.num_guard_conditions += len(self._guards)
        for waitable in [waitable for node in nodes for waitable in node.waitables]:
            with suppress(InvalidHandle):
                self._held.enter_context(waitable)
                (self._events if _only_logs(waitable) else self._waitables).append(waitable)
                count += waitable.get_num_entities()
        made: Any = rclpy_implementation.WaitSet  # its stub tells other arguments than it takes
        self._wait_set = made(
            count.num_subscriptions,
            count.num_guard_conditions,
            count.num_timers,
            count.num_clients,
            count.num_services,
            count.num_events,
            context.handle,
        )

    def close(self) -> None:
        """Lets go of all entities."""
        self._held.close()

    def entities(self) -> set[Any]:
        listed = (entity for known in self._known.values() for entity in known.values())
        return {*self._waitables, *self._events, *listed}

    def wait(self, timeout_s: float | None) -> dict[str, list[Any]]:
        """What is ready, by kind, each in the order in which it was made; events are among the waitables.

        Blocks until something is, for `timeout_s` at most, and never for longer than twice SELDOM_S: what is looked at
        seldom is looked at with what comes anyway, if something does.
        """
        now_s = time.monotonic()
        all_of_them = now_s >= self._seldom_due_s
        if all_of_them:
            self._seldom_due_s = now_s + SELDOM_S
        known = self._known if all_of_them else self._at_once
        waitables = [*self._waitables, *(self._events if all_of_them else ())]
        left_s = self._seldom_due_s + SELDOM_S - now_s
        timeout_s = left_s if timeout_s is None or timeout_s < 0 else min(timeout_s, left_s)
        wait_set = self._wait_set
        wait_set.clear_entities()
        for kind, add in (
            ("subscription", wait_set.add_subscription),
            ("service", wait_set.add_service),
            ("client", wait_set.add_client),
            ("timer", wait_set.add_timer),
            ("guard_condition", wait_set.add_guard_condition),
        ):
            for entity in known[kind].values():
                add(entity.handle)
        for handle in self._guards:
            wait_set.add_guard_condition(handle)
        for waitable in waitables:
            waitable.add_to_wait_set(wait_set)
        wait_set.wait(int(timeout_s * 1e9))
        ready = {"waitable": [waitable for waitable in waitables if waitable.is_ready(wait_set)]}
        for kind, entities in known.items():
            pointers = set(wait_set.get_ready_entities(kind)) if entities else set()
            ready[kind] = [entity for pointer, entity in entities.items() if pointer in pointers]
        return ready

    def _enter(self, entities: Iterable[Any]) -> dict[int, Any]:
        entered = {}
        for entity in entities:
            with suppress(InvalidHandle):
                self._held.enter_context(entity.handle)
                entered[entity.handle.pointer] = entity
        return entered
