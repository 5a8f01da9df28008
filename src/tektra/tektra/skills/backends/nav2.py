# SPDX-License-Identifier: Apache-2.0
"""Nav2 as the navigator: its NavigateToPose drives, its velocities become requests to move (docs/skills.md)."""

from __future__ import annotations

from typing import Any

from tektra.common.errors import BackendError
from tektra.skills.backends import Stage, Told
from tektra.skills.backends.nav2_options import Nav2Options


class Nav2:
    """See Navigator."""

    Options = Nav2Options
    name = "Nav2"

    def __init__(self, options: Nav2Options) -> None:
        self._options = options
        self._client: Any = None

    def attach(self, node: object) -> None:
        """See Navigator.attach."""
        try:
            from tektra.ros.nav2_client import Nav2Client
        except ModuleNotFoundError as missing:
            raise BackendError(
                f"the navigator nav2 needs the ROS package {missing.name!r}",
                "apt-get install ros-$ROS_DISTRO-navigation2, and source that ROS before the start",
            ) from missing
        options = self._options
        self._client = Nav2Client(
            node, action=options.action, cmd_vel=options.cmd_vel_topic, stamped=options.stamped
        )

    def go(self, x: float, y: float, yaw: float) -> None:
        self._client.go(x, y, yaw)

    def cancel(self) -> None:
        self._client.cancel()

    def tell(self) -> Told:
        client = self._client
        return Told(Stage(client.stage), client.message, client.left_m, client.velocity, client.velocity_s)
