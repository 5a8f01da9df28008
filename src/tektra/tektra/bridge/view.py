# SPDX-License-Identifier: Apache-2.0
"""The bridge's own channels: where frames are, and a drawing of the home and its robots."""

from __future__ import annotations

from collections.abc import Callable

from tektra.bridge.backends import Server
from tektra.bridge.frames import Pose, RobotFrames, RobotShape
from tektra.common.world import World


class View:
    """For one thread. `follow(True)` is called when the first viewer comes, `follow(False)` after the last:
    only in between are robots worth following."""

    def __init__(self, server: Server, world: World | None, follow: Callable[[bool], None]) -> None:
        self._server = server
        self._world = world
        self._follow = follow
        self._watchers: dict[str, int] = {}
        self._frames: dict[str, RobotFrames] = {}
        self._shapes: dict[str, RobotShape] = {}

    def watched(self, channel: str, watchers: int, now_ns: int, *, drawing: bool) -> None:
        """So many clients watch one of the channels; a new one of the drawing needs all of it."""
        came = watchers > self._watchers.get(channel, 0)
        before = any(self._watchers.values())
        self._watchers[channel] = watchers
        if any(self._watchers.values()) != before:
            self._follow(not before)
        if came and drawing:
            self._draw(now_ns)

    def described(self, shape: RobotShape, now_ns: int) -> None:
        """A robot announced itself."""
        self._shapes[shape.robot] = shape
        self._server.send_robot(shape, now_ns)

    def moved(self, robot: str, stamp_ns: int, pose: Pose) -> None:
        """A robot's odometry."""
        self._server.send_transforms(self._of(robot).odometry(stamp_ns, pose))

    def located(self, robot: str, stamp_ns: int, pose: Pose) -> None:
        """A robot's pose in the map."""
        self._server.send_transforms(self._of(robot).localization(stamp_ns, pose))

    def gone(self, robot: str, now_ns: int) -> None:
        """A robot left."""
        self._frames.pop(robot, None)
        if self._shapes.pop(robot, None) is not None:
            self._server.remove_robot(robot, now_ns)

    def _of(self, robot: str) -> RobotFrames:
        return self._frames.setdefault(robot, RobotFrames(robot))

    def _draw(self, now_ns: int) -> None:
        if self._world is not None:
            self._server.send_map(self._world, now_ns)
        for shape in self._shapes.values():
            self._server.send_robot(shape, now_ns)
