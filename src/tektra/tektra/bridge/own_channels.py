# SPDX-License-Identifier: Apache-2.0
"""Feeds the bridge's own channels from the graph, while somebody watches them. All on the node's executor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tektra.bridge.backends import Server
from tektra.bridge.backends.drawings import HOME, MAP, PLAN, SAFETY, TRANSFORMS
from tektra.bridge.backends.home_camera import HomeCamera
from tektra.bridge.convert import altitude_of, joints_of, plan_of, safety_of
from tektra.bridge.frames import Pose
from tektra.bridge.options import BridgeOptions
from tektra.bridge.view import Channels, View
from tektra.common.world import World
from tektra.ros.mailbox import Mailbox
from tektra.ros.qos import LATCHED
from tektra.ros.robot_looks import RobotLooks
from tektra.ros.robot_poses import RobotPoses
from tektra_interfaces.msg import Plan, RobotDescription, RobotState, SafetyState

#: How often it is told what has grown old.
TICK_S = 1.0


class OwnChannels:
    """`node`: the bridge's. `close` ends all of it."""

    def __init__(self, node: Any, server: Server, world: World | None, options: BridgeOptions) -> None:
        self._node = node
        self._server = server
        self._view = View(server, world, Channels(MAP, PLAN, SAFETY), self._follow)
        self._poses: RobotPoses | None = None
        self._looks: RobotLooks | None = None
        self._safety: Any = None
        self._plans = node.create_subscription(Plan, "/tektra/plan", self._planned, LATCHED)
        self._timer = node.create_timer(TICK_S, self._tick)
        self._pictures: Mailbox[bytes] = Mailbox(node, self._pictured)
        self._camera = HomeCamera(options, self._pictures.post) if options.home_port else None

    @property
    def watchers(self) -> dict[str, Callable[[int], None]]:
        """What to do when the number of a channel's watchers changes."""
        own = {channel: partial(self._watched, channel) for channel in (TRANSFORMS, MAP, PLAN, SAFETY)}
        return own | ({HOME: self._camera.watched} if self._camera is not None else {})

    def close(self) -> None:
        """Follows nothing any more."""
        self._follow(False)
        self._node.destroy_subscription(self._plans)
        self._node.destroy_timer(self._timer)
        if self._camera is not None:
            self._camera.watched(0)
        self._pictures.close()

    def _watched(self, channel: str, watchers: int) -> None:
        self._view.watched(channel, watchers, self._now_ns())

    def _follow(self, follow: bool) -> None:
        node = self._node
        if follow:
            self._looks = RobotLooks(node, self._shown, self._claimed)
            self._poses = RobotPoses(
                node, self._moved, self._located, self._described, self._gone, on_state=self._state
            )
            self._safety = node.create_subscription(SafetyState, "/safety/state", self._gated, LATCHED)
        elif self._poses is not None and self._looks is not None:
            self._poses.close()
            self._looks.close()
            node.destroy_subscription(self._safety)
            self._poses = self._looks = self._safety = None

    def _tick(self) -> None:
        if self._view.watched_at_all:
            self._view.tick(self._now_ns(), planner=self._node.count_publishers("/tektra/plan") > 0)

    def _moved(self, robot: str, stamp_ns: int, x: float, y: float, yaw: float) -> None:
        self._view.moved(robot, stamp_ns, Pose(x, y, yaw))

    def _located(self, robot: str, stamp_ns: int, x: float, y: float, yaw: float) -> None:
        self._view.located(robot, stamp_ns, Pose(x, y, yaw))

    def _described(self, description: RobotDescription) -> None:
        corners = tuple((float(corner.x), float(corner.y)) for corner in description.footprint.points)
        self._view.described(description.robot, corners, self._now_ns())
        if self._looks is not None:
            self._looks.listen_to(description.robot)

    def _gone(self, robot: str) -> None:
        if self._looks is not None:
            self._looks.forget(robot)
        self._view.gone(robot, self._now_ns())

    def _state(self, robot: str, state: RobotState) -> None:
        self._view.bent(robot, joints_of(state), altitude_of(state), self._now_ns())

    def _shown(self, robot: str, urdf: str) -> None:
        self._view.looks(robot, urdf, self._now_ns())

    def _claimed(self, robot: str, points: Sequence[tuple[float, float]]) -> None:
        self._view.claimed(robot, points, self._now_ns())

    def _planned(self, message: Plan) -> None:
        self._view.planned(plan_of(message), self._now_ns())

    def _gated(self, message: SafetyState) -> None:
        self._view.safety(safety_of(message), self._now_ns())

    def _pictured(self, jpeg: bytes) -> None:
        self._server.show(jpeg, self._now_ns())

    def _now_ns(self) -> int:
        return int(self._node.get_clock().now().nanoseconds)
