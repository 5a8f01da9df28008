# SPDX-License-Identifier: Apache-2.0
"""`/map`, by whoever owns the map: ours while nobody else publishes it, none beside a map_server."""

from __future__ import annotations

from typing import Any

from nav_msgs.msg import OccupancyGrid
from rclpy.publisher import Publisher

from tektra.ros.publishers import publishers
from tektra.ros.qos import LATCHED

MAP = "/map"
#: How often the graph is looked at. Before the first look nothing is published: a map_server may be there already.
LOOK_S = 1.0


class HomeMapTopic:
    """Publishes a grid, latched, unless another node does. On the node's executor."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self._grid: OccupancyGrid | None = None
        self._publisher: Publisher | None = None
        node.create_timer(LOOK_S, self._look)

    def set(self, grid: OccupancyGrid) -> None:
        """The map of the world."""
        self._grid = grid
        if self._publisher is not None:
            self._publisher.publish(grid)

    def _look(self) -> None:
        if self._grid is None:
            return
        there = publishers(self._node, MAP)
        if self._publisher is None and not there:
            self._publisher = self._node.create_publisher(OccupancyGrid, MAP, LATCHED)
            self._publisher.publish(self._grid)
        elif self._publisher is not None and len(there) > 1:
            self._node.destroy_publisher(self._publisher)
            self._publisher = None
            own = self._node.get_fully_qualified_name()
            others = [name for name in there if name != own]
            self._node.get_logger().info(
                f"{', '.join(others) or 'another node'} publishes {MAP}: ours is gone"
            )
