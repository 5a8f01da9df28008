# SPDX-License-Identifier: Apache-2.0
"""Looks at the graph and listens, to make snapshots. Lives on a node of its own; one thread."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from lifecycle_msgs.srv import GetState
from rclpy.client import Client
from rclpy.node import Node
from rclpy.task import Future

from tektra.common import run_record
from tektra.common.paths import state_dir
from tektra.common.snapshot import COMMAND_PREFIX, LEVELS, NodeStatus, RobotStatus, SafetyStatus, Snapshot
from tektra.common.unseen import unseen
from tektra.ros.calls import service_client
from tektra.ros.clock import seconds
from tektra.ros.diagnostics import LIFECYCLE
from tektra.ros.living import ended_nodes
from tektra.ros.qos import ALL_DIAGNOSTICS, MOTION, RELIABLE, SAFETY_STATE
from tektra.ros.robot_place import place_of
from tektra.ros.robots import RobotWatcher
from tektra_interfaces.msg import RobotDescription, RobotState, SafetyState

LOOK_S = 0.1
#: What is younger came now: the clocks of hosts differ by less.
LATCHED_AGE_S = 2.0
#: A node that is busy (loading a model) answers late, and one that has not found this client yet (Fast DDS waits 0.1 s for
#: that) never: its state is asked for again. What it said last counts for as long as PATIENCE_S.
AGAIN_S, PATIENCE_S = 0.4, 10.0
#: The graph is known when nothing new was found for so long: discovery brings one service after the other.
SETTLED_S = 1.0
GET_STATE = "/get_state"
GET_STATE_TYPE = "lifecycle_msgs/srv/GetState"


class Survey:
    """Call `snapshot` while its node spins. `asks_after_s`: by then nodes have told their lifecycle by themselves, or are asked."""

    def __init__(
        self, node: Node, clock: Callable[[], float] = time.monotonic, *, asks_after_s: float = 0.0
    ) -> None:
        self._node = node
        self._clock = clock
        self._safety: tuple[SafetyState, float] | None = None
        self._diagnostics: dict[str, tuple[DiagnosticStatus, float]] = {}
        self._lifecycles: dict[str, _Lifecycle] = {}
        self._descriptions: dict[str, RobotDescription] = {}
        self._states: dict[str, tuple[RobotState, float]] = {}
        self._state_subscriptions: dict[str, Any] = {}
        self._services = 0
        self._grew_s = clock()
        self._asks_s = clock() + asks_after_s
        self._known, self._look_again_s = False, -math.inf
        node.create_subscription(SafetyState, "/safety/state", self._on_safety, SAFETY_STATE)
        for profile in (ALL_DIAGNOSTICS, RELIABLE):  # what was said before is latched by ours alone
            node.create_subscription(DiagnosticArray, "/diagnostics", self._on_diagnostics, profile)
        self._watcher = RobotWatcher(node, self._on_description, self._on_gone)
        node.create_timer(LOOK_S, self.look)

    @property
    def descriptions(self) -> dict[str, RobotDescription]:
        """Robots that announced themselves, by name."""
        return dict(self._descriptions)

    @property
    def known(self) -> bool:
        """Nothing is left to wait for. To be asked as often as one likes: it is looked at each LOOK_S."""
        if self._clock() >= self._look_again_s:
            snapshot = self.snapshot()
            self._known = snapshot.whole or (self.settled and not snapshot.problems())
            self._look_again_s = self._clock() + LOOK_S
        return self._known

    @property
    def settled(self) -> bool:
        """Nothing new has come into the graph for a while: what a node has not shown yet, it does not have."""
        return self._clock() - self._grew_s > SETTLED_S

    def look_for_robots(self) -> None:
        """At once, in a process that knows the graph already."""
        self._watcher.look()

    def look(self) -> None:
        """Asks every lifecycle node of the graph for its state that does not tell it by itself."""
        if self._clock() < self._asks_s:
            return
        services = self._node.get_service_names_and_types()
        if len(services) > self._services:
            self._services, self._grew_s = len(services), self._clock()
        for service, types in services:
            if service.endswith(GET_STATE) and GET_STATE_TYPE in types:
                name = service[: -len(GET_STATE)]
                if name not in self._lifecycles and not self._tells(name):
                    self._lifecycles[name] = _Lifecycle(service_client(self._node, GetState, service))
        for lifecycle in self._lifecycles.values():
            lifecycle.ask(self._clock())

    def _tells(self, name: str) -> bool:
        heard = self._diagnostics.get(name)
        return heard is not None and any(entry.key == LIFECYCLE for entry in heard[0].values)

    def snapshot(self) -> Snapshot:
        """All that is known now."""
        now_s = self._clock()
        names = {
            f"{namespace.rstrip('/')}/{name}"
            for name, namespace in self._node.get_node_names_and_namespaces()
            if not name.startswith((COMMAND_PREFIX, "_"))
        } - ended_nodes(self._node)
        record = run_record.read(state_dir(), time.time())
        nodes = [replace(self._node_status(name, now_s), sign_s=record.signs.get(name)) for name in names]
        nodes += unseen(record, names)
        return Snapshot(
            nodes=sorted(nodes, key=lambda node: node.name),
            robots=[self._robot_status(name, now_s) for name in sorted(self._descriptions)],
            safety=self._safety_status(now_s),
            expected=frozenset(record.nodes),
        )

    def _node_status(self, name: str, now_s: float) -> NodeStatus:
        lifecycle = self._lifecycles.get(name)
        heard = self._diagnostics.get(name)
        status, at_s = heard if heard else (None, None)
        told = {entry.key: entry.value for entry in status.values} if status else {}
        label = told.get(LIFECYCLE) or (lifecycle.label if lifecycle else None)
        return NodeStatus(
            name=name,
            has_lifecycle=lifecycle is not None or LIFECYCLE in told,
            lifecycle=label,
            level=LEVELS[status.level[0]] if status else None,
            message=status.message if status else "",
            age_s=None if at_s is None else now_s - at_s,
        )

    def _robot_status(self, name: str, now_s: float) -> RobotStatus:
        description = self._descriptions[name]
        skills = [skill.name for skill in description.skills]
        if name not in self._states:
            return RobotStatus(name, description.kind, skills)
        state, at_s = self._states[name]
        place = place_of(state)
        return RobotStatus(
            name,
            description.kind,
            skills,
            connected=state.connected,
            moving=state.moving,
            halt_reason=state.halt_reason,
            fault=state.fault,
            battery=None if math.isnan(state.battery) else state.battery,
            x_m=place[0] if place else None,
            y_m=place[1] if place else None,
            age_s=now_s - at_s,
        )

    def _safety_status(self, now_s: float) -> SafetyStatus | None:
        if self._safety is None:
            return None
        state, at_s = self._safety
        alone = {robot.robot: list(robot.latched) for robot in state.robots if robot.latched}
        return SafetyStatus(
            state.stopped, state.epoch, list(state.causes), now_s - at_s, list(state.pending), alone
        )

    def _on_safety(self, message: SafetyState) -> None:
        self._safety = (message, self._clock())

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        age_s = max(
            0.0, time.time() - seconds(message.header.stamp)
        )  # a latched one was perhaps said long ago
        for status in message.status:
            self._diagnostics[status.name] = (
                status,
                self._clock() - (age_s if age_s > LATCHED_AGE_S else 0.0),
            )

    def _on_description(self, robot: str, message: RobotDescription) -> None:
        self._descriptions[robot] = message
        if robot not in self._state_subscriptions:
            self._state_subscriptions[robot] = self._node.create_subscription(
                RobotState, f"/{robot}/state", lambda state, robot=robot: self._on_state(robot, state), MOTION
            )

    def _on_state(self, robot: str, state: RobotState) -> None:
        self._states[robot] = (state, self._clock())

    def _on_gone(self, robot: str) -> None:
        self._descriptions.pop(robot, None)
        self._states.pop(robot, None)


class _Lifecycle:
    """The state of one lifecycle node, asked for again and again."""

    def __init__(self, client: Client) -> None:
        self.label: str | None = None
        self._client = client
        self._asked: list[Future] = []  # and not answered, the newest last
        self._asked_s = self._heard_s = -math.inf

    def ask(self, now_s: float) -> None:
        if answered := [future for future in self._asked if future.done()]:
            response = answered[-1].result()
            self.label, self._heard_s = (response.current_state.label if response else None), now_s
            self._forget(0)
        elif now_s - self._heard_s > PATIENCE_S:
            self.label = None
        if (not self._asked or now_s - self._asked_s > AGAIN_S) and self._client.service_is_ready():
            self._forget(int(PATIENCE_S / AGAIN_S))
            self._asked.append(self._client.call_async(GetState.Request()))
            self._asked_s = now_s

    def _forget(self, but: int) -> None:
        """Only the newest are waited for."""
        while len(self._asked) > but:
            self._client.remove_pending_request(self._asked.pop(0))
